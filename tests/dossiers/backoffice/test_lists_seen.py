"""Tests of the access log of lists: one entry per view with filters, columns and count, but without search terms."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access_log.models import AccessLogEntry
from dossiers.filters import DossierFilterSet
from dossiers.filters.descriptions import describe_filters
from dossiers.models import Dossier, Employer, EmployerInterest, FollowUp, ImportRun, OwnField, Placement, Sector, Step

from ..models.factories import make_dossier
from ..models.merges import create_supply
from ..models.placements import make_placement, today
from .pages import text, url
from .test_matching import make_farm_interest, make_grower_dossier


def get_list_entries() -> list[tuple[str, str, int]]:
    entries = AccessLogEntry.objects.filter(what=AccessLogEntry.What.LISTED).order_by("pk")
    return list(entries.values_list("user_name", "about", "count"))


def test_a_list_is_logged_with_filters_columns_and_count_but_without_search_words(coordinator_client):
    for number in range(3):
        make_dossier(status="intake", family_name=f"Haile{number}")
    make_dossier(status="available")
    coordinator_client.get(url(Dossier, "list"), {"status": "intake", "q": "Haile", "columns": "phone,location"})
    entry = AccessLogEntry.objects.get()
    assert (entry.user_name, entry.what, entry.about, entry.count) == ("coordinator", "listed", "dossiers", 3)
    assert entry.detail == "Status: intake · gezocht op een woord · kolommen: Naam, Telefoon, Verblijfplaats"


def test_the_page_that_exports_a_searched_list_logs_that_there_was_a_search(coordinator_client):
    make_dossier(family_name="Haile", status="intake")
    coordinator_client.get(reverse("dossiers_list_export", args=["dossier"]), {"q": "Haile", "status": "intake"})
    detail = AccessLogEntry.objects.get().detail
    assert detail.startswith("Status: intake · gezocht op een woord · kolommen: Naam") and "Haile" not in detail


def test_typing_a_search_is_one_log_entry_and_another_filter_is_a_new_one(coordinator_client):
    make_dossier(family_name="Haile")
    for words in ("H", "Ha", "Hai"):
        coordinator_client.get(url(Dossier, "list_results"), {"q": words})
    assert len(get_list_entries()) == 1
    coordinator_client.get(url(Dossier, "list_results"), {"q": "Hai", "status": "registered"})
    assert len(get_list_entries()) == 2
    coordinator_client.get(
        url(Dossier, "list_results"), {"q": "niemand heet zo", "status": "intake"}
    )  # nobody was seen
    assert len(get_list_entries()) == 2


def test_every_list_of_people_is_logged_and_a_list_without_people_is_not(coordinator_client, as_user, partner):
    placement = make_placement(Step.PROPOSED)
    candidate, offer = (
        make_grower_dossier(dutch_level="A2", hours_per_week=32),
        make_farm_interest(dutch_level_required="A2", hours_per_week=24),
    )
    FollowUp.objects.create(dossier=placement.dossier, text="Bel", due_on=today())
    lists = {
        url(Placement, "list"): "plaatsingen",
        url(Placement, "board"): "Bord van plaatsingen",
        url(Employer, "list"): "werkgevers",
        url(EmployerInterest, "list"): "werkgeversinteresses",
        url(FollowUp, "list"): "acties",
        reverse("wagtailadmin_home"): "Vandaag",
        reverse("wagtailsnippetchoosers_dossiers_dossier:choose"): "dossiers",
        reverse("dossiers_merge_choose", args=[candidate.pk]) + "?q=a": "Dossiers samenvoegen",
        reverse("dossiers_fitting_candidates", args=[offer.pk]): "Passende kandidaten",
    }
    for address, about in lists.items():
        AccessLogEntry.objects.all().delete()
        assert coordinator_client.get(address).status_code == 200, address
        assert [entry[1] for entry in get_list_entries()] == [about], address
    AccessLogEntry.objects.all().delete()
    coordinator_client.get(url(Sector, "list"))
    assert get_list_entries() == []
    create_supply(make_dossier())
    as_user(partner).get(reverse("dossiers_partner_people"))
    assert [entry[0] for entry in get_list_entries()] == ["partner"]


def test_typed_filter_values_and_file_names_are_not_logged(base_data, coordinator, rf):
    OwnField.objects.create(record="dossiers", label="Bijnaam", key="own_bijnaam", kind=OwnField.Kind.TEXT)
    run = ImportRun.objects.create(record="dossiers", file_name="lijst van Haile.csv")
    request = rf.get("/", {"own_bijnaam": "Haile", "import": str(run.pk)})
    request.user = coordinator
    filters = DossierFilterSet(request.GET, queryset=Dossier.objects.all(), request=request)
    assert filters.is_valid()
    description = " · ".join(describe_filters(filters))
    assert "Haile" not in description and f"import {run.pk}" in description and "Bijnaam: een woord" in description


def test_an_administrator_sees_list_views_in_the_log(coordinator_client, as_user, admin):
    make_dossier()
    coordinator_client.get(url(Dossier, "list"), {"status": "registered"})
    page = text(as_user(admin).get("/beheer/access-log/"))
    assert "Zag in een lijst · 1 · Status: aangemeld" in page


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets nobody wait")
def test_on_sqlite_a_list_view_is_logged_in_another_database(coordinator_client):
    make_dossier()
    with CaptureQueriesContext(connection) as queries:
        coordinator_client.get(url(Dossier, "list"))
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert len(get_list_entries()) == 1
