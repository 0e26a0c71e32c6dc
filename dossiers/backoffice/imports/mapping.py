"""The base of the pages with questions about a list."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.backoffice.imports.row_corrections import reread
from dossiers.models import ImportRun
from dossiers.spreadsheets.reader import Refused


class MappingView(ImportRoleMixin, AdminPageMixin, TemplateView):
    """Base of the pages with questions about an import; the file is read again after each answer."""

    header_icon = "upload"

    @cached_property
    def run(self) -> ImportRun:
        return self.get_run_to_change(self.kwargs["pk"], *ImportRun.OPEN)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            self.run.refuse(str(refusal))
            return redirect(self.role.url_names["run"], self.run.pk)

    def get_page_subtitle(self) -> str:
        return self.run.file_name

    def get_parent_pages(self) -> list[Link]:
        return self.role.get_parent_pages(self.run)

    def reread(self) -> HttpResponseRedirect:
        """Read the file again with the decisions so far, which replaces the rows of the preview."""
        reread(self.request, self.run)
        return redirect(self.role.url_names["run"], self.run.pk)
