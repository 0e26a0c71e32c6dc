"""Views with which a partner corrects and sends a list, based on those of coordinators."""

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
    ROWS_FRAGMENT,
    CorrectGroupView,
    CorrectRowView,
    PreviewedMixin,
    SaveInputView,
    list_line_numbers,
)
from dossiers.backoffice.imports.views import workbook_response
from dossiers.backoffice.partners.permissions import PartnerRunsMixin
from dossiers.models import Action, ImportRun
from dossiers.progress import Progress
from dossiers.spreadsheets.imports.file_parts import has_open_question
from dossiers.tasks import read_import, send_list


class OwnColumnsView(PartnerRunsMixin, ColumnsView):
    template_name = "dossiers/partners/columns.html"


class OwnWordsView(PartnerRunsMixin, WordsView):
    template_name = "dossiers/partners/words.html"


class OwnPartView(PartnerRunsMixin, PartView):
    """Record whether hidden rows and columns or a second table belong to the list."""

    knows_dossiers = False


class OwnCorrectRowView(PartnerRunsMixin, CorrectRowView):
    """Correct one row; a partner can't say which dossier a person has."""

    knows_dossiers = False


class OwnCorrectGroupView(PartnerRunsMixin, CorrectGroupView):
    """Leave out or take in all rows with the same action."""

    knows_dossiers = False


class OwnProgressView(PartnerRunsMixin, View):
    """Return the progress of reading as JSON: {"busy", "done", "total"} in rows; total is null if it is unknown."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_runs(), pk=pk)
        progress = Progress.of(run).read()
        busy = run.state == ImportRun.State.READING
        return JsonResponse(
            {"busy": busy, "done": progress.done if progress else 0, "total": progress.total if progress else None}
        )


class OwnSaveInputView(PartnerRunsMixin, SaveInputView):
    """Save the cells on the page."""

    knows_dossiers = False


class SendView(PartnerRunsMixin, PreviewedMixin, View):
    """Save the input on the page and, if it is valid, send the list and notify the coordinators."""

    knows_dossiers = False

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_runs(), pk=pk)
        typed = self.save_input(request, run) if run.state == ImportRun.State.PREVIEWED else []
        if wrong := [row for row in typed if row.action == Action.ERROR]:
            names = {"lines": list_line_numbers(wrong)}
            messages.warning(
                request, gettext("Nothing was sent yet. Look first at what you typed in line %(lines)s.") % names
            )
            return redirect(f"{reverse(self.run_url_name, args=[pk])}?action=error#{ROWS_FRAGMENT}")
        if self.has_conflicts:
            return redirect(f"{reverse(self.run_url_name, args=[pk])}#{ROWS_FRAGMENT}")
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


class TakeBackView(PartnerRunsMixin, View):
    """Take back a sent list that no coordinator has opened."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_all_runs(), pk=pk)
        if run.take_back():
            by_hand = gettext("This person is back with you: no coordinator opened it. Mend it and send it again.")
            listed = gettext("The list is back with you: no coordinator opened it. Send it again.")
            messages.success(request, by_hand if run.by_hand else listed)
        else:
            messages.error(request, gettext("A coordinator is looking at this already. Ask them to return it."))
        return redirect(self.run_url_name, pk)


class OwnDiscardView(PartnerRunsMixin, DiscardView):
    """Discard a list that was not sent."""

    conflict_message = gettext_lazy("This list was sent already.")


class ReopenView(PartnerRunsMixin, View):
    """Read a returned list again, so that the partner can correct it and send it again."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_runs().exclude(clean_copy=""), pk=pk, state=ImportRun.State.RETURNED)
        if run.by_hand:
            return redirect("dossiers_partner_mend", pk)
        with transaction.atomic():
            if run.open_for_partner():
                read_import.enqueue(run.pk)
        return redirect(self.run_url_name, pk)


class WorkbookView(PartnerRunsMixin, View):
    """Download the list as a workbook with the errors marked."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        mendable = self.get_runs().filter(state=ImportRun.State.PREVIEWED).exclude(clean_copy="")
        run = get_object_or_404(mendable, pk=pk)
        return workbook_response(request, run, self.run_url_name)
