"""Lists as files in the backoffice: at once, or for a long list made in the background and kept for a day."""

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
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from dossiers.backoffice.access_log import note_export
from dossiers.models import ExportRun
from dossiers.models.exports.export_run import AT_ONCE
from dossiers.spreadsheets.exports import notifications
from dossiers.spreadsheets.exports.downloads import download, send
from dossiers.spreadsheets.exports.export import Export
from dossiers.spreadsheets.progress import Progress
from dossiers.spreadsheets.writer import FORMATS
from dossiers.tasks import make_export

ABOUT_THE_FILE = ("what", "format")  # words in the address that say nothing of which records


def wanted_columns(names: str | None) -> str:
    return names if names in ExportRun.Columns.values else ExportRun.Columns.ALL.value


class FromListMixin:
    """A view beside a list: it works on what the list holds with the filters, the search and the order in the address.

    Who may use no format of it at all gets the same answer as for a format that does not exist.
    """

    viewset: Any = None
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.formats:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def list_view(self) -> Any:
        return self.viewset.list_as_seen(self.request.user, self.request.GET)

    @cached_property
    def formats(self) -> list[str]:
        formats: list[str] = self.list_view.export_formats()
        return formats

    def allowed(self, format: str) -> str:
        """That format, if the user may use it."""
        if format not in self.formats:
            raise PermissionDenied
        return format

    @property
    def query(self) -> str:
        """The list's own part of the address."""
        query = self.request.GET.copy()
        for name in ABOUT_THE_FILE:
            query.pop(name, None)
        return query.urlencode()

    def address(self, name: str, *args: str, **more: str) -> str:
        parts = QueryDict(self.query, mutable=True)
        parts.update(more)
        return f"{reverse(self.viewset.get_url_name(name), args=args)}?{parts.urlencode()}"


class DownloadView(FromListMixin, View):
    """The list as a file, at once; a long one is asked for on the page that makes it in the background."""

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:
        self.allowed(format)
        columns = wanted_columns(request.GET.get("what"))
        export: Export = self.list_view.export(columns)
        if (count := export.count()) > AT_ONCE:
            return redirect(self.address("export_choice", what=columns, format=format))
        note_export(request, self.viewset.model, self.list_view, format, count)
        return download(export, format)


class ChoiceForm(forms.Form):
    columns = forms.ChoiceField(label=_("What"), choices=ExportRun.Columns.choices, widget=forms.RadioSelect)
    format = forms.ChoiceField(label=_("As"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, formats: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [(name, FORMATS[name].label) for name in formats]  # type: ignore[attr-defined]


class ChoiceView(FromListMixin, WagtailAdminTemplateMixin, FormView):
    """Which columns, in which format: a short list comes at once, a long one is made in the background."""

    template_name = "dossiers/exports/choice.html"
    form_class = ChoiceForm
    header_icon = "download"
    page_title = _("Export a list")

    def get_page_subtitle(self) -> str:
        return str(self.list_view.get_page_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        there = {"url": self.address("list"), "label": self.get_page_subtitle()}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, there, here]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"formats": self.formats}

    def get_initial(self) -> dict[str, Any]:
        format = self.request.GET.get("format")
        return {
            "columns": wanted_columns(self.request.GET.get("what")),
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
            "long": self.count > AT_ONCE,
            "organisation": self.list_view.export_organisation,
            "runs": [run for run in own[:5] if run.busy or run.openable],
        }

    def form_valid(self, form: ChoiceForm) -> HttpResponse:
        chosen = form.cleaned_data
        if self.count <= AT_ONCE:
            return redirect(self.address("export", chosen["format"], what=chosen["columns"]))
        note_export(self.request, self.viewset.model, self.list_view, chosen["format"], self.count)
        with transaction.atomic():
            run = ExportRun.objects.create(
                user=cast(User, self.request.user), kind=self.viewset.model._meta.model_name, query=self.query, **chosen
            )
            make_export.enqueue(run.pk)
        return redirect("dossiers_export", run.pk)


class OwnExports:
    """Only what the user asked for: anyone else's is not found."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet[ExportRun]:
        return ExportRun.objects.of(self.request.user)


class ExportView(OwnExports, WagtailAdminTemplateMixin, DetailView):
    """One export that is made in the background, in whatever state it is."""

    template_name = "dossiers/exports/export.html"
    context_object_name = "run"
    header_icon = "download"
    page_title = _("Export of a list")
    object: ExportRun

    def get_page_subtitle(self) -> str:
        return f"{self.object.get_kind_display()} · {self.object.format}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        there = {"url": self.list_url, "label": self.object.get_kind_display().capitalize()}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, there, here]

    @property
    def list_url(self) -> str:
        viewset = self.object.model.snippet_viewset  # type: ignore[attr-defined]
        return f"{reverse(viewset.get_url_name('list'))}?{self.object.query}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.object.busy:
            notifications.seen(self.object)
        far = Progress(self.object.pk, "export").read()
        return super().get_context_data(**kwargs) | {"list_url": self.list_url, "progress": far}


class ExportProgressView(OwnExports, View):
    """How far it is: {"busy", "done", "total"}; lines, total null while it isn't known."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_queryset(), pk=pk)
        far = Progress(run.pk, "export").read()
        return JsonResponse({"busy": run.busy, "done": far.done if far else 0, "total": far.total if far else None})


class ExportFileView(OwnExports, View):
    """The file itself, for the one who asked and still may."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run = get_object_or_404(self.get_queryset(), pk=pk)
        if not run.openable:
            raise Http404
        if not request.user.has_perm(run.permission):
            raise PermissionDenied
        return send(run.file.open("rb"), run.get_kind_display(), run.format)


def tell_of_ended_exports(request: HttpRequest, _menu_items: list[Any]) -> None:
    """A message on the next page that its user opens. For Wagtail's hook `construct_main_menu`, which every page of
    the backoffice calls before it shows its messages, and nothing else does."""
    numbers = notifications.untold(request.user.pk)
    for run in ExportRun.objects.of(request.user).filter(pk__in=numbers) if numbers else ():
        button = messages.button(reverse("dossiers_export", args=[run.pk]), gettext("Open"))
        if run.openable:
            messages.success(request, gettext("The file that you asked for is ready."), buttons=[button])
        elif run.state == ExportRun.State.FAILED:
            messages.error(request, gettext("The file that you asked for could not be made."), buttons=[button])
