"""The first screen of who reads evaluations and has no desk, such as the council: what was released last."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from dossiers.backoffice.evaluations.permissions import READ, address
from dossiers.models import Evaluation

SHOWN = 5


class ReleasedEvaluationsPanel(Component):
    name = "evaluations_to_read"
    template_name = "dossiers/evaluations/start.html"
    order = 30  # what an editor has to do comes first

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        readable = Evaluation.objects.visible_to(parent_context["request"].user).without_figures()
        newest = readable.order_by("-released_at", "-pk")[:SHOWN]
        return {"evaluations": [(evaluation, address(evaluation)) for evaluation in newest]}


def to_read_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For Wagtail's hook `construct_homepage_panels`."""
    if request.user.has_perm(READ) and not request.user.has_perm("dossiers.view_dossier"):
        panels.insert(0, ReleasedEvaluationsPanel())
