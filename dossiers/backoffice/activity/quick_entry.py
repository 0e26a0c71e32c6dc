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

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from dates.format import format_date
from dates.forms import AdminDateField
from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.backoffice.forms import coordinator_choices
from dossiers.backoffice.record_access import LogsAccess
from dossiers.filters import get_coordinators
from dossiers.models import CLOSED_STATUSES, Dossier, EmployerInterest
from dossiers.models.days import validate_past
from dossiers.models.dossiers.conversations import record_talk
from dossiers.models.dossiers.relocation import record_move
from dossiers.models.text_fields import MAX_TEXT_LENGTH, LengthValidator
from dossiers.models.validators import refuse_private_numbers


class PastDateField(AdminDateField):
    """A date that is not in the future; today by default."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(initial=timezone.localdate, validators=[validate_past], **kwargs)


class RecordFormView(LogsAccess, AdminPageMixin, FormView):
    """Base of a short form about one dossier or interest, which redirects to the record's page."""

    access_kind = AccessLogEntry.What.FORM
    template_name = "dossiers/cases/quick.html"
    model: type[Dossier] | type[EmployerInterest]
    list_title: Any
    explanation: Any = ""
    button: Any = _("Save")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        name = self.model._meta.model_name
        if not request.user.has_perm(f"dossiers.view_{name}"):
            raise Http404
        if not request.user.has_perm(f"dossiers.change_{name}"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return self.model._default_manager.visible_to(self.request.user)

    @cached_property
    def record(self) -> Any:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_accessed_dossiers(self) -> dict[str, str]:
        return {self.record.reference: str(self.page_title)} if isinstance(self.record, Dossier) else {}

    def get_page_subtitle(self) -> str:
        return str(self.record.heading)

    def get_parent_pages(self) -> list[Link]:
        return [(get_list_url(self.model), self.list_title), (get_record_url(self.record), self.record.heading)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"explanation": self.explanation, "button": self.button, "back": get_record_url(self.record)}
        return super().get_context_data(**kwargs) | shown

    def get_success_url(self) -> str:
        return get_record_url(self.record)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            message = self.save_entry(form.cleaned_data, cast(User, self.request.user))
        except ValidationError as error:
            for field, texts in getattr(error, "message_dict", {None: error.messages}).items():
                form.add_error(field if field in form.fields else None, texts)
            return self.form_invalid(form)
        log(instance=self.record, action="wagtail.edit", user=self.request.user, content_changed=True)
        messages.success(self.request, message)
        return redirect(self.get_success_url())

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        """Save the entry and return the success message; may raise ValidationError."""
        raise NotImplementedError


class DossierFormView(RecordFormView):
    model = Dossier
    list_title = _("Dossiers")

    def get_queryset(self) -> Any:
        return super().get_queryset().not_anonymised()

    @property
    def dossier(self) -> Dossier:
        dossier: Dossier = self.record
        return dossier

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"dossier": self.dossier}


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
