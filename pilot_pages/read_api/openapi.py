"""The address of the description of the read API."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from pilot_pages.read_api.description import describe_read_api


@gzip_page
@conditional_page
@require_safe
def read_api_description(_request: HttpRequest) -> JsonResponse:
    return JsonResponse(describe_read_api())
