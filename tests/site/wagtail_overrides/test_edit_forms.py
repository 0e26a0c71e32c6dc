"""An edit form of Wagtail whose other forms were saved meanwhile is refused too."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.urls import reverse
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow, WorkflowTask

from dossiers.backoffice.forms import SAVED_MEANWHILE
from dossiers.models.rights import READERS
from tests.conftest import LoggedIn
from tests.site.every_url.test_edit_forms import find_edit_form, get_form_data


def assert_outdated_form_is_refused(client: LoggedIn, view_name: str, record: Model, part: Model) -> None:
    """Save `part` after the form of the record was opened, and send that form; then once more with what it shows."""
    path = reverse(view_name, args=[record.pk])
    opened = get_form_data(find_edit_form(client.get(path)))
    part.save()
    refused = client.post(path, opened)
    assert refused.status_code == 200 and str(SAVED_MEANWHILE) in refused.content.decode()
    assert type(part)._base_manager.filter(pk=part.pk).exists()
    assert client.post(path, get_form_data(find_edit_form(client.get(path)))).status_code == 302


def test_a_group_whose_permissions_were_changed_meanwhile_is_not_saved(admin_client: LoggedIn, base_data: None) -> None:
    group = Group.objects.get(name=READERS)
    change_page = Permission.objects.get(codename="change_page")
    page_permission = GroupPagePermission(group=group, page=Page.objects.get(depth=1), permission=change_page)
    assert_outdated_form_is_refused(admin_client, "wagtailusers_groups:edit", group, page_permission)


def test_a_workflow_whose_steps_were_changed_meanwhile_is_not_saved(admin_client: LoggedIn, base_data: None) -> None:
    first, second = (GroupApprovalTask.objects.create(name=name) for name in ("Lezen", "Goedkeuren"))
    workflow = Workflow.objects.create(name="Twee paar ogen")
    WorkflowTask.objects.create(workflow=workflow, task=first, sort_order=0)
    step = WorkflowTask(workflow=workflow, task=second, sort_order=1)
    assert_outdated_form_is_refused(admin_client, "wagtailadmin_workflows:edit", workflow, step)
