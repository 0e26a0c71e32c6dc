"""Forms that record the outcome of a candidate's wish to stop, or of an employer's wish to withdraw an interest."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from dates.format import format_date
from dossiers.backoffice.activity.quick_entry import DossierFormView, PastDateField, RecordFormView
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.forgetting.employers import find_contact_obstacle
from dossiers.models import ClosingReason, ContactMoment, EmployerInterest, FollowUp, Status
from dossiers.models.activity.follow_up import STOP
from dossiers.models.candidate_page.withdrawal import close_dossier, record_continuation
from dossiers.models.employers.withdrawal import close_interest, record_employer_continuation
from dossiers.models.withdrawal import describe_open_actions

CONTACT_KINDS = [choice for choice in ContactMoment.Kind.choices if choice[0] != ContactMoment.Kind.OWN_PAGE]


def get_outcome_url(action: FollowUp) -> str:
    """Return the URL of the form that records the outcome that this action asks for; "" if it asks for none."""
    record = action.withdrawing_record
    if record is None or not action.needs_outcome:
        return ""
    return reverse(
        "dossiers_withdrawal" if action.occasion == STOP else "dossiers_interest_withdrawal", args=[record.pk]
    )


class WithdrawalForm(forms.Form):
    """The outcome of the contact about a wish to stop; the subclasses have the words for a candidate or an employer."""

    CLOSE, KEEPS_WORKING, CONTINUE = "close", "keeps_working", "continue"
    reason_required: Any

    kind = forms.ChoiceField(label=_("How was the contact?"), choices=CONTACT_KINDS)
    day = PastDateField(label=_("Day of the contact, or of your attempt"))

    field_order = ("outcome", "closing_reason", "kind", "day")

    def __init__(self, *args: Any, is_at_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_at_work:
            outcome: Any = self.fields["outcome"]
            outcome.choices = [choice for choice in outcome.choices if choice[0] != self.KEEPS_WORKING]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        stops = cleaned.get("outcome") in (self.CLOSE, self.KEEPS_WORKING)
        if stops and not cleaned.get("closing_reason"):
            self.add_error("closing_reason", self.reason_required)
        goes_on = cleaned.get("outcome") == self.CONTINUE
        if goes_on and cleaned.get("kind") == ContactMoment.Kind.NOT_REACHED:
            self.add_error("kind", _("Choose how you were told so: nobody says anything who is not reached."))
        return cleaned


class CandidateWithdrawalForm(WithdrawalForm):
    reason_required = _("Choose why the candidate stops.")

    outcome = forms.ChoiceField(
        label=_("What did the candidate say?"),
        choices=[
            (WithdrawalForm.KEEPS_WORKING, _("Stops with the pilot, the work goes on")),
            (WithdrawalForm.CLOSE, _("Stops: close the dossier")),
            (WithdrawalForm.CONTINUE, _("Goes on after all")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the candidate said.")},
    )
    closing_reason = forms.ModelChoiceField(
        label=_("Reason, if the candidate stops"),
        queryset=ClosingReason.objects.filter(side=ClosingReason.Side.CANDIDATE),
        empty_label=_("Choose a reason"),
        required=False,
    )


class EmployerWithdrawalForm(WithdrawalForm):
    reason_required = _("Choose why the employer withdraws.")

    outcome = forms.ChoiceField(
        label=_("What did the employer say?"),
        choices=[
            (WithdrawalForm.KEEPS_WORKING, _("Withdraws, the work goes on")),
            (WithdrawalForm.CLOSE, _("Withdraws: close the interest")),
            (WithdrawalForm.CONTINUE, _("Goes on after all")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the employer said.")},
    )
    closing_reason = forms.ModelChoiceField(
        label=_("Reason, if the employer withdraws"),
        queryset=ClosingReason.objects.filter(side=ClosingReason.Side.EMPLOYER),
        empty_label=_("Choose a reason"),
        required=False,
    )


class WithdrawalView(RecordFormView):
    """Record the outcome of a wish to stop: the record is closed, or the candidate or employer goes on."""

    template_name = "dossiers/activity/withdrawal.html"
    page_title = _("Record the outcome")
    header_icon = "warning"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.redirect_if_recorded() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.redirect_if_recorded() or super().post(request, *args, **kwargs)

    def redirect_if_recorded(self) -> HttpResponse | None:
        """Return a redirect to the record if there is no outcome left to record, or None."""
        if self.record.awaits_withdrawal_outcome:
            return None
        messages.info(self.request, gettext("There is no wish to stop of which the outcome must be recorded."))
        return redirect(get_record_url(self.record))

    @property
    def placements(self) -> Any:
        """The open placements that the user may see."""
        visible = self.record.placements.visible_to(self.request.user)
        return visible.open().select_related("dossier", "interest__employer")

    @property
    def is_at_work(self) -> bool:
        raise NotImplementedError

    @property
    def has_phone(self) -> bool:
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        kind = ContactMoment.Kind.CALL if self.has_phone else ContactMoment.Kind.MAIL
        return super().get_initial() | {"kind": kind}

    def build_contact(self, data: dict[str, Any], user: User) -> ContactMoment:
        return ContactMoment(kind=data["kind"], held_on=data["day"], user=user)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_at_work": self.is_at_work}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        placements = [(placement, get_record_url(placement)) for placement in self.placements]
        return super().get_context_data(**kwargs) | {"placements": placements, "keeps_working": self.is_at_work}


class CandidateWithdrawalView(WithdrawalView, DossierFormView):
    form_class = CandidateWithdrawalForm

    @property
    def explanation(self) -> str:
        text = gettext(
            "The candidate said on %(day)s on the own page to want to stop. Call first. Until the outcome is recorded "
            "here, the candidate can't be proposed, and no employer can be told anything."
        )
        return text % {"day": format_date(self.dossier.withdrawal_requested_on)}

    @property
    def is_at_work(self) -> bool:
        return self.dossier.status == Status.WORKING

    @property
    def has_phone(self) -> bool:
        return bool(self.dossier.phone)

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        contact = self.build_contact(data, user)
        if data["outcome"] == WithdrawalForm.CONTINUE:
            record_continuation(self.dossier, contact)
            return gettext("Recorded: the candidate goes on.")
        keeps_working = data["outcome"] == WithdrawalForm.KEEPS_WORKING
        close_dossier(self.dossier, data["closing_reason"], contact, keeps_working=keeps_working)
        if keeps_working:
            return gettext("The dossier was closed. The placement stays as it is.")
        return gettext("The dossier was closed.")


class EmployerWithdrawalView(WithdrawalView):
    """An interest that was closed leads on to erasing the contact, if nothing else needs the contact."""

    form_class = EmployerWithdrawalForm
    model = EmployerInterest

    @property
    def explanation(self) -> str:
        text = gettext(
            "The employer said on %(day)s on the own page to want to withdraw. Contact the employer first. Until the "
            "outcome is recorded here, nobody can be proposed for this work, and the employer can't be told anything. "
            "This is about %(reference)s only: other interests of this employer stay as they are."
        )
        asked_on = format_date(self.record.withdrawal_requested_on)
        return text % {"day": asked_on, "reference": self.record.reference}

    @property
    def is_at_work(self) -> bool:
        return bool(self.record.placements.at_work().exists())

    @property
    def has_phone(self) -> bool:
        return bool(self.record.employer and self.record.employer.phone)

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        contact = self.build_contact(data, user)
        if data["outcome"] == WithdrawalForm.CONTINUE:
            record_employer_continuation(self.record, contact)
            return gettext("Recorded: the employer goes on.")
        keeps_working = data["outcome"] == WithdrawalForm.KEEPS_WORKING
        close_interest(self.record, data["closing_reason"], contact, keeps_working=keeps_working)
        self.record.refresh_from_db()
        if keeps_working:
            text = gettext("The interest was closed. The placement stays as it is.")
        elif self.may_forget_contact():
            text = gettext("The interest was closed. The site promises to erase the sign-up: forget the contact here.")
        else:
            text = gettext("The interest was closed.")
        return " ".join(filter(None, [text, describe_open_actions(self.record)]))

    def may_forget_contact(self) -> bool:
        """Whether the interest is closed, nothing else needs its contact, and the user may erase the contact."""
        may_forget = self.request.user.has_perms(("dossiers.change_employer", "dossiers.delete_employer"))
        return self.record.is_closed and may_forget and not find_contact_obstacle(self.record.employer)

    def get_success_url(self) -> str:
        if self.may_forget_contact():
            return reverse("dossiers_forget_contact", args=[self.record.employer_id])
        return super().get_success_url()
