"""The rules create one action for each occasion, however often they run, and resolve those that are over."""

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
from dossiers.models.rights import COORDINATORS

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers
from ..models.placements import make_placement, make_ready_dossier
from .scenarios import (
    DAY,
    days_later,
    enable_only,
    make_actions_on,
    make_confirmed_sign_up,
    make_dossier_with_document,
    run_rules,
    set_permit_end,
    update_record,
)

pytestmark = pytest.mark.usefixtures("base_data")


# --- Created actions


def test_each_rule_creates_an_action_about_its_record(coordinator):
    document = make_dossier_with_document(coordinator=coordinator)
    lost = make_dossier(work_right=WorkRight.NONE)
    sign_up = make_confirmed_sign_up(days_later(-10), owner=coordinator)
    working = update_record(make_placement(Step.WORKING), working_on=days_later(-100))
    update_record(working.dossier, document_expires_on=days_later(400))
    set_permit_end(working, days_later(20))
    actions = {action.rule: action for action in make_actions_on(DAY)}
    assert {rule: action.subjects for rule, action in actions.items()} == {
        RuleCode.DOCUMENT_ENDS: [document],
        RuleCode.WORK_RIGHT_LOST: [lost],
        RuleCode.SIGN_UP_UNANSWERED: [sign_up],
        RuleCode.PERMIT_ENDS: [working],
        RuleCode.AT_WORK: [working],
    }
    assert {action.due_on for action in actions.values()} == {DAY}
    assert actions[RuleCode.DOCUMENT_ENDS].owner == actions[RuleCode.SIGN_UP_UNANSWERED].owner == coordinator
    assert actions[RuleCode.WORK_RIGHT_LOST].owner is None
    assert "22-12-2026" in actions[RuleCode.DOCUMENT_ENDS].text
    for action in FollowUp.objects.all():
        action.full_clean()
        assert action.history.count() == 1


def test_running_the_rules_twice_creates_no_duplicates():
    make_dossier_with_document()
    make_dossier(work_right=WorkRight.NONE)
    make_confirmed_sign_up(days_later(-10))
    assert len(make_actions_on(DAY)) == 3
    assert make_actions_on(DAY) == make_actions_on(days_later(1)) == []


def test_done_and_deleted_actions_are_not_created_again(coordinator):
    make_dossier_with_document(), make_dossier_with_document()
    done, deleted = make_actions_on(DAY)
    done.mark_done(coordinator)
    deleted.delete()
    assert make_actions_on(DAY) == []
    assert list(FollowUp.objects.all()) == [done]


def test_a_new_expiry_date_of_a_document_creates_a_new_action(coordinator):
    dossier = make_dossier_with_document()
    (action,) = make_actions_on(DAY)
    action.mark_done(coordinator)
    update_record(dossier, document_expires_on=days_later(400))
    assert make_actions_on(days_later(1)) == []
    assert [action.text for action in make_actions_on(days_later(400))] != []


def test_an_action_saved_by_another_worker_first_is_not_an_error(monkeypatch):
    """The other worker saves between our query and our insert; the second query finds its action."""
    dossier, other = make_dossier_with_document(), make_dossier_with_document()
    actions = []

    def find_with_race(rule, batch):
        known = find_existing_actions(rule, batch)
        if not actions:
            first = next(occasion for occasion in batch if occasion.record == dossier.pk)
            actions.append(FollowUp(text="Eerst", due_on=DAY, rule=rule.code, occasion=first.key, dossier=dossier))
            raise IntegrityError
        if not actions[0].pk:
            actions[0].save()
            known = find_existing_actions(rule, batch)
        return known

    find_existing_actions = generate._find_existing_actions
    monkeypatch.setattr(generate, "_find_existing_actions", find_with_race)
    enable_only(RuleCode.DOCUMENT_ENDS)
    assert [action.dossier for action in make_actions_on(DAY)] == [other]
    assert FollowUp.objects.count() == 2


