"""Each form of the backoffice is answered, with any words in its fields and also if its record is gone."""

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup

from tests.conftest import LoggedIn
from tests.site.every_url.addresses import NO_RECORD, list_addresses
from tests.site.every_url.answers import ask
from tests.site.every_url.test_edit_forms import TYPED, get_form_data

# Fields that a script or the server fills in, and secrets.
NOT_TYPED = re.compile(r"csrf|password|secret|token|form-id|seen_at|^(next|back)$|_FORMS$|^initial-|^q$")
WITHOUT_FORM = re.compile(r"export|cho[os]|results|history|usage|api|revisions|preview|bulk")


def list_forms(client: LoggedIn, world: dict[str, dict[str, Any]], start: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (path, data) of each form with a field to type in; the data has words for each of these fields."""
    seen = set()
    for address in list_addresses(world):
        if address.path == address.nowhere or not address.path.startswith(start) or WITHOUT_FORM.search(address.name):
            continue
        response = ask(client, "get", address.path)
        if response.status != 200 or "<form" not in response.page:
            continue
        for form in BeautifulSoup(response.page, "html.parser").select("form[method=post], form[method=POST]"):
            path = str(form.get("action") or address.path)
            pattern = re.sub(r"/\d+/", "/N/", path)
            names = [control["name"] for control in form.select(TYPED) if control.get("name")]
            typed = [name for name in names if not NOT_TYPED.search(name)]
            if typed and pattern not in seen:
                seen.add(pattern)
                texts = {name: [f"Getypt {number}."] for number, name in enumerate(typed)}
                yield path, get_form_data(form) | texts


def test_each_form_is_answered_and_returns_what_was_typed_about_a_record_that_is_gone(world, browsers):
    wrong, number = [], 0
    forms = [
        (browsers[who], *form)
        for who, start in (("admin", "/beheer/"), ("partner", "/beheer/partner/"))
        for form in list_forms(browsers[who], world, start)
    ]
    for client, path, data in forms:
        if ask(client, "post", path, data).status >= 500:
            wrong.append(f"{path}: fails on words in every field")
        response = ask(client, "post", re.sub(r"/\d+/", f"/{NO_RECORD}/", path), data)
        if response.status in (200, 302):  # it names no record that can be gone
            continue
        number += 1
        typed = [values[0] for values in data.values() if values[0].startswith("Getypt ")]
        lost = [name for name in typed if name not in response.page]
        if lost or "bestaat niet (meer)" not in response.page:
            wrong.append(f"{path}: {lost}")
    assert not wrong, "\n".join(wrong)
    assert number > 40
