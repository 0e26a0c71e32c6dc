"""Deletions of records by users: the records are kept for 30 days, in which the deletion can be undone.

Personal data in them is cleared with the person that it is about, see forgetting/deletions.py.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Self
from uuid import uuid4

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin, User
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, router, transaction
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.finding import Finding
from dossiers.models.activity.follow_up import FollowUp
from dossiers.models.activity.record_mail import RecordMail
from dossiers.models.change_set import UNDO_WITHIN, ChangeSet, NotUndone
from dossiers.models.dossiers.dossier import Dossier, Status
from dossiers.models.dossiers.supply import Supply
from dossiers.models.employers.employer import Employer
from dossiers.models.employers.interest import EmployerInterest
from dossiers.models.imports.import_profile import RecordKind
from dossiers.models.imports.import_row import GONE, LEFT, RECORD_ACTIONS, Action, ImportRow
from dossiers.models.imports.import_run import ImportRun
from dossiers.models.merges.merge import Merge
from dossiers.models.merges.reassign import CAME, Moved, iterate_known_fields
from dossiers.models.money.expense import Expense
from dossiers.models.money.pilot import Milestone
from dossiers.models.placements.placement import Placement
from dossiers.models.placements.status_sync import find_status_after_restore, sync_statuses
from dossiers.models.snapshots import FIELDS, Snapshot, create_snapshot, rebuild_record, restore_lists
from dossiers.models.text_fields import JSONField
from dossiers.signals import Removal, personal_data_removed

DELETABLE: tuple[type[models.Model], ...] = (
    *(Dossier, Employer, EmployerInterest, Placement),
    *(ContactMoment, Finding, FollowUp, Expense, Milestone),
)
BELONGS_TO = (Dossier, Employer, EmployerInterest, Placement)  # a record that referred to one of these needs it
RESTORE = "dossiers.restore"  # the log action
RESTORED = _("Deletion undone")  # the reason in the history


KeysByModel = Mapping[str, Collection[int]]
"""{label of a model: keys of its records}"""


class DeletedRow(NamedTuple):
    """A row of an ended import that wrote a deleted dossier or interest, with what the import stored about it."""

    values: Snapshot
    decision: dict[str, Any]  # about its line, see ImportRun.decided
    counts_for_sender: dict[str, int]

    @classmethod
    def of(cls, row: ImportRow) -> Self:
        decision = {} if row.action == Action.ABSENT else row.run.decided.get("lines", {}).get(str(row.line), {})
        return cls(create_snapshot(row), decision, row.run.counts_for_sender)

    @property
    def run(self) -> int:
        return int(self.values[FIELDS]["run"])

    def restore(self, deleted_at: datetime, *, is_counted: bool, lost_supplies: Collection[Supply]) -> None:
        """Save the row again if its import still has rows; an import that was undone since left its record.

        `is_counted` says that the import counts a person or an employer less as forgotten. `lost_supplies` don't come
        back with the record: the undo of the import finds nothing to delete or change back for them.
        """
        run = ImportRun.objects.filter(pk=self.run).first()
        if run is None:
            return
        row: ImportRow = rebuild_record(ImportRow, self.values)
        for supply in lost_supplies:
            is_added = (run.organisation_id, run.applied_at) == (supply.organisation_id, supply.first_seen)
            if is_added or row.supply_id == supply.pk:
                row.supply_id, row.supply_before = supply.pk, None
        is_absent = row.action == Action.ABSENT
        run.forgotten_rows -= 0 if is_absent or not is_counted else min(run.forgotten_rows, 1)
        if not any(run.counts_for_sender.values()):
            run.counts_for_sender = self.counts_for_sender
        if run.is_within_undo_term:
            if self.decision:
                run.decided.setdefault("lines", {})[str(row.line)] = self.decision
            wrote = row.action != Action.UNCHANGED or run.record == RecordKind.DOSSIERS  # of those a supply
            if run.undone_at and run.undone_at > deleted_at and (row.changes or not is_absent) and wrote:
                row.kept = {LEFT: [GONE]}
            row.save_base(raw=True, force_insert=True)
        run.save(update_fields=["forgotten_rows", "counts_for_sender", "decided"])


def find_rows_to_store(rows: models.QuerySet[ImportRow]) -> list[DeletedRow]:
    """Return those of these rows that ended imports wrote about dossiers or interests."""
    actions = (*RECORD_ACTIONS, Action.ABSENT)
    ended = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
    stored = rows.filter(target_id__isnull=False, action__in=actions, run__state__in=ended)
    return [DeletedRow.of(row) for row in stored.select_related("run")]


class Superseded(NamedTuple):
    """A deleted record that can't come back, and the record that has its unique values by now."""

    record: models.Model
    holder: models.Model


