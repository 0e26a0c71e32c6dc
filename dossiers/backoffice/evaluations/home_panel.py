"""The home panel with the latest released evaluations, for users without a dashboard, such as the council."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from dossiers.backoffice.evaluations.permissions import READ, describe_nothing_to_read, get_evaluation_url
from dossiers.models import Evaluation

MAX_EVALUATIONS = 5


class ReleasedEvaluationsPanel(Component):
    """The latest released evaluations."""

    name = "evaluations_to_read"
    template_name = "dossiers/evaluations/start.html"
    order = 30  # after the panels with the tasks of an editor

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        readable = Evaluation.objects.visible_to(parent_context["request"].user).without_figures()
        newest = readable.order_by("-released_at", "-pk")[:MAX_EVALUATIONS]
        return {
            "evaluations": [(evaluation, get_evaluation_url(evaluation)) for evaluation in newest],
            "nothing_to_read": describe_nothing_to_read,  # called by the template, for an empty list only
        }


def add_released_evaluations_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Add the panel, for Wagtail's hook `construct_homepage_panels`."""
    if request.user.has_perm(READ) and not request.user.has_perm("dossiers.view_dossier"):
        panels.insert(0, ReleasedEvaluationsPanel())
