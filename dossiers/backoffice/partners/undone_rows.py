"""Groups the rows of a partner's undone list by whether the organization supplies their people now.

Other lists may have been applied or undone since, so the effect of the undo itself says nothing about today.
"""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from dossiers.models import ImportRow, ImportRun, Supply
from dossiers.models.imports.import_row import GONE, RECORD_ACTIONS, SUPPLY
from dossiers.spreadsheets.matching.supplies import name_key


class UndoneRows(NamedTuple):
    """The rows whose people the organization does not supply now, or supplies with values of before or after the list.

    The people of `again` were deleted, and a later list has them as new ones.
    """

    deleted: QuerySet[ImportRow]
    restored: QuerySet[ImportRow]
    staying: QuerySet[ImportRow]
    again: QuerySet[ImportRow]


def group_undone_rows(run: ImportRun) -> UndoneRows:
    rows = run.rows.filter(action__in=RECORD_ACTIONS)
    supplies = Supply.objects.not_anonymised().filter(organisation=run.organisation_id)
    since = run.applied_at or run.created_at  # only that if the process was killed
    staying = rows.filter(_is_supplied(supplies.filter(last_seen__gte=since)))
    restored = rows.filter(_is_supplied(supplies)).exclude(pk__in=staying.values("pk"))
    gone = rows.exclude(_is_supplied(supplies))
    people = {pk: _identify(values) for pk, values in gone.values_list("pk", "given")}
    supplied = set()
    for number, values in supplies.values_list("external_id", "values").iterator() if people else ():
        supplied |= _identify(values | {"external_id": number})
    again = [pk for pk, keys in people.items() if keys & supplied]
    return UndoneRows(gone.exclude(pk__in_batch=again), restored, staying, gone.filter(pk__in_batch=again))


def _is_supplied(supplies: QuerySet[Supply]) -> Q:
    """Return a condition on rows: one of these supplies is of the dossier, or of the one into which it was merged."""
    merged = supplies.filter(dossier__merges__other_id=OuterRef("target_id"), dossier__merges__undone_at=None)
    return Q(Exists(supplies.filter(dossier=OuterRef("target_id")))) | Q(Exists(merged))


def leaves_supplies(staying: QuerySet[ImportRow]) -> bool:
    """Whether the undo left what the list supplied about some of the people who are still supplied."""
    for saved_reasons in staying.exclude(kept=None).values_list("kept", flat=True):
        reasons = saved_reasons or {}
        if SUPPLY in reasons and GONE not in reasons[SUPPLY]:
            return True
    return False


def _identify(values: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Return the keys by which values are of one person: two of the number, the name and the date of birth."""
    number, day = values.get("external_id"), values.get("date_of_birth")
    name = name_key(values) if values.get("given_name") and values.get("family_name") else None
    pairs = {"number and name": (number, name), "number and day": (number, day), "name and day": (name, day)}
    return {(label, *pair) for label, pair in pairs.items() if all(pair)}
