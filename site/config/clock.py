"""Recurring jobs of the worker, run in a thread every half minute, such as publishing scheduled pages."""

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)
INTERVAL = 30.0  # seconds: a scheduled page is published half a minute late at most
STOP_TIMEOUT = 5.0  # seconds


def publish_scheduled_pages() -> bool:
    """Publish pages that are due and unpublish pages that have expired; return False if another worker is doing so.

    The lock is an flock on a file, because the kernel releases it when the process is killed, and it does not depend
    on any clock.
    """
    with (settings.DATA_DIR / "publishing.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        call_command("publish_scheduled")
    return True


class Clock(threading.Thread):
    """Runs jobs every `interval` seconds until it is stopped. An exception is logged, and the job is tried again.

    A thread instead of a background task: tasks would fill the queue's table, and would wait behind a long import.
    """

    def __init__(self, *jobs: Callable[[], object], interval: float = INTERVAL) -> None:
        super().__init__(name="clock", daemon=True)
        self.jobs, self.interval, self.stopped = jobs, interval, threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(self.interval):
            for job in self.jobs:
                try:
                    job()
                except Exception:
                    logger.exception("%s failed; trying again in %s s", job.__name__, self.interval)
            close_old_connections()
        connections.close_all()

    def stop(self) -> None:
        self.stopped.set()
        self.join(STOP_TIMEOUT)  # a job that waits for a locked database would take minutes


@contextmanager
def run_periodically(*jobs: Callable[[], object]) -> Iterator[None]:
    """Run the jobs every half minute until the context ends."""
    clock = Clock(*jobs)
    clock.start()
    try:
        yield
    finally:
        clock.stop()
