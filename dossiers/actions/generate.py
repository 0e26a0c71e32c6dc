"""Lets the rules make their actions, one for each occasion, and settles those whose occasion is over.

It can be run as often as one likes, and by two workers at once: the database holds one action an occasion.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q
from simple_history.utils import bulk_create_with_history

from dossiers.actions.auto_resolve import open_ones, why_settled
from dossiers.actions.triggers import Occasion, losses, proposals_left, seen_by
from dossiers.models import ActionRule, Dossier, FollowUp, Receiver, RuleCode

BATCH = 500
TRIES = 3  # of a batch of which another worker made an action meanwhile


@dataclass
class Outcome:
    """What the rules did: actions that are new, that came back, and that are done by themselves."""

    made: list[FollowUp] = field(default_factory=list)
    reopened: list[FollowUp] = field(default_factory=list)
    settled: list[FollowUp] = field(default_factory=list)


def follow_rules(day: date) -> Outcome:
    """What all active rules see on that day."""
    outcome = Outcome()
    for rule in ActionRule.objects.filter(active=True):
        _settle(rule, outcome)
        _make(rule, seen_by(rule.code, day, rule.days), day, outcome)
    return outcome


def follow_work_right(dossier: Dossier, day: date) -> Outcome:
    """For one dossier that was just saved: nobody should wait until tomorrow to hear that someone may not work."""
    outcome = Outcome()
    for rule in ActionRule.objects.filter(active=True, code=RuleCode.WORK_RIGHT_LOST):
        _settle(rule, outcome, dossier)
        _make(rule, losses(day, Dossier.objects.filter(pk=dossier.pk)), day, outcome)
    return outcome


def follow_start(dossier: Dossier, day: date) -> Outcome:
    """For one candidate of whom a placement just changed: where they begin, what else is open asks for a word today."""
    outcome = Outcome()
    for rule in ActionRule.objects.filter(active=True, code=RuleCode.WORKS_ELSEWHERE):
        _settle(rule, outcome, dossier)
        _make(rule, proposals_left(day, rule.days, dossier), day, outcome)
    return outcome


def _settle(rule: ActionRule, outcome: Outcome, only: Dossier | None = None) -> None:
    for action in open_ones(rule.code, only):
        if not (why := why_settled(action)):
            continue
        with transaction.atomic():  # a person may just have done it: that stands
            if still := FollowUp.objects.select_for_update().open().filter(pk=action.pk).first():
                still.mark_done_by_rule(why)
                outcome.settled.append(still)


def _make(rule: ActionRule, occasions: Iterable[Occasion], day: date, outcome: Outcome) -> None:
    due = list(occasions)  # all read before the first is written: SQLite can't begin to write in the midst of reading
    users = set(get_user_model().objects.filter(is_active=True).values_list("pk", flat=True))
    for batch in _batches(due):
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    made, reopened = _make_batch(rule, batch, day, users)
            except IntegrityError:  # another worker was first with one of them: look again
                if not left:
                    raise
                continue
            outcome.made += made
            outcome.reopened += reopened
            break


def _batches(occasions: list[Occasion]) -> Iterator[list[Occasion]]:
    for start in range(0, len(occasions), BATCH):
        yield occasions[start : start + BATCH]


def _make_batch(
    rule: ActionRule, batch: list[Occasion], day: date, users: set[int]
) -> tuple[list[FollowUp], list[FollowUp]]:
    known = _known(rule, batch)
    new, reopened = [], []
    for occasion in batch:
        if occasion.key not in known:
            new.append(_action(rule, occasion, day, users))
            continue
        action = known[occasion.key]
        if action is not None and action.is_done and action.done_note:  # it was done by itself, and is so again
            action.due_on = day
            action.reopen()
            reopened.append(action)
    return bulk_create_with_history(new, FollowUp) if new else [], reopened


def _known(rule: ActionRule, batch: list[Occasion]) -> dict[str, FollowUp | None]:
    """The actions of these occasions by key; None for one that somebody deleted. Also those that came along when two
    dossiers were merged: they are about the record now, under the key that they had."""
    keys, about = [occasion.key for occasion in batch], batch[0].about
    records = Q(**{f"{about}__in": [occasion.record for occasion in batch]})
    gone = FollowUp.history.filter(rule=rule.code, occasion__in=keys, history_type="-")
    known: dict[str, FollowUp | None] = dict.fromkeys(gone.values_list("occasion", flat=True))
    for action in FollowUp.objects.by_rule(rule.code).filter(records | Q(occasion__in=keys)):
        record = getattr(action, f"{about}_id")
        known[f"{record}:{action.occasion.partition(':')[2]}"] = action
        known[action.occasion] = action
    return known


def _action(rule: ActionRule, occasion: Occasion, day: date, users: set[int]) -> FollowUp:
    receivers = {Receiver.COORDINATOR.value: occasion.coordinator, Receiver.OWNER.value: occasion.owner}
    owner = receivers.get(rule.receiver)
    action = FollowUp(
        text=rule.format_text(occasion.day),
        due_on=day,
        owner_id=owner if owner in users else None,  # who left sees no list any more
        rule=rule.code,
        occasion=occasion.key,
    )
    if occasion.placement:
        action.placement_id = occasion.placement
    setattr(action, f"{occasion.about}_id", occasion.record)
    return action
