"""JSON responses with an ETag, and an empty 304 for clients that have the current version."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from django.utils.translation import get_language

from web_api.problems import Problem


def encoded(value: Any) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def version_of(value: Any) -> str:
    """Return the ETag of the value, which changes with its content."""
    return f'"{hashlib.sha256(encoded(value)).hexdigest()[:32]}"'


def answer(request: HttpRequest, value: Any, status: int = 200, location: str = "") -> HttpResponse:
    response = HttpResponse(encoded(value), status=status, content_type="application/json")
    response["ETag"] = version_of(value)
    response["Cache-Control"] = "private, no-cache"
    response["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    if location:
        response["Location"] = location
    if request.method in ("GET", "HEAD"):
        return get_conditional_response(request, response["ETag"], None, response) or response
    return response


def check_version(request: HttpRequest, now: Any) -> None:
    """Raise Problem unless the header If-Match names the current version, that of `now`, the serialized record."""
    named = parse_etags(request.headers.get("If-Match", ""))
    if not named or named == ["*"]:
        raise Problem(428)
    if version_of(now) not in named:
        raise Problem(412, headers={"ETag": version_of(now)})
