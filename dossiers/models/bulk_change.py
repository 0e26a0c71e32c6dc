"""Bulk changes: one field of many records, first previewed, then applied, and undone within a month if needed."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models.change_set import NOT_UNDONE, UNDO_WITHIN, StagedChangeSet
from dossiers.models.exports.formats import export_permissions
from dossiers.models.own_fields.own_field import PREFIX, OwnField
from dossiers.models.text_fields import JSONField, TextField

PREVIEW_RETENTION = timedelta(days=1)
MAX_SYNCHRONOUS_RECORDS = 200  # records; a larger change runs in the background
KINDS = ("dossier", "employerinterest", "followup")
"""The models that support bulk changes."""
NOT_CHANGED = _("Something went wrong, so nothing was changed. Try again.")
PREVIEW_EXPIRED = _("What you looked at here is not kept any more. Choose the records in the list again.")


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the user's own changes and those that colleagues applied, for models that the user may change."""
        if not isinstance(user, PermissionsMixin):
            return self.none()
        kinds = [kind for kind in KINDS if user.has_perm(f"dossiers.change_{kind}")]
        done = models.Q(applied_at__isnull=False)
        return self.filter(models.Q(user=user.pk) | done, kind__in=kinds)

    def expired(self, now: datetime) -> Self:
        """Return the changes past applying or undoing that still store rows or a query."""
        lines = BulkRow.objects.filter(change=models.OuterRef("pk"))
        previews = models.Q(applied_at=None, created_at__lt=now - PREVIEW_RETENTION)
        in_use = models.Exists(lines) | ~models.Q(query="")
        return self.filter(previews | models.Q(applied_at__lt=now - UNDO_WITHIN)).filter(in_use)


class BulkChange(StagedChangeSet):
    """A change of one field: `query` is the query string of the list whose records change."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    class State(models.TextChoices):
        PREPARING = "preparing", _("being worked out")
        PREVIEWED = "previewed", _("ready to look at")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    BUSY = (State.PREPARING, State.APPLYING, State.UNDOING)

    kind = models.CharField(_("list of"), max_length=20)
    query = TextField(_("filters and search"), blank=True)  # cleared when applied: it may contain the name of a person
    field = models.CharField(_("field"), max_length=60)  # a key of bulk_changes.available_fields
    given = JSONField(_("new value"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREPARING)
    count = models.PositiveIntegerField(_("how many"), default=0)  # records that change; stays when the rows expire
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        default_permissions = ()  # the right to change one record is enough
        permissions = export_permissions("bulkchange")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return gettext("Bulk change %(number)d") % {"number": self.pk}

    @property
    def undo_reason(self) -> str:
        """The reason of its undo in the history of records; that of the change itself is its name."""
        return gettext("%(change)s undone") % {"change": self}

    def get_reasons_in_all_languages(self) -> set[str]:
        """Return the reasons of the change and of its undo, in the language of whoever did it."""
        reasons = set()
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                reasons |= {str(self), self.undo_reason}
        return reasons

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model("dossiers", self.kind)

    @property
    def has_undo_data(self) -> bool:
        """Whether its rows still exist; deleting the field deletes them."""
        return self.rows.exists()

    @property
    def forgotten_count(self) -> int:
        """How many of the changed records lost their rows because somebody was forgotten or deleted."""
        own_fields = OwnField.objects.of(self.model)
        is_field_gone = self.field.startswith(PREFIX) and not own_fields.filter(key=self.field).exists()
        if not self.is_within_undo_term or is_field_gone:  # a deleted field took all rows with it
            return 0
        return max(self.count - self.rows.filter(action=BulkRow.Action.CHANGES).count(), 0)

    @property
    def lost_everybody(self) -> bool:
        return 0 < self.count == self.forgotten_count

    def release(self) -> None:
        """Go back from a busy state to the state before it, so that the work can be started again."""
        if self.state == self.State.UNDOING:
            self.claim(self.state, self.State.APPLIED, undone_by=None, reason=str(NOT_UNDONE))
        else:
            self.claim(self.state, self.State.PREVIEWED, reason=str(NOT_CHANGED))

    def discard(self) -> bool:
        """Delete a preview; return False if it was applied meanwhile."""
        with transaction.atomic():
            previews = BulkChange.objects.select_for_update().filter(pk=self.pk, state=self.State.PREVIEWED)
            preview = previews.first()
            if preview is None:
                return False
            preview.delete()
        return True

    @transaction.atomic
    def forget(self) -> bool:
        """Delete the rows and the query, which may name a person; return False if another process works on it."""
        if self.applied_at is None:
            claimed = self.claim(self.state, self.State.PREVIEWED, query="", count=0, reason=str(PREVIEW_EXPIRED))
        else:
            after = self.State.APPLIED if self.state == self.State.UNDOING else self.state
            claimed = self.claim(self.state, after, query="")
        if not claimed:
            return False
        self.rows.all().delete()
        return True


class BulkRow(models.Model):
    """One record of a bulk change, with the old and the new value of the field, and why it can't change."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    class Action(models.TextChoices):
        CHANGES = "changes", _("would change")
        REFUSED = "refused", _("refused")
        SAME = "same", _("has it already")

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows")
    record_id = models.BigIntegerField()
    seen_at = models.DateTimeField()  # its `changed_at` at the preview
    action = models.CharField(max_length=7, choices=Action.choices)
    old = JSONField(null=True)
    new = JSONField(null=True)
    former = JSONField(
        null=True
    )  # [value that the undo restores], if that is not `old` (or a merge that was undone brought it)
    refusals = JSONField(default=list)  # texts for people
    kept = TextField(
        blank=True
    )  # why an undo left the new value or deleted the record: a code of `undo.reasons`, or text

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["change", "action", "id"], name="bulk_row_by_action")]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.record_id}"

    @property
    def is_old_corrected(self) -> bool:
        """Whether `old` is what the undo restores, not what was there: that came from a merge that was undone."""
        return self.former == [self.old]

    @property
    def restored_value(self) -> Any:
        return self.former[0] if self.former else self.old
