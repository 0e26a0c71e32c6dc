"""Tests of the access log: opening a dossier and exporting people are logged and shown to authorized users."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from access_log.models import AccessLogEntry
from access_log.router import DATABASE
from dossiers.models import Dossier, Employer
from dossiers.tasks import destroy_old_files

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import create_supply
from ..models.placements import make_placement
from ..spreadsheets.imports import PERSON, Lists
from .pages import raw, text, url


def get_log_entries() -> list[tuple[str, str, str]]:
    return list(AccessLogEntry.objects.order_by("pk").values_list("user_name", "what", "about"))


@pytest.mark.parametrize(("page", "action"), [("inspect", "read"), ("edit", "form"), ("history", "history")])
def test_opening_a_page_of_a_dossier_is_logged(coordinator_client, page, action):
    dossier = make_dossier()
    coordinator_client.get(url(Dossier, page, dossier.pk))
    assert get_log_entries() == [("coordinator", action, dossier.reference)]


def test_a_refused_request_is_not_logged(as_user, partner, reader):
    dossier = make_dossier()
    for user in (partner, reader):
        as_user(user).get(url(Dossier, "inspect", dossier.pk))
    assert get_log_entries() == []


def test_opening_a_page_of_an_employer_is_not_logged(coordinator_client):
    coordinator_client.get(url(Employer, "edit", make_employer().pk))
    assert get_log_entries() == []


def test_a_page_of_an_employer_or_an_interest_is_logged_as_a_list_if_it_names_candidates(coordinator_client):
    placement = make_placement()
    interest, employer = placement.interest, placement.interest.employer
    make_placement(interest=interest)
    for record in (employer, interest, make_employer(), make_interest(status="closed")):
        page = text(coordinator_client.get(url(type(record), "inspect", record.pk)))
        assert (placement.dossier.full_name in page) == (record in (employer, interest))
    entries = AccessLogEntry.objects.exclude(about__startswith="Kandidaten").order_by("pk")
    assert list(entries.values_list("what", "about", "count", "detail")) == [
        ("listed", "plaatsingen", 2, f"werkgever {employer.pk}"),
        ("listed", "plaatsingen", 2, interest.reference),
    ]


def test_an_export_is_logged_with_count_and_filters_but_without_search_words(coordinator_client):
    make_dossier(status="intake", family_name="Haile")
    make_dossier(status="available", family_name="Haile")
    coordinator_client.get(url(Dossier, "export", "csv"), {"status": "intake", "q": "Haile"})
    entry = AccessLogEntry.objects.get()
    assert (entry.what, entry.about, entry.count) == ("exported", "dossiers", 1)
    assert entry.detail == "csv · Status: intake · gezocht op een woord"
    assert "Haile" not in entry.detail


def test_a_long_export_is_logged_when_it_is_requested(coordinator_client, monkeypatch):
    monkeypatch.setattr("dossiers.backoffice.exports.MAX_SYNCHRONOUS_RECORDS", 1)
    make_dossier()
    make_dossier()
    coordinator_client.post(url(Dossier, "export_choice"), {"format": "xlsx", "columns": "all"})
    assert AccessLogEntry.objects.get().count == 2


def test_opening_the_lines_of_an_import_is_logged(coordinator_client, tmp_path):
    run = Lists(tmp_path).preview(PERSON)
    coordinator_client.get(f"/beheer/imports/{run.pk}/")
    assert get_log_entries() == [("coordinator", "lines", f"import {run.pk}")]


def test_comparing_two_dossiers_is_logged_for_both(coordinator_client):
    first, second = make_dossier(), make_dossier()
    coordinator_client.get(f"/beheer/dossiers/{first.pk}/merge/{second.pk}/")
    assert sorted(about for _user_name, _what, about in get_log_entries()) == sorted(
        [first.reference, second.reference]
    )


def test_a_partner_opening_a_supplied_person_is_logged_under_the_dossier(as_user, partner):
    supply = create_supply(make_dossier())
    as_user(partner).get(f"/beheer/partner/people/{supply.pk}/")
    as_user(partner).get("/beheer/partner/people/export/csv/")
    assert [entry[:2] for entry in get_log_entries()] == [("partner", "form"), ("partner", "exported")]
    assert get_log_entries()[0][2] == supply.dossier.reference


def test_a_coordinator_sees_earlier_access_on_the_page_of_the_dossier(coordinator_client, as_user, admin):
    dossier = make_dossier()
    address = url(Dossier, "inspect", dossier.pk)
    assert "Nog niemand vóór u." in text(coordinator_client.get(address))
    as_user(admin).get(address)
    page = text(coordinator_client.get(address))
    assert "admin · bekeek" in page
    log_page = coordinator_client.get(f"/beheer/dossiers/{dossier.pk}/access-log/")
    assert "admin" in text(log_page)
    assert "coordinator" in text(log_page)


def test_an_export_of_selected_dossiers_is_in_the_log_of_each_of_them_and_no_other(coordinator_client):
    first, second, unselected = make_dossier(), make_dossier(), make_dossier()
    coordinator_client.get(url(Dossier, "export", "csv"), {"id": [first.pk, second.pk]})
    for dossier in (first, second):
        assert "aangevinkte regels" in text(coordinator_client.get(f"/beheer/dossiers/{dossier.pk}/access-log/"))
    assert "Niemand heeft gekeken" in text(coordinator_client.get(f"/beheer/dossiers/{unselected.pk}/access-log/"))


def test_the_log_names_the_person_beside_the_login(coordinator_client, coordinator):
    coordinator.first_name, coordinator.last_name = "Bea", "Begeleider"
    coordinator.save()
    dossier = make_dossier()
    coordinator_client.get(url(Dossier, "inspect", dossier.pk))
    assert "Bea Begeleider (coordinator)" in text(coordinator_client.get(f"/beheer/dossiers/{dossier.pk}/access-log/"))


def test_the_page_of_a_dossier_names_who_looked_in_full(coordinator_client, coordinator):
    coordinator.first_name, coordinator.last_name = "Ilse", "Voorbeeld"
    coordinator.save()
    dossier = make_dossier()
    AccessLogEntry.objects.create(user_name="vertrokken", what="read", about=dossier.reference)
    for _time in range(2):
        page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert "· Ilse Voorbeeld · bekeek" in page and "· vertrokken · bekeek" in page


def test_the_page_of_a_dossier_shows_at_most_twenty_log_entries(coordinator_client):
    dossier = make_dossier()
    for _time in range(25):
        AccessLogEntry.objects.create(user_name="admin", what="read", about=dossier.reference)
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert page.count("admin · bekeek") == 20


def test_an_administrator_filters_the_access_log_by_user_and_date(as_user, admin, coordinator_client, coordinator):
    dossier = make_dossier()
    coordinator.first_name, coordinator.last_name = "Bea", "Begeleider"
    coordinator.save()
    coordinator_client.get(url(Dossier, "inspect", dossier.pk))
    long_ago = timezone.now() - timedelta(days=30)
    AccessLogEntry.objects.create(user_name="admin", what="exported", about="werkgevers", at=long_ago)
    admin_client = as_user(admin)
    assert {"admin", "(coordinator)"} <= set(text(admin_client.get("/beheer/access-log/")).split())
    assert "werkgevers" not in text(admin_client.get("/beheer/access-log/", {"user_name": "coordinator"}))
    for name, is_shown in (("bea begel", True), ("Bea Testmans", False), ("COORDINATOR", True)):
        assert (dossier.reference in text(admin_client.get("/beheer/access-log/", {"user_name": name}))) == is_shown, (
            name
        )
    until = f"{timezone.localdate() - timedelta(days=20)}"
    page = text(admin_client.get("/beheer/access-log/", {"at_to": until}))
    assert "werkgevers" in page
    assert dossier.reference not in page
    assert "/beheer/access-log/" in raw(admin_client.get("/beheer/reports/"))
    assert "/beheer/access-log/" not in raw(coordinator_client.get("/beheer/"))
    assert coordinator_client.get("/beheer/access-log/").status_code == 302


def test_log_entries_are_destroyed_after_a_year(base_data, settings):
    for days in (364, 366):
        AccessLogEntry.objects.create(user_name="x", what="read", about="D-1", at=timezone.now() - timedelta(days=days))
    assert "1 inzage" in destroy_old_files.call()
    assert AccessLogEntry.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets nobody wait")
def test_on_sqlite_the_access_log_is_written_to_its_own_database(coordinator_client):
    from django.test.utils import CaptureQueriesContext

    dossier = make_dossier()
    with CaptureQueriesContext(connection) as queries:
        coordinator_client.get(url(Dossier, "inspect", dossier.pk))
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert AccessLogEntry.objects.all().db == DATABASE
