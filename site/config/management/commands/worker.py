import fcntl
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone

from config.environment import env
from config.scheduling import publishing_on_time
from config.unfinished import put_back
from dossiers.tasks import begin_mornings

WORKER_ID = re.compile(r"[\w.-]{1,64}")


class Command(BaseCommand):
    help = "Runs background tasks under a fixed name (WORKER_ID), and publishes scheduled pages."

    def handle(self, **options: Any) -> None:
        worker_id = env.str("WORKER_ID", default="worker-1")
        if not WORKER_ID.fullmatch(worker_id):
            raise CommandError(f"WORKER_ID is {worker_id!r}; it must be 1 to 64 letters, digits, dots and dashes.")
        try:
            with self.alone_under(worker_id):
                if number := put_back(worker_id):
                    self.stdout.write(f"Starting again with {number} task(s) that were cut off.")
                begin_mornings(timezone.now())
                self.show_what_settings_say()
                with publishing_on_time():
                    call_command(
                        "db_worker",
                        worker_id=worker_id,
                        queue_name="*",
                        interval=0.5,
                        reload=False,
                        startup_delay=False,
                    )
        except OperationalError as error:  # such as "database is locked": who started us starts us again
            raise CommandError(f"The worker lost its database: {error}") from error

    @staticmethod
    def show_what_settings_say() -> None:
        """db_worker turns its own loggers up to INFO; LOG_LEVEL decides what is shown."""
        for handler in logging.root.handlers:
            handler.setLevel(logging.root.level)

    @contextmanager
    def alone_under(self, worker_id: str) -> Iterator[None]:
        """Wait until no other process on this machine works under that name: it would take our tasks for cut off."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.DATA_DIR / f"{worker_id}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.stdout.write(f"Another worker runs as {worker_id}; waiting for it to end (or choose a WORKER_ID).")
                self.stdout.flush()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield
