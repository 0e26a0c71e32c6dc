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
from .test_matching import farm, grower


def seen() -> list[tuple[str, str, int]]:
    looks = AccessLogEntry.objects.filter(what=AccessLogEntry.What.LISTED).order_by("pk")
    return list(looks.values_list("user_name", "about", "count"))


def test_a_list_of_dossiers_is_one_line_with_filter_columns_and_number_but_no_word_of_a_search(coordinator_client):
    for number in range(3):
        make_dossier(status="intake", family_name=f"Haile{number}")
    make_dossier(status="available")
    coordinator_client.get(url(Dossier, "list"), {"status": "intake", "q": "Haile", "columns": "phone,location"})
    look = AccessLogEntry.objects.get()
    assert (look.user_name, look.what, look.about, look.count) == ("coordinator", "listed", "dossiers", 3)
    assert look.detail == "Status: intake · gezocht op een woord · kolommen: Naam, Telefoon, Verblijfplaats"


def test_each_letter_of_a_search_is_no_look_of_its_own_but_another_question_is(coordinator_client):
    make_dossier(family_name="Haile")
    for words in ("H", "Ha", "Hai"):
        coordinator_client.get(url(Dossier, "list_results"), {"q": words})
    assert len(seen()) == 1
    coordinator_client.get(url(Dossier, "list_results"), {"q": "Hai", "status": "registered"})
    assert len(seen()) == 2
    coordinator_client.get(
        url(Dossier, "list_results"), {"q": "niemand heet zo", "status": "intake"}
    )  # nobody was seen
    assert len(seen()) == 2


def test_every_list_of_people_is_noted_and_one_of_none_is_not(coordinator_client, as_user, partner):
    placement = make_placement(Step.PROPOSED)
    other, offer = grower(dutch_level="A2", hours_per_week=32), farm(dutch_level_required="A2", hours_per_week=24)
    FollowUp.objects.create(dossier=placement.dossier, text="Bel", due_on=today())
    lists = {
        url(Placement, "list"): "plaatsingen",
        url(Placement, "board"): "Bord van plaatsingen",
        url(Employer, "list"): "werkgevers",
        url(EmployerInterest, "list"): "werkgeversinteresses",
        url(FollowUp, "list"): "acties",
        reverse("wagtailadmin_home"): "Vandaag",
        reverse("wagtailsnippetchoosers_dossiers_dossier:choose"): "dossiers",
        reverse("dossiers_merge_choose", args=[other.pk]) + "?q=a": "Dossiers samenvoegen",
        reverse("dossiers_fitting_candidates", args=[offer.pk]): "Passende kandidaten",
    }
    for address, about in lists.items():
        AccessLogEntry.objects.all().delete()
        assert coordinator_client.get(address).status_code == 200, address
        assert [look[1] for look in seen()] == [about], address
    AccessLogEntry.objects.all().delete()
    coordinator_client.get(url(Sector, "list"))
    assert seen() == []
    create_supply(make_dossier())
    as_user(partner).get(reverse("dossiers_partner_people"))
    assert [look[0] for look in seen()] == ["partner"]


def test_what_was_typed_in_a_filter_and_the_name_of_a_file_are_not_noted(base_data, coordinator, rf):
    OwnField.objects.create(record="dossiers", label="Bijnaam", kind=OwnField.Kind.TEXT)
    run = ImportRun.objects.create(record="dossiers", file_name="lijst van Haile.csv")
    request = rf.get("/", {"own_bijnaam": "Haile", "import": str(run.pk)})
    request.user = coordinator
    filters = DossierFilterSet(request.GET, queryset=Dossier.objects.all(), request=request)
    assert filters.is_valid()
    told = " · ".join(describe_filters(filters))
    assert "Haile" not in told and f"import {run.pk}" in told and "Bijnaam: een woord" in told


def test_an_administrator_reads_it_in_words(coordinator_client, as_user, admin):
    make_dossier()
    coordinator_client.get(url(Dossier, "list"), {"status": "registered"})
    page = text(as_user(admin).get("/beheer/looks/"))
    assert "Zag in een lijst · 1 · Status: aangemeld" in page


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets nobody wait")
def test_on_sqlite_a_list_still_writes_nothing_in_the_database_that_an_import_holds(coordinator_client):
    make_dossier()
    with CaptureQueriesContext(connection) as queries:
        coordinator_client.get(url(Dossier, "list"))
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert len(seen()) == 1
