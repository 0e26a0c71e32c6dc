"""The changes of a person that a partner sent and that no coordinator has taken over or returned yet."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dossiers.backoffice.partners.form_values import describe_form_value, get_typed_values, to_form_value
from dossiers.models import Action, ImportRow, ImportRun, Supply
from dossiers.spreadsheets.imports.decisions import SUPPLY
from dossiers.spreadsheets.resources import SheetField


@dataclass(frozen=True)
class WaitingChange:
    """A sent list or form with a change of the person; `values` are form values by field.

    It has no values if a coordinator has opened a list, since the rows may then hold what staff corrected.
    """

    run: ImportRun
    values: dict[str, Any]
    description: str


def get_supplied_values(supply: Supply, sheet: dict[str, SheetField]) -> dict[str, Any]:
    """Return what the organisation supplied last about a person, as form values by field."""
    values = supply.values | {"external_id": supply.external_id}
    return {name: to_form_value(field, values[name]) for name, field in sheet.items() if name in values}


def find_waiting_changes(supply: Supply, sheet: dict[str, SheetField]) -> list[WaitingChange]:
    """Return the changes of a person that wait for a coordinator, the oldest first."""
    undecided = ImportRun.objects.filter(organisation=supply.organisation_id).undecided()
    by_hand = {run.pk: run for run in undecided.filter(**{f"decided__{SUPPLY}": supply.pk}).exclude(clean_copy="")}
    # A list that is still with the partner was matched by what it supplied. In a list that a coordinator opened, only
    # the organisation's own number is compared, since the row may have been matched by what a dossier says.
    person = Q(run__with_partner=True, supply_id=supply.pk)
    if supply.external_id:
        person |= Q(run__with_partner=False, given__external_id=supply.external_id)
    lists = undecided.exclude(format__kind="form")
    rows = ImportRow.objects.filter(person, run__in=lists, action=Action.CHANGED).select_related("run")
    rows_by_run = {row.run: row for row in rows}
    known, changes = get_supplied_values(supply, sheet), []
    for run in sorted([*by_hand.values(), *rows_by_run], key=lambda run: (run.sent_at or run.created_at, run.pk)):
        if run.pk in by_hand:
            sent = get_typed_values(run, sheet)
        else:
            row = rows_by_run[run]
            changed = row.changes if run.with_partner else ()
            sent = {name: to_form_value(sheet[name], row.given[name]) for name in changed if name in sheet}
        values = {name: value for name, value in sent.items() if _differs(known.get(name), value)}
        if values or run.pk not in by_hand:
            texts = [f"{sheet[name].column_name} {describe_form_value(sheet[name], values[name])}" for name in values]
            changes.append(WaitingChange(run, values, "; ".join(texts)))
            known |= values
    return changes


def _differs(known: Any, value: Any) -> bool:
    """Whether two form values differ by more than the order of their options."""
    return sorted(known or []) != sorted(value) if isinstance(value, list) else (known or "") != value
