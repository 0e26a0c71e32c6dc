"""The few words in which SQLite and PostgreSQL differ where rows of JSON become rows of a table."""

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
    """The JSON found there, NULL where there is none; `path` goes by keys and positions, all our own words."""
    if postgres():
        return column + "".join(f"->{step}" if isinstance(step, int) else f"->'{step}'" for step in path)
    return f"json_extract({column}, '{_sqlite_path(path)}')"


def scalar(column: str, path: Path, field: models.Field) -> str:
    """The value found there, as the field's column keeps it."""
    if not postgres():
        return node(column, path)
    *way, last = path
    step = str(last) if isinstance(last, int) else f"'{last}'"
    return f"({node(column, tuple(way))}->>{step})::{column_type(field)}"


def json_text(column: str, path: Path) -> str:
    """The JSON found there whatever its type, for `with_parts`; NULL where there is none, or null."""
    if postgres():
        return f"nullif({node(column, path)}, 'null'::jsonb)"
    place, value = _sqlite_path(path), node(column, path)
    return (
        f"CASE json_type({column}, '{place}') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
        f" ELSE nullif(json_quote({value}), 'null') END"
    )


def with_parts(column: str, parts: dict[str, str]) -> str:
    """The JSON object of a column, or an empty one for "", with other values under some keys: SQL as `json_text` gives
    it, of which NULL takes the key away."""
    values = [part if postgres() else f"json({part})" for part in parts.values()]
    more = json_object(*(word for pair in zip(parts, values, strict=True) for word in pair))
    if postgres():
        return f"jsonb_strip_nulls({column or EMPTY + '::jsonb'} || {more})"
    return f"json_patch({column or EMPTY}, {more})"


def text(column: str, key: str) -> str:
    """The text found under a key, NULL where there is none."""
    return f"({column}->>'{key}')" if postgres() else node(column, (key,))


def each(column: str, path: Path) -> str:
    """A table `e` with the values of the list found there in its column `value`."""
    if postgres():
        return f"jsonb_array_elements_text({node(column, path)}) AS e(value)"
    return f"json_each({column}, '{_sqlite_path(path)}') AS e"


def json_object(*pairs: str) -> str:
    """JSON of keys, each with an expression for its value behind it."""
    parts = ", ".join(f"'{part}'" if index % 2 == 0 else part for index, part in enumerate(pairs))
    return f"{'jsonb_build_object' if postgres() else 'json_object'}({parts})"


def joined(expression: str, separator: str, source: str) -> str:
    """One text of a column's values, in their order."""
    if postgres():
        return f"(SELECT string_agg({expression}, '{separator}' ORDER BY {expression}) FROM {source})"
    return (
        f"(SELECT group_concat(v, '{separator}') FROM (SELECT {expression} AS v FROM {source} ORDER BY {expression}))"
    )


def reference(prefix: str, year: int, number: str) -> str:
    """`D-2026-0042` out of a column with 42."""
    if postgres():
        return f"'{prefix}-{year}-' || lpad({number}::text, greatest(4, length({number}::text)), '0')"
    return f"printf('{prefix}-{year}-%%04d', {number})"


def exists(model: type[models.Model], name: str, condition: str) -> str:
    """Whether some row of the model, called `name` in the condition, meets it."""
    return f"EXISTS (SELECT 1 FROM {quote(model._meta.db_table)} {name} WHERE {condition})"


def next_key(model: type[models.Model], number: str) -> str:
    """The key of a row that will be inserted, the `number`th of a statement.

    SQLite's is safe as long as the transaction that holds its only lock.
    """
    table = model._meta.db_table
    if postgres():
        return f"nextval(pg_get_serial_sequence('{table}', 'id'))"
    return f"(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{table}') + {number}"


def execute(statement: str, params: Sequence[Any] = ()) -> int:
    """Run one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def insert_many(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert plain values; JSON columns take JSON text. The rows must not ask the database: COPY holds it meanwhile."""
    table, columns = quote(model._meta.db_table), ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        if postgres():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", cast(Any, rows))


def analyse(model: type[models.Model]) -> None:
    """Tell PostgreSQL's planner about many new rows: by old figures it reads all of a run for each part of it."""
    if postgres():
        execute(f"ANALYZE {quote(model._meta.db_table)}")


def moment(value: Any) -> Any:
    """A datetime as the database takes it."""
    return connection.ops.adapt_datetimefield_value(value)


def compact_json(value: Any) -> str:
    return ENCODER.encode(value)


def _sqlite_path(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
