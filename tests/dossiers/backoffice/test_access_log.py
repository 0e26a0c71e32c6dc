"""Tests of the access log: opening a dossier and exporting people are logged and shown to authorized users."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from access_log.models import AccessLogEntry
from access_log.router import DATABASE
from dossiers.models import Dossier, Employer
from dossiers.tasks import destroy_old_files

from ..models.factories import make_dossier, make_employer
from ..models.merges import create_supply
from ..spreadsheets.imports import PERSON, Lists
from .pages import raw, text, url


def noted() -> list[tuple[str, str, str]]:
    return list(AccessLogEntry.objects.order_by("pk").values_list("user_name", "what", "about"))


@pytest.mark.parametrize(("page", "what"), [("inspect", "read"), ("edit", "form"), ("history", "history")])
def test_opening_a_page_of_a_dossier_is_noted(coordinator_client, page, what):
    dossier = make_dossier()
    coordinator_client.get(url(Dossier, page, dossier.pk))
    assert noted() == [("coordinator", what, dossier.reference)]


def test_who_is_refused_has_not_looked(as_user, partner, reader):
    dossier = make_dossier()
    for user in (partner, reader):
        as_user(user).get(url(Dossier, "inspect", dossier.pk))
    assert noted() == []


def test_a_page_of_a_company_is_none_of_a_person(coordinator_client):
    coordinator_client.get(url(Employer, "edit", make_employer().pk))
    assert noted() == []


def test_an_export_is_noted_with_how_many_and_by_which_filter_but_no_word_of_a_search(coordinator_client):
    make_dossier(status="intake", family_name="Haile")
    make_dossier(status="available", family_name="Haile")
    coordinator_client.get(url(Dossier, "export", "csv"), {"status": "intake", "q": "Haile"})
    look = AccessLogEntry.objects.get()
    assert (look.what, look.about, look.count) == ("exported", "dossiers", 1)
    assert look.detail == "csv · Status: intake · gezocht op een woord"
    assert "Haile" not in look.detail


def test_a_long_export_is_noted_when_it_is_asked_for(coordinator_client, monkeypatch):
    monkeypatch.setattr("dossiers.backoffice.exports.MAX_SYNCHRONOUS_RECORDS", 1)
    make_dossier()
    make_dossier()
    coordinator_client.post(url(Dossier, "export_choice"), {"format": "xlsx", "columns": "all"})
    assert AccessLogEntry.objects.get().count == 2


def test_the_lines_of_an_import_are_noted(coordinator_client, tmp_path):
    run = Lists(tmp_path).preview(PERSON)
    coordinator_client.get(f"/beheer/imports/{run.pk}/")
    assert noted() == [("coordinator", "lines", f"import {run.pk}")]


def test_two_that_are_compared_are_both_noted(coordinator_client):
    dossier, other = make_dossier(), make_dossier()
    coordinator_client.get(f"/beheer/dossiers/{dossier.pk}/merge/{other.pk}/")
    assert sorted(about for _who, _what, about in noted()) == sorted([dossier.reference, other.reference])


def test_a_partner_who_opens_one_of_the_own_people_is_noted_under_the_dossier(as_user, partner):
    own = create_supply(make_dossier())
    as_user(partner).get(f"/beheer/partner/people/{own.pk}/")
    as_user(partner).get("/beheer/partner/people/export/csv/")
    assert [look[:2] for look in noted()] == [("partner", "form"), ("partner", "exported")]
    assert noted()[0][2] == own.dossier.reference


def test_a_coordinator_sees_on_the_dossier_who_looked_before(coordinator_client, as_user, admin):
    dossier = make_dossier()
    address = url(Dossier, "inspect", dossier.pk)
    assert "Nog niemand vóór u." in text(coordinator_client.get(address))
    as_user(admin).get(address)
    page = text(coordinator_client.get(address))
    assert "admin · bekeek" in page
    all_of_them = coordinator_client.get(f"/beheer/dossiers/{dossier.pk}/looks/")
    assert "admin" in text(all_of_them)
    assert "coordinator" in text(all_of_them)


def test_an_export_of_ticked_dossiers_is_in_the_log_of_each_of_them_and_of_no_other(coordinator_client):
    one, other, not_ticked = make_dossier(), make_dossier(), make_dossier()
    coordinator_client.get(url(Dossier, "export", "csv"), {"id": [one.pk, other.pk]})
    for dossier in (one, other):
        assert "aangevinkte regels" in text(coordinator_client.get(f"/beheer/dossiers/{dossier.pk}/looks/"))
    assert "Niemand keek" in text(coordinator_client.get(f"/beheer/dossiers/{not_ticked.pk}/looks/"))


def test_the_log_names_the_person_beside_the_login(coordinator_client, coordinator):
    coordinator.first_name, coordinator.last_name = "Bea", "Begeleider"
    coordinator.save()
    dossier = make_dossier()
    coordinator_client.get(url(Dossier, "inspect", dossier.pk))
    assert "Bea Begeleider (coordinator)" in text(coordinator_client.get(f"/beheer/dossiers/{dossier.pk}/looks/"))


def test_no_more_than_twenty_stand_on_the_dossier(coordinator_client):
    dossier = make_dossier()
    for _time in range(25):
        AccessLogEntry.objects.create(user_name="admin", what="read", about=dossier.reference)
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert page.count("admin · bekeek") == 20


def test_an_administrator_finds_all_looks_by_who_and_when(as_user, admin, coordinator_client, coordinator):
    dossier = make_dossier()
    coordinator.first_name, coordinator.last_name = "Bea", "Begeleider"
    coordinator.save()
    coordinator_client.get(url(Dossier, "inspect", dossier.pk))
    long_ago = timezone.now() - timedelta(days=30)
    AccessLogEntry.objects.create(user_name="admin", what="exported", about="werkgevers", at=long_ago)
    theirs = as_user(admin)
    assert {"admin", "(coordinator)"} <= set(text(theirs.get("/beheer/looks/")).split())
    assert "werkgevers" not in text(theirs.get("/beheer/looks/", {"user_name": "coordinator"}))
    for name, is_shown in (("bea begel", True), ("Bea Testmans", False), ("COORDINATOR", True)):
        assert (dossier.reference in text(theirs.get("/beheer/looks/", {"user_name": name}))) == is_shown, name
    until = f"{timezone.localdate() - timedelta(days=20)}"
    page = text(theirs.get("/beheer/looks/", {"at_to": until}))
    assert "werkgevers" in page
    assert dossier.reference not in page
    assert "/beheer/looks/" in raw(theirs.get("/beheer/"))
    assert "/beheer/looks/" not in raw(coordinator_client.get("/beheer/"))
    assert coordinator_client.get("/beheer/looks/").status_code == 302


def test_after_a_year_it_is_destroyed(base_data, settings):
    for days in (364, 366):
        AccessLogEntry.objects.create(user_name="x", what="read", about="D-1", at=timezone.now() - timedelta(days=days))
    assert "1 inzage" in destroy_old_files.call()
    assert AccessLogEntry.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets nobody wait")
def test_on_sqlite_nothing_of_it_is_written_in_the_database_that_an_import_holds(coordinator_client):
    from django.test.utils import CaptureQueriesContext

    dossier = make_dossier()
    with CaptureQueriesContext(connection) as queries:
        coordinator_client.get(url(Dossier, "inspect", dossier.pk))
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert AccessLogEntry.objects.all().db == DATABASE
