"""Tests of saved views, private and shared."""

import html
import re

import pytest
from django.http import QueryDict

from dossiers.models import Dossier, Employer, SavedView, Sector

from ..models.factories import make_dossier
from .pages import raw, text, url

ADD = "/beheer/lists/dossier/views/add/"


def save_view(client, query: str = "status=intake&columns=phone", name: str = "In gesprek", **fields) -> SavedView:
    response = client.post(f"{ADD}?{query}", {"name": name} | fields)
    assert response.status_code == 302, text(response)
    return SavedView.objects.latest("pk")


def view_url(view: SavedView, part: str = "") -> str:
    return f"/beheer/views/{view.pk}/{part}"


def get_tabs(client, query: str = "view=all") -> list[tuple[str, bool]]:
    page = client.get(f"{url(Dossier, 'list')}?{query}")
    return [(tab.view.name, tab.current) for tab in page.context["tabs"]]


def test_a_view_stores_filters_order_and_columns_and_is_shown_above_the_list(coordinator_client):
    view = save_view(
        coordinator_client, "status=intake&status=available&ordering=-family_name&columns=phone,sectors&p=2&q=&sectors="
    )
    assert QueryDict(view.query) == QueryDict(
        "status=intake&status=available&ordering=-family_name&columns=phone,sectors"
    )
    assert get_tabs(coordinator_client) == [("In gesprek", False)]
    assert get_tabs(coordinator_client, view.query + "&p=1") == [("In gesprek", True)]
    assert get_tabs(coordinator_client, view.query + "&q=selam") == [("In gesprek", False)]


def test_the_page_shows_what_is_saved_without_search_words(coordinator_client):
    page = text(coordinator_client.get(f"{ADD}?status=intake&columns=phone&ordering=-family_name&q=Selam"))
    for words in ("Status: intake", "Telefoon", "Naam, van de laatste naar de eerste", "wordt niet bewaard"):
        assert words in page
    assert "Selam" not in save_view(coordinator_client, "status=intake&q=Selam").query


@pytest.mark.parametrize(("word", "said"), [("Selam", True), ("", False)])
def test_the_notice_says_that_the_search_word_was_not_saved_if_there_was_one(coordinator_client, word, said):
    response = coordinator_client.post(f"{ADD}?status=intake&q={word}", {"name": "In gesprek"}, follow=True)
    assert ("De zoekterm is niet bewaard" in text(response)) == said


@pytest.mark.parametrize("query", ["", "q=selam", "view=all", "p=2"])
def test_a_list_without_filters_cannot_be_saved(coordinator_client, query):
    for response in (
        coordinator_client.get(f"{ADD}?{query}", follow=True),
        coordinator_client.post(f"{ADD}?{query}", {"name": "x"}, follow=True),
    ):
        assert "Er is nog niets om te bewaren" in text(response)
    assert not SavedView.objects.exists()


def test_a_duplicate_name_or_a_bsn_in_a_name_is_refused(coordinator_client):
    save_view(coordinator_client)
    response = coordinator_client.post(f"{ADD}?status=available", {"name": "In gesprek"})
    assert "al een weergave van deze lijst met die naam" in text(response)
    assert coordinator_client.post(f"{ADD}?status=available", {"name": "Over 111222333"}).status_code == 200
    assert SavedView.objects.count() == 1


def test_others_see_only_shared_views_and_cannot_change_them(coordinator_client, as_user, colleague):
    private, shared = (
        save_view(coordinator_client, name="Eigen"),
        save_view(coordinator_client, "status=available", name="Samen", shared="on"),
    )
    colleague_client = as_user(colleague)
    assert get_tabs(colleague_client) == [("Samen", False)]
    assert colleague_client.get(view_url(private)).status_code == 404
    assert "Niemand anders kan de weergave veranderen" in text(colleague_client.get(view_url(shared)))
    colleague_client.post(view_url(shared), {"name": "Gekaapt", "shared": "", "default": "on"})
    assert (
        colleague_client.get(view_url(shared, "delete/")).status_code
        == colleague_client.post(view_url(shared, "delete/")).status_code
        == 404
    )
    shared.refresh_from_db()
    assert (shared.name, shared.shared) == ("Samen", True)


def test_an_administrator_can_change_shared_views(coordinator_client, as_user, admin):
    private, shared = (
        save_view(coordinator_client, name="Eigen"),
        save_view(coordinator_client, "status=available", name="Samen", shared="on"),
    )
    admin_client = as_user(admin)
    admin_client.post(view_url(shared), {"name": "Samen beter", "shared": "on"})
    shared.refresh_from_db()
    assert shared.name == "Samen beter"
    assert admin_client.get(view_url(private)).status_code == 404


