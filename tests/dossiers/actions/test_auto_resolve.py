"""An action is resolved automatically when its rule does not apply any more."""

import pytest

from dossiers.models import ContactMoment, InterestStatus, RuleCode, Status, Step, WorkRight

from ..models.factories import make_dossier
from ..models.placements import make_placement
from .scenarios import (
    DAY,
    days_later,
    enable_only,
    get_done_note,
    make_actions_on,
    make_confirmed_sign_up,
    make_dossier_with_document,
    run_rules,
    set_permit_end,
    update_record,
)

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"document_expires_on": days_later(300)}, "20-09-2027"),
        ({"document_expires_on": None}, "weggehaald"),
        ({"status": Status.WITHDRAWN}, "gesloten"),
        ({"work_right": WorkRight.FREE}, "vrij om te werken"),
    ],
)
def test_an_action_about_a_document_is_resolved_when_the_document_changes_or_is_not_needed(fields, reason):
    dossier = make_dossier_with_document()
    (action,) = make_actions_on(DAY)
    update_record(dossier, **fields)
    run_rules(days_later(1))
    assert reason in get_done_note(action)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"permit_valid_until": days_later(300)}, "20-09-2027"),
        ({"status": Step.ENDED, "ended_on": days_later(-1)}, "23-11-2026"),
        ({"status": Step.PERMIT_REQUESTED}, "teruggedraaid"),
    ],
)
def test_an_action_about_a_permit_is_resolved_when_the_permit_is_extended_or_not_needed(fields, reason):
    enable_only(RuleCode.PERMIT_ENDS)
    placement = set_permit_end(make_placement(Step.WORKING), days_later(20))
    (action,) = make_actions_on(DAY)
    update_record(placement, **fields)
    run_rules()
    assert reason in get_done_note(action)


def test_an_action_about_a_permit_is_resolved_when_the_candidate_is_free_to_work():
    enable_only(RuleCode.PERMIT_ENDS)
    placement = set_permit_end(make_placement(Step.WORKING), days_later(20))
    (action,) = make_actions_on(DAY)
    update_record(placement.dossier, work_right=WorkRight.FREE)
    run_rules()
    assert "vrij werken" in get_done_note(action)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"working_on": days_later(-90)}, "26-08-2026"),
        ({"status": Step.ENDED, "ended_on": days_later(-1)}, "23-11-2026"),
        ({"status": Step.PERMIT_GRANTED}, "niet aan het werk"),
    ],
)
def test_a_check_in_action_is_resolved_when_the_work_ends_or_its_start_changes(fields, reason):
    enable_only(RuleCode.AT_WORK)
    placement = update_record(make_placement(Step.WORKING), working_on=days_later(-91))
    (action,) = make_actions_on(DAY)
    update_record(placement, **fields)
    run_rules()
    assert reason in get_done_note(action)


@pytest.mark.parametrize(
    ("fields", "reason"), [({"work_right": WorkRight.FREE}, "mag weer"), ({"status": Status.WITHDRAWN}, "gesloten")]
)
def test_an_action_about_a_lost_right_is_resolved_when_the_right_returns_or_the_dossier_closes(fields, reason):
    dossier = make_dossier(work_right=WorkRight.NONE)
    (action,) = make_actions_on(DAY)
    update_record(dossier, **fields)
    run_rules()
    assert reason in get_done_note(action)


def test_the_action_of_a_closed_dossier_with_an_open_placement_stays_open():
    enable_only(RuleCode.WORK_RIGHT_LOST)
    placement = make_placement(Step.WORKING)
    update_record(placement.dossier, work_right=WorkRight.NONE)
    (action,) = make_actions_on(DAY)
    update_record(placement.dossier, status=Status.COMPLETED)
    run_rules()
    assert get_done_note(action) == ""


def test_a_right_to_work_lost_twice_has_one_open_action():
    dossier = make_dossier(work_right=WorkRight.NONE)
    (first,) = make_actions_on(DAY)
    for right in (WorkRight.PERMIT_NEEDED, WorkRight.NONE):
        dossier.work_right = right
        dossier.save()
    (second,) = make_actions_on(days_later(1))
    assert "nieuwere actie" in get_done_note(first) and get_done_note(second) == ""


def test_the_action_about_a_sign_up_is_resolved_after_contact():
    called, contacted = make_confirmed_sign_up(days_later(-10)), make_confirmed_sign_up(days_later(-10))
    first, second = make_actions_on(DAY)
    ContactMoment.objects.create(interest=called, text="Gebeld", held_on=DAY)
    update_record(contacted, status=InterestStatus.CONTACTED)
    run_rules()
    assert "contact geweest" in get_done_note(first) and "contact gehad" in get_done_note(second)


def test_an_action_stays_open_while_its_rule_applies():
    make_dossier_with_document()
    make_dossier(work_right=WorkRight.NONE)
    make_confirmed_sign_up(days_later(-10))
    set_permit_end(update_record(make_placement(Step.WORKING), working_on=days_later(-91)), days_later(20))
    made = make_actions_on(DAY)
    assert len(made) == 5
    assert run_rules(days_later(1)).resolved == []


def test_a_resolved_action_is_reopened_when_its_rule_applies_again(coordinator):
    """This happens when an import is undone, and the document expires after all."""
    dossier = make_dossier_with_document()
    (action,) = make_actions_on(DAY)
    update_record(dossier, document_expires_on=days_later(300))
    run_rules(days_later(1))
    update_record(dossier, document_expires_on=days_later(28))
    outcome = run_rules(days_later(2))
    assert (outcome.created, outcome.reopened) == ([], [action])
    assert get_done_note(action) == "" and action.due_on == days_later(2)


def test_an_action_done_by_a_user_is_not_resolved_automatically(coordinator):
    dossier = make_dossier_with_document()
    (action,) = make_actions_on(DAY)
    action.mark_done(coordinator)
    update_record(dossier, document_expires_on=days_later(300))
    run_rules()
    action.refresh_from_db()
    assert (action.done_by, action.done_note) == (coordinator, "")
