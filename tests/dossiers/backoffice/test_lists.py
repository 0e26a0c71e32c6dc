"""Tests of the lists of records."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import (
    Dossier,
    Employer,
    EmployerInterest,
    InterestStatus,
    Organisation,
    Regulation,
    Status,
    Supply,
)

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from .pages import queries_of_records, raw, text, url


def get_full_names(response) -> list[str]:
    return [record.full_name for record in response.context["object_list"]]


def make_people(count: int, coordinator) -> None:
    azc = Organisation.objects.named("AZC Luttelgeest")
    for _number in range(count):
        dossier = make_dossier(coordinator=coordinator, application_date=date(2020, 1, 1), sectors=["Zorg", "Bouw"])
        Supply.objects.create(dossier=dossier, organisation=azc, external_id=dossier.reference)


def make_offers(count: int, coordinator) -> None:
    for _number in range(count):
        make_interest(owner=coordinator)
        make_sign_up()


@pytest.mark.parametrize(("role", "can_tick"), [("reader", False), ("coordinator", True)])
def test_only_who_may_delete_rules_can_tick_them(request, as_user, base_data, role, can_tick):
    page = raw(as_user(request.getfixturevalue(role)).get(url(Regulation, "list")))
    assert "Wachttijd na de asielaanvraag" in page
    assert ("bulk-actions-filter-checkbox" in page) is can_tick


@pytest.mark.parametrize(
    ("model", "make"), [(Dossier, make_people), (EmployerInterest, make_offers), (Employer, make_offers)]
)
def test_a_list_has_a_constant_number_of_queries(coordinator_client, coordinator, model, make):
    def count_queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = coordinator_client.get(url(model, "list"), {"q": "e"})
        assert response.status_code == 200
        return len(queries_of_records(captured))

    make(5 if make is make_offers else 10, coordinator)
    coordinator_client.get(url(model, "list"))  # what is read once a process
    query_count = count_queries()
    make(25 if make is make_offers else 50, coordinator)
    assert count_queries() == query_count
    assert query_count < 30


def test_the_list_shows_name_reference_status_requirements_and_owner(coordinator_client, coordinator):
    coordinator.first_name, coordinator.last_name = "Anneke", "Bos"
    coordinator.save()
    dossier = make_dossier(
        given_name="Selam", name_prefix="van", family_name="Haile", coordinator=coordinator, status=Status.INTAKE,
        profession="lasser", dutch_level="A2", work_right="free", privacy_notice_on=timezone.localdate(),
    )  # fmt: skip
    page = text(coordinator_client.get(url(Dossier, "list_results")))
    for words in ("Selam van Haile", dossier.reference, "intake", "verwachtingengesprek", "lasser", "A2", "Anneke Bos"):
        assert words in page
    assert "privacyverklaring" not in page


def test_the_list_shows_no_requirements_of_closed_dossiers(coordinator_client):
    make_dossier(status=Status.COMPLETED)
    assert "verwachtingengesprek" not in text(coordinator_client.get(url(Dossier, "list_results")))


def test_the_list_is_ordered_by_family_name_and_can_be_reversed(coordinator_client):
    for given_name, family_name in (("Aron", "Cilan"), ("Bahar", "Araya"), ("Chanda", "Berhe")):
        make_dossier(given_name=given_name, family_name=family_name)
    assert get_full_names(coordinator_client.get(url(Dossier, "list"))) == ["Bahar Araya", "Chanda Berhe", "Aron Cilan"]
    turned = coordinator_client.get(url(Dossier, "list"), {"ordering": "-family_name"})
    assert get_full_names(turned) == ["Aron Cilan", "Chanda Berhe", "Bahar Araya"]


def test_people_with_the_same_family_name_appear_once_over_all_pages(coordinator_client):
    for number in range(60):
        make_dossier(given_name=f"Kind{number}", family_name="Haile")
    full_names = [
        name for page in (1, 2) for name in get_full_names(coordinator_client.get(url(Dossier, "list"), {"p": page}))
    ]
    assert len(full_names) == len(set(full_names)) == 60


def test_search_and_filters_work_together(coordinator_client):
    make_dossier(given_name="Selam", family_name="Haile", status=Status.INTAKE)
    make_dossier(given_name="Selam", family_name="Woldu", status=Status.AVAILABLE)
    response = coordinator_client.get(url(Dossier, "list"), {"q": "selam", "status": "available"})
    assert get_full_names(response) == ["Selam Woldu"]


def test_a_search_without_results_says_so(coordinator_client):
    make_dossier()
    assert "Niets gevonden" in text(coordinator_client.get(url(Dossier, "list"), {"q": "xyz"}))


def test_an_unknown_filter_value_gives_an_empty_list(coordinator_client):
    make_dossier(given_name="Selam")
    response = coordinator_client.get(url(Dossier, "list"), {"status": "flying"})
    assert response.status_code == 200


def test_an_invalid_date_filter_keeps_its_input_and_shows_an_error(coordinator_client):
    make_dossier(given_name="Selam", available_from=date(2027, 3, 2))
    response = coordinator_client.get(url(Dossier, "list"), {"available_from_from": "31-02-2027"})
    assert "Deze datum bestaat niet" in text(response)
    assert 'value="31-02-2027"' in response.content.decode()


@pytest.mark.parametrize("model", [Dossier, EmployerInterest, Employer])
def test_wagtails_own_export_is_refused(coordinator_client, model):
    for page in ("list", "list_results"):
        response = coordinator_client.get(url(model, page), {"export": "xlsx"})
        assert response.status_code in (302, 403)
        assert not response.headers["Content-Type"].startswith("application/vnd")


def test_the_list_of_interests_shows_companies_without_unconfirmed_sign_ups(coordinator_client):
    make_interest(employer=make_employer(company_name="Kas Zon"))
    make_sign_up()
    make_sign_up(status=InterestStatus.UNCONFIRMED, given={"company_name": "Nooit Bevestigd"})
    page = text(coordinator_client.get(url(EmployerInterest, "list")))
    assert "Kas Zon" in page
    assert "Plukkerij Voorbeeld" in page
    assert "Nooit Bevestigd" not in page


def test_an_employer_counts_its_confirmed_interests(coordinator_client):
    interest = make_interest()
    make_interest(employer=interest.employer, status=InterestStatus.UNCONFIRMED)
    (employer,) = coordinator_client.get(url(Employer, "list")).context["object_list"]
    assert employer.interest_count == 1


def test_dates_are_shown_as_day_month_year(coordinator_client):
    make_interest(start_date=date(2026, 12, 1))
    assert "01-12-2026" in text(coordinator_client.get(url(EmployerInterest, "list")))


def test_the_list_has_an_import_button(coordinator_client):
    assert "/beheer/imports/new/dossiers/" in coordinator_client.get(url(Dossier, "list")).content.decode()
    assert (
        "/beheer/imports/new/employer_interest/"
        in coordinator_client.get(url(EmployerInterest, "list")).content.decode()
    )


def test_dossiers_can_be_filtered_by_the_last_day_of_the_document(coordinator_client):
    soon = timezone.localdate() + timedelta(days=3)
    make_dossier(given_name="Soon", family_name="X", document_expires_on=soon)
    make_dossier(given_name="Later", family_name="X", document_expires_on=soon + timedelta(days=1))
    response = coordinator_client.get(url(Dossier, "list"), {"document_expires_on_to": f"{soon:%d-%m-%Y}"})
    assert get_full_names(response) == ["Soon X"]


def test_what_a_person_still_needs_is_a_count_in_the_list_if_it_is_more_than_one_thing(coordinator_client):
    make_dossier(given_name="Selam", work_right="yes", in_reception="yes", privacy_notice_on=date(2026, 1, 5))
    response = coordinator_client.get(url(Dossier, "list"))
    assert re.search(r"nog \d+ dingen nodig .*verwachtingengesprek", text(response))
    assert response.content.decode().count("<details") == 1
