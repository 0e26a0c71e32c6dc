from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backups import forgotten
from backups.errors import BackupError
from backups.restore import Report, read_identities, restore, verify
from config.backup_problems import PROBLEMS, describe


class Command(BaseCommand):
    help = "Restores the database and the files from an archive of `backup`; stop the site first."
    requires_system_checks = []  # they ask the database, which may be empty

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--identity", type=Path, required=True, metavar="FILE", help="the file of the private key")
        parser.add_argument("--verify", action="store_true", help="only check the whole archive, and change nothing")
        parser.add_argument("--replace", action="store_true", help="lose the records and files that are here now")
        parser.add_argument("--migrate", action="store_true", help="bring an archive of an earlier release to this one")
        parser.add_argument(
            "--forgotten",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a copy of forgotten.jsonl, beside the one of this machine",
        )
        parser.add_argument(
            "--without-forgotten", action="store_true", help="although there is no list of what was forgotten"
        )

    def handle(self, **options: Any) -> None:
        try:
            report = self._run(options)
        except PROBLEMS as error:
            outcome = "The archive is not sound." if options["verify"] else "Nothing was restored."
            raise CommandError(f"{outcome} {describe(error)}") from error
        self._print(report)
        if options["verify"]:
            self.stdout.write(f"The archive of {report.about.made_at} is sound. Nothing was changed.")
        else:
            self.stdout.write(
                f"Restored as it was at {report.about.made_at}. "
                f"Forgotten or deleted again: {report.forgotten_again} record(s)."
            )

    @staticmethod
    def _run(options: dict[str, Any]) -> Report:
        archive, identities = options["archive"].absolute(), read_identities(options["identity"])
        if options["verify"]:
            return verify(archive, identities, migrate=options["migrate"])
        lists = [path.absolute() for path in options["forgotten"]]
        if forgotten.get_path().exists():
            lists.append(forgotten.get_path())
        if not lists and not options["without_forgotten"]:
            raise BackupError(
                f"There is no list of what was forgotten ({forgotten.get_path()}). Name a copy with --forgotten; if "
                "there is none, add --without-forgotten, and people who were forgotten since the backup are back."
            )
        return restore(
            archive, identities, forgotten_lists=lists, replace=options["replace"], migrate=options["migrate"]
        )

    def _print(self, report: Report) -> None:
        width = max(len(line.name) for line in report.lines)
        self.stdout.write(f"{'':{width}}  {'backup':>10}  {'here':>10}")
        for line in report.lines:
            self.stdout.write(f"{line.name:{width}}  {line.in_backup:>10,}  {line.present or 0:>10,}")
