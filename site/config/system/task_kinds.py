"""Names each task, and says whether an administrator may try it again, and the page of its record."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult
from modelsearch.tasks import insert_or_update_object_task
from wagtail.images.tasks import set_image_focal_point_task
from wagtail.tasks import delete_file_from_storage_task, update_reference_index_task

from dossiers import tasks
from dossiers.emails.base import EMAILS, Email, NotSent, send_email
from dossiers.models import BulkChange, ImportRun
from pilot_pages.link_checks.tasks import check_links
from pilot_pages.webhooks.deliveries import deliver
from pilot_pages.webhooks.models import WebhookDelivery


@dataclass(frozen=True)
class TaskKind:
    """`model`, `url_name` and `link` are of the record that is the first argument of the task."""

    label: str | Promise
    may_retry: bool = False
    model: Any = None
    url_name: str = ""
    link: str | Promise = ""


def _of_import(label: Promise) -> TaskKind:
    return TaskKind(label, model=ImportRun, url_name="dossiers_import", link=_("Open the import"))


# A task about a record with a state of its own is started again there: it went back to what it was.
_KINDS: dict[Task, TaskKind] = {
    tasks.read_import: _of_import(_("Reading a list")),
    tasks.read_otherwise: _of_import(_("Reading a list in another way")),
    tasks.apply_import: _of_import(_("Importing a list")),
    tasks.undo_import: _of_import(_("Undoing an import")),
    tasks.go_on_with_bulk_change: TaskKind(
        _("Bulk change"), model=BulkChange, url_name="dossiers_bulk_change", link=_("Open the bulk change")
    ),
    deliver: TaskKind(
        _("Message to another system"),
        model=WebhookDelivery,
        url_name="webhooks:delivery",
        link=_("Open the message"),
    ),
    tasks.make_export: TaskKind(_("Export of a list: its user was told, and can ask for it again")),
    send_email: TaskKind(_("E-mail"), may_retry=True),
    tasks.collect_lists: TaskKind(_("Looking for lists in the mailbox and the folder"), may_retry=True),
    tasks.destroy_old_files: TaskKind(_("Destroying what is kept for a while only"), may_retry=True),
    tasks.each_morning: TaskKind(_("The work of each morning: actions of rules, daily e-mail"), may_retry=True),
    tasks.forget: TaskKind(_("Forgetting people whose term has passed"), may_retry=True),
    tasks.count_ahead: TaskKind(_("Counting figures ahead"), may_retry=True),
    tasks.count_again: TaskKind(_("Counting a figure again"), may_retry=True),
    tasks.remove_ended_tasks: TaskKind(_("Removing tasks that ended long ago"), may_retry=True),
    check_links: TaskKind(_("Opening the links to other sites"), may_retry=True),
    insert_or_update_object_task: TaskKind(_("Updating the search of the site"), may_retry=True),
    update_reference_index_task: TaskKind(_("Noting where a page or an image is used"), may_retry=True),
    set_image_focal_point_task: TaskKind(_("Finding the middle of an image"), may_retry=True),
    delete_file_from_storage_task: TaskKind(_("Deleting the file of an image or a document"), may_retry=True),
}
KINDS = {task.module_path: kind for task, kind in _KINDS.items()}
# These run again by themselves, so that a failure is of no interest after a later success.
RECURRING = [
    task.module_path
    for task in (
        tasks.collect_lists,
        tasks.destroy_old_files,
        tasks.each_morning,
        tasks.forget,
        tasks.count_ahead,
        tasks.remove_ended_tasks,
        check_links,
    )
]
NOT_SENT = f"{NotSent.__module__}.{NotSent.__qualname__}"


def get_kind(task: DBTaskResult) -> TaskKind:
    """Return the kind of the task; one of another release is called by its name."""
    return KINDS.get(task.task_path) or TaskKind(task.task_path.rpartition(".")[2])


def get_label(task: DBTaskResult) -> str:
    """Return what the task does, for an e-mail also which."""
    label = str(get_kind(task).label)
    if task.task_path != send_email.module_path:
        return label
    return f"{label}: {get_email_label(task.args_kwargs['args'][0])}"


def get_email_label(name: str) -> str:
    return str(getattr(EMAILS.get(name), "label", name))


def may_retry(task: DBTaskResult) -> bool:
    """Whether another run is safe and of use: an e-mail that told its record that it was given up is not sent again."""
    if task.exception_class_path == NOT_SENT:
        email = EMAILS.get(task.args_kwargs["args"][0])
        return email is not None and email.give_up is Email.give_up
    return get_kind(task).may_retry


def get_record_urls(failed_tasks: list[DBTaskResult]) -> dict[Any, str]:
    """Return the URLs of the pages of the tasks' records that exist, by the id of the task."""
    urls: dict[Any, str] = {}
    for kind in {kind for task in failed_tasks if (kind := get_kind(task)).model}:
        keys = {task.pk: task.args_kwargs["args"][0] for task in failed_tasks if get_kind(task) == kind}
        existing = set(kind.model._default_manager.filter(pk__in=keys.values()).values_list("pk", flat=True))
        urls |= {pk: reverse(kind.url_name, args=[key]) for pk, key in keys.items() if key in existing}
    return urls
