"""Findings that a partner reports about one of its people; they are drafts until a coordinator confirms them."""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
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
from dates.format import format_date
from dossiers.backoffice.activity.findings import group_categories
from dossiers.backoffice.activity.name_questions import ask_about_names, get_typed_texts
from dossiers.backoffice.partners.permissions import PartnerPageMixin
from dossiers.models import Dossier, Finding, FindingCategory, Supply
from dossiers.reports.person_names import find_written_names


@dataclass(frozen=True)
class OwnNote:
    """A finding as the partner wrote it, and what became of it."""

    noticed_on: date
    heading: str
    description: str
    tried: str
    state: str


def list_own_notes(supply: Supply) -> list[OwnNote]:
    """Return what the organisation's staff passed on about this person, the latest first.

    A coordinator may have edited or deleted it, so the words are those of the first version in the history.
    """
    if supply.dossier_id is None:
        return []
    own: dict[str, Any] = {"organisation": supply.organisation_id, "dossier": supply.dossier_id}
    findings = Finding.objects.filter(**own).in_bulk()
    deletions = {version.id: version for version in Finding.history.filter(**own, history_type="-")}
    versions = Finding.history.filter(id__in=[*findings, *deletions]).order_by("-history_id")
    first_versions = findings | {version.id: version for version in versions}
    categories = FindingCategory.objects.in_bulk([first.category_id for first in first_versions.values()])
    notes = []
    for pk, first in first_versions.items():
        category = categories.get(first.category_id)
        heading = f"{category.get_kind_display()}: {category}" if category else ""
        if finding := findings.get(pk):
            state = gettext("a coordinator has not confirmed it yet") if finding.is_draft else gettext("confirmed")
        else:
            deletion = deletions[pk]
            state = gettext("removed on %(day)s") if deletion.confirmed_at else gettext("not taken over on %(day)s")
            state %= {"day": format_date(deletion.history_date)}
        notes.append((first.noticed_on, pk, OwnNote(first.noticed_on, heading, first.description, first.tried, state)))
    return [note for _day, _pk, note in sorted(notes, key=itemgetter(0, 1), reverse=True)]


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

    template_name = "dossiers/activity/quick_entry.html"
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
        return self.supply.full_name

    def get_parent_pages(self) -> list[Link]:
        people = (reverse("dossiers_partner_people"), _("Our people"))
        return [people, (self.back_url, self.supply.full_name)]

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
