from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from backups.backup import make_backup, record_backup
from config.backup_problems import PROBLEMS, describe, find_kind


class Command(BaseCommand):
    help = "Writes one encrypted archive with the database and the files into a folder. The site can go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where archives go; each has its moment in its name")

    def handle(self, **options: Any) -> None:
        started_at = timezone.now()
        try:
            path = make_backup(options["folder"].absolute())
        except PROBLEMS as error:
            with suppress(DatabaseError):  # which may be the problem
                record_backup(started_at, problem=find_kind(error))
            raise CommandError(f"No backup was made. {describe(error)}") from error
        record_backup(started_at, path.stat().st_size)
        self.stdout.write(f"{path} ({path.stat().st_size:,} bytes)")
