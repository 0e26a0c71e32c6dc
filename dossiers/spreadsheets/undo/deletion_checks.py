"""Finds why records that imports created can't be deleted by the undo of an import or of a bulk change."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model, Q

from dossiers.models import Action, BulkChange, EmployerInterest, ImportRow, ImportRun, Merge, Supply
from dossiers.models.imports.import_row import GONE, RECORD_ACTIONS
from dossiers.models.merges.reassign import find_foreign_keys
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.undo.given_values import get_sheet_name
from dossiers.spreadsheets.undo.reasons import (
    EDITED,
    IMPORTED,
    INTEREST_STAYS,
    MERGED,
    MISSED,
    SUPPLIED_BY_OTHER,
    SUPPLIED_BY_SAME,
)
from dossiers.spreadsheets.undo.typed_values import find_edited_records


class DeletionChecks:
    """The checks of records of one model, and of the employers of interests."""

    def __init__(self, change_set: ImportRun | BulkChange, model: type[Model]) -> None:
        self.change_set, self.model = change_set, model
        self.sender = change_set.organisation_id if isinstance(change_set, ImportRun) else None
        # Related records that the undo deletes too; a merge that was undone holds nothing.
        self.deleted: dict[type[Model], Q] = {Merge: Q(undone_at__isnull=False)}
        kinds = [kind for kind, resource in RESOURCES.items() if resource._meta.model is model]
        in_force = ImportRun.objects.filter(record__in=kinds, state=ImportRun.State.APPLIED, applied_at__isnull=False)
        if isinstance(change_set, ImportRun):
            in_force = in_force.exclude(pk=change_set.pk)
        self.in_force = list(in_force.values_list("pk", flat=True))

    def find_reasons(self, model: Any, keys: Collection[int]) -> dict[int, list[str]]:
        """Return why records can't be deleted that the change set or undone imports created, by key."""
        reasons: dict[int, list[str]] = defaultdict(list)
        there = set(model._base_manager.filter(pk__in_batch=list(keys)).values_list("pk", flat=True))
        absent = [key for key in keys if key not in there]
        merged = Merge.objects.find_merged(model, absent)
        for key in absent:
            reasons[key].append(MERGED if key in merged else GONE)
        steps = model.history.filter(id__in_batch=list(keys))
        by_later = set(steps.filter(import_run__in=self.in_force).values_list("id", flat=True))
        if model is self.model and self.in_force:
            rows = ImportRow.objects.filter(run__in=self.in_force, target_id__in_batch=list(keys))
            missed = set(rows.filter(action=Action.ABSENT).exclude(changes={}).values_list("target_id", flat=True))
            reached = set(rows.filter(action__in=RECORD_ACTIONS).values_list("target_id", flat=True))
            _add(reasons, MISSED, there & missed - reached)
            by_later = (by_later - missed) | reached
        _add(reasons, IMPORTED, by_later & there)
        by_hand = set(steps.filter(import_run=None).values_list("id", flat=True))
        restored = get_sheet_name(self.change_set) if isinstance(self.change_set, BulkChange) else ""
        _add(reasons, EDITED, find_edited_records(model, by_hand & there, restored if model is self.model else ""))
        # They are read from the model, so that relations that are added later are found too.
        for foreign_key in find_foreign_keys(model):
            related = foreign_key.model
            pointing = related._base_manager.filter(**{f"{foreign_key.name}__in_batch": list(keys)})
            if related in self.deleted:
                pointing = pointing.exclude(self.deleted[related])
            if related is Supply:
                own, others = pointing.filter(organisation=self.sender), pointing.exclude(organisation=self.sender)
                _add(reasons, SUPPLIED_BY_SAME, set(own.values_list(foreign_key.attname, flat=True)))
                _add(reasons, SUPPLIED_BY_OTHER, set(others.values_list(foreign_key.attname, flat=True)))
                continue
            if related is EmployerInterest and isinstance(self.change_set, ImportRun):
                rows = self.change_set.rows.filter(action__in=RECORD_ACTIONS, target_id__isnull=False)
                listed = rows.values("target_id")
                own, pointing = pointing.filter(pk__in=listed), pointing.exclude(pk__in=listed)
                _add(reasons, INTEREST_STAYS, set(own.values_list(foreign_key.attname, flat=True)))
            _add(reasons, related._meta.label_lower, set(pointing.values_list(foreign_key.attname, flat=True)))
        return reasons


def _add(reasons: dict[int, list[str]], reason: str, keys: Iterable[int]) -> None:
    for key in keys:
        reasons[key].append(reason)
