"""Tests of the panels on the home page."""

import pytest
from django.urls import reverse

from .pages import raw, text
from .partners.lists import send_list

HOME, UPLOAD = reverse("wagtailadmin_home"), reverse("dossiers_import_upload", args=["dossiers"])


def test_the_home_page_of_a_coordinator_links_to_the_import(coordinator_client):
    page = coordinator_client.get(HOME)
    assert UPLOAD in raw(page) and "van een partner op u" not in text(page)


def test_the_window_of_the_home_page_is_called_today(coordinator_client):
    assert "<title>Vandaag -" in raw(coordinator_client.get(HOME))


def test_the_home_page_links_to_a_list_sent_by_a_partner(coordinator_client, as_user, partner):
    run = send_list(as_user(partner))
    page = coordinator_client.get(HOME)
    assert "Er wacht 1 lijst van een partner op u." in text(page)
    assert reverse("dossiers_import", args=[run.pk]) in raw(page)


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_the_home_page_of_other_users_shows_no_imports(as_user, partner, request, role):
    send_list(as_user(partner))
    page = raw(as_user(request.getfixturevalue(role)).get(HOME))
    assert UPLOAD not in page
    assert "wacht 1 lijst" not in page