def find_holder(record: models.Model) -> models.Model | None:
    """Return another record with a value that must be unique and that this unsaved record has as well."""
    model, meta = type(record), record._meta
    unique = [field.name for field in meta.concrete_fields if field.unique]
    constraints = [models.UniqueConstraint(fields=[name], name=name) for name in unique]
    constraints += [each for each in meta.constraints if isinstance(each, models.UniqueConstraint)]
    for constraint in constraints:
        try:
            constraint.validate(model, record)
        except ValidationError:
            values = {name: getattr(record, name) for name in constraint.fields}
            return model._base_manager.filter(constraint.condition or models.Q(), **values).first()
    return None


class DeletedRecord(NamedTuple):
    """A record as it was, and what was deleted with it, such as the supplies of a dossier."""

    name: str
    snapshots: list[tuple[str, Snapshot]]
    """(label of the model, values): the record first, and each record after those that it refers to."""
    import_rows: list[DeletedRow] = []

    @classmethod
    def of(cls, record: models.Model, import_rows: Sequence[DeletedRow] = ()) -> Self:
        """Return the record as it is, with what is deleted with it."""
        collector = Collector(using=router.db_for_write(type(record)))
        collector.collect([record])
        collector.sort()  # into the order of deletion
        others = [each for model in reversed(collector.data) for each in collector.data[model] if each != record]
        fast = [each for records in collector.fast_deletes for each in records]
        stored = [record, *(each for each in [*others, *fast] if not each._meta.auto_created)]
        snapshots = [(each._meta.label, create_snapshot(each)) for each in stored]
        return cls(record.heading, snapshots, list(import_rows))  # type: ignore[attr-defined]

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.snapshots[0][0])

    @property
    def key(self) -> int:
        return get_key(*self.snapshots[0])

    def is_about(self, keys: KeysByModel) -> bool:
        """Whether it is one of these records, or it or what was deleted with it refers to one of them."""
        for label, values in self.snapshots:
            fields = [field for field in apps.get_model(label)._meta.concrete_fields if field.related_model]
            references = [(field.related_model._meta.label, values[FIELDS].get(field.name)) for field in fields]
            if any(key in keys.get(model, ()) for model, key in [(label, get_key(label, values)), *references]):
                return True
        return False

    def restore(self, user: User | None, deleted_at: datetime) -> models.Model:
        """Save the record again, with what was deleted with it and is not superseded, and return it."""
        records, superseded = [], self.find_superseded()
        for label, values in self.snapshots:
            if (label, get_key(label, values)) in superseded:
                continue
            rebuilt = rebuild_record(apps.get_model(label), values)
            if isinstance(rebuilt, RecordMail) and rebuilt.state == RecordMail.State.WAITING:
                rebuilt.state = RecordMail.State.DELETED  # its task found nothing to send
            rebuilt.save_base(raw=True, force_insert=True)  # `save()` would overwrite the creation date
            restore_lists(rebuilt, values)
            if history := getattr(type(rebuilt), "history", None):
                history.bulk_history_create([rebuilt], default_user=user, default_change_reason=str(RESTORED))
            if isinstance(rebuilt, Dossier):
                rebuilt.record_sectors_in_history()
                # An undone merge stayed when the dossier was deleted, and holds its reference only.
                Merge.objects.filter(kept=None, kept_reference=rebuilt.reference).update(kept=rebuilt)
            records.append(rebuilt)
        for each in records:
            if isinstance(each, Placement):
                sync_statuses(each)
        counted_runs: set[int] = set()
        lost_supplies = [each.record for each in superseded.values() if isinstance(each.record, Supply)]
        for row in self.import_rows:
            # An import of interests counts an employer once, who may have several lines.
            is_counted = self.model is Dossier or row.run not in counted_runs
            row.restore(deleted_at, is_counted=is_counted, lost_supplies=lost_supplies)
            counted_runs.add(row.run)
        # With a UUID of its own: of entries with that of the request, Wagtail shows only the last.
        log(records[0], RESTORE, user=user, uuid=uuid4(), content_changed=True)
        return records[0]

    def find_superseded(self) -> dict[tuple[str, int], Superseded]:
        """Return what was deleted with the record and collides with another record by now, by model and key.

        So is what can't be there without it.
        """
        superseded: dict[tuple[str, int], Superseded] = {}
        for label, values in self.snapshots[1:]:
            model = apps.get_model(label)
            rebuilt = rebuild_record(model, values)
            holder = find_holder(rebuilt)
            for field in model._meta.concrete_fields:
                if field.related_model and not field.null and holder is None:
                    key: Any = values[FIELDS].get(field.name)
                    parent = superseded.get((field.related_model._meta.label, key))
                    holder = parent and parent.holder
            if holder:
                superseded[label, get_key(label, values)] = Superseded(rebuilt, holder)
        return superseded

    def find_lost_supplies(self) -> "list[DeletedRecord]":
        """Return the superseded supplies, each with the rows of imports that may have written it."""
        superseded = self.find_superseded()
        return [
            DeletedRecord(
                str(superseded[label, key].record),
                [(label, values)],
                [row for row in self.import_rows if row.values[FIELDS]["supply_id"] in (None, key)],
            )
            for label, values in self.snapshots
            if (label, key := get_key(label, values)) in superseded and label == Supply._meta.label
        ]

    def restore_supply(self) -> None:
        """Save a lost supply again, so that the undo of the imports that wrote it reaches it as before."""
        supply: Supply = rebuild_record(Supply, self.snapshots[0][1])
        supply.save_base(raw=True, force_insert=True)
        for row in self.import_rows:
            written: ImportRow = rebuild_record(ImportRow, row.values)
            lost = ImportRow.objects.filter(pk=written.pk, supply_id=supply.pk, supply_before__isnull=True)
            lost.update(supply_id=written.supply_id, supply_before=written.supply_before)

    def find_status_change(self) -> tuple[Dossier, Status] | None:
        """Return the dossier of a deleted placement with its new status, if the status changes by the restore."""
        placement = rebuild_record(self.model, self.snapshots[0][1])
        if not isinstance(placement, Placement) or not placement.dossier_id:
            return None
        status = find_status_after_restore(placement)
        return (placement.dossier, status) if status else None

    def count_others(self) -> dict[type[models.Model], int]:
        """Return {model: number} of what comes back with the record."""
        superseded = self.find_superseded()
        others = [label for label, values in self.snapshots[1:] if (label, get_key(label, values)) not in superseded]
        return {apps.get_model(label): others.count(label) for label in dict.fromkeys(others)}


