"""The list of facts and pages to check, with a button for each that records a check."""

from typing import Any

import django_filters
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from dates.format import format_date
from dossiers.models import Regulation
from pilot_pages.editing.review_items import PAGE, RULE, Row, list_rows

TO_CHECK = ("never", "stale")


class ToCheckFilterSet(WagtailFilterSet):
    """The filters of the list. The default state is everything that is due for a check."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=[(RULE, _("Rules")), (PAGE, _("Pages"))], empty_label=_("does not matter")
    )
    state = django_filters.ChoiceFilter(
        label=_("Last check"),
        choices=[
            ("never", _("Never checked")),
            ("stale", _("Longer than three months ago")),
            ("fine", _("In the last three months")),
            ("own", _("By me, today")),
            ("all", _("All")),
        ],
        empty_label=_("To be checked"),
    )

    class Meta:
        model = Regulation  # Wagtail requires a model, although the rows are of two models
        fields: list[str] = []

    def filter_queryset(self, queryset: list[Row]) -> list[Row]:
        kind, state = self.form.cleaned_data["kind"], self.form.cleaned_data["state"]
        return [row for row in queryset if kind in ("", row.kind) and self.matches_state(row, state)]

    @staticmethod
    def matches_state(row: Row, state: str) -> bool:
        if state == "own":
            return row.is_own
        return state == "all" or (row.state == state if state else row.state in TO_CHECK)


class CheckColumn(Column):
    """The button that records a check, or that undoes a check that the user recorded today."""

    cell_template_name = "pilot_pages/editing/check_cell.html"

    def get_cell_context_data(self, instance: Row, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request = context["request"]
        back = f"{reverse('pilot_pages_to_check')}?{request.GET.urlencode()}"
        return context | {"csrf_token": get_token(request), "back": back}


class LastCheckColumn(Column):
    def get_value(self, instance: Row) -> str:
        if instance.checked_on is None:
            return gettext("not checked yet")
        day = format_date(instance.checked_on)
        if instance.checked_by:
            return gettext("%(day)s, by %(who)s") % {"day": day, "who": instance.checked_by}
        return day


class ToCheckView(ReportView):
    page_title = _("Facts and pages to check")
    header_icon = "clipboard-list"
    model = Page
    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = ("change", "publish")
    filterset_class = ToCheckFilterSet
    index_url_name = "pilot_pages_to_check"
    index_results_url_name = "pilot_pages_to_check_results"
    results_template_name = "pilot_pages/editing/to_check_results.html"
    list_export = ("kind_label", "title", "where", "checked_on", "checked_by")
    export_headings = {
        "kind_label": _("Kind"),
        "title": _("Title"),
        "where": _("Source or address"),
        "checked_on": _("Last check"),
        "checked_by": _("By"),
    }

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label=_("Title"), get_url=lambda row: row.edit_url),
            CheckColumn("check", label=_("Check")),
            Column("kind_label", label=_("Kind")),
            Column("where", label=_("Source or address"), classname="to-check-where"),
            LastCheckColumn("checked_on", label=_("Last check")),
        ]

    def get_queryset(self) -> list[Row]:
        return list_rows(self.request.user)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        own = sum(row.is_own for row in list_rows(self.request.user))
        state = self.request.GET.get("state")
        return super().get_context_data(*args, **kwargs) | {"own": 0 if state == "own" else own}

    def get_filename(self) -> str:
        return gettext("to-check")
