"""URLs of the pages about a list."""

from django.urls import URLPattern, path

from dossiers.backoffice.listing.column_choice import ColumnsView
from dossiers.backoffice.listing.saved_views import SavedViewCreateView, SavedViewDeleteView, SavedViewEditView


def urls() -> list[URLPattern]:
    return [
        path("lists/<slug:kind>/columns/", ColumnsView.as_view(), name="dossiers_list_columns"),
        path("lists/<slug:kind>/views/add/", SavedViewCreateView.as_view(), name="dossiers_view_add"),
        path("views/<int:pk>/", SavedViewEditView.as_view(), name="dossiers_view"),
        path("views/<int:pk>/delete/", SavedViewDeleteView.as_view(), name="dossiers_view_delete"),
    ]
