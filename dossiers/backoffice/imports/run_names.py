"""Names of imports in a list; a person who was typed into a form has no file by which to tell the import."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext

from dossiers.models import Action, Dossier, ImportRow, ImportRun, Supply
from dossiers.models.dossiers.supply import get_supplied_name
from dossiers.spreadsheets.imports.decisions import SUPPLY


def annotate_typed_person(runs: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
    """Annotate what the row of each import of one person gives, and what is known of a person who was corrected.

    No name is stored with the import itself, so that it is gone with the row or with the dossier.
    """
    rows = ImportRow.objects.filter(run=OuterRef("pk"), run__format__kind="form").exclude(action=Action.ABSENT)
    own = Supply.objects.not_anonymised().filter(organisation=OuterRef("organisation"))
    supplies = own.filter(pk=OuterRef("supply_key"))
    dossiers = Dossier.objects.not_anonymised().filter(pk=OuterRef("row_target"))
    return (
        runs.annotate(
            decided_supply=Cast(KeyTextTransform(SUPPLY, "decided"), BigIntegerField()),
            row_supply=Subquery(rows.values("supply_id")[:1]),
            row_target=Subquery(rows.values("target_id")[:1]),
            row_given=Subquery(rows.values("given")[:1]),
            row_action=Subquery(rows.values("action")[:1]),
        )
        .annotate(supply_key=Coalesce("decided_supply", "row_supply"))
        .annotate(
            supplied_values=Subquery(supplies.values("values")[:1]),
            supplied_number=Subquery(supplies.values("external_id")[:1]),
            supplied_reference=Subquery(supplies.values("dossier__reference")[:1]),
            dossier_reference=Subquery(dossiers.values("reference")[:1]),
        )
    )


def get_run_name(run: Any, *, shows_person: bool) -> str:
    """Return the name of an annotated run; of one person with the name, or else with the reference or the number.

    Without the name it also says whether the person is new, or is changed.
    """
    if not run.by_hand:
        return str(run.file_name)
    row_values = run.row_given or {}
    if shows_person:
        person = get_supplied_name((run.supplied_values or {}) | row_values)
        return f"{run.file_name}: {person}" if person else str(run.file_name)
    # While the partner has the list, the target is a supply.
    reference = run.supplied_reference if run.with_partner else run.dossier_reference
    person = reference or run.supplied_number or row_values.get("external_id", "")
    about = ", ".join(filter(None, [person, describe_effect(run)]))
    return f"{run.file_name}: {about}" if about else str(run.file_name)


def describe_effect(run: Any) -> str:
    if run.row_action == Action.NEW:
        return gettext("new")
    # What was supplied before is a change too if a change that waits says otherwise.
    return gettext("change") if run.row_action in (Action.CHANGED, Action.UNCHANGED) else ""


def list_waiting_lists(user: User) -> list[tuple[ImportRun, str]]:
    """Return the lists that partners sent and no coordinator opened yet, each with its name, the oldest first."""
    runs: QuerySet[ImportRun] = ImportRun.objects.visible_to(user).waiting()
    if any(run.by_hand for run in runs):
        runs = annotate_typed_person(runs)
    return [(run, get_run_name(run, shows_person=False)) for run in runs]
