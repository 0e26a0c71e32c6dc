"""The overview of budget and planning: expenses, what is left, the current week and the milestones."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from admin_pages.pages import AdminPageMixin
from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.models import Cost, Expense, Milestone, Pilot
from dossiers.reports.charts import format_number
from dossiers.reports.tables import HOURS

PERCENT = 100


@dataclass(frozen=True)
class BudgetLine:
    """A line of the budget in euros; `budget` and `left` are None if the budget is not split."""

    label: str | Promise
    spent: Decimal
    budget: Decimal | None
    url: str

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.spent

    @property
    def share(self) -> int:
        """Return the share of the budget that is spent, in whole percent and at most 100, for a bar."""
        if not self.budget:
            return 0
        return min(PERCENT, round(self.spent / self.budget * PERCENT))

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0


def budget_lines(pilot: Pilot) -> tuple[BudgetLine, list[BudgetLine]]:
    """Return the line of the total budget, and the lines of each kind of cost."""
    per_category = Expense.objects.per_category()
    lines = [
        BudgetLine(
            cost.label,
            per_category[cost.value],
            getattr(pilot, cost.value) if pilot.is_split else None,
            get_list_url(Expense, category=cost.value),
        )
        for cost in Cost
    ]
    return BudgetLine(_("in all"), sum(per_category.values(), Decimal(0)), pilot.budget, get_list_url(Expense)), lines


@dataclass(frozen=True)
class Point:
    """A milestone on the timeline; `at` is its position in percent."""

    at: float
    day: date
    title: str
    url: str
    reached: bool
    late: bool


@dataclass(frozen=True)
class Timeline:
    """The weeks of the pilot, with today and the milestones; positions are in percent of its length."""

    begin: date
    end: date
    today: float | None
    points: list[Point]


def build_timeline(pilot: Pilot, milestones: list[Milestone], today: date) -> Timeline | None:
    """Return the timeline from the first to the last known day, or None if no day is known."""
    days = [milestone.reached_on or milestone.planned_on for milestone in milestones]
    days += [day for day in (pilot.starts_on, pilot.ends_on) if day]
    if not days:
        return None
    begin, end = min(days), max(max(days), min(days) + timedelta(days=1))

    def place(day: date) -> float:
        return round((day - begin) / (end - begin) * PERCENT, 1)

    points = [
        Point(
            place(milestone.reached_on or milestone.planned_on),
            milestone.reached_on or milestone.planned_on,
            milestone.title,
            get_record_url(milestone),
            milestone.reached_on is not None,
            milestone.is_late(today),
        )
        for milestone in milestones
    ]
    return Timeline(begin, end, place(today) if begin <= today <= end else None, points)


class OverviewView(PermissionRequiredMixin, AdminPageMixin, TemplateView):
    """The page of budget and planning."""

    permission_required = "dossiers.view_expense"
    template_name = "dossiers/money/overview.html"
    page_title = _("Budget and planning")
    header_icon = "calendar"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pilot, today = Pilot.load(), timezone.localdate()
        whole, lines = budget_lines(pilot)
        milestones = list(Milestone.objects.visible_to(self.request.user))
        may_change = self.request.user.has_perm("dossiers.change_pilot")
        settings_url = reverse("wagtailsettings:edit", args=["dossiers", "pilot", pilot.pk]) if may_change else ""
        return super().get_context_data(**kwargs) | {
            "pilot": pilot,
            "whole": whole,
            "lines": lines,
            "hours": format_number(Expense.objects.hours(), HOURS),
            "week": pilot.week_of(today),
            "is_over": bool(pilot.ends_on and pilot.ends_on < today),
            "line": build_timeline(pilot, milestones, today),
            "milestones": [
                (milestone, get_record_url(milestone), milestone.is_late(today)) for milestone in milestones
            ],
            "settings_url": settings_url,
            "add_expense": reverse(Expense.snippet_viewset.get_url_name("add")),  # type: ignore[attr-defined]
            "add_milestone": reverse(Milestone.snippet_viewset.get_url_name("add")),  # type: ignore[attr-defined]
        }
