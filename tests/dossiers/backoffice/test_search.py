"""One box searches the whole backoffice, and finds only what the user may see."""

import re
from typing import Any

import pytest
from django.urls import reverse
from wagtail.admin.menu import admin_menu
from wagtail.models import Page

from access_log.models import AccessLogEntry
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.evaluations.permissions import get_evaluation_url
from dossiers.backoffice.search.actions import SYNONYMS
from dossiers.models import Evaluation, Organisation, Placement, Supply
from dossiers.models.rights import AUTHORS, COMMUNICATIONS, COORDINATORS, PARTNERS, READERS

from ..models.factories import make_dossier, make_employer, make_interest
from .pages import raw, text

SEARCH, RESULTS = "/beheer/search/", "/beheer/search/results/"


@pytest.fixture
def records(base_data) -> dict[str, Any]:
    """A candidate, an employer, an interest and a placement that have a word in common."""
    dossier = make_dossier(given_name="Samer", name_prefix="al", family_name="Masri", phone="+31612345678")
    employer = make_employer(company_name="Masri Techniek", kvk_number="12345678", phone="+31527612345")
    interest = make_interest(employer=employer, work_description="Lassen")
    placement = Placement.objects.create(dossier=dossier, interest=interest)
    values = {"given_name": "Samer", "family_name": "Masri"}
    azc = Organisation.objects.named("AZC Luttelgeest")
    supply = Supply.objects.create(dossier=dossier, organisation=azc, external_id="P1017", values=values)
    return {"dossier": dossier, "employer": employer, "interest": interest, "placement": placement, "supply": supply}


def find_urls(client: Any, words: str) -> list[str]:
    return re.findall(r'<li><a href="([^"]*)"', raw(client.get(RESULTS, {"q": words})))


def test_a_word_finds_each_kind_of_record(coordinator_client, records) -> None:
    urls = find_urls(coordinator_client, "masri")
    assert urls == [get_record_url(records[name]) for name in ("dossier", "employer", "interest", "placement")]


@pytest.mark.parametrize("words", ["06 1234 5678", "0612345678", "P1017", "samer masri", "MASRI sam", "Masri, Samer"])
def test_a_single_result_is_opened_at_once(coordinator_client, records, words) -> None:
    Placement.objects.all().delete()
    assert coordinator_client.get(SEARCH, {"q": words}).url == get_record_url(records["dossier"])


@pytest.mark.parametrize("name", ["dossier", "interest", "placement"])
def test_a_whole_reference_opens_its_record_even_if_others_belong_to_it(coordinator_client, records, name) -> None:
    reference = records[name].reference
    assert coordinator_client.get(SEARCH, {"q": reference.lower()}).url == get_record_url(records[name])


def test_a_part_of_a_reference_opens_none_of_those_that_have_it(coordinator_client, records) -> None:
    assert coordinator_client.get(SEARCH, {"q": records["dossier"].reference[:6]}).status_code == 200


def test_an_employer_is_found_by_its_number_of_the_chamber_of_commerce(coordinator_client, records) -> None:
    assert find_urls(coordinator_client, "12345678") == [get_record_url(records["employer"])]


@pytest.mark.parametrize(
    ("number", "names"),
    [("06 1234 5678", ["dossier", "placement"]), ("0527612345", ["employer", "interest", "placement"])],
)
def test_a_telephone_number_finds_the_placements_of_who_calls(coordinator_client, records, number, names) -> None:
    assert find_urls(coordinator_client, number) == [get_record_url(records[name]) for name in names]
    listed = raw(coordinator_client.get("/beheer/placements/", {"q": number}))
    assert get_record_url(records["placement"]) in listed


@pytest.mark.parametrize(("words", "name"), [("lijst import", "dossiers_import_upload"), ("wetten", "rules")])
def test_what_one_can_do_is_found_by_its_name(coordinator_client, base_data, words, name) -> None:
    address = reverse(name, args=["dossiers"]) if "_" in name else f"/beheer/{name}/"
    assert address in find_urls(coordinator_client, words)


