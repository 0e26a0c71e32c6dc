"""Staged rows become employer interests, and the employers that they name."""

from typing import Any

from django.db import connection, models

from dossiers.models import Action, Employer, EmployerInterest
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.same_employer import new_key, put_in_order
from dossiers.spreadsheets.imports.writer import ROWS, RecordWriter, RowRange, give_keys, staged
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.sql import quote


class InterestBulk:
    """Employer interests, and the employers that they name."""

    model: type[models.Model] = EmployerInterest

    def __init__(self, resource: RecordResource) -> None:
        self.employers = RecordWriter(Employer, resource, "employer_id")
        self.interests = RecordWriter(EmployerInterest, resource, "target_id")

    def write(self, rows: RowRange, year: int) -> None:
        at = {"created_at": sql.moment(rows.at), "changed_at": sql.moment(rows.at)}
        self._make_employers(rows, at)
        put_in_order(rows)
        self._change_employers(rows)
        new, changed = staged(rows, Action.NEW), f"(SELECT * FROM {ROWS} r WHERE {self._changing(rows)}) AS r"
        reference = sql.reference(EmployerInterest.REFERENCE_PREFIX, year, "r.number")
        extra = {"id": "r.target_id", "reference": reference, "employer": "r.employer_id"}
        self.interests.insert(rows, new, extra, at)
        self.interests.update(rows, Action.CHANGED)
        for kind, action, source in (("+", "wagtail.create", new), ("~", "wagtail.edit", changed)):
            self.interests.history(rows, kind, source)
            self.interests.log(rows, action, source)

    def _changing(self, rows: RowRange) -> str:
        return f"{rows.where(Action.CHANGED)} AND {_touches(self.interests)}"

    def _make_employers(self, rows: RowRange, at: dict[str, Any]) -> None:
        """One new employer for all rows of the run that name it: its first row gives the values.

        For the whole run at once, for the rows that name it may stand in several stretches.
        """
        new = f"r.run_id = {rows.run.pk} AND r.action = '{Action.NEW}'"
        unknown, key = f"{new} AND r.employer_id IS NULL", new_key("r")
        highest = _highest_key()
        firsts = f"SELECT min(r.id) FROM {ROWS} r WHERE {unknown} GROUP BY {key}"
        if not give_keys(Employer, f"r.id IN ({firsts})", "employer_id = s.key"):
            return
        made = f"(SELECT * FROM {ROWS} r WHERE {new} AND r.employer_id > {highest}) AS r"
        self.employers.insert(rows, made, {"id": "r.employer_id"}, at)
        self.employers.history(rows, "+", made)
        self.employers.log(rows, "wagtail.create", made)
        sql.execute(
            f"UPDATE {ROWS} AS r SET employer_id = f.employer_id"
            f" FROM (SELECT {key} AS k, r.employer_id FROM {made}) AS f WHERE {unknown} AND {key} = f.k"
        )

    def _change_employers(self, rows: RowRange) -> None:
        """What rows change of employers. Where several change the same one, the first of each go first, then the
        second of each, and so on: so each finds what the rows before it left, and history tells every step."""
        changing = f"{rows.where(Action.NEW, Action.CHANGED)} AND {_touches(self.employers)}"
        nth = "row_number() OVER (PARTITION BY r.employer_id ORDER BY r.id)"
        for turn in range(1, _most_for_one(changing) + 1):
            of_turn = f"SELECT n.id FROM (SELECT r.id, {nth} AS nth FROM {ROWS} r WHERE {changing}) AS n"
            only = f"r.id IN ({of_turn} WHERE n.nth = {turn})"
            self.employers.update(rows, Action.NEW, Action.CHANGED, only=only)
            source = f"(SELECT * FROM {ROWS} r WHERE {rows.where(Action.NEW, Action.CHANGED)} AND {only}) AS r"
            self.employers.history(rows, "~", source)
            self.employers.log(rows, "wagtail.edit", source)


def _touches(writer: RecordWriter) -> str:
    """A condition on staged rows `r`: they change something of this writer's own columns."""
    return "(" + " OR ".join(f"{sql.node('r.changes', (name,))} IS NOT NULL" for name in writer.fields) + ")"


def _highest_key() -> int:
    return _number(f"SELECT max(id) FROM {quote(Employer._meta.db_table)}")


def _most_for_one(condition: str) -> int:
    """The most of these staged rows that reach one employer."""
    counts = f"SELECT count(*) AS n FROM {ROWS} r WHERE {condition} GROUP BY r.employer_id"
    return _number(f"SELECT max(c.n) FROM ({counts}) AS c")


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0] or 0)
