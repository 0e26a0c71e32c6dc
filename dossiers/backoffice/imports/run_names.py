"""Names of imports in a list; a person who was typed into a form has no file by which to tell the import."""

from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from dossiers.backoffice.labels import get_supplied_name
from dossiers.models import Action, Dossier, ImportRow, ImportRun, Supply
from dossiers.spreadsheets.imports.decisions import SUPPLY


def annotate_typed_person(runs: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
    """Annotate what the row of each import of one person gives, and what is known of a person who was corrected.

    No name is stored with the import itself, so that it is gone with the row or with the dossier.
    """
    rows = ImportRow.objects.filter(run=OuterRef("pk"), run__format__kind="form").exclude(action=Action.ABSENT)
    own = Supply.objects.not_anonymised().filter(organisation=OuterRef("organisation"))
    supplies = own.filter(pk=OuterRef("supply_key"))
    dossiers = Dossier.objects.not_anonymised().filter(pk=OuterRef("row_target"))
    return runs.annotate(
        supply_key=Cast(KeyTextTransform(SUPPLY, "decided"), BigIntegerField()),
        row_target=Subquery(rows.values("target_id")[:1]),
        row_given=Subquery(rows.values("given")[:1]),
    ).annotate(
        supplied_values=Subquery(supplies.values("values")[:1]),
        supplied_number=Subquery(supplies.values("external_id")[:1]),
        dossier_reference=Subquery(dossiers.values("reference")[:1]),
    )


def get_run_name(run: Any, *, shows_person: bool) -> str:
    """Return the name of an annotated run; of one person with the name, or else with the reference or the number."""
    if not run.by_hand:
        return str(run.file_name)
    row_values = run.row_given or {}
    if shows_person:
        person = get_supplied_name((run.supplied_values or {}) | row_values)
    else:
        reference = "" if run.with_partner else run.dossier_reference  # with the partner, the target is a supply
        person = reference or run.supplied_number or row_values.get("external_id", "")
    return f"{run.file_name}: {person}" if person else str(run.file_name)
