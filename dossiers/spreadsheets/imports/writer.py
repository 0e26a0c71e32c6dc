"""The one writer of an import: staged rows become records, supplies, history and log, by a few statements a batch.

Leaves what `save()`, `sectors.set()` and Wagtail's `log()` leave (a test compares them); written in SQL because an
object per row is what costs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db import models

from dossiers.models import Action, Dossier, ImportRow, ImportRun, Sector, Supply
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.sql import Path, quote
from dossiers.spreadsheets.values import NamedRecordsWidget, NamedRecordWidget

ROWS = quote(ImportRow._meta.db_table)


@dataclass(frozen=True)
class RowRange:
    """The staged rows that one round of statements takes."""

    run: ImportRun
    first: int  # keys of ImportRow, both included
    last: int
    at: datetime
    user_id: int | None

    def where(self, *actions: str) -> str:
        """A condition on the staged rows `r`; all its parts are numbers and words of ours."""
        names = ", ".join(f"'{action}'" for action in actions)
        return f"r.run_id = {self.run.pk} AND r.id BETWEEN {self.first} AND {self.last} AND r.action IN ({names})"


class RecordWriter:
    """Writes the part of a sheet's columns that belongs to one model."""

    def __init__(self, model: type[models.Model], resource: RecordResource, target: str, path: str = "") -> None:
        self.model, self.target = model, target  # `target`: the column of a staged row with the record's key
        self.table = quote(model._meta.db_table)
        self.fields: dict[str, SheetField] = {
            name: field
            for name, field in resource.sheet_fields().items()
            if field.model_field.model is model and name != "reference"
        }
        self.path = path

    def _expression(self, field: SheetField, column: str, path: Path) -> str:
        """The SQL for a value of JSON, as the field's column keeps it."""
        model_field = field.model_field
        if isinstance(model_field, LanguagesField):
            return sql.joined("value", ",", sql.each(column, path))
        if isinstance(field.widget, NamedRecordWidget):
            related = cast(type[models.Model], model_field.related_model)
            name = cast(models.Field, related._meta.get_field(field.widget.name_field))
            table, same = quote(related._meta.db_table), f"n.{quote(name.column)} = {sql.scalar(column, path, name)}"
            return f"(SELECT n.id FROM {table} n WHERE {same}{_among_choices(model_field)})"
        return sql.scalar(column, path, model_field)

    def plain(self) -> dict[str, SheetField]:
        """Those that have a column of the table."""
        return {n: f for n, f in self.fields.items() if not isinstance(f.widget, NamedRecordsWidget) and not f.own}

    def own(self, names: Iterable[str]) -> list[str]:
        """Those of these names that are fields which staff added."""
        return [name for name in names if name in self.fields and self.fields[name].own]

    def insert(self, rows: RowRange, source: str, extra: dict[str, str], params: dict[str, Any]) -> None:
        """New records out of `source`, a table of staged rows `r`; `extra` gives columns by SQL, `params` by value."""
        columns, expressions, values = [], [], []
        own = self.own(rows.run.fields)
        for column in self.model._meta.concrete_fields:
            columns.append(quote(column.column))
            if column.name in extra:
                expressions.append(extra[column.name])
                continue
            if column.name == EXTRA and own:
                own_values = {name: sql.json_text("r.given", (name,)) for name in own}
                expressions.append(sql.with_parts("", own_values))
                continue
            default = params[column.name] if column.name in params else _stored_default(column)
            field = self.plain().get(column.name)
            if field is None:
                expressions.append("%s")
            else:
                expressions.append(f"coalesce({self._expression(field, 'r.given', (column.name,))}, %s)")
            values.append(default)
        statement = f"INSERT INTO {self.table} ({', '.join(columns)}) SELECT {', '.join(expressions)} FROM {source}"
        sql.execute(statement, values)

    def update(self, rows: RowRange, *actions: str, only: str = "") -> None:
        """What staged rows change; a blank cell changes nothing, so no new value is ever null.

        Of rows that reach one record only one may come at a time: `only` is a further condition on them.
        """
        sets = [
            f"{quote(field.model_field.column)} = coalesce({self._expression(field, 'r.changes', (name, 1))},"
            f" d.{quote(field.model_field.column)})"
            for name, field in self.plain().items()
            if name in rows.run.fields
        ]
        if own := self.own(rows.run.fields):
            parts = {
                name: f"coalesce({sql.json_text('r.changes', (name, 1))}, {sql.json_text(f'd.{EXTRA}', (name,))})"
                for name in own
            }
            sets.append(f"{EXTRA} = {sql.with_parts(f'd.{EXTRA}', parts)}")
        sets.append("changed_at = %s")
        statement = f"UPDATE {self.table} AS d SET {', '.join(sets)} FROM {ROWS} AS r WHERE d.id = r.{self.target}"
        touched = " OR ".join(f"{sql.node('r.changes', (name,))} IS NOT NULL" for name in self.fields)
        where = " AND ".join(filter(None, [rows.where(*actions), f"({touched})", only]))
        sql.execute(f"{statement} AND {where}", [sql.moment(rows.at)])

    def history(self, rows: RowRange, kind: str, source: str, extra: dict[str, str] | None = None) -> None:
        """A historical record for each record that `source` (of staged rows `r`) reaches, as it stands now."""
        history = self.model.history.model  # type: ignore[attr-defined]
        columns = [quote(field.column) for field in self.model._meta.concrete_fields]
        history_columns = {
            "history_date": "%s",
            "history_change_reason": "NULL",
            "history_type": f"'{kind}'",
            "history_user_id": "%s",
            "import_run_id": str(rows.run.pk),
            "import_line": "r.line",
        } | (extra or {})
        names = ", ".join(columns + [quote(name) for name in history_columns])
        values = ", ".join([f"d.{column}" for column in columns] + list(history_columns.values()))
        sql.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({names}) SELECT {values} FROM {source}"
            f" JOIN {self.table} d ON d.id = r.{self.target}",
            [sql.moment(rows.at), rows.user_id],
        )

    def log(self, rows: RowRange, action: str, source: str, *, deleted: bool = False) -> None:
        """Wagtail's own log, which its history pages show; the label is the reference, never a name."""
        label = "d.reference" if "reference" in [f.name for f in self.model._meta.fields] else "d.company_name"
        person = ContentType.objects.get_for_model(self.model)
        data = "'{}'::jsonb" if sql.postgres() else "'{}'"
        sql.execute(
            'INSERT INTO wagtailcore_modellogentry (content_type_id, label, action, data, "timestamp", user_id,'
            f" content_changed, deleted, object_id) SELECT {person.pk}, {label}, '{action}', {data}, %s,"
            f" %s, %s, %s, CAST(d.id AS varchar(255)) FROM {source}"
            f" JOIN {self.table} d ON d.id = r.{self.target}",
            [sql.moment(rows.at), rows.user_id, True, deleted],
        )


