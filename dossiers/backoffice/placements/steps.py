"""Views that take a step, undo the last step, and record that the candidate agreed."""

from datetime import date
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from dates.format import format_date
from dossiers.actions.generate import apply_work_elsewhere_rule
from dossiers.backoffice.placements.competing_placements import warn_about_open_placements
from dossiers.backoffice.placements.detail import AGREED, PlacementAction
from dossiers.backoffice.placements.forms import AgreedForm, StepForm, TakeBackForm
from dossiers.backoffice.placements.log_actions import log_placement
from dossiers.backoffice.placements.next_steps import NextStepPlanner, describe_missing
from dossiers.backoffice.placements.objections import describe_objections
from dossiers.backoffice.placements.routes import board_url, placement_url
from dossiers.backoffice.redirects import redirect_back
from dossiers.models import CLOSED_STATUSES, Step
from dossiers.models.placements.competing_placements import get_other_work_reason
from dossiers.models.placements.placement_steps import (
    StepRefused,
    record_agreement,
    take_step,
    undo_agreement,
    undo_last_step,
)
from dossiers.models.placements.step_requirements import check_undo_of_last_step

STEPS_WITH_MORE_FIELDS = frozenset(
    {Step.PERMIT_GRANTED, Step.ENDED}
)  # these need more fields than a day, for which a card has no room
NOT_RECORDED_YET = gettext_noop(
    "%(who)s: “%(step)s” can't be recorded yet: %(why)s."
)  # the message names the candidate because the board shows many
CARD_NOT_MOVED = gettext_noop("“%(step)s” can't be recorded yet: %(why)s.")  # shown on the card itself
UNKNOWN_VERSION = "-"  # matches no version, so that a form without `seen_at` is refused as outdated


class StepView(PlacementAction):
    """Take a step: from the board today, from the page on the submitted day.

    A form of the board sends the board's query string in `board`. The board's script asks for JSON: it gets the
    `refusal` to show on the card, or the `url` to open.
    """

    form_class = StepForm
    refusal = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") not in Step.values:
            raise Http404
        step = Step(request.POST["step"])
        return (
            self.answer_board(self.record_from_board(step, request.POST["board"]))
            if "board" in request.POST
            else self.record_from_page(step)
        )

    @property
    def is_asked_by_script(self) -> bool:
        return self.request.get_preferred_type(["text/html", "application/json"]) == "application/json"

    def answer_board(self, url: str) -> HttpResponse:
        if not self.is_asked_by_script:
            return redirect(url)
        return JsonResponse({"refusal": self.refusal} if self.refusal else {"url": url})

    def report_refusal(self, sentence: str, error: StepRefused | ValidationError, **words: Any) -> None:
        if self.is_asked_by_script:
            self.refusal = self.describe_refusal(gettext(CARD_NOT_MOVED), error, **words)
        else:
            super().report_refusal(sentence, error, **words)

    def record_from_page(self, step: Step) -> HttpResponse:
        form = StepForm(self.object, step, self.request.POST)
        if not form.is_valid():
            messages.error(self.request, gettext("“%(step)s” was not recorded. Look below.") % {"step": step.label})
        elif self.record_step(step, form.cleaned_data["day"], form.cleaned_data["seen_at"], **form.step_arguments):
            return self.redirect_to_page()
        return self.render_with_form(form, step)

    def record_from_board(self, step: Step, query: str) -> str:
        """Take the step if it needs no more than today's date, and return the URL to open."""
        if step in STEPS_WITH_MORE_FIELDS or "hours_confirmed" in StepForm(self.object, step).fields:
            if not (missing := NextStepPlanner().plan_step(self.object, step).missing):
                return f"{placement_url(self.object, step=step.value, board=query)}#step-{step.value}"
            self.report_refusal(
                gettext(NOT_RECORDED_YET), StepRefused(missing), who=self.object.heading, step=step.label
            )
        elif self.record_step(step, timezone.localdate(), self.request.POST.get("seen_at") or UNKNOWN_VERSION):
            self.warn_about_objections(step)
        return board_url(query, self.object)

    def warn_about_objections(self, step: Step) -> None:
        """Add a message on the board if the work that began does not fit the dossier; the page shows it itself."""
        self.object = self.get_object()  # type: ignore[assignment]
        if step == Step.WORKING and (objections := describe_objections(self.object)):
            messages.warning(self.request, f"{self.object.heading}: {objections}")

    def record_step(self, step: Step, day: Any, seen_at: str, **more: Any) -> bool:
        """Take a step, add a success or error message, and return whether the step was taken."""
        try:
            taken = take_step(self.object, step, day, seen_at=seen_at, user=cast(User, self.request.user), **more)
        except (StepRefused, ValidationError) as error:
            self.report_refusal(gettext(NOT_RECORDED_YET), error, who=self.object.heading, step=step.label)
            return False
        log_placement(taken, "step", self.request.user, day, step)
        names = {"who": self.object.heading, "step": step.label, "day": format_date(day)}
        messages.success(
            self.request, gettext("%(who)s: “%(step)s” on %(day)s.") % names, buttons=self.get_undo_buttons()
        )
        apply_work_elsewhere_rule(taken.dossier, timezone.localdate())
        if step == Step.WORKING:
            warn_about_open_placements(self.request, taken)
        return True

    def get_undo_buttons(self) -> list[Any]:
        """Return a button that leads from the board to the page that undoes the step; the other page has a link."""
        if "board" not in self.request.POST:
            return []
        url = placement_url(self.object, "back", board=self.request.POST["board"])
        return [messages.button(url, gettext("Take back…"))]


