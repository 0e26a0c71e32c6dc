"""What tests ask of pages."""

import html
import re
from typing import Any

from django.db.models import Model
from django.http import HttpResponseBase
from django.urls import reverse


def url(model: type[Model], name: str, *args: Any) -> str:
    """The address of a page of these records."""
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def text(response: HttpResponseBase) -> str:
    """What stands in a page, on one line, without its markup."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    without_scripts = re.sub(r"(?s)<(script|style|template)\b.*?</\1>", " ", body.decode(errors="replace"))
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", without_scripts).split()))


def raw(response: HttpResponseBase) -> str:
    """All of it, as it goes over the wire."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


def filled_in(response: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the form on this page, with some fields changed."""
    data: dict[str, Any] = {}
    for bound in response.context["form"]:
        value = bound.value()
        if value is not None and value is not False:
            data[bound.html_name] = value
    return data | changes
