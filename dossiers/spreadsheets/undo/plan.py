"""What an undo of an import would take away, bring back and leave: known before anything is done.

Values are compared by the columns' own words, as staging compares them, a batch of rows at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from dossiers.models import Action, Employer, EmployerInterest, ImportRow, ImportRun, Supply
from dossiers.models.history import DossierProvenance, Provenance
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.imports.absent import ACTED_FIELDS
from dossiers.spreadsheets.imports.apply import BATCH, WRITABLE, batched
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, RESOURCES, EmployerResource, RecordResource
from dossiers.spreadsheets.undo.reasons import EDITED, GONE, IMPORTED, RENEWED, TAKEN, UNKNOWN
from dossiers.spreadsheets.undo.restore import LEFT
from dossiers.spreadsheets.undo.statuses import Statuses, judge_places
from dossiers.spreadsheets.values import NamedRecordWidget

SUPPLY, EMPLOYER = "supply", "employer"  # keys in ImportRow.kept, beside LEFT and the names of fields
Why = dict[str, list[str]]  # LEFT, SUPPLY, EMPLOYER or a field: reasons


def record_resource(run: ImportRun) -> RecordResource:
    """All columns of the record: of who is absent from a partner's list, also what that partner can't give changes."""
    return RESOURCES[run.record](out_of_use=True)


@dataclass
class Plan:
    """The keys are those of ImportRow."""

    run: ImportRun
    kept: dict[int, Why]  # what stays of a row
    whole: set[int]  # of these rows nothing comes back, and nothing goes
    employers: int = 0  # made by the run, and going
    statuses: dict[int, str] = field(default_factory=dict)  # what comes back instead of the former status

    def tell(self, row: ImportRow) -> ImportRow:
        """The row with what comes back of it; not saved."""
        if row.pk in self.statuses:
            row.changes["status"][0] = self.statuses[row.pk]
        return row

    def removed(self) -> QuerySet[ImportRow]:
        return self.run.rows.filter(action=Action.NEW).exclude(pk__in_batch=list(self.whole))

    def restored(self) -> QuerySet[ImportRow]:
        return changed_rows(self.run).exclude(pk__in_batch=list(self.whole))

    def staying(self) -> QuerySet[ImportRow]:
        return self.run.rows.filter(pk__in_batch=list(self.kept))

    @classmethod
    def of_undone(cls, run: ImportRun) -> "Plan":
        """What an undo did, as it was written down."""
        reasons_by_pk: dict[int, Why] = {
            pk: why or {} for pk, why in run.rows.exclude(kept=None).values_list("pk", "kept")
        }
        return cls(run, reasons_by_pk, _whole(run, reasons_by_pk))


def changed_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """Rows of which the run changed what was there, absent ones among them."""
    acted = Q(action=Action.ABSENT, changes__has_any_keys=ACTED_FIELDS)
    return run.rows.filter(Q(action=Action.CHANGED) | acted)


def _whole(run: ImportRun, reasons_by_pk: dict[int, Why]) -> set[int]:
    rows = run.rows.filter(pk__in_batch=list(reasons_by_pk)).only("run", "action", "changes")
    return {
        row.pk
        for row in rows.iterator()
        if LEFT in reasons_by_pk[row.pk]
        or (row.action != Action.NEW and row.changes and row.changes.keys() <= reasons_by_pk[row.pk].keys())
    }


def plan(run: ImportRun) -> Plan:
    """Look at everything that an applied run wrote."""
    return _Planner(run).plan()


def relations(model: type[Model]) -> list[Any]:
    """Everything that can point at a record, whatever later parts add; its history and its own lists aside."""
    own = {field.remote_field.through for field in model._meta.local_many_to_many}
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and (relation.one_to_many or relation.one_to_one)
        and relation.related_model not in own
        and not issubclass(relation.related_model, Provenance)  # type: ignore[arg-type]
    ]


class _Planner:
    def __init__(self, run: ImportRun) -> None:
        self.run, self.resource = run, record_resource(run)
        self.model: type[Model] = self.resource._meta.model
        after = ImportRun.objects.filter(record=run.record, applied_at__gt=run.applied_at)
        self.later = list(after.filter(state=ImportRun.State.APPLIED).values_list("pk", flat=True))
        undone = after.filter(state=ImportRun.State.UNDONE).values_list("pk", flat=True)
        self.own_steps = [run.pk, *undone]  # in history: an undone run's steps come to nothing
        self.kept: dict[int, Why] = defaultdict(lambda: defaultdict(list))
        own_supplies = Q(organisation=run.organisation_id, first_seen=run.applied_at, last_seen=run.applied_at)
        self.statuses: dict[int, str] = {}
        self.going: dict[type[Model], Q] = {Supply: own_supplies}  # what this undo takes along itself

    def plan(self) -> Plan:
        removed: list[int] = []
        new = self.run.rows.filter(action=Action.NEW).order_by("pk").values_list("pk", "target_id")
        for pairs in batched(new.iterator(BATCH), BATCH):
            removed += self._created([(row, target or 0) for row, target in pairs])
        changed = changed_rows(self.run).order_by("pk").only("run", "action", "target_id", "changes")
        for rows in batched(changed.iterator(BATCH), BATCH):
            self._changed(rows)
        employers = 0
        if self.model is EmployerInterest:
            self.going[EmployerInterest] = Q(pk__in_batch=removed)
            self._employer_values()
            employers = self._employers_made()
        else:
            self._supplies()
        reasons_by_pk = {pk: dict(why) for pk, why in self.kept.items()}
        return Plan(self.run, reasons_by_pk, _whole(self.run, reasons_by_pk), employers, self.statuses)

    def _created(self, pairs: list[tuple[int, int]]) -> list[int]:
        """Judge new rows (key, record); returns the records that go."""
        attached = self._attached(self.model, [target for _row, target in pairs])
        for row, target in pairs:
            if target in attached:
                self.kept[row][LEFT] = attached[target]
        return [target for _row, target in pairs if target not in attached]

    def _attached(self, model: Any, keys: list[int]) -> dict[int, list[str]]:
        """Why records that the run made can't go."""
        texts_by_pk: dict[int, list[str]] = defaultdict(list)
        there = set(model._base_manager.filter(pk__in_batch=keys).values_list("pk", flat=True))
        _add(texts_by_pk, GONE, (key for key in keys if key not in there))
        steps = model.history.filter(id__in_batch=keys).exclude(import_run__in=self.own_steps)
        by_later = set(steps.filter(import_run__in=self.later).values_list("id", flat=True))
        if model is self.model and self.later:
            reached = ImportRow.objects.filter(run__in=self.later, action__in=WRITABLE, target_id__in_batch=keys)
            by_later |= set(reached.values_list("target_id", flat=True))
        _add(texts_by_pk, IMPORTED, by_later & there)
        by_hand = set(steps.exclude(import_run__in=self.later).values_list("id", flat=True))
        _add(texts_by_pk, EDITED, self._edited(model, by_hand & there))
        for relation in relations(model):
            name, related = relation.field.attname, relation.related_model
            pointing = related._base_manager.filter(**{f"{relation.field.name}__in_batch": keys})
            if related in self.going:
                pointing = pointing.exclude(self.going[related])
            _add(texts_by_pk, related._meta.label_lower, set(pointing.values_list(name, flat=True)))
        return texts_by_pk

    def _edited(self, model: Any, keys: set[int]) -> set[int]:
        """Those of which a value is another than the run gave: what came back, by the undo of a bulk change or by
        hand, is as it was."""
        history = model.history.model
        names: list[str] = [field.attname for field in history.tracked_fields if field.name != "changed_at"]
        if issubclass(history, DossierProvenance):
            names.append("sector_names")
        steps = history.objects.filter(id__in_batch=list(keys)).order_by("id", "history_id")
        values_by_pk: dict[int, tuple[Any, ...]] = {}
        last: dict[int, tuple[Any, ...]] = {}
        for key, run, *values in steps.values_list("id", "import_run", *names).iterator():
            last[key] = tuple(values)
            if run == self.run.pk:
                values_by_pk[key] = tuple(values)
        return {key for key in keys if values_by_pk.get(key) != last.get(key)}

    def _changed(self, rows: list[ImportRow]) -> None:
        """Judge what rows changed of the main record: it comes back where the new value still stands."""
        names = {name for row in rows for name in row.changes} - self._employer_columns
        keys = {row.target_id for row in rows if row.target_id}
        current = current_values(self.resource, keys, sorted(names))
        for row in rows:
            record = current.get(row.target_id or 0)
            if record is None:
                self.kept[row.pk][LEFT] = [GONE]
                continue
            for name in row.changes.keys() & names:
                old, new = row.changes[name]
                if record[name] != new:
                    self.kept[row.pk][name] = [EDITED]
                elif not self._known(name, old):
                    self.kept[row.pk][name] = [UNKNOWN]
        there = [row for row in rows if row.target_id in current]
        if "status" in names:
            self.statuses |= Statuses(self.run, self.own_steps).judge(there, current, self.kept)
        if "positions" in names:
            judge_places(there, self.kept)

    @property
    def _employer_columns(self) -> frozenset[str]:
        return frozenset(EMPLOYER_COLUMNS) if self.model is EmployerInterest else frozenset()

    def _known(self, name: str, value: Any) -> bool:
        """Whether a value out of a list that people edit can be put back."""
        names = self._names[name]
        if names is None or not value:
            return True
        return names.issuperset(value) if isinstance(value, list) else value in names

    @cached_property
    def _names(self) -> dict[str, frozenset[str] | None]:
        """What can be put back into each field; None for a field whose values are in no list that people edit."""
        widgets = {name: field.widget for name, field in self.resource.sheet_fields().items()}
        return {
            name: frozenset(widget.names.values()) if isinstance(widget, NamedRecordWidget) else None
            for name, widget in widgets.items()
        }

    def _employer_values(self) -> None:
        """Judge what rows changed of employers; several rows may have changed the same one."""
        touching = self.run.rows.filter(action__in=(Action.NEW, Action.CHANGED), employer_id__isnull=False)
        made = Employer.history.filter(import_run=self.run, history_type="+").values("id")
        touching = touching.filter(changes__has_any_keys=EMPLOYER_COLUMNS).exclude(employer_id__in=made)
        rows = list(touching.order_by("pk").only("run", "action", "employer_id", "changes"))
        fields = EmployerResource()
        current = current_values(fields, {row.employer_id for row in rows if row.employer_id}, list(EMPLOYER_COLUMNS))
        values_by_key: dict[tuple[int | None, str], list[Any]] = defaultdict(list)
        first: dict[tuple[int | None, str], Any] = {}  # what stood there before the run: the first row tells
        numbers = {row.changes["kvk_number"][0]: row.employer_id for row in rows if "kvk_number" in row.changes}
        taken = Employer.objects.filter(kvk_number__in_batch=[number for number in numbers if number])
        others = {number for pk, number in taken.values_list("pk", "kvk_number") if numbers[number] != pk}
        for row in rows:
            for name in row.changes.keys() & self._employer_columns:
                values_by_key[row.employer_id, name].append(row.changes[name][1])
                first.setdefault((row.employer_id, name), row.changes[name][0])
        for row in rows:
            record = current.get(row.employer_id or 0, {})
            for name in row.changes.keys() & self._employer_columns:
                if name not in record:
                    self.kept[row.pk][name] = [GONE]
                elif record[name] not in values_by_key[row.employer_id, name]:
                    self.kept[row.pk][name] = [EDITED]
                elif name == "kvk_number" and first[row.employer_id, name] in others:
                    self.kept[row.pk][name] = [TAKEN]
                elif not self._known(name, first[row.employer_id, name]):
                    self.kept[row.pk][name] = [UNKNOWN]

    def _employers_made(self) -> int:
        """Judge the employers that the run made; returns how many go."""
        made = Employer.history.filter(import_run=self.run, history_type="+").values_list("id", "import_line")
        lines = dict(self.run.rows.filter(action=Action.NEW).values_list("line", "pk"))
        going = 0
        for pairs in batched(made.iterator(BATCH), BATCH):
            attached = self._attached(Employer, [key for key, _line in pairs])
            for key, line in pairs:
                if key in attached and line in lines:
                    self.kept[lines[line]][EMPLOYER] = attached[key]
            going += len(pairs) - len(attached)
        return going

    def _supplies(self) -> None:
        """What the organisation supplied again since stays as it gave it."""
        at: Any = self.run.applied_at
        own = Supply.objects.filter(organisation=self.run.organisation_id)
        renewed = Exists(own.filter(pk=OuterRef("supply_id")).exclude(last_seen=at))
        added = Exists(own.filter(dossier_id=OuterRef("target_id"), first_seen=at).exclude(last_seen=at))
        changing: Callable[..., QuerySet[ImportRow]] = self.run.rows.filter(
            action__in=(Action.CHANGED, Action.UNCHANGED)
        ).filter
        for changes in (changing(renewed, supply_before__isnull=False), changing(added, supply_id=None)):
            for pk in changes.values_list("pk", flat=True):
                self.kept[pk][SUPPLY] = [RENEWED]


def _add(texts_by_pk: dict[int, list[str]], reason: str, keys: Iterable[int]) -> None:
    for key in keys:
        texts_by_pk[key].append(reason)
