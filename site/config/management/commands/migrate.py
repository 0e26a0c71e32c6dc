import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections

from access_log.router import APP, DATABASE
from config.first_migration import faster_on_empty_database
from config.logins import encryption
from config.private_files import restrict_to_owner, roots
from pilot_pages.webhooks.models import Webhook


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Search for reference cycles seldom, which takes a sixth of the time of the first migration.

    Never would be faster still, but the models that each migration makes anew would take 430 MB more.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


class Command(migrate.Command):
    """Django's `migrate`, for both databases unless --database is given.

    It also repairs what an earlier version left: files that others can read, and second factors and
    webhooks' secrets that are stored unencrypted or with an older key.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        return super().get_check_kwargs(options | {"database": options["database"] or DEFAULT_DB_ALIAS})

    @rare_garbage_collection()
    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"] or DEFAULT_DB_ALIAS
        with faster_on_empty_database(alias):
            super().handle(*args, **options | {"database": alias})
        if options["database"]:
            return
        if DATABASE in connections and options["app_label"] in (None, APP):
            super().handle(*args, **options | {"database": DATABASE, "app_label": APP})
        if options["app_label"] is None:
            restrict_to_owner(roots(), recursive=True)
            encryption.encrypt_stored()
            Webhook.objects.encrypt_stored()
