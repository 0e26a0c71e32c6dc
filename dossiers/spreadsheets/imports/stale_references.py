"""Finds staged rows that name a sector, a user or a closing reason that is not offered now."""

from typing import Any

from dossiers.models import ImportRun
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.imports.writer import ROWS
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import NamedRecordWidget


class StaleReferences:
    """Compares the names in staged rows with the names of the records now."""

    def __init__(self, run: ImportRun, resource: RecordResource, actions: tuple[str, ...]) -> None:
        """`actions` are those of the rows that will be written."""
        self.run = run
        fields = resource.sheet_fields()
        self.widgets: dict[str, NamedRecordWidget] = {
            name: widget for name in run.fields if isinstance(widget := fields[name].widget, NamedRecordWidget)
        }
        named = ", ".join(f"'{action}'" for action in actions)
        self.where = f"r.run_id = {run.pk} AND r.action IN ({named})"
        self.columns = {name: fields[name].model_field for name in self.widgets}

    def rows(self) -> list[int]:
        """Return the keys of the rows with a name that is not among the choices, such as one that no record has."""
        lines: set[int] = set()
        # By hand, since the names are in JSON: the first query gives the distinct names of a column, which are few, and
        # the second one the rows with a name that is gone.
        for name, widget in self.widgets.items():
            in_use = {row[0] for row in sql.fetch_all(f"SELECT DISTINCT {self._value(name)} FROM {self._source(name)}")}
            if gone := sorted(in_use - set(dict(widget.options())) - {None, ""}):
                marks = ", ".join(["%s"] * len(gone))
                keys = f"SELECT r.id FROM {self._source(name)} AND {self._value(name)} IN ({marks})"
                lines |= {row[0] for row in sql.fetch_all(keys, gone)}
        return sorted(lines)

    def _value(self, name: str) -> str:
        """Return the SQL expression of a name in the rows of `_source`."""
        if self.widgets[name].multiple:
            return "e.value"
        return sql.text("r.given", name)

    def _source(self, name: str) -> str:
        """Return the SQL table expression and condition of the rows; a column with several names has a row for each."""
        each = f", {sql.each('r.given', (name,))}" if self.widgets[name].multiple else ""
        return f"{ROWS} r{each} WHERE {self.where}"

    def read_again(self, parsed_row: ParsedRow) -> None:
        """Make a name that is gone an error of its cell; replace a name that has another spelling now."""
        for name, widget in self.widgets.items():
            text = parsed_row.given.get(name)
            words: list[str] = text if isinstance(text, list) else [text] if text else []
            now = [widget.known(word) or "" for word in words]
            gone = [word for word, known in zip(words, now, strict=True) if not known]
            if gone:
                del parsed_row.given[name]
                parsed_row.bad[name] = "; ".join(words)
                parsed_row.errors[name] = list(widget.unknown(gone).messages)
                # The user can map the name to another one, as with an unknown word; the run is not saved here.
                counts: dict[str, Any] = self.run.asked.setdefault("words", {}).setdefault(name, {})
                for word in gone:
                    counts[word] = counts.get(word, 0) + 1
            elif words:
                parsed_row.given[name] = sorted(now) if widget.multiple else now[0]
