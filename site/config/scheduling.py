"""What the worker looks for beside its tasks, every half minute: such as pages that appear and go by themselves."""

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
    """Does some things every few seconds until it is stopped; what goes wrong is logged and tried again.

    A thread and no task: a task a minute would fill the queue's table, and a long import would hold it up.
    """

    def __init__(self, *jobs: Callable[[], object], every: float = EVERY) -> None:
        super().__init__(name="clock", daemon=True)
        self.jobs, self.every, self.stopped = jobs, every, threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(self.every):
            for job in self.jobs:
                self._do(job)
            close_old_connections()

    def _do(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception:
            logger.exception("%s went wrong; trying again in %s s", job.__name__, self.every)

    def stop(self) -> None:
        self.stopped.set()
        self.join(PATIENCE)  # behind a locked database it would take minutes


@contextmanager
def on_time(*jobs: Callable[[], object]) -> Iterator[None]:
    """These are done every half minute for as long as this lasts."""
    clock = Clock(*jobs)
    clock.start()
    try:
        yield
    finally:
        clock.stop()
