"""Every address of the project answers whom the table says, and tells nobody a name that is not theirs to know."""

import re

import pytest

from tests.site.every_url.addresses import addresses, patterns
from tests.site.every_url.answers import Answer, ask
from tests.site.every_url.table import BREAKS, EVERYBODY, JUDGED, judgement
from tests.site.every_url.world import OF_AZC, OF_THE_MUNICIPALITY, OF_WERKCORPORATIE, SECRETS

MAY_READ = {"admin": SECRETS, "coordinator": SECRETS, "partner": OF_AZC, "other_partner": OF_WERKCORPORATIE}
POSTED_FORM = re.compile(r"<form\b[^>]*method=[\"']?post.*?</form>", re.S | re.I)
# Else nothing would be found on pages that tell nobody anything.
DO_READ = MAY_READ | {"admin": OF_THE_MUNICIPALITY, "coordinator": OF_THE_MUNICIPALITY}


def answer(browser, path: str, post: dict[str, str]) -> Answer:
    found = ask(browser, "get", path)
    return ask(browser, "post", path, post) if found.only_takes_posts else found


def refused_at_once(page: str) -> list[str]:
    """Forms that the site refuses from a browser, though a test's client could send them."""
    known = ("csrfmiddlewaretoken", "w-editing-sessions")  # what Wagtail's script sends has a header
    return [form for form in POSTED_FORM.findall(page) if not any(one in form for one in known)]


def test_each_address_was_judged(world):
    named = {address.name for address in addresses(world)}
    assert sorted(name for name in named if judgement(name) is None) == []
    assert {name for name, _pattern, _view in patterns()} - {"wagtail_bulk_action"} <= named


def test_no_line_of_the_table_is_for_nothing(world):
    named = {address.name for address in addresses(world)}
    used = {next(line for line, _who in JUDGED if re.fullmatch(line, name)) for name in named}
    assert [line for line, _who in JUDGED if line not in used] == []


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_it_opens_to_whom_it_should_and_tells_them_no_more(world, browsers, who):
    wrong, seen, broken, unsendable = [], {}, [], {}
    for address in addresses(world):
        found = answer(browsers[who], address.path, address.post)
        if found.opens != (who in judgement(address.name)):
            wrong.append(f"{address.path} {found.status} {found.to}")
        if found.status >= 500 and address.name not in BREAKS:
            broken.append(address.path)
        seen |= {name: address.path for name in SECRETS if name in found.page}
        if forms := refused_at_once(found.page):
            unsendable[address.path] = forms
    assert not wrong, "\n".join(wrong)
    assert broken == []
    assert unsendable == {}
    assert {name: path for name, path in seen.items() if name not in MAY_READ.get(who, ())} == {}
    assert set(DO_READ.get(who, ())) <= set(seen)


@pytest.mark.parametrize("who", ["partner", "reader"])
def test_where_it_does_not_open_a_record_can_not_be_told_from_none(world, browsers, who):
    told = []
    for address in addresses(world):
        if address.path.startswith("/beheer/rules/") and who == "reader":
            continue  # the rules' list is theirs to read, so each rule is no secret
        if address.path != address.nowhere and who not in judgement(address.name):
            there, nowhere = (answer(browsers[who], path, address.post) for path in (address.path, address.nowhere))
            if (there.status, there.to) != (nowhere.status, nowhere.to):
                told.append(f"{address.path} {there.status} {there.to} {nowhere.status} {nowhere.to}")
    assert told == []
