"""Whose imports a page works on, and where its own pages are: the coordinators' here, partners' in `partners`."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun


class CoordinatorsRuns:
    """All imports that the user may see, under the coordinators' addresses."""

    request: HttpRequest
    list_url_name = "dossiers_imports"
    list_label: Any = _("Imports")
    run_url_name = "dossiers_import"
    columns_url_name = "dossiers_import_columns"

    def runs(self) -> QuerySet[ImportRun]:
        return ImportRun.objects.visible_to(self.request.user)
