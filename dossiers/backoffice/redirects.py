"""Redirects to the page on which a button was pressed."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def redirect_back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Redirect to the path in the form field `back`, or to `otherwise` if it is missing or on another site."""
    page = request.POST.get("back", "")
    return redirect(page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else otherwise)