def test_a_database_constraint_prevents_a_second_action_for_an_occasion(monkeypatch):
    make_dossier_with_document()
    make_actions_on(DAY)
    monkeypatch.setattr(generate, "_find_existing_actions", lambda rule, batch: {})
    with pytest.raises(IntegrityError):
        make_actions_on(DAY)
    assert FollowUp.objects.count() == 1


def test_merging_dossiers_does_not_create_a_second_action():
    target, source = make_dossier_with_document(), make_dossier_with_document()
    enable_only(RuleCode.DOCUMENT_ENDS)
    update_record(target, document_expires_on=None)
    assert [action.dossier for action in make_actions_on(DAY)] == [source]
    merge_dossiers(target, source)
    update_record(Dossier.objects.get(pk=target.pk), document_expires_on=days_later(28))
    outcome = run_rules(days_later(1))
    assert (outcome.created, outcome.resolved) == ([], [])
    assert FollowUp.objects.get().dossier_id == target.pk


# --- Settings of a rule


def test_a_disabled_rule_creates_and_resolves_no_actions():
    dossier = make_dossier_with_document()
    (action,) = make_actions_on(DAY)
    ActionRule.objects.update(active=False)
    update_record(dossier, document_expires_on=days_later(300))
    make_dossier_with_document()
    outcome = run_rules()
    assert (outcome.created, outcome.resolved) == ([], [])
    action.refresh_from_db()
    assert not action.is_done


def test_the_days_and_the_text_of_a_rule_are_configurable():
    enable_only(RuleCode.DOCUMENT_ENDS, days=10, text="Tot {dag}!")
    make_dossier(document_expires_on=days_later(11))
    assert make_actions_on(DAY) == []
    assert [action.text for action in make_actions_on(days_later(1))] == ["Tot 05-12-2026!"]


def test_an_action_can_be_assigned_to_the_owner_of_the_interest_but_only_to_a_coordinator(
    coordinator, reader, make_user
):
    other, left = make_user("other", COORDINATORS), make_user("left", COORDINATORS, is_active=False)
    for rule, receiver, expected_owner in (("a", Receiver.OWNER, other), ("b", Receiver.NOBODY, None)):
        FollowUp.objects.all().delete()
        FollowUp.history.all().delete()
        enable_only(RuleCode.PERMIT_ENDS, receiver=receiver)
        placement = set_permit_end(
            make_placement(Step.WORKING, make_ready_dossier(coordinator=coordinator)), days_later(rule == "b")
        )
        update_record(placement.interest, owner=other)
        assert [action.owner for action in make_actions_on(DAY) if action.placement == placement] == [expected_owner]
    enable_only(RuleCode.DOCUMENT_ENDS)
    gone = [make_dossier_with_document(coordinator=user) for user in (left, reader)]
    assert [action.owner for action in make_actions_on(DAY) if action.dossier in gone] == [None, None]


# --- The command


def run_make_actions(*args: str) -> str:
    out = StringIO()
    call_command("make_actions", *args, stdout=out)
    return out.getvalue()


def test_the_command_prints_references_without_names():
    dossier = make_dossier_with_document(given_name="Selamawit", family_name="Hailemariam")
    out = run_make_actions("--day", DAY.isoformat())
    assert "Gemaakt" in out and dossier.reference in out and "22-12-2026" in out
    assert "Selam" not in out and "Haile" not in out
    assert "niets te maken" in run_make_actions("--day", DAY.isoformat())
    update_record(dossier, document_expires_on=days_later(300))
    assert "Vanzelf afgehandeld" in run_make_actions("--day", DAY.isoformat())


def test_the_command_uses_today_by_default():
    make_dossier(document_expires_on=timezone.localdate() + timedelta(days=42))
    assert "Gemaakt" in run_make_actions()


def test_an_invalid_day_is_refused():
    with pytest.raises(CommandError, match="2026-11-24"):
        run_make_actions("--day", "24 november")
