"""Gives each answer the headers of its kind; what a view said itself stays."""

from http import HTTPStatus

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from config.headers.policies import FILE, PUBLIC, Kind, kind_of


class HeadersMiddleware(CSPMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response = super().process_response(request, response)
        for name, value in _kind(request, response).headers.items():
            response.headers.setdefault(name, value)
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        if report_only:
            return PolicyParts()
        return PolicyParts(config=_kind(request, response).policy, update=getattr(response, "_csp_update", None))


def _kind(request: HttpRequest, response: HttpResponseBase) -> Kind:
    if response.status_code == HTTPStatus.NOT_FOUND and kind_of(request.path_info, may_edit=False).policy is FILE:
        return PUBLIC  # where there is no file, a page says so
    return kind_of(request.path_info, may_edit=settings.SESSION_COOKIE_NAME in request.COOKIES)
