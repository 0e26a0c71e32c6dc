"""The e-mails that wait, counted by kind and by the reason why."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from config.system.reasons import describe_mail_problem
from config.system.task_kinds import get_email_label
from dossiers.emails.base import send_email
from workers import lanes


@dataclass(frozen=True)
class WaitingEmails:
    """E-mails of one kind that wait for the same reason; `next_at` is the next attempt of the first of them."""

    label: str
    count: int
    attempts: int
    reason: str
    next_at: datetime | None


def list_waiting_emails() -> list[WaitingEmails]:
    tasks = DBTaskResult.objects.filter(task_path=send_email.module_path, status=TaskResultStatus.READY)
    counts: Counter[tuple[str, str]] = Counter()
    attempts: dict[tuple[str, str], int] = {}
    now = timezone.now()
    next_at: dict[tuple[str, str], datetime] = {}
    for arguments, run_after in tasks.order_by("run_after").values_list("args_kwargs", "run_after").iterator():
        name, _keys, attempt, problem = (*arguments["args"], 1, "")[:4]
        group = (name, problem)
        counts[group] += 1
        attempts[group] = max(attempts.get(group, 0), attempt - 1)
        if now < run_after < get_date_max():
            next_at.setdefault(group, run_after)
    has_worker = lanes.has_worker(send_email.queue_name)
    return [
        WaitingEmails(
            get_email_label(name),
            count,
            attempts[name, problem],
            _describe(problem, attempts[name, problem], has_worker=has_worker),
            next_at.get((name, problem)),
        )
        for (name, problem), count in counts.items()
    ]


def _describe(problem: str, attempts: int, *, has_worker: bool) -> str:
    if not has_worker:
        return _("No worker runs that sends e-mail.")
    if problem:
        return describe_mail_problem(problem)
    return _("An attempt failed.") if attempts else _("They wait for their turn.")
