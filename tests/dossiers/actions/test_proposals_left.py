"""An action is open while a candidate works at one employer and is still proposed to another."""

import pytest

from dossiers.actions.generate import apply_work_elsewhere_rule
from dossiers.models import Placement, RuleCode, Step

from ..models.factories import make_interest
from ..models.placements import make_placement
from .scenarios import DAY, days_later, enable_only, get_done_note, make_actions_on, run_rules, update_record

pytestmark = pytest.mark.usefixtures("base_data")


def make_start_with_open_proposal() -> tuple[Placement, Placement]:
    """Return a placement at work and an open proposal to another employer."""
    enable_only(RuleCode.WORKS_ELSEWHERE)
    start = update_record(make_placement(Step.WORKING), working_on=days_later(-1))
    return start, make_open_proposal(start)


def make_open_proposal(start: Placement) -> Placement:
    """Create a proposal of the same candidate to another employer, from before that start."""
    return update_record(make_placement(Step.PROPOSED, start.dossier, make_interest()), proposed_on=days_later(-30))


def test_a_proposal_left_open_at_a_start_creates_an_action_once():
    _start, other = make_start_with_open_proposal()
    (action,) = make_actions_on(DAY)
    assert (action.placement, "23-11-2026" in action.text) == (other, True)
    assert make_actions_on(days_later(1)) == []


def test_the_rule_can_be_delayed_and_ignores_later_proposals():
    _start, other = make_start_with_open_proposal()
    enable_only(RuleCode.WORKS_ELSEWHERE, days=3)
    assert make_actions_on(days_later(1)) == []
    update_record(other, proposed_on=days_later(0))
    assert make_actions_on(days_later(2)) == []
    update_record(other, proposed_on=days_later(-1))
    assert len(make_actions_on(days_later(2))) == 1


@pytest.mark.parametrize(
    ("which", "fields", "reason"),
    [
        (1, {"status": Step.ENDED, "ended_on": days_later(0)}, "24-11-2026"),
        (1, {"status": Step.WORKING}, "hier ook"),
        (0, {"status": Step.ENDED, "ended_on": days_later(0)}, "daar niet meer"),
        (0, {"status": Step.PERMIT_GRANTED, "working_on": None}, "daar niet meer"),
    ],
)
def test_the_action_is_resolved_when_either_placement_ends_or_changes(which, fields, reason):
    both = make_start_with_open_proposal()
    (action,) = make_actions_on(DAY)
    update_record(both[which], **fields)
    run_rules()
    assert reason in get_done_note(action)


def test_a_start_creates_the_action_at_once_and_only_for_its_candidate():
    start, other = make_start_with_open_proposal()
    again = update_record(make_placement(Step.WORKING), working_on=days_later(-1))
    make_open_proposal(again)
    (action,) = apply_work_elsewhere_rule(start.dossier, DAY).created
    assert action.placement == other
    update_record(other, status=Step.ENDED, ended_on=DAY)
    apply_work_elsewhere_rule(again.dossier, DAY)
    assert get_done_note(action) == ""
    apply_work_elsewhere_rule(start.dossier, DAY)
    assert "24-11-2026" in get_done_note(action)
