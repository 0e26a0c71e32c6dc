"""The first step of an import: the file, its sender, and what to do with existing records."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from admin_pages.pages import AdminPageMixin, Link
from dossiers import privacy
from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.models import ImportRun, Organisation, RecordKind
from dossiers.spreadsheets.imports.pending_uploads import (
    delete_pending_upload,
    open_pending_upload,
    store_pending_upload,
)
from dossiers.spreadsheets.imports.uploads import MAX_BYTES, TOO_LARGE, create_run
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
            raise forms.ValidationError(TOO_LARGE)
        return file


class UploadView(ImportRoleMixin, AdminPageMixin, FormView):
    """Upload a file and enqueue reading it."""

    template_name = "dossiers/imports/upload.html"
    form_class: type[UploadForm] = UploadForm
    header_icon = "upload"
    page_title = _("Import a spreadsheet")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["record"] not in self.role.resources:
            raise Http404
        self.record = RecordKind(kwargs["record"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.record.label)

    def get_parent_pages(self) -> list[Link]:
        return [(reverse(self.role.url_names["list"]), self.role.list_label)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"record": self.record, "initial": {"file": self.pending_upload}}

    @cached_property
    def pending_reference(self) -> str:
        return self.request.POST.get("pending_upload", "")

    @cached_property
    def pending_upload(self) -> File | None:
        """The file that was uploaded before with the same form, when that was not complete."""
        return open_pending_upload(self.pending_reference, cast(User, self.request.user))

    def form_valid(self, form: UploadForm) -> HttpResponse:
        with transaction.atomic():
            self.run = self.create_run(form.cleaned_data)
            read_import.enqueue(self.run.pk)
        if self.pending_upload:
            delete_pending_upload(self.pending_reference)
        return super().form_valid(form)

    def form_invalid(self, form: UploadForm) -> HttpResponse:
        """Show the form with its errors; the file is stored, since a browser does not send it again."""
        file = form.cleaned_data.get("file")
        if file is None:
            return super().form_invalid(form)
        name = privacy.masked(file.name)
        if file is not self.pending_upload:
            self.pending_reference = store_pending_upload(file, cast(User, self.request.user))
        text = gettext("“%(name)s” is uploaded already. Choose a file here only to read another one instead.")
        form["file"].help_text = text % {"name": name}
        messages.error(self.request, gettext("The list is not read yet. Fill in what is missing."))
        return self.render_to_response(self.get_context_data(form=form, pending_reference=self.pending_reference))

    def create_run(self, data: dict[str, Any], **fields: Any) -> ImportRun:
        """Create the import of the uploaded file, with these fields besides those that were filled in."""
        return create_run(
            self.record,
            data.get("organisation"),
            data["file"],
            user=cast(User, self.request.user),
            policy=data.get("policy", ImportRun.Policy.UPDATE),
            **fields,
        )

    def get_success_url(self) -> str:
        return reverse(self.role.url_names["run"], args=[self.run.pk])
