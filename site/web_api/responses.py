"""JSON responses with an ETag, and an empty 304 for clients that have the current version."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from ninja.renderers import BaseRenderer

from web_api.problems import Problem


def encoded(value: Any, *, sort_keys: bool = False) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=sort_keys).encode()


def version_of(value: Any) -> str:
    """Return the ETag of the value, which changes with its content, not with the order of its names."""
    return f'"{hashlib.sha256(encoded(value, sort_keys=True)).hexdigest()[:32]}"'


class JSONRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, _request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return encoded(data)


def add_version(request: HttpRequest, response: HttpResponse, data: Any) -> HttpResponse:
    """Return the response with the ETag of its data, or an empty 304 for a client that has this version."""
    response["ETag"] = version_of(data)
    response["Cache-Control"] = "private, no-cache"
    if request.method == "GET":
        return get_conditional_response(request, response["ETag"], None, response) or response
    return response


def check_version(request: HttpRequest, now: Any) -> None:
    """Raise Problem unless the header If-Match names the current version, that of `now`, the serialized record."""
    named = parse_etags(request.headers.get("If-Match", ""))
    if not named or named == ["*"]:
        raise Problem(428)
    if version_of(now) not in named:
        raise Problem(412, headers={"ETag": version_of(now)})
