"""Short forms on a dossier's page: record a conversation, and record a move to another location."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.log_actions import log

from admin_pages.pages import AdminPageMixin, Link
from dates.format import format_date
from dates.forms import AdminDateField
from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.backoffice.forms import coordinator_choices
from dossiers.filters import get_coordinators
from dossiers.models import CLOSED_STATUSES, ClosingReason, Dossier, Placement, Status
from dossiers.models.candidate_page.withdrawal import close_dossier, record_continuation
from dossiers.models.days import validate_past
from dossiers.models.dossiers.conversations import record_talk
from dossiers.models.dossiers.relocation import record_move
from dossiers.models.text_fields import MAX_TEXT_LENGTH, LengthValidator
from dossiers.models.validators import refuse_private_numbers


class PastDateField(AdminDateField):
    """A date that is not in the future; today by default."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(initial=timezone.localdate, validators=[validate_past], **kwargs)


class DossierFormView(AdminPageMixin, FormView):
    """Base of a short form about one dossier, which redirects to the dossier's page."""

    template_name = "dossiers/cases/quick.html"
    explanation: Any = ""
    button: Any = _("Save")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("dossiers.view_dossier"):
            raise Http404
        if not request.user.has_perm("dossiers.change_dossier"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def dossier(self) -> Dossier:
        return get_object_or_404(Dossier.objects.visible_to(self.request.user).not_anonymised(), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.dossier.heading

    def get_parent_pages(self) -> list[Link]:
        dossiers = (get_list_url(Dossier), _("Dossiers"))
        return [dossiers, (get_record_url(self.dossier), self.dossier.heading)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = {"dossier": self.dossier, "back": get_record_url(self.dossier)}
        return super().get_context_data(**kwargs) | back | {"explanation": self.explanation, "button": self.button}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            message = self.save_entry(form.cleaned_data, cast(User, self.request.user))
        except ValidationError as error:
            for field, texts in getattr(error, "message_dict", {None: error.messages}).items():
                form.add_error(field if field in form.fields else None, texts)
            return self.form_invalid(form)
        log(instance=self.dossier, action="wagtail.edit", user=self.request.user, content_changed=True)
        messages.success(self.request, message)
        return redirect(get_record_url(self.dossier))

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        """Save the entry and return the success message; may raise ValidationError."""
        raise NotImplementedError


class TalkForm(forms.Form):
    day = PastDateField(label=_("Day"))
    text = forms.CharField(
        label=_("What about"),
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[LengthValidator(MAX_TEXT_LENGTH), refuse_private_numbers],
    )
    expectation = forms.BooleanField(
        label=_("This was the expectation talk"),
        required=False,
        help_text=_("What taking part means, and that it says nothing about the decision of the IND."),
    )
    notice = forms.BooleanField(label=_("The privacy notice was given"), required=False)


class TalkView(DossierFormView):
    form_class = TalkForm
    page_title = _("Record a talk")
    header_icon = "comment"

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        contact = record_talk(
            self.dossier,
            data["day"],
            data["text"],
            user,
            expectation=data["expectation"],
            notice=data["notice"],
        )
        sentences = [gettext("The talk was recorded.")]
        talk_on, notice_on = contact.dossier.expectation_talk_on, contact.dossier.privacy_notice_on
        if data["expectation"] and talk_on < data["day"]:
            text = gettext(
                "The expectation talk was recorded earlier, on %(day)s, and that day stays. If it is wrong, change it "
                "in the dossier."
            )
            sentences.append(text % {"day": format_date(talk_on)})
        if data["notice"] and notice_on < data["day"]:
            text = gettext(
                "That the privacy notice was given was recorded earlier, on %(day)s, and that day stays. If it is "
                "wrong, change it in the dossier."
            )
            sentences.append(text % {"day": format_date(notice_on)})
        return " ".join(sentences)


class RelocationForm(forms.Form):
    CLOSE, HAND_OVER = "close", "hand_over"

    location = forms.CharField(label=_("To which place"), max_length=100)
    day = PastDateField(label=_("Day"))
    what = forms.ChoiceField(
        label=_("And then"),
        choices=[(CLOSE, _("Close the dossier")), (HAND_OVER, _("Keep it open, with this coordinator"))],
        widget=forms.RadioSelect,
        initial=CLOSE,
    )
    coordinator = forms.ModelChoiceField(label=_("Coordinator"), queryset=get_coordinators(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coordinator_choices(self, "coordinator")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("what") == self.HAND_OVER and not cleaned.get("coordinator"):
            self.add_error("coordinator", _("Choose who goes on with it."))
        return cleaned


class RelocationView(DossierFormView):
    form_class = RelocationForm
    page_title = _("Moved")
    header_icon = "site"
    explanation = _("To another centre. The move is noted as a barrier too: that is what the pilot wants to know.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"coordinator": self.dossier.coordinator_id}

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        close = data["what"] == RelocationForm.CLOSE
        if self.dossier.status in CLOSED_STATUSES:
            close = False
        record_move(self.dossier, data["location"], data["day"], user, close=close, coordinator=data["coordinator"])
        return gettext("The move was recorded, and the dossier closed.") if close else gettext("The move was recorded.")


class WithdrawalForm(forms.Form):
    """The outcome of the call with a candidate who wants to stop."""

    CLOSE, KEEPS_WORKING, CONTINUE = "close", "keeps_working", "continue"
    OUTCOMES = [
        (KEEPS_WORKING, _("Stops with the pilot, the work goes on")),
        (CLOSE, _("Stops: close the dossier")),
        (CONTINUE, _("Goes on after all")),
    ]

    outcome = forms.ChoiceField(
        label=_("What did the candidate say?"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the candidate said.")},
    )
    closing_reason = forms.ModelChoiceField(
        label=_("Reason, if the candidate stops"),
        queryset=ClosingReason.objects.filter(side=ClosingReason.Side.CANDIDATE),
        empty_label=_("Choose a reason"),
        required=False,
    )
    day = PastDateField(label=_("Day of the call"))

    def __init__(self, *args: Any, is_at_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_at_work:
            outcome = cast(forms.ChoiceField, self.fields["outcome"])
            outcome.choices = [choice for choice in self.OUTCOMES if choice[0] != self.KEEPS_WORKING]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        stops = cleaned.get("outcome") in (self.CLOSE, self.KEEPS_WORKING)
        if stops and not cleaned.get("closing_reason"):
            self.add_error("closing_reason", _("Choose why the candidate stops."))
        return cleaned


class WithdrawalView(DossierFormView):
    """Record the outcome of a candidate's wish to stop: the dossier is closed, or the candidate goes on."""

    form_class = WithdrawalForm
    template_name = "dossiers/cases/withdrawal.html"
    page_title = _("Record the outcome")
    header_icon = "warning"

    @property
    def explanation(self) -> str:
        text = gettext(
            "The candidate said on %(day)s on the own page to want to stop. Call first. Until the outcome is recorded "
            "here, the candidate can't be proposed, and no employer can be told anything."
        )
        return text % {"day": format_date(self.dossier.withdrawal_requested_on)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.redirect_if_recorded() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.redirect_if_recorded() or super().post(request, *args, **kwargs)

    @property
    def is_at_work(self) -> bool:
        return self.dossier.status == Status.WORKING

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_at_work": self.is_at_work}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = Placement.objects.visible_to(self.request.user).open().filter(dossier=self.dossier)
        placements = [
            (placement, get_record_url(placement)) for placement in visible.select_related("interest__employer")
        ]
        return super().get_context_data(**kwargs) | {"placements": placements, "keeps_working": self.is_at_work}

    def redirect_if_recorded(self) -> HttpResponse | None:
        """Return a redirect to the dossier if there is no outcome left to record, or None."""
        if self.dossier.awaits_withdrawal_outcome:
            return None
        messages.info(self.request, gettext("There is no wish to stop of which the outcome must be recorded."))
        return redirect(get_record_url(self.dossier))

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        reason, day = data["closing_reason"], data["day"]
        if data["outcome"] == WithdrawalForm.KEEPS_WORKING:
            close_dossier(self.dossier, reason, day, user, keeps_working=True)
            return gettext("The dossier was closed. The placement stays as it is.")
        if data["outcome"] == WithdrawalForm.CLOSE:
            close_dossier(self.dossier, reason, day, user)
            return gettext("The dossier was closed.")
        record_continuation(self.dossier, day, user)
        return gettext("Recorded: the candidate goes on.")
