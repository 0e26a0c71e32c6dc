"""Wagtail's views of workflows take the approval away from no page, and let no page go to the site without it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from pilot_pages.editing.moderation import WORKFLOW, create_workflow
from tests.site.wagtail_overrides.test_deletion import read


@pytest.fixture
def workflow(base_data: None) -> Workflow:
    """The workflow of all pages, in which one page waits for approval."""
    create_workflow()
    page = Page.objects.get(depth=1).add_child(instance=Page(title="Wacht", slug="wacht", live=False))
    page.save_revision()
    workflow = Workflow.objects.get(name=WORKFLOW)
    workflow.start(page, user=None)
    return workflow


def save(client: Client, workflow: Workflow, *tasks: Any, pages: Any = ()) -> Any:
    """Send the form of the workflow in which these tasks replace its present ones."""
    present = workflow.workflow_tasks.all()
    rows = [{"id": row.pk, "task": row.task_id, "DELETE": "on"} for row in present]
    fields = {
        "name": workflow.name,
        "workflow_tasks": inline_formset(rows + [{"task": task.pk} for task in tasks], initial=len(rows)),
        "pages": inline_formset([{"page": page.pk} for page in pages]),
    }
    url = reverse("wagtailadmin_workflows:edit", args=[workflow.pk])
    return client.post(url, nested_form_data(fields), follow=True)


def test_a_workflow_of_pages_cannot_be_disabled(admin_client: Client, workflow: Workflow) -> None:
    url = reverse("wagtailadmin_workflows:disable", args=[workflow.pk])
    for refused in (admin_client.get(url, follow=True), admin_client.post(url, follow=True)):
        assert f"kan niet uit, want het is de workflow van {Page.objects.count()} pagina’s" in read(refused)
    assert Page.objects.get(slug="wacht").get_workflow() == workflow and workflow.workflow_states.get().is_active


def test_a_workflow_without_pages_can_be_disabled_and_enabling_it_says_that_it_has_none(
    admin_client: Client, workflow: Workflow
) -> None:
    workflow.workflow_pages.all().delete()
    assert "1 pagina" in read(admin_client.get(reverse("wagtailadmin_workflows:disable", args=[workflow.pk])))
    admin_client.post(reverse("wagtailadmin_workflows:disable", args=[workflow.pk]))
    assert not Workflow.objects.get(pk=workflow.pk).active
    text = "Deze workflow heeft nog geen pagina’s"
    edit_url = reverse("wagtailadmin_workflows:edit", args=[workflow.pk])
    assert text not in read(admin_client.get(edit_url))
    enabled = admin_client.post(reverse("wagtailadmin_workflows:enable", args=[workflow.pk]), follow=True)
    assert text in read(enabled)
    new_task = GroupApprovalTask.objects.create(name="Nakijken")
    save(admin_client, workflow, new_task, pages=[Page.objects.get(depth=1)])
    assert Page.objects.get(slug="wacht").get_workflow() == workflow
    assert text not in read(admin_client.get(edit_url))


def test_a_page_that_waits_for_a_task_does_not_go_to_the_site_because_the_task_is_disabled(
    admin_client: Client, workflow: Workflow
) -> None:
    task = workflow.tasks.get()
    url = reverse("wagtailadmin_workflows:disable_task", args=[task.pk])
    for refused in (admin_client.get(url, follow=True), admin_client.post(url, follow=True)):
        assert f"kan niet uit, want het is een taak van de workflow “{WORKFLOW}”" in read(refused)
    assert not Page.objects.get(slug="wacht").live
    save(admin_client, workflow, GroupApprovalTask.objects.create(name="Nakijken"))
    admin_client.post(url)
    assert workflow.tasks.get().name == "Nakijken" and not GroupApprovalTask.objects.get(pk=task.pk).active
    assert not Page.objects.get(slug="wacht").live


def test_a_workflow_without_an_enabled_task_is_refused(admin_client: Client, workflow: Workflow) -> None:
    disabled_task = GroupApprovalTask.objects.create(name="Uit", active=False)
    for tasks in ([], [disabled_task]):
        save(admin_client, workflow, *tasks)
        assert workflow.tasks.get().active
