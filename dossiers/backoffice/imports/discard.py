"""The view that discards an import that was not applied or sent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.imports.roles import DISCARDED, ImportRoleMixin, StateChanged
from dossiers.models import Action, ImportRun


class DiscardView(ImportRoleMixin, AdminPageMixin, TemplateView):
    """Ask for confirmation, then delete the rows and the file of an import."""

    template_name = "dossiers/imports/discard.html"
    page_title = _("Throw this list away")
    header_icon = "bin"

    @cached_property
    def run(self) -> ImportRun:
        run = get_object_or_404(self.role.get_visible_runs(self.request.user), pk=self.kwargs["pk"])
        if not (run.is_draft and self.role.holds(run)):
            raise StateChanged(run)
        return run

    def get_page_subtitle(self) -> str:
        return self.run.file_name

    def get_parent_pages(self) -> list[Link]:
        return self.role.get_parent_pages(self.run)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = self.run.rows.exclude(action=Action.ABSENT).count()
        back_url = reverse(self.role.url_names["run"], args=[self.run.pk])
        return super().get_context_data(**kwargs) | {"run": self.run, "listed": listed, "back_url": back_url}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        list_page = redirect(self.role.url_names["list"])
        if request.session.get(DISCARDED) == pk:
            messages.info(request, gettext("This list is not here any more."))
            return list_page
        if self.run.discard():
            request.session[DISCARDED] = pk
            messages.success(request, gettext("“%(name)s” was thrown away.") % {"name": self.run.file_name})
        elif run := self.role.get_visible_runs(request.user).filter(pk=pk).first():
            raise StateChanged(run)
        else:  # by the other press of a double click
            messages.info(request, gettext("This list is not here any more."))
        return list_page
