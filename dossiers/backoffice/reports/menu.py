"""Menu items of the reports."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

LABELS: dict[str, str | Promise] = {
    "period": _("What happened in this period"),
    "findings": _("Barriers and opportunities"),
    "funnel": _("How far candidates came"),
    "lead-times": _("How long it takes"),
    "permits": _("Work permits"),
    "employers": _("Employers"),
    "retention": _("Who stays at work"),
    "money": _("Money"),
}
FIRST_PLACE = 10


def may_read_reports(request: HttpRequest) -> bool:
    """Return whether the user may read live figures, from which the records can be opened.

    Other users read released evaluations.
    """
    return request.user.has_perm("dossiers.view_pilot")


class ReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_read_reports(request)


def report_menu_items() -> list[Callable[[], MenuItem]]:
    return [
        partial(
            ReportMenuItem,
            label,
            reverse_lazy("dossiers_report", args=[name]),
            name=f"report-{name}",
            icon_name="order",
            order=place,
        )
        for place, (name, label) in enumerate(LABELS.items(), start=FIRST_PLACE)
    ]
