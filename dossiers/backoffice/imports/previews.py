"""The rows of an import as a person reads them."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextField
from django.urls import reverse
from django.utils.text import capfirst

from dossiers import privacy
from dossiers.backoffice.labels import NOTHING, shown
from dossiers.models import Action, Dossier, EmployerInterest, ImportRow, ImportRun, RecordKind, Supply
from dossiers.spreadsheets.comparison import current_values, differs
from dossiers.spreadsheets.imports import row_corrections
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.resources import RESOURCES, SheetField

EMPTY: tuple[Any, ...] = (None, "", [])
PERSON = ("given_name", "name_prefix", "family_name", "date_of_birth", "phone", "email", "location")


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Fault:
    field: str
    label: str
    messages: list[str]
    text: str  # the cell as it stood
    mendable: bool  # whether another text in this cell can mend it
    long: bool  # whether the text can have several lines
    acceptable: bool  # whether the cell is right as it stands now, without what may not be stored

    @property
    def possible_bsns(self) -> list[str]:
        """Numbers to ask about."""
        return privacy.possible_bsns(self.text)


@dataclass(frozen=True)
class Compared:
    """A field of a line beside that of people who look alike; a value differs if both have one and not the same."""

    label: str
    given: str
    known: list[tuple[str, bool]]  # for each of them: the value, and whether it differs


@dataclass(frozen=True)
class Lookalike:
    """A dossier that a line looks like."""

    reference: str
    name: str
    url: str


@dataclass
class ShownRow:
    """One line of a list: who it is about, and what is to be seen of it."""

    pk: int
    line: int
    who: str
    reference: str = ""
    values: list[tuple[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    similar: list[Lookalike] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    left_out: bool = False


def shown_rows(run: ImportRun, rows: list[ImportRow]) -> list[ShownRow]:
    """Rows of one page, with the names of the records that they reach."""
    fields = RESOURCES[run.record]().sheet_fields()
    reached = _reached(run, [row.target_id for row in rows if row.target_id])
    shown = [_shown(row, fields, *reached.get(row.target_id or 0, ("", ""))) for row in rows]
    _add_faults(run, fields, list(zip(rows, shown, strict=True)))
    _add_lookalikes(run, fields, list(zip(rows, shown, strict=True)))
    return shown


def _shown(row: ImportRow, fields: dict[str, SheetField], reference: str, name: str) -> ShownRow:
    who = _who(row, fields) or name
    shown = ShownRow(row.pk, row.line, who, reference, left_out=row.left_out)
    if row.action == Action.NEW:
        shown.values = [(_label(fields, key), cell(fields, key, value)) for key, value in row.given.items()]
    shown.changes = [
        Change(_label(fields, key), cell(fields, key, old), cell(fields, key, new))
        for key, (old, new) in row.changes.items()
    ]
    return shown


def _add_faults(run: ImportRun, fields: dict[str, SheetField], lines: list[tuple[ImportRow, ShownRow]]) -> None:
    """Tell of each line in error what is wrong, and whether its cells can be mended or accepted."""
    wrong = [(row, line) for row, line in lines if row.action == Action.ERROR]
    reader = row_corrections.cell_reader(run) if wrong else None
    for row, line in wrong:
        for key, texts in row.errors.items():
            text = cell_text(row, fields, key)
            known = key in fields
            long = known and ("\n" in text or isinstance(fields[key].model_field, TextField))
            acceptable = bool(known and reader and key in row.bad and reader.accepts(key, row.bad[key]))
            line.faults.append(Fault(key, _label(fields, key), texts, text, known, long, acceptable))


def _add_lookalikes(run: ImportRun, fields: dict[str, SheetField], lines: list[tuple[ImportRow, ShownRow]]) -> None:
    """Put whom a line looks like beside it, in all fields that the list gives and those by which people are known."""
    similar = [(row, line) for row, line in lines if row.action == Action.SIMILAR]
    if not similar:
        return
    references = {reference for row, _line in similar for reference in row.similar}
    dossiers = {
        dossier.reference: dossier for dossier in Dossier.objects.not_anonymised().filter(reference__in=references)
    }
    known = list(dict.fromkeys([*PERSON, *run.fields]))
    names = [name for name in fields if name in known and name != "reference"]
    keys = [dossier.pk for dossier in dossiers.values()]
    values = current_values(resource_for(run), keys, names)
    numbers = dict(
        Supply.objects.filter(dossier_id__in=keys, organisation=run.organisation_id).values_list(
            "dossier_id", "external_id"
        )
    )
    for row, line in similar:
        people = [dossiers[reference] for reference in row.similar if reference in dossiers]
        line.similar = [Lookalike(person.reference, person.full_name, _page_of(person)) for person in people]
        theirs = [values[person.pk] | {"external_id": numbers.get(person.pk, "")} for person in people]
        line.compared = [
            compared
            for name in names
            if (compared := _compare(fields, name, row.given.get(name), [person.get(name) for person in theirs]))
        ]


def _compare(fields: dict[str, SheetField], name: str, imported: Any, known: list[Any]) -> Compared | None:
    """None for a field that is empty with all of them."""
    if all(value in EMPTY for value in (imported, *known)):
        return None
    differing = [value not in EMPTY and imported not in EMPTY and differs(value, imported) for value in known]
    texts = [cell(fields, name, value) for value in known]
    return Compared(_label(fields, name), cell(fields, name, imported), list(zip(texts, differing, strict=True)))


def _page_of(dossier: Dossier) -> str:
    return reverse(Dossier.snippet_viewset.get_url_name("inspect"), args=[dossier.pk])  # type: ignore[attr-defined]


def cell_text(row: ImportRow, fields: dict[str, SheetField], key: str) -> str:
    """The cell in error as it stood, or as it is read now; empty when there was nothing."""
    if key in row.bad:
        return row.bad[key]
    return cell(fields, key, row.given[key]) if key in row.given else ""


def _who(row: ImportRow, fields: dict[str, SheetField]) -> str:
    names = ("given_name", "name_prefix", "family_name") if "given_name" in fields else ("company_name",)
    return " ".join(row.given[name] for name in names if row.given.get(name))


def _label(fields: dict[str, SheetField], key: str) -> str:
    return capfirst(str(fields[key].column_name)) if key in fields else key


def cell(fields: dict[str, SheetField], key: str, value: Any) -> str:
    """A value as it stands in a list that a person reads."""
    if value in EMPTY:
        return NOTHING
    return shown(fields[key].widget.render(value) if key in fields else value)


def _reached(run: ImportRun, keys: list[int]) -> dict[int, tuple[str, str]]:
    """Reference and name of the records that rows reach; a partner's own rows reach no dossier."""
    if run.with_partner:
        return {}
    if run.record == RecordKind.DOSSIERS:
        return {dossier.pk: (dossier.reference, dossier.full_name) for dossier in Dossier.objects.filter(pk__in=keys)}
    interests = EmployerInterest.objects.filter(pk__in=keys).select_related("employer")
    return {interest.pk: (interest.reference, interest.company_name) for interest in interests}