def _among_choices(field: models.Field) -> str:
    """A further condition on the records `n` that a field may point at; its words and values are our own."""
    choices: dict[str, str] = getattr(field, "get_limit_choices_to", dict)() or {}
    return "".join(f" AND n.{quote(name)} = '{value}'" for name, value in choices.items())


def _stored_default(field: models.Field) -> Any:
    from django.db import connection

    return field.get_db_prep_save(field.get_default(), connection)


def staged(rows: RowRange, *actions: str) -> str:
    return f"(SELECT * FROM {ROWS} r WHERE {rows.where(*actions)}) AS r"


def number_new(rows: RowRange, model: type[models.Model], first_number: int) -> int:
    """Give new rows the key and the number of the record that they become; returns how many there are."""
    return give_keys(model, rows.where(Action.NEW), f"target_id = s.key, number = s.n + {first_number - 1}")


def give_keys(model: type[models.Model], where: str, sets: str) -> int:
    """Update the staged rows `r` of a condition with a fresh `s.key` for each and its place `s.n` among them."""
    numbered = f"SELECT r.id, row_number() OVER (ORDER BY r.id) AS n FROM {ROWS} r WHERE {where}"
    keyed = f"SELECT w.id, w.n, {sql.next_key(model, 'w.n')} AS key FROM ({numbered}) AS w"
    return sql.execute(f"UPDATE {ROWS} AS r SET {sets} FROM ({keyed}) AS s WHERE s.id = r.id")


