"""The menu fits a laptop: what is seldom needed stands on the pages Reports and Settings."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from wagtail.admin.menu import reports_menu, settings_menu

from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.models import Dossier

from ..models.factories import make_dossier
from .pages import raw, text

REPORTS, SETTINGS = "dossiers_menu_reports", "dossiers_menu_settings"


def get_menu(client: Any) -> list[str]:
    """Return the labels of the sidebar: those of the main menu, not those that fold out."""
    props = re.search(
        r'<script id="wagtail-sidebar-props" type="application/json">(.*?)</script>', raw(client.get("/beheer/"))
    )
    assert props
    main = next(
        module for module in json.loads(props[1])["modules"] if module["_type"] == "wagtail.sidebar.MainMenuModule"
    )
    return [item["_args"][0]["label"] for item in main["_args"][0]]


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("coordinator", "Vandaag Kandidaten Werkgevers Plaatsingen Imports Acties Rapporten Instellingen Help"),
        ("editor", "Vandaag Pagina's Bestanden Rapporten Instellingen Help"),
        ("partner", "Onze-mensen Onze-lijsten Lijst-uploaden Help"),
        ("reader", "Vandaag Evaluaties Wetten-en-bedragen Help"),
    ],
)
def test_the_menu_of_each_role_is_short(as_user, request, role, labels, base_data) -> None:
    assert [label.replace(" ", "-") for label in get_menu(as_user(request.getfixturevalue(role)))] == labels.split()


def test_a_list_and_the_way_back_to_it_have_the_name_that_the_menu_gives_it(coordinator_client, base_data) -> None:
    dossier = make_dossier()
    assert "<title>Kandidaten - " in raw(coordinator_client.get(get_list_url(Dossier)))
    pages = ["inspect", "edit", "history", "usage"]
    addresses = [reverse(Dossier.snippet_viewset.get_url_name(page), args=[dossier.pk]) for page in pages]
    merge, looks = (reverse(name, args=[dossier.pk]) for name in ("dossiers_merge_choose", "dossiers_access_log_at"))
    for address in [*addresses, reverse(Dossier.snippet_viewset.get_url_name("add")), merge, looks]:
        crumb = re.search(
            rf'href="{get_list_url(Dossier)}[^"]*"[^>]*>\s*([^<]*?)\s*</a>', raw(coordinator_client.get(address))
        )
        assert crumb and crumb[1] == "Kandidaten", address


@pytest.mark.parametrize(("name", "menu"), [(REPORTS, reports_menu), (SETTINGS, settings_menu)])
def test_a_page_of_the_menu_says_what_each_of_its_items_is_for(admin_client, rf, admin_user, name, menu) -> None:
    page = raw(admin_client.get(reverse(name)))
    request = rf.get("/")
    request.user = admin_user
    for item in menu.menu_items_for_request(request):
        assert f'href="{item.url}"' in page, item.name
    undescribed = re.findall(r'<p><a href="([^"]*)">[^<]*</a>\s*</p>', page)
    assert all(address.startswith("/beheer/reports/") for address in undescribed), "only Wagtail's own reports"


def test_a_partner_does_not_see_that_these_pages_exist(as_user, partner) -> None:
    for name in (REPORTS, SETTINGS):
        assert as_user(partner).get(reverse(name)).status_code == 404


def test_a_list_of_the_settings_leads_back_to_them(coordinator_client) -> None:
    assert f'href="{reverse(SETTINGS)}"' in raw(coordinator_client.get("/beheer/sectors/"))


def test_today_is_current_on_the_first_page_only(coordinator_client) -> None:
    assert '"/beheer/"' in raw(coordinator_client.get("/beheer/"))
    assert '"/beheer/?"' in raw(coordinator_client.get("/beheer/figures/funnel/"))


def test_the_settings_say_that_mails_to_employers_and_candidates_have_texts_too(coordinator_client) -> None:
    page = text(coordinator_client.get("/beheer/settings/"))
    assert "De teksten van de e-mails aan werkgevers, kandidaten, partners en collega's." in page
