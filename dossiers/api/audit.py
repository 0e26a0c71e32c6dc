"""Records reads and exports through the API in the access log."""

from collections.abc import Iterable

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext

from access_log.models import AccessLogEntry
from dossiers.api.permissions import owner
from dossiers.models import ImportRun

BY_KEY = "API"


def log_read(request: HttpRequest, reference: str) -> None:
    AccessLogEntry.objects.note(owner(request), AccessLogEntry.What.READ, reference, detail=BY_KEY)


def log_export(
    request: HttpRequest, model: type[Model], count: int, filters_in_words: Iterable[str], format: str = "JSON"
) -> None:
    """Log that a list, or a page of one, was sent with all fields."""
    about = str(model._meta.verbose_name_plural)
    AccessLogEntry.objects.note(
        owner(request), AccessLogEntry.What.EXPORTED, about, count, " · ".join([BY_KEY, format, *filters_in_words])
    )


def log_import_lines(request: HttpRequest, run: ImportRun) -> None:
    about = gettext("import %(number)d") % {"number": run.pk}
    AccessLogEntry.objects.note(owner(request), AccessLogEntry.What.LINES, about, detail=BY_KEY)
