"""Previews or applies a spreadsheet with the same functions as the backoffice, for scripts and tests."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.line_names import name_lines
from dossiers.models import Action, ImportProfile, ImportRun, Organisation, RecordKind
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import apply, profiles, staging
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.report import refused, report

Record = TypeVar("Record")


class Command(BaseCommand):
    help = "Preview a spreadsheet, or apply it with --apply. Exit 0: fine; 1: some rows have errors; 2: refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("record", choices=RecordKind.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", metavar="NAME", help="who sends this list")
        parser.add_argument("--profile", metavar="NAME", help="the import profile to read it by")
        parser.add_argument("--user", metavar="NAME", help="in whose name it is written")
        parser.add_argument("--apply", action="store_true", help="write what the preview shows")
        parser.add_argument("--policy", choices=ImportRun.Policy.values, default=ImportRun.Policy.UPDATE)
        parser.add_argument(
            "--good-rows-only", action="store_true", help="leave rows with errors out, write the others"
        )
        parser.add_argument(
            "--use-older-values",
            action="store_true",
            help="also write values that the record had before and that were replaced since, which stay otherwise",
        )
        parser.add_argument("--json", action="store_true", help="print one object that tells everything")

    def handle(self, **options: Any) -> None:
        try:
            result = report(self._import(options))
        except CommandError as error:
            result = refused(str(error))
        if options["json"]:
            text = json.dumps(result, ensure_ascii=False)
        else:
            state = str(ImportRun.State(result["state"]).label)
            lines = [f"{state}: {result['reason']}" if result["reason"] else state]
            lines += [f"  {Action(name).label}: {count}" for name, count in result["counts"].items()]
            sheets = [name for name, _header_row in result["format"].get("joined", ())]
            for row in result["rows"]:
                line = name_lines([row["line"]], sheets)
                lines += [f"  {line} {field}: {' '.join(texts)}" for field, texts in row["errors"].items()]
            text = "\n".join(lines + [f"  {warning}" for warning in result["warnings"]])
        self.stdout.write(text)
        if result["state"] not in (ImportRun.State.PREVIEWED, ImportRun.State.APPLIED):
            raise SystemExit(2)
        if result["counts"][Action.ERROR] or result["counts"][Action.SIMILAR]:
            raise SystemExit(1)

    def _import(self, options: dict[str, Any]) -> ImportRun:
        """Return the run that was previewed, or applied; raises CommandError if the options are invalid."""
        organisation = _find(
            Organisation.objects.named, options["organisation"], _("There is no organisation called “%(name)s”.")
        )
        if options["record"] == RecordKind.DOSSIERS and organisation is None:
            raise CommandError(_("Say with --organisation who sends this list."))
        if not options["file"].is_file():
            raise CommandError(_("There is no file %(file)s.") % {"file": options["file"].name})
        profile = _find(
            lambda name: ImportProfile.objects.get(name=name),
            options["profile"],
            _("There is no import profile called “%(name)s”."),
        )
        user = _find(
            lambda name: get_user_model().objects.get(username=name),
            options["user"],
            _("There is no user called “%(name)s”."),
        )
        run = ImportRun(
            record=options["record"],
            organisation=organisation,
            profile=profile or profiles.find_profile(options["record"], organisation),
            user=user,
            file_name=options["file"].name,
            policy=options["policy"],
        )
        run.save()
        staging.stage(run, options["file"])
        while question := find_open_question_about_older_values(run):
            answer_parts(run, [question], {question.key: options["use_older_values"]})
            staging.stage(run)
        if options["apply"] and run.state == ImportRun.State.PREVIEWED:
            try:
                with transaction.atomic():  # so that a run is not left in the state APPLYING if the command is stopped
                    apply.claim(run, options["good_rows_only"])
                    apply.apply(run, run.user)
                profiles.save_profile(run)
            except NotApplied as reason:
                run.reason = str(reason)
        return run


def _find(get: Callable[[str], Record], name: str | None, message: str) -> Record | None:
    """Return the record with this name, if one is given; raises CommandError with the message if there is none."""
    try:
        return get(name) if name else None
    except ObjectDoesNotExist:
        raise CommandError(message % {"name": name}) from None
