"""The rules make one action for each occasion, however often they look, and settle those that are over."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from dossiers.actions import generate
from dossiers.models import (
    ActionRule,
    Dossier,
    FollowUp,
    Receiver,
    RuleCode,
    Step,
    WorkRight,
)

from ..models.making import make_dossier
from ..models.merged import joined
from ..models.placed import placed, ready
from .seen import DAY, changed, lasting, later, made_on, only, permit, run, signed_up

pytestmark = pytest.mark.usefixtures("base_data")


# --- What is made


def test_each_rule_makes_its_action_about_its_record_in_its_own_words(coordinator):
    document = lasting(coordinator=coordinator)
    lost = make_dossier(work_right=WorkRight.NONE)
    sign_up = signed_up(later(-10), owner=coordinator)
    working = changed(placed(Step.WORKING), working_on=later(-100))
    changed(working.dossier, document_expires_on=later(400))
    permit(working, later(20))
    found = {action.rule: action for action in made_on(DAY)}
    assert {rule: action.subjects for rule, action in found.items()} == {
        RuleCode.DOCUMENT_ENDS: [document],
        RuleCode.WORK_RIGHT_LOST: [lost],
        RuleCode.SIGN_UP_UNANSWERED: [sign_up],
        RuleCode.PERMIT_ENDS: [working],
        RuleCode.AT_WORK: [working],
    }
    assert {action.due_on for action in found.values()} == {DAY}
    assert found[RuleCode.DOCUMENT_ENDS].owner == found[RuleCode.SIGN_UP_UNANSWERED].owner == coordinator
    assert found[RuleCode.WORK_RIGHT_LOST].owner is None
    assert "22-12-2026" in found[RuleCode.DOCUMENT_ENDS].text
    for action in FollowUp.objects.all():
        action.full_clean()
        assert action.history.count() == 1


def test_looking_twice_makes_nothing_twice():
    lasting()
    make_dossier(work_right=WorkRight.NONE)
    signed_up(later(-10))
    assert len(made_on(DAY)) == 3
    assert made_on(DAY) == made_on(later(1)) == []


def test_what_somebody_did_or_deleted_does_not_come_back(coordinator):
    lasting(), lasting()
    done, deleted = made_on(DAY)
    done.mark_done(coordinator)
    deleted.delete()
    assert made_on(DAY) == []
    assert list(FollowUp.objects.all()) == [done]


def test_a_document_that_ends_again_calls_for_another_action(coordinator):
    dossier = lasting()
    (action,) = made_on(DAY)
    action.mark_done(coordinator)
    changed(dossier, document_expires_on=later(400))
    assert made_on(later(1)) == []
    assert [one.text for one in made_on(later(400))] != []


def test_another_worker_that_was_first_is_no_error(monkeypatch):
    """The other one writes between our look and our writing: the second look sees it."""
    dossier, other = lasting(), lasting()
    looks = []

    def look(rule, batch):
        known = find_existing_actions(rule, batch)
        if not looks:
            first = next(one for one in batch if one.record == dossier.pk)
            looks.append(FollowUp(text="Eerst", due_on=DAY, rule=rule.code, occasion=first.key, dossier=dossier))
            raise IntegrityError
        if not looks[0].pk:
            looks[0].save()
            known = find_existing_actions(rule, batch)
        return known

    find_existing_actions = generate._find_existing_actions
    monkeypatch.setattr(generate, "_find_existing_actions", look)
    only(RuleCode.DOCUMENT_ENDS)
    assert [action.dossier for action in made_on(DAY)] == [other]
    assert FollowUp.objects.count() == 2


def test_the_database_holds_one_action_an_occasion_also_when_the_look_fails(monkeypatch):
    lasting()
    made_on(DAY)
    monkeypatch.setattr(generate, "_find_existing_actions", lambda rule, batch: {})
    with pytest.raises(IntegrityError):
        made_on(DAY)
    assert FollowUp.objects.count() == 1


def test_merging_two_dossiers_makes_no_second_action():
    kept, gone = lasting(), lasting()
    only(RuleCode.DOCUMENT_ENDS)
    changed(kept, document_expires_on=None)
    assert [action.dossier for action in made_on(DAY)] == [gone]
    joined(kept, gone)
    changed(Dossier.objects.get(pk=kept.pk), document_expires_on=later(28))
    outcome = run(later(1))
    assert (outcome.made, outcome.settled) == ([], [])
    assert FollowUp.objects.get().dossier_id == kept.pk


# --- What coordinators change


def test_a_rule_that_is_off_makes_nothing_and_leaves_what_it_made():
    dossier = lasting()
    (action,) = made_on(DAY)
    ActionRule.objects.update(active=False)
    changed(dossier, document_expires_on=later(300))
    lasting()
    outcome = run()
    assert (outcome.made, outcome.settled) == ([], [])
    action.refresh_from_db()
    assert not action.is_done


def test_days_and_words_are_the_rules_own():
    only(RuleCode.DOCUMENT_ENDS, days=10, text="Tot {dag}!")
    make_dossier(document_expires_on=later(11))
    assert made_on(DAY) == []
    assert [action.text for action in made_on(later(1))] == ["Tot 05-12-2026!"]


def test_the_owner_of_the_interest_can_get_it_and_who_left_gets_nothing(coordinator, make_user):
    other, left = make_user("other"), make_user("left", is_active=False)
    for rule, receiver, wanted in (("a", Receiver.OWNER, other), ("b", Receiver.NOBODY, None)):
        FollowUp.objects.all().delete()
        FollowUp.history.all().delete()
        only(RuleCode.PERMIT_ENDS, receiver=receiver)
        one = permit(placed(Step.WORKING, ready(coordinator=coordinator)), later(rule == "b"))
        changed(one.interest, owner=other)
        assert [action.owner for action in made_on(DAY) if action.placement == one] == [wanted]
    only(RuleCode.DOCUMENT_ENDS)
    gone = lasting(coordinator=left)
    assert [action.owner for action in made_on(DAY) if action.dossier == gone] == [None]


# --- What is over


# --- By hand


def printed(*args: str) -> str:
    out = StringIO()
    call_command("make_actions", *args, stdout=out)
    return out.getvalue()


def test_the_command_prints_what_it_made_by_reference():
    dossier = lasting(given_name="Selamawit", family_name="Hailemariam")
    out = printed("--day", DAY.isoformat())
    assert "Gemaakt" in out and dossier.reference in out and "22-12-2026" in out
    assert "Selam" not in out and "Haile" not in out
    assert "niets te maken" in printed("--day", DAY.isoformat())
    changed(dossier, document_expires_on=later(300))
    assert "Vanzelf afgehandeld" in printed("--day", DAY.isoformat())


def test_the_command_looks_at_today_unless_told_otherwise():
    make_dossier(document_expires_on=timezone.localdate() + timedelta(days=42))
    assert "Gemaakt" in printed()


def test_a_day_that_is_none_is_refused():
    with pytest.raises(CommandError, match="2026-11-24"):
        printed("--day", "24 november")
