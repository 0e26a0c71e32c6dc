"""Tests of the access to the pages of partners."""

import pytest
from django.urls import reverse

from dossiers.backoffice import menu
from dossiers.models import ImportRun
from dossiers.models.rights import PARTNERS

from ..pages import raw, text
from .lists import ADD, LISTS, PEOPLE, SELAM, UPLOAD, page_url, page_urls, send_list, upload

FOR_EVERYBODY = {"dossiers_search", "dossiers_search_results", "dossiers_help"}  # where each sees only the own


def test_the_menu_of_a_partner_has_only_their_pages(partner_client):
    shown = raw(partner_client.get("/beheer/"))
    for path in (PEOPLE, LISTS, UPLOAD):
        assert path in shown
    for path in (
        "/beheer/reports/",
        "/beheer/pages/",
        "/beheer/snippets/",
        "/beheer/imports/",
        "/beheer/dossiers/",
    ):
        assert f'"url": "{path}"' not in shown


@pytest.mark.parametrize("role", ["coordinator", "editor", "reader", "admin"])
def test_the_pages_of_partners_are_not_found_for_other_users(as_user, request, role, partner_client, supply):
    run = upload(partner_client, SELAM)
    client = as_user(request.getfixturevalue(role))
    for address in page_urls(run, supply):
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code == 404, address
    assert PEOPLE not in raw(client.get("/beheer/"))


def test_a_list_of_another_organisation_is_not_found(partner_client, other_organisation):
    supply, run = other_organisation
    for address in page_urls(run, supply)[4:]:
        assert partner_client.get(address).status_code in (404, 405), address
        assert partner_client.post(address).status_code in (404, 405), address
    assert "vreemd.csv" not in raw(partner_client.get(LISTS))


def test_an_import_by_a_coordinator_is_not_found_for_a_partner(partner_client, azc, supply):
    run = ImportRun.objects.create(record="dossiers", organisation=azc, file_name="gemaild.csv", state="previewed")
    assert partner_client.get(page_url("list", run)).status_code == 404
    assert "gemaild.csv" not in raw(partner_client.get(LISTS))


def test_partners_are_refused_on_every_page_of_imports_and_exports(partner_client, supply):
    run = send_list(partner_client, SELAM.replace("kok", "ober"))
    for pattern in (pattern for pattern in menu.admin_urls() if pattern.name not in FOR_EVERYBODY):
        kinds = {name: type(converter).__name__ for name, converter in pattern.pattern.converters.items()}
        kwargs = {name: run.pk if kind == "IntConverter" else "dossiers" for name, kind in kinds.items()}
        address = reverse(pattern.name, kwargs=kwargs)
        for response in (partner_client.get(address), partner_client.post(address)):
            assert response.status_code in (302, 403, 404, 405), address
            assert response.status_code != 302 or response.url == "/beheer/", address
    run.refresh_from_db()
    assert run.state == "sent"


def test_a_partner_without_an_organisation_is_told_to_ask_a_coordinator(as_user, make_user):
    client = as_user(make_user("nieuw", PARTNERS))
    assert "Vraag een begeleider" in text(client.get(PEOPLE))
    for address in (LISTS, UPLOAD, ADD, reverse("dossiers_partner_export", args=["csv"])):
        assert client.get(address).url == PEOPLE


def test_a_partner_who_left_the_organisation_sees_nothing(partner_client, partner, azc, supply):
    run = send_list(partner_client, SELAM.replace("kok", "ober"))
    azc.staff.remove(partner)
    for address in page_urls(run, supply):
        response = partner_client.get(address)
        assert response.status_code in (302, 404, 200)
        assert "Selam" not in raw(response), address
