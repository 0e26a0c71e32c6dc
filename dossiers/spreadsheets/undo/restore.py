"""Writes the old or the new values of staged rows' changes to records with SQL."""

from django.db import connection

from dossiers.models.own_fields.own_values import EXTRA
from dossiers.signals import Removal, personal_data_removed
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.writer import ROWS, RecordWriter, RowRange
from dossiers.spreadsheets.sql import quote

OLD, NEW = 0, 1  # indexes of the values in ImportRow.changes


def is_not_left(name: str) -> str:
    """Return an SQL condition on staged rows `r`: the undo does not leave this field or record."""
    return f"{sql.node('r.kept', (name,))} IS NULL"


def changes_any(*names: str) -> str:
    """Return an SQL condition on staged rows `r`: they changed one of these fields, and the undo does not leave it."""
    parts = [f"({sql.node('r.changes', (name,))} IS NOT NULL AND {is_not_left(name)})" for name in names]
    return f"({' OR '.join(parts or ['false'])})"


def rows_table(condition: str) -> str:
    """Return an SQL table expression `r` of the staged rows that meet a condition."""
    return f"(SELECT * FROM {ROWS} r WHERE {condition}) AS r"


class Restorer(RecordWriter):
    """Writes values of `changes` back into the records of one model."""

    def write_values(self, rows: RowRange, side: int, names: list[str], condition: str) -> None:
        """Write the OLD or NEW values of these fields for the rows that meet `condition`.

        Only one of the rows may change each record, because an UPDATE takes only one of several.
        """
        sets = []
        for name, field in self.model_fields().items():
            if name not in names:
                continue
            column, value = quote(field.model_field.column), self._expression(field, "r.changes", (name, side))
            restored = f"CASE WHEN {changes_any(name)} THEN {value} ELSE d.{column} END"
            sets += [f"{column} = {restored}", *self._leave_archive(name, restored)]
        if own := self.filter_own_fields(names):
            parts = {}
            for name in own:
                value, stays = sql.json_text("r.changes", (name, side)), sql.json_text(f"d.{EXTRA}", (name,))
                parts[name] = f"CASE WHEN {changes_any(name)} THEN {value} ELSE {stays} END"
            sets.append(f"{EXTRA} = {sql.with_parts(f'd.{EXTRA}', parts)}")
        sets.append("changed_at = %s")
        # UPDATE ... FROM by hand, since the ORM has none: each record `d` takes the values of its staged row `r`.
        sql.execute(
            f"UPDATE {self.table} AS d SET {', '.join(sets)} FROM {rows_table(condition)} WHERE d.id = r.{self.target}",
            [sql.moment(rows.at)],
        )

    def insert_deletion(self, rows: RowRange, condition: str, extra: dict[str, str]) -> None:
        """Insert the deletion of records in their history and in Wagtail's log."""
        self.insert_history(rows, "-", rows_table(condition), extra)
        self.insert_log_entries(rows, "wagtail.delete", rows_table(condition), deleted=True)

    def delete_records(self, condition: str) -> None:
        """Delete the records of the rows that meet a condition; call it after the history is written."""
        # By hand, since `delete()` of a queryset loads each record and looks for relations; the plan did that already.
        targets = f"SELECT r.{self.target} FROM {ROWS} r WHERE {condition}"
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.table} WHERE id IN ({targets}) RETURNING id")
            keys = [key for (key,) in cursor.fetchall()]
        personal_data_removed.send(None, action=Removal.DELETED, model=self.model._meta.label, keys=keys)