class OtherWorkView(StepView):
    """End a placement today because the candidate found other work, and redirect to the previous page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seen_at = request.POST.get("seen_at") or UNKNOWN_VERSION
        self.record_step(Step.ENDED, timezone.localdate(), seen_at, end_reason=get_other_work_reason())
        return redirect_back(request, placement_url(self.object))


class AgreedView(PlacementAction):
    """Record that the candidate agreed to this employer, or take that back."""

    form_class = AgreedForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "take_back" in request.POST:
            return self.take_back()
        form = AgreedForm(self.object, request.POST)
        if form.is_valid():
            day, changed_mind = form.cleaned_data["day"], form.cleaned_data.get("changed_mind", False)
            try:
                seen_at = form.cleaned_data["seen_at"]
                agreed = record_agreement(
                    self.object, day, changed_mind=changed_mind, seen_at=seen_at, user=cast(User, request.user)
                )
            except (StepRefused, ValidationError) as error:
                self.report_refusal(gettext("The agreement can't be recorded: %(why)s."), error)
            else:
                log_placement(agreed, "changed_mind" if changed_mind else "agreed", request.user, day)
                messages.success(request, gettext("The candidate agreed on %(day)s.") % {"day": format_date(day)})
                return self.redirect_to_page()
        return self.render_with_form(form, AGREED)

    def take_back(self) -> HttpResponse:
        day = self.object.candidate_agreed_on
        try:
            back = undo_agreement(self.object, seen_at=self.request.POST.get("seen_at") or UNKNOWN_VERSION)
        except (StepRefused, ValidationError) as error:
            self.report_refusal(gettext("The agreement can't be taken back: %(why)s."), error)
        else:
            log_placement(back, "agreement_back", self.request.user, cast(date, day))
            messages.success(self.request, gettext("The agreement was taken back."))
        return self.redirect_to_page()


class TakeBackView(PlacementAction):
    """Ask for confirmation and undo the last step."""

    form_class = TakeBackForm
    template_name = "dossiers/placements/take_step_back.html"
    action_title = _("Take the last step back")
    form: TakeBackForm | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.form = self.form or TakeBackForm(self.object)
        refusals = "; ".join(describe_missing(check_undo_of_last_step(self.object)))
        before = None if refusals else self.object.reached_steps[-2][0]
        return super().get_context_data(**kwargs) | {
            "before": before,
            "refusals": refusals,
            "status_stays": self.object.dossier.status in CLOSED_STATUSES,
            "page_url": self.get_placement_url(),
            "form": self.form,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = TakeBackForm(self.object, request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        last, day = self.object.reached_steps[-1]
        try:
            seen_at = request.POST.get("seen_at") or UNKNOWN_VERSION
            back = undo_last_step(self.object, seen_at=seen_at, **self.form.cleaned_data)
        except (StepRefused, ValidationError) as error:
            self.report_refusal(gettext("The step can't be taken back: %(why)s."), error)
        else:
            log_placement(back, "back", request.user, day, last)
            apply_work_elsewhere_rule(back.dossier, timezone.localdate())
            names = {"step": last.label, "now": Step(back.status).label}
            messages.success(request, gettext("“%(step)s” was taken back; it is “%(now)s” again.") % names)
        return self.redirect_to_page()
