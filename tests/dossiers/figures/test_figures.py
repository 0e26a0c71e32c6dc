"""Tests of what each figure counts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from dossiers.backoffice.dashboard.tiles import build_tiles
from dossiers.figures import BY_NAME, Scope, counts, counts_by, parse_address
from dossiers.figures.money import cost_of_a_start
from dossiers.filters import InterestFilterSet
from dossiers.models import (
    ContactMoment,
    Dossier,
    EmployerInterest,
    Expense,
    InterestStatus,
    Organisation,
    Placement,
    RecordMail,
    Sector,
    Status,
    Step,
    Supply,
)
from dossiers.models.placements.placement_steps import (
    record_agreement,
    record_mailed_data,
    record_shared_data,
    take_step,
)

from ..models.factories import make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import days_ago, get_end_reason, make_placement, make_ready_dossier, noon_of, today
from ..models.test_activity import make_finding, saved

pytestmark = pytest.mark.usefixtures("base_data")


def get_number(name: str, **scope):
    return BY_NAME[name](Scope(**{"end": today()} | scope)).number


def test_the_number_of_a_figure_is_the_count_of_its_records():
    make_placement(Step.WORKING)
    make_placement(Step.ENDED, begun=200)
    saved(Expense(category="guidance", description="Taalles", amount=Decimal(10)))
    scope = Scope(today(), days_ago(365))
    for figure in BY_NAME.values():
        counted = figure(scope)
        assert parse_address(counted.address) == (figure, scope)
        if isinstance(counted.number, int) and figure.name != "places_offered":
            assert counted.number == counted.records.count(), figure.name


def test_counts_returns_the_same_numbers_as_the_separate_figures():
    make_placement(Step.PERMIT_GRANTED)
    make_placement(Step.WORKING)
    make_dossier(status=Status.WITHDRAWN)
    scope = Scope(today())
    of_records = [
        figure for figure in BY_NAME.values() if figure.name in ("registered", "worked", "withdrew", "permits_asked")
    ]
    assert counts(of_records, scope) == {figure.name: figure(scope).number for figure in of_records}


def test_the_funnel_counts_candidates_by_step_reached():
    make_dossier()
    make_dossier(status=Status.INTAKE, expectation_talk_on=days_ago(3))
    make_placement(Step.PERMIT_REQUESTED)
    make_placement(Step.ENDED, begun=120)
    make_placement(Step.WORKING)
    numbers = {
        name: get_number(name) for name in ("registered", "talked", "had_intake", "proposed", "waiting_for_permit")
    }
    assert numbers == {"registered": 5, "talked": 4, "had_intake": 4, "proposed": 3, "waiting_for_permit": 1}
    assert (get_number("worked"), get_number("still_at_work")) == (2, 1)


def test_the_funnel_counts_candidates_registered_in_the_period():
    Dossier.objects.filter(pk=make_dossier().pk).update(created_at="2026-01-05T12:00:00+01:00")
    make_dossier()
    assert (get_number("registered"), get_number("registered", begin=days_ago(1))) == (2, 1)


def test_candidates_are_eligible_after_the_waiting_period():
    make_ready_dossier()
    make_ready_dossier(application_date=days_ago(30))
    make_ready_dossier(application_date=None)
    make_ready_dossier(application_date=None, work_right="free")
    make_ready_dossier(work_right="none")
    assert get_number("eligible") == 2


def test_the_outcomes_of_permit_requests_add_up_to_the_total():
    make_placement(Step.PERMIT_REQUESTED)
    make_placement(Step.WORKING)
    dropped, refused = make_placement(Step.PERMIT_REQUESTED), make_placement(Step.PERMIT_REQUESTED)
    Placement.objects.filter(pk=dropped.pk).update(status=Step.ENDED, ended_on=days_ago(1))
    Placement.objects.filter(pk=refused.pk).update(
        status=Step.ENDED, permit_refused_on=days_ago(2), ended_on=days_ago(1)
    )
    parts = [get_number(f"permits_{name}") for name in ("granted", "refused", "dropped", "waiting")]
    assert parts == [1, 1, 1, 1] and get_number("permits_asked") == 4
    assert get_number("permits_waiting", end=days_ago(3)) == 3  # as on that day


def test_retention_counts_only_placements_started_long_enough_ago():
    for started, ended in ((91, None), (90, None), (182, 91), (100, 10), (100, 9)):
        placement = make_placement(Step.WORKING)
        days = {"working_on": days_ago(started), "ended_on": None if ended is None else days_ago(ended)}
        Placement.objects.filter(pk=placement.pk).update(**days)
    assert get_number("started_13_weeks_ago") == 4
    assert get_number("stayed_13_weeks") == 3  # 91 days, 91 days, and the one that ended after 91; not after 90
    assert (get_number("started_26_weeks_ago"), get_number("stayed_26_weeks")) == (1, 0)


def test_interests_are_counted_by_places_contact_and_outcome():
    called = make_interest(positions=3)
    ContactMoment.objects.create(employer=called.employer, text="Gebeld")
    make_placement(Step.WORKING, interest=make_interest(positions=2))
    make_interest(status="closed")
    make_sign_up(status="unconfirmed")
    figures = ("interests", "places_offered", "spoken_with", "interests_proposed", "interests_hired")
    assert [get_number(name) for name in figures] == [3, 6, 2, 1, 1]
    assert (get_number("interests_closed"), get_number("employers_hired")) == (1, 1)


def test_contact_with_a_candidate_does_not_count_as_contact_with_a_sign_up():
    make_sign_up()
    ContactMoment.objects.create(dossier=make_dossier(), text="Gesproken")
    assert get_number("spoken_with") == 0


def test_a_call_that_nobody_answered_or_a_mail_is_no_talk_nor_is_what_was_about_other_work():
    placement = make_placement()
    first = placement.interest
    ContactMoment.objects.create(interest=first, kind="tried", text="Voicemail")
    mail = ContactMoment.objects.create(interest=first, kind="mail", text="Wij bellen u")
    RecordMail.objects.create(contact=mail, recipient="employer")
    ContactMoment.objects.create(placement=placement, dossier=placement.dossier, text="Met de kandidaat")
    assert get_number("spoken_with") == 0
    make_interest(employer=first.employer)
    ContactMoment.objects.create(interest=first, employer=first.employer, kind="mail", text="Antwoord gekregen")
    assert set(BY_NAME["spoken_with"](Scope(today())).records) == {first}


def test_a_talk_with_the_employer_is_none_with_somebody_else_who_signed_up():
    employer = make_employer(email="jan@kas.example")
    own, by_other = (
        make_sign_up(employer=employer, given={"email": email}) for email in ("jan@kas.example", "henk@example.org")
    )
    ContactMoment.objects.create(employer=employer, text="Gebeld")
    assert set(BY_NAME["spoken_with"](Scope(today())).records) == {own}
    ContactMoment.objects.create(interest=by_other, text="Gebeld")
    assert get_number("spoken_with") == 2


def test_an_employer_who_was_only_mailed_about_a_candidate_was_not_spoken_with(coordinator):
    """The mail gives the interest the status “matched”, and its end takes that back."""
    mailed, introduced = (record_agreement(make_placement(), today()) for _number in range(2))
    contact = ContactMoment.objects.create(placement=mailed, kind="mail", text="Voorgestelde kandidaat")
    RecordMail.objects.create(contact=contact, recipient="employer", proposal=mailed, state=RecordMail.State.SENT)
    record_mailed_data(mailed, {}, today(), None)
    introduced = record_shared_data(introduced, {}, today())
    assert EmployerInterest.objects.filter(status=InterestStatus.MATCHED).count() == 2
    tile = next(tile for tile in build_tiles(coordinator, today()) if "spoken_with=false" in tile.url)
    assert tile.count == 1
    assert set(BY_NAME["spoken_with"](Scope(today())).records) == {introduced.interest}
    for placement in (mailed, introduced):
        take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert set(BY_NAME["spoken_with"](Scope(today())).records) == {introduced.interest}
    statuses = EmployerInterest.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [InterestStatus.NEW, InterestStatus.CONTACTED]


def test_a_candidate_is_proposed_to_an_employer_once_that_employer_was_told():
    placement = record_agreement(make_placement(), today())
    assert (get_number("proposed"), get_number("interests_proposed")) == (0, 0)
    record_shared_data(placement, {}, today())
    assert (get_number("proposed"), get_number("interests_proposed")) == (1, 1)


def test_an_employer_is_contacted_by_a_contact_moment_or_a_status(coordinator):
    """The report, the list and the dashboard follow the same rule."""
    new, noted, contacted, closed, mistaken = (make_interest() for _number in range(5))
    ContactMoment.objects.create(interest=noted, text="Gebeld", held_on=days_ago(3))
    ContactMoment.objects.create(employer=new.employer, text="Vóór de aanmelding", held_on=days_ago(3))
    for interest in (contacted, closed, mistaken):
        interest.status = InterestStatus.CONTACTED
        interest._history_date = noon_of(days_ago(5))
        interest.save()
    closed.status, mistaken.status = InterestStatus.CLOSED, InterestStatus.NEW
    for interest in (closed, mistaken):
        del interest._history_date
        interest.save()
    EmployerInterest.objects.update(created_at=noon_of(days_ago(2)))
    EmployerInterest.objects.exclude(pk=new.pk).update(created_at=noon_of(days_ago(9)))

    def filter_interests(value: str) -> set[EmployerInterest]:
        return set(InterestFilterSet(QueryDict(f"spoken_with={value}"), EmployerInterest.objects.all()).qs)

    assert set(BY_NAME["spoken_with"](Scope(today())).records) == filter_interests("true") == {noted, contacted, closed}
    assert filter_interests("false") == {new, mistaken}
    assert [get_number("spoken_with", end=days_ago(days)) for days in (3, 4, 6)] == [3, 2, 0]
    tile = next(tile for tile in build_tiles(coordinator, today()) if "spoken_with=false" in tile.url)
    assert tile.count == 2 and "status=new" in tile.url


def test_only_confirmed_findings_count(coordinator):
    make_finding(noticed_on=days_ago(9), solved_on=days_ago(2)).save()
    assert get_number("findings_noticed") == 0
    finding = make_finding(noticed_on=days_ago(9), solved_on=days_ago(2))
    finding.save()
    finding.confirm(coordinator)
    assert [get_number(name) for name in ("barriers", "opportunities", "findings_solved", "barriers_candidate")] == [
        1, 0, 1, 1
    ]  # fmt: skip
    assert get_number("days_to_solve") == 7
    assert get_number("findings_solved", end=days_ago(3)) == 0


def test_the_duration_of_a_step_is_the_median():
    for days in (10, 20, 31):
        placement = make_placement(Step.WORKING)
        Placement.objects.filter(pk=placement.pk).update(
            permit_requested_on=days_ago(days), permit_granted_on=today(), working_on=None
        )
    assert get_number("permit_requested_to_permit_granted") == 20
    Placement.objects.filter(permit_requested_on=days_ago(10)).delete()
    assert get_number("permit_requested_to_permit_granted") == Decimal("25.5")
    assert get_number("registered_to_work") is None


def test_the_cost_of_a_start_is_the_expenses_divided_by_the_starts():
    scope = Scope(today())
    saved(Expense(category="matching", description="Bezoek", amount=Decimal(901)))
    assert cost_of_a_start(scope) is None
    make_placement(Step.WORKING)
    make_placement(Step.WORKING)
    assert (
        cost_of_a_start(scope) == Decimal("450.50") and get_number("spent") == 901 and get_number("spent_guidance") == 0
    )


def test_a_dossier_with_two_sectors_counts_in_each_and_once_in_the_total():
    azc, corporation = (Organisation.objects.named(name) for name in ("AZC Luttelgeest", "Werkcorporatie"))
    dossier = make_dossier(sectors=["Zorg", "Bouw"])
    for number_given in ("1", "2"):
        Supply.objects.create(dossier=dossier, organisation=azc, external_id=number_given)
    make_dossier(sectors=["Zorg"])
    registered, scope = BY_NAME["registered"], Scope(today())
    per_sector = counts_by([registered], scope, "sector")
    care, building = (Sector.objects.get(name=name).pk for name in ("Zorg", "Bouw"))
    assert per_sector[care] == {"registered": 2} and per_sector[building] == {"registered": 1}
    assert counts_by([registered], scope, "organisation") == {azc.pk: {"registered": 1}, None: {"registered": 1}}
    assert [get_number("registered", sector=key) for key in (care, building)] == [2, 1]
    assert [get_number("registered", organisation=key) for key in (azc.pk, corporation.pk, 0)] == [1, 0, 1]


def test_expenses_cannot_be_filtered_by_sector():
    with pytest.raises(ValueError, match="expense has no sector"):
        get_number("spent", sector=1)


def test_an_unknown_figure_name_is_refused():
    with pytest.raises(ValueError, match="no such figure"):
        parse_address("verzonnen.2026-01-01.2026-02-01")


def test_an_interest_counts_only_in_the_period_of_its_creation():
    offer = make_interest(employer=make_employer())
    EmployerInterest.objects.filter(pk=offer.pk).update(created_at=offer.created_at - timedelta(days=40))
    assert (get_number("interests", begin=days_ago(30)), get_number("interests", end=days_ago(30))) == (0, 1)
