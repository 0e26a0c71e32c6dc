"""Staged rows that name a sector, a user or a closing reason which was renamed or deleted since they were read."""

from typing import Any

from django.db import connection

from dossiers.models import ImportRun
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.imports.writer import ROWS
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import NamedRecordWidget


class StaleReferences:
    """What the columns that name a record of a list give, against the lists as they are now."""

    def __init__(self, run: ImportRun, resource: RecordResource, actions: tuple[str, ...]) -> None:
        """`actions`: of the rows that are going to be written."""
        self.run = run
        fields = resource.sheet_fields()
        self.widgets: dict[str, NamedRecordWidget] = {
            name: widget for name in run.fields if isinstance(widget := fields[name].widget, NamedRecordWidget)
        }
        named = ", ".join(f"'{action}'" for action in actions)
        self.where = f"r.run_id = {run.pk} AND r.action IN ({named})"
        self.columns = {name: fields[name].model_field for name in self.widgets}

    def rows(self) -> list[int]:
        """Keys of the rows that give a name which its list has not (any more)."""
        lines: set[int] = set()
        for name, widget in self.widgets.items():
            in_use = {row[0] for row in _all(f"SELECT DISTINCT {self._value(name)} FROM {self._source(name)}")}
            if gone := sorted(in_use - set(widget.names.values()) - {None}):
                marks = ", ".join(["%s"] * len(gone))
                keys = f"SELECT r.id FROM {self._source(name)} AND {self._value(name)} IN ({marks})"
                lines |= {row[0] for row in _all(keys, gone)}
        return sorted(lines)

    def _value(self, name: str) -> str:
        if self.widgets[name].multiple:
            return "e.value"
        return sql.text("r.given", name)

    def _source(self, name: str) -> str:
        each = f", {sql.each('r.given', (name,))}" if self.widgets[name].multiple else ""
        return f"{ROWS} r{each} WHERE {self.where}"

    def read_again(self, draft: ParsedRow) -> None:
        """A name that is gone becomes an error of its cell, as if it was just read; one that is only written in
        another way now is taken so."""
        for name, widget in self.widgets.items():
            text = draft.given.get(name)
            words: list[str] = text if isinstance(text, list) else [text] if text else []
            now = [widget.known(word) or "" for word in words]
            gone = [word for word, known in zip(words, now, strict=True) if not known]
            if gone:
                del draft.given[name]
                draft.bad[name] = "; ".join(words)
                draft.errors[name] = list(widget.unknown(gone).messages)
                self._ask(name, gone)
            elif words:
                draft.given[name] = sorted(now) if widget.multiple else now[0]

    def _ask(self, name: str, gone: list[str]) -> None:
        """Offer these words for mapping, once for all rows; the run is not saved."""
        counts: dict[str, Any] = self.run.asked.setdefault("words", {}).setdefault(name, {})
        for word in gone:
            counts[word] = counts.get(word, 0) + 1


def _all(query: str, params: list[str] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
