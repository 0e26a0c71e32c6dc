"""The rows of an import, formatted for a page."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from dossiers import privacy
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.labels import NOTHING, format_value
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
from dossiers.spreadsheets.comparison import current_values, differs
from dossiers.spreadsheets.imports import row_corrections
from dossiers.spreadsheets.imports.continuation import find_imported_lines
from dossiers.spreadsheets.imports.decisions import ANOTHER, SUPPLY, Decisions
from dossiers.spreadsheets.imports.differing_values import find_differing_values
from dossiers.spreadsheets.imports.newer_values import NewerValue, NewerValues, ValueSource
from dossiers.spreadsheets.resources import RESOURCES, SheetField

EMPTY: tuple[Any, ...] = (None, "", [])


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


@dataclass(frozen=True)
class CellError:
    """The error messages of a cell."""

    field: str
    label: str
    messages: list[str]
    text: str  # the original text of the cell
    acceptable: bool  # whether the cell is valid once the private data in it is masked
    possible_bsns: list[str]  # the numbers in the cell that may be a BSN


class KnownValue(NamedTuple):
    """A value of somebody whom a row looks like; it differs from that of the row if both are filled and unequal."""

    text: str
    differs: bool
    source: ValueSource | None


@dataclass(frozen=True)
class ComparedField:
    """A field of a row next to the same field of similar people."""

    label: str
    given: str
    known: list[KnownValue]


@dataclass(frozen=True)
class SimilarPerson:
    """The person of a dossier or of an earlier line, who may be the person of a row."""

    label: str  # the reference of the dossier, or the number of the line
    name: str
    reference: str = ""
    url: str = ""


@dataclass
class ShownRow:
    """A row of an import, formatted for a page."""

    pk: int
    line: int | None  # None for somebody who is no longer in the list
    who: str
    reference: str = ""
    url: str = ""  # of the record with this reference
    values: list[tuple[str, str]] = field(default_factory=list)
    defaults: list[tuple[str, str]] = field(default_factory=list)  # what a new record gets that the list does not give
    changes: list[Change] = field(default_factory=list)
    adds_supply: str = ""  # says that the organisation of the list supplies this known person from now on
    number: Change | None = None  # the organisation's number, if it changes
    differing: list[Change] = field(default_factory=list)  # what is not taken over, see differing_values.py
    faults: list[CellError] = field(default_factory=list)
    similar: list[SimilarPerson] = field(default_factory=list)
    compared: list[ComparedField] = field(default_factory=list)
    left_out: bool = False
    imported_before: bool = False  # in the import that this one continues
    answer: str = ""  # what the user said about which person this is


def build_shown_rows(run: ImportRun, rows: list[ImportRow]) -> list[ShownRow]:
    """Return the rows of one page with the names of their records, their errors and the similar people."""
    fields = RESOURCES[run.record]().sheet_fields()
    targets = _find_targets(run, [row.target_id for row in rows if row.target_id])
    newer_values, differing = NewerValues(run), find_differing_values(run, rows)
    waiting_remarks = _find_waiting_remarks(run, rows)
    newer, sources = newer_values.find(rows), newer_values.find_sources(rows)
    imported_lines, lines = find_imported_lines(run), Decisions.about(run).lines
    shown = []
    for row in rows:
        target = row.target_id or 0
        line = _build_row(run, row, fields, *targets.get(target, ("", "", "")))
        line.changes = _build_changes(
            run, row, fields, newer.get(target, {}), sources.get(target, {}), waits=row.supply_id in waiting_remarks
        )
        line.differing = [
            Change(_get_label(fields, key), format_cell(fields, key, old), format_cell(fields, key, new), field=key)
            for key, (old, new) in differing.get(row.pk, {}).items()
        ]
        line.imported_before = line.line in imported_lines
        decision = lines[row.line].person if row.line in lines and row.action != Action.ABSENT else ""
        if decision == ANOTHER:
            line.answer = gettext("You said: somebody else.")
        elif decision:
            line.answer = gettext("You said: same as %(reference)s.") % {"reference": decision}
        shown.append(line)
    pairs = list(zip(rows, shown, strict=True))
    _add_supply_changes(run, pairs)
    _add_errors(run, fields, pairs)
    _add_similar_people(run, fields, pairs)
    return shown


def _build_row(
    run: ImportRun, row: ImportRow, fields: dict[str, SheetField], reference: str, name: str, url: str
) -> ShownRow:
    imported_name = get_supplied_name(row.given) if "given_name" in fields else row.given.get("company_name", "")
    is_complete = "given_name" not in fields or row.given.keys() >= {"given_name", "family_name"}
    who = imported_name if is_complete and imported_name else name or imported_name
    line = None if row.action == Action.ABSENT else row.line
    shown = ShownRow(row.pk, line, who, reference, url, left_out=row.left_out)
    if row.action == Action.NEW:
        shown.values = [(_get_label(fields, key), format_cell(fields, key, value)) for key, value in row.given.items()]
        if not run.with_partner:
            shown.defaults = [
                (_get_label(fields, key), format_cell(fields, key, field.initial))
                for key, field in fields.items()
                if key not in row.given and field.initial not in EMPTY
            ]
    return shown


def _build_changes(
    run: ImportRun,
    row: ImportRow,
    fields: dict[str, SheetField],
    newer: dict[str, NewerValue],
    sources: dict[str, ValueSource],
    *,
    waits: bool,
) -> list[Change]:
    """Return the changes of a row; `waits` tells whether an earlier remark about the person waits to be taken over."""
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
        texts = (_get_label(fields, key), format_cell(fields, key, old), format_cell(fields, key, new))
        changes.append(Change(*texts, newer.get(key), sources.get(key), remark, key))
    return changes


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
            line.number = Change(label, before or NOTHING, names["number"], field="external_id")
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
            acceptable = bool(key in fields and reader and key in row.bad and reader.accepts(key, row.bad[key]))
            possible_bsns = privacy.possible_bsns(row.bad.get(key, ""))
            line.faults.append(CellError(key, _get_label(fields, key), texts, text, acceptable, possible_bsns))


def _add_similar_people(run: ImportRun, fields: dict[str, SheetField], lines: list[tuple[ImportRow, ShownRow]]) -> None:
    """Add the similar people to each row, compared by each field that one of them has."""
    similar = [(row, line) for row, line in lines if row.action == Action.SIMILAR]
    if not similar:
        return
    references = {reference for row, _line in similar for reference in row.similar_references}
    dossiers = {
        dossier.reference: dossier for dossier in Dossier.objects.not_anonymised().filter(reference__in=references)
    }
    names = [name for name in fields if name != "reference"]
    keys = [dossier.pk for dossier in dossiers.values()]
    values = current_values(RESOURCES[run.record](), keys, names)
    known_values = {
        # A default value that a new dossier got may stand in no list.
        key: {name: value for name in names if (value := values[key].get(name)) != fields[name].initial}
        for key in keys
    }
    sources = NewerValues(run).find_value_sources(known_values)
    numbers = dict(
        Supply.objects.filter(dossier_id__in=keys, organisation=run.organisation_id).values_list(
            "dossier_id", "external_id"
        )
    )
    numbers_of_lines = {number for row, _line in similar for number in row.similar_lines}
    listed = run.rows.exclude(action=Action.ABSENT).filter(line__in=numbers_of_lines)
    values_by_line = dict(listed.values_list("line", "given"))
    for row, line in similar:
        people = [dossiers[reference] for reference in row.similar_references if reference in dossiers]
        line.similar = [
            SimilarPerson(
                person.reference,
                f"{person.full_name} ({person.get_status_display()})" if person.is_closed else person.full_name,
                person.reference,
                get_record_url(person),
            )
            for person in people
        ]
        line.similar += [
            SimilarPerson(gettext("line %(line)d") % {"line": number}, get_supplied_name(values_by_line[number]))
            for number in row.similar_lines
        ]
        theirs = [values[person.pk] | {"external_id": numbers.get(person.pk, "")} for person in people]
        theirs += [values_by_line[number] for number in row.similar_lines]
        their_sources = [sources[person.pk] for person in people] + [{} for _number in row.similar_lines]
        line.compared = [
            compared
            for name in names
            if (
                compared := _compare_field(
                    fields,
                    name,
                    row.given.get(name),
                    [(person.get(name), known.get(name)) for person, known in zip(theirs, their_sources, strict=True)],
                )
            )
        ]


def _compare_field(
    fields: dict[str, SheetField], name: str, imported: Any, known: list[tuple[Any, ValueSource | None]]
) -> ComparedField | None:
    """Return the comparison of a field, or None if it is empty for everyone."""
    if all(value in EMPTY for value in (imported, *(value for value, _source in known))):
        return None
    values = [
        KnownValue(
            format_cell(fields, name, value),
            value not in EMPTY and imported not in EMPTY and differs(value, imported),
            source,
        )
        for value, source in known
    ]
    return ComparedField(_get_label(fields, name), format_cell(fields, name, imported), values)


def get_action_label(run: ImportRun, action: Action) -> str:
    """Return what happens with a row; one that only fills gaps may differ from its record although nothing changes."""
    if action == Action.UNCHANGED and run.policy == ImportRun.Policy.FILL:
        return gettext("nothing to fill in")
    return str(action.label)


def find_correctable_fields(run: ImportRun, row: ImportRow) -> set[str]:
    """Return the fields that can be corrected in the preview: those in error, and those with a column in the list."""
    if row.action in (Action.SKIPPED, Action.ABSENT):
        return set()
    in_error = set(row.errors) if row.action == Action.ERROR else set()
    if run.by_hand:  # its sender corrects the rest in the form
        return in_error
    return in_error | {name for name, index in run.column_indexes.items() if index >= 0}


def get_cell_text(row: ImportRow, fields: dict[str, SheetField], key: str) -> str:
    """Return the original text of a cell in error, or its value, also one that is not taken over, or ""."""
    if key in row.bad:
        return fields[key].get_typed_text(row.bad[key]) if key in fields else row.bad[key]
    value = row.given.get(key, row.withheld.get(key))
    return "" if value in EMPTY else format_cell(fields, key, value)


def _get_label(fields: dict[str, SheetField], key: str) -> str:
    return capfirst(str(fields[key].column_name)) if key in fields else key


def format_cell(fields: dict[str, SheetField], key: str, value: Any) -> str:
    """Return the value of a field as text for a page."""
    if value in EMPTY:
        return NOTHING
    return format_value(fields[key].widget.render(value) if key in fields else value)


def _find_targets(run: ImportRun, keys: list[int]) -> dict[int, tuple[str, str, str]]:
    """Return (reference, name, URL) of the records that rows update, by id; empty while a partner has the list."""
    if run.with_partner:
        return {}
    if run.record == RecordKind.DOSSIERS:
        dossiers = Dossier.objects.filter(pk__in=keys)
        return {dossier.pk: (dossier.reference, dossier.full_name, get_record_url(dossier)) for dossier in dossiers}
    interests = EmployerInterest.objects.filter(pk__in=keys).select_related("employer")
    return {
        interest.pk: (interest.reference, interest.company_name, get_record_url(interest)) for interest in interests
    }
