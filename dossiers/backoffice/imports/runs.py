"""The imports that coordinators work on, and the names of the URLs of their pages.

The equivalent for partners is in `partners.permissions`.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun


class CoordinatorRunsMixin:
    """All imports that the user may see, under the URLs for coordinators."""

    request: HttpRequest
    list_url_name = "dossiers_imports"
    list_label: Any = _("Imports")
    run_url_name = "dossiers_import"
    columns_url_name = "dossiers_import_columns"

    def get_runs(self) -> QuerySet[ImportRun]:
        return ImportRun.objects.visible_to(self.request.user)
