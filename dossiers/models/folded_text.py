"""Compares texts in the database without regard to capitals and diacritics: "celik" finds "Çelik"."""

import json
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from dossiers.privacy.normalization import strip_accents


@models.CharField.register_lookup
@models.TextField.register_lookup
class Folded(models.Transform):
    """The text as `strip_accents` returns it. `name__folded__contains` folds the searched text too.

    It is a function of the database, which computes it from the columns as they are however they were written, and can
    index it. On PostgreSQL a migration creates the function; on SQLite each connection gets it.
    """

    lookup_name, function = "folded", "fold_text"
    bilateral = True
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **extra_context: Any) -> Any:
        """Return the SQL in byte order, as on SQLite: else a space counts for nothing in the order of some locales."""
        template = '(%(function)s(%(expressions)s) COLLATE "C")'
        return self.as_sql(compiler, connection, template=template, **extra_context)


class FoldedJson(models.Transform):
    """The JSON of a field as text, with its strings as `strip_accents` returns them."""

    function = "fold_json"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **extra_context: Any) -> Any:
        """Return the SQL for a type of JSON that has no escaped letters, as SQLite has in its texts."""
        return self.as_sql(compiler, connection, template="fold_text((%(expressions)s)::text)", **extra_context)


def create_sqlite_functions(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Create the functions of `Folded` and `FoldedJson` for a connection that was opened; SQLite stores none."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(Folded.function, 1, _fold, deterministic=True)
        connection.connection.create_function(FoldedJson.function, 1, _fold_json, deterministic=True)


def _fold(value: Any) -> str | None:
    return None if value is None else strip_accents(str(value))


def _fold_json(value: str | None) -> str | None:
    return _fold(json.dumps(json.loads(value), ensure_ascii=False) if value and "\\u" in value else value)
