"""Splits many items into batches, and looks up the records of a batch with one parameter."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler

Item = TypeVar("Item")


def batched(rows: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of at most `size` items; itertools.batched of Python 3.12 yields tuples."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


@ForeignKey.register_lookup
@Field.register_lookup
class InBatch(Lookup):
    """`field__in_batch=[…]` passes all values as one parameter; they are texts, numbers, or dates as ISO text.

    An IN with thousands of parameters is slow on any database.
    """

    lookup_name = "in_batch"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        # SQL by hand: an array in PostgreSQL and a JSON list in SQLite, which the ORM can't pass as one parameter.
        if connection.vendor == "postgresql":
            kind = self.lhs.output_field.db_type(connection)
            kind = {"serial": "integer", "bigserial": "bigint"}.get(kind, kind)
            return f"{left} = ANY(%s::{kind}[])", (*params, values)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(values))
