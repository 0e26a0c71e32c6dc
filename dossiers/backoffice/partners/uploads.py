"""The upload of a partner's list, which is compared with what the partner supplied before."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.imports.sheet_templates import send_empty_template
from dossiers.backoffice.imports.uploads import UploadForm
from dossiers.backoffice.partners.permissions import PartnerPageMixin, PartnerRunsMixin
from dossiers.models import ImportRun, Organisation, RecordKind
from dossiers.spreadsheets.imports import profiles
from dossiers.spreadsheets.imports.decisions import ABOUT_CELLS
from dossiers.spreadsheets.resources import SuppliedResource
from dossiers.tasks import read_import


def build_organisation_field(organisations: list[Organisation]) -> forms.ModelChoiceField:
    """Return the field that asks a user of several organisations for which one the list is."""
    own = Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])
    return forms.ModelChoiceField(
        queryset=own, label=_("For which organisation?"), empty_label=_("Choose an organisation")
    )


class OwnUploadForm(UploadForm):
    """The upload form without the import policy, which the coordinator chooses."""

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, record=RecordKind.DOSSIERS, **kwargs)
        del self.fields["policy"]
        if len(organisations) > 1:
            self.fields["organisation"] = build_organisation_field(organisations)
        else:
            del self.fields["organisation"]


class OwnTemplateView(PartnerPageMixin, View):
    """Download an empty template, without the columns that only the municipality fills in."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return send_empty_template(SuppliedResource())


class OwnUploadView(PartnerRunsMixin, AdminPageMixin, FormView):
    """Upload a list."""

    template_name = "dossiers/partners/upload.html"
    form_class = OwnUploadForm
    header_icon = "upload"
    page_title = _("Upload a list")

    def get_parent_pages(self) -> list[Link]:
        return [(reverse(self.list_url_name), self.list_label)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": self.organisations}

    @property
    def continued_run(self) -> ImportRun | None:
        """Return the returned list that this upload replaces, or None."""
        number = self.request.GET.get("continues", "")
        returned = self.get_runs().filter(state=ImportRun.State.RETURNED)
        return returned.filter(pk=number).first() if number.isdigit() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"continued": self.continued_run}

    def form_valid(self, form: OwnUploadForm) -> HttpResponse:
        before, file = self.continued_run, form.cleaned_data["file"]
        organisation = form.cleaned_data.get("organisation") or self.organisations[0]
        if before and before.organisation != organisation:
            before = None
        with transaction.atomic():
            self.run = ImportRun.objects.create(
                record=RecordKind.DOSSIERS,
                organisation=organisation,
                profile=profiles.find_profile(RecordKind.DOSSIERS, organisation),
                user=self.user,
                file_name=file.name,
                upload=file,
                continues=before,
                decided={name: decision for name, decision in before.decided.items() if name in ABOUT_CELLS}
                if before
                else {},
                by_partner=True,
                with_partner=True,
            )
            read_import.enqueue(self.run.pk)
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return reverse(self.run_url_name, args=[self.run.pk])
