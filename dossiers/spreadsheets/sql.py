"""The few words in which SQLite and PostgreSQL differ where rows of JSON become rows of a table."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection, models

Path = tuple[str | int, ...]
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


def numbered() -> str:
    """A table `m` made of one parameter, a JSON list: its values in `value`, their place from 1 in `n`."""
    if postgres():
        return "(SELECT value::bigint, n FROM jsonb_array_elements_text(%s::jsonb) WITH ORDINALITY AS l(value, n)) AS m"
    return "(SELECT value, key + 1 AS n FROM json_each(%s)) AS m"


def reference(prefix: str, year: int, number: str) -> str:
    """`D-2026-0042` out of a column with 42."""
    if postgres():
        return f"'{prefix}-{year}-' || lpad({number}::text, greatest(4, length({number}::text)), '0')"
    return f"printf('{prefix}-{year}-%%04d', {number})"


def new_uuid() -> str:
    return "gen_random_uuid()" if postgres() else "lower(hex(randomblob(16)))"


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Keys for rows to be inserted; SQLite's are safe as long as the transaction that holds its only lock."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if postgres():
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return list(range(last + 1, last + count + 1))


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


def moment(value: Any) -> Any:
    """A datetime as the database takes it."""
    return connection.ops.adapt_datetimefield_value(value)


def compact_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite_path(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
