"""The list of evaluations."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import HeaderButton

from admin_pages.pages import Link
from dossiers.backoffice.columns import DateColumn
from dossiers.backoffice.evaluations.permissions import (
    EvaluationPageMixin,
    describe_nothing_to_read,
    get_evaluation_url,
)
from dossiers.backoffice.list_exports import ExportableListMixin
from dossiers.models import Evaluation
from dossiers.reports.evaluations import describe_period

State = Evaluation.State


class EvaluationListView(EvaluationPageMixin, ExportableListMixin, BaseListingView):
    """The evaluations that the user may read; users who write them also see the state."""

    model = Evaluation
    template_name = "dossiers/evaluations/list.html"
    page_title = action_title = _("Evaluations")
    index_url_name = "dossiers_evaluations"
    index_results_url_name = "dossiers_evaluations_results"
    export_url_name = "dossiers_evaluations_export"
    paginate_by = 50

    @cached_property
    def columns(self) -> list[Column]:
        state = StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda evaluation: evaluation.state.label,
            primary=lambda evaluation: evaluation.state == State.RELEASED,
        )
        return [
            TitleColumn("title", label=_("Evaluation"), get_url=get_evaluation_url),
            Column("get_kind_display", label=_("Kind")),
            Column("period", label=_("Period"), accessor=describe_period),
            *([state] if self.can_write else []),
            DateColumn("released_at", label=_("Released")),
            Column("released_by_name", label=_("Released by")),
        ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        new = HeaderButton(_("New evaluation"), url=reverse("dossiers_evaluation_new"), icon_name="plus")
        return [*super().header_buttons, *([new] if self.can_write else [])]

    def get_parent_pages(self) -> list[Link]:
        return []

    def get_base_queryset(self) -> QuerySet:
        return Evaluation.objects.visible_to(self.request.user).without_figures()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "writes": self.can_write,
            "nothing_to_read": describe_nothing_to_read,  # called by the template, for an empty list only
        }
