"""Describes what the undo of an import does to each row of it: what comes back, and what stays and why."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.imports.cells import format_cell
from dossiers.backoffice.imports.last_changes import describe_field_changes, describe_last_changes, find_merges
from dossiers.backoffice.imports.left_records import LeftRecords
from dossiers.backoffice.imports.previews import Change, ShownRow, build_shown_rows
from dossiers.backoffice.later_deletions import LaterDeletion
from dossiers.forgetting.undone_merges import find_left_values
from dossiers.models import Action, Dossier, ImportRow, Merge, RecordKind
from dossiers.models.imports.import_row import LEFT, SUPPLY
from dossiers.spreadsheets.comparison import current_values, differs
from dossiers.spreadsheets.undo.plan import CREATION, EMPLOYER, Plan, record_resource
from dossiers.spreadsheets.undo.reasons import EDITED, MERGED, describe_reasons


@dataclass
class UndoneRow:
    """A row of the import: the values that are restored, and those that stay with the reasons."""

    row: ShownRow
    back: list[Change] = field(default_factory=list)
    stays: list[tuple[str, str, str]] = field(default_factory=list)  # (label, reasons, last change of the field)
    last_change: str = ""  # of the record; empty if the fields tell theirs
    merged_into: tuple[str, str] | None = None  # name and URL of the dossier that took it in
    loses_supply: bool = False  # what the list supplied goes, while the dossier stays
    supply_back: list[Change] = field(default_factory=list)  # of the supply only, not of the dossier
    dossier_keeps: str = ""  # labels of the fields that the list supplied and that stay in the dossier
    creator: int | None = None  # number of the undone import that created the record, which goes too
    employer_back: list[Change] = field(default_factory=list)
    deletion: LaterDeletion | None = None  # of what the undo left, after it
    # what an undone merge left of it in other dossiers: their headings, URLs and the labels of the fields
    left_values: list[tuple[str, str, str]] = field(default_factory=list)
    loses_reason: bool = False  # the closing reason that was filled in since goes with the status
    interest_goes: bool = False  # while something of its employer stays or is restored


def build_undo_rows(plan: Plan, rows: list[ImportRow], *, is_staying: bool) -> list[UndoneRow]:
    """Return the rows of one page; `is_staying` tells whether it shows the rows of which something stays."""
    builder = UndoneRowBuilder(plan, rows, is_staying=is_staying)
    shown_rows = build_shown_rows(plan.run, [plan.set_replaced_changes(row) for row in rows])
    return [builder.build(row, shown) for row, shown in zip(rows, shown_rows, strict=True)]


class UndoneRowBuilder:
    """Builds the rows of one page, with what was read once for all of them."""

    def __init__(self, plan: Plan, rows: list[ImportRow], *, is_staying: bool) -> None:
        self.plan = plan
        self.fields = record_resource(plan.run).sheet_fields()
        is_dossier = plan.run.record == RecordKind.DOSSIERS
        record = gettext("the dossier") if is_dossier else gettext("the employer interest")
        self.labels = {name: str(field.column_name) for name, field in self.fields.items()}
        self.employer_labels = {self.labels[name] for name in plan.employer_names & self.labels.keys()}
        self.labels |= {SUPPLY: gettext("the supply"), EMPLOYER: gettext("the employer"), CREATION: record}
        # The employer of an interest that is left may be restored.
        self.labels[LEFT] = gettext("all of it") if is_dossier else record
        keys = [row.target_id for row in rows if row.target_id]
        merges = find_merges(plan.run, keys)
        names = [name for name in self.fields if name not in ("external_id", "reference")]
        values = current_values(record_resource(plan.run), [merge.kept_id or 0 for merge in merges.values()], names)
        self.values_after_merge = {key: values.get(merge.kept_id or 0, {}) for key, merge in merges.items()}
        if not is_staying:
            keys, merges = [], {}
        self.merged_into = {
            key: (f"{merge.kept.full_name} ({merge.kept.reference})", get_record_url(merge.kept))
            for key, merge in merges.items()
        }
        self.last_changes = describe_last_changes(plan.run, keys, merges)
        self.changes_by_field = describe_field_changes(plan, rows) if is_staying else {}
        there = [row for row in rows if not plan.removes(row) or is_staying] if plan.run.undone_at else []
        self.left_values = (
            _find_left_values([row.target_id or 0 for row in rows if plan.removes(row)]) if is_dossier else {}
        )
        self.lost_reasons = plan.find_lost_reasons(rows)
        self.deletions = LeftRecords(plan.run, plan.reasons).find_deletions(there)

    def build(self, row: ImportRow, shown: ShownRow) -> UndoneRow:
        plan, key = self.plan, row.target_id or 0
        undone = UndoneRow(shown, creator=plan.creators.get(row.pk), merged_into=self.merged_into.get(key))
        reasons = plan.reasons.get(row.pk, {})
        last_changes = self.changes_by_field.get(row.pk, {})
        for name, codes in reasons.items():
            all_of_it = reasons.get(LEFT, [])
            is_told = name == SUPPLY and describe_reasons([*all_of_it, *codes]) == describe_reasons(all_of_it)
            if is_told or (name == LEFT and row.pk in plan.gone):  # only something of its employer stays
                continue
            label = gettext("the dossier") if name == LEFT and plan.loses_supply(row) else self.labels[name]
            undone.stays.append((label, describe_reasons(codes), last_changes.get(name, "")))
        changed = {name for name, codes in reasons.items() if not {EDITED, MERGED}.isdisjoint(codes)}
        if (changed | reasons.keys() & {LEFT, CREATION}) - last_changes.keys() - plan.employer_names:
            undone.last_change = self.last_changes.get(key, "")
        if undone.creator is None:
            undone.loses_supply = plan.loses_supply(row) or (
                bool(shown.adds_supply) and not {LEFT, SUPPLY}.intersection(reasons)
            )
            if LEFT not in reasons and row.action != Action.NEW:
                others = {self.labels[name] for name in reasons} | self.employer_labels
                undone.back = [
                    Change(change.label, change.new, change.old)
                    for change in shown.changes
                    if change.label not in others and change.old != change.new
                ]
        undone.loses_reason = row.pk in self.lost_reasons
        undone.deletion = self.deletions.get(row.pk)
        undone.left_values = self.left_values.get(key, [])
        restored = row.changes.keys() - reasons.keys() if LEFT not in reasons else set()
        staying = row.given.keys() - restored
        if not undone.deletion:
            undone.dossier_keeps = self._describe_values_in_dossier(row, staying)
        supply_changes = {} if plan.removes(row) else plan.find_supply_changes(row)
        for name, (old, new) in supply_changes.items():
            if name not in restored:
                label = shown.number.label if name == "external_id" and shown.number else self.labels[name]
                undone.supply_back.append(self._describe_return(label, name, old, new))
        for name, (old, new) in plan.restored_employers.get(row.pk, {}).items():
            undone.employer_back.append(self._describe_return(self.labels[name], name, old, new))
        undone.interest_goes = plan.has_employers and plan.removes(row) and bool(undone.employer_back or reasons)
        return undone

    def _describe_values_in_dossier(self, row: ImportRow, names: set[str]) -> str:
        """Return the labels of those of these fields whose value is in the dossier, also after it was merged."""
        held = self.values_after_merge.get(row.target_id or 0)
        return ", ".join(
            self.labels[name]
            for name in self.fields
            if name in names - {"external_id", "reference"}
            if held is None or (name in held and _holds(held[name], row.given[name]))
        )

    def _describe_return(self, label: str, name: str, old: object, new: object) -> Change:
        return Change(label, format_cell(self.fields, name, new), format_cell(self.fields, name, old))


def _holds(value: Any, part: Any) -> bool:
    """Whether a value of a dossier is or has this value of a list, as a merge may have put two together."""
    if isinstance(value, list) and isinstance(part, list):
        return set(part) <= set(value)
    return not differs(value, part) or (isinstance(value, str) and part in value.split("\n\n"))


def _find_left_values(keys: list[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Return what undone merges of these dossiers left in others, by key: the other's heading, URL and fields."""
    merges = Merge.objects.filter(other_id__in_batch=keys, undone_at__isnull=False).exclude(left={})
    meta: Any = Dossier._meta
    return {
        key: [
            (other.heading, get_record_url(other), ", ".join(str(meta.get_field(name).verbose_name) for name in names))
            for other, names in find_left_values({reference})
            if not other._state.adding  # it was deleted
        ]
        for key, reference in merges.values_list("other_id", "reference")
    }
