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


# --- Permits


@EDGE
@pytest.mark.parametrize("step", [Step.PERMIT_GRANTED, Step.WORKING])
def test_a_permit_is_found_from_six_weeks_before_its_expiry(step, after, is_included):
    placement = set_permit_end(make_placement(step), DAY + timedelta(days=42))
    assert list(find_expiring_permits(days_later(after), 42)) == ([placement] if is_included else [])


def test_an_expired_permit_is_found_until_the_placement_ends():
    placement = set_permit_end(make_placement(Step.WORKING), DAY - timedelta(days=300))
    assert list(find_expiring_permits(DAY, 42)) == [placement]
    update_record(placement, status=Step.ENDED)
    assert not find_expiring_permits(DAY, 42).exists()


def test_only_the_volunteer_declaration_of_a_candidate_free_to_work_is_found():
    set_permit_end(make_placement(Step.WORKING, make_ready_dossier(work_right=WorkRight.FREE)), DAY)
    assert not find_expiring_permits(DAY, 42).exists()
    volunteer = make_placement(Step.WORKING, make_ready_dossier(work_right=WorkRight.FREE), kind=WorkKind.VOLUNTEERING)
    assert list(find_expiring_permits(DAY, 42)) == []
    set_permit_end(volunteer, DAY)
    assert list(find_expiring_permits(DAY, 42)) == [volunteer]


# --- W-documents


@EDGE
def test_a_document_is_found_from_six_weeks_before_its_expiry(after, is_included):
    dossier = make_dossier(document_expires_on=DAY + timedelta(days=42))
    assert list(find_expiring_documents(days_later(after), 42)) == ([dossier] if is_included else [])


@pytest.mark.parametrize(("after", "is_included"), [(-1, True), (0, True), (1, False)])
def test_a_document_that_expired_long_ago_is_not_found(after, is_included):
    make_dossier(document_expires_on=DAY - MAX_LATENESS)
    assert find_expiring_documents(days_later(after), 42).exists() is is_included


@pytest.mark.parametrize(
    "fields",
    [{"work_right": "free"}, {"work_right": "none"}, {"status": Status.COMPLETED}, {"status": Status.WITHDRAWN}],
)
def test_a_document_that_is_not_needed_is_not_found(fields):
    make_dossier(document_expires_on=DAY, **fields)
    assert not find_expiring_documents(DAY, 42).exists()


# --- Time at work


@EDGE
@pytest.mark.parametrize("days", [91, 182])
def test_a_placement_at_work_is_found_after_the_given_number_of_days(days, after, is_included):
    placement = update_record(make_placement(Step.WORKING), working_on=DAY - timedelta(days=days))
    assert list(find_placements_at_work_since(days_later(after), days)) == ([placement] if is_included else [])


def test_an_ended_or_much_longer_placement_is_not_found():
    long = update_record(make_placement(Step.WORKING), working_on=DAY - timedelta(days=91) - MAX_LATENESS)
    update_record(make_placement(Step.ENDED), working_on=DAY - timedelta(days=91))
    assert list(find_placements_at_work_since(DAY, 91)) == [long]
    assert not find_placements_at_work_since(days_later(1), 91).exists()


# --- Right to work


def find_dossier_pks(day: date = DAY) -> list[int]:
    return [loss.record for loss in find_work_right_losses(day)]


@pytest.mark.parametrize("right", [WorkRight.FREE, WorkRight.PERMIT_NEEDED, ""])
def test_a_candidate_with_the_right_to_work_is_not_found(right):
    make_dossier(work_right=right)
    assert find_dossier_pks() == []


def test_the_loss_of_the_right_to_work_is_dated_on_the_decision_or_today():
    known = make_dossier(work_right=WorkRight.NONE, decided_on=days_later(-9))
    unknown = make_dossier(work_right=WorkRight.NONE)
    assert [(loss.record, loss.day) for loss in find_work_right_losses(DAY)] == [
        (known.pk, days_later(-9)),
        (unknown.pk, DAY),
    ]


def test_a_closed_dossier_is_found_only_with_an_open_placement():
    placement = make_placement(Step.WORKING)
    update_record(placement.dossier, work_right=WorkRight.NONE, status=Status.COMPLETED)
    assert [(loss.record, loss.placement) for loss in find_work_right_losses(DAY)] == [
        (placement.dossier.pk, placement.pk)
    ]
    update_record(placement, status=Step.ENDED)
    assert find_dossier_pks() == []


def test_a_loss_names_the_placement_at_work_rather_than_a_later_proposal():
    working = make_placement(Step.WORKING)
    other = make_placement(Step.PROPOSED, working.dossier, make_interest())
    update_record(working.dossier, work_right=WorkRight.NONE)
    assert other.changed_at > working.changed_at
    assert [loss.placement for loss in find_work_right_losses(DAY)] == [working.pk]


def test_losing_the_right_to_work_a_second_time_is_a_new_occasion():
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


def test_losses_can_be_limited_to_a_queryset():
    dossier, _other = make_dossier(work_right=WorkRight.NONE), make_dossier(work_right=WorkRight.NONE)
    assert [loss.record for loss in find_work_right_losses(DAY, Dossier.objects.filter(pk=dossier.pk))] == [dossier.pk]


# --- Sign-ups


@EDGE
@pytest.mark.parametrize("at", [time(0, 0), time(23, 59)])
def test_an_unanswered_sign_up_is_found_after_five_working_days(at, after, is_included):
    interest = make_confirmed_sign_up(date(2026, 11, 17), at)  # a Tuesday, a week before
    assert list(find_unanswered_sign_ups(days_later(after), 5)) == ([interest] if is_included else [])


def test_a_weekend_does_not_count_as_time_to_answer_a_sign_up():
    interest = make_confirmed_sign_up(date(2026, 11, 20))  # a Friday
    assert not find_unanswered_sign_ups(date(2026, 11, 26), 5).exists()
    assert list(find_unanswered_sign_ups(date(2026, 11, 27), 5)) == [interest]


@pytest.mark.parametrize("status", [s for s in InterestStatus if s != InterestStatus.NEW])
def test_an_answered_or_unconfirmed_sign_up_is_not_found(status):
    update_record(make_confirmed_sign_up(days_later(-30)), status=status)
    assert not find_unanswered_sign_ups(DAY, 5).exists()


def test_an_imported_interest_is_not_found_as_a_sign_up():
    make_interest(status=InterestStatus.NEW)
    assert not find_unanswered_sign_ups(DAY, 5).exists()


def test_contact_after_a_sign_up_counts_as_an_answer_but_takeover_does_not():
    taken_over, other = make_confirmed_sign_up(days_later(-10)), make_confirmed_sign_up(days_later(-10))
    employer = taken_over.take_over()
    assert set(find_unanswered_sign_ups(DAY, 5)) == {taken_over, other}
    ContactMoment.objects.create(employer=employer, text="Eerder al eens gebeld", held_on=days_later(-11))
    assert set(find_unanswered_sign_ups(DAY, 5)) == {taken_over, other}
    ContactMoment.objects.create(employer=employer, text="Gebeld", held_on=days_later(-10))
    assert set(find_unanswered_sign_ups(DAY, 5)) == {other}
    ContactMoment.objects.create(interest=other, text="Gebeld", held_on=days_later(-1))
    assert not find_unanswered_sign_ups(DAY, 5).exists()
