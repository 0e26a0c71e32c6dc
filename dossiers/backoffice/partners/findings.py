"""Findings that a partner reports about one of its people; they are drafts until a coordinator confirms them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.activity.findings import group_categories
from dossiers.backoffice.activity.name_questions import ask_about_names, get_typed_texts
from dossiers.backoffice.labels import get_supplied_name
from dossiers.backoffice.partners.permissions import PartnerPageMixin
from dossiers.models import Dossier, Finding, Organisation, Supply
from dossiers.reports.person_names import find_written_names


def find_own_findings(supply: Supply) -> QuerySet[Finding]:
    """Return the findings about this person that the organisation's staff reported.

    A coordinator may have edited the texts, so the pages of partners show only the category.
    """
    if supply.dossier_id is None:
        return Finding.objects.none()
    own = Finding.objects.noted_by(Organisation.objects.filter(pk=supply.organisation_id))
    return own.filter(dossier=supply.dossier_id).select_related("category")


class NoteForm(forms.ModelForm):
    """The fields of a finding that a partner fills in."""

    class Meta:
        model = Finding
        fields = ("category", "side", "description", "tried")
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "tried": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, dossiers: QuerySet[Dossier], **kwargs: Any) -> None:
        """Ask about names of these dossiers only: a partner must not learn who else has one."""
        super().__init__(*args, **kwargs)
        ask_about_names(self, find_written_names(get_typed_texts(self), dossiers) if self.is_bound else ())
        self.fields["category"].choices = group_categories()  # type: ignore[attr-defined]


class NoteView(PartnerPageMixin, AdminPageMixin, FormView):
    """The form with which a partner reports a finding."""

    template_name = "dossiers/cases/quick.html"
    model = Supply
    form_class = NoteForm
    page_title = _("Pass on a barrier or an opportunity")
    header_icon = "comment"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = Supply.objects.not_anonymised().filter(organisation__staff=request.user.pk).exclude(dossier=None)
        self.supply = get_object_or_404(own.select_related("organisation", "dossier"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        finding = Finding(dossier=self.supply.dossier, organisation=self.supply.organisation, noted_by=self.user)
        return super().get_form_kwargs() | {
            "dossiers": Dossier.objects.filter(supplies=self.supply),
            "instance": finding,
        }

    @property
    def back_url(self) -> str:
        return reverse("dossiers_partner_correct", args=[self.supply.pk])

    def get_page_subtitle(self) -> str:
        return get_supplied_name(self.supply.values)

    def get_parent_pages(self) -> list[Link]:
        people = (reverse("dossiers_partner_people"), _("Our people"))
        return [people, (self.back_url, get_supplied_name(self.supply.values))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        explanation = _("A coordinator reads it, and confirms it before it counts.")
        return super().get_context_data(**kwargs) | {
            "back": self.back_url,
            "button": _("Send"),
            "sends": True,
            "explanation": explanation,
        }

    def form_valid(self, form: NoteForm) -> HttpResponse:
        form.save()
        messages.success(self.request, gettext("Passed on. A coordinator reads it."))
        return redirect(self.back_url)
