"""The changes of a person that a partner sent and that no coordinator has taken over or returned yet."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dossiers.backoffice.partners.form_values import describe_form_value, get_typed_values, to_form_value
from dossiers.models import Action, ImportRow, ImportRun, Supply
from dossiers.models.imports.import_row import NOT_TAKEN_OVER
from dossiers.spreadsheets.imports.decisions import SUPPLY
from dossiers.spreadsheets.resources import SheetField


@dataclass(frozen=True)
class WaitingChange:
    """A sent list or form with a change of the person; `values` are form values by field.

    It has no values if a coordinator has opened a list, since the rows may then hold what staff corrected, nor if it
    `is_older` than what was taken over meanwhile.
    """

    run: ImportRun
    values: dict[str, Any]
    description: str
    is_older: bool = False


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
        replaced = values.keys() & _find_fields_supplied_after(run, supply) if values else set()
        older = {name: values.pop(name) for name in list(values) if name in replaced}
        if older:
            changes.append(WaitingChange(run, {}, _describe(older, sheet), is_older=True))
        if values or (run.pk not in by_hand and not older):
            changes.append(WaitingChange(run, values, _describe(values, sheet)))
            known |= values
    return changes


def _find_fields_supplied_after(run: ImportRun, supply: Supply) -> set[str]:
    """Return the fields of the person in lists that were sent after this one, but were taken over already."""
    person = Q(supply_id=supply.pk) | Q(target_id=supply.dossier_id)
    applied = ImportRun.objects.filter(
        organisation=supply.organisation_id, state=ImportRun.State.APPLIED, sent_at__gt=run.sent_at or run.created_at
    )
    rows = ImportRow.objects.filter(person, run__in=applied).exclude(action__in=(*NOT_TAKEN_OVER, Action.ABSENT))
    return {name for values in rows.values_list("given", flat=True) for name in values}


def _describe(values: dict[str, Any], sheet: dict[str, SheetField]) -> str:
    return "; ".join(f"{sheet[name].column_name} {describe_form_value(sheet[name], values[name])}" for name in values)


def _differs(known: Any, value: Any) -> bool:
    """Whether two form values differ by more than the order of their options."""
    return sorted(known or []) != sorted(value) if isinstance(value, list) else (known or "") != value