def test_an_owner_can_rename_share_and_delete_a_view(coordinator_client):
    view = save_view(coordinator_client)
    coordinator_client.post(view_url(view), {"name": "Nieuw", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("Nieuw", True)
    assert "“Nieuw” verwijderen?" in text(coordinator_client.get(view_url(view, "delete/")))
    assert SavedView.objects.exists()
    coordinator_client.post(view_url(view, "delete/"))
    assert not SavedView.objects.exists()


def test_a_list_without_a_query_opens_the_default_view_of_the_user(coordinator_client, as_user, colleague):
    view = save_view(coordinator_client, default="on")
    assert coordinator_client.get(url(Dossier, "list")).url == f"{url(Dossier, 'list')}?{view.query}"
    assert coordinator_client.get(url(Dossier, "list"), {"view": "all"}).status_code == 200
    assert coordinator_client.get(url(Dossier, "list"), {"q": "selam"}).status_code == 200
    assert coordinator_client.get(url(Dossier, "list_results")).status_code == 200
    assert coordinator_client.get(url(Employer, "list")).status_code == 200
    assert as_user(colleague).get(url(Dossier, "list")).status_code == 200


def test_a_shared_view_can_be_the_default_and_be_unset(coordinator_client, as_user, colleague):
    save_view(coordinator_client, default="on")
    shared = save_view(as_user(colleague), "status=available", name="Samen", shared="on")
    coordinator_client.post(view_url(shared), {"default": "on"})
    assert coordinator_client.get(url(Dossier, "list")).url.endswith("?status=available")
    assert "Bij 1 collega opent de lijst hiermee" in text(as_user(colleague).get(view_url(shared, "delete/")))
    coordinator_client.post(view_url(shared), {})
    assert coordinator_client.get(url(Dossier, "list")).status_code == 200


def test_a_default_view_that_is_no_longer_shared_is_ignored(coordinator_client, as_user, colleague):
    shared = save_view(as_user(colleague), "status=available", name="Samen", shared="on")
    coordinator_client.post(view_url(shared), {"default": "on"})
    as_user(colleague).post(view_url(shared), {"name": "Samen"})
    assert coordinator_client.get(url(Dossier, "list")).status_code == 200


def test_a_deleted_filter_value_is_reported_and_shows_no_records(coordinator_client):
    make_dossier(given_name="Selam")
    sector = Sector.objects.create(name="Visserij")
    view = save_view(coordinator_client, f"sectors={sector.pk}")
    sector.delete()
    page = coordinator_client.get(f"{url(Dossier, 'list')}?{view.query}")
    assert "gefilterd op iets dat niet meer bestaat: Sectoren" in text(page)
    assert "Selam" not in text(page)
    assert "bestaat niet meer: Sectoren" in text(coordinator_client.get(view_url(view)))


def test_an_impossible_date_is_reported_as_impossible(coordinator_client):
    make_dossier(given_name="Selam")
    page = text(coordinator_client.get(url(Dossier, "list"), {"document_expires_on_from": "31-02-2026"}))
    assert "Document geldig tot: Deze datum bestaat niet." in page and "niet meer bestaat" not in page
    assert "Verbeter het filter of haal het weg." in page and "Selam" not in page
    view = save_view(coordinator_client, "document_expires_on_from=31-02-2026")
    assert "Document geldig tot: " in text(coordinator_client.get(view_url(view)))


def test_an_unknown_filter_is_reported_and_shows_no_records(coordinator_client):
    make_dossier(given_name="Selam")
    page = text(coordinator_client.get(url(Dossier, "list"), {"schoenmaat": "42"}))
    assert "niet meer bestaat: schoenmaat" in page
    assert "Selam" not in page
    assert "Selam" in text(coordinator_client.get(url(Dossier, "list"), {"available_from_from": "", "view": "all"}))


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_no_list_linked_from_the_home_page_has_an_unknown_filter(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    page = html.unescape(raw(client.get("/beheer/")))
    lists = {link for link in re.findall(r'href="(/beheer/[^"?]+\?[^"]+)"', page) if "=" in link}
    contexts = {link: client.get(link).context for link in lists}
    assert len(contexts) > 5
    assert {link: context["gone"] for link, context in contexts.items() if context.get("gone")} == {}


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_a_user_without_permission_for_a_list_finds_none_of_its_views(coordinator_client, as_user, request, role):
    view = save_view(coordinator_client, shared="on")
    client = as_user(request.getfixturevalue(role))
    for address in (ADD, view_url(view), view_url(view, "delete/")):
        assert client.get(address).status_code == client.post(address, {"name": "x"}).status_code == 404
    assert SavedView.objects.get().name == "In gesprek"
