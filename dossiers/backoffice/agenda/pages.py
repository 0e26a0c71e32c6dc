"""The page of the agenda, with the address for Outlook, and the coming two weeks on the first page."""

from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.generic import TemplateView
from wagtail.admin import messages

from admin_pages.pages import AdminPageMixin
from dates.parse import parse_date
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.agenda.entries import Entry, find_entries
from dossiers.models import CalendarKey

PERIOD, ONE_DAY = timedelta(weeks=2), timedelta(days=1)
PERMISSION = "dossiers.view_followup"

Days = list[tuple[date, list[dict[str, Any]]]]
"""The entries of each day that has some."""


def find_coming_days(request: HttpRequest) -> Days:
    """Return the coming two weeks without the actions of today, which the first page has already."""
    today = timezone.localdate()
    entries = find_entries(request.user, today, today + PERIOD - ONE_DAY)
    return show_days(request, [entry for entry in entries if entry.kind.name != "action" or entry.day != today])


def show_days(request: HttpRequest, entries: list[Entry]) -> Days:
    """Return the entries by day, and write to the access log that the user saw them."""
    log_list_access(request, gettext("Agenda"), sum(entry.kind.name != "milestone" for entry in entries))
    return [
        (day, [{"kind": entry.kind, "title": entry.title, "url": get_record_url(entry.record)} for entry in of_day])
        for day, of_day in groupby(entries, key=attrgetter("day"))
    ]


class AgendaView(AdminPageMixin, TemplateView):
    """Shows two weeks of the agenda; POST makes or revokes the address of the calendar feed."""

    template_name = "dossiers/agenda/page.html"
    page_title = _("Agenda")
    header_icon = "calendar-alt"
    new_address = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def first(self) -> date:
        """Return the day in the address, or today."""
        try:
            return parse_date(self.request.GET.get("from", ""))
        except ValidationError:
            return timezone.localdate()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = self.first + PERIOD - ONE_DAY
        return super().get_context_data(**kwargs) | {
            "days": show_days(self.request, find_entries(self.request.user, self.first, last)),
            "first": self.first,
            "last": last,
            "earlier": self.first - PERIOD,
            "later": self.first + PERIOD,
            "today": timezone.localdate(),
            "key": CalendarKey.objects.filter(user=self.request.user.pk).first(),
            "new_address": self.new_address,
        }

    @sensitive_variables()
    def post(self, request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        if "revoke" in request.POST:
            CalendarKey.revoke(user)
            messages.success(request, gettext("Nobody can read your agenda at that address any more."))
            return redirect("dossiers_agenda")
        with transaction.atomic():
            User.objects.select_for_update().get(pk=user.pk)  # of two simultaneous requests the second replaces the key
            key = CalendarKey.create(user)
        self.new_address = request.build_absolute_uri(reverse("calendar_feed", args=[key]))
        return self.render_to_response(self.get_context_data())


def urls() -> list[URLPattern]:
    return [path("agenda/", AgendaView.as_view(), name="dossiers_agenda")]
