"""Run two functions concurrently, in a fixed order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from django.db import connection

WRITES = ("BEGIN", "INSERT", "UPDATE", "DELETE")
LOCKS = ("FOR UPDATE", "FOR NO KEY UPDATE")


def run_interleaved(slow: Callable[[], Any], quick: Callable[[], Any]) -> tuple[Any, Any]:
    """Return both results; `slow` stops before its first lock or write until `quick` is done.

    For a test with `django_db(transaction=True)`: `slow` has a connection of its own.
    """
    waits, goes_on = Event(), Event()

    def wait(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES) or any(lock in sql for lock in LOCKS):
            waits.set()
            assert goes_on.wait(30)
        return execute(sql, params, many, context)

    def in_a_thread() -> Any:
        try:
            with connection.execute_wrapper(wait):
                return slow()
        finally:
            waits.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(in_a_thread)
        assert waits.wait(30)
        try:
            first = quick()
        finally:
            goes_on.set()
        return later.result(60), first
