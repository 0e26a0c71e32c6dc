"""Of one dossier: anonymising it by hand, and keeping it longer."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from dossiers.backoffice.cases.quick import QuickView
from dossiers.backoffice.cases.subjects import page_of
from dossiers.forgetting.anonymising import NotForgotten, anonymise, in_the_way, preview
from dossiers.forgetting.declared import OF_A_PERSON
from dossiers.models import CLOSED_STATUSES, Dossier, KeptLonger
from dossiers.models.gated import refuse_private_numbers


class ReferenceForm(forms.Form):
    """Typed, not ticked: who does this has looked at which dossier it is."""

    reference = forms.CharField(label=_("Reference of this dossier"), max_length=16)

    def __init__(self, *args: Any, reference: str, **kwargs: Any) -> None:
        self.wanted = reference
        super().__init__(*args, **kwargs)
        self.fields["reference"].help_text = _("Type %(reference)s to confirm.") % {"reference": reference}

    def clean_reference(self) -> str:
        typed = str(self.cleaned_data["reference"]).strip().upper()
        if typed != self.wanted:
            raise ValidationError(_("This is not the reference of this dossier. Nothing was done."))
        return typed


class AnonymiseView(QuickView):
    """Says what goes and what stays, asks for the reference, and does it. There is no way back."""

    form_class = ReferenceForm
    template_name = "dossiers/forgetting/one.html"
    page_title = _("Anonymise")
    header_icon = "bin"
    button = _("Anonymise for good")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm("dossiers.change_dossier") and not request.user.has_perm("dossiers.delete_dossier"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"reference": self.dossier.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        fields: Any = Dossier._meta
        chosen = OF_A_PERSON["dossiers.Dossier"]
        order = [field.name for field in fields.concrete_fields]

        def labels(names: frozenset[str]) -> list[str]:
            return [str(fields.get_field(name).verbose_name) for name in sorted(names - {"id"}, key=order.index)]

        return super().get_context_data(**kwargs) | {
            "refusal": in_the_way(self.dossier),
            "empties": labels(chosen.emptied),
            "keeps": [*labels(chosen.kept), str(fields.get_field("sectors").verbose_name)],
            "going": preview(self.dossier),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            anonymise(self.dossier.pk, self.request.user, gettext("by hand"))  # type: ignore[arg-type]
        except NotForgotten as reason:
            messages.error(self.request, str(reason))
            return self.form_invalid(form)
        messages.success(self.request, gettext("%(reference)s was anonymised.") % {"reference": self.dossier})
        return redirect(page_of(self.dossier))


class KeepForm(forms.Form):
    until = forms.DateField(label=_("Keep until"), widget=AdminDateInput)
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), validators=[refuse_private_numbers]
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        return until


class KeepView(QuickView):
    """A closed dossier that is still needed, such as for a complaint: until when, and why."""

    form_class = KeepForm
    page_title = _("Keep longer")
    header_icon = "history"
    explanation = _("Only for a reason that holds: a complaint, an objection, an audit. After that day it goes.")

    def record(self, given: dict[str, Any], user: User) -> str:
        if self.dossier.status not in CLOSED_STATUSES:
            raise ValidationError(_("This dossier is open, and is kept anyway."))
        KeptLonger.objects.create(dossier=self.dossier, user=user, **given)
        return gettext("Kept until %(day)s.") % {"day": f"{given['until']:%d-%m-%Y}"}
