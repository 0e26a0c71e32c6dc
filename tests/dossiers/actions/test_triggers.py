"""Each rule applies from its day on, and not on the day before."""

from datetime import date, time, timedelta

import pytest

from dossiers.actions.triggers import (
    MAX_LATENESS,
    find_expiring_documents,
    find_expiring_permits,
    find_placements_at_work_since,
    find_unanswered_sign_ups,
    find_work_right_losses,
)
from dossiers.models import ContactMoment, Dossier, InterestStatus, Status, Step, WorkKind, WorkRight

from ..models.factories import make_dossier, make_interest
from ..models.placements import make_placement, make_ready_dossier
from .scenarios import DAY, days_later, make_confirmed_sign_up, set_permit_end, update_record

pytestmark = pytest.mark.usefixtures("base_data")
EDGE = pytest.mark.parametrize(("after", "is_included"), [(-1, False), (0, True), (1, True)])


def on(after: int) -> date:
    return days_later(after)


# --- Permits


@EDGE
@pytest.mark.parametrize("step", [Step.PERMIT_GRANTED, Step.WORKING])
def test_a_permit_is_seen_from_six_weeks_before_its_end(step, after, is_included):
    placement = set_permit_end(make_placement(step), DAY + timedelta(days=42))
    assert list(find_expiring_permits(on(after), 42)) == ([placement] if is_included else [])


def test_a_permit_that_has_ended_is_seen_as_long_as_it_matters():
    placement = set_permit_end(make_placement(Step.WORKING), DAY - timedelta(days=300))
    assert list(find_expiring_permits(DAY, 42)) == [placement]
    update_record(placement, status=Step.ENDED)
    assert not find_expiring_permits(DAY, 42).exists()


def test_who_is_free_to_work_needs_no_permit_but_a_volunteers_declaration_ends():
    set_permit_end(make_placement(Step.WORKING, make_ready_dossier(work_right=WorkRight.FREE)), DAY)
    assert not find_expiring_permits(DAY, 42).exists()
    volunteer = make_placement(Step.WORKING, make_ready_dossier(work_right=WorkRight.FREE), kind=WorkKind.VOLUNTEERING)
    assert list(find_expiring_permits(DAY, 42)) == []
    set_permit_end(volunteer, DAY)
    assert list(find_expiring_permits(DAY, 42)) == [volunteer]


# --- W-documents


@EDGE
def test_a_document_is_seen_from_six_weeks_before_its_end(after, is_included):
    dossier = make_dossier(document_expires_on=DAY + timedelta(days=42))
    assert list(find_expiring_documents(on(after), 42)) == ([dossier] if is_included else [])


@pytest.mark.parametrize(("after", "is_included"), [(-1, True), (0, True), (1, False)])
def test_a_document_that_ended_long_ago_is_no_news(after, is_included):
    make_dossier(document_expires_on=DAY - MAX_LATENESS)
    assert find_expiring_documents(on(after), 42).exists() is is_included


@pytest.mark.parametrize(
    "fields",
    [{"work_right": "free"}, {"work_right": "none"}, {"status": Status.COMPLETED}, {"status": Status.WITHDRAWN}],
)
def test_a_document_of_who_does_not_need_it_is_not_seen(fields):
    make_dossier(document_expires_on=DAY, **fields)
    assert not find_expiring_documents(DAY, 42).exists()


# --- Time at work


@EDGE
@pytest.mark.parametrize("days", [91, 182])
def test_who_works_is_seen_after_that_many_weeks(days, after, is_included):
    placement = update_record(make_placement(Step.WORKING), working_on=DAY - timedelta(days=days))
    assert list(find_placements_at_work_since(on(after), days)) == ([placement] if is_included else [])


def test_who_works_far_longer_already_or_works_no_more_is_not_seen():
    long = update_record(make_placement(Step.WORKING), working_on=DAY - timedelta(days=91) - MAX_LATENESS)
    update_record(make_placement(Step.ENDED), working_on=DAY - timedelta(days=91))
    assert list(find_placements_at_work_since(DAY, 91)) == [long]
    assert not find_placements_at_work_since(days_later(1), 91).exists()


# --- Right to work


def find_dossier_pks(day: date = DAY) -> list[int]:
    return [loss.record for loss in find_work_right_losses(day)]


@pytest.mark.parametrize("right", [WorkRight.FREE, WorkRight.PERMIT_NEEDED, ""])
def test_who_may_work_is_not_seen(right):
    make_dossier(work_right=right)
    assert find_dossier_pks() == []


