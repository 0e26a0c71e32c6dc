"""Counts what waits and runs in each lane."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from workers.lanes import LABELS, WAITING_SINCE
from workers.models import WorkerHeartbeat


@dataclass(frozen=True)
class Lane:
    name: str
    label: Any
    workers: int
    waiting: int
    waiting_since: datetime | None
    running: int
    running_since: datetime | None
    planned: int


def list_lanes(heartbeats: list[WorkerHeartbeat]) -> list[Lane]:
    tasks = DBTaskResult.objects.order_by()
    waiting = _count(tasks.ready(), Min(WAITING_SINCE))
    running = _count(tasks.running(), Min("started_at"))
    later = tasks.filter(status=TaskResultStatus.READY, run_after__gt=timezone.now(), run_after__lt=get_date_max())
    planned = _count(later, Min("run_after"))
    nothing = (0, None)
    return [
        Lane(
            lane,
            LABELS[lane],
            sum(heartbeat.is_alive and heartbeat.lane in ("", lane) for heartbeat in heartbeats),
            *waiting.get(lane, nothing),
            *running.get(lane, nothing),
            planned.get(lane, nothing)[0],
        )
        for lane in settings.LANES
    ]


def _count(tasks: Any, since: Min) -> dict[str, tuple[int, datetime | None]]:
    """Return the number of tasks and the first time of each lane."""
    rows = tasks.values_list("queue_name").annotate(number=Count("pk"), since=since)
    return {lane: (number, first) for lane, number, first in rows}
