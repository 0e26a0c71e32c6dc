"""Tests of the timeline, which shows when, by whom and by which row of an import a value was changed."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Dossier, EmployerInterest, Sector
from dossiers.spreadsheets.provenance import timeline
from dossiers.spreadsheets.resources import DossierResource, EmployerInterestResource

from ..models.factories import make_dossier, make_employer, make_interest
from .pages import raw, text, url
from .test_apply import GOOD, import_url
from .test_undo import apply_list, undo_import_page


def get_timeline_text(client, record) -> str:
    return text(client.get(url(type(record), "inspect", record.pk))).split("Tijdlijn")[-1]


def test_a_step_shows_its_day_user_and_readable_values(coordinator_client, coordinator):
    dossier = make_dossier(dutch_level="A1", work_right="permit_needed")
    dossier.dutch_level, dossier.work_right, dossier.phone = "A2", "free", "+31612345678"
    dossier.available_from, dossier.coordinator, dossier.languages = date(2027, 2, 1), coordinator, ["ti", "ar"]
    dossier._history_user = coordinator
    dossier.save()
    page = get_timeline_text(coordinator_client, dossier)
    for words in (
        "door coordinator", "Niveau Nederlands A1 → A2", "alleen met vergunning → vrij om te werken",
        "Telefoon – → 06 12345678", "Beschikbaar vanaf – → 01-02-2027", "Begeleider – → coordinator",
        "Talen – → Arabisch, Tigrinya",
    ):  # fmt: skip
        assert words in page
    for code in ("permit_needed", "2027-02-01", "None", "['ar'"):
        assert code not in page


def test_an_imported_value_links_to_its_import_and_line(coordinator_client):
    run = apply_list(coordinator_client, GOOD)
    dossier = Dossier.objects.get()
    assert "door coordinator · lijst.csv, regel 2" in get_timeline_text(coordinator_client, dossier)
    assert import_url("", run) in raw(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))


def test_a_deleted_import_leaves_its_line_in_the_timeline(coordinator_client):
    apply_list(coordinator_client, GOOD).delete()
    assert "regel 2 van een lijst die er niet meer is" in get_timeline_text(coordinator_client, Dossier.objects.get())


def test_an_undo_is_a_separate_step(coordinator_client):
    apply_list(coordinator_client, GOOD)
    undo_import_page(coordinator_client, apply_list(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1"))
    page = get_timeline_text(coordinator_client, Dossier.objects.get())
    assert "Import ongedaan gemaakt" in page
    assert page.index("Achternaam Haile-Woldu → Haile") < page.index("Achternaam Haile → Haile-Woldu")


def test_the_timeline_starts_with_the_last_step(coordinator_client):
    dossier = make_dossier(profession="kok")
    dossier.profession = "lasser"
    dossier.save()
    steps = timeline(Dossier, dossier.pk, DossierResource())
    assert [step.kind for step in steps] == ["~", "+"]
    assert [(c.label, c.old, c.new) for c in steps[0].changes] == [("Beroep", "kok", "lasser")]
    assert ("Beroep", None, "kok") in [(c.label, c.old, c.new) for c in steps[1].changes]
    assert "<details>" in raw(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))


def test_sectors_are_shown_by_name(coordinator_client):
    dossier = make_dossier(sectors=["Zorg"])
    dossier.record_sectors_in_history()
    dossier.sectors.set(Sector.objects.filter(name__in=["Bouw", "Zorg"]))
    dossier.save()
    assert "Sectoren Zorg → Bouw, Zorg" in get_timeline_text(coordinator_client, dossier)


def test_a_save_without_changes_is_shown_as_such(coordinator_client):
    dossier = make_dossier()
    dossier.save()
    assert "Opgeslagen zonder wijziging" in get_timeline_text(coordinator_client, dossier)


def test_the_timeline_of_an_interest_names_its_new_employer(coordinator_client):
    interest = make_interest(employer=make_employer(company_name="Kas Zon"))
    interest.employer = make_employer(company_name="Kas Maan")
    interest.save()
    assert "Werkgever Kas Zon → Kas Maan" in get_timeline_text(coordinator_client, interest)


def test_a_deleted_colleague_leaves_the_step(coordinator_client, make_user):
    dossier, leaver = make_dossier(), make_user("vertrekker")
    dossier.coordinator = leaver
    dossier._history_user = leaver
    dossier.save()
    leaver.delete()
    assert "het systeem" in get_timeline_text(coordinator_client, dossier)


@pytest.mark.parametrize("resource", [DossierResource, EmployerInterestResource])
def test_the_timeline_has_a_constant_number_of_queries(base_data, coordinator, resource):
    makers = {Dossier: make_dossier, EmployerInterest: make_interest}
    record = makers[resource._meta.model]()

    def count_queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            timeline(resource._meta.model, record.pk, resource())
        return len(captured)

    owner = "coordinator" if resource is DossierResource else "owner"
    setattr(record, owner, coordinator)
    record.save()
    few = count_queries()
    for hours in range(8, 30):
        record.hours_per_week = hours
        record._history_user = coordinator
        record.save()
    assert count_queries() == few <= 4  # one of them for the own fields


def test_a_user_without_permission_sees_no_timeline(as_user, reader, partner):
    dossier = make_dossier(profession="kok")
    for user in (reader, partner):
        response = as_user(user).get(url(Dossier, "inspect", dossier.pk))
        assert response.status_code in (302, 403, 404)
        assert "kok" not in raw(response)


def test_a_user_without_import_permission_gets_no_link_to_imports(coordinator_client, as_user, make_user):
    from django.contrib.auth.models import Permission

    run = apply_list(coordinator_client, GOOD)
    user = make_user("kijker")
    codenames = [("wagtailadmin", "access_admin"), ("dossiers", "view_dossier")]
    for app, codename in codenames:
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    page = raw(as_user(user).get(url(Dossier, "inspect", Dossier.objects.get().pk)))
    assert "lijst.csv, regel 2" in page
    assert reverse("dossiers_import", args=[run.pk]) not in page
