"""Expenses in the backoffice: hours and amounts."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from dossiers.backoffice.activity.subjects import SUBJECTS_PANEL, CreateFromRecordView, SubjectsColumn
from dossiers.backoffice.columns import DateColumn, MoneyColumn
from dossiers.backoffice.records import VisibleListView, VisibleViewSet
from dossiers.filters import ExpenseFilterSet
from dossiers.models import Expense


class ExpenseListView(VisibleListView):
    default_ordering = "-spent_on"

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().with_subjects().with_total()

    @cached_property
    def default_columns(self) -> list[Any]:
        return [
            self._get_title_column("description"),
            DateColumn("spent_on", label=_("Day"), sort_key="spent_on"),
            Column("category", label=_("Kind of cost"), accessor="get_category_display", sort_key="category"),
            Column("hours", label=_("Hours"), sort_key="hours"),
            MoneyColumn("total", label=_("Euros"), sort_key="sum_total"),
            SubjectsColumn("subjects", label=_("For")),
        ]


class ExpenseViewSet(VisibleViewSet):
    model = Expense
    icon = "tag"
    menu_hook = "register_reports_menu_item"
    menu_label = _("Expenses")
    base_url_path = "expenses"
    add_view_class = CreateFromRecordView
    index_view_class = ExpenseListView
    filterset_class = ExpenseFilterSet
    export_fields = ("rate", "amount")
    inspect_view_fields = [
        *("spent_on", "category", "description", "hours", "rate", "amount"),
        *("dossier", "employer", "interest", "placement"),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("spent_on"), FieldPanel("category")]),
            FieldPanel("description"),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("hours"), FieldPanel("rate")]), FieldPanel("amount")], heading=_("How much")
            ),
            SUBJECTS_PANEL,
        ],
    )
