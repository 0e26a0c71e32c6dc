"""URLs of the imports: those of coordinators, and those that partners have too."""

from typing import Any

from django.urls import URLPattern, path

from dossiers.backoffice.imports.absent import AbsentView
from dossiers.backoffice.imports.columns import ColumnsView
from dossiers.backoffice.imports.discard import DiscardView
from dossiers.backoffice.imports.questions import PartView, QuestionsView
from dossiers.backoffice.imports.roles import COORDINATOR, ImportRole
from dossiers.backoffice.imports.row_corrections import CorrectGroupView, CorrectRowView, ReplaceView, SaveInputView
from dossiers.backoffice.imports.sheet_templates import TemplateDownloadView
from dossiers.backoffice.imports.undo import UndoView
from dossiers.backoffice.imports.uploads import UploadView
from dossiers.backoffice.imports.views import (
    ApplyView,
    ContinueView,
    ImportListView,
    ImportView,
    ProgressView,
    StopView,
    WorkbookView,
)
from dossiers.backoffice.list_exports import make_export_view

SHARED_VIEWS: dict[str, Any] = {
    "columns": ColumnsView,
    "questions": QuestionsView,
    "part": PartView,
    "keep": SaveInputView,
    "replace": ReplaceView,
    "discard": DiscardView,
    "lines": CorrectGroupView,
    "progress": ProgressView,
}


def build_shared_urls(role: ImportRole, run: str) -> list[URLPattern]:
    """Return the URLs of the views that all roles have; `run` is the path of an import."""
    names = role.url_names
    return [
        *(path(f"{run}{step}/", view.as_view(role=role), name=names[step]) for step, view in SHARED_VIEWS.items()),
        path(f"{run}lines/<int:row>/", CorrectRowView.as_view(role=role), name=names["line"]),
    ]


def urls() -> list[URLPattern]:
    run = "imports/<int:pk>/"
    return [
        path("imports/", ImportListView.as_view(), name="dossiers_imports"),
        path("imports/results/", ImportListView.as_view(results_only=True), name="dossiers_imports_results"),
        path("imports/export/<slug:format>/", make_export_view(ImportListView), name="dossiers_imports_export"),
        path("imports/new/<slug:record>/", UploadView.as_view(), name="dossiers_import_upload"),
        path("imports/template/<slug:record>/", TemplateDownloadView.as_view(), name="dossiers_import_template"),
        path(run, ImportView.as_view(), name="dossiers_import"),
        *build_shared_urls(COORDINATOR, run),
        path(f"{run}return/", WorkbookView.as_view(), name="dossiers_import_return"),
        path(f"{run}continue/", ContinueView.as_view(), name="dossiers_import_continue"),
        path(f"{run}apply/", ApplyView.as_view(), name="dossiers_import_apply"),
        path(f"{run}absent/", AbsentView.as_view(), name="dossiers_import_absent"),
        path(f"{run}undo/", UndoView.as_view(), name="dossiers_import_undo"),
        path(f"{run}stop/", StopView.as_view(), name="dossiers_import_stop"),
    ]
