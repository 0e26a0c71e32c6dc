"""Tests of saved views, private and shared."""

import html
import re

import pytest
from django.http import QueryDict

from dossiers.models import Dossier, Employer, SavedView, Sector

from ..models.factories import make_dossier
from .pages import raw, text, url

ADD = "/beheer/lists/dossier/views/add/"


def save(client, query: str = "status=intake&columns=phone", name: str = "In gesprek", **fields) -> SavedView:
    response = client.post(f"{ADD}?{query}", {"name": name} | fields)
    assert response.status_code == 302, text(response)
    return SavedView.objects.latest("pk")


def page_of(view: SavedView, part: str = "") -> str:
    return f"/beheer/views/{view.pk}/{part}"


def tabs(client, query: str = "view=all") -> list[tuple[str, bool]]:
    page = client.get(f"{url(Dossier, 'list')}?{query}")
    return [(tab.view.name, tab.current) for tab in page.context["tabs"]]


def test_a_view_keeps_filters_order_and_columns_and_stands_above_the_list(coordinator_client):
    view = save(
        coordinator_client, "status=intake&status=available&ordering=-family_name&columns=phone,sectors&p=2&q=&sectors="
    )
    assert QueryDict(view.query) == QueryDict(
        "status=intake&status=available&ordering=-family_name&columns=phone,sectors"
    )
    assert tabs(coordinator_client) == [("In gesprek", False)]
    assert tabs(coordinator_client, view.query + "&p=1") == [("In gesprek", True)]
    assert tabs(coordinator_client, view.query + "&q=selam") == [("In gesprek", False)]


def test_the_page_says_what_is_saved_and_that_the_word_searched_for_is_not(coordinator_client):
    page = text(coordinator_client.get(f"{ADD}?status=intake&columns=phone&ordering=-family_name&q=Selam"))
    for words in ("Status: intake", "Telefoon", "Naam, van de laatste naar de eerste", "wordt niet bewaard"):
        assert words in page
    assert "Selam" not in save(coordinator_client, "status=intake&q=Selam").query


@pytest.mark.parametrize("query", ["", "q=selam", "view=all", "p=2"])
def test_a_plain_list_is_nothing_to_save(coordinator_client, query):
    for response in (
        coordinator_client.get(f"{ADD}?{query}", follow=True),
        coordinator_client.post(f"{ADD}?{query}", {"name": "x"}, follow=True),
    ):
        assert "Er is nog niets om te bewaren" in text(response)
    assert not SavedView.objects.exists()


def test_no_second_one_of_that_name_and_no_private_number_in_it(coordinator_client):
    save(coordinator_client)
    again = coordinator_client.post(f"{ADD}?status=available", {"name": "In gesprek"})
    assert "al een weergave van deze lijst met die naam" in text(again)
    assert coordinator_client.post(f"{ADD}?status=available", {"name": "Over 111222333"}).status_code == 200
    assert SavedView.objects.count() == 1


def test_only_a_shared_one_is_there_for_others_and_only_its_owner_changes_it(coordinator_client, as_user, colleague):
    own, shared = (
        save(coordinator_client, name="Eigen"),
        save(coordinator_client, "status=available", name="Samen", shared="on"),
    )
    other = as_user(colleague)
    assert tabs(other) == [("Samen", False)]
    assert other.get(page_of(own)).status_code == 404
    assert "Niemand anders kan de weergave veranderen" in text(other.get(page_of(shared)))
    other.post(page_of(shared), {"name": "Gekaapt", "shared": "", "default": "on"})
    assert (
        other.get(page_of(shared, "delete/")).status_code == other.post(page_of(shared, "delete/")).status_code == 404
    )
    shared.refresh_from_db()
    assert (shared.name, shared.shared) == ("Samen", True)


def test_an_administrator_changes_what_others_share(coordinator_client, as_user, admin):
    own, shared = (
        save(coordinator_client, name="Eigen"),
        save(coordinator_client, "status=available", name="Samen", shared="on"),
    )
    boss = as_user(admin)
    boss.post(page_of(shared), {"name": "Samen beter", "shared": "on"})
    shared.refresh_from_db()
    assert shared.name == "Samen beter"
    assert boss.get(page_of(own)).status_code == 404


