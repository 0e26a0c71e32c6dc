"""Puts one side of what staged rows changed, old or new, into records: for what an import wrote and for its undo."""

from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.writer import ROWS, RecordWriter, RowRange
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.sql import quote

OLD, NEW = 0, 1  # places in ImportRow.changes
LEFT = "record"  # the key in ImportRow.kept for the whole record


def lacks(name: str) -> str:
    """A condition on staged rows `r`: an undo does not leave this."""
    return f"{sql.node('r.kept', (name,))} IS NULL"


def changes(*names: str) -> str:
    """A condition on staged rows `r`: one of these is changed, and an undo does not leave it."""
    parts = [f"({sql.node('r.changes', (name,))} IS NOT NULL AND {lacks(name)})" for name in names]
    return f"({' OR '.join(parts or ['false'])})"


def rows_where(condition: str) -> str:
    """Staged rows as a table `r`."""
    return f"(SELECT * FROM {ROWS} r WHERE {condition}) AS r"


class Restorer(RecordWriter):
    """Writes values of `changes` back into the records of one model."""

    def put(self, rows: RowRange, side: int, names: list[str], condition: str) -> None:
        """One side of each of these fields that `condition` rows change; a record may be reached by one row only."""
        sets = [self._set(name, field, side) for name, field in self.plain().items() if name in names]
        if own := self.own(names):
            sets.append(f"{EXTRA} = {sql.with_parts(f'd.{EXTRA}', {name: self._part(name, side) for name in own})}")
        sets.append("changed_at = %s")
        sql.execute(
            f"UPDATE {self.table} AS d SET {', '.join(sets)} FROM {rows_where(condition)} WHERE d.id = r.{self.target}",
            [sql.moment(rows.at)],
        )

    def _set(self, name: str, field: SheetField, side: int) -> str:
        column = quote(field.model_field.column)
        value = self._expression(field, "r.changes", (name, side))
        if isinstance(field.model_field, LanguagesField):
            value = f"coalesce({value}, '')"  # joined out of an empty list
        return f"{column} = CASE WHEN {changes(name)} THEN {value} ELSE d.{column} END"

    @staticmethod
    def _part(name: str, side: int) -> str:
        value, stays = sql.json_text("r.changes", (name, side)), sql.json_text(f"d.{EXTRA}", (name,))
        return f"CASE WHEN {changes(name)} THEN {value} ELSE {stays} END"

    def tell_removal(self, rows: RowRange, condition: str, extra: dict[str, str]) -> None:
        """The last step of records that go, in history and log."""
        self.history(rows, "-", rows_where(condition), extra)
        self.log(rows, "wagtail.delete", rows_where(condition), deleted=True)

    def remove(self, condition: str) -> None:
        sql.execute(f"DELETE FROM {self.table} WHERE id IN (SELECT r.{self.target} FROM {ROWS} r WHERE {condition})")
