"""The entries of the access log about a page of one record."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from access_log.models import AccessLogEntry
from dossiers.models import Dossier


class LogsAccess:
    """Write to the access log that the user opened this page, for each dossier that it is about."""

    access_kind: str = AccessLogEntry.What.READ
    object: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if request.method == "GET" and response.status_code == 200:
            for reference, detail in self.get_accessed_dossiers().items():
                AccessLogEntry.objects.note(request.user, self.access_kind, reference, detail=detail)
        return response

    def get_accessed_records(self) -> Iterable[Model | None]:
        """Return the records that the page is about."""
        return [self.object]

    def get_accessed_dossiers(self) -> dict[str, str]:
        """Return {reference: the kind of record, if it is not the dossier itself} of the dossiers."""
        return {
            dossier.reference: "" if record is dossier else str(record._meta.verbose_name)
            for record in self.get_accessed_records()
            if record is not None
            for dossier in find_dossiers(record)
        }


def find_dossiers(record: Any) -> Iterator[Dossier]:
    """Yield the dossiers that a record is about, of itself or by its placement."""
    if isinstance(record, Dossier):
        yield record
        return
    placement = getattr(record, "placement", None)
    for dossier in (getattr(record, "dossier", None), placement and placement.dossier):
        if dossier:
            yield dossier
