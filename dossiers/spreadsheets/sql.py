"""Builds SQL expressions that differ between SQLite and PostgreSQL, mainly for reading values out of JSON columns."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection, models

Path = tuple[str | int, ...]
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
EMPTY = "'{}'"
SHORT = {"serial": "integer", "bigserial": "bigint"}


def postgres() -> bool:
    return connection.vendor == "postgresql"


def quote(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def column_type(field: models.Field) -> str:
    kind = field.db_type(connection) or "text"
    return SHORT.get(kind, kind)


def node(column: str, path: Path) -> str:
    """Return the expression of the JSON value at a path of keys and positions; NULL if there is none.

    The keys come from our source, never from a user, so that they need no parameters.
    """
    if postgres():
        return column + "".join(f"->{step}" if isinstance(step, int) else f"->'{step}'" for step in path)
    return f"json_extract({column}, '{_sqlite_path(path)}')"


def scalar(column: str, path: Path, field: models.Field) -> str:
    """Return the expression of the value at a path, in the type of the field's column."""
    if not postgres():
        return node(column, path)
    *parents, last = path
    step = str(last) if isinstance(last, int) else f"'{last}'"
    return f"({node(column, tuple(parents))}->>{step})::{column_type(field)}"


def json_text(column: str, path: Path) -> str:
    """Return the expression of a JSON value of any type, for `with_parts`; NULL if there is none or it is null."""
    if postgres():
        return f"nullif({node(column, path)}, 'null'::jsonb)"
    place, value = _sqlite_path(path), node(column, path)
    return (
        f"CASE json_type({column}, '{place}') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
        f" ELSE nullif(json_quote({value}), 'null') END"
    )


def with_parts(column: str, parts: dict[str, str]) -> str:
    """Return the expression of a column's JSON object with other values for some keys; an empty object if no column.

    `parts` maps keys to expressions made by `json_text`; NULL removes the key.
    """
    values = [part if postgres() else f"json({part})" for part in parts.values()]
    more = json_object(*(word for pair in zip(parts, values, strict=True) for word in pair))
    if postgres():
        return f"jsonb_strip_nulls({column or EMPTY + '::jsonb'} || {more})"
    return f"json_patch({column or EMPTY}, {more})"


def merged(column: str, other: str) -> str:
    """Return the expression of a column's JSON object with the keys of another one, without those that are null."""
    return f"jsonb_strip_nulls({column} || {other})" if postgres() else f"json_patch({column}, {other})"


def literal(text: str) -> str:
    """Return a text as an SQL literal of a statement with parameters, in which `%` is doubled."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def text(column: str, key: str) -> str:
    """Return the expression of the text of a key; NULL if there is none."""
    return f"({column}->>'{key}')" if postgres() else node(column, (key,))


def each(column: str, path: Path) -> str:
    """Return a table expression `e` whose column `value` has the items of the list at a path."""
    if postgres():
        return f"jsonb_array_elements_text({node(column, path)}) AS e(value)"
    return f"json_each({column}, '{_sqlite_path(path)}') AS e"


def json_object(*pairs: str) -> str:
    """Return the expression of a JSON object; `pairs` are keys and the expressions of their values, in turn."""
    parts = ", ".join(f"'{part}'" if index % 2 == 0 else part for index, part in enumerate(pairs))
    return f"{'jsonb_build_object' if postgres() else 'json_object'}({parts})"


def joined(expression: str, separator: str, source: str) -> str:
    """Return the expression of one text with the sorted values of an expression over `source`."""
    if postgres():
        return f"(SELECT string_agg({expression}, '{separator}' ORDER BY {expression}) FROM {source})"
    return (
        f"(SELECT group_concat(v, '{separator}') FROM (SELECT {expression} AS v FROM {source} ORDER BY {expression}))"
    )


def reference(prefix: str, year: int, number: str) -> str:
    """Return the expression of a reference such as `D-2026-0042` for a column with 42."""
    if postgres():
        return f"'{prefix}-{year}-' || lpad({number}::text, greatest(4, length({number}::text)), '0')"
    return f"printf('{prefix}-{year}-%%04d', {number})"


def exists(model: type[models.Model], name: str, condition: str) -> str:
    """Return the condition that a record of the model, called `name` in it, meets a condition."""
    return f"EXISTS (SELECT 1 FROM {quote(model._meta.db_table)} {name} WHERE {condition})"


def next_key(model: type[models.Model], number: str) -> str:
    """Return the expression of the primary key of a record that will be inserted, the `number`th of a statement.

    In SQLite the key is free only until the transaction ends, since it reserves nothing.
    """
    table = model._meta.db_table
    if postgres():
        return f"nextval(pg_get_serial_sequence('{table}', 'id'))"
    return f"(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{table}') + {number}"


def execute(statement: str, params: Sequence[Any] = ()) -> int:
    """Run one statement; return the number of rows that it affected."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def fetch_all(query: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one query; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())


def insert_many(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values, with JSON text for JSON columns.

    `rows` must not query the database when it is iterated, since COPY occupies the connection.
    """
    table, columns = quote(model._meta.db_table), ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        # By hand, since `bulk_create()` needs an instance per row; COPY is the fastest way into PostgreSQL.
        if postgres():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", cast(Any, rows))


def analyse(model: type[models.Model]) -> None:
    """Update PostgreSQL's statistics after many new rows; with old ones it scans a whole run for each batch."""
    if postgres():
        # By hand, since the ORM has no ANALYZE.
        execute(f"ANALYZE {quote(model._meta.db_table)}")


def moment(value: Any) -> Any:
    """Return a datetime in the form that the database adapter takes."""
    return connection.ops.adapt_datetimefield_value(value)


def compact_json(value: Any) -> str:
    return ENCODER.encode(value)


def _sqlite_path(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
