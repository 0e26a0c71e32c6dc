"""Looks up many values at once: thousands of parameters in an IN are slow on any database."""

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler


@ForeignKey.register_lookup
@Field.register_lookup
class InBatch(Lookup):
    """`field__in_batch=[…]`: one parameter, however many values; texts, numbers, or dates as ISO text."""

    lookup_name = "in_batch"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if connection.vendor == "postgresql":
            kind = self.lhs.output_field.db_type(connection)
            kind = {"serial": "integer", "bigserial": "bigint"}.get(kind, kind)
            return f"{left} = ANY(%s::{kind}[])", (*params, values)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(values))
