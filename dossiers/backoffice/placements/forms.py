"""The forms of a placement: one for the agreements and one for each step."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from dates.format import format_date
from dates.forms import AdminDateField
from dossiers.backoffice.forms import MAX_TIMESTAMP_LENGTH
from dossiers.models import ClosingReason, Placement, Step
from dossiers.models.placements.weekly_hours import FULL_WEEK, WeeklyHours


class ConfirmsWeeklyHours:
    """Show the hours that the candidate works elsewhere, and require a confirmation above a full working week.

    Without JavaScript the checkbox appears after the hours were submitted.
    """

    fields: dict[str, forms.Field]
    weekly_hours: WeeklyHours | None = None

    def ask_about_hours(self, placement: Placement, hours: Any, *, may_ask: bool = True) -> None:
        """Add the help text and, above a full week, the checkbox; `hours` is a stored number or submitted text."""
        try:
            number = int(hours)
        except (TypeError, ValueError):
            number = None
        self.weekly_hours = WeeklyHours.of(placement, number)
        if "hours_per_week" in self.fields:
            self["hours_per_week"].help_text = self.weekly_hours.text  # type: ignore[index]
        if may_ask and self.weekly_hours.is_above_full_week:
            words = {"total": self.weekly_hours.total, "most": FULL_WEEK}
            refusal = _("This is more than %(most)d hours a week. Tick the box if that is meant.")
            self.fields["hours_confirmed"] = forms.BooleanField(
                label=_("Yes, %(total)d hours a week is meant") % words, error_messages={"required": refusal % words}
            )


class PlacementForm(ConfirmsWeeklyHours, WagtailAdminModelForm):
    """The agreements of a placement; the kind of work can only be changed before the first step."""

    hours_confirmed = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.status != Step.PROPOSED:
            self.fields.pop("kind", None)
        self.fields.pop("hours_confirmed")
        if self.instance.status != Step.ENDED:
            hours = self["hours_per_week"].value()
            changed = self.fields["hours_per_week"].has_changed(self.instance.hours_per_week, hours)
            self.ask_about_hours(self.instance, hours, may_ask=changed)


class DayForm(forms.Form):
    """The day of an event; `seen_at` is the version of the placement that the user saw."""

    day = AdminDateField(label=_("Day"))
    seen_at = forms.CharField(widget=forms.HiddenInput, max_length=MAX_TIMESTAMP_LENGTH)

    def __init__(self, data: Any = None, *, day: date | None = None, auto_id: str) -> None:
        super().__init__(data, initial={"day": day or timezone.localdate()}, auto_id=auto_id)


class StepForm(ConfirmsWeeklyHours, DayForm):
    """The day of a step and the further fields of that step; ids contain the step, as a page has several forms."""

    def __init__(self, placement: Placement, step: Step, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{step.value}_%s")
        if step == Step.WORKING:
            self.ask_about_hours(placement, placement.hours_per_week)
        if step == Step.PERMIT_GRANTED:
            self.fields["permit_valid_until"] = AdminDateField(
                label=_("Permit valid until"),
                initial=placement.permit_valid_until,
                error_messages={"required": _("Fill in until when the permit is valid.")},
            )
        if step == Step.ENDED:
            self.fields["end_reason"] = forms.ModelChoiceField(
                label=_("Why it ended"),
                queryset=ClosingReason.objects.filter(side=ClosingReason.Side.PLACEMENT),
                empty_label=_("Choose a reason"),
                error_messages={"required": _("Choose why it ended.")},
            )
            if placement.permit_requested_on and not placement.permit_granted_on:
                self.fields["refused"] = forms.BooleanField(label=_("UWV refused the permit"), required=False)

    @property
    def step_arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of `take_step` other than the step and the day."""
        names = ("permit_valid_until", "end_reason", "refused", "hours_confirmed")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class TakeBackForm(ConfirmsWeeklyHours, forms.Form):
    """Asks about the weekly hours when undoing the end of a placement makes the candidate work again."""

    def __init__(self, placement: Placement, data: Any = None) -> None:
        super().__init__(data)
        if [step for step, _day in placement.reached_steps][-2:] == [Step.WORKING, Step.ENDED]:
            self.ask_about_hours(placement, placement.hours_per_week)


class AgreedForm(DayForm):
    """The day on which the candidate agreed; after a no, the user confirms that the candidate changed their mind."""

    def __init__(self, placement: Placement, data: Any = None, *, day: date | None = None) -> None:
        super().__init__(data, day=placement.candidate_agreed_on or day, auto_id="id_agreed_%s")
        if placement.is_declined:
            names = {"day": format_date(placement.candidate_declined_on)}
            refusal = _("The candidate said no on %(day)s. Tick this only if the candidate told you to say yes now.")
            self.fields["changed_mind"] = forms.BooleanField(
                label=_("The candidate changed their mind: it is yes now"),
                error_messages={"required": refusal % names},
            )


class ShareForm(DayForm):
    """The day on which the employer was told."""

    def __init__(self, placement: Placement, data: Any = None) -> None:
        super().__init__(data, day=placement.stopped_on, auto_id="id_told_%s")
