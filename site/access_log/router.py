"""The database of the access log: on SQLite a separate one, so that opening a page need not wait for an import."""

from typing import Any

from django.db.models import Model

APP, DATABASE = "access_log", "access"


class AccessLogRouter:
    """A database router for settings with the database "access"."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return DATABASE if model._meta.app_label == APP else None

    db_for_write = db_for_read

    def allow_migrate(self, database: str, app_label: str, **_hints: Any) -> bool | None:
        if database == DATABASE or app_label == APP:
            return (database == DATABASE) == (app_label == APP)
        return None
