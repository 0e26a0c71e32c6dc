"""Creates one action for each occasion that a rule finds, and resolves actions whose trigger no longer applies.

It can run repeatedly and in two workers at once: a unique constraint allows one action for each occasion.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from dossiers.actions.auto_resolve import find_resolve_reason, get_open_actions
from dossiers.actions.triggers import Occasion, find_occasions, find_open_proposals, find_work_right_losses
from dossiers.filters import get_coordinators
from dossiers.models import ActionRule, Dossier, FollowUp, Receiver, RuleCode
from dossiers.models.withdrawal import sync_withdrawal_actions

BATCH = 500
MAX_ATTEMPTS = 3  # for a batch, if another worker creates one of its actions meanwhile


@dataclass
class Outcome:
    """The actions that the rules created, reopened and resolved."""

    created: list[FollowUp] = field(default_factory=list)
    reopened: list[FollowUp] = field(default_factory=list)
    resolved: list[FollowUp] = field(default_factory=list)


def apply_rules(day: date) -> Outcome:
    """Apply all active rules on that day."""
    outcome = Outcome()
    for rule in ActionRule.objects.filter(active=True):
        _resolve_actions(rule, outcome)
        _create_actions(rule, find_occasions(rule.code, day, rule.days), day, outcome)
    sync_withdrawal_actions()
    return outcome


def apply_work_right_rule(dossier: Dossier, day: date) -> Outcome:
    """Apply the rule about the right to work to a dossier that was just saved, instead of the next morning."""
    outcome = Outcome()
    for rule in ActionRule.objects.filter(active=True, code=RuleCode.WORK_RIGHT_LOST):
        _resolve_actions(rule, outcome, dossier)
        _create_actions(rule, find_work_right_losses(day, Dossier.objects.filter(pk=dossier.pk)), day, outcome)
    return outcome


def apply_rules_after_save(dossier: Dossier) -> None:
    """Apply today what follows from the values of a dossier that a form or a program saved, with its sectors."""
    dossier.record_sectors_in_history()
    apply_work_right_rule(dossier, timezone.localdate())
    sync_withdrawal_actions(dossier)


def apply_work_elsewhere_rule(dossier: Dossier, day: date) -> Outcome:
    """Apply the rule about work elsewhere to a candidate of whom a placement just changed."""
    outcome = Outcome()
    for rule in ActionRule.objects.filter(active=True, code=RuleCode.WORKS_ELSEWHERE):
        _resolve_actions(rule, outcome, dossier)
        _create_actions(rule, find_open_proposals(day, rule.days, dossier), day, outcome)
    return outcome


def _resolve_actions(rule: ActionRule, outcome: Outcome, only: Dossier | None = None) -> None:
    for action in get_open_actions(rule.code, only):
        if not (reason := find_resolve_reason(action)):
            continue
        with transaction.atomic():  # a user may have marked it as done meanwhile: then it stays as it is
            if open_action := FollowUp.objects.select_for_update().open().filter(pk=action.pk).first():
                open_action.resolve(reason)
                outcome.resolved.append(open_action)


def _create_actions(rule: ActionRule, occasions: Iterable[Occasion], day: date, outcome: Outcome) -> None:
    due = list(occasions)  # read all before writing: SQLite can't start a write while a query is being read
    users = set(get_coordinators().values_list("pk", flat=True))
    for start in range(0, len(due), BATCH):
        batch = due[start : start + BATCH]
        for left in reversed(range(MAX_ATTEMPTS)):
            try:
                with transaction.atomic():
                    created, reopened = _create_batch(rule, batch, day, users)
            except IntegrityError:  # another worker created one of these actions: read them again
                if not left:
                    raise
                continue
            outcome.created += created
            outcome.reopened += reopened
            break


def _create_batch(
    rule: ActionRule, batch: list[Occasion], day: date, users: set[int]
) -> tuple[list[FollowUp], list[FollowUp]]:
    known = _find_existing_actions(rule, batch)
    new, reopened = [], []
    for occasion in batch:
        if occasion.key in known:
            existing = known[occasion.key]
            if existing is not None and existing.has_lapsed:  # a rule resolved it, and it applies again
                existing.due_on = day
                existing.reopen()
                reopened.append(existing)
            continue
        receivers = {Receiver.COORDINATOR.value: occasion.coordinator, Receiver.OWNER.value: occasion.owner}
        owner = receivers.get(rule.receiver)
        action = FollowUp(
            text=rule.format_text(occasion.day),
            due_on=day,
            owner_id=owner if owner in users else None,  # not a user who is no coordinator any more
            rule=rule.code,
            occasion=occasion.key,
        )
        if occasion.placement:
            action.placement_id = occasion.placement
        setattr(action, f"{occasion.about}_id", occasion.record)
        new.append(action)
    return bulk_create_with_history(new, FollowUp) if new else [], reopened


def _find_existing_actions(rule: ActionRule, batch: list[Occasion]) -> dict[str, FollowUp | None]:
    """Return the actions of these occasions by key, None for a deleted action.

    After a merge of dossiers an action has the key of the other dossier, so it is also found by the record it is about.
    """
    keys, about = [occasion.key for occasion in batch], batch[0].about
    records = Q(**{f"{about}__in": [occasion.record for occasion in batch]})
    gone = FollowUp.history.filter(rule=rule.code, occasion__in=keys, history_type="-")
    known: dict[str, FollowUp | None] = dict.fromkeys(gone.values_list("occasion", flat=True))
    for action in FollowUp.objects.by_rule(rule.code).filter(records | Q(occasion__in=keys)):
        record = getattr(action, f"{about}_id")
        known[f"{record}:{action.occasion.partition(':')[2]}"] = action
        known[action.occasion] = action
    return known
