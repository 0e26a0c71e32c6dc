"""Views with which a partner sends a list, takes it back, and reopens one that was returned."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.generic import View

from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.backoffice.imports.row_corrections import ROWS_FRAGMENT, PreviewedMixin, list_line_numbers
from dossiers.backoffice.partners.permissions import PARTNER
from dossiers.backoffice.partners.states import ENDED
from dossiers.models import Action, ImportRun
from dossiers.spreadsheets.imports.apply import describe_blocking_dates
from dossiers.spreadsheets.imports.decisions import find_blocking_dates
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.open_questions import is_single_question
from dossiers.tasks import read_import, send_list


class SendView(PreviewedMixin, View):
    """Save the input on the page and, if it is valid, send the list and notify the coordinators."""

    role = PARTNER

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_previewed_run(pk)
        run_url = reverse("dossiers_partner_list", args=[pk])
        typed = self.save_input(request, run)
        if wrong := [row for row in typed if row.action == Action.ERROR]:
            names = {"lines": list_line_numbers(wrong)}
            messages.warning(
                request, gettext("Nothing was sent yet. Look first at what you typed in line %(lines)s.") % names
            )
            return redirect(f"{run_url}?action=error#{ROWS_FRAGMENT}")
        if self.has_conflicts:
            return redirect(f"{run_url}#{ROWS_FRAGMENT}")
        parts = parts_of(run)
        if any(part.answer is None for part in parts):
            messages.error(
                request,
                gettext("Say first what to do with the rows, columns or tables of this file that are asked about."),
            )
            if not is_single_question(run, parts):
                return redirect(self.role.url_names["questions"], pk)
        elif dates := find_blocking_dates(run):
            messages.error(request, describe_blocking_dates(run, dates))
            return redirect(self.role.url_names["questions"], pk)
        elif not run.worth_sending:
            messages.error(request, gettext("There is nothing to send: no line is new or changed."))
        elif send_list(run, cast(User, request.user)):
            messages.success(request, gettext("Sent. A coordinator looks at it before it is taken over."))
        else:
            messages.error(request, gettext("This list was sent already."))
        return redirect("dossiers_partner_list", pk)


class TakeBackView(ImportRoleMixin, View):
    """Take back a sent list that no coordinator has opened."""

    role = PARTNER

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.role.get_visible_runs(request.user), pk=pk)
        if run.take_back():
            by_hand = gettext("This person is back with you: no coordinator opened it. Mend it and send it again.")
            listed = gettext("The list is back with you: no coordinator opened it. Send it again.")
            messages.success(request, by_hand if run.by_hand else listed)
        else:
            run.refresh_from_db()
            if run.with_partner:
                messages.info(request, gettext("This is back with you already."))
            elif run.state in ENDED:
                messages.error(request, gettext("A coordinator decided on this already. Ask them what you can do."))
            else:
                messages.error(request, gettext("A coordinator is looking at this already. Ask them to return it."))
        return redirect("dossiers_partner_list", pk)


class ReopenView(ImportRoleMixin, View):
    """Read a returned list again, so that the partner can correct it and send it again."""

    role = PARTNER

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.get_run_to_change(pk, ImportRun.State.RETURNED)
        if not run.clean_copy:
            raise Http404
        if run.by_hand:
            return redirect("dossiers_partner_mend", pk)
        with transaction.atomic():
            if run.open_for_partner():
                read_import.enqueue(run.pk)
        return redirect("dossiers_partner_list", pk)
