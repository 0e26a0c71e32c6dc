"""Where the backoffice's parts stand in the admin's menu and under which addresses."""

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from dossiers.backoffice.dossiers import DossierViewSet
from dossiers.backoffice.employers import EmployerViewSet, InterestViewSet, take_over
from dossiers.backoffice.imports import ApplyView, ImportListView, ImportView, ProgressView, StopView
from dossiers.backoffice.lists import (
    ClosingReasonViewSet,
    FindingCategoryViewSet,
    ImportProfileViewSet,
    OrganisationViewSet,
    RegulationViewSet,
    SectorViewSet,
    mark_checked,
)
from dossiers.backoffice.uploads import UploadView


class ListsGroup(SnippetViewSetGroup):
    """What coordinators set up once and seldom change."""

    items = (
        OrganisationViewSet,
        SectorViewSet,
        ClosingReasonViewSet,
        FindingCategoryViewSet,
        ImportProfileViewSet,
    )
    menu_label = _("Lists")
    menu_icon = "list-ul"
    menu_order = 250


VIEWSETS = (DossierViewSet, InterestViewSet, EmployerViewSet, RegulationViewSet, ListsGroup)


class ImportsMenuItem(MenuItem):
    def is_shown(self, request: object) -> bool:
        return request.user.has_perm("dossiers.view_importrun")  # type: ignore[attr-defined]


def imports_menu_item() -> MenuItem:
    return ImportsMenuItem(_("Imports"), reverse_lazy("dossiers_imports"), icon_name="upload", order=130)


def admin_urls() -> list[URLPattern]:
    return [
        path("imports/", ImportListView.as_view(), name="dossiers_imports"),
        path("imports/new/<slug:record>/", UploadView.as_view(), name="dossiers_import_upload"),
        path("imports/<int:pk>/", ImportView.as_view(), name="dossiers_import"),
        path("imports/<int:pk>/apply/", ApplyView.as_view(), name="dossiers_import_apply"),
        path("imports/<int:pk>/stop/", StopView.as_view(), name="dossiers_import_stop"),
        path("imports/<int:pk>/progress/", ProgressView.as_view(), name="dossiers_import_progress"),
        path("interests/<int:pk>/take-over/", take_over, name="dossiers_take_over"),
        path("rules/<int:pk>/checked/", mark_checked, name="dossiers_mark_checked"),
    ]
