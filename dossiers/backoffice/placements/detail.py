"""The one page of a placement: who, where, how far, what is missing, and the next step."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button, HeaderButton

from access_log.models import AccessLogEntry
from dossiers.backoffice.access_log import LogsAccess
from dossiers.backoffice.activity.subjects import page_of
from dossiers.backoffice.activity.timeline import story
from dossiers.backoffice.labels import NOTHING, person_name
from dossiers.backoffice.placements.competing_placements import beside
from dossiers.backoffice.placements.forms import AgreedForm, DayForm, StepForm
from dossiers.backoffice.placements.next_steps import NextStepOutlook, NextStepPlanner, in_words
from dossiers.backoffice.placements.routes import board_url, placement_url
from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.backoffice.records import VisibleInspectView
from dossiers.models import Placement, Step
from dossiers.models.placements.placement_steps import StepRefused

AGREED = "agreed"


@dataclass(frozen=True)
class ProgressStep:
    """A step on the line of all steps."""

    step: Step
    day: date | None
    days_since: int | None  # since the step that was taken before it
    state: str  # done, now, skipped, ahead


@dataclass(frozen=True)
class Possible:
    """A step that can come, with its form; the button stays where something is missing, and answers."""

    ahead: NextStepOutlook
    form: StepForm
    is_open: bool


def line_of(placement: Placement) -> list[ProgressStep]:
    """All steps of this placement in order: those that were taken with their days, those that can still come."""
    since = {to: span.days for _from, to, span in placement.lead_times}
    order = list(Step)
    parts = []
    for step in order:
        day = placement.get_step_date(step)
        if day is None and step not in placement.steps:
            continue
        if step == placement.status:
            state = "now"
        elif day:
            state = "done"
        else:
            state = "skipped" if order.index(step) < order.index(Step(placement.status)) else "ahead"
        parts.append(ProgressStep(step, day, since.get(step), state))
    return parts


class LogsPlacementAccess(LogsAccess):
    """Who opens a page of a placement looks at its candidate."""

    @property
    def looked_at(self) -> str:
        return str(self.object.dossier.reference)


class PlacementPage(LogsPlacementAccess, VisibleInspectView):
    """Everything of one placement that its users do or look up."""

    template_name = "dossiers/placements/page.html"
    look = AccessLogEntry.What.READ
    object: Placement

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.bound: dict[str, DayForm] = {}  # forms that came back, by their step

    def get_queryset(self) -> QuerySet:
        queryset: QuerySet = super().get_queryset().with_parties().with_progress()  # type: ignore[attr-defined]
        return queryset

    def get_fields(self) -> list[str]:
        """None of Wagtail's list: the template has a place for each."""
        return []

    @cached_property
    def header_buttons(self) -> list[Button]:
        return [HeaderButton(_("Board"), url=board_url(placement=self.object), icon_name="table")]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        history = Button(
            gettext("History"), url=placement_url(self.object, "history"), icon_name="history", priority=30
        )
        return [*super().header_more_buttons, history]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        placement = self.object
        coordinator = placement.dossier.coordinator
        possible = self.possible_steps()
        agreed = self.bound.get(AGREED) or AgreedForm(placement)
        return super().get_context_data(**kwargs) | {
            "placement": placement,
            "seen_at": placement.changed_at.isoformat(),
            "coordinator": person_name(coordinator) if coordinator else NOTHING,
            "dossier_url": self.record_url(placement.dossier),
            "interest_url": self.record_url(placement.interest),
            "line": line_of(placement),
            "days_in_step": (timezone.localdate() - placement.reached_steps[-1][1]).days,
            "may_change": self.user_has_permission("change"),
            "edit_url": self.get_edit_url(),
            "possible": possible,
            "agreed_form": agreed,
            "elsewhere": beside(placement, self.request.user),
            "story": story(placement, self.request.user),
            "shared": SharedList.kept(placement).rows,
            "last_step": placement.reached_steps[-1],
            "urls": {name: placement_url(placement, name) for name in ("step", "agreed", "tell", "back")},
            "media": sum((step.form.media for step in possible), agreed.media),
        }

    def possible_steps(self) -> list[Possible]:
        """The next step open, or the one that was asked for; the others fold out."""
        placement, looking = self.object, NextStepPlanner()
        asked_for = next(iter(self.bound), self.request.GET.get("step", ""))
        if asked_for not in placement.next_steps:
            asked_for = placement.next_step or ""
        return [
            Possible(
                looking.to(placement, step),
                self.bound.get(step) or StepForm(placement, step),  # type: ignore[arg-type]
                step == asked_for,
            )
            for step in placement.next_steps
        ]

    def record_url(self, record: Any) -> str:
        """The page of a dossier or an offer, for who may see it."""
        may_see = self.request.user.has_perm(f"dossiers.view_{record._meta.model_name}")
        return page_of(record) if may_see else ""


class PlacementAction(PlacementPage):
    """Base of what changes a placement: refused in words, the page comes back with what was typed."""

    any_permission_required = None
    permission_required = "change"
    action_title: Any = ""

    def get_page_title(self) -> str:
        return str(self.action_title) or super().get_page_title()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.to_page()

    def to_page(self) -> HttpResponse:
        return redirect(placement_url(self.object))

    def refused(self, what: str, error: StepRefused | ValidationError, **words: Any) -> None:
        """Tell why; `what` says what was not done, with a place for `words` and for %(why)s."""
        why = in_words(error.requirements) if isinstance(error, StepRefused) else error.messages
        messages.error(self.request, what % (words | {"why": "; ".join(why).rstrip(".")}))

    def shown_again(self, form: DayForm, name: str) -> HttpResponse:
        """The page as the placement stands now, with the form as it was filled in."""
        self.object = self.get_object()  # type: ignore[assignment]
        self.bound = {name: form}
        return self.render_to_response(self.get_context_data())