def test_who_lost_the_right_to_work_is_seen_on_the_day_of_the_decision_or_today():
    known = make_dossier(work_right=WorkRight.NONE, decided_on=days_later(-9))
    unknown = make_dossier(work_right=WorkRight.NONE)
    assert [(loss.record, loss.day) for loss in find_work_right_losses(DAY)] == [
        (known.pk, days_later(-9)),
        (unknown.pk, DAY),
    ]


def test_a_closed_dossier_is_seen_only_while_a_placement_is_open():
    placement = make_placement(Step.WORKING)
    update_record(placement.dossier, work_right=WorkRight.NONE, status=Status.COMPLETED)
    assert [(loss.record, loss.placement) for loss in find_work_right_losses(DAY)] == [
        (placement.dossier.pk, placement.pk)
    ]
    update_record(placement, status=Step.ENDED)
    assert find_dossier_pks() == []


def test_of_two_open_placements_the_one_at_work_is_named():
    working = make_placement(Step.WORKING)
    other = make_placement(Step.PROPOSED, working.dossier, make_interest())
    update_record(working.dossier, work_right=WorkRight.NONE)
    assert other.changed_at > working.changed_at
    assert [loss.placement for loss in find_work_right_losses(DAY)] == [working.pk]


def test_a_right_that_is_lost_a_second_time_is_another_occasion():
    dossier = make_dossier(work_right=WorkRight.NONE)
    (first,) = find_work_right_losses(DAY)
    dossier.notes = "Een wijziging die er niet toe doet."
    dossier.save()
    assert list(find_work_right_losses(DAY)) == [first]
    for right in (WorkRight.PERMIT_NEEDED, WorkRight.NONE):
        dossier.work_right = right
        dossier.save()
    (second,) = find_work_right_losses(DAY)
    assert second.record == first.record and second.key != first.key


def test_one_dossier_can_be_asked_about():
    dossier, _other = make_dossier(work_right=WorkRight.NONE), make_dossier(work_right=WorkRight.NONE)
    assert [loss.record for loss in find_work_right_losses(DAY, Dossier.objects.filter(pk=dossier.pk))] == [dossier.pk]


# --- Sign-ups


@EDGE
@pytest.mark.parametrize("at", [time(0, 0), time(23, 59)])
def test_a_sign_up_is_seen_after_five_working_days(at, after, is_included):
    interest = make_confirmed_sign_up(date(2026, 11, 17), at)  # a Tuesday, a week before
    assert list(find_unanswered_sign_ups(on(after), 5)) == ([interest] if is_included else [])


def test_a_weekend_is_no_time_to_answer():
    interest = make_confirmed_sign_up(date(2026, 11, 20))  # a Friday
    assert not find_unanswered_sign_ups(date(2026, 11, 26), 5).exists()
    assert list(find_unanswered_sign_ups(date(2026, 11, 27), 5)) == [interest]


@pytest.mark.parametrize("status", [s for s in InterestStatus if s != InterestStatus.NEW])
def test_a_sign_up_that_is_answered_or_was_never_confirmed_is_not_seen(status):
    update_record(make_confirmed_sign_up(days_later(-30)), status=status)
    assert not find_unanswered_sign_ups(DAY, 5).exists()


def test_an_interest_that_came_in_by_a_list_is_no_sign_up():
    make_interest(status=InterestStatus.NEW)
    assert not find_unanswered_sign_ups(DAY, 5).exists()


def test_contact_about_it_or_with_its_employer_since_is_an_answer_and_taking_over_is_none():
    taken_over, other = make_confirmed_sign_up(days_later(-10)), make_confirmed_sign_up(days_later(-10))
    employer = taken_over.take_over()
    assert set(find_unanswered_sign_ups(DAY, 5)) == {taken_over, other}
    ContactMoment.objects.create(employer=employer, text="Eerder al eens gebeld", held_on=days_later(-11))
    assert set(find_unanswered_sign_ups(DAY, 5)) == {taken_over, other}
    ContactMoment.objects.create(employer=employer, text="Gebeld", held_on=days_later(-10))
    assert set(find_unanswered_sign_ups(DAY, 5)) == {other}
    ContactMoment.objects.create(interest=other, text="Gebeld", held_on=days_later(-1))
    assert not find_unanswered_sign_ups(DAY, 5).exists()
