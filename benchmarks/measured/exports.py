"""All dossiers to a workbook, database included."""

import tempfile
from collections.abc import Callable
from time import perf_counter
from typing import IO, Any

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ManyToManyWidget

from benchmarks.measured.memory import peak
from dossiers.models import Dossier, Sector
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.resources import DossierResource
from dossiers.spreadsheets.writer import FORMATS

COLUMNS = [name for name in DossierResource().sheet_fields() if name != "external_id"]


class StockResource(ModelResource):
    """The same columns."""

    sectors = Field("sectors", "sectors", ManyToManyWidget(Sector, ", ", "name"))

    class Meta:
        model = Dossier
        fields = COLUMNS


def _measured(write: Callable[[IO[bytes]], None]) -> dict[str, Any]:
    """Return the seconds of an export, the MB of the process before it, and the MB that it needed more.

    That is at least 1 MB, since a small list fits in the memory that was free already.
    """
    rest, begin = peak("VmRSS"), perf_counter()
    with tempfile.TemporaryFile() as file:
        write(file)
        return {
            "seconds": perf_counter() - begin,
            "rest": rest,
            "memory": max(peak() - rest, 1.0),
            "bytes": file.tell(),
        }


def ours() -> dict[str, Any]:
    return _measured(lambda file: FORMATS["xlsx"].write(Export(DossierResource(), Dossier.objects.all()), file))


def tablib() -> dict[str, Any]:
    """Export with django-import-export, with the sectors prefetched: by itself it does a query for each row."""

    def write(file: IO[bytes]) -> None:
        file.write(StockResource().export(Dossier.objects.prefetch_related("sectors")).export("xlsx"))

    return _measured(write)
