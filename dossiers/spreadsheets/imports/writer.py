"""Writes staged rows to records, supplies, history and Wagtail's log, with a few SQL statements for each batch.

The SQL is written by hand because creating a model instance per row is what makes an import slow. The result is the
same as that of `save()`, `sectors.set()` and Wagtail's `log()`; a test compares them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext

from dossiers.models import Action, Dossier, ImportRow, ImportRun, Sector, Supply
from dossiers.models.closing import ClosableRecord
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.newer_values.overwritten import fills_from_older_list
from dossiers.spreadsheets.resources import RecordResource, SheetField
from dossiers.spreadsheets.sql import Path, quote
from dossiers.spreadsheets.values import NamedRecordsWidget, NamedRecordWidget

ROWS = quote(ImportRow._meta.db_table)


@dataclass(frozen=True)
class RowRange:
    """The staged rows that one set of statements writes, with the moment and the user of the change."""

    run: ImportRun
    first: int  # keys of ImportRow; both `first` and `last` are included
    last: int
    at: datetime
    user_id: int | None

    def where(self, *actions: str) -> str:
        """Return an SQL condition on the staged rows `r`; safe without parameters, for it has no text of users."""
        names = ", ".join(f"'{action}'" for action in actions)
        return f"r.run_id = {self.run.pk} AND r.id BETWEEN {self.first} AND {self.last} AND r.action IN ({names})"


class RecordWriter:
    """Writes the columns of a spreadsheet that belong to one model."""

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
        """Return the SQL expression of the value at `path` in a JSON column, in the type of the field's column."""
        model_field = field.model_field
        if isinstance(model_field, LanguagesField):
            return f"coalesce({sql.joined('value', ',', sql.each(column, path))}, '')"  # an empty list gives NULL
        if isinstance(field.widget, NamedRecordWidget):
            related = cast(type[models.Model], model_field.related_model)
            name = cast(models.Field, related._meta.get_field(field.widget.name_field))
            table, same = quote(related._meta.db_table), f"n.{quote(name.column)} = {sql.scalar(column, path, name)}"
            # The staged row has the name of the related record; the subquery finds its key. The names and the values
            # of `limit_choices_to` come from our source, so that they need no parameters.
            choices: dict[str, str] = getattr(model_field, "get_limit_choices_to", dict)() or {}
            allowed = "".join(f" AND n.{quote(key)} = '{value}'" for key, value in choices.items())
            return f"(SELECT n.id FROM {table} n WHERE {same}{allowed})"
        return sql.scalar(column, path, model_field)

    def model_fields(self) -> dict[str, SheetField]:
        """Return the fields that have a column of their own in the model's table."""
        return {n: f for n, f in self.fields.items() if not isinstance(f.widget, NamedRecordsWidget) and not f.own}

    def filter_own_fields(self, names: Iterable[str]) -> list[str]:
        """Return which of these names are own fields of this model."""
        return [name for name in names if name in self.fields and self.fields[name].own]

    def insert(self, rows: RowRange, source: str, extra: dict[str, str], params: dict[str, Any]) -> None:
        """Insert a record for each staged row of `source`, an SQL table expression named `r`.

        `extra` has SQL expressions for columns that a row does not have, `params` has values for them.
        """
        columns, expressions, values = [], [], []
        own = self.filter_own_fields(rows.run.fields)
        for column in self.model._meta.concrete_fields:
            columns.append(quote(column.column))
            if column.name in extra:
                expressions.append(extra[column.name])
                continue
            if column.name == EXTRA and own:
                own_values = {name: sql.json_text("r.given", (name,)) for name in own}
                expressions.append(sql.with_parts("", own_values))
                continue
            if column.name in params:
                default = params[column.name]
            else:
                default = column.get_db_prep_save(column.get_default(), connection)
            field = self.model_fields().get(column.name)
            if field is None:
                expressions.append("%s")
            else:
                expressions.append(f"coalesce({self._expression(field, 'r.given', (column.name,))}, %s)")
            values.append(default)
        # INSERT ... SELECT by hand, since the ORM has none: all rows of the batch become records in one statement.
        statement = f"INSERT INTO {self.table} ({', '.join(columns)}) SELECT {', '.join(expressions)} FROM {source}"
        sql.execute(statement, values)

    def update(self, rows: RowRange, *actions: str, only: str = "") -> None:
        """Write the new values of the staged rows, of which NULL empties a field; a blank cell changes nothing.

        `only` is a further condition on the rows. It is needed if several rows change the same record, because an
        UPDATE takes only one of these.
        """
        sets = []
        for name, field in self.model_fields().items():
            if name in rows.run.fields or name == "closing_reason":  # which an interest loses when it is opened
                column, value = quote(field.model_field.column), self._expression(field, "r.changes", (name, 1))
                sets.append(f"{column} = {_write_if_changed(name, value, f'd.{column}')}")
                sets += self._leave_archive(name, _write_if_changed(name, value, f"d.{column}"))
        if own := self.filter_own_fields(rows.run.fields):
            parts = {
                name: _write_if_changed(
                    name, sql.json_text("r.changes", (name, 1)), sql.json_text(f"d.{EXTRA}", (name,))
                )
                for name in own
            }
            sets.append(f"{EXTRA} = {sql.with_parts(f'd.{EXTRA}', parts)}")
        sets.append("changed_at = %s")
        # UPDATE ... FROM by hand, since the ORM has none: each record `d` takes its values from its staged row `r`.
        statement = f"UPDATE {self.table} AS d SET {', '.join(sets)} FROM {ROWS} AS r WHERE d.id = r.{self.target}"
        touched = " OR ".join(f"{sql.node('r.changes', (name,))} IS NOT NULL" for name in self.fields)
        where = " AND ".join(filter(None, [rows.where(*actions), f"({touched})", only]))
        sql.execute(f"{statement} AND {where}", [sql.moment(rows.at)])

    def _leave_archive(self, name: str, value: str) -> list[str]:
        """Return what takes a record out of the archive if this value of its status opens it."""
        if name != "status" or not issubclass(self.model, ClosableRecord):
            return []
        closed = ", ".join(f"'{status}'" for status in sorted(self.model.closed_statuses))
        return [f"archived_at = CASE WHEN {value} IN ({closed}) THEN d.archived_at END"]

    def insert_history(self, rows: RowRange, kind: str, source: str, extra: dict[str, str] | None = None) -> None:
        """Insert a historical record of the current state of each record that a staged row of `source` points at."""
        history = self.model.history.model  # type: ignore[attr-defined]
        columns = [quote(field.column) for field in self.model._meta.concrete_fields]
        history_columns = {
            "history_date": "%s",
            "history_change_reason": "NULL",
            "history_type": f"'{kind}'",
            "history_user_id": "%s",
            "import_run_id": str(rows.run.pk),
            # The number of a row of an absent person is made up, because the person stands on no line of the list.
            "import_line": f"CASE WHEN r.action = '{Action.ABSENT}' THEN NULL ELSE r.line END",
        } | (extra or {})
        names = ", ".join(columns + [quote(name) for name in history_columns])
        values = ", ".join([f"d.{column}" for column in columns] + list(history_columns.values()))
        # By hand, since simple-history's bulk functions need an instance per record; this copies the rows of the
        # table, joined with the staged rows for their line numbers.
        sql.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({names}) SELECT {values} FROM {source}"
            f" JOIN {self.table} d ON d.id = r.{self.target}",
            [sql.moment(rows.at), rows.user_id],
        )

    def insert_log_entries(self, rows: RowRange, action: str, source: str, *, deleted: bool = False) -> None:
        """Insert an entry in Wagtail's log for each record; the label is the reference, never the name of a person."""
        label = "d.reference" if "reference" in [f.name for f in self.model._meta.fields] else "d.company_name"
        content_type = ContentType.objects.get_for_model(self.model)
        data = "'{}'::jsonb" if sql.postgres() else "'{}'"
        # By hand, since `log()` of Wagtail inserts one entry at a time; this inserts those of the whole batch.
        sql.execute(
            'INSERT INTO wagtailcore_modellogentry (content_type_id, label, action, data, "timestamp", user_id,'
            f" content_changed, deleted, object_id) SELECT {content_type.pk}, {label}, '{action}', {data}, %s,"
            f" %s, %s, %s, CAST(d.id AS varchar(255)) FROM {source}"
            f" JOIN {self.table} d ON d.id = r.{self.target}",
            [sql.moment(rows.at), rows.user_id, True, deleted],
        )


