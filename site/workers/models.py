"""The heartbeats of worker processes."""

import os
import socket
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A heartbeat is written every half minute, but on SQLite it waits for an import, for two minutes at most.
ALIVE_FOR = timedelta(minutes=3)
SHOWN_FOR = timedelta(days=1)  # so that an administrator sees in the morning what was killed at night


class WorkerHeartbeatQuerySet(models.QuerySet["WorkerHeartbeat"]):
    def beat(self, worker_id: str, lane: str, started_at: datetime) -> None:
        """Write that the worker in this process is alive, in one statement."""
        heartbeat = self.model(
            worker_id=worker_id,
            host=socket.gethostname(),
            process_id=os.getpid(),
            lane=lane,
            version=settings.VERSION,
            started_at=started_at,
            seen_at=timezone.now(),
        )
        self.bulk_create(
            [heartbeat],
            update_conflicts=True,
            unique_fields=["worker_id", "host"],
            update_fields=["process_id", "lane", "version", "started_at", "seen_at"],
        )

    def of_this_process(self, worker_id: str) -> Self:
        return self.filter(worker_id=worker_id, host=socket.gethostname(), process_id=os.getpid())

    def alive(self) -> Self:
        return self.filter(seen_at__gte=timezone.now() - ALIVE_FOR)

    def delete_outdated(self) -> None:
        outdated = self.filter(seen_at__lt=timezone.now() - SHOWN_FOR)
        if outdated.exists():  # a transaction each half minute would block the other writers of SQLite
            outdated.delete()


class WorkerHeartbeat(models.Model):
    """A worker process that runs, or that was killed; one that stops in an orderly way deletes its heartbeat."""

    worker_id = models.CharField(_("worker"), max_length=80)
    host = models.CharField(_("machine"), max_length=255)
    process_id = models.PositiveIntegerField(_("process"))
    lane = models.CharField(_("lane"), max_length=32, blank=True, help_text=_("Empty: all lanes."))
    version = models.CharField(_("version"), max_length=50)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last seen"))

    objects = WorkerHeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        default_permissions = ("view", "change")
        constraints = [models.UniqueConstraint(fields=["worker_id", "host"], name="one_heartbeat_of_a_worker")]
        ordering = ["lane", "worker_id", "host"]

    def __str__(self) -> str:
        return f"{self.worker_id} ({self.host})"

    @property
    def is_alive(self) -> bool:
        return self.seen_at >= timezone.now() - ALIVE_FOR