@pytest.mark.parametrize(
    "words", ["inzage", "inzageverzoek", "AVG", "vergeten", "recht op vergetelheid", "verwijderen", "gegevens opvragen"]
)
def test_what_a_person_may_ask_about_the_own_data_is_found_by_the_words_for_it(
    coordinator_client, reader, as_user, base_data, words
) -> None:
    pages = {reverse("dossiers_forgetting"), f"{reverse('dossiers_help')}#forgetting"}
    assert pages <= {*find_urls(coordinator_client, words)}
    assert find_urls(as_user(reader), words) == []


def test_the_page_about_forgetting_says_where_one_finds_what_is_kept(coordinator_client, base_data) -> None:
    page = text(coordinator_client.get(reverse("dossiers_forgetting")))
    assert "Vraagt iemand welke gegevens er bewaard worden? Open het dossier en kies “Alles wat bewaard wordt…”" in page


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("verwijderen", "/beheer/deletions/"),
        ("prullenbak", "/beheer/deletions/"),
        ("bellen", "/beheer/talks/"),
        ("kalender", "/beheer/agenda/"),
        ("Excel inlezen", "/beheer/imports/new/dossiers/"),
        ("nieuw dossier", "/beheer/dossiers/add/"),
        ("bedrijf", "/beheer/employers/add/"),
        ("taken", "/beheer/actions/"),
        ("factuur", "/beheer/expenses/add/"),
        ("extra velden", "/beheer/own-fields/"),
        ("statistieken", "/beheer/figures/period/"),
    ],
)
def test_what_one_can_do_is_found_by_another_word_for_it(coordinator_client, base_data, words, address) -> None:
    assert address in find_urls(coordinator_client, words)


def test_only_items_of_the_menus_have_synonyms() -> None:
    menus = [admin_menu, *(item.menu for item in admin_menu.registered_menu_items if hasattr(item, "menu"))]
    assert SYNONYMS.keys() <= {item.name for menu in menus for item in menu.registered_menu_items}


INVITE, OFFER = "wagtailusers_users:add", "dossiers_offer"


@pytest.mark.parametrize("words", ["vacature", "nieuw aanbod", "werkgever belt"])
@pytest.mark.parametrize(
    ("role", "may"), [("admin", True), ("coordinator", True), ("editor", False), ("reader", False)]
)
def test_recording_a_vacancy_is_found_by_who_may_do_so(as_user, request, base_data, words, role, may) -> None:
    assert (reverse(OFFER) in find_urls(as_user(request.getfixturevalue(role)), words)) == may


@pytest.mark.parametrize("words", ["uitnodigen", "collega"])
def test_inviting_a_colleague_is_found_by_administrators_only(coordinator_client, admin_client, words) -> None:
    assert reverse(INVITE) in find_urls(admin_client, words)
    assert reverse(INVITE) not in find_urls(coordinator_client, words)


def test_more_results_than_fit_lead_to_the_list(coordinator_client, base_data) -> None:
    for number in range(7):
        make_dossier(given_name=f"Naam{number}", family_name="Velen")
    urls = find_urls(coordinator_client, "velen")
    assert len(urls) == 7 and urls[-1] == "/beheer/dossiers/?q=velen&amp;archive=also"


def test_nothing_found_says_what_else_to_try(coordinator_client, records) -> None:
    page = text(coordinator_client.get(SEARCH, {"q": "qqq"}))
    assert "Niets gevonden voor “qqq”. Probeer een deel van een naam" in page


@pytest.mark.parametrize("role", ["editor", "reader"])
def test_others_find_no_records(as_user, request, records, role) -> None:
    client = as_user(request.getfixturevalue(role))
    for words in ("masri", "0612345678", "lassen", records["placement"].reference):
        assert find_urls(client, words) == [], words
        assert "Samer" not in text(client.get(SEARCH, {"q": words}))


def test_a_partner_finds_only_the_own_people(as_user, partner, make_user, records) -> None:
    urls = find_urls(as_user(partner), "masri")
    assert urls == [reverse("dossiers_partner_correct", args=[records["supply"].pk])]
    other = make_user("wim", PARTNERS)
    Organisation.objects.named("Werkcorporatie").staff.add(other)
    assert find_urls(as_user(other), "masri") == []
    assert find_urls(as_user(partner), "dossiers") == [], "nor what only coordinators can do"


