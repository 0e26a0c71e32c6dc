"""Each filter finds the records that it names, with one filter set per model for lists and exports."""

from datetime import date

import pytest
from django.http import QueryDict

from dossiers.filters import DossierFilterSet, EmployerFilterSet, InterestFilterSet
from dossiers.models import Dossier, Employer, EmployerInterest, InterestStatus, Organisation, Sector, Status, Supply

from .models.factories import make_dossier, make_employer, make_interest, make_sign_up


def filter_records(filters, model, query: str) -> list:
    chosen = filters(QueryDict(query), model.objects.order_by("pk"))
    assert chosen.is_valid(), chosen.errors
    return list(chosen.qs)


def filter_dossiers(query: str) -> list[Dossier]:
    return filter_records(DossierFilterSet, Dossier, query)


@pytest.fixture
def people(base_data, coordinator) -> list[Dossier]:
    first = make_dossier(
        status=Status.INTAKE, work_right="free", dutch_level="A2", sectors=["Zorg", "Bouw"], coordinator=coordinator,
        languages=["ar", "en"], in_reception="yes", available_from=date(2026, 7, 1),
        document_expires_on=date(2026, 12, 31),
    )  # fmt: skip
    second = make_dossier(
        status=Status.AVAILABLE, work_right="permit_needed", dutch_level="B1", sectors=["Zorg"], languages=["ti"],
        in_reception="unknown", available_from=date(2026, 7, 2),
    )  # fmt: skip
    return [first, second]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1]),
        ("status=intake", [0]),
        ("status=intake&status=available", [0, 1]),
        ("status=completed", []),
        ("work_right=free", [0]),
        ("dutch_level=A2&dutch_level=B1", [0, 1]),
        ("dutch_level=B1", [1]),
        ("language=ar", [0]),
        ("language=ti", [1]),
        ("language=ru", []),
        ("in_reception=unknown", [1]),
        ("without_coordinator=true", [1]),
        ("without_coordinator=false", [0]),
        ("available_from_from=02-07-2026", [1]),
        ("available_from_to=01-07-2026", [0]),
        ("available_from_from=01-07-2026&available_from_to=02-07-2026", [0, 1]),
        ("document_expires_on_from=01-01-2026", [0]),
        ("status=intake&language=ti", []),
        ("status=available&language=ti&dutch_level=B1", [1]),
    ],
)
def test_dossiers_can_be_filtered_by_each_filter_and_by_combinations(people, query, expected):
    assert filter_dossiers(query) == [people[number] for number in expected]


def test_a_dossier_that_matches_several_sectors_is_listed_once(people):
    zorg, bouw = (Sector.objects.get(name=name).pk for name in ("Zorg", "Bouw"))
    assert filter_dossiers(f"sectors={bouw}") == [people[0]]
    assert filter_dossiers(f"sectors={zorg}&sectors={bouw}") == people


def test_a_dossier_supplied_twice_by_an_organisation_is_listed_once(people):
    azc, other = Organisation.objects.named("AZC Luttelgeest"), Organisation.objects.named("Werkcorporatie")
    for number in ("P1", "P2"):
        Supply.objects.create(dossier=people[0], organisation=azc, external_id=number)
    Supply.objects.create(dossier=people[1], organisation=other)
    assert filter_dossiers(f"organisation={azc.pk}") == [people[0]]
    assert filter_dossiers(f"organisation={other.pk}") == [people[1]]


def test_dossiers_can_be_filtered_by_coordinator(people, coordinator):
    assert filter_dossiers(f"coordinator={coordinator.pk}") == [people[0]]


def test_only_active_coordinators_are_offered(coordinator, reader, make_user):
    make_user("left", "Begeleiders", is_active=False)
    field = DossierFilterSet(QueryDict(""), Dossier.objects.all()).form.fields["coordinator"]
    assert list(field.queryset) == [coordinator]


@pytest.mark.parametrize("query", ["status=flying", "sectors=999", "coordinator=x", "available_from_from=morgen"])
def test_an_unknown_value_is_a_form_error(people, query):
    assert not DossierFilterSet(QueryDict(query), Dossier.objects.all()).is_valid()


# Employers and interests


def test_employers_can_be_filtered_by_sector(base_data):
    zorg = Sector.objects.get(name="Zorg")
    employer = make_employer(sector=zorg)
    make_employer()
    assert filter_records(EmployerFilterSet, Employer, f"sector={zorg.pk}") == [employer]


def test_interests_can_be_filtered_by_each_filter(base_data, coordinator):
    zorg = Sector.objects.get(name="Zorg")
    known = make_interest(
        employer=make_employer(sector=zorg), owner=coordinator, dutch_level_required="A2", start_date=date(2026, 7, 1),
        status=InterestStatus.CONTACTED,
    )  # fmt: skip
    signed_up = make_sign_up(start_date=date(2026, 8, 1))
    for query, interest in (
        ("status=contacted", known),
        ("status=new", signed_up),
        (f"sector={zorg.pk}", known),
        ("dutch_level_required=A2", known),
        (f"owner={coordinator.pk}", known),
        ("to_take_over=true", signed_up),
        ("to_take_over=false", known),
        ("start_date_from=02-07-2026", signed_up),
        ("start_date_to=01-07-2026", known),
    ):
        assert filter_records(InterestFilterSet, EmployerInterest, query) == [interest], query


def test_interests_cannot_be_filtered_by_the_unconfirmed_status(base_data):
    chosen = InterestFilterSet(QueryDict("status=unconfirmed"), EmployerInterest.objects.all())
    assert not chosen.is_valid()


def test_coordinators_are_listed_by_full_name_or_else_by_username(people, coordinator):
    def labels() -> list[str]:
        return [str(label) for _value, label in DossierFilterSet(QueryDict("")).form.fields["coordinator"].choices]

    assert labels() == ["maakt niet uit", "coordinator"]
    coordinator.first_name, coordinator.last_name = "Anneke", "Bos"
    coordinator.save()
    assert labels() == ["maakt niet uit", "Anneke Bos"]


def test_languages_are_sorted_alphabetically(db):
    names = [str(label) for _code, label in DossierFilterSet(QueryDict("")).form.fields["language"].choices][1:]
    assert names == sorted(names)
    assert (names[0], names[-1]) == ("Albanees", "Urdu")
