"""The first step of an import: the file, its sender, and what to do with existing records."""

from typing import Any, cast

from django import forms
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from admin_pages.pages import AdminPageMixin, Link
from dossiers.models import ImportRun, Organisation, RecordKind
from dossiers.spreadsheets.imports import profiles
from dossiers.spreadsheets.imports.upload_limits import MAX_BYTES
from dossiers.tasks import read_import

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods"


class UploadForm(forms.Form):
    """The file, its sender and the import policy; only lists of dossiers have a sender."""

    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.all(), label=_("Who sends this list?"), empty_label=_("Choose an organisation")
    )
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("Excel (.xlsx, .xls), LibreOffice (.ods) or text (.csv, .tsv, .txt); 20 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        allow_empty_file=True,
        max_length=200,
    )
    policy = forms.ChoiceField(
        label=_("What to do with the lines?"),
        choices=ImportRun.Policy.choices,
        initial=ImportRun.Policy.UPDATE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, record: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record != RecordKind.DOSSIERS:
            del self.fields["organisation"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB. Split the list and upload the parts."))
        return file


class UploadView(PermissionRequiredMixin, AdminPageMixin, FormView):
    """Upload a file and enqueue reading it."""

    permission_required = "dossiers.add_importrun"
    template_name = "dossiers/imports/upload.html"
    form_class = UploadForm
    header_icon = "upload"
    page_title = _("Import a spreadsheet")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["record"] not in RecordKind.values:
            raise Http404
        self.record = RecordKind(kwargs["record"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.record.label)

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_imports"), _("Imports"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"record": self.record}

    def form_valid(self, form: UploadForm) -> HttpResponse:
        organisation = form.cleaned_data.get("organisation")
        file = form.cleaned_data["file"]
        with transaction.atomic():
            self.run = ImportRun.objects.create(
                record=self.record,
                organisation=organisation,
                profile=profiles.find_profile(self.record, organisation),
                user=cast(User, self.request.user),
                file_name=file.name,
                upload=file,
                policy=form.cleaned_data["policy"],
            )
            read_import.enqueue(self.run.pk)
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return reverse("dossiers_import", args=[self.run.pk])
