"""Taking a step, taking the last one back, and the candidate's word: each through the rules of placing.py."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from dossiers.actions.generate import follow_start
from dossiers.backoffice.placements.competing_placements import tell_what_stays_open
from dossiers.backoffice.placements.detail import AGREED, PlacementAction
from dossiers.backoffice.placements.forms import AgreedForm, StepForm, TakeBackForm
from dossiers.backoffice.placements.log_actions import log_placement
from dossiers.backoffice.placements.next_steps import NextStepPlanner
from dossiers.backoffice.placements.routes import board_url, placement_url
from dossiers.backoffice.redirects import go_back
from dossiers.models import Step
from dossiers.models.placements.competing_placements import get_other_work_reason
from dossiers.models.placements.placement_steps import StepRefused, record_agreement, take_step, undo_last_step

ASKS_MORE = frozenset({Step.PERMIT_GRANTED, Step.ENDED})  # than a day: a card on the board can't hold that
NOT_YET = gettext_noop("%(who)s: “%(step)s” can't be recorded yet: %(why)s.")  # the board has many cards
NEVER_SEEN = "-"  # a form that does not say what its user saw is refused as an old one


class StepView(PlacementAction):
    """Takes a step; from a card on the board (`board` is its query) today, from the page on the day filled in."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") not in Step.values:
            raise Http404
        step = Step(request.POST["step"])
        return self.from_board(step, request.POST["board"]) if "board" in request.POST else self.from_page(step)

    def from_page(self, step: Step) -> HttpResponse:
        form = StepForm(self.object, step, self.request.POST)
        if not form.is_valid():
            messages.error(self.request, gettext("“%(step)s” was not recorded. Look below.") % {"step": step.label})
        elif self.takes(step, form.cleaned_data["day"], form.cleaned_data["seen_at"], **form.taken_with):
            return self.to_page()
        return self.shown_again(form, step)

    def from_board(self, step: Step, query: str) -> HttpResponse:
        if step in ASKS_MORE or "hours_confirmed" in StepForm(self.object, step).fields:
            if not (missing := NextStepPlanner().to(self.object, step).missing):
                return redirect(f"{placement_url(self.object)}?step={step.value}#step-{step.value}")
            self.refused(gettext(NOT_YET), StepRefused(missing), who=self.object.heading, step=step.label)
        else:
            self.takes(step, timezone.localdate(), self.request.POST.get("seen_at") or NEVER_SEEN)
        return redirect(board_url(query, self.object))

    def takes(self, step: Step, day: Any, seen_at: str, **more: Any) -> bool:
        """Whether the step was taken; the user is told either way."""
        try:
            taken = take_step(self.object, step, day, seen_at=seen_at, **more)
        except (StepRefused, ValidationError) as error:
            self.refused(gettext(NOT_YET), error, who=self.object.heading, step=step.label)
            return False
        log_placement(taken, "step", self.request.user, day, step)
        names = {"who": self.object.heading, "step": step.label, "day": f"{day:%d-%m-%Y}"}
        messages.success(self.request, gettext("%(who)s: “%(step)s” on %(day)s.") % names)
        follow_start(taken.dossier, timezone.localdate())
        if step == Step.WORKING:
            tell_what_stays_open(self.request, taken)
        return True


class OtherWorkView(StepView):
    """Ends a placement, today, for its candidate found other work; leads back to the page it was pressed on."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seen_at = request.POST.get("seen_at") or NEVER_SEEN
        self.takes(Step.ENDED, timezone.localdate(), seen_at, end_reason=get_other_work_reason())
        return go_back(request, placement_url(self.object))


class AgreedView(PlacementAction):
    """The candidate says yes to this employer."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AgreedForm(self.object, request.POST)
        if form.is_valid():
            day = form.cleaned_data["day"]
            try:
                agreed = record_agreement(self.object, day, seen_at=form.cleaned_data["seen_at"])
            except (StepRefused, ValidationError) as error:
                self.refused(gettext("The agreement can't be recorded: %(why)s."), error)
            else:
                log_placement(agreed, "agreed", request.user, day)
                messages.success(request, gettext("The candidate agreed on %(day)s.") % {"day": f"{day:%d-%m-%Y}"})
                return self.to_page()
        return self.shown_again(form, AGREED)


class TakeBackView(PlacementAction):
    """Asks once, says what will happen, then takes the last step back."""

    template_name = "dossiers/placements/back.html"
    action_title = _("Take the last step back")
    form: TakeBackForm | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.form = self.form or TakeBackForm(self.object)
        reached = self.object.reached_steps
        before = reached[-2][0] if len(reached) > 1 else None
        shown = {"before": before, "page_url": placement_url(self.object), "form": self.form}
        return super().get_context_data(**kwargs) | shown

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = TakeBackForm(self.object, request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        last, day = self.object.reached_steps[-1]
        try:
            seen_at = request.POST.get("seen_at") or NEVER_SEEN
            back = undo_last_step(self.object, seen_at=seen_at, **self.form.cleaned_data)
        except (StepRefused, ValidationError) as error:
            self.refused(gettext("The step can't be taken back: %(why)s."), error)
        else:
            log_placement(back, "back", request.user, day, last)
            follow_start(back.dossier, timezone.localdate())
            names = {"step": last.label, "now": Step(back.status).label}
            messages.success(request, gettext("“%(step)s” was taken back; it is “%(now)s” again.") % names)
        return self.to_page()
