"""The rows of an import as a person reads them."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst

from dossiers import privacy
from dossiers.backoffice.words import NOTHING, shown
from dossiers.models import Action, Dossier, EmployerInterest, ImportRow, ImportRun, RecordKind
from dossiers.spreadsheets.resources import RESOURCES, SheetField


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

    @property
    def possible_bsns(self) -> list[str]:
        """Numbers to ask about."""
        return privacy.possible_bsns(self.text)


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
    similar: list[str] = field(default_factory=list)
    left_out: bool = False


def shown_rows(run: ImportRun, rows: list[ImportRow]) -> list[ShownRow]:
    """Rows of one page, with the names of the records that they reach."""
    fields = RESOURCES[run.record]().sheet_fields()
    reached = _reached(run, [row.target_id for row in rows if row.target_id])
    return [_shown(row, fields, *reached.get(row.target_id or 0, ("", ""))) for row in rows]


def _shown(row: ImportRow, fields: dict[str, SheetField], reference: str, name: str) -> ShownRow:
    who = _who(row, fields) or name
    shown = ShownRow(row.pk, row.line, who, reference, similar=row.similar, left_out=row.left_out)
    if row.action == Action.ERROR:
        shown.faults = [
            Fault(key, _label(fields, key), texts, _text(row, fields, key), key in fields)
            for key, texts in row.errors.items()
        ]
    elif row.action in (Action.NEW, Action.SIMILAR):
        shown.values = [(_label(fields, key), cell(fields, key, value)) for key, value in row.given.items()]
    shown.changes = [
        Change(_label(fields, key), cell(fields, key, old), cell(fields, key, new))
        for key, (old, new) in row.changes.items()
    ]
    return shown


def _text(row: ImportRow, fields: dict[str, SheetField], key: str) -> str:
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
    if value in (None, "", []):
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
