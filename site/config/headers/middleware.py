"""Adds the security headers of the response type; headers that a view has set are not replaced."""

from http import HTTPStatus

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from config.headers.policies import FILE, PUBLIC, ResponseType, response_type_of


class HeadersMiddleware(CSPMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response = super().process_response(request, response)
        for name, value in _response_type(request, response).headers.items():
            response.headers.setdefault(name, value)
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        if report_only:
            return PolicyParts()
        policy = _response_type(request, response).policy
        return PolicyParts(config=policy, update=getattr(response, "_csp_update", None))


def _response_type(request: HttpRequest, response: HttpResponseBase) -> ResponseType:
    may_edit = settings.SESSION_COOKIE_NAME in request.COOKIES
    response_type = response_type_of(request.path_info, may_edit=may_edit)
    if response.status_code == HTTPStatus.NOT_FOUND and response_type.policy is FILE:
        return PUBLIC  # the response is the site's 404 page instead of a file
    return response_type
