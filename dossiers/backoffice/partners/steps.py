"""What a partner does with a list of theirs: columns, words and lines as a coordinator does, then send it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from dossiers.backoffice.deciding import ColumnsView, WordsView
from dossiers.backoffice.imports import workbook_response
from dossiers.backoffice.mending import MendGroupView, MendRowView
from dossiers.backoffice.partners.access import PartnersRuns
from dossiers.models import Action, ImportRun
from dossiers.spreadsheets.progress import Progress
from dossiers.tasks import read_import, send_list


class OwnColumnsView(PartnersRuns, ColumnsView):
    template_name = "dossiers/partners/columns.html"


class OwnWordsView(PartnersRuns, WordsView):
    template_name = "dossiers/partners/words.html"


class OwnMendRowView(PartnersRuns, MendRowView):
    """Who somebody is among all dossiers is not theirs to say."""

    knows_dossiers = False


class OwnMendGroupView(PartnersRuns, MendGroupView):
    """A whole group of their lines left out or taken in again."""


class OwnProgressView(PartnersRuns, View):
    """How far the reading is: {"busy", "done", "total"}; rows, total null while it isn't known."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.runs(), pk=pk)
        far = Progress(run.pk).read()
        busy = run.state == ImportRun.State.READING
        return JsonResponse({"busy": busy, "done": far.done if far else 0, "total": far.total if far else None})


class SendView(PartnersRuns, View):
    """From here on it waits for a coordinator, who is told."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.runs(), pk=pk)
        if not run.worth_sending:
            messages.error(request, gettext("There is nothing to send: no line is new or changed."))
        elif send_list(run, self.user):
            messages.success(request, gettext("Sent. A coordinator looks at it before it is taken over."))
        else:
            messages.error(request, gettext("This list was sent already."))
        return redirect(self.run_url_name, pk)


class ThrowAwayView(PartnersRuns, WagtailAdminTemplateMixin, TemplateView):
    """A list that was not sent: asked once, and gone."""

    template_name = "dossiers/partners/throw_away.html"
    page_title = gettext_lazy("Throw this list away")
    header_icon = "bin"

    @cached_property
    def run(self) -> ImportRun:
        found = get_object_or_404(self.runs(), pk=self.kwargs["pk"])
        if not found.is_draft:
            raise Http404
        return found

    def get_page_subtitle(self) -> str:
        return self.run.file_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        lists = {"url": reverse(self.list_url_name), "label": self.list_label}
        this = {"url": reverse(self.run_url_name, args=[self.run.pk]), "label": self.run.file_name}
        return [*self.breadcrumbs_items, lists, this, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        listed = self.run.rows.exclude(action=Action.ABSENT).count()
        return super().get_context_data(**kwargs) | {"run": self.run, "listed": listed}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.run.throw_away():
            messages.success(request, gettext("“%(name)s” was thrown away.") % {"name": self.run.file_name})
        else:
            messages.error(request, gettext("This list was sent already."))
        return redirect(self.list_url_name)


class ReopenView(PartnersRuns, View):
    """A returned list is compared anew, to be mended and sent again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.runs().exclude(clean_copy=""), pk=pk, state=ImportRun.State.RETURNED)
        if run.by_hand:
            return redirect("dossiers_partner_mend", pk)
        with transaction.atomic():
            if run.open_for_partner():
                read_import.enqueue(run.pk)
        return redirect(self.run_url_name, pk)


class WorkbookView(PartnersRuns, View):
    """Their list as a workbook with what is wrong marked in it, to be mended there."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        mendable = self.runs().filter(state=ImportRun.State.PREVIEWED).exclude(clean_copy="")
        run = get_object_or_404(mendable, pk=pk)
        return workbook_response(request, run, self.run_url_name)
