"""The worker process of a lane (a task queue): it runs one task at a time and enforces the lane's time limit.

A task that waits (for a mail server, a lock, a child process) is interrupted by an exception. A task that computes
inside C code cannot be interrupted, so the worker process is ended instead.
"""

import faulthandler
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config.orphaned_tasks import GRACE


class TimeLimitExceeded(BaseException):
    """A task took longer than its lane allows. A BaseException, so that no `except Exception` of a task catches it."""


class LaneWorker(Worker):
    def __init__(self, worker_id: str, lanes: list[str]) -> None:
        super().__init__(
            queue_names=lanes,
            interval=0.5,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
            excluded_queue_names=[],
        )

    def run_task(self, db_task_result: DBTaskResult) -> None:
        with time_limit(settings.LANES[db_task_result.queue_name]):
            super().run_task(db_task_result)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the current task, also on a second SIGTERM: systemd and `serve` each send one.

        A second Ctrl-C kills the worker at once; the next worker then runs the interrupted task again.
        """
        if self.running:
            super().shutdown(signum, frame)
        elif signum != signal.SIGTERM:
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def time_limit(seconds: float, grace: float = GRACE) -> Iterator[None]:
    """Raise TimeLimitExceeded after `seconds`; if that has no effect, end the process `grace` seconds later."""

    def stop(_signum: int, _frame: FrameType | None) -> None:
        raise TimeLimitExceeded(f"It took longer than {seconds:.0f} seconds.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(seconds + grace, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
