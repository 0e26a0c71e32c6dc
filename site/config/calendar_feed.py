"""The calendar feed of a user, which Outlook reads with the key in the address instead of a login."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.api.keys import lacks_second_factor
from config.logins.backend import LoginBackend
from dossiers.backoffice.agenda.feed import build_calendar
from dossiers.models import CalendarKey


@never_cache
@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """Return the calendar of the owner of the key; 404 for a wrong or revoked key and for who may not log in."""
    known = CalendarKey.find(key)
    if known is None or not LoginBackend().user_can_authenticate(known.user) or lacks_second_factor(known.user):
        raise Http404
    with translation.override(settings.LANGUAGE_CODE):
        return HttpResponse(build_calendar(known.user), content_type="text/calendar; charset=utf-8")
