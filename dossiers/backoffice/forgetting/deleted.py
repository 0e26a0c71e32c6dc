"""Forgetting a person of whom every dossier was deleted, by a user or by the undo of an import."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages

from admin_pages.pages import AdminPageMixin, Link
from dates.forms import AdminDateField
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.forgetting.dossier import PERMISSIONS, AnonymiseView
from dossiers.backoffice.forgetting.person_search import PersonSearch
from dossiers.forgetting.anonymize import AnonymizationRefused, anonymize_deleted, find_obstacle_of_deleted
from dossiers.forgetting.personal_data import Person
from dossiers.forgetting.same_person import Identity, find_existing_dossiers, get_deleted_dossiers
from dossiers.models import Dossier
from dossiers.models.contact_fields import LowerCaseEmailField, PhoneField


class PersonForm(forms.Form):
    """Asks for the names, date of birth, e-mail address or telephone number of a person without a dossier."""

    explanation = _(
        "Does somebody ask to be forgotten who is or was the contact of an employer? Or whose dossier, employer or "
        "sign-up was deleted, or removed by the undo of an import? That is kept for 30 days. Find the person here, and "
        "forget them now. Fill in what you know: a name, an e-mail address or a telephone number is enough."
    )

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    date_of_birth = AdminDateField(
        label=_("Date of birth"), required=False, help_text=_("Only of a candidate. Contacts of employers have none.")
    )
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)

    def clean_email(self) -> str:
        email: str = LowerCaseEmailField(blank=True).clean(self.cleaned_data["email"], None)
        return email

    def clean_phone(self) -> str:
        phone: str = PhoneField(blank=True).clean(self.cleaned_data["phone"], None)
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned[name] for name in cleaned if name != "date_of_birth"):
            raise ValidationError(_("Type a name, an e-mail address or a telephone number."))
        return cleaned


class FindDeletedView(AdminPageMixin, FormView):
    """Find what is kept of a person without a dossier; nothing that was typed is stored or in an address."""

    form_class = PersonForm
    template_name = "dossiers/forgetting/search.html"
    page_title = _("Somebody without a dossier")
    header_icon = "bin"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("dossiers.view_dossier"):
            raise Http404
        if not request.user.has_perms(PERMISSIONS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_forgetting"), _("Keeping and forgetting"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"button": _("Search"), "back": reverse("dossiers_forgetting"), "searches": True, "beside_others": True}
        if "search" not in kwargs:
            shown["explanation"] = PersonForm.explanation
        return super().get_context_data(**kwargs) | shown

    def form_valid(self, form: Any) -> HttpResponse:
        search = PersonSearch(form.cleaned_data, self.request.user)
        results = [*search.certain, *search.possible, *search.existing]
        if len(results) == len(search.certain) == 1:
            return redirect(results[0].url)
        log_list_access(self.request, self.page_title, len(results))
        return self.render_to_response(self.get_context_data(form=form, search=search, results=results))


class ForgetDeletedView(AnonymiseView):
    """Show what is erased of the person of a deleted dossier, and anonymize after confirmation."""

    @cached_property
    def record(self) -> Dossier:
        for deleted in get_deleted_dossiers([self.kwargs["pk"]]):
            return deleted.dossier
        raise Http404

    @cached_property
    def person(self) -> Person:
        return Person.deleted(self.dossier.pk)

    @cached_property
    def obstacle(self) -> str:
        return find_obstacle_of_deleted(self.person, self.lists_with_rows, self.rows_to_judge)

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_forgetting"), _("Keeping and forgetting"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        existing = find_existing_dossiers(Identity(self.person.keys)).first()
        back = get_record_url(existing) if existing else reverse("dossiers_forgetting")
        return super().get_context_data(**kwargs) | {"back": back, "has_dossier": bool(existing)}

    def form_valid(self, form: Any) -> HttpResponse:
        user, decisions = cast(User, self.request.user), form.decide(self.mentions)
        try:
            anonymize_deleted(self.dossier.pk, user, gettext("by hand"), decisions, self.lists_with_rows, form.similar)
        except AnonymizationRefused as reason:
            messages.error(self.request, str(reason))
            return self.form_invalid(form)
        messages.success(self.request, gettext("%(reference)s was anonymised.") % {"reference": self.dossier})
        return redirect("dossiers_forgetting")
