"""A partner's own list: the same form without the question whose it is, compared with what they supplied before."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from dossiers.backoffice.imports.sheet_templates import empty_template
from dossiers.backoffice.imports.uploads import UploadForm
from dossiers.backoffice.partners.permissions import PartnerPage, PartnersRuns
from dossiers.models import ImportRun, Organisation, RecordKind
from dossiers.spreadsheets.imports import profiles
from dossiers.spreadsheets.imports.decisions import ABOUT_CELLS
from dossiers.spreadsheets.resources import SuppliedResource
from dossiers.tasks import read_import


def own_organisation_field(organisations: list[Organisation]) -> forms.ModelChoiceField:
    """Asks for which of their organisations, who is on the staff of several."""
    own = Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])
    return forms.ModelChoiceField(
        queryset=own, label=_("For which organisation?"), empty_label=_("Choose an organisation")
    )


class OwnUploadForm(UploadForm):
    """What to do with its lines is for the coordinator to say."""

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, record=RecordKind.DOSSIERS, **kwargs)
        del self.fields["policy"]
        if len(organisations) > 1:
            self.fields["organisation"] = own_organisation_field(organisations)
        else:
            del self.fields["organisation"]


class OwnTemplateView(PartnerPage, View):
    """The empty template for a partner's list: without the columns that only the municipality fills."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return empty_template(SuppliedResource())


class OwnUploadView(PartnersRuns, WagtailAdminTemplateMixin, FormView):
    template_name = "dossiers/partners/upload.html"
    form_class = OwnUploadForm
    header_icon = "upload"
    page_title = _("Upload a list")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        lists = {"url": reverse(self.list_url_name), "label": self.list_label}
        return [*self.breadcrumbs_items, lists, {"url": "", "label": self.get_page_title()}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": self.organisations}

    @property
    def continued(self) -> ImportRun | None:
        """The returned list of which this is the mended one."""
        number = self.request.GET.get("continues", "")
        returned = self.runs().filter(state=ImportRun.State.RETURNED)
        return returned.filter(pk=number).first() if number.isdigit() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"continued": self.continued}

    def form_valid(self, form: OwnUploadForm) -> HttpResponse:
        before, file = self.continued, form.cleaned_data["file"]
        organisation = form.cleaned_data.get("organisation") or self.organisations[0]
        if before and before.organisation != organisation:
            before = None
        with transaction.atomic():
            self.run = ImportRun.objects.create(
                record=RecordKind.DOSSIERS,
                organisation=organisation,
                profile=profiles.remembered(RecordKind.DOSSIERS, organisation),
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
