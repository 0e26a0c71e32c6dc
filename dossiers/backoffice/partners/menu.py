"""Menu items, home panel and URLs of the pages of partners."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from dossiers.backoffice.imports.sheet_templates import TemplateDownloadView
from dossiers.backoffice.imports.urls import build_shared_urls
from dossiers.backoffice.imports.views import WorkbookView
from dossiers.backoffice.partners import findings, lists, manual_entry, people, review, steps, uploads
from dossiers.backoffice.partners.permissions import PARTNER, is_only_partner, is_partner
from dossiers.models import ImportRun, Organisation, RecordKind, Status, Supply


class PartnerMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return is_partner(request.user)


def people_menu_item() -> MenuItem:
    return PartnerMenuItem(_("Our people"), reverse_lazy("dossiers_partner_people"), icon_name="group", order=110)


def lists_menu_item() -> MenuItem:
    return PartnerMenuItem(_("Our lists"), reverse_lazy("dossiers_partner_lists"), icon_name="list-ul", order=111)


def upload_menu_item() -> MenuItem:
    return PartnerMenuItem(_("Upload a list"), reverse_lazy("dossiers_partner_upload"), icon_name="upload", order=112)


class PartnerHelpMenuItem(PartnerMenuItem):
    """The guide, for users without Wagtail's menu of help."""

    def is_shown(self, request: HttpRequest) -> bool:
        return is_only_partner(request.user)


def help_menu_item() -> MenuItem:
    return PartnerHelpMenuItem(_("Help"), reverse_lazy("dossiers_help"), name="guide", icon_name="help", order=113)


ITEMS = (people_menu_item, lists_menu_item, upload_menu_item, help_menu_item)


def hide_other_menu_items(request: HttpRequest, menu_items: list[Any]) -> None:
    """Hide other menu items from users who are only partners, for Wagtail's hook `construct_main_menu`."""
    if is_only_partner(request.user):
        menu_items[:] = [item for item in menu_items if isinstance(item, PartnerMenuItem)]


class PartnerPanel(Component):
    """The home panel of partners."""

    name = "partner_start"
    template_name = "dossiers/partners/start.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the number of the partner's people by status, and the number of planned expectation talks."""
        user = parent_context["request"].user
        supplied = Supply.objects.not_anonymised().filter(organisation__in=Organisation.objects.of(user))
        own: Any = supplied.one_per_person().with_progress(timezone.localdate()).order_by()
        counts = dict(own.exclude(status=None).values_list("status").annotate(Count("pk")))
        people = reverse("dossiers_partner_people")
        return {
            "statuses": [
                (status.label, counts[status], f"{people}?status={status.value}")
                for status in Status
                if status in counts
            ],
            "planned_talks": own.exclude(talk_on=None).count(),
            "people_url": people,
            "returned_lists": ImportRun.objects.returned_to(Organisation.objects.of(user)),
        }


def add_partner_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Add the panel, for Wagtail's hook `construct_homepage_panels`; partners get no other panels."""
    if is_partner(request.user):
        panels[:] = [PartnerPanel(), *([] if is_only_partner(request.user) else panels)]


def urls() -> list[URLPattern]:
    run, record = "partner/lists/<int:pk>/", {"record": RecordKind.DOSSIERS}
    template = TemplateDownloadView.as_view(role=PARTNER)
    return [
        path("partner/people/", people.PeopleView.as_view(), name="dossiers_partner_people"),
        path(
            "partner/people/results/",
            people.PeopleView.as_view(results_only=True),
            name="dossiers_partner_people_results",
        ),
        path("partner/people/export/<slug:format>/", people.ExportView.as_view(), name="dossiers_partner_export"),
        path("partner/people/add/", manual_entry.AddView.as_view(), name="dossiers_partner_add"),
        path("partner/people/<int:pk>/", manual_entry.CorrectView.as_view(), name="dossiers_partner_correct"),
        path("partner/people/<int:pk>/finding/", findings.NoteView.as_view(), name="dossiers_partner_note"),
        path("partner/lists/", lists.OwnListsView.as_view(), name="dossiers_partner_lists"),
        path("partner/lists/new/", uploads.OwnUploadView.as_view(), record, name="dossiers_partner_upload"),
        path("partner/lists/template/", template, record, name="dossiers_partner_template"),
        path(run, lists.OwnListView.as_view(), name="dossiers_partner_list"),
        *build_shared_urls(PARTNER, run),
        path(f"{run}workbook/", WorkbookView.as_view(role=PARTNER), name="dossiers_partner_workbook"),
        path(f"{run}send/", steps.SendView.as_view(), name="dossiers_partner_send"),
        path(f"{run}take-back/", steps.TakeBackView.as_view(), name="dossiers_partner_take_back"),
        path(f"{run}reopen/", steps.ReopenView.as_view(), name="dossiers_partner_reopen"),
        path(f"{run}person/", manual_entry.MendView.as_view(), name="dossiers_partner_mend"),
        path("imports/<int:pk>/open/", review.OpenView.as_view(), name="dossiers_import_open"),
        path("imports/<int:pk>/send-back/", review.SendBackView.as_view(), name="dossiers_import_send_back"),
    ]