def _write_if_changed(name: str, value: str, present: str) -> str:
    """Return the SQL expression of a field: the value that a staged row `r` changes it to, or else the present one."""
    return f"CASE WHEN {sql.node('r.changes', (name,))} IS NULL THEN {present} ELSE {value} END"


def staged_rows(rows: RowRange, *actions: str) -> str:
    """Return an SQL table expression `r` of the staged rows with these actions."""
    return f"(SELECT * FROM {ROWS} r WHERE {rows.where(*actions)}) AS r"


def assign_keys_and_numbers(rows: RowRange, model: type[models.Model], first_number: int) -> int:
    """Assign a primary key and a reference number to the rows that become new records; return how many there are."""
    return assign_keys(model, rows.where(Action.NEW), f"target_id = s.key, number = s.n + {first_number - 1}")


def assign_keys(model: type[models.Model], where: str, sets: str) -> int:
    """Update the staged rows `r` that meet a condition; return how many.

    `sets` is the SET clause. It can use `s.key`, a new primary key of the model, and `s.n`, the rank of the row from 1.
    """
    # By hand, since the ORM can neither take keys from a sequence nor update from a subquery. The keys are assigned
    # before the records are inserted, so that supplies, sectors and history can refer to them.
    numbered = f"SELECT r.id, row_number() OVER (ORDER BY r.id) AS n FROM {ROWS} r WHERE {where}"
    keyed = f"SELECT w.id, w.n, {sql.next_key(model, 'w.n')} AS key FROM ({numbered}) AS w"
    return sql.execute(f"UPDATE {ROWS} AS r SET {sets} FROM ({keyed}) AS s WHERE s.id = r.id")


