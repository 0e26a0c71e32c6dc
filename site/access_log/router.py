"""On SQLite the access log has a database of its own: whoever opens a page would else wait for a running import."""

from typing import Any

from django.db.models import Model

APP, DATABASE = "access_log", "access"


class AccessLogRouter:
    """For DATABASE_ROUTERS where settings have that database."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return DATABASE if model._meta.app_label == APP else None

    db_for_write = db_for_read

    def allow_migrate(self, database: str, app_label: str, **_hints: Any) -> bool | None:
        if database == DATABASE or app_label == APP:
            return (database == DATABASE) == (app_label == APP)
        return None
