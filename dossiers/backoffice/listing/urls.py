"""Where the pages beside a list are."""

from django.urls import URLPattern, path

from dossiers.backoffice.listing.column_choice import ColumnsView
from dossiers.backoffice.listing.saved_views import KeepView, RemoveView, SavedViewPage


def urls() -> list[URLPattern]:
    return [
        path("lists/<slug:kind>/columns/", ColumnsView.as_view(), name="dossiers_list_columns"),
        path("lists/<slug:kind>/views/add/", KeepView.as_view(), name="dossiers_view_add"),
        path("views/<int:pk>/", SavedViewPage.as_view(), name="dossiers_view"),
        path("views/<int:pk>/delete/", RemoveView.as_view(), name="dossiers_view_delete"),
    ]