def adds_supply() -> str:
    """Return an SQL condition on staged rows `r`; a row that gives our reference, but no number, adds no supply."""
    reference, number = (sql.node("r.given", (name,)) for name in ("reference", "external_id"))
    return f"(r.supply_id IS NULL AND ({reference} IS NULL OR {number} IS NOT NULL))"


def changes_number() -> str:
    """Return an SQL condition on written rows `r`: they gave another number than their supply had."""
    number, before = (sql.text(column, "external_id") for column in ("r.given", "r.supply_before"))
    return f"(r.supply_before IS NOT NULL AND {number} IS NOT NULL AND {number} <> {before})"


def was_supplied(run: ImportRun) -> str:
    """Return an SQL condition on written rows `r`: the organisation of the run supplied their dossiers before it."""
    runs, of_dossier = quote(ImportRun._meta.db_table), "s.dossier_id = r.target_id AND s.first_seen < i.applied_at"
    return (
        f"EXISTS (SELECT 1 FROM {quote(Supply._meta.db_table)} s JOIN {runs} i ON i.id = {run.pk}"
        f" AND i.organisation_id = s.organisation_id WHERE {of_dossier})"
    )


def _describe_supply(text: str, run: ImportRun) -> str:
    """Return a change reason with the organisation's name, which is shortened if a number would not fit after it."""
    number_length = Supply._meta.get_field("external_id").max_length or 0
    limit = Dossier.history.model._meta.get_field("history_change_reason").max_length - number_length - len(" ()")
    name = run.organisation.name if run.organisation else ""
    return text % {"organisation": Truncator(name).chars(limit - len(text % {"organisation": ""}))}


