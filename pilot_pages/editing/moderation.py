"""The approval workflow: communications staff approve pages of authors, who may not publish."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import connections
from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    Page,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from admin_pages.users import get_person_name
from dossiers.models.rights import COMMUNICATIONS

# Dutch names, because staff see these records.
WORKFLOW, TASK = "Redactie", "Goedkeuren door communicatie"
WAGTAIL_ROOT, ALL_PAGES, ALL_FILES = "Root", "Alle pagina’s", "Alle bestanden"
WAGTAIL_WORKFLOW, WAGTAIL_GROUPS = "Moderators approval", ("Moderators", "Editors")


def create_workflow(*, using: str = "default", **_signal: Any) -> None:
    """Create the workflow for all pages after migrate, unless it exists: later changes by staff are not undone."""
    tables = set(connections[using].introspection.table_names())
    if not {model._meta.db_table for model in (Group, Page, Collection, WorkflowPage, GroupApprovalTask)} <= tables:
        return  # not all apps are migrated yet; the signal is sent again for the next app
    root = Page.objects.using(using).filter(depth=1).first()
    if root is None or Workflow.objects.using(using).filter(name=WORKFLOW).exists():
        return
    delete_wagtail_defaults(using)
    rename_roots(using)
    task = GroupApprovalTask.objects.using(using).create(name=TASK)
    task.groups.add(Group.objects.using(using).get_or_create(name=COMMUNICATIONS)[0])
    workflow = Workflow.objects.using(using).create(name=WORKFLOW)
    WorkflowTask.objects.using(using).create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.using(using).get_or_create(page=root, defaults={"workflow": workflow})


def rename_roots(using: str) -> None:
    """Give the root page and the root collection a Dutch name, because editors see them."""
    roots = Page.objects.using(using).filter(depth=1, title=WAGTAIL_ROOT)
    roots.update(title=ALL_PAGES, draft_title=ALL_PAGES)
    Collection.objects.using(using).filter(depth=1, name=WAGTAIL_ROOT).update(name=ALL_FILES)


def delete_wagtail_defaults(using: str) -> None:
    """Delete the English workflow and groups that Wagtail's migrations create, unless a user is in such a group."""
    groups = Group.objects.using(using).filter(name__in=WAGTAIL_GROUPS)
    if groups.filter(user__isnull=False).exists():
        return
    for workflow in Workflow.objects.using(using).filter(name=WAGTAIL_WORKFLOW, workflow_states=None):
        for task in workflow.tasks:
            task.delete()
        workflow.delete()
    groups.delete()


def before_editing(request: HttpRequest, page: Page) -> None:
    """Implement Wagtail's hook `before_edit_page`: show above the form why a page was sent back."""
    workflow = page.current_workflow_state
    answer = workflow.current_task_state if workflow else None
    if request.method == "GET" and answer and answer.status == TaskState.STATUS_REJECTED:
        text = gettext("%(name)s sent this page back: “%(comment)s” Change it, then send it on again.")
        text_without_comment = gettext("%(name)s sent this page back. Change it, then send it on again.")
        name = get_person_name(answer.finished_by, gettext("Somebody"))
        messages.warning(
            request, (text if answer.comment else text_without_comment) % {"name": name, "comment": answer.comment}
        )


def after_editing(request: HttpRequest, page: Page) -> None:
    """Implement Wagtail's hook `after_edit_page`: show the resulting state of the page, since Wagtail's own message
    only says that it was updated."""
    action = request.POST.get("workflow-action-name") if "action-workflow-action" in request.POST else None
    page = Page.objects.get(pk=page.pk)
    if action not in ("approve", "reject") or page.workflow_in_progress:
        return
    expected_status = {"approve": WorkflowState.STATUS_APPROVED, "reject": WorkflowState.STATUS_NEEDS_CHANGES}[action]
    last_state = page.workflow_states.order_by("created_at", "pk").last()
    if last_state is None or last_state.status != expected_status:
        text = gettext(
            "Your answer was not kept, for somebody else answered first. What you changed stands as a draft."
        )
        messages.warning(request, text)
    elif action == "reject":
        messages.success(request, gettext("Sent back: your comment stands above the page's form."))
    elif page.approved_schedule:
        messages.success(request, gettext("Approved: this page goes to the site at the moment that was planned."))
    elif page.live and not page.has_unpublished_changes:
        messages.success(request, gettext("Approved: this page stands on the site now."))
    else:
        text = gettext("This page was approved, but what you see here is newer: publish it to put it on the site.")
        messages.warning(request, text)
