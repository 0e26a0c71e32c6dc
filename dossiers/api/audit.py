"""Who read or took out people by a key stands among who looked, as in the backoffice."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext

from access_log.models import AccessLogEntry
from dossiers.api.permissions import owner
from dossiers.models import ImportRun

BY_KEY = "API"


def note_read(request: HttpRequest, reference: str) -> None:
    AccessLogEntry.objects.note(owner(request), AccessLogEntry.What.READ, reference, detail=BY_KEY)


def note_taken(
    request: HttpRequest, model: type[Model], count: int, filters_in_words: Iterable[str], format: str = "JSON"
) -> None:
    """A list, or a page of one, that left with all its fields."""
    about = str(model._meta.verbose_name_plural)
    AccessLogEntry.objects.note(
        owner(request), AccessLogEntry.What.EXPORTED, about, count, " · ".join([BY_KEY, format, *filters_in_words])
    )


def note_lines(request: HttpRequest, run: ImportRun) -> None:
    about = gettext("import %(number)d") % {"number": run.pk}
    AccessLogEntry.objects.note(owner(request), AccessLogEntry.What.LINES, about, detail=BY_KEY)


def noting(request: HttpRequest, model: type[Model], filters_in_words: Iterable[str], tell: Any) -> Any:
    """`tell` for a page of a list, which notes how many left."""

    def telling(records: list[Any]) -> list[Any]:
        note_taken(request, model, len(records), filters_in_words)
        contents: list[Any] = tell(records)
        return contents

    return telling
