"""Every URL of the project opens to the roles of the table, and shows each role only the names that it may read."""

import re

import pytest

from tests.site.every_url.addresses import list_addresses, list_patterns
from tests.site.every_url.answers import Answer, ask
from tests.site.every_url.table import BREAKS, EVERYBODY, JUDGED, get_allowed_roles
from tests.site.every_url.world import OF_AZC, OF_THE_MUNICIPALITY, OF_WERKCORPORATIE, SECRETS

MAY_READ = {"admin": SECRETS, "coordinator": SECRETS, "partner": OF_AZC, "other_partner": OF_WERKCORPORATIE}
POSTED_FORM = re.compile(r"<form\b[^>]*method=[\"']?post.*?</form>", re.S | re.I)
# The names that a role must see on some page; without them the test of forbidden names would prove nothing.
DO_READ = MAY_READ | {"admin": OF_THE_MUNICIPALITY, "coordinator": OF_THE_MUNICIPALITY}


def request_page(browser, path: str, post: dict[str, str]) -> Answer:
    response = ask(browser, "get", path)
    return ask(browser, "post", path, post) if response.only_takes_posts else response


def find_forms_without_token(page: str) -> list[str]:
    """Return the forms without a CSRF token: the site refuses them from a browser, but not from the test client."""
    known = ("csrfmiddlewaretoken", "w-editing-sessions")  # Wagtail's script sends the token in a header
    return [form for form in POSTED_FORM.findall(page) if not any(name in form for name in known)]


def test_the_table_has_a_line_for_each_url(world):
    named = {address.name for address in list_addresses(world)}
    assert sorted(name for name in named if get_allowed_roles(name) is None) == []
    assert {name for name, _pattern, _view in list_patterns()} - {"wagtail_bulk_action"} <= named


def test_every_line_of_the_table_matches_a_url(world):
    named = {address.name for address in list_addresses(world)}
    used = {next(line for line, _who in JUDGED if re.fullmatch(line, name)) for name in named}
    assert [line for line, _who in JUDGED if line not in used] == []


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_each_url_opens_only_to_the_roles_of_the_table_and_shows_no_other_names(world, browsers, who):
    wrong, path_by_secret, broken, unsendable = [], {}, [], {}
    for address in list_addresses(world):
        response = request_page(browsers[who], address.path, address.post)
        if response.opens != (who in get_allowed_roles(address.name)):
            wrong.append(f"{address.path} {response.status} {response.to}")
        if response.status >= 500 and address.name not in BREAKS:
            broken.append(address.path)
        path_by_secret |= {name: address.path for name in SECRETS if name in response.page}
        if forms := find_forms_without_token(response.page):
            unsendable[address.path] = forms
    assert not wrong, "\n".join(wrong)
    assert broken == []
    assert unsendable == {}
    assert {name: path for name, path in path_by_secret.items() if name not in MAY_READ.get(who, ())} == {}
    assert set(DO_READ.get(who, ())) <= set(path_by_secret)


@pytest.mark.parametrize("who", ["partner", "reader"])
def test_a_role_without_access_cannot_tell_whether_a_record_exists(world, browsers, who):
    differences = []
    for address in list_addresses(world):
        if address.path.startswith("/beheer/rules/") and who == "reader":
            continue  # the rules' list is theirs to read, so each rule is no secret
        if address.path != address.nowhere and who not in get_allowed_roles(address.name):
            known, unknown = (
                request_page(browsers[who], path, address.post) for path in (address.path, address.nowhere)
            )
            if (known.status, known.to) != (unknown.status, unknown.to):
                differences.append(f"{address.path} {known.status} {known.to} {unknown.status} {unknown.to}")
    assert differences == []
