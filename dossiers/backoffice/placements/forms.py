"""The forms of a placement: what may be edited, and what each step asks."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from dossiers.backoffice.forms import KeepsOthersWork
from dossiers.models import ClosingReason, Placement, Step


class PlacementForm(KeepsOthersWork, WagtailAdminModelForm):
    """What was agreed. The kind of work can change as long as no step was taken on it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.status != Step.PROPOSED:
            self.fields.pop("kind", None)


class DayForm(forms.Form):
    """On which day something happened, to a placement as its user saw it: the page itself fills in `seen_at`."""

    day = forms.DateField(label=_("Day"), widget=AdminDateInput)
    seen_at = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, day: date | None = None, auto_id: str) -> None:
        super().__init__(data, initial={"day": day or timezone.localdate()}, auto_id=auto_id)


class StepForm(DayForm):
    """The day of a step and what more that step asks. Ids hold the step's name: a page has several of these."""

    def __init__(self, placement: Placement, step: Step, data: Any = None) -> None:
        super().__init__(data, auto_id=f"id_{step.value}_%s")
        if step == Step.PERMIT_GRANTED:
            self.fields["permit_valid_until"] = forms.DateField(
                label=_("Permit valid until"),
                widget=AdminDateInput,
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
    def taken_with(self) -> dict[str, Any]:
        """What `take_step` takes beside the step and its day."""
        names = ("permit_valid_until", "end_reason", "refused")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class AgreedForm(DayForm):
    """The day on which the candidate said yes."""

    def __init__(self, placement: Placement, data: Any = None) -> None:
        super().__init__(data, day=placement.candidate_agreed_on, auto_id="id_agreed_%s")


class ToldForm(DayForm):
    """The day on which the employer heard it."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_told_%s")
