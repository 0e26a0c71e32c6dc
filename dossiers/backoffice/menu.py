"""Menu items and URLs of the backoffice."""

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from dossiers.backoffice.access_log import AccessLogView, RecordAccessLogView
from dossiers.backoffice.action_rules import ActionRuleViewSet, EmailTextViewSet
from dossiers.backoffice.activity.contacts import ContactViewSet
from dossiers.backoffice.activity.conversations import urls as talk_urls
from dossiers.backoffice.activity.findings import ConfirmFindingView, FindingViewSet
from dossiers.backoffice.activity.follow_ups import FollowUpViewSet, toggle_done
from dossiers.backoffice.activity.mails import urls as mail_urls
from dossiers.backoffice.activity.quick_entry import RelocationView
from dossiers.backoffice.activity.withdrawal import CandidateWithdrawalView, EmployerWithdrawalView
from dossiers.backoffice.agenda.pages import urls as agenda_urls
from dossiers.backoffice.archive import urls as archive_urls
from dossiers.backoffice.bulk_changes.urls import urls as bulk_urls
from dossiers.backoffice.deleted_records import deletion_urls
from dossiers.backoffice.dossiers import DossierViewSet
from dossiers.backoffice.employers import EmployerViewSet, InterestViewSet, take_over
from dossiers.backoffice.evaluations.urls import urls as evaluation_urls
from dossiers.backoffice.exports import ExportFileView, ExportProgressView, ExportView
from dossiers.backoffice.forgetting.menu import urls as forgetting_urls
from dossiers.backoffice.guide.views import urls as guide_urls
from dossiers.backoffice.imports.urls import urls as import_urls
from dossiers.backoffice.list_exports import make_export_view
from dossiers.backoffice.listing.urls import urls as listing_urls
from dossiers.backoffice.lists import (
    ClosingReasonViewSet,
    FindingCategoryViewSet,
    GlossaryViewSet,
    ImportProfileViewSet,
    OrganisationViewSet,
    RegulationViewSet,
    SectorViewSet,
)
from dossiers.backoffice.matching.pages import urls as matching_urls
from dossiers.backoffice.menu_pages import urls as menu_page_urls
from dossiers.backoffice.merges.list_views import MergeListView, UndoMergeView
from dossiers.backoffice.merges.merge import ChooseView, MergeView
from dossiers.backoffice.money.expenses import ExpenseViewSet
from dossiers.backoffice.money.milestones import MilestoneViewSet
from dossiers.backoffice.money.overview import OverviewView
from dossiers.backoffice.offers.views import urls as offer_urls
from dossiers.backoffice.own_fields.viewset import OwnFieldViewSet
from dossiers.backoffice.placements.viewset import PlacementViewSet
from dossiers.backoffice.reports.pages import urls as report_urls
from dossiers.backoffice.rule_checks import mark_checked
from dossiers.backoffice.rule_translations import approve_translation
from dossiers.backoffice.search.views import urls as search_urls


class EmployersGroup(SnippetViewSetGroup):
    """The menu of employers, with what they offer."""

    items = (EmployerViewSet, InterestViewSet)
    menu_label = _("Employers")
    menu_name = "employers"
    menu_icon = "home"
    menu_order = 102


class BudgetMenuItem(MenuItem):
    def is_shown(self, request: object) -> bool:
        return request.user.has_perm("dossiers.view_expense")  # type: ignore[attr-defined]


def budget_menu_item() -> MenuItem:
    return BudgetMenuItem(_("Budget"), reverse_lazy("dossiers_money"), name="budget", icon_name="calendar")


VIEWSETS = (
    DossierViewSet,
    EmployersGroup,
    PlacementViewSet,
    FollowUpViewSet,
    FindingViewSet,
    ContactViewSet,
    ExpenseViewSet,
    MilestoneViewSet,
    RegulationViewSet,
    GlossaryViewSet,
    OrganisationViewSet,
    SectorViewSet,
    ClosingReasonViewSet,
    FindingCategoryViewSet,
    OwnFieldViewSet,
    ActionRuleViewSet,
    EmailTextViewSet,
    ImportProfileViewSet,
)


class ImportsMenuItem(MenuItem):
    def is_shown(self, request: object) -> bool:
        return request.user.has_perm("dossiers.view_importrun")  # type: ignore[attr-defined]


def imports_menu_item() -> MenuItem:
    return ImportsMenuItem(_("Imports"), reverse_lazy("dossiers_imports"), icon_name="upload", order=130)


def dossier_urls() -> list[URLPattern]:
    return [
        path("dossiers/<int:pk>/moved/", RelocationView.as_view(), name="dossiers_moved"),
        path("dossiers/<int:pk>/withdrawal/", CandidateWithdrawalView.as_view(), name="dossiers_withdrawal"),
        path("dossiers/<int:pk>/merge/", ChooseView.as_view(), name="dossiers_merge_choose"),
        path("dossiers/<int:pk>/merge/<int:other>/", MergeView.as_view(), name="dossiers_merge"),
        path("dossiers/<int:pk>/access-log/", RecordAccessLogView.as_view(), name="dossiers_access_log_at"),
        path("access-log/", AccessLogView.as_view(), name="dossiers_access_log"),
        path("access-log/results/", AccessLogView.as_view(results_only=True), name="dossiers_access_log_results"),
        path("merges/", MergeListView.as_view(), name="dossiers_merges"),
        path("merges/export/<slug:format>/", make_export_view(MergeListView), name="dossiers_merges_export"),
        path("merges/<int:pk>/undo/", UndoMergeView.as_view(), name="dossiers_merge_undo"),
    ]


def admin_urls() -> list[URLPattern]:
    return [
        *import_urls(),
        *dossier_urls(),
        *listing_urls(),
        *bulk_urls(),
        *archive_urls(),
        *matching_urls(),
        *report_urls(),
        *forgetting_urls(),
        *evaluation_urls(),
        *menu_page_urls(),
        *search_urls(),
        *talk_urls(),
        *mail_urls(),
        *offer_urls(),
        *guide_urls(),
        *agenda_urls(),
        *deletion_urls(),
        path("interests/<int:pk>/take-over/", take_over, name="dossiers_take_over"),
        path("interests/<int:pk>/withdrawal/", EmployerWithdrawalView.as_view(), name="dossiers_interest_withdrawal"),
        path("exports/<int:pk>/", ExportView.as_view(), name="dossiers_export"),
        path("exports/<int:pk>/progress/", ExportProgressView.as_view(), name="dossiers_export_progress"),
        path("exports/<int:pk>/file/", ExportFileView.as_view(), name="dossiers_export_file"),
        path("findings/<int:pk>/confirm/", ConfirmFindingView.as_view(), name="dossiers_confirm_finding"),
        path("actions/<int:pk>/done/", toggle_done, name="dossiers_settle"),
        path("money/", OverviewView.as_view(), name="dossiers_money"),
        path("rules/<int:pk>/checked/", mark_checked, name="dossiers_mark_checked"),
        path("rules/translations/<int:pk>/", approve_translation, name="dossiers_approve_rule_translation"),
    ]
