"""Creates the demo's placements, by taking each step on its own day with the functions that users' actions call."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone

from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.management.demo_files import Row, field_values, moment, relative_day
from dossiers.models import ClosingReason, Dossier, EmployerInterest, Placement, Step
from dossiers.models.placements.placement_steps import propose, record_agreement, record_shared_data, take_step

AGREED = ("kind", "hours_per_week", "wage_agreed", "notes")  # the fields that are set when a placement is proposed


class Days:
    """Collects events and runs them in the order of their days, so that no event depends on a later one."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.began = timezone.now()
        self.events: list[tuple[date, Callable[[date], list[Model]]]] = []

    def add(self, day: date, event: Callable[[date], list[Model]]) -> None:
        """Add an event, a function that takes its day and returns the records that it saved."""
        self.events.append((day, event))

    def run(self) -> None:
        for day, event in sorted(self.events, key=lambda event: event[0]):
            for record in event(day):
                self.date_back(record, day)

    def date_back(self, record: Any, day: date) -> None:
        """Change the moment of the record's last save, and of its history, to that day."""
        now = type(record).history.filter(id=record.pk, history_date__gte=self.began)
        now.update(history_date=moment(day), history_user=self.user)
        type(record)._default_manager.filter(pk=record.pk).update(changed_at=moment(day))


class PlacedRow:
    """A row of placements.csv."""

    def __init__(self, row: Row, dossier: Dossier, interest: EmployerInterest, today: date) -> None:
        self.row, self.dossier, self.interest = row, dossier, interest
        self.values = field_values(Placement, row, today)
        self.days = {name: relative_day(text, today) for name, text in row.items() if name.endswith("_on")}
        self.placement = Placement()

    def gather(self, days: Days) -> None:
        events: dict[str, Callable[[date], list[Model]]] = {
            "proposed_on": self.propose,
            "candidate_agreed_on": self.agree,
            "shared_on": self.share,
            **{step.date_field: partial(self.take, step) for step in list(Step)[1:]},
        }
        for name, event in events.items():
            if day := self.days[name]:
                days.add(day, event)

    @property
    def saved_records(self) -> list[Model]:
        """The records that each step saves."""
        return [self.placement, self.placement.dossier, self.placement.interest]

    def propose(self, day: date) -> list[Model]:
        known = {name: self.values[name] for name in AGREED}
        dossier = Dossier.objects.get(pk=self.dossier.pk)  # other placements may have changed its status
        self.placement = propose(dossier, EmployerInterest.objects.get(pk=self.interest.pk), day, **known)
        Placement.objects.filter(pk=self.placement.pk).update(created_at=moment(day))
        return self.saved_records

    def agree(self, day: date) -> list[Model]:
        self.placement = record_agreement(self.placement, day)
        return self.saved_records

    def share(self, day: date) -> list[Model]:
        self.placement = record_shared_data(self.placement, SharedList.from_dossier(self.dossier).texts, day)
        return self.saved_records

    def take(self, step: Step, day: date) -> list[Model]:
        more: dict[str, Any] = {}
        if step == Step.PERMIT_GRANTED:
            more["permit_valid_until"] = self.values["permit_valid_until"]
        if step == Step.ENDED:
            side = ClosingReason.Side.PLACEMENT
            reason, _made = ClosingReason.objects.get_or_create(side=side, name=self.row["end_reason"])
            more |= {"end_reason": reason, "refused": self.days["permit_refused_on"] is not None}
        self.placement = take_step(self.placement, step, day, **more)
        return self.saved_records
