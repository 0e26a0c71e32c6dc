"""The choices of the edit form about an approval that a page waits for, and the page that asks before aborting it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, CancelWorkflowMenuItem, RestartWorkflowMenuItem
from wagtail.models import Page, WorkflowState

from admin_pages.pages import AdminPageMixin, Link
from pilot_pages.editing.review_items import get_editable_pages


class AskingCancelMenuItem(CancelWorkflowMenuItem):
    """Links to a page that asks, where Wagtail's own button aborts the approval at once."""

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("pilot_pages_cancel_workflow", args=[context["page"].pk])


def arrange_action_menu(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Implement Wagtail's hook `construct_page_action_menu`: the same choice once, and aborting the approval last."""
    page = context.get("page")
    workflow_state = page.current_workflow_state if page else None
    if not workflow_state:
        return
    can_cancel = any(isinstance(item, CancelWorkflowMenuItem) for item in menu_items)
    restarts_elsewhere = does_restart_elsewhere(page, workflow_state)
    menu_items[:] = [
        item
        for item in menu_items
        if not isinstance(item, CancelWorkflowMenuItem)
        and (restarts_elsewhere or not isinstance(item, RestartWorkflowMenuItem))
    ]
    menu_items.sort(key=lambda item: isinstance(item, RestartWorkflowMenuItem))  # resuming goes before restarting
    if can_cancel:
        menu_items.append(AskingCancelMenuItem())


def does_restart_elsewhere(page: Page, workflow_state: WorkflowState) -> bool:
    """Whether restarting begins with another task than the one at which the page would be submitted again."""
    workflow = page.get_workflow()
    first_task = workflow.tasks.filter(active=True).first() if workflow else None
    current = (workflow_state.workflow_id, workflow_state.current_task_state.task_id)
    return first_task is not None and (workflow.pk, first_task.pk) != current


class CancelWorkflowView(AdminPageMixin, TemplateView):
    """Asks whether to abort the approval that a page waits for, and aborts it."""

    template_name = "pilot_pages/editing/cancel_workflow.html"
    header_icon = "error"
    page_title = _("Abort the approval?")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page: Page = get_object_or_404(get_editable_pages(request.user), pk=kwargs["pk"])
        self.workflow_state = self.page.current_workflow_state
        if not self.workflow_state or not self.workflow_state.user_can_cancel(request.user):
            text = gettext("Nothing was aborted: “%(title)s” waits for no approval that you can abort.")
            messages.warning(request, text % {"title": self.page.get_admin_display_title()})
            return redirect("wagtailadmin_pages:edit", self.page.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("wagtailadmin_pages:edit", args=[self.page.pk]), self.page.get_admin_display_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        task = self.workflow_state.current_task_state.task
        return super().get_context_data(**kwargs) | {"page": self.page, "task": task.name}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.workflow_state.cancel(user=request.user)
        text = gettext("The approval of “%(title)s” is aborted. What was written stays as a draft.")
        messages.success(request, text % {"title": self.page.get_admin_display_title()})
        return redirect("wagtailadmin_pages:edit", pk)
