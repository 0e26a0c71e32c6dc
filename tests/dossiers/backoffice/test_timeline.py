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
from .test_undo import applied, undo


def page_about(client, record) -> str:
    return text(client.get(url(type(record), "inspect", record.pk))).split("Tijdlijn")[-1]


def test_a_step_tells_day_who_and_what_in_words(coordinator_client, coordinator):
    dossier = make_dossier(dutch_level="A1", work_right="permit_needed")
    dossier.dutch_level, dossier.work_right, dossier.phone = "A2", "free", "+31612345678"
    dossier.available_from, dossier.coordinator, dossier.languages = date(2027, 2, 1), coordinator, ["ti", "ar"]
    dossier._history_user = coordinator
    dossier.save()
    page = page_about(coordinator_client, dossier)
    for words in (
        "door coordinator", "Niveau Nederlands A1 → A2", "alleen met vergunning → vrij om te werken",
        "Telefoon – → 06 12345678", "Beschikbaar vanaf – → 01-02-2027", "Begeleider – → coordinator",
        "Talen – → Arabisch, Tigrinya",
    ):  # fmt: skip
        assert words in page
    for code in ("permit_needed", "2027-02-01", "None", "['ar'"):
        assert code not in page


def test_a_value_that_came_by_a_list_names_its_line_and_leads_to_it(coordinator_client):
    run = applied(coordinator_client, GOOD)
    dossier = Dossier.objects.get()
    assert "door coordinator · lijst.csv, regel 2" in page_about(coordinator_client, dossier)
    assert import_url("", run) in raw(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))


def test_a_list_that_is_gone_leaves_its_line(coordinator_client):
    applied(coordinator_client, GOOD).delete()
    assert "regel 2 van een lijst die er niet meer is" in page_about(coordinator_client, Dossier.objects.get())


def test_an_undo_is_a_step_of_its_own(coordinator_client):
    applied(coordinator_client, GOOD)
    undo(coordinator_client, applied(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1"))
    page = page_about(coordinator_client, Dossier.objects.get())
    assert "Import ongedaan gemaakt" in page
    assert page.index("Achternaam Haile-Woldu → Haile") < page.index("Achternaam Haile → Haile-Woldu")


def test_the_last_step_comes_first_and_the_first_one_folds_its_values(coordinator_client):
    dossier = make_dossier(profession="kok")
    dossier.profession = "lasser"
    dossier.save()
    steps = timeline(DossierResource(), dossier.pk)
    assert [step.kind for step in steps] == ["~", "+"]
    assert [(c.label, c.old, c.new) for c in steps[0].changes] == [("Beroep", "kok", "lasser")]
    assert ("Beroep", None, "kok") in [(c.label, c.old, c.new) for c in steps[1].changes]
    assert "<details>" in raw(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))


def test_sectors_are_told_by_name(coordinator_client):
    dossier = make_dossier(sectors=["Zorg"])
    dossier.record_sectors_in_history()
    dossier.sectors.set(Sector.objects.filter(name__in=["Bouw", "Zorg"]))
    dossier.save()
    assert "Sectoren Zorg → Bouw, Zorg" in page_about(coordinator_client, dossier)


def test_saving_without_a_change_says_so(coordinator_client):
    dossier = make_dossier()
    dossier.save()
    assert "Opgeslagen zonder wijziging" in page_about(coordinator_client, dossier)


def test_an_interest_tells_which_employer_it_got(coordinator_client):
    interest = make_interest(employer=make_employer(company_name="Kas Zon"))
    interest.employer = make_employer(company_name="Kas Maan")
    interest.save()
    assert "Werkgever Kas Zon → Kas Maan" in page_about(coordinator_client, interest)


def test_a_deleted_colleague_leaves_the_step(coordinator_client, make_user):
    dossier, leaver = make_dossier(), make_user("vertrekker")
    dossier.coordinator = leaver
    dossier._history_user = leaver
    dossier.save()
    leaver.delete()
    assert "het systeem" in page_about(coordinator_client, dossier)


@pytest.mark.parametrize("resource", [DossierResource, EmployerInterestResource])
def test_many_steps_ask_the_database_no_more_than_few(base_data, coordinator, resource):
    makers = {Dossier: make_dossier, EmployerInterest: make_interest}
    record = makers[resource._meta.model]()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            timeline(resource(), record.pk)
        return len(captured)

    owner = "coordinator" if resource is DossierResource else "owner"
    setattr(record, owner, coordinator)
    record.save()
    few = queries()
    for hours in range(8, 30):
        record.hours_per_week = hours
        record._history_user = coordinator
        record.save()
    assert queries() == few <= 4  # one of them for the own fields


def test_who_may_not_see_the_record_sees_no_timeline(as_user, reader, partner):
    dossier = make_dossier(profession="kok")
    for user in (reader, partner):
        response = as_user(user).get(url(Dossier, "inspect", dossier.pk))
        assert response.status_code in (302, 403, 404)
        assert "kok" not in raw(response)


def test_who_may_not_see_imports_sees_no_way_to_one(coordinator_client, as_user, make_user):
    from django.contrib.auth.models import Permission

    run = applied(coordinator_client, GOOD)
    user = make_user("kijker")
    wanted = [("wagtailadmin", "access_admin"), ("dossiers", "view_dossier")]
    for app, codename in wanted:
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    page = raw(as_user(user).get(url(Dossier, "inspect", Dossier.objects.get().pk)))
    assert "lijst.csv, regel 2" in page
    assert reverse("dossiers_import", args=[run.pk]) not in page
