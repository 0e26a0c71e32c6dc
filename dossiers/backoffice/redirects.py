"""To the page on which a button was pressed."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def go_back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """As the form says in `back`; never to another site."""
    page = request.POST.get("back", "")
    return redirect(page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else otherwise)
