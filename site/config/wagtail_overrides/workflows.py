"""Rules of Wagtail's own views of workflows and their tasks, so that no page loses its approval unnoticed.

Wagtail forgets the pages of a workflow that is disabled. It publishes the pages that wait for a task that is disabled,
and whatever is sent on in a workflow without tasks: nobody has approved these.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views import workflows as views
from wagtail.models import Task, Workflow

from config.wagtail_overrides.deletion import RefusesDeletion


def keep_approval_of_pages() -> None:
    """Patch Wagtail's views; called once, when the site starts."""
    views.Disable.get_refusal = staticmethod(get_refusal_of_workflow)
    views.DisableTask.get_refusal = staticmethod(get_refusal_of_task)
    for view in (views.Disable, views.DisableTask):
        view.run_before_hook = RefusesDeletion.run_before_hook
    original_get_edit_handler, original_get = views.get_workflow_edit_handler, views.Edit.get

    def get_edit_handler() -> Any:
        edit_handler = original_get_edit_handler()
        next(panel for panel in edit_handler.children if hasattr(panel, "min_num")).min_num = 1
        return edit_handler

    def get(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = original_get(view, request, *args, **kwargs)
        if view.object.active and not view.object.workflow_pages.exists():
            text = _("This workflow has no pages yet, so nobody can send a page on in it. Assign it to pages below.")
            messages.warning(request, text)
        return response

    views.get_workflow_edit_handler, views.Edit.get = get_edit_handler, get


def get_refusal_of_workflow(workflow: Workflow) -> str:
    if not workflow.workflow_pages.exists():
        return ""
    count = workflow.all_pages().count()
    text = _(
        "“%(workflow)s” can't be disabled, for it is the workflow of %(pages)s: authors, who may not publish, could no "
        "longer send their work on, and enabling it again would not restore that. Remove the pages below first."
    )
    pages = ngettext("%(count)d page", "%(count)d pages", count) % {"count": count}
    return text % {"workflow": workflow.name, "pages": pages}


def get_refusal_of_task(task: Task) -> str:
    names = [f"“{name}”" for name in task.active_workflows.values_list("name", flat=True)]
    if not names:
        return ""
    text = _(
        "“%(task)s” can't be disabled, for it is a task of the workflow %(workflows)s: pages would go to the site "
        "without this approval, also those that wait for it now. Take it out of that workflow first."
    )
    return text % {"task": task.name, "workflows": get_text_list(names, _("and"))}
