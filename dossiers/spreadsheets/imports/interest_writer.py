"""Writes staged rows to employer interests and to the employers that the rows name."""

from typing import Any

from django.db import models

from dossiers.models import Action, Employer, EmployerInterest
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.same_employer import employer_key_expression, recompute_changes
from dossiers.spreadsheets.imports.writer import ROWS, RecordWriter, RowRange, assign_keys, staged_rows
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.sql import quote


class InterestBatchWriter:
    """Writes employer interests and the employers that the rows name."""

    model: type[models.Model] = EmployerInterest

    def __init__(self, resource: RecordResource) -> None:
        self.employers = RecordWriter(Employer, resource, "employer_id")
        self.interests = RecordWriter(EmployerInterest, resource, "target_id")

    def write(self, rows: RowRange, year: int) -> None:
        at = {"created_at": sql.moment(rows.at), "changed_at": sql.moment(rows.at)}
        self._make_employers(rows, at)
        recompute_changes(rows)
        self._change_employers(rows)
        new = staged_rows(rows, Action.NEW)
        changed = f"(SELECT * FROM {ROWS} r WHERE {rows.where(Action.CHANGED)} AND {_touches(self.interests)}) AS r"
        reference = sql.reference(EmployerInterest.REFERENCE_PREFIX, year, "r.number")
        extra = {"id": "r.target_id", "reference": reference, "employer": "r.employer_id"}
        self.interests.insert(rows, new, extra, at)
        self.interests.update(rows, Action.NEW, Action.CHANGED)  # a new one can get a contact in its remarks too
        for kind, action, source in (("+", "wagtail.create", new), ("~", "wagtail.edit", changed)):
            self.interests.insert_history(rows, kind, source)
            self.interests.insert_log_entries(rows, action, source)
        Employer.objects.leave_archive(rows.user_id)

    def _make_employers(self, rows: RowRange, at: dict[str, Any]) -> None:
        """Insert one employer for all rows of the run that name the same new employer, with the values of the first.

        This handles all rows of the run at once, since rows of the same employer may be in different batches.
        """
        new = f"r.run_id = {rows.run.pk} AND r.action = '{Action.NEW}'"
        unknown, key = f"{new} AND r.employer_id IS NULL", employer_key_expression("r")
        highest = _number(f"SELECT max(id) FROM {quote(Employer._meta.db_table)}")
        firsts = f"SELECT min(r.id) FROM {ROWS} r WHERE {unknown} GROUP BY {key}"
        if not assign_keys(Employer, f"r.id IN ({firsts})", "employer_id = s.key"):
            return
        made = f"(SELECT * FROM {ROWS} r WHERE {new} AND r.employer_id > {highest}) AS r"
        self.employers.insert(rows, made, {"id": "r.employer_id"}, at)
        self.employers.insert_history(rows, "+", made)
        self.employers.insert_log_entries(rows, "wagtail.create", made)
        # UPDATE ... FROM by hand, since the ORM has none: the other rows of each new employer get its key.
        sql.execute(
            f"UPDATE {ROWS} AS r SET employer_id = f.employer_id"
            f" FROM (SELECT {key} AS k, r.employer_id FROM {made}) AS f WHERE {unknown} AND {key} = f.k"
        )

    def _change_employers(self, rows: RowRange) -> None:
        """Update employers; if several rows change the same one, write the first row of each, then the second, etc.

        So each row changes what the rows before it wrote, and history has a record of every row.
        """
        changing = f"{rows.where(Action.NEW, Action.CHANGED)} AND {_touches(self.employers)}"
        counts = f"SELECT count(*) AS n FROM {ROWS} r WHERE {changing} GROUP BY r.employer_id"
        most_rows = _number(f"SELECT max(c.n) FROM ({counts}) AS c")
        # A window function by hand, since it becomes a part of the conditions of the writer's statements.
        nth = "row_number() OVER (PARTITION BY r.employer_id ORDER BY r.id)"
        for turn in range(1, most_rows + 1):
            of_turn = f"SELECT n.id FROM (SELECT r.id, {nth} AS nth FROM {ROWS} r WHERE {changing}) AS n"
            only = f"r.id IN ({of_turn} WHERE n.nth = {turn})"
            self.employers.update(rows, Action.NEW, Action.CHANGED, only=only)
            source = f"(SELECT * FROM {ROWS} r WHERE {rows.where(Action.NEW, Action.CHANGED)} AND {only}) AS r"
            self.employers.insert_history(rows, "~", source)
            self.employers.insert_log_entries(rows, "wagtail.edit", source)


def _touches(writer: RecordWriter) -> str:
    """Return an SQL condition on staged rows `r`: they change a column of this writer."""
    return "(" + " OR ".join(f"{sql.node('r.changes', (name,))} IS NOT NULL" for name in writer.fields) + ")"


def _number(query: str) -> int:
    """Return the one number that a query gives; 0 for NULL."""
    return int(sql.fetch_all(query)[0][0] or 0)
