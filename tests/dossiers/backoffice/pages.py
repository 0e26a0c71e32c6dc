"""Helpers that read pages and submit their forms."""

import html
import re
from typing import Any

from bs4 import BeautifulSoup
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse


def url(model: type[Model], name: str, *args: Any) -> str:
    """Return the URL of a page of these records."""
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def text(response: HttpResponseBase) -> str:
    """Return the visible text of a page on one line."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    without_scripts = re.sub(r"(?s)<(script|style|template)\b.*?</\1>", " ", body.decode(errors="replace"))
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", without_scripts).split()))


def raw(response: HttpResponseBase) -> str:
    """Return the whole response body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


def form_data(response: Any, **changes: Any) -> dict[str, Any]:
    """Return the data that a browser would submit for the form on this page, with some fields changed."""
    data: dict[str, Any] = {}
    for bound in response.context["form"]:
        value = bound.value()
        if value is not None and value is not False:
            data[bound.html_name] = value
    return data | changes


def press(
    client: Client, page: Any, button: str, typed: dict[str, str] | None = None, *, is_disabled: bool = False
) -> Any:
    """Press the button whose text starts with `button`, and follow redirects.

    Like a browser without JavaScript, it sends only the controls of the button's own form. `typed` sets controls by
    their CSS selector. A button that is disabled can be pressed only on a page that was shown before."""
    soup = BeautifulSoup(page.content, "html.parser")
    pressed = next(element for element in soup.find_all("button") if " ".join(element.text.split()).startswith(button))
    assert pressed.has_attr("disabled") == is_disabled
    form = _form_of(soup, pressed)
    data: dict[str, str] = {}
    for control in soup.select("input[name], select[name], textarea[name]"):
        if _form_of(soup, control) is form and control.get("type") not in ("checkbox", "radio", "submit"):
            data[control["name"]] = _value_of(control)
    for selector, value in (typed or {}).items():
        control = soup.select_one(selector)
        if _form_of(soup, control) is form:
            data[control["name"]] = value
    if pressed.get("name"):
        data[pressed["name"]] = pressed.get("value", "")
    address = pressed.get("formaction") or form.get("action") or page.wsgi_request.get_full_path()
    return client.post(address, data, follow=True)


def _form_of(soup: BeautifulSoup, control: Any) -> Any:
    return soup.find("form", id=control["form"]) if control.get("form") else control.find_parent("form")


def _value_of(control: Any) -> str:
    if control.name == "select":
        chosen = control.find("option", selected=True) or control.find("option")
        return str(chosen.get("value", chosen.text))
    return str(control.text.removeprefix("\n") if control.name == "textarea" else control.get("value", ""))


def queries_of_records(asked) -> list[str]:
    """Return the captured queries except those of the access log, which PostgreSQL has in the same database."""
    return [query["sql"] for query in asked.captured_queries if "access_log_" not in query["sql"]]
