"""Large exports: written in the background, available to their user for a day, then deleted."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO, Any, Self, cast
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.files import File
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.format import format_datetime
from dossiers.models.exports.formats import EXPORT_FORMATS
from dossiers.models.imports.import_run import private_storage
from dossiers.models.text_fields import TextField

FILE_RETENTION = timedelta(days=1)
MAX_SYNCHRONOUS_RECORDS = 5_000  # records; a longer list is written in the background


class ExportRunQuerySet(models.QuerySet["ExportRun"]):
    def of(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the exports of this user: nobody else can open them, whatever their permissions."""
        return self.filter(user=user.pk) if user.is_active else self.none()

    def expired(self, now: datetime) -> Self:
        """Return the exports past their expiry date that were not deleted yet."""
        return self.filter(expires_at__lte=now).exclude(state=ExportRun.State.GONE)


def file_place(run: "ExportRun", _name: str) -> str:
    """Return a random file name, which contains no data and can't be guessed."""
    return f"exports/{uuid4().hex}.{run.format}"


class ExportRun(models.Model):
    """An export of a list with its filters, search text, columns and format."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    class Kind(models.TextChoices):
        """The list, by the name of its model."""

        DOSSIERS = "dossier", _("dossiers")
        EMPLOYERS = "employer", _("employers")
        INTERESTS = "employerinterest", _("employer interests")

    class Columns(models.TextChoices):
        SHOWN = "shown", _("What the list shows")
        ALL = "all", _("All fields, as an import takes them")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WRITING = "writing", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        GONE = "gone", _("destroyed")

    BUSY = (State.WAITING, State.WRITING)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="exports"
    )
    kind = models.CharField(_("list of"), max_length=20, choices=Kind.choices)
    format = models.CharField(_("format"), max_length=5, choices=[(name, name) for name in EXPORT_FORMATS])
    columns = models.CharField(_("columns"), max_length=5, choices=Columns.choices, default=Columns.ALL)
    query = TextField(_("filters and search"), blank=True)  # the query string of the list
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    reason = TextField(_("reason"), blank=True)
    rows = models.PositiveIntegerField(_("lines"), default=0)
    file = models.FileField(storage=private_storage, upload_to=file_place, blank=True, max_length=100)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"))

    objects = ExportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        default_permissions = ()  # creating needs the format's permission; only the creator can open it
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_at"], name="export_by_expiry")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.format}, {format_datetime(self.created_at)})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.expires_at is None:
            self.expires_at = self.created_at + FILE_RETENTION
        super().save(*args, **kwargs)

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model("dossiers", self.kind)

    @property
    def permission(self) -> str:
        """The permission that the user needs when the export is requested, written and opened."""
        return f"dossiers.export_{self.format}_{self.kind}"

    @property
    def busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def openable(self) -> bool:
        """Whether the file exists and has not expired, even if the periodic deletion has not run yet."""
        ready = self.state == self.State.READY and self.expires_at > timezone.now()
        return ready and bool(self.file.name) and self.file.storage.exists(self.file.name or "")

    def begin(self) -> bool:
        """Start writing, or start again if a worker was killed; return False if the export is finished."""
        unsettled = type(self).objects.filter(pk=self.pk, state__in=self.BUSY)
        self.state = self.State.WRITING
        return bool(unsettled.update(state=self.state))

    def keep(self, file: IO[bytes], rows: int) -> None:
        """Store the finished file, which expires a day from now."""
        self.rows, self.state, self.expires_at = rows, self.State.READY, timezone.now() + FILE_RETENTION
        self.file.save("", File(file), save=False)
        self._save("file", "rows", "state", "expires_at")

    def release(self) -> None:
        """Leave a busy state after a crash, with a message that the user can try again."""
        self.fail(str(_("The file could not be made. Try again, or choose another format.")))

    def fail(self, reason: str) -> None:
        self.state, self.reason = self.State.FAILED, reason
        self._save("state", "reason")

    def destroy(self) -> None:
        """Delete the file and the search text, which may be a name; user, list and dates stay."""
        if self.file:
            self.file.delete(save=False)
        self.file, self.query, self.state = "", "", self.State.GONE
        self._save("file", "query", "state")

    def _save(self, *fields: str) -> None:
        self.save(update_fields=cast(Iterable[str], fields))
