"""The backups that were made."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

OVERDUE_AFTER = timedelta(days=2)  # a nightly backup may fail once, and run later the next night


class BackupQuerySet(models.QuerySet["Backup"]):
    def succeeded(self) -> Self:
        return self.filter(problem="")

    def is_overdue(self) -> bool:
        """Whether backups are set up, and none succeeded lately."""
        recent = self.succeeded().filter(started_at__gte=timezone.now() - OVERDUE_AFTER)
        return bool(settings.BACKUP_RECIPIENTS) and not recent.exists()


class Backup(models.Model):
    """An attempt to make a backup; of one whose process was killed there is none."""

    class Problem(models.TextChoices):
        REFUSED = "refused", _("The command refused; its output says why.")
        DISK_FULL = "disk_full", _("The disk was full.")
        FILES = "files", _("A file could not be read or written; the output of the command says where.")
        DATABASE = "database", _("The database gave an error; the output of the command says which.")

    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), default=timezone.now)
    host = models.CharField(_("machine"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    problem = models.CharField(
        _("problem"), max_length=10, choices=Problem.choices, blank=True, help_text=_("Empty: it succeeded.")
    )

    objects = BackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        default_permissions = ()
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.problem or self.size}"