@pytest.mark.parametrize("role", ["", COMMUNICATIONS, AUTHORS])
def test_who_edits_pages_finds_them(as_user, make_user, base_data, role) -> None:
    page = Page.objects.get(depth=2).add_child(instance=Page(title="Wat kost het?", slug="kosten"))
    client = as_user(make_user("anna", role) if role else make_user("anna", is_superuser=True))
    assert find_urls(client, "kost") == [f"/beheer/pages/{page.pk}/edit/"]


@pytest.mark.parametrize("role", ["", COMMUNICATIONS, AUTHORS, COORDINATORS, PARTNERS, READERS])
def test_the_first_page_has_one_search(as_user, make_user, base_data, role) -> None:
    user = make_user("anna", role) if role else make_user("anna", is_superuser=True)
    page = raw(as_user(user).get("/beheer/"))
    assert page.count('role="search"') == 1 and "SearchModule" not in page


def test_an_evaluation_is_found_by_a_word_of_its_title_with_its_state(coordinator_client, as_user, reader) -> None:
    evaluation = Evaluation.objects.create(title="Tussenstand voor de raad")
    for words in ("tussenstand", "RAAD tussen"):
        assert find_urls(coordinator_client, words) == [get_evaluation_url(evaluation)]
    assert "concept" in text(coordinator_client.get(RESULTS, {"q": "tussenstand"}))
    assert find_urls(as_user(reader), "tussenstand") == [], "a draft is not for readers"


def test_a_search_that_shows_people_is_logged_without_its_words(coordinator_client, records) -> None:
    find_urls(coordinator_client, "masri")
    entry = AccessLogEntry.objects.get(what=AccessLogEntry.What.LISTED)
    assert (entry.about, entry.count, entry.detail) == ("Zoeken", 2, "gezocht op een woord")
    assert "masri" not in str(vars(entry))


def test_a_search_of_a_megabyte_is_refused(coordinator_client, records) -> None:
    assert coordinator_client.get(RESULTS, {"q": "masri " + "x" * 1_000_000}).status_code == 400


def test_the_box_stands_on_each_page(coordinator_client, as_user, partner, base_data) -> None:
    for client in (coordinator_client, as_user(partner)):
        assert f'action="{SEARCH}"' in raw(client.get("/beheer/"))


@pytest.mark.parametrize("words", ["alnasri", "Smaer", "masry samer", "Tecniek", "sammer al masri"])
def test_a_name_with_a_typing_error_finds_those_that_look_like_it(coordinator_client, records, words) -> None:
    page = text(coordinator_client.get(SEARCH, {"q": words}))
    assert "Niets of niemand heet “" in page and "met een naam die erop lijkt" in page
    assert ("Samer al Masri" in page) != (words == "Tecniek")


def test_a_similar_name_is_shown_only_if_nothing_matches_exactly(coordinator_client, records) -> None:
    other = make_dossier(given_name="Samir", family_name="Mansri")
    assert get_record_url(other) not in find_urls(coordinator_client, "masri")
    assert find_urls(coordinator_client, "mansry") == [get_record_url(other)]


@pytest.mark.parametrize("words", ["zzz", "msr", "samer xyzw", "sbmfs"])
def test_a_word_with_more_errors_or_of_three_letters_finds_nothing(coordinator_client, records, words) -> None:
    assert find_urls(coordinator_client, words) == []


def test_a_similar_name_is_found_only_by_who_may_see_it(as_user, partner, editor, make_user, records) -> None:
    assert find_urls(as_user(editor), "mazri") == []
    assert find_urls(as_user(partner), "mazri") == [reverse("dossiers_partner_correct", args=[records["supply"].pk])]
    other = make_user("wim", PARTNERS)
    Organisation.objects.named("Werkcorporatie").staff.add(other)
    assert find_urls(as_user(other), "mazri") == []


def test_a_list_that_finds_nothing_leads_to_the_search_everywhere(coordinator_client, records) -> None:
    page = raw(coordinator_client.get("/beheer/dossiers/", {"q": "mazri"}))
    assert f'href="{SEARCH}?q=mazri"' in page and f'href="{SEARCH}?q=' not in raw(
        coordinator_client.get("/beheer/dossiers/")
    )
