"""The people or interests that rows of an import look like, beside these rows."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.imports.cells import EMPTY, format_cell, get_label
from dossiers.models import Action, Dossier, EmployerInterest, ImportRow, ImportRun, RecordKind, Supply
from dossiers.models.dossiers.supply import get_supplied_name
from dossiers.spreadsheets.comparison import current_values, differs
from dossiers.spreadsheets.imports.newer_values.sources import ValueSource, find_value_sources
from dossiers.spreadsheets.matching.supplies import name_key
from dossiers.spreadsheets.resources import RESOURCES, SheetField


class KnownValue(NamedTuple):
    """A value of a record that a row looks like; it differs from that of the row if both are filled and unequal."""

    text: str
    differs: bool
    source: ValueSource | None


@dataclass(frozen=True)
class ComparedField:
    """A field of a row next to the same field of similar records."""

    label: str
    given: str
    known: list[KnownValue]

    @property
    def differs(self) -> bool:
        return any(value.differs for value in self.known)


@dataclass(frozen=True)
class SimilarRecord:
    """A dossier, an interest or another line that may be about the same as a row."""

    label: str  # the reference of the record, or the number of the line
    name: str
    reference: str = ""
    url: str = ""
    is_namesake: bool = False  # whether the row has its name and date of birth


class SimilarRecords:
    """Reads the dossiers or interests, and the other lines of the list, that these rows look like."""

    def __init__(self, run: ImportRun, fields: dict[str, SheetField], rows: list[ImportRow]) -> None:
        self.fields = fields
        self.names = [name for name in fields if name != "reference"]
        references = {reference for row in rows for reference in row.similar_references}
        records: QuerySet[Dossier] | QuerySet[EmployerInterest] = EmployerInterest.objects.confirmed()
        if run.record == RecordKind.DOSSIERS:
            records = Dossier.objects.not_anonymised()
        self.records: dict[str, Dossier | EmployerInterest] = {
            record.reference: record for record in records.filter(reference__in=references)
        }
        keys = [record.pk for record in self.records.values()]
        values = current_values(RESOURCES[run.record](), keys, self.names)
        numbers: dict[int | None, str] = {}
        if run.record == RecordKind.DOSSIERS:
            supplies = Supply.objects.filter(dossier_id__in=keys, organisation=run.organisation_id)
            numbers = dict(supplies.values_list("dossier_id", "external_id"))
        self.values = {key: values[key] | {"external_id": numbers.get(key, "")} for key in keys}
        known_values = {
            # A default value that a new dossier got may stand in no list.
            key: {name: value for name in self.names if (value := values[key].get(name)) != fields[name].initial}
            for key in keys
        }
        self.sources = find_value_sources(run, known_values)
        lines = {line for row in rows for line in row.similar_lines}
        listed = run.rows.exclude(action=Action.ABSENT).filter(line__in=lines)
        self.values_by_line: dict[int, dict[str, Any]] = dict(listed.values_list("line", "given"))

    def find(self, row: ImportRow) -> list[SimilarRecord]:
        """Return the records and the other lines that a row looks like: the records first."""
        similar = [
            SimilarRecord(
                record.reference,
                _get_name(record),
                record.reference,
                get_record_url(record),
                _are_namesakes(row.given, self.values[record.pk]),
            )
            for record in self._find_records(row)
        ]
        similar += [
            SimilarRecord(
                gettext("line %(line)s") % {"line": row.run.name_lines([line])},
                get_supplied_name(self.values_by_line[line]),
                is_namesake=_are_namesakes(row.given, self.values_by_line[line]),
            )
            for line in self._find_lines(row)
        ]
        return similar

    def compare(self, row: ImportRow) -> list[ComparedField]:
        """Return each field that is filled for one of them or in the row, in the order of `find`."""
        records: list[tuple[dict[str, Any], dict[str, ValueSource]]] = [
            (self.values[record.pk], self.sources[record.pk]) for record in self._find_records(row)
        ]
        records += [(self.values_by_line[line], {}) for line in self._find_lines(row)]
        compared = []
        for name in self.names:
            imported = row.given.get(name)
            known = [(values.get(name), sources.get(name)) for values, sources in records]
            if all(value in EMPTY for value in (imported, *(value for value, _source in known))):
                continue
            are_filled = [value not in EMPTY and imported not in EMPTY for value, _source in known]
            cells = [
                KnownValue(format_cell(self.fields, name, value), is_filled and differs(value, imported), source)
                for (value, source), is_filled in zip(known, are_filled, strict=True)
            ]
            label, text = get_label(self.fields, name), format_cell(self.fields, name, imported)
            compared.append(ComparedField(label, text, cells))
        return compared

    def _find_records(self, row: ImportRow) -> list[Dossier | EmployerInterest]:
        return [self.records[reference] for reference in row.similar_references if reference in self.records]

    def _find_lines(self, row: ImportRow) -> list[int]:
        """Return the other lines that a row looks like; a list that is being read again lacks some for a moment."""
        return [line for line in row.similar_lines if line in self.values_by_line]


def _are_namesakes(values: dict[str, Any], others: dict[str, Any]) -> bool:
    """Whether these are values of people with the same name and date of birth."""
    born = str(values.get("date_of_birth") or "")
    return bool(born) and born == str(others.get("date_of_birth")) and name_key(values) == name_key(others)


def _get_name(record: Dossier | EmployerInterest) -> str:
    """Return the person of a dossier or the work of an interest, with the status if that is closed."""
    name = record.work_description if isinstance(record, EmployerInterest) else record.full_name
    return f"{name} ({record.get_status_display()})" if record.is_closed else name
