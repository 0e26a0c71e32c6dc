"""The best matches: their selection, their order and the number of queries."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.matching import find_candidates, find_offers, why_no_candidates, why_no_offers
from dossiers.models import Dossier, Employer, EmployerInterest, InReception, InterestStatus, Sector, Status, WorkRight
from dossiers.models.placements.placement import Step

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import make_placement, make_ready_dossier, today

pytestmark = pytest.mark.usefixtures("base_data")


def make_farm_offer(**fields) -> EmployerInterest:
    """Create an offer in agriculture."""
    return make_interest(employer=make_employer(sector=Sector.objects.get(name="Landbouw")), **fields)


def make_grower(**fields) -> Dossier:
    """Create a dossier of a candidate who looks for work in agriculture."""
    return make_ready_dossier(sectors=["Landbouw"], **fields)


def get_records(result) -> list:
    return [match.record for match in result.matches]


def test_candidates_are_ranked_by_score_and_then_by_registration(coordinator):
    offer = make_farm_offer(dutch_level_required="B1", hours_per_week=24)
    less, best, second = (
        make_grower(dutch_level="A2"),
        make_grower(dutch_level="B1", hours_per_week=32),
        make_grower(dutch_level="C1"),
    )
    same = make_grower(dutch_level="B1")
    result = find_candidates(offer, coordinator)
    assert get_records(result) == [best, second, same]
    assert (result.fitting, result.compared) == (3, 4)
    assert less not in get_records(result), "five points for the sector, two off for Dutch"


def test_offers_are_ranked_by_score(coordinator):
    dossier = make_grower(dutch_level="B1", hours_per_week=32)
    plain, best, elsewhere = (
        make_farm_offer(),
        make_farm_offer(dutch_level_required="B1", hours_per_week=24),
        make_interest(),
    )
    result = find_offers(dossier, coordinator)
    assert get_records(result) == [best, plain]
    assert elsewhere not in get_records(result)
    assert result.matches[0].comparison.score == 11


def test_candidates_and_offers_are_scored_the_same(coordinator):
    dossier = make_dossier(
        sectors=["Zorg", "Landbouw"], dutch_level="A2", languages=["ar", "en"], hours_per_week=32, transport="none",
        available_from=date(2026, 12, 1),
    )  # fmt: skip
    offer = make_farm_offer(
        dutch_level_required="B1", working_languages=["en"], hours_per_week=36, start_date=date(2026, 12, 1),
        transport_offered=False,
    )  # fmt: skip
    day = date(2026, 11, 24)
    comparison = find_offers(dossier, coordinator, day=day).matches[0].comparison
    assert comparison == find_candidates(offer, coordinator, day=day).matches[0].comparison
    assert comparison.score == 5 + 3 - 1 + 2 - 1


@pytest.mark.parametrize(
    "changed",
    [
        {"given_name": "Aaron", "name_prefix": "van", "family_name": "Aa"},
        {"date_of_birth": date(1961, 1, 1)},
        {"location": "Emmeloord"},
        {"in_reception": InReception.NO},
        {"application_date": date(2015, 1, 1), "decided_on": date(2016, 1, 1)},
        {"document_expires_on": None},
        {"work_right": WorkRight.FREE},
        {"education_level": "master", "profession": "arts"},
        {"phone": "+31612345678", "email": "a@example.org", "notes": "Iets"},
        {"driving_licence": True},
        {"expectation_talk_on": None, "privacy_notice_on": None},
    ],
)
def test_personal_characteristics_do_not_affect_the_score_or_the_order(coordinator, changed):
    offer = make_farm_offer(dutch_level_required="A2", hours_per_week=24)
    people = [make_grower(dutch_level="B1", hours_per_week=32) for _number in range(3)]
    before = find_candidates(offer, coordinator)
    Dossier.objects.filter(pk=people[1].pk).update(**changed)
    after = find_candidates(offer, coordinator)
    assert get_records(before) == get_records(after) == people
    assert [match.comparison for match in before.matches] == [match.comparison for match in after.matches]
    own = [find_offers(Dossier.objects.get(pk=dossier.pk), coordinator).matches[0].comparison for dossier in people]
    assert own[0] == own[1] == own[2]


@pytest.mark.parametrize(
    ("fields", "sought"),
    [
        ({"status": Status.REGISTERED}, True),
        ({"status": Status.INTAKE}, True),
        ({"status": Status.MATCHED}, True),
        ({"work_right": WorkRight.FREE}, True),
        ({"work_right": ""}, True),
        ({"work_right": WorkRight.NONE}, False),
        ({"status": Status.WORKING}, False),
        ({"status": Status.COMPLETED}, False),
        ({"status": Status.WITHDRAWN}, False),
    ],
)
def test_only_candidates_looking_for_work_are_matched(coordinator, fields, sought):
    dossier, offer = make_grower(**fields), make_farm_offer()
    assert (get_records(find_candidates(offer, coordinator)) == [dossier]) is sought
    assert (why_no_offers(dossier) == "") is sought


@pytest.mark.parametrize(
    ("fields", "sought"),
    [
        ({"status": InterestStatus.NEW}, True),
        ({"status": InterestStatus.MATCHED}, True),
        ({"end_date": today()}, True),
        ({"end_date": today() - timedelta(days=1)}, False),
        ({"status": InterestStatus.CLOSED}, False),
        ({"status": InterestStatus.UNCONFIRMED}, False),
    ],
)
def test_only_open_offers_are_matched(coordinator, fields, sought):
    dossier, offer = make_grower(), make_farm_offer(**fields)
    assert (get_records(find_offers(dossier, coordinator)) == [offer]) is sought
    assert (why_no_candidates(offer, today()) == "") is sought


def test_a_sign_up_is_matched_after_takeover(coordinator):
    dossier = make_grower()
    sign_up = make_sign_up(given={"sector": "Landbouw"})
    assert get_records(find_offers(dossier, coordinator)) == []
    assert "Neem de aanmelding eerst over" in why_no_candidates(sign_up, today())
    sign_up.take_over()
    assert get_records(find_offers(dossier, coordinator)) == [sign_up]
    assert why_no_candidates(sign_up, today()) == ""


def test_an_offer_is_matched_until_all_its_places_are_taken(coordinator):
    offer, dossier = make_farm_offer(positions=2), make_grower()
    make_placement(Step.WORKING, make_grower(), offer)
    assert get_records(find_offers(dossier, coordinator)) == [offer]
    assert find_offers(dossier, coordinator).matches[0].record.taken == 1
    make_placement(Step.WORKING, make_grower(), offer)
    assert get_records(find_offers(dossier, coordinator)) == []
    assert "2 van 2" in why_no_candidates(offer, today())


def test_a_pair_with_an_open_placement_is_counted_but_not_suggested(coordinator):
    placement = make_placement(Step.INTERVIEW, make_grower(), make_farm_offer())
    other = make_grower()
    result = find_candidates(placement.interest, coordinator)
    assert (get_records(result), result.placed, result.compared) == ([other], 1, 1)
    assert find_offers(placement.dossier, coordinator).placed == 1


def test_an_ended_placement_is_shown_and_does_not_affect_the_score(coordinator):
    before = make_grower()
    placement = make_placement(Step.ENDED, before, make_farm_offer())
    never = make_grower()
    result = find_candidates(placement.interest, coordinator)
    assert [(match.record, match.earlier) for match in result.matches] == [(before, placement), (never, None)]
    assert result.matches[0].comparison == result.matches[1].comparison
    assert find_offers(before, coordinator).matches[0].earlier == placement


def test_users_find_only_records_that_they_may_view(coordinator, partner, make_user):
    dossier, offer = make_grower(), make_farm_offer()
    for user in (AnonymousUser(), partner):
        assert get_records(find_offers(dossier, user)) == get_records(find_candidates(offer, user)) == []
    clerk = make_user("clerk")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_dossier", "view_employerinterest"]))
    placement = make_placement(Step.ENDED, dossier, offer)
    result = find_candidates(offer, clerk).matches
    assert [(match.record, match.earlier) for match in result] == [(dossier, None)], "a placement is not theirs to see"
    assert find_candidates(offer, coordinator).matches[0].earlier == placement


def make_many(number: int) -> tuple[Dossier, EmployerInterest]:
    """Create this number of dossiers with sectors, and as many offers."""
    sectors, levels = list(Sector.objects.all()), ["", "A1", "A2", "B1"]
    dossier, interest = (
        make_grower(dutch_level="A2", hours_per_week=32),
        make_farm_offer(dutch_level_required="A2", hours_per_week=24),
    )
    Dossier.objects.bulk_create(
        Dossier(
            reference=f"D-{place}", given_name="A", family_name="B", date_of_birth=date(1990, 1, 1),
            dutch_level=levels[place % 4], hours_per_week=place % 40 + 1,
        )
        for place in range(number)
    )  # fmt: skip
    keys = list(Dossier.objects.values_list("pk", flat=True))
    through = Dossier.sectors.through
    rows = [through(dossier_id=key, sector_id=sectors[key % 8].pk) for key in keys if key != dossier.pk]
    through.objects.bulk_create(rows)
    Employer.objects.bulk_create(
        Employer(company_name=f"K{place}", contact_name="C", email=f"k{place}@example.org", sector=sector)
        for place, sector in enumerate(sectors)
    )
    employers = list(Employer.objects.all())
    EmployerInterest.objects.bulk_create(
        EmployerInterest(
            reference=f"W-{place}", employer=employers[place % len(employers)], hours_per_week=place % 40 + 1,
            dutch_level_required=levels[place % 4],
        )
        for place in range(number)
    )  # fmt: skip
    return Dossier.objects.get(pk=dossier.pk), EmployerInterest.objects.get(pk=interest.pk)


def count_queries(function) -> int:
    with CaptureQueriesContext(connection) as queries:
        function()
    return len(queries)


def test_the_query_count_does_not_grow_with_the_number_of_records(coordinator):
    dossier, offer = make_many(10)
    coordinator.has_perm("dossiers.view_dossier")  # fills the permission cache of the user
    few = (
        count_queries(lambda: find_offers(dossier, coordinator)),
        count_queries(lambda: find_candidates(offer, coordinator)),
    )
    Dossier.objects.all().delete()
    EmployerInterest.objects.all().delete()
    Employer.objects.all().delete()
    dossier, offer = make_many(1_000)
    assert len(find_offers(dossier, coordinator).matches) == 20
    assert len(find_candidates(offer, coordinator).matches) == 20
    dossier, offer = Dossier.objects.get(pk=dossier.pk), EmployerInterest.objects.get(pk=offer.pk)
    assert count_queries(lambda: find_offers(dossier, coordinator)) == few[0] <= 5
    assert count_queries(lambda: find_candidates(offer, coordinator)) == few[1] <= 8


def test_each_candidate_is_compared_with_their_own_sectors(coordinator):
    dossier, offer = make_many(200)
    offer.dutch_level_required, offer.hours_per_week = "", None
    Dossier.objects.filter(pk__gt=dossier.pk, pk__lt=dossier.pk + 20).update(status=Status.WITHDRAWN)
    seeking = Dossier.objects.seeking_work()
    result = find_candidates(offer, coordinator, limit=500)
    assert result.compared == seeking.count() == 182
    assert get_records(result) == list(seeking.filter(sectors__name="Landbouw").order_by("pk"))
