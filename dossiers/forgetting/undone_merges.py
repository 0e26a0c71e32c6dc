"""Clears what a person's data left in the history of dossiers with which the person was merged until that was undone.

While two dossiers were one, a value is of the person who is not forgotten if a list gave it of that person, or if a
user set it, in a field without personal wording, and the forgotten person never had it. Of any other value nobody can
tell whose it was: the history of that time gets the last one before it that is certain. What the merge brought and its
undo left in the other dossier goes too, in the remarks line by line, unless the dossier still has it.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import cached_property, reduce
from itertools import chain, pairwise
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dossiers.forgetting.list_rows import find_dossiers, find_rows
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.retention_map import PERSON_MODELS, build_empty_values
from dossiers.forgetting.same_person import Identity
from dossiers.forgetting.value_parts import COMPOSED, SECTOR_NAMES, get_parts, has_part, remove_parts, to_json
from dossiers.models import BulkRow, Dossier, ImportRow, Merge, OwnField, RecordKind, Supply
from dossiers.models.imports.import_row import SUPPLY
from dossiers.models.merges.merge import BLANK, SECTORS
from dossiers.models.own_fields.own_field import PREFIX
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.models.snapshots import get_json_value
from dossiers.privacy.normalization import strip_accents

# The reason in the history of the other dossier.
OF_FORGOTTEN_LIST = _("Changed by a list of somebody who was forgotten")
Period = tuple[datetime, datetime | None]
FIELDS = (
    *sorted(PERSON_MODELS[Dossier._meta.label].emptied),
    *("dutch_level", "application_date", "work_right", SECTOR_NAMES),
)
PERSONAL = {"given_name", "name_prefix", "family_name", "date_of_birth", "phone", "email", "profession", *COMPOSED}
"""The fields that say who somebody is, or that hold personal wording or several values."""


def find_merged_periods(reference: str) -> list[Period]:
    """Return the periods (from, until) in which the data of somebody else may be in a dossier's history.

    Another dossier was merged with it then, and the merge was undone.
    """
    merges = Merge.objects.filter(kept_reference=reference, undone_at__isnull=False)
    return [(merge.applied_at, merge.undone_at) for merge in merges if merge.applied_at]


def find_erased_periods(reference: str) -> list[Period]:
    """Return the periods (from, until) of which a dossier's history lost values because somebody was forgotten.

    That person was merged with the dossier then. A period without an end also has values that the undo left.
    """
    merges = Merge.objects.filter(kept_reference=reference, undone_at__isnull=False)
    return [
        (merge.applied_at, None if merge.left else merge.undone_at)
        for merge in merges
        if merge.applied_at and _is_forgotten(merge)
    ]


def _is_forgotten(merge: Merge) -> bool:
    """Whether a person whose data an undone merge brought was anonymised."""
    merged = Merge.objects.not_undone().filter(reference=merge.reference)
    dossiers = Dossier.objects.filter(Q(reference=merge.reference) | Q(pk__in=merged.values("kept")))
    if dossiers.exclude(anonymised_at=None).exists():
        return True
    earlier = Merge.objects.filter(kept_reference=merge.reference, applied_at__lt=merge.applied_at)
    return any(map(_is_forgotten, earlier.filter(undone_at__gt=merge.applied_at)))


def clear_undone_merges(person: Person) -> None:
    """Clear what undone merges left of this person in the history, the lists and the bulk changes of other dossiers."""
    numbers = {number for _organisation, number in Identity(person.keys).numbers}
    for merge in Merge.objects.find_undone(person.references):
        undone_merge = UndoneMerge(merge, person.references)
        if undone_merge.together:
            undone_merge.clear_former_values()
            undone_merge.clear_later_values()
            undone_merge.clear_steps()
        undone_merge.clear_lists(numbers)


def find_left_values(references: Collection[str]) -> list[tuple[Dossier, list[str]]]:
    """Return the dossiers with the fields in which something is that such a merge brought, and that its undo left.

    So did a list that gave it of the other person meanwhile. A value that somebody typed after the merge is none,
    unless what was brought may be a part of it. Among the dossiers are deleted ones, unsaved.
    """
    left_values = []
    for merge in Merge.objects.find_undone(references):
        dossier = Dossier.objects.filter(reference=merge.kept_reference).first()
        undone_merge = UndoneMerge(merge, references)
        undone = undone_merge.steps.filter(history_date__lte=merge.undone_at).last()
        if undone is None or (dossier and dossier.anonymised_at):
            continue
        dossier = dossier or undone_merge.steps.latest().instance
        names = []
        for name, parts in undone_merge.brought.items():
            now = getattr(undone_merge.latest, name)
            is_left = name in COMPOSED and now == getattr(undone, name)
            if (is_left or any(has_part(name, now, part) for part in parts)) and now != undone_merge.former[name]:
                names.append(SECTORS if name == SECTOR_NAMES else name)
        if names:
            left_values.append((dossier, names))
    return left_values


class UndoneMerge:
    """A merge that was undone, in the history of the dossier that it kept; `references` are of the other person."""

    def __init__(self, merge: Merge, references: Collection[str]) -> None:
        self.merge, self.references = merge, references
        # By reference: the kept dossier may have been merged into another one since.
        self.steps: QuerySet[Any] = Dossier.history.filter(reference=merge.kept_reference).order_by(
            "history_date", "history_id"
        )
        self.before: Any = self.steps.filter(history_date__lt=merge.applied_at).last()
        self.together: list[Any] = list(
            self.steps.filter(history_date__gte=merge.applied_at, history_date__lte=merge.undone_at)
        )

    @cached_property
    def later(self) -> list[Any]:
        """The steps since the undo."""
        return list(self.steps.filter(history_date__gt=self.merge.undone_at))

    @cached_property
    def latest(self) -> Any:
        """The last step that is not a deletion, as the step of a deletion has no sectors."""
        return [step for step in (*self.together, *self.later) if step.history_type != "-"][-1]

    @cached_property
    def former(self) -> dict[str, Any]:
        """The values of the kept dossier before the merge."""
        nothing = build_empty_values(Dossier._meta.label, "")
        return {name: getattr(self.before, name, nothing.get(name)) for name in FIELDS}

    @cached_property
    def brought(self) -> dict[str, list[Any]]:
        """The parts that the merge brought, and lists that gave values of the other person then, of what stayed."""
        of_lists = self._find_writing_steps(self.references)
        bringing = [
            *zip([self.before], self.together, strict=False),
            *(pair for pair in pairwise(self.together) if pair[1].pk in of_lists),
        ]
        brought: dict[str, list[Any]] = {}
        left = {SECTOR_NAMES if name == SECTORS else get_column(name) for name in self.merge.left}
        for name in filter(left.__contains__, FIELDS):
            own_parts = get_parts(name, getattr(self.before, name, None))
            values = [[getattr(step, name, None) for step in pair] for pair in bringing]
            parts = [
                [part for part in get_parts(name, new) if part not in [*own_parts, *get_parts(name, old)]]
                for old, new in values
                if new != old
            ]
            if parts:
                brought[name] = [*chain.from_iterable(parts)]
        return brought

    @cached_property
    def lost(self) -> dict[str, list[Any]]:
        """The parts that were brought, and that the kept dossier does not have now."""
        return {
            name: [part for part in parts if not has_part(name, getattr(self.latest, name), part)]
            for name, parts in self.brought.items()
        }

    @cached_property
    def own_values(self) -> dict[str, list[Any]]:
        """The values that the kept dossier's person certainly had in each step from while the dossiers were one.

        They are those from before, those that a list gave of that person, and those that a user set and that the
        other person never had.
        """
        own_steps = self._find_writing_steps({self.merge.kept_reference})
        own_values: dict[str, list[Any]] = defaultdict(list)
        for name, former in self.former.items():
            own, earlier, own_parts = former, former, get_parts(name, former)
            for step in self.together:
                value = getattr(step, name)
                if step.pk in own_steps and value != earlier:
                    own_parts += [part for part in get_parts(name, value) if part not in get_parts(name, earlier)]
                    others = [part for part in get_parts(name, value) if part not in own_parts]
                    own = remove_parts(name, value, others, former)
                elif name == EXTRA and self._is_set_by_user(step):
                    typed = {
                        key: value.get(key)
                        for key in self.plain_own_fields
                        if value.get(key) != earlier.get(key) and not self._may_be_of_other(key, value.get(key))
                    }
                    own = {key: item for key, item in (own | typed).items() if item is not None}
                    own_parts += typed.items()
                elif value != earlier and self._is_set_by_user(step) and not self._may_be_of_other(name, value):
                    own = value
                own_values[name].append(own)
                earlier = value
        return own_values

    @cached_property
    def plain_own_fields(self) -> list[str]:
        """The keys of the own fields that hold no wording of a user, such as choices and numbers."""
        return list(OwnField.objects.of(Dossier).exclude(kind=OwnField.Kind.TEXT).values_list("key", flat=True))

    def _is_set_by_user(self, step: Any) -> bool:
        """Whether a user or a bulk change made this step, and no list or this merge itself."""
        return step.import_run_id is None and step.import_line is None and step.pk != self.together[0].pk

    def _may_be_of_other(self, name: str, value: Any) -> bool:
        """Whether a value that a user set may be something of the other person; an empty one is not.

        Names are removed from texts before, as a user decided about each.
        """
        if name in PERSONAL:
            return True
        if value in BLANK:
            return False
        text, texts = strip_accents(str(to_json(value))), self.values_of_other[name]
        return any(other in text for other in texts) if name == "location" else text in texts

    @cached_property
    def values_of_other(self) -> dict[str, set[str]]:
        """The values that the other person ever had, in the dossier or in a list, folded, by field."""
        steps = Dossier.history.filter(reference__in=self.references)
        keys = set(steps.values_list("id", flat=True))
        sources = [
            *steps.values(*FIELDS),
            *steps.values_list(EXTRA, flat=True),
            *Supply.objects.filter(dossier__in=keys).values_list("values", flat=True),
            *find_rows(keys).values_list("given", flat=True),
        ]
        values: dict[str, set[str]] = defaultdict(set)
        for source in sources:
            for name in source.keys() - PERSONAL:
                if source[name] not in BLANK:
                    values[name].add(strip_accents(str(to_json(source[name]))))
        return values

    def clear_former_values(self) -> None:
        """Replace the former values that lists and bulk changes stored in that time by the person's own."""
        period = (self.merge.applied_at, self.merge.undone_at)
        key = self.together[0].id
        dossier = Dossier.objects.filter(pk=key).first()
        waiting = Q(run__applied_at=None, target_changed_at__gte=period[0], target_changed_at__lt=period[1])
        for row in _get_rows([key]).filter(Q(run__applied_at__range=period) | waiting):
            at = row.run.applied_at
            at = at if at and self.merge.undone_at and at <= self.merge.undone_at else None
            for name in {name for name in row.changes if get_column(name) in self.own_values}:
                row.changes[name][0] = self._get_own_value(name, at)
                # The undo of the list compares what it wrote with what the dossier still holds.
                if name in COMPOSED and not (dossier and get_json_value(dossier, name) == row.changes[name][1]):
                    row.changes[name][1] = row.given.get(name, row.changes[name][0])
            row.save(update_fields=["changes"])
        bulk_rows = BulkRow.objects.filter(change__kind="dossier", record_id=key, change__applied_at__range=period)
        for bulk_row in bulk_rows.select_related("change"):
            name, at = bulk_row.change.field, bulk_row.change.applied_at
            if get_column(name) in self.own_values and (value := self._get_own_value(name, at)) != bulk_row.old:
                bulk_row.old, bulk_row.former = value, [value]
                bulk_row.save(update_fields=["old", "former"])

    def clear_later_values(self) -> None:
        """Clear what is lost from the values that lists and bulk changes stored since, until it was changed."""
        own_fields = self.lost.get(EXTRA, [])
        by_field = {name: parts for name, parts in self.lost.items() if name != EXTRA} | {
            name: [value] for name, value in own_fields
        }

        def clear(parts: dict[str, list[Any]], name: str, *values: Any) -> list[Any]:
            """Return these values of a field, the old one first, without what is lost."""
            cleared = []
            for value in values:
                parts[name] = [part for part in parts[name] if has_part(name, value, part)]
                cleared.append(remove_parts(name, value, parts[name], self._get_own_value(name)))
            return cleared

        key, undone_at = self.together[0].id, self.merge.undone_at
        parts = dict(by_field)
        since = Q(run__applied_at__gt=undone_at) | Q(run__applied_at=None, target_changed_at__gte=undone_at)
        for row in _get_rows([key]).filter(since).order_by("run__applied_at", "run"):
            if names := row.changes.keys() & parts.keys():
                row.changes |= {name: clear(parts, name, *row.changes[name]) for name in names}
                row.save(update_fields=["changes"])
        parts = dict(by_field)
        bulk_rows = BulkRow.objects.filter(change__kind="dossier", record_id=key, change__applied_at__gt=undone_at)
        for bulk_row in (
            bulk_rows.filter(change__field__in=parts).order_by("change__applied_at").select_related("change")
        ):
            old, _new = clear(parts, bulk_row.change.field, bulk_row.old, bulk_row.new)
            if old != bulk_row.old:
                bulk_row.old, bulk_row.former = old, [old]
                bulk_row.save(update_fields=["old", "former"])

    def clear_steps(self) -> None:
        """Replace the values in the history of that time by the person's own, and clear what is lost since."""
        for name, own_values in self.own_values.items():
            # A value that the undo left in the dossier stays in the steps since it was typed.
            after = getattr(self.together[-1], name)
            typed = max((i for i, step in enumerate(self.together, 1) if getattr(step, name) != after), default=0)
            cleared = [*zip(self.together[:typed], own_values, strict=False)]
            # What was brought is cleared until it was changed; what is still there stays.
            parts = self.lost.get(name, [])
            for step in [*self.together[typed:], *self.later]:
                value = getattr(step, name)
                parts = [part for part in parts if has_part(name, value, part)]
                cleared.append((step, remove_parts(name, value, parts, [self.former[name], *own_values][typed])))
            for step, value in cleared:
                if value != getattr(step, name):
                    self.steps.filter(pk=step.pk).update(**{name: value})

    def clear_lists(self, numbers: Collection[str]) -> None:
        """Let no step name a list about the other person, or one of their external numbers."""
        of_lists = self.steps.filter(pk__in=chain.from_iterable(self._find_steps_of_lists(self.references).values()))
        naming = reduce(or_, (Q(history_change_reason__endswith=f"({number})") for number in numbers), Q(pk=None))
        of_lists.filter(naming).update(history_change_reason=None)
        of_lists.filter(history_change_reason=None).update(history_change_reason=str(OF_FORGOTTEN_LIST))
        of_lists.update(import_run=None, import_line=None)

    def _get_own_value(self, name: str, at: datetime | None = None) -> Any:
        """Return the value of a field that the person certainly had at a moment, by default the last one, as JSON."""
        column = get_column(name)
        earlier_steps = sum(at is None or step.history_date < at for step in self.together)
        value = [self.former[column], *self.own_values[column]][earlier_steps]
        return to_json((value or {}).get(name) if name.startswith(PREFIX) else value)

    def _find_steps_of_lists(self, references: Collection[str]) -> dict[tuple[int, int], list[int]]:
        """Return {(list, line): keys of these steps} of the lines about the dossiers with these references.

        The first step is that in which the line was written, a later one that of its undo.
        """
        keys = set(Dossier.history.filter(reference__in=references).values_list("id", flat=True))
        lines = set(find_rows(keys).values_list("run", "line"))
        steps_by_line: dict[tuple[int, int], list[int]] = defaultdict(list)
        from_lists = self.steps.filter(import_run__in={run for run, _line in lines})
        for pk, run, line in from_lists.values_list("pk", "import_run", "import_line"):
            if (run, line) in lines:
                steps_by_line[run, line].append(pk)
        return steps_by_line

    def _find_writing_steps(self, references: Collection[str]) -> set[int]:
        """Return the keys of the steps in which lists wrote what they gave of these dossiers."""
        return {first for first, *_undone in self._find_steps_of_lists(references).values()}


def _get_rows(keys: Collection[int]) -> QuerySet[ImportRow]:
    """Return the rows of lists that wrote into the dossiers with these keys, or would."""
    rows = ImportRow.objects.filter(target_id__in=keys, run__record=RecordKind.DOSSIERS, run__with_partner=False)
    return rows.select_related("run")


def clear_lists_about_others(person: Person) -> None:
    """Clear what the lines of lists about somebody else changed in this person's dossier while the two were merged."""
    for row, key in find_dossiers(_get_rows(person.keys)).items():
        if key not in person.keys:
            row.target_id, row.changes = key, {}
            row.kept = row.kept and {name: reason for name, reason in row.kept.items() if name == SUPPLY}
            row.save(update_fields=["target_id", "changes", "kept"])


def get_column(name: str) -> str:
    """Return the column of the history with a field; all own fields share one."""
    return EXTRA if name.startswith(PREFIX) else name
