"""Exports of lists: short lists at once, long lists in the background with a file that is stored for a day."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, FormView, View
from wagtail.admin import messages

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.access_log import log_export
from dossiers.backoffice.progress import get_progress_context, serialize_progress
from dossiers.models import ExportRun
from dossiers.models.exports.export_run import MAX_SYNCHRONOUS_RECORDS
from dossiers.spreadsheets.exports import notifications
from dossiers.spreadsheets.exports.downloads import download, send
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.writer import FORMATS
from dossiers.tasks import make_export

FILE_PARAMETERS = ("what", "format")  # parameters that do not filter the list


def clean_columns_choice(names: str | None) -> str:
    return names if names in ExportRun.Columns.values else ExportRun.Columns.ALL.value


class ListExportMixin:
    """Base of the export views of a list; they use the filters, the search and the order in the query string.

    A user without permission for any format gets the same 403 as for a format that does not exist.
    """

    viewset: Any = None
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.formats:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def list_view(self) -> Any:
        return self.viewset.build_list_view(self.request.user, self.request.GET)

    @cached_property
    def formats(self) -> list[str]:
        formats: list[str] = self.list_view.export_formats()
        return formats

    def check_format(self, format: str) -> str:
        """Return the format; raise PermissionDenied if the user may not use it."""
        if format not in self.formats:
            raise PermissionDenied
        return format

    @property
    def query(self) -> str:
        """Return the query string without the parameters of the file."""
        query = self.request.GET.copy()
        for name in FILE_PARAMETERS:
            query.pop(name, None)
        return query.urlencode()

    def get_url(self, name: str, *args: str, **more: str) -> str:
        parts = QueryDict(self.query, mutable=True)
        parts.update(more)
        return f"{reverse(self.viewset.get_url_name(name), args=args)}?{parts.urlencode()}"


class DownloadView(ListExportMixin, View):
    """Download a short list; for a long one, redirect to the page that makes the file in the background."""

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:
        self.check_format(format)
        columns = clean_columns_choice(request.GET.get("what"))
        export: Export = self.list_view.export(columns)
        if (count := export.count()) > MAX_SYNCHRONOUS_RECORDS:
            return redirect(self.get_url("export_choice", what=columns, format=format))
        log_export(request, self.viewset.model, self.list_view, format, count)
        return download(export, format)


class ChoiceForm(forms.Form):
    """The columns and the format of an export."""

    columns = forms.ChoiceField(label=_("What"), choices=ExportRun.Columns.choices, widget=forms.RadioSelect)
    format = forms.ChoiceField(label=_("As"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, formats: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [(name, FORMATS[name].label) for name in formats]  # type: ignore[attr-defined]


class ChoiceView(ListExportMixin, AdminPageMixin, FormView):
    """Choose the columns and the format; a long list is exported in the background."""

    template_name = "dossiers/exports/choice.html"
    form_class = ChoiceForm
    header_icon = "download"
    page_title = _("Export a list")

    def get_page_subtitle(self) -> str:
        return str(self.list_view.get_page_title())

    def get_parent_pages(self) -> list[Link]:
        return [(self.get_url("list"), self.get_page_subtitle())]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"formats": self.formats}

    def get_initial(self) -> dict[str, Any]:
        format = self.request.GET.get("format")
        return {
            "columns": clean_columns_choice(self.request.GET.get("what")),
            "format": format if format in self.formats else self.formats[0],
        }

    @cached_property
    def count(self) -> int:
        return int(self.list_view.export(ExportRun.Columns.ALL).count())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = self.viewset.model._meta.model_name
        own = ExportRun.objects.of(self.request.user).filter(kind=kind)
        return super().get_context_data(**kwargs) | {
            "count": self.count,
            "long": self.count > MAX_SYNCHRONOUS_RECORDS,
            "organisation": self.list_view.export_organisation,
            "runs": [run for run in own[:5] if run.busy or run.openable],
        }

    def form_valid(self, form: ChoiceForm) -> HttpResponse:
        chosen = form.cleaned_data
        if self.count <= MAX_SYNCHRONOUS_RECORDS:
            return redirect(self.get_url("export", chosen["format"], what=chosen["columns"]))
        log_export(self.request, self.viewset.model, self.list_view, chosen["format"], self.count)
        with transaction.atomic():
            run = ExportRun.objects.create(
                user=cast(User, self.request.user), kind=self.viewset.model._meta.model_name, query=self.query, **chosen
            )
            make_export.enqueue(run.pk)
        return redirect("dossiers_export", run.pk)


class OwnExportsMixin:
    """Limit exports to those of the current user; others are a 404."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet[ExportRun]:
        return ExportRun.objects.of(self.request.user)


class ExportView(OwnExportsMixin, AdminPageMixin, DetailView):
    """The page of an export in the background, in any state."""

    template_name = "dossiers/exports/export.html"
    context_object_name = "run"
    header_icon = "download"
    page_title = _("Export of a list")
    object: ExportRun

    def get_page_subtitle(self) -> str:
        return f"{self.object.get_kind_display()} · {self.object.format}"

    def get_parent_pages(self) -> list[Link]:
        return [(self.list_url, self.object.get_kind_display().capitalize())]

    @property
    def list_url(self) -> str:
        viewset = self.object.model.snippet_viewset  # type: ignore[attr-defined]
        return f"{reverse(viewset.get_url_name('list'))}?{self.object.query}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_new = not self.object.busy and notifications.mark_seen(self.object)
        return super().get_context_data(**kwargs) | {
            "list_url": self.list_url,
            "starts": is_new and self.object.openable,  # only once, since every download is a copy of people's data
            **get_progress_context(self.object),
        }


class ExportProgressView(OwnExportsMixin, View):
    """Return the progress as JSON."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return JsonResponse(serialize_progress(get_object_or_404(self.get_queryset(), pk=pk)))


class ExportFileView(OwnExportsMixin, View):
    """Download the file, if the user still has the permission."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = get_object_or_404(self.get_queryset(), pk=pk)
        if not run.openable:
            raise Http404
        if not request.user.has_perm(run.permission):
            raise PermissionDenied
        return send(run.file.open("rb"), run.get_kind_display(), run.format)


def notify_finished_exports(request: HttpRequest, _menu_items: list[Any]) -> None:
    """Add a message about each export that ended since the user's last page.

    For Wagtail's hook `construct_main_menu`, which only backoffice pages call, and before they render messages.
    """
    numbers = notifications.pop_unseen(request.user.pk)
    for run in ExportRun.objects.of(request.user).filter(pk__in=numbers) if numbers else ():
        if run.openable:
            button = messages.button(reverse("dossiers_export_file", args=[run.pk]), gettext("Download"))
            messages.success(request, gettext("The file that you asked for is ready."), buttons=[button])
        elif run.state == ExportRun.State.FAILED:
            button = messages.button(reverse("dossiers_export", args=[run.pk]), gettext("Open"))
            messages.error(request, gettext("The file that you asked for could not be made."), buttons=[button])
