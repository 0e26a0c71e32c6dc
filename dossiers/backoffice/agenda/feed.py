"""A user's agenda in the format of calendars (iCalendar, RFC 5545), for Outlook and others.

It holds references but no names and no typed text, because it leaves the backoffice.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from icalendar import Calendar, Event

from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.agenda.entries import find_entries
from dossiers.site_identity import get_site_identity

PAST, FUTURE = timedelta(days=30), timedelta(days=180)


def build_calendar(user: Any) -> bytes:
    """Return the calendar of a user, of a month ago to half a year from now."""
    today = timezone.localdate()
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname
    calendar = Calendar()
    calendar.add("prodid", "-//Asielzoekers aan het werk//NL")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", get_site_identity().name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in find_entries(user, today - PAST, today + FUTURE):
        url = f"{settings.WAGTAILADMIN_BASE_URL}{get_record_url(entry.record)}"
        event = Event()
        event.add("uid", f"{entry.kind.name}-{entry.record.pk}@{host}")
        event.add("dtstamp", timezone.now())
        event.add("dtstart", entry.day)  # with the next day as its end this is the whole day
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", f"{capfirst(str(entry.kind.label))} {entry.reference}".strip())
        event.add("description", url)
        event.add("url", url)
        event.add("transp", "TRANSPARENT")  # the owner does not look busy
        calendar.add_component(event)
    return calendar.to_ical()
