"""What a coordinator sees first: which lists wait, and where the work begins."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from dossiers.models import ImportRun


class StartPanel(Component):
    name = "coordinator_start"
    template_name = "dossiers/start.html"
    order = 10

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"waiting_lists": ImportRun.objects.visible_to(user).waiting()}


def start_panel(request: HttpRequest, panels: list[Any]) -> None:
    """For Wagtail's hook `construct_homepage_panels`."""
    if request.user.has_perm("dossiers.add_importrun"):
        panels.append(StartPanel())
