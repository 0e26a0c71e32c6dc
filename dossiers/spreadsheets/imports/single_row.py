"""Stages a person who was typed into a form, as a list of one line."""

from collections.abc import Collection

from dossiers import privacy
from dossiers.models import Action, ImportRow, ImportRun
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.decisions import SUPPLY, date_typed_cells
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy, SanitizedCopyWriter
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.values import DateWidget

LINE = 1


def stage_single_row(run: ImportRun, cells: dict[str, str], changed: Collection[str] = ()) -> ImportRow | None:
    """Store the texts by field as the sanitized copy of the run, and stage it; return its row, if there is one.

    `changed` are the fields whose texts differ from what was sent before in the same run.
    """
    typed_before = run.decided.get("lines", {}).get(str(LINE), {}).get("typed_at", {})
    fields = staging.resource_for(run).sheet_fields()
    headers = {name: str(fields[name].column_name) for name in cells}
    run.format = {"kind": "form"}
    run.columns = []
    dates = [name for name in cells if isinstance(fields[name].widget, DateWidget)]
    run.decided = {name: key for name, key in run.decided.items() if name == SUPPLY} | {
        "columns": {header: name for name, header in headers.items()},
        "month_first": dict.fromkeys(dates, False),  # the form asks for day-month-year
    }
    # The form accepts a doubtful number only if the user said that it is not a BSN, so nobody is asked again.
    if confirmed := {name: text for name, text in cells.items() if privacy.doubtful_numbers(text)}:
        run.decided["lines"] = {str(LINE): {"cells": confirmed, "confirmed": sorted(confirmed)}}
    if typed_at := typed_before | date_typed_cells(run, changed):
        run.decided.setdefault("lines", {}).setdefault(str(LINE), {"cells": {}})["typed_at"] = typed_at
    checks = {index: fields[name].find_private for index, name in enumerate(cells)}
    copy = SanitizedCopyWriter(run, list(headers.values()), [], checks)
    try:
        copy.clean([(LINE, list(cells.values()))])
        copy.save()
    finally:
        copy.discard()
    staging.stage(run)
    return run.rows.exclude(action=Action.ABSENT).first()


def typed_texts(run: ImportRun) -> dict[str, str]:
    """Return the texts that were typed, by field, without numbers that may not be stored."""
    places = {column["index"]: column["field"] for column in run.columns if column["field"]}
    try:
        with SanitizedCopy(run) as copy:
            _line, cells = next(copy.batches(1))[0]
    except Refused:
        return {}
    texts = [cell.text if isinstance(cell, Private) else cell for cell in cells]
    return {places[i]: text for i, text in enumerate(texts) if i in places and isinstance(text, str) and text}
