"""Short forms about one record, and the one that records a move to another location."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
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
from dates.forms import AdminDateField
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.forms import coordinator_choices
from dossiers.backoffice.listing.query_strings import get_url_of_last_list, keep_list
from dossiers.backoffice.record_access import LogsAccess, find_dossiers
from dossiers.filters import get_coordinators
from dossiers.models import CLOSED_STATUSES, Dossier
from dossiers.models.days import validate_past
from dossiers.models.dossiers.relocation import record_move


class PastDateField(AdminDateField):
    """A date that is not in the future; today by default."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(initial=timezone.localdate, validators=[validate_past], **kwargs)


class RecordFormView(LogsAccess, AdminPageMixin, FormView):
    """Base of a short form about one record, which redirects to the record's page."""

    access_kind = AccessLogEntry.What.FORM
    template_name = "dossiers/activity/quick_entry.html"
    model: Any
    explanation: Any = ""
    button: Any = _("Save")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(f"dossiers.view_{self.model._meta.model_name}"):
            raise Http404
        if not self.is_permitted():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_permitted(self) -> bool:
        """Return whether the user, who may see these records, may use the form."""
        return bool(self.request.user.has_perm(f"dossiers.change_{self.model._meta.model_name}"))

    def get_queryset(self) -> Any:
        return self.model._default_manager.visible_to(self.request.user)

    @cached_property
    def record(self) -> Any:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    @property
    def record_url(self) -> str:
        return keep_list(get_record_url(self.record), self.request.GET)

    def get_accessed_dossiers(self) -> dict[str, str]:
        return {dossier.reference: str(self.page_title) for dossier in find_dossiers(self.record)}

    def get_page_subtitle(self) -> str:
        return str(self.record.heading)

    def get_parent_pages(self) -> list[Link]:
        return [
            (get_url_of_last_list(self.model, self.request.GET), self.model.snippet_viewset.menu_label),
            (self.record_url, self.record.heading),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"explanation": self.explanation, "button": self.button, "back": self.record_url}
        return super().get_context_data(**kwargs) | shown

    def get_success_url(self) -> str:
        return self.record_url

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                message = self.save_form(form, cast(User, self.request.user))
        except ValidationError as error:
            for field, texts in getattr(error, "message_dict", {None: error.messages}).items():
                form.add_error(field if field in form.fields else None, texts)
            return self.form_invalid(form)
        messages.success(self.request, message)
        return redirect(self.get_success_url())

    def save_form(self, form: Any, user: User) -> str:
        """Save and log the entry and return the success message; may raise ValidationError."""
        message = self.save_entry(form.cleaned_data, user)
        log(instance=self.record, action="wagtail.edit", user=user, content_changed=True)
        return message

    def save_entry(self, data: dict[str, Any], user: User) -> str:
        """Save the entry and return the success message; may raise ValidationError."""
        raise NotImplementedError


class DossierFormView(RecordFormView):
    model = Dossier

    def get_queryset(self) -> Any:
        return super().get_queryset().not_anonymised()

    @property
    def dossier(self) -> Dossier:
        dossier: Dossier = self.record
        return dossier

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"dossier": self.dossier}


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
            self.add_error("coordinator", _("Choose who continues it."))
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