def get_key(label: str, values: Snapshot) -> int:
    return int(values[FIELDS][apps.get_model(label)._meta.pk.name])


class DeletionQuerySet(models.QuerySet["Deletion"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the deletions of records that the user may delete."""
        if not isinstance(user, PermissionsMixin):
            return self.none()
        allowed = [model for model in DELETABLE if user.has_perm(f"dossiers.delete_{model._meta.model_name}")]
        return self.filter(model_label__in=[model._meta.label for model in allowed])

    def undoable(self) -> Self:
        return self.filter(undone_at=None, applied_at__gte=timezone.now() - UNDO_WITHIN).exclude(records=[])

    def expired(self, now: Any) -> Self:
        """Return the deletions that can't be undone any more but still hold the records."""
        return self.filter(applied_at__lt=now - UNDO_WITHIN).exclude(records=[])

    def find_deletion_of(self, model: type[models.Model], key: int) -> "Deletion | None":
        """Return the deletion of a record, by which it can be restored."""
        deletions = self.undoable().filter(model_label=model._meta.label).order_by("-applied_at")
        return next((each for each in deletions if any(record.key == key for record in each.get_records())), None)

    def get_snapshots(self, model: type[models.Model]) -> Iterator[tuple[int, Snapshot]]:
        """Yield the records of a model that were deleted with a dossier, by the key of that."""
        for deletion in self.filter(model_label=Dossier._meta.label).exclude(records=[]):
            for record in deletion.get_records():
                yield from ((record.key, values) for label, values in record.snapshots if label == model._meta.label)

    def find_lost_supplies(self, dossiers: Collection[int]) -> Iterator[Supply]:
        """Yield the supplies that are kept although they did not come back with one of these dossiers."""
        for deletion in self.filter(model_label=Supply._meta.label).exclude(records=[]):
            for record in deletion.get_records():
                supply: Supply = rebuild_record(Supply, record.snapshots[0][1])
                if supply.dossier_id in dossiers:
                    yield supply

    def return_references(self, moved: Moved, holder: int, source: int) -> None:
        """Let records that came from the source and were deleted since come back to it, and not to the holder."""
        names = {
            (field.model._meta.label, str(key)): field.name
            for field, keys in iterate_known_fields(moved)
            for key in keys[CAME]
        }
        for deletion in self.exclude(records=[]).select_for_update():
            returned = [
                (values[FIELDS], name)
                for _name, snapshots, *_import_rows in deletion.records
                for label, values in snapshots
                if (name := names.get((label, str(get_key(label, values))))) and values[FIELDS][name] == holder
            ]
            for fields, name in returned:
                fields[name] = source
            if returned:
                deletion.save(update_fields=["records"])

    def clear_records(self, is_cleared: Callable[[DeletedRecord], bool]) -> None:
        """Clear the deleted records of which the function returns True, so that nobody restores them any more."""
        for deletion in self.exclude(records=[]).select_for_update():
            remaining = [record for record in deletion.get_records() if not is_cleared(record)]
            if len(remaining) < len(deletion.records):
                deletion.records = remaining
                deletion.save(update_fields=["records"])


class Deletion(ChangeSet):
    """Records of one model that a user deleted together."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    model_label = models.CharField(_("kind"), max_length=60)
    number = models.PositiveIntegerField(_("number of records"))
    records = JSONField(_("the records as they were"), default=list, encoder=DjangoJSONEncoder)  # of DeletedRecord

    objects = DeletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        ordering = ["-applied_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def has_undo_data(self) -> bool:
        return bool(self.records)

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.model_label)

    def get_records(self) -> Iterator[DeletedRecord]:
        for name, snapshots, *import_rows in self.records:  # older deletions have no rows
            rows = [DeletedRow(*row) for row in import_rows[0]] if import_rows else []
            yield DeletedRecord(name, [(label, values) for label, values in snapshots], rows)

    def forget(self) -> None:
        """Clear the records, after the term, after the undo, or with the last person that they were about."""
        self.records = []


def store_deletion(
    records: Sequence[models.Model],
    user: User | None,
    import_rows: Mapping[int, Sequence[DeletedRow]] = MappingProxyType({}),
) -> Deletion:
    """Store the records, which are deleted next in the same transaction, with what is deleted with them.

    `import_rows` are those of dossiers or employers, by the key of the record.
    """
    deletion = Deletion(user=user, applied_at=timezone.now(), number=len(records))
    deletion.model_label = records[0]._meta.label
    deletion.records = [DeletedRecord.of(record, import_rows.get(record.pk, ())) for record in records]
    deletion.save()
    keys = [record.pk for record in records]
    personal_data_removed.send(None, action=Removal.DELETED, model=deletion.model_label, keys=keys)
    return deletion


def store_lost_supplies(lost: Sequence[DeletedRecord], user: User | None, deleted_at: datetime) -> None:
    """Store the supplies that stay away from restored dossiers, as a deletion of their own that no list shows."""
    if lost:
        label = Supply._meta.label
        Deletion.objects.create(
            user=user, applied_at=deleted_at, model_label=label, number=len(lost), records=list(lost)
        )


def restore_lost_supplies() -> None:
    """Restore the supplies that stayed away from restored dossiers, as far as nobody has their numbers any more.

    One that an import wrote which was undone since does not come back.
    """
    for deletion in Deletion.objects.undoable().filter(model_label=Supply._meta.label).select_for_update():
        remaining = []
        for record in deletion.get_records():
            runs = ImportRun.objects.filter(pk__in=[row.run for row in record.import_rows])
            if find_obstacle(record):
                remaining.append(record)
            elif not runs.filter(undone_at__gt=deletion.applied_at).exists():
                record.restore_supply()
        if len(remaining) < len(deletion.records):
            deletion.records = remaining
            deletion.undone_at = None if remaining else timezone.now()
            deletion.save()


def find_obstacle(record: DeletedRecord) -> str:
    """Return why a deleted record can't be restored, as a sentence for people; an empty text if it can."""
    if record.model._base_manager.filter(pk=record.key).exists():
        return gettext("This was already restored.")
    restored = {(apps.get_model(label), get_key(label, values)) for label, values in record.snapshots}
    for label, values in record.snapshots:
        for field in apps.get_model(label)._meta.concrete_fields:
            related, key = field.related_model, values[FIELDS].get(field.name)
            if related not in BELONGS_TO or key is None or (related, key) in restored:
                continue
            if related._base_manager.filter(pk=key).exists():
                continue
            names = {"what": related._meta.verbose_name}
            if deletion := Deletion.objects.find_deletion_of(related, key):
                names["name"] = next(record.name for record in deletion.get_records() if record.key == key)
                return gettext("The %(what)s that it belongs to was deleted too. Restore that first: %(name)s.") % names
            merges = Merge.objects.not_undone().filter(other_id=key) if related is Dossier else Merge.objects.none()
            if merge := merges.order_by("pk").last():
                text = gettext("The dossier that it belongs to was merged into %(reference)s.")
                next_step = merge.find_undo_refusal() or gettext("Undo that merge first.")
                return f"{text % {'reference': merge.kept.reference}} {next_step}"
            return gettext("The %(what)s that it belongs to does not exist any more.") % names
    rebuilt = rebuild_record(record.model, record.snapshots[0][1])
    if isinstance(rebuilt, Placement) and (rebuilt.dossier.is_closed or rebuilt.interest.is_closed):
        return gettext("The dossier or the interest was closed since. Open it first.")
    try:
        rebuilt.validate_unique()
        rebuilt.validate_constraints()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def undo_deletion(key: int, user: User | None) -> list[models.Model]:
    """Restore the records that can be restored, and return them; raises NotUndone if there is none."""
    with transaction.atomic():
        deletion = Deletion.objects.select_for_update().get(pk=key)
        if reason := deletion.find_undo_refusal():
            raise NotUndone(reason)
        deleted_at: Any = deletion.applied_at
        restored, remaining = [], []
        lost_supplies: list[DeletedRecord] = []
        for record in deletion.get_records():
            if find_obstacle(record):
                remaining.append(record)
            else:
                lost_supplies += record.find_lost_supplies()
                restored.append(record.restore(user, deleted_at))
        if not restored:
            raise NotUndone(gettext("None of this can be restored now. Below is why."))
        store_lost_supplies(lost_supplies, deletion.user, deleted_at)
        deletion.records = remaining
        if not remaining:
            deletion.undone_at, deletion.undone_by = timezone.now(), user
        deletion.save()
        keys = [record.pk for record in restored]
        personal_data_removed.send(None, action=Removal.RESTORED, model=deletion.model_label, keys=keys)
    return restored
