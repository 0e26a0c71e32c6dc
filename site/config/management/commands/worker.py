import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError
from django.utils import timezone

from config.clock import publish_scheduled_pages, run_periodically
from config.environment import env
from config.lane_worker import LaneWorker
from config.orphaned_tasks import correct_future_dates, requeue_overdue_tasks, requeue_tasks_of_worker
from dossiers.orphaned_work import release_orphans
from dossiers.tasks import enqueue_due, enqueue_once_since, last_morning
from pilot_pages.link_checks.tasks import check_links
from workers import lanes
from workers.models import WorkerHeartbeat

WORKER_ID = re.compile(r"[\w.-]{1,64}")


class Command(BaseCommand):
    help = "Runs background tasks under a fixed name (WORKER_ID), and publishes scheduled pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lane", choices=settings.LANES, help="only the tasks of this lane; without it, of all")

    def handle(self, **options: Any) -> None:
        base, lane = env.str("WORKER_ID", default="worker-1"), options["lane"]
        if not WORKER_ID.fullmatch(base):
            raise CommandError(f"WORKER_ID is {base!r}; it must be 1 to 64 letters, digits, dots and dashes.")
        worker_id = base if lane in (None, "default") else f"{base}-{lane}"
        worker = LaneWorker(worker_id, [lane] if lane else ["*"])
        try:
            with self.lock_worker_id(worker_id):
                if number := requeue_tasks_of_worker(worker_id):
                    self.stdout.write(f"Starting again with {number} task(s) that were cut off.")
                worker.configure_signals()
                with show_heartbeat(worker_id, lane or ""):
                    if lane not in (None, "default"):
                        worker.run()
                        return
                    self.recover_and_enqueue()
                    with run_periodically(publish_scheduled_pages, self.recover_and_enqueue):
                        worker.run()
        except OperationalError as error:  # such as "database is locked": the supervisor restarts the worker
            raise CommandError(f"The worker lost its database: {error}") from error

    @staticmethod
    def recover_and_enqueue() -> None:
        """Recover work whose process is gone, and enqueue the recurring tasks that are due."""
        now = timezone.now()
        correct_future_dates(now)
        requeue_overdue_tasks(now)
        release_orphans()
        WorkerHeartbeat.objects.delete_outdated()
        enqueue_due(now)
        if settings.CHECK_LINKS:
            enqueue_once_since(last_morning(now), check_links, now)

    @contextmanager
    def lock_worker_id(self, worker_id: str) -> Iterator[None]:
        """Wait until no other process on this machine uses the worker id, since it would requeue our running tasks."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.DATA_DIR / f"{worker_id}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.stdout.write(f"Another worker runs as {worker_id}; waiting for it to end (or choose a WORKER_ID).")
                self.stdout.flush()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def show_heartbeat(worker_id: str, lane: str) -> Iterator[None]:
    """Write a heartbeat every half minute, in a thread because the worker may be busy, and delete it at the end."""
    started_at = timezone.now()

    def beat() -> None:
        WorkerHeartbeat.objects.beat(worker_id, lane, started_at)

    try:
        beat()
        lanes.forget_states()
        with run_periodically(beat):
            yield
    finally:
        with suppress(DatabaseError):  # the worker may stop because the database is gone
            WorkerHeartbeat.objects.of_this_process(worker_id).delete()
        lanes.forget_states()