def test_its_owner_renames_shares_and_deletes_it(coordinator_client):
    view = save(coordinator_client)
    coordinator_client.post(page_of(view), {"name": "Nieuw", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("Nieuw", True)
    assert "“Nieuw” verwijderen?" in text(coordinator_client.get(page_of(view, "delete/")))
    assert SavedView.objects.exists()
    coordinator_client.post(page_of(view, "delete/"))
    assert not SavedView.objects.exists()


def test_a_list_opened_without_a_question_opens_with_ones_own_default(coordinator_client, as_user, colleague):
    view = save(coordinator_client, default="on")
    assert coordinator_client.get(url(Dossier, "list")).url == f"{url(Dossier, 'list')}?{view.query}"
    assert coordinator_client.get(url(Dossier, "list"), {"view": "all"}).status_code == 200
    assert coordinator_client.get(url(Dossier, "list"), {"q": "selam"}).status_code == 200
    assert coordinator_client.get(url(Dossier, "list_results")).status_code == 200
    assert coordinator_client.get(url(Employer, "list")).status_code == 200
    assert as_user(colleague).get(url(Dossier, "list")).status_code == 200


def test_one_default_a_list_also_of_what_a_colleague_shares_and_off_again(coordinator_client, as_user, colleague):
    save(coordinator_client, default="on")
    shared = save(as_user(colleague), "status=available", name="Samen", shared="on")
    coordinator_client.post(page_of(shared), {"default": "on"})
    assert coordinator_client.get(url(Dossier, "list")).url.endswith("?status=available")
    assert "Bij 1 collega opent de lijst hiermee" in text(as_user(colleague).get(page_of(shared, "delete/")))
    coordinator_client.post(page_of(shared), {})
    assert coordinator_client.get(url(Dossier, "list")).status_code == 200


def test_a_default_that_is_not_shared_any_more_opens_nothing(coordinator_client, as_user, colleague):
    shared = save(as_user(colleague), "status=available", name="Samen", shared="on")
    coordinator_client.post(page_of(shared), {"default": "on"})
    as_user(colleague).post(page_of(shared), {"name": "Samen"})
    assert coordinator_client.get(url(Dossier, "list")).status_code == 200


def test_a_value_that_is_gone_is_told_and_never_shown_as_all(coordinator_client):
    make_dossier(given_name="Selam")
    sector = Sector.objects.create(name="Visserij")
    view = save(coordinator_client, f"sectors={sector.pk}")
    sector.delete()
    page = coordinator_client.get(f"{url(Dossier, 'list')}?{view.query}")
    assert "gefilterd op iets dat niet meer bestaat: Sectoren" in text(page)
    assert "Selam" not in text(page)
    assert "bestaat niet meer: Sectoren" in text(coordinator_client.get(page_of(view)))


def test_a_date_that_does_not_exist_is_told_as_such_and_not_as_gone(coordinator_client):
    make_dossier(given_name="Selam")
    page = text(coordinator_client.get(url(Dossier, "list"), {"document_expires_on_from": "31-02-2026"}))
    assert "Document geldig tot: Deze datum bestaat niet." in page and "niet meer bestaat" not in page
    assert "Verbeter het filter of haal het weg." in page and "Selam" not in page
    view = save(coordinator_client, "document_expires_on_from=31-02-2026")
    assert "Document geldig tot: " in text(coordinator_client.get(page_of(view)))


def test_a_filter_that_is_gone_is_told_and_never_shown_as_all(coordinator_client):
    make_dossier(given_name="Selam")
    page = text(coordinator_client.get(url(Dossier, "list"), {"schoenmaat": "42"}))
    assert "niet meer bestaat: schoenmaat" in page
    assert "Selam" not in page
    assert "Selam" in text(coordinator_client.get(url(Dossier, "list"), {"available_from_from": "", "view": "all"}))


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_no_list_that_the_first_page_leads_to_has_a_filter_that_is_gone(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    page = html.unescape(raw(client.get("/beheer/")))
    lists = {link for link in re.findall(r'href="(/beheer/[^"?]+\?[^"]+)"', page) if "=" in link}
    told = {link: client.get(link).context for link in lists}
    assert len(told) > 5
    assert {link: context["gone"] for link, context in told.items() if context.get("gone")} == {}


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_who_may_not_see_a_list_finds_none_of_its_views(coordinator_client, as_user, request, role):
    view = save(coordinator_client, shared="on")
    client = as_user(request.getfixturevalue(role))
    for address in (ADD, page_of(view), page_of(view, "delete/")):
        assert client.get(address).status_code == client.post(address, {"name": "x"}).status_code == 404
    assert SavedView.objects.get().name == "In gesprek"
