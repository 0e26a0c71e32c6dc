"""Stages a person who was typed into a form, as a list of one line."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from dossiers import privacy
from dossiers.models import NAME_FIELDS, Action, ImportRow, ImportRun, Supply
from dossiers.models.imports.staff_texts import HELD
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.decisions import SUPPLY, date_typed_cells
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy, SanitizedCopyWriter
from dossiers.spreadsheets.reader import Refused
from dossiers.spreadsheets.values import DateWidget
from dossiers.spreadsheets.values.base import as_text

LINE = 1
IDENTITY_FIELDS = (*NAME_FIELDS, "date_of_birth", "external_id")
SOURCE_UNDONE = gettext_lazy(
    "The list from which this person came was undone meanwhile. That is why the name, the date of birth and the number "
    "that were given then belong to this delivery now."
)


def stage_single_row(run: ImportRun, cells: dict[str, str], changed: Collection[str] = ()) -> ImportRow | None:
    """Store the texts by field as the sanitized copy of the run, and stage it; return its row, if there is one.

    `changed` are the fields whose texts differ from what was sent before in the same run.
    """
    before = run.decided.get("lines", {}).get(str(LINE), {})
    run.decided = {name: key for name, key in run.decided.items() if name == SUPPLY}
    # The form accepts a doubtful number only if the user said that it is not a BSN, so nobody is asked again.
    if confirmed := {name: text for name, text in cells.items() if privacy.doubtful_numbers(text)}:
        run.decided["lines"] = {str(LINE): {"cells": confirmed, "confirmed": sorted(confirmed)}}
    # Who types a name in its form means it, as nobody can empty a name there.
    fields = staging.resource_for(run).sheet_fields()
    meant = {name: text for name, text in cells.items() if fields[name].required and fields[name].seems_to_empty(text)}
    if meant:
        run.decided["words"] = {name: {text: text} for name, text in meant.items()}
    typed_at = before.get("typed_at", {}) | date_typed_cells(run, changed)
    for key, about in {"typed_at": typed_at, HELD: before.get(HELD)}.items():
        if about:
            run.decided.setdefault("lines", {}).setdefault(str(LINE), {"cells": {}})[key] = about
    _write_copy(run, cells)
    staging.stage(run)
    return run.rows.exclude(action=Action.ABSENT).first()


def _write_copy(run: ImportRun, cells: dict[str, str]) -> None:
    """Store the texts by field as the sanitized copy of the run; the run is not saved."""
    fields = staging.resource_for(run).sheet_fields()
    headers = {name: str(fields[name].column_name) for name in cells}
    run.format = {"kind": "form"}
    run.columns = []
    dates = [name for name in cells if isinstance(fields[name].widget, DateWidget)]
    run.decided |= {
        "columns": {header: name for name, header in headers.items()},
        "month_first": dict.fromkeys(dates, False),  # the form asks for day-month-year
    }
    checks = {index: fields[name].find_private for index, name in enumerate(cells)}
    copy = SanitizedCopyWriter(run, list(headers.values()), [], checks)
    try:
        copy.clean([(LINE, list(cells.values()))])
        copy.save()
    finally:
        copy.discard()


def find_open_changes(supplies: QuerySet[Supply]) -> list[tuple[ImportRun, Supply]]:
    """Return the changes that partners typed on the pages of these supplies and that can still be applied."""
    states = (*ImportRun.STAGED, ImportRun.State.READING)
    runs = ImportRun.objects.filter(decided__has_key=SUPPLY, state__in=states).exclude(clean_copy="").order_by("pk")
    by_key = supplies.in_bulk([run.decided[SUPPLY] for run in runs])
    return [(run, by_key[run.decided[SUPPLY]]) for run in runs if run.decided[SUPPLY] in by_key]


def add_identity(run: ImportRun, supply: Supply) -> None:
    """Add to the change of a supply that is deleted whom it is about, and compare it anew."""
    state, fields = run.state, staging.resource_for(run).sheet_fields()
    supplied = supply.values | {"external_id": supply.external_id}
    identity = {
        name: as_text(fields[name].widget.render(supplied[name])) for name in IDENTITY_FIELDS if supplied.get(name)
    }
    del run.decided[SUPPLY]
    run.warnings.append(str(SOURCE_UNDONE))
    cells, old_copy = identity | typed_texts(run), str(run.clean_copy.name)
    run.clean_copy.name = ""
    _write_copy(run, cells)
    transaction.on_commit(partial(run.clean_copy.storage.delete, old_copy))
    if state != ImportRun.State.READING:
        staging.stage(run)
    if state == ImportRun.State.RETURNED:
        run.rows.all().delete()
    run.state = state
    run.save()


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