class DossierBatchWriter:
    """Writes dossiers with their sectors and supplies."""

    model: type[models.Model] = Dossier

    def __init__(self, resource: RecordResource) -> None:
        self.dossiers = RecordWriter(Dossier, resource, "target_id")
        self.through = quote(Dossier.sectors.through._meta.db_table)

    def write(self, rows: RowRange, year: int) -> None:
        new = staged_rows(rows, Action.NEW)
        at = sql.moment(rows.at)
        reference = sql.reference(Dossier.REFERENCE_PREFIX, year, "r.number")
        self.dossiers.insert(
            rows, new, {"id": "r.target_id", "reference": reference}, {"created_at": at, "changed_at": at}
        )
        self.dossiers.update(rows, Action.CHANGED)
        self._insert_sectors(rows.where(Action.NEW), "r.given", ("sectors",))
        changes_sectors = f"{sql.node('r.changes', ('sectors',))} IS NOT NULL"
        self._replace_sectors(f"{rows.where(Action.CHANGED)} AND {changes_sectors}", 1)
        self._write_supplies(rows)
        # The history also shows who supplies a known person from now on, even if no value of the dossier changes.
        condition = f"(r.action = '{Action.CHANGED}' OR {adds_supply()} OR {changes_number()})"
        edited = f"(SELECT * FROM {ROWS} r WHERE {rows.where(Action.CHANGED, Action.UNCHANGED)} AND {condition}) AS r"
        sector_names = {"sector_names": f"coalesce({self._sector_names()}, '')"}
        number = sql.text("r.given", "external_id")
        added = sql.literal(_describe_supply(gettext("From now on supplied by %(organisation)s"), rows.run))
        renumbered = sql.literal(_describe_supply(gettext("New number of %(organisation)s"), rows.run))
        reason = (
            f"CASE WHEN {adds_supply()} AND NOT {was_supplied(rows.run)}"
            f" THEN {added} || coalesce(' (' || {number} || ')', '')"
            f" WHEN {adds_supply()} OR {changes_number()} THEN {renumbered} || ': ' || {number} END"
        )
        self.dossiers.insert_history(rows, "+", new, sector_names)
        self.dossiers.insert_history(rows, "~", edited, sector_names | {"history_change_reason": reason})
        self.dossiers.insert_log_entries(rows, "wagtail.create", new)
        self.dossiers.insert_log_entries(rows, "wagtail.edit", edited)

    def _sector_names(self) -> str:
        """Return the SQL expression of a dossier's sector names in one text, as its history stores them."""
        table = quote(Sector._meta.db_table)
        return sql.joined(
            "s.name", ", ", f"{self.through} t JOIN {table} s ON s.id = t.sector_id WHERE t.dossier_id = d.id"
        )

    def _replace_sectors(self, condition: str, side: int) -> None:
        """Give the dossiers whose staged rows `r` meet a condition the sectors of one side of the rows' changes.

        `side` is the index in ImportRow.changes: 0 for the old value, 1 for the new one.
        """
        # By hand, since `set()` runs queries per dossier: this deletes the sectors of all these dossiers, then inserts
        # the sectors that the staged rows name.
        sql.execute(
            f"DELETE FROM {self.through} WHERE dossier_id IN (SELECT r.target_id FROM {ROWS} r WHERE {condition})"
        )
        self._insert_sectors(condition, "r.changes", ("sectors", side))

    def _insert_sectors(self, condition: str, column: str, path: tuple[str | int, ...]) -> None:
        sql.execute(
            f"INSERT INTO {self.through} (dossier_id, sector_id) SELECT r.target_id, s.id FROM {ROWS} r,"
            f" {sql.each(column, path)} JOIN {quote(Sector._meta.db_table)} s ON s.name = e.value WHERE {condition}"
        )

    def _write_supplies(self, rows: RowRange) -> None:
        """Update the supplies that the rows match and insert the others.

        A row that gives only our reference, and no number of the organisation, inserts no supply.
        """
        table, actions = quote(Supply._meta.db_table), (Action.NEW, Action.CHANGED, Action.UNCHANGED)
        number = sql.scalar("r.given", ("external_id",), Supply._meta.get_field("external_id"))
        before = {"values": sql.node('s."values"', ()), "parts": sql.node("s.parts", ())}
        before |= {name: f"s.{name}" for name in ("external_id", "last_seen")}
        values, parts = ['d."values"', "r.given"], ["d.parts", "r.parts"]
        if fills_from_older_list(rows.run):  # what the organisation gave later stays
            values, parts = values[::-1], parts[::-1]
        # By hand, since the ORM has neither UPDATE ... FROM nor INSERT ... SELECT. First store the supplies as they
        # were in the staged rows, for the undo.
        sql.execute(
            f"UPDATE {ROWS} AS r SET supply_before = {sql.json_object(*chain(*before.items()))} FROM {table} AS s"
            f" WHERE s.id = r.supply_id AND {rows.where(*actions)}"
        )
        # Then copy the values of the rows to the supplies that they match; what an earlier list gave in another column
        # stays.
        sql.execute(
            f'UPDATE {table} AS d SET "values" = {sql.merged(*values)}, parts = {sql.merged(*parts)}, last_seen = %s,'
            f" external_id = coalesce({number}, d.external_id) FROM {ROWS} AS r"
            f" WHERE d.id = r.supply_id AND {rows.where(*actions)}",
            [sql.moment(rows.at)],
        )
        # Then insert a supply for each other row.
        sql.execute(
            f'INSERT INTO {table} (dossier_id, organisation_id, external_id, "values", parts, first_seen, last_seen)'
            f" SELECT r.target_id, %s, coalesce({number}, ''), r.given, r.parts, %s, %s FROM {ROWS} r"
            f" WHERE {rows.where(*actions)} AND {adds_supply()}",
            [rows.run.organisation_id, sql.moment(rows.at), sql.moment(rows.at)],
        )
        self._take_out_staff_texts(rows.run.rows.filter(pk__range=(rows.first, rows.last), action__in=actions), rows)

    def _take_out_staff_texts(self, written: QuerySet[ImportRow], rows: RowRange) -> None:
        """Replace what coordinators typed in fields that the sender does not see by what the sender gave there."""
        own_values = {
            row: supplied
            for row in rows.run.filter_rows_with_staff_texts(written)
            if (supplied := rows.run.get_supplied_values(row.line, row.given)) != row.given
        }
        own = Supply.objects.filter(organisation=rows.run.organisation_id)
        updated = own.in_bulk([row.supply_id for row in own_values if row.supply_id])
        added = own.filter(first_seen=rows.at, dossier__in_batch=[row.target_id for row in own_values])
        added_by_dossier = {supply.dossier_id: supply for supply in added}
        supplies = []
        for row, supplied in own_values.items():  # a row without a number may add no supply
            supply = updated.get(row.supply_id) if row.supply_id else added_by_dossier.get(row.target_id)
            if supply:
                before = (row.supply_before or {}).get("values", {})
                values = supplied | before if fills_from_older_list(rows.run) else before | supplied
                supply.values = {name: value for name, value in values.items() if value is not None}
                supplies.append(supply)
        Supply.objects.bulk_update(supplies, ["values"])
