"""URLs of bulk changes."""

from django.urls import URLPattern, path

from dossiers.backoffice.bulk_changes.list_views import BulkListView
from dossiers.backoffice.bulk_changes.pages import ApplyView, ChangePage, DiscardView, ProgressView, UndoView
from dossiers.backoffice.bulk_changes.selection import ChooseView, ExportSelectionView
from dossiers.backoffice.list_exports import make_export_view


def urls() -> list[URLPattern]:
    return [
        path("lists/<slug:kind>/change/", ChooseView.as_view(), name="dossiers_list_change"),
        path("lists/<slug:kind>/export/", ExportSelectionView.as_view(), name="dossiers_list_export"),
        path("bulk-changes/", BulkListView.as_view(), name="dossiers_bulk_changes"),
        path("bulk-changes/export/<slug:format>/", make_export_view(BulkListView), name="dossiers_bulk_changes_export"),
        path("bulk-changes/<int:pk>/", ChangePage.as_view(), name="dossiers_bulk_change"),
        path("bulk-changes/<int:pk>/apply/", ApplyView.as_view(), name="dossiers_bulk_apply"),
        path("bulk-changes/<int:pk>/discard/", DiscardView.as_view(), name="dossiers_bulk_discard"),
        path("bulk-changes/<int:pk>/undo/", UndoView.as_view(), name="dossiers_bulk_undo"),
        path("bulk-changes/<int:pk>/progress/", ProgressView.as_view(), name="dossiers_bulk_progress"),
    ]
