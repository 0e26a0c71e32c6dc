"""What the worker looks for beside its tasks, every half minute: such as pages that appear and go by themselves."""

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections

logger = logging.getLogger(__name__)
EVERY = 30.0  # seconds: a page is half a minute late at most
PATIENCE = 5.0  # seconds


def publish_due() -> bool:
    """Publish the pages whose moment has come and take down those whose time is over; False while another worker
    does so.

    A lock on a file: no clock that was ahead, and nobody who is killed, holds it for longer.
    """
    with (settings.DATA_DIR / "publishing.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        call_command("publish_scheduled")
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