class DossierBulk:
    """Dossiers with their sectors and supplies."""

    model: type[models.Model] = Dossier

    def __init__(self, resource: RecordResource) -> None:
        self.dossiers = RecordWriter(Dossier, resource, "target_id")
        self.through = quote(Dossier.sectors.through._meta.db_table)

    def write(self, rows: RowRange, year: int) -> None:
        new, changed = staged(rows, Action.NEW), staged(rows, Action.CHANGED)
        at = sql.moment(rows.at)
        reference = sql.reference(Dossier.REFERENCE_PREFIX, year, "r.number")
        self.dossiers.insert(
            rows, new, {"id": "r.target_id", "reference": reference}, {"created_at": at, "changed_at": at}
        )
        self.dossiers.update(rows, Action.CHANGED)
        self._sectors(rows)
        self._supplies(rows)
        for kind, action, source in (("+", "wagtail.create", new), ("~", "wagtail.edit", changed)):
            self.dossiers.history(rows, kind, source, {"sector_names": f"coalesce({self._sector_names()}, '')"})
            self.dossiers.log(rows, action, source)

    def _sector_names(self) -> str:
        table = quote(Sector._meta.db_table)
        return sql.joined(
            "s.name", ", ", f"{self.through} t JOIN {table} s ON s.id = t.sector_id WHERE t.dossier_id = d.id"
        )

    def _sectors(self, rows: RowRange) -> None:
        changed = f"{rows.where(Action.CHANGED)} AND {sql.node('r.changes', ('sectors',))} IS NOT NULL"
        sql.execute(
            f"DELETE FROM {self.through} WHERE dossier_id IN (SELECT r.target_id FROM {ROWS} r WHERE {changed})"
        )
        for condition, column, path in (
            (rows.where(Action.NEW), "r.given", ("sectors",)),
            (changed, "r.changes", ("sectors", 1)),
        ):
            sql.execute(
                f"INSERT INTO {self.through} (dossier_id, sector_id) SELECT r.target_id, s.id FROM {ROWS} r,"
                f" {sql.each(column, path)} JOIN {quote(Sector._meta.db_table)} s ON s.name = e.value WHERE {condition}"
            )

    def _supplies(self, rows: RowRange) -> None:
        """Renew what the organisation supplied before, add what it did not; a reference alone adds nothing."""
        table, actions = quote(Supply._meta.db_table), (Action.NEW, Action.CHANGED, Action.UNCHANGED)
        number = sql.scalar("r.given", ("external_id",), Supply._meta.get_field("external_id"))
        before = ("values", sql.node('s."values"', ()), "external_id", "s.external_id", "last_seen", "s.last_seen")
        sql.execute(
            f"UPDATE {ROWS} AS r SET supply_before = {sql.json_object(*before)} FROM {table} AS s"
            f" WHERE s.id = r.supply_id AND {rows.where(*actions)}"
        )
        sql.execute(
            f'UPDATE {table} AS d SET "values" = r.given, last_seen = %s,'
            f" external_id = coalesce({number}, d.external_id) FROM {ROWS} AS r"
            f" WHERE d.id = r.supply_id AND {rows.where(*actions)}",
            [sql.moment(rows.at)],
        )
        by_reference = f"{sql.node('r.given', ('reference',))} IS NOT NULL AND {number} IS NULL"
        sql.execute(
            f'INSERT INTO {table} (dossier_id, organisation_id, external_id, "values", first_seen, last_seen)'
            f" SELECT r.target_id, %s, coalesce({number}, ''), r.given, %s, %s FROM {ROWS} r"
            f" WHERE {rows.where(*actions)} AND r.supply_id IS NULL AND NOT ({by_reference})",
            [rows.run.organisation_id, sql.moment(rows.at), sql.moment(rows.at)],
        )
