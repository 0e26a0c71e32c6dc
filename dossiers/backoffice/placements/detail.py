"""The page of a placement, and the base class of the views that change it."""

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

from admin_pages.users import get_person_name
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.activity.timeline import get_activity_sections
from dossiers.backoffice.archive import describe_archived, get_archive_buttons
from dossiers.backoffice.labels import NOTHING
from dossiers.backoffice.listing.query_strings import keep_list
from dossiers.backoffice.placements.competing_placements import find_competing_placements
from dossiers.backoffice.placements.forms import AgreedForm, DayForm, StepForm
from dossiers.backoffice.placements.next_steps import NextStepOutlook, NextStepPlanner, describe_missing
from dossiers.backoffice.placements.objections import describe_objections
from dossiers.backoffice.placements.routes import board_url, placement_url
from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.backoffice.record_top import build_record_top
from dossiers.backoffice.records import VisibleInspectView
from dossiers.models import Placement, Step
from dossiers.models.candidate_page.answers import find_yes
from dossiers.models.placements.placement_steps import StepRefused
from dossiers.models.placements.step_requirements import check_undo_of_sharing, with_later_no

AGREED = "agreed"


@dataclass(frozen=True)
class ProgressStep:
    """A step in the progress bar of a placement."""

    step: Step
    day: date | None
    days_since: int | None  # days since the previous step that was taken
    state: str  # done, now, skipped, ahead


@dataclass(frozen=True)
class PossibleStep:
    """A next step with its form; the button is enabled even if requirements are missing, and then says which."""

    ahead: NextStepOutlook
    form: StepForm
    is_open: bool


def build_progress(placement: Placement) -> list[ProgressStep]:
    """Return the steps of a placement in order: those taken, with their days, and those still possible."""
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


class PlacementPage(VisibleInspectView):
    """The page of a placement: its progress, the possible next steps, the agreements and the activity."""

    template_name = "dossiers/placements/page.html"
    object: Placement

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.bound_forms: dict[str, DayForm] = {}  # invalid forms by the name of their step

    def get_queryset(self) -> QuerySet:
        queryset: Any = super().get_queryset()
        placements: QuerySet = with_later_no(queryset.with_parties().with_progress())
        return placements

    def get_fields(self) -> list[str]:
        """Return no fields, because the template shows each field in a place of its own."""
        return []

    def get_placement_url(self, page: str = "inspect") -> str:
        """Return the URL of a page of this placement that leads back to the same board or list."""
        url = placement_url(self.object, page, board=self.request.GET.get("board", ""))
        return keep_list(url, self.request.GET)

    @cached_property
    def header_buttons(self) -> list[Button]:
        url = board_url(self.request.GET.get("board", ""), self.object)
        return [HeaderButton(_("Board"), url=url, icon_name="table")]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        history = Button(
            gettext("History"), url=placement_url(self.object, "history"), icon_name="history", priority=30
        )
        return [*super().header_more_buttons, history, *get_archive_buttons(self.object, self.request.user)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        placement = self.object
        coordinator = placement.dossier.coordinator
        possible = self.possible_steps()
        said_yes_on = None if placement.candidate_agreed_on else find_yes(placement)
        agreed = self.bound_forms.get(AGREED) or AgreedForm(placement, day=said_yes_on)
        return super().get_context_data(**kwargs) | {
            "placement": placement,
            "top": build_record_top(placement, self.request),
            "archived": describe_archived(placement, self.request.user),
            "seen_at": placement.changed_at.isoformat(),
            "coordinator": get_person_name(coordinator, NOTHING),
            "dossier_url": self.record_url(placement.dossier),
            "interest_url": self.record_url(placement.interest),
            "objections": describe_objections(placement),
            "line": build_progress(placement),
            "days_in_step": (timezone.localdate() - placement.reached_steps[-1][1]).days,
            "may_change": self.user_has_permission("change"),
            "possible": possible,
            "agreed_form": agreed,
            "said_yes_on": said_yes_on,
            "may_have_told": placement.stopped_on and placement.find_agreement_day(),
            "elsewhere": find_competing_placements(placement, self.request.user),
            "activity_sections": get_activity_sections(placement, self.request.user),
            "waits_to_tell": placement.proposal_mails.waiting_proposals().exists(),
            "sharings": [(sharing.day, SharedList.from_sharing(sharing).rows) for sharing in placement.find_sharings()],
            "may_undo_sharing": self.user_has_permission("change") and not check_undo_of_sharing(placement),
            "last_step": placement.reached_steps[-1],
            "urls": {name: self.get_placement_url(name) for name in ("step", "agreed", "tell", "back")},
            "media": sum((step.form.media for step in possible), agreed.media),
        }

    def possible_steps(self) -> list[PossibleStep]:
        """Return the possible next steps; the next or the requested step is open, the others are collapsed."""
        placement, planner = self.object, NextStepPlanner()
        asked_for = next(iter(self.bound_forms), self.request.GET.get("step", ""))
        if asked_for not in placement.next_steps:
            asked_for = placement.next_step or ""
        return [
            PossibleStep(
                planner.plan_step(placement, step),
                self.bound_forms.get(step) or StepForm(placement, step),  # type: ignore[arg-type]
                step == asked_for,
            )
            for step in placement.next_steps
        ]

    def record_url(self, record: Any) -> str:
        """Return the URL of a dossier or interest, or "" if the user may not see it."""
        may_see = self.request.user.has_perm(f"dossiers.view_{record._meta.model_name}")
        return get_record_url(record) if may_see else ""


class PlacementAction(PlacementPage):
    """Base view of a change of a placement; a refused form is shown again on the page with its values."""

    any_permission_required = None
    permission_required = "change"
    action_title: Any = ""

    def get_page_title(self) -> str:
        return str(self.action_title) or super().get_page_title()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.redirect_to_page()

    def redirect_to_page(self) -> HttpResponse:
        return redirect(self.get_placement_url())

    def report_refusal(self, sentence: str, error: StepRefused | ValidationError, **words: Any) -> None:
        """Add an error message; see `describe_refusal`."""
        messages.error(self.request, self.describe_refusal(sentence, error, **words))

    @staticmethod
    def describe_refusal(sentence: str, error: StepRefused | ValidationError, **words: Any) -> str:
        """Fill in the placeholders of a sentence: %(why)s and those of `words`."""
        reasons = describe_missing(error.requirements) if isinstance(error, StepRefused) else error.messages
        return sentence % (words | {"why": "; ".join(reasons).rstrip(".")})

    def render_with_form(self, form: DayForm, name: str) -> HttpResponse:
        """Render the current state of the placement with the form as it was filled in."""
        self.object = self.get_object()  # type: ignore[assignment]
        self.bound_forms = {name: form}
        return self.render_to_response(self.get_context_data())
