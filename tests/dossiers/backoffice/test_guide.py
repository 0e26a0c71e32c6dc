"""The guide explains to each role its own work, with links to pages that it may open."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import reverse
from django.utils import translation
from django.utils.translation.trans_real import translation as get_catalog

from dossiers.backoffice.guide.texts import SECTIONS
from dossiers.models.rights import AUTHORS, PARTNERS

from .pages import raw

GUIDE = "/beheer/help/"
ROLES = {
    "coordinator": {"candidates", "everybody"},
    "partner": {"supplying", "everybody"},
    "editor": {"site", "reading", "everybody"},
    "author": {"site", "everybody"},
    "reader": {"reading", "everybody"},
    "admin": {"candidates", "site", "users", "everybody"},
}


@pytest.fixture
def author(make_user) -> Any:
    return make_user("author", AUTHORS)


def get_guide(client: Any) -> Tag:
    guide = BeautifulSoup(raw(client.get(GUIDE)), "html.parser").select_one(".guide")
    assert guide
    return guide


def find_sections(guide: Tag) -> set[str]:
    return {str(heading["id"]) for heading in guide.select("h2")}


@pytest.fixture(params=ROLES)
def role(request) -> str:
    return str(request.param)


@pytest.fixture
def guide_client(as_user, request, role) -> Any:
    return as_user(request.getfixturevalue(role))


def test_each_role_reads_about_its_own_work_in_five_to_eleven_tasks(guide_client, role) -> None:
    guide = get_guide(guide_client)
    assert find_sections(guide) == ROLES[role]
    for section in guide.select("section"):
        assert 5 <= len(section.select("h3")) <= 11, section["aria-labelledby"]


def test_each_link_of_the_guide_opens_the_page_that_it_names(guide_client) -> None:
    anchors, urls = set(), set()
    for link in get_guide(guide_client).select("a"):
        (anchors if str(link["href"]).startswith("#") else urls).add(str(link["href"]))
    assert urls
    for url in urls:
        response = guide_client.get(url, follow=True)
        assert response.status_code == 200, url
        assert response.wsgi_request.path.startswith(url.partition("?")[0]), f"{url} leads elsewhere"
    guide = get_guide(guide_client)
    assert {f"#{element['id']}" for element in guide.select("[id]")} == anchors


def test_a_partner_reads_nothing_about_other_roles(as_user, partner) -> None:
    guide = str(get_guide(as_user(partner)))
    with translation.override("nl"):
        others = [task for section in SECTIONS for task in section.tasks if section.anchor not in ROLES["partner"]]
        assert others and not [task.anchor for task in others if f">{task.title}<" in guide]


def test_a_partner_without_an_organisation_reads_only_what_is_for_everybody(as_user, make_user) -> None:
    assert find_sections(get_guide(as_user(make_user("newcomer", PARTNERS)))) == {"everybody"}


def test_an_author_does_not_read_how_to_publish(as_user, author, editor) -> None:
    assert get_guide(as_user(author)).select("#submit") and not get_guide(as_user(author)).select("#approve")
    assert get_guide(as_user(editor)).select("#approve") and not get_guide(as_user(editor)).select("#submit")


def test_a_user_of_the_site_alone_gets_no_guide(as_user, make_user) -> None:
    assert as_user(make_user("member")).get(GUIDE).status_code == 302


def test_the_guide_is_in_the_menu_of_each_role(guide_client) -> None:
    assert f'"{GUIDE}"' in raw(guide_client.get("/beheer/"))


def test_the_search_finds_the_guide_and_each_of_its_tasks(coordinator_client) -> None:
    results = reverse("dossiers_search_results")
    assert f'href="{GUIDE}"' in raw(coordinator_client.get(results, {"q": "handleiding"}))
    assert f'href="{GUIDE}#undo"' in raw(coordinator_client.get(results, {"q": "ongedaan"}))
    assert GUIDE not in raw(coordinator_client.get(results, {"q": "publiceren"})), "the work of an editor"


def test_each_label_that_the_guide_quotes_stands_on_a_screen() -> None:
    """A label with a name in it, such as “%(name)s toevoegen”, stands for any name."""
    messages = get_catalog("nl")._catalog
    shown = (messages[msgid] for catalog in messages._catalogs for msgid in catalog)
    labels = {text for text in shown if isinstance(text, str)} | {"PDF", "DOCX"}
    patterns = [
        re.compile(".+".join(map(re.escape, parts)), re.IGNORECASE)
        for label in labels
        if (parts := re.split(r"%\(\w+\)s", label)) and len("".join(parts)) > 2
    ]
    with translation.override("nl"):
        texts = [str(task.text) for section in SECTIONS for task in section.tasks]
    quoted = {label for text in texts for label in re.findall("“(.+?)”", text)}
    assert quoted and not [label for label in quoted if not any(pattern.fullmatch(label) for pattern in patterns)]
