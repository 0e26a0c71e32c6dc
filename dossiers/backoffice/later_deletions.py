"""Describes by which later undo or merge the records of an import or bulk change are gone."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from admin_pages.pages import Link
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.change_sets import get_undo_link
from dossiers.models import BulkChange, Dossier, ImportRun, Merge
from dossiers.spreadsheets.undo.given_values import describe_change_set


@dataclass(frozen=True)
class LaterDeletion:
    """A record that is gone: its name, and the change set whose undo deleted it with its URL, if one did.

    A dossier that was merged has the URL and the heading of the one that it went into.
    """

    name: str
    undo_name: str = ""
    undo_url: str = ""
    merged_into: Link | None = None


def find_later_deletions(model: type[Model], keys: Collection[int]) -> dict[int, LaterDeletion]:
    """Return the deletions of those of these records that are gone, by key."""
    there = set(model._base_manager.filter(pk__in_batch=list(keys)).values_list("pk", flat=True))
    history: Any = model.history  # type: ignore[attr-defined]
    steps = history.filter(id__in_batch=[*{*keys} - there], history_type="-").select_related("import_run")
    last_steps = {step.id: step for step in steps.order_by("history_id")}
    change_sets: dict[str, ImportRun | BulkChange] = {}
    if any(step.import_run is None for step in last_steps.values()):
        for change in BulkChange.objects.filter(state=BulkChange.State.UNDONE):
            change_sets |= dict.fromkeys(change.get_reasons_in_all_languages(), change)
    merges = Merge.objects.not_undone().filter(other_id__in_batch=list(last_steps)) if model is Dossier else []
    merged_into = {merge.other_id: merge.kept for merge in merges}
    deletions = {}
    for key, step in last_steps.items():
        if dossier := merged_into.get(key):
            deletions[key] = LaterDeletion(
                step.instance.heading, merged_into=(get_record_url(dossier), dossier.heading)
            )
            continue
        change_set = step.import_run or change_sets.get(step.history_change_reason or "")
        # The employer of an interest may be gone too, and the name of a person whom somebody deleted is not shown.
        name = step.instance.heading if model is Dossier and change_set else str(step.instance)
        deletions[key] = LaterDeletion(name)
        if change_set:
            deletions[key] = LaterDeletion(name, describe_change_set(change_set), get_undo_link(change_set)[0])
    return deletions
