"""Milestones in the backoffice."""

from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import StatusTagColumn

from dossiers.backoffice.columns import DateColumn
from dossiers.backoffice.records import VisibleListView, VisibleViewSet
from dossiers.filters import MilestoneFilterSet
from dossiers.models import Milestone


def get_state(milestone: Milestone) -> str:
    if milestone.reached_on:
        return gettext("reached")
    return gettext("late") if milestone.is_late(timezone.localdate()) else gettext("planned")


class MilestoneListView(VisibleListView):
    default_ordering = "planned_on"

    @cached_property
    def default_columns(self) -> list[Any]:
        return [
            self._get_title_column("title"),
            DateColumn("planned_on", label=_("Planned on"), sort_key="planned_on"),
            DateColumn("reached_on", label=_("Reached on"), sort_key="reached_on"),
            StatusTagColumn(
                "state", label=_("State"), accessor=get_state, primary=lambda milestone: bool(milestone.reached_on)
            ),
        ]


class MilestoneViewSet(VisibleViewSet):
    model = Milestone
    icon = "calendar-check"
    menu_hook = "register_reports_menu_item"
    menu_label = _("Milestones")
    base_url_path = "milestones"
    index_view_class = MilestoneListView
    filterset_class = MilestoneFilterSet
    export_fields = ("agreements",)
    inspect_view_fields = ["title", "planned_on", "reached_on", "agreements"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("planned_on"), FieldPanel("reached_on")]),
            FieldPanel("agreements"),
        ],
    )
