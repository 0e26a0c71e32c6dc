"""Budget and planning on one page: what is spent and left, which week it is, and the milestones on a line."""

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
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from dossiers.backoffice.activity.subjects import list_of, page_of
from dossiers.models import Cost, Expense, Milestone, Pilot

WHOLE = 100  # percent


@dataclass(frozen=True)
class Spent:
    """One line of the budget; `budget` and `left` are None where no split was entered. In euros."""

    label: str | Promise
    spent: Decimal
    budget: Decimal | None
    url: str

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.spent

    @property
    def share(self) -> int:
        """Of the budget, in whole percent, 100 at most: for a bar."""
        if not self.budget:
            return 0
        return min(WHOLE, round(self.spent / self.budget * WHOLE))

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0


def budget_lines(pilot: Pilot) -> tuple[Spent, list[Spent]]:
    """The budget in all, and for each kind of cost."""
    per_category = Expense.objects.per_category()
    lines = [
        Spent(
            cost.label,
            per_category[cost.value],
            getattr(pilot, cost.value) if pilot.is_split else None,
            list_of(Expense, category=cost.value),
        )
        for cost in Cost
    ]
    return Spent(_("in all"), sum(per_category.values(), Decimal(0)), pilot.budget, list_of(Expense)), lines


@dataclass(frozen=True)
class Point:
    """A milestone on the line; `at` is its place in percent."""

    at: float
    day: date
    title: str
    url: str
    reached: bool
    late: bool


@dataclass(frozen=True)
class Line:
    """The pilot's weeks as a line, with today and the milestones on it; places in percent of its length."""

    begin: date
    end: date
    today: float | None
    points: list[Point]


def timeline(pilot: Pilot, milestones: list[Milestone], today: date) -> Line | None:
    """From the first to the last day that matters; None as long as nothing has a day."""
    days = [milestone.reached_on or milestone.planned_on for milestone in milestones]
    days += [day for day in (pilot.starts_on, pilot.ends_on) if day]
    if not days:
        return None
    begin, end = min(days), max(max(days), min(days) + timedelta(days=1))

    def place(day: date) -> float:
        return round((day - begin) / (end - begin) * WHOLE, 1)

    points = [
        Point(
            place(milestone.reached_on or milestone.planned_on),
            milestone.reached_on or milestone.planned_on,
            milestone.title,
            page_of(milestone),
            milestone.reached_on is not None,
            milestone.is_late(today),
        )
        for milestone in milestones
    ]
    return Line(begin, end, place(today) if begin <= today <= end else None, points)


class OverviewView(PermissionRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    permission_required = "dossiers.view_expense"
    template_name = "dossiers/money/overview.html"
    page_title = _("Budget and planning")
    header_icon = "calendar"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

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
            "hours": Expense.objects.hours(),
            "week": pilot.week_of(today),
            "is_over": bool(pilot.ends_on and pilot.ends_on < today),
            "line": timeline(pilot, milestones, today),
            "milestones": [(milestone, page_of(milestone), milestone.is_late(today)) for milestone in milestones],
            "settings_url": settings_url,
            "add_expense": reverse(Expense.snippet_viewset.get_url_name("add")),  # type: ignore[attr-defined]
            "add_milestone": reverse(Milestone.snippet_viewset.get_url_name("add")),  # type: ignore[attr-defined]
        }
