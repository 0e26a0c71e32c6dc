"""The worker of a lane: runs its tasks one after the other, none longer than the lane allows.

A lane is a queue. What is said here of a task that hangs holds for tasks that wait (for a mail server, a lock, a child
process) and for those that compute: the first are interrupted, the second end with their worker.
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
    """A task took longer than its lane allows. No Exception: a task that handles what goes wrong can't go on."""


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
        """Finish the task at hand. Asked twice it still does: systemd asks each process, and `serve` its programs.

        A second Ctrl-C is meant: it ends the worker as a kill does, so the task is run again by the next one.
        """
        if self.running:
            super().shutdown(signum, frame)
        elif signum != signal.SIGTERM:
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def time_limit(seconds: float, grace: float = GRACE) -> Iterator[None]:
    """Raise TimeLimitExceeded after so long; where Python can't, end the process `grace` seconds later."""

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
