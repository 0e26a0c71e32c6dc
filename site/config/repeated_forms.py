"""Forms that add something, sent a second time: after the browser's Back button, or by a double click.

Forms that were opened separately differ in the mask of their CSRF token, even if the input is the same. The cache maps
a hash of the user, the address, the mask and the input to the URL to which saving redirected, and one without the
input too: other input is saved after the user said that it is a second record.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from wagtail.admin.views.generic import CreateView

from config.logins.ended_sessions import FORM_ID, get_form_id, is_permission_denied, read_input
from dossiers.backoffice.activity.quick_entry import RecordFormView
from dossiers.backoffice.offers.views import OfferView
from dossiers.backoffice.partners.findings import NoteView
from dossiers.backoffice.partners.manual_entry import AddView

CREATE_VIEWS = (CreateView, RecordFormView, OfferView, NoteView, AddView)
REMEMBERED_FOR = timedelta(hours=8)
CLAIM_TIMEOUT = timedelta(minutes=1)  # longer than saving takes; then the claim of a killed process expires
CLAIMED = ""  # the value of a claim, which no URL is
CHECK_INTERVAL = 0.1  # seconds
SECOND = "second"  # the field of a form that adds a second record


class RepeatedFormMiddleware:
    """Redirects a form that is sent again to where it went the first time, and saves nothing.

    It asks about a form that is sent again with other input.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_create_form(request):
            return self.get_response(request)
        form_key = build_key(request)
        key = build_key(request, sorted(read_input(request)))
        while not cache.add(key, CLAIMED, CLAIM_TIMEOUT.total_seconds()):
            if url := cache.get(key):
                text = _("This was saved already. To save the same a second time, open a new form.")
                messages.info(request, text)
                return redirect(url)
            time.sleep(CHECK_INTERVAL)  # it is being saved at this moment
        if SECOND not in request.POST and (url := cache.get(form_key)):
            cache.delete(key)
            return ask_about_second(request, url)
        response = self.get_response(request)
        if response.status_code == 302 and not is_permission_denied(request, response):
            cache.set_many(dict.fromkeys((key, form_key), response.headers["Location"]), REMEMBERED_FOR.total_seconds())
        else:
            cache.delete(key)
        return response


def is_create_form(request: HttpRequest) -> bool:
    """Whether the form adds a record, and comes from a page of this site; one with files is not compared."""
    if request.method != "POST" or not request.user.is_authenticated:
        return False
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    if not issubclass(getattr(view, "view_class", object), CREATE_VIEWS):
        return False
    return bool(get_form_id(request)) and not request.FILES


def ask_about_second(request: HttpRequest, url: str) -> HttpResponse:
    """Return the page that asks whether the form adds a second record beside what was saved at this URL."""
    fields = [*read_input(request), (FORM_ID, get_form_id(request)), (SECOND, "yes")]
    context = {"page_title": _("Not saved yet"), "fields": fields, "saved_url": url}
    return render(request, "admin_pages/repeated_form.html", context, status=409)


def build_key(request: HttpRequest, *content: list[tuple[str, str]]) -> str:
    text = repr((request.user.pk, request.get_full_path(), get_form_id(request), *content))
    return f"form:{salted_hmac('config.repeated_forms', text, algorithm='sha256').hexdigest()}"
