"""An action is done by itself when what its rule saw is over."""

import pytest

from dossiers.models import ContactMoment, InterestStatus, RuleCode, Status, Step, WorkRight

from ..models.making import make_dossier
from ..models.placed import placed
from .seen import DAY, changed, lasting, later, made_on, only, permit, run, settled, signed_up

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"document_expires_on": later(300)}, "20-09-2027"),
        ({"document_expires_on": None}, "weggehaald"),
        ({"status": Status.WITHDRAWN}, "gesloten"),
        ({"work_right": WorkRight.FREE}, "vrij om te werken"),
    ],
)
def test_an_action_about_a_document_goes_when_the_document_or_its_need_does(fields, why):
    dossier = lasting()
    (action,) = made_on(DAY)
    changed(dossier, **fields)
    run(later(1))
    assert why in settled(action)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"permit_valid_until": later(300)}, "20-09-2027"),
        ({"status": Step.ENDED, "ended_on": later(-1)}, "23-11-2026"),
        ({"status": Step.PERMIT_REQUESTED}, "teruggedraaid"),
    ],
)
def test_an_action_about_a_permit_goes_when_it_is_extended_or_needed_no_more(fields, why):
    only(RuleCode.PERMIT_ENDS)
    one = permit(placed(Step.WORKING), later(20))
    (action,) = made_on(DAY)
    changed(one, **fields)
    run()
    assert why in settled(action)


def test_a_candidate_who_became_free_to_work_needs_no_new_permit():
    only(RuleCode.PERMIT_ENDS)
    one = permit(placed(Step.WORKING), later(20))
    (action,) = made_on(DAY)
    changed(one.dossier, work_right=WorkRight.FREE)
    run()
    assert "vrij werken" in settled(action)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"working_on": later(-90)}, "26-08-2026"),
        ({"status": Step.ENDED, "ended_on": later(-1)}, "23-11-2026"),
        ({"status": Step.PERMIT_GRANTED}, "niet aan het werk"),
    ],
)
def test_a_question_how_it_goes_goes_when_the_work_does(fields, why):
    only(RuleCode.AT_WORK)
    one = changed(placed(Step.WORKING), working_on=later(-91))
    (action,) = made_on(DAY)
    changed(one, **fields)
    run()
    assert why in settled(action)


@pytest.mark.parametrize(
    ("fields", "why"), [({"work_right": WorkRight.FREE}, "mag weer"), ({"status": Status.WITHDRAWN}, "gesloten")]
)
def test_an_action_about_a_lost_right_goes_when_it_is_back_or_the_dossier_closed(fields, why):
    dossier = make_dossier(work_right=WorkRight.NONE)
    (action,) = made_on(DAY)
    changed(dossier, **fields)
    run()
    assert why in settled(action)


def test_a_closed_dossier_with_a_placement_that_goes_on_keeps_its_action():
    only(RuleCode.WORK_RIGHT_LOST)
    one = placed(Step.WORKING)
    changed(one.dossier, work_right=WorkRight.NONE)
    (action,) = made_on(DAY)
    changed(one.dossier, status=Status.COMPLETED)
    run()
    assert settled(action) == ""


def test_a_right_that_came_back_and_was_lost_again_has_one_open_action():
    dossier = make_dossier(work_right=WorkRight.NONE)
    (first,) = made_on(DAY)
    for right in (WorkRight.PERMIT_NEEDED, WorkRight.NONE):
        dossier.work_right = right
        dossier.save()
    (second,) = made_on(later(1))
    assert "nieuwere actie" in settled(first) and settled(second) == ""


def test_an_answered_sign_up_needs_no_action():
    called, contacted = signed_up(later(-10)), signed_up(later(-10))
    first, second = made_on(DAY)
    ContactMoment.objects.create(interest=called, text="Gebeld", held_on=DAY)
    changed(contacted, status=InterestStatus.CONTACTED)
    run()
    assert "contact geweest" in settled(first) and "contact gehad" in settled(second)


def test_what_is_still_so_stays_open():
    lasting()
    make_dossier(work_right=WorkRight.NONE)
    signed_up(later(-10))
    permit(changed(placed(Step.WORKING), working_on=later(-91)), later(20))
    made = made_on(DAY)
    assert len(made) == 5
    assert run(later(1)).settled == []


def test_an_action_that_was_over_by_mistake_comes_back(coordinator):
    """As when an import is undone: the document ends after all."""
    dossier = lasting()
    (action,) = made_on(DAY)
    changed(dossier, document_expires_on=later(300))
    run(later(1))
    changed(dossier, document_expires_on=later(28))
    outcome = run(later(2))
    assert (outcome.made, outcome.reopened) == ([], [action])
    assert settled(action) == "" and action.due_on == later(2)


def test_what_a_person_did_meanwhile_stays_theirs(coordinator):
    dossier = lasting()
    (action,) = made_on(DAY)
    action.mark_done(coordinator)
    changed(dossier, document_expires_on=later(300))
    run()
    action.refresh_from_db()
    assert (action.done_by, action.done_note) == (coordinator, "")
