"""What a partner does with a list of theirs: columns, words and lines as a coordinator does, then send it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View

from dossiers.backoffice.imports.discard import DiscardView
from dossiers.backoffice.imports.mapping import ColumnsView, PartView, WordsView
from dossiers.backoffice.imports.row_corrections import (
    LINES,
    KeepView,
    MendGroupView,
    MendRowView,
    PreviewedMixin,
    name_lines_of,
)
from dossiers.backoffice.imports.views import workbook_response
from dossiers.backoffice.partners.permissions import PartnersRuns
from dossiers.models import Action, ImportRun
from dossiers.spreadsheets.imports.file_parts import has_open_question
from dossiers.spreadsheets.progress import Progress
from dossiers.tasks import read_import, send_list


class OwnColumnsView(PartnersRuns, ColumnsView):
    template_name = "dossiers/partners/columns.html"


class OwnWordsView(PartnersRuns, WordsView):
    template_name = "dossiers/partners/words.html"


class OwnPartView(PartnersRuns, PartView):
    """Whether hidden rows and columns, and a second table, belong to their list."""

    knows_dossiers = False


class OwnMendRowView(PartnersRuns, MendRowView):
    """Who somebody is among all dossiers is not theirs to say."""

    knows_dossiers = False


class OwnMendGroupView(PartnersRuns, MendGroupView):
    """A whole group of their lines left out or taken in again."""

    knows_dossiers = False


class OwnProgressView(PartnersRuns, View):
    """How far the reading is: {"busy", "done", "total"}; rows, total null while it isn't known."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.runs(), pk=pk)
        far = Progress(run.pk).read()
        busy = run.state == ImportRun.State.READING
        return JsonResponse({"busy": busy, "done": far.done if far else 0, "total": far.total if far else None})


class OwnKeepView(PartnersRuns, KeepView):
    """What they typed in cells, kept and checked again."""

    knows_dossiers = False


class SendView(PartnersRuns, PreviewedMixin, View):
    """From here on it waits for a coordinator, who is told. What was typed on the page goes along once it is right."""

    knows_dossiers = False

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.runs(), pk=pk)
        typed = self.keep_input(request, run) if run.state == ImportRun.State.PREVIEWED else []
        if wrong := [row for row in typed if row.action == Action.ERROR]:
            names = {"lines": name_lines_of(wrong)}
            messages.warning(
                request, gettext("Nothing was sent yet. Look first at what you typed in line %(lines)s.") % names
            )
            return redirect(f"{reverse(self.run_url_name, args=[pk])}?action=error#{LINES}")
        if self.overtaken:
            return redirect(f"{reverse(self.run_url_name, args=[pk])}#{LINES}")
        if has_open_question(run):
            messages.error(
                request,
                gettext("Say first what to do with the rows, columns or tables of this file that are asked about."),
            )
        elif not run.worth_sending:
            messages.error(request, gettext("There is nothing to send: no line is new or changed."))
        elif send_list(run, self.user):
            messages.success(request, gettext("Sent. A coordinator looks at it before it is taken over."))
        else:
            messages.error(request, gettext("This list was sent already."))
        return redirect(self.run_url_name, pk)


class TakeBackView(PartnersRuns, View):
    """A sent list that no coordinator opened yet is theirs again: to be mended, or thrown away."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.all_runs(), pk=pk)
        if not run.by_hand and run.take_back():
            messages.success(request, gettext("The list is back with you: no coordinator opened it. Send it again."))
        else:
            messages.error(request, gettext("A coordinator is looking at this already. Ask them to return it."))
        return redirect(self.run_url_name, pk)


class OwnDiscardView(PartnersRuns, DiscardView):
    """A list that was not sent: asked once, and gone."""

    refused = gettext_lazy("This list was sent already.")


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
