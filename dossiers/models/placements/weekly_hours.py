"""The weekly hours of a candidate at all employers together."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from dossiers.models.dossiers.readiness import Missing
from dossiers.models.placements.placement import Placement

FULL_WEEK = 40  # hours; more is possible, but needs a confirmation


@dataclass(frozen=True)
class WeeklyHours:
    """The hours of a placement, and the other placements at which its candidate is at work."""

    hours: int | None  # None if they are not filled in
    at_work: tuple[Placement, ...]

    @classmethod
    def of(cls, placement: Placement, hours: int | None) -> Self:
        others = placement.dossier.placements.at_work().exclude(pk=placement.pk).with_parties()
        return cls(hours, tuple(others.order_by("working_on", "pk")))

    @property
    def total(self) -> int:
        return sum(placement.hours_per_week or 0 for placement in self.at_work) + (self.hours or 0)

    @property
    def is_above_full_week(self) -> bool:
        return bool(self.at_work) and self.total > FULL_WEEK

    @property
    def text(self) -> str:
        """The other jobs and the total of hours, as a text for people; empty if there is no other job."""
        if not self.at_work:
            return ""
        jobs = []
        for placement in self.at_work:
            job = {"company": placement.interest.company_name, "hours": placement.hours_per_week}
            if placement.hours_per_week is None:
                jobs.append(gettext("%(company)s, hours not filled in") % job)
            else:
                jobs.append(gettext("%(company)s, %(hours)d hours a week") % job)
        words = (
            gettext("Works already: %(where)s. Together with this work: %(total)d hours a week.")
            if self.hours
            else gettext("Works already: %(where)s. The hours of this work are not filled in.")
        )
        return words % {"where": "; ".join(jobs), "total": self.total}

    def missing(self) -> list[Missing]:
        """Return a requirement if the total exceeds a full week and the user has to confirm it."""
        if not self.is_above_full_week:
            return []
        text = gettext("with the work elsewhere it is %(total)d hours a week: confirm that this is meant")
        return [Missing("hours", text % {"total": self.total})]
