"""The rows of an import, formatted for a page."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from dossiers import privacy
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.imports.cells import EMPTY, format_cell, get_cell_text, get_label, is_emptied
from dossiers.backoffice.imports.closed_records import describe_closure, get_record_name
from dossiers.backoffice.imports.question_fields import BLANK
from dossiers.backoffice.imports.similar_records import ComparedField, SimilarRecord, SimilarRecords
from dossiers.backoffice.labels import NOTHING
from dossiers.models import (
    Action,
    Dossier,
    EmployerInterest,
    ImportRow,
    ImportRun,
    RecordKind,
    Supply,
)
from dossiers.models.dossiers.supply import get_supplied_name
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.comparison import split_lines
from dossiers.spreadsheets.imports import row_corrections
from dossiers.spreadsheets.imports.continuation import find_imported_lines
from dossiers.spreadsheets.imports.decisions import ANOTHER, SUPPLY, TO_REMARKS, Decisions
from dossiers.spreadsheets.imports.differing_values import find_differing_values
from dossiers.spreadsheets.imports.file_parts.older_values import is_older_list_undecided
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.imports.newer_values.sources import NewerValue, ValueSource
from dossiers.spreadsheets.imports.parsed_rows import may_be_remark
from dossiers.spreadsheets.resources import RESOURCES, SheetField
from dossiers.spreadsheets.values.base import EMPTYING_WORD


class Target(NamedTuple):
    """The record that a row updates."""

    reference: str
    name: str
    url: str
    closure: str
    """How it was closed; empty if it is open."""


NO_TARGET = Target("", "", "", "")


@dataclass(frozen=True)
class Change:
    """The old and the new value of a field."""

    label: str
    old: str
    new: str
    newer: NewerValue | None = None  # where the old value comes from, if it is newer than that of the list
    source: ValueSource | None = None  # where the old value comes from, if that is somebody else than the sender
    hint: str = ""  # what becomes of the new value
    field: str = ""
    is_added: bool = False  # whether the old value stays beside the new one
    is_emptied: bool = False  # whether there is no new value
    is_undecided: bool = False  # whether a question asks which of the values counts


@dataclass(frozen=True)
class CellError:
    """The error messages of a cell."""

    field: str
    label: str
    messages: list[str]
    text: str  # the original text of the cell
    acceptable: bool  # whether the cell is valid once the private data in it is masked
    possible_bsns: list[str]  # the numbers in the cell that may be a BSN
    answers: dict[str, str]  # what an odd number or date may mean, with their labels


@dataclass
class ShownRow:
    """A row of an import, formatted for a page."""

    pk: int
    line: int | None  # None for somebody who is no longer in the list
    who: str
    line_name: str = ""
    reference: str = ""
    url: str = ""  # of the record with this reference
    values: list[tuple[str, str]] = field(default_factory=list)
    defaults: list[tuple[str, str]] = field(default_factory=list)  # what a new record gets that the list does not give
    changes: list[Change] = field(default_factory=list)
    closure: str = ""  # how the record was closed, before the import
    adds_supply: str = ""  # says that the organisation of the list supplies this known person from now on
    number: Change | None = None  # the organisation's number, if it changes
    differing: list[Change] = field(default_factory=list)  # what is not taken over, see differing_values.py
    faults: list[CellError] = field(default_factory=list)
    similar: list[SimilarRecord] = field(default_factory=list)
    compared: list[ComparedField] = field(default_factory=list)
    left_out: bool = False
    imported_before: bool = False  # in the import that this one continues
    answer: str = ""  # what the user said about which record this is
    newer_answer: str = ""  # what the user said of this row alone about newer values
    newer_key: str = ""  # of the question about its newer values, as they are shown; "" if that is not open

    @property
    def waits(self) -> bool:
        """Whether a question decides on what it changes."""
        return any(change.is_undecided for change in self.changes)

    @property
    def differing_fields(self) -> list[ComparedField]:
        return [field for field in self.compared if field.differs]

    @property
    def other_fields(self) -> list[ComparedField]:
        return [field for field in self.compared if not field.differs]

    @classmethod
    def from_row(
        cls, run: ImportRun, row: ImportRow, fields: dict[str, SheetField], reference: str, name: str, url: str
    ) -> Self:
        imported_name = get_supplied_name(row.given) if "given_name" in fields else row.given.get("company_name", "")
        is_complete = "given_name" not in fields or row.given.keys() >= {"given_name", "family_name"}
        who = imported_name if is_complete and imported_name else name or imported_name
        line, line_name = (None, "") if row.action == Action.ABSENT else (row.line, row.line_name)
        shown = cls(row.pk, line, who, line_name, reference, url, left_out=row.left_out)
        if row.action == Action.NEW:
            shown.values = [
                (get_label(fields, key), format_cell(fields, key, value))
                for key, value in row.given.items()
                if value not in EMPTY
            ]
            if not run.with_partner:
                shown.defaults = [
                    (get_label(fields, key), format_cell(fields, key, field.initial))
                    for key, field in fields.items()
                    if key not in row.given and field.initial not in EMPTY
                ]
        return shown


def build_shown_rows(run: ImportRun, rows: list[ImportRow]) -> list[ShownRow]:
    """Return the rows of one page with the names of their records, their errors and the similar records."""
    fields = RESOURCES[run.record]().sheet_fields()
    targets = _find_targets(run, [row.target_id for row in rows if row.target_id])
    newer_values, differing = NewerValues(run), find_differing_values(run, rows)
    waiting_remarks = _find_waiting_remarks(run, rows)
    waits_for_older_list = newer_values.may_ask and is_older_list_undecided(run)
    newer, sources = newer_values.find(rows), newer_values.find_sources(rows)
    newer_answers = _describe_answers_by_record(newer_values)
    imported_lines, lines = find_imported_lines(run), Decisions.about(run).lines
    shown = []
    for row in rows:
        target = row.target_id or 0
        line = ShownRow.from_row(run, row, fields, *targets.get(target, NO_TARGET)[:3])
        values = newer.get(target, {})
        asked = newer_values.select_undecided(target, values)
        line.newer_key = newer_values.build_key([(row, asked)]) if asked else ""
        undecided = {*asked}
        if waits_for_older_list and row.target_id:
            undecided |= {name for name, (old, _new) in row.changes.items() if old not in EMPTY}
        line.changes = _build_changes(
            run, row, fields, values, sources.get(target, {}), undecided, waits=row.supply_id in waiting_remarks
        )
        if target in targets and run.state == ImportRun.State.PREVIEWED:
            line.closure = targets[target].closure
        line.differing = [
            Change(get_label(fields, key), format_cell(fields, key, old), format_cell(fields, key, new), field=key)
            for key, (old, new) in differing.get(row.pk, {}).items()
        ]
        line.imported_before = line.line in imported_lines
        decision = lines[row.line].person if row.line in lines and row.action != Action.ABSENT else ""
        if decision == ANOTHER:
            line.answer = gettext("You said: somebody else.")
            if run.record == RecordKind.EMPLOYER_INTEREST:
                line.answer = gettext("You said: another interest.")
        elif decision:
            line.answer = gettext("You said: same as %(reference)s.") % {"reference": decision}
        line.newer_answer = newer_answers.get(target, "")
        shown.append(line)
    pairs = list(zip(rows, shown, strict=True))
    _add_supply_changes(run, pairs)
    _add_errors(run, fields, pairs)
    if similar := [(row, line) for row, line in pairs if row.action == Action.SIMILAR]:
        records = SimilarRecords(run, fields, [row for row, _line in similar])
        for row, line in similar:
            line.similar, line.compared = records.find(row), records.compare(row)
    return shown


def _describe_answers_by_record(newer_values: NewerValues) -> dict[int, str]:
    """Return what a user answered about the newer values of one record alone, by its key."""
    if not newer_values.may_ask:
        return {}
    use_list, keep_present = gettext("You said: use what this list has."), gettext("You said: keep what is there now.")
    return {
        target: use_list if decision.use_older else keep_present
        for decision in newer_values.decisions
        if len(targets := decision.find_targets()) == 1
        for target in targets
    }


def _build_changes(
    run: ImportRun,
    row: ImportRow,
    fields: dict[str, SheetField],
    newer: dict[str, NewerValue],
    sources: dict[str, ValueSource],
    undecided: Collection[str],
    *,
    waits: bool,
) -> list[Change]:
    """Return the changes of a row; `undecided` are the fields of which a question asks which of both values counts.

    `waits` tells whether an earlier remark about the person waits to be taken over.
    """
    changes = []
    for key, (old, new) in row.changes.items():
        remark = ""
        if run.with_partner and key in APPENDED_FIELDS:  # the partner does not see the notes of the dossier
            remark = gettext("Your remark is added to the dossier.")
            if waits:
                remark = gettext("Your remark replaces the one that you sent before and that is not taken over yet.")
            elif old:
                remark = gettext(
                    "Your remark replaces the previous one if that still stands like this in the dossier; otherwise "
                    "it is added."
                )
        elif key in undecided and (key not in newer or newer[key].combine(old, new) == old):
            remark = gettext("Not decided yet. If you keep what is there now, nothing changes here.")
        elif key in undecided and run.organisation_id:
            remark = gettext("Not decided yet. If you keep the text of others, only lines of the sender change.")
        elif key in undecided:
            remark = gettext("Not decided yet. If you keep the text, only what is new in this list is added.")
        elif key in APPENDED_FIELDS and new and is_emptied(row.given, fields, key):
            remark = gettext("Only the text of the sender is removed; the rest stays.")
        elif key in row.parts and isinstance(new, str) and old:
            remark = _describe_replacement(old, new, row.parts[key])
        texts = (get_label(fields, key), format_cell(fields, key, old), format_cell(fields, key, new))
        changes.append(
            Change(
                *texts,
                newer.get(key),
                sources.get(key),
                remark,
                key,
                is_emptied=new in EMPTY,
                is_undecided=key in undecided,
            )
        )
    return changes


def _describe_replacement(old: str, new: str, parts: list[list[Any]]) -> str:
    """Return what a text of several columns leaves of the earlier one as a sentence; empty if that is unclear."""
    old_lines, new_lines = (Counter(filter(None, split_lines(text))) for text in (old, new))
    is_in_one_line = len(new_lines) == 1 and re.search(rf"(?<!\w){re.escape(old.strip())}(?!\w)", new)
    is_replaced = any(is_given and value != old and old in (value or "") for _key, value, is_given, *_rest in parts)
    if old_lines <= new_lines or (is_in_one_line and not is_replaced):
        return gettext("The earlier text stays: this column adds to it.")
    if old_lines & new_lines:
        if new_lines <= old_lines:
            return gettext("A part of the earlier text is removed; the rest stays.")
        return gettext("A part of the earlier text is replaced; the rest stays.")
    return ""


def _find_waiting_remarks(run: ImportRun, rows: list[ImportRow]) -> set[int]:
    """Return the supplies of these rows with a remark in an earlier list of their partner that waits to be taken over.

    In a list that a coordinator opened, a row is told only by what the partner gave, as it was compared with dossiers.
    """
    keys = {row.supply_id for row in rows if row.supply_id and APPENDED_FIELDS & row.changes.keys()}
    if not keys or not run.with_partner:
        return set()
    numbers = dict(Supply.objects.filter(pk__in=keys).exclude(external_id="").values_list("external_id", "pk"))
    sent_before = ImportRun.objects.filter(organisation=run.organisation_id, sent_at__lt=run.sent_at or timezone.now())
    remarks = ImportRow.objects.filter(run__in=sent_before.undecided(), given__has_any_keys=list(APPENDED_FIELDS))
    supplied = remarks.exclude(action__in=(Action.SKIPPED, Action.ABSENT)).filter(
        Q(run__with_partner=True, supply_id__in=keys)
        | Q(run__with_partner=False, given__external_id__in=list(numbers))
        | Q(**{f"run__decided__{SUPPLY}__in": list(keys)})
    )
    columns = (f"run__decided__{SUPPLY}", "given__external_id", "supply_id", "run__with_partner")
    return {
        decided or numbers.get(number) or (supply if with_partner else 0)
        for decided, number, supply, with_partner in supplied.values_list(*columns)
    }


def _add_supply_changes(run: ImportRun, lines: list[tuple[ImportRow, ShownRow]]) -> None:
    """Add to the rows what they change in the supplies of the organisation."""
    changing: Any = run.rows.filter(pk__in=[row.pk for row, _line in lines]).changing_supplies()
    numbers_before = dict(changing.values_list("pk", "number_before"))
    for row, line in lines:
        if row.pk not in numbers_before:
            continue
        names = {"organisation": run.organisation, "number": row.given.get("external_id", "")}
        before = numbers_before[row.pk]
        if before is not None:
            label = gettext("Number of %(organisation)s") % names
            stays = row.supply_id is None  # the row adds a supply beside that with the earlier number
            hint = gettext("added; %(number)s stays known too") % {"number": before} if stays else ""
            line.number = Change(
                label, before or NOTHING, names["number"], hint=hint, field="external_id", is_added=stays
            )
        elif names["number"]:
            line.adds_supply = gettext("New: supplied by %(organisation)s, number %(number)s.") % names
        else:
            line.adds_supply = gettext("New: supplied by %(organisation)s.") % names


def _add_errors(run: ImportRun, fields: dict[str, SheetField], lines: list[tuple[ImportRow, ShownRow]]) -> None:
    """Add the error messages to the rows in error."""
    wrong = [(row, line) for row, line in lines if row.action == Action.ERROR]
    reader = row_corrections.cell_reader(run) if wrong else None
    for row, line in wrong:
        for key, texts in row.errors.items():
            text = get_cell_text(row, fields, key)
            is_bad, parts = key in fields and key in row.bad, row.parts.get(key, ())
            acceptable = bool(is_bad and reader and reader.accepts(key, row.bad[key], parts))
            possible_bsns = privacy.possible_bsns(row.bad.get(key, ""))
            answers = find_answers(run, row, key, fields[key]) if is_bad else {}
            line.faults.append(CellError(key, get_label(fields, key), texts, text, acceptable, possible_bsns, answers))


def find_answers(run: ImportRun, row: ImportRow, name: str, sheet_field: SheetField) -> dict[str, str]:
    """Return the likely answers about a text in a cell that is no value of its field, with their labels."""
    text = row.bad[name]
    seems_to_empty = sheet_field.seems_to_empty(text)
    if run.by_hand or privacy.MASK in text or not (seems_to_empty or sheet_field.asks_about(text)):
        return {}
    stays = row.target_id and sheet_field.may_be_emptied
    blank = gettext("do not fill in: what is known stays") if stays else gettext("do not fill in")
    answers = dict(sheet_field.widget.suggest_answers(text))
    if row.target_id or not sheet_field.required:
        answers[BLANK] = blank
    if seems_to_empty and stays and run.policy == ImportRun.Policy.UPDATE:
        answers[EMPTYING_WORD] = gettext("empty the field")
    return answers | (
        {TO_REMARKS: gettext("do not fill in, and add it to the remarks")} if may_be_remark(sheet_field, text) else {}
    )


def get_action_label(run: ImportRun, action: Action) -> str:
    """Return what happens with a row; one that only fills gaps may differ from its record although nothing changes."""
    if action == Action.UNCHANGED and run.policy == ImportRun.Policy.FILL:
        return gettext("nothing to fill in")
    if action == Action.UNCHANGED and run.rows.left_alone().exists():
        return gettext("unchanged or not taken over")
    return str(action.label)


def get_row_label(run: ImportRun, row: ImportRow) -> str:
    """Return what happens with this row, which may be told apart from others with the same action."""
    if row.action == Action.UNCHANGED and run.policy != ImportRun.Policy.FILL:
        return gettext("not taken over") if row.withheld else str(Action.UNCHANGED.label)
    return get_action_label(run, Action(row.action))


def find_correctable_fields(run: ImportRun, row: ImportRow, fields: dict[str, SheetField]) -> set[str]:
    """Return the fields that can be corrected in the preview.

    They are those in error, those with a column in the list, those that a record needs, and those that were typed in.
    """
    if row.action in (Action.SKIPPED, Action.ABSENT):
        return set()
    in_error = set(row.errors) if row.action == Action.ERROR else set()
    if run.by_hand:  # its sender corrects the rest in the form
        return in_error
    columns = {name for name, index in run.column_indexes.items() if index >= 0}
    correctable = in_error | columns | run.find_fields_of_cells(row.line) | set(find_required_fields(run, fields))
    return correctable & fields.keys()


def find_required_fields(run: ImportRun, fields: dict[str, SheetField]) -> list[str]:
    """Return the fields that a new record needs, without those of which all lines have one value."""
    required = [name for name, field in fields.items() if field.required and not field.identifies]
    return [name for name in required if run.column_indexes.get(name, 0) >= 0]


def _find_targets(run: ImportRun, keys: list[int]) -> dict[int, Target]:
    """Return the records that rows update, by id; empty while a partner has the list."""
    if run.with_partner:
        return {}
    records: Iterable[Dossier | EmployerInterest] = Dossier.objects.filter(pk__in=keys).select_related("closing_reason")
    if run.record == RecordKind.EMPLOYER_INTEREST:
        records = EmployerInterest.objects.filter(pk__in=keys).select_related("employer", "closing_reason")
    return {
        record.pk: Target(record.reference, get_record_name(record), get_record_url(record), describe_closure(record))
        for record in records
    }
