"""Pages that appear and go by themselves: what the worker looks for beside its tasks."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.core.management import call_command
from django.db import close_old_connections

logger = logging.getLogger(__name__)
EVERY = 30.0  # seconds: a page is half a minute late at most
PATIENCE = 5.0  # seconds
LOCK, LONGEST = "config.publish_scheduled", 60  # seconds: whoever is killed in between holds others up no longer


def publish_due() -> bool:
    """Publish the pages whose moment has come and take down those whose time is over; False while another worker
    does so."""
    ours = secrets.token_hex(8)
    if not cache.add(LOCK, ours, timeout=LONGEST):
        return False
    try:
        call_command("publish_scheduled")
    finally:
        if cache.get(LOCK) == ours:  # else it took so long that another worker has its turn
            cache.delete(LOCK)
    return True


class Clock(threading.Thread):
    """Does something every few seconds until it is stopped; what goes wrong is logged and tried again.

    A thread and no task: a task a minute would fill the queue's table, and a long import would hold it up.
    """

    def __init__(self, do: Callable[[], object], every: float = EVERY) -> None:
        super().__init__(name="clock", daemon=True)
        self.do, self.every, self.stopped = do, every, threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(self.every):
            try:
                self.do()
            except Exception:
                logger.exception("Scheduled pages could not be published; trying again in %s s", self.every)
            finally:
                close_old_connections()

    def stop(self) -> None:
        self.stopped.set()
        self.join(PATIENCE)  # behind a locked database it would take minutes


@contextmanager
def publishing_on_time() -> Iterator[None]:
    """Scheduled pages are published for as long as this lasts."""
    clock = Clock(publish_due)
    clock.start()
    try:
        yield
    finally:
        clock.stop()
