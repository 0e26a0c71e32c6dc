"""Which of the records that an undo of an import left or restored are gone now."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from dossiers.backoffice.later_deletions import LaterDeletion, find_later_deletions
from dossiers.models import Employer, ImportRow, ImportRun, Supply
from dossiers.models.imports.import_row import GONE, SUPPLY
from dossiers.spreadsheets.undo.plan import EMPLOYER, Reasons, record_resource
from dossiers.spreadsheets.undo.reasons import MERGED, RENEWED


class LeftRecords:
    """The rows of an undone import of which the record, its employer or its supply was left or restored."""

    def __init__(self, run: ImportRun, reasons: dict[int, Reasons]) -> None:
        self.run, self.reasons = run, reasons
        self.model: Any = record_resource(run)._meta.model
        # Those that were gone at the undo already.
        before = [pk for pk, left in reasons.items() if any({GONE, MERGED} & {*codes} for codes in left.values())]
        self.rows = run.rows.exclude(pk__in_batch=before)

    def find_gone(self, keys: Iterable[int]) -> QuerySet[ImportRow]:
        """Return those of the rows with these keys whose record the undo did not delete, and that is gone now."""
        is_there = Exists(self.model._base_manager.filter(pk=OuterRef("target_id")))
        deletions = self.model.history.filter(id=OuterRef("target_id"), history_type="-").order_by("-history_id")
        gone = self.rows.filter(~is_there, pk__in_batch=list(keys), target_id__isnull=False)
        # The undo may have deleted an interest of which it left something of the employer.
        gone = gone.alias(deleted_by=Subquery(deletions.values("import_run")[:1]))
        return gone.filter(Q(deleted_by=None) | ~Q(deleted_by=self.run.pk))

    def find_gone_employers(self) -> QuerySet[ImportRow]:
        left = [pk for pk, reasons in self.reasons.items() if EMPLOYER in reasons]
        is_there = Exists(Employer.objects.filter(pk=OuterRef("employer_id")))
        return self.rows.filter(~is_there, pk__in_batch=left, employer_id__isnull=False)

    def count_gone_employers(self) -> int:
        return self.find_gone_employers().values("employer_id").distinct().count()

    def count_renewed_supplies(self) -> int:
        """Return about how many people the organisation supplied something again that is still there."""
        left = [pk for pk, reasons in self.reasons.items() if RENEWED in reasons.get(SUPPLY, ())]
        if not (left and self.run.applied_at):
            return 0
        supplies = Supply.objects.filter(organisation=self.run.organisation_id, last_seen__gt=self.run.applied_at)
        own, merged = supplies.filter(dossier=OuterRef("target_id")), supplies.filter(pk=OuterRef("supply_id"))
        return self.run.rows.filter(Q(Exists(own)) | Q(Exists(merged)), pk__in_batch=left).count()

    def find_deletions(self, rows: list[ImportRow]) -> dict[int, LaterDeletion]:
        """Return the deletions of the records of these rows, or of their employers, by row."""
        keys = [row.pk for row in rows]
        deletions: dict[int, LaterDeletion] = {}
        for gone, column, model in (
            (self.find_gone_employers().filter(pk__in_batch=keys), "employer_id", Employer),
            (self.find_gone(keys), "target_id", self.model),
        ):
            targets = dict(gone.values_list("pk", F(column)))
            by_record = find_later_deletions(model, targets.values())
            deletions |= {pk: by_record[key] for pk, key in targets.items() if key in by_record}
        return deletions
