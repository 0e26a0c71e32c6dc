"""Sets of changes that are applied together and can be undone together: imports, bulk changes and merges."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.text_fields import TextField

UNDO_WITHIN = timedelta(days=30)
NOT_UNDONE = _("Something went wrong, so nothing was undone. Try again.")


class NotApplied(Exception):
    """Nothing was changed; the message says why, for people."""


class NotUndone(Exception):
    """Nothing was undone; the message says why, for people."""


class ChangeSet(models.Model):
    """Changes that were made in one transaction, with the data to undo them within 30 days.

    A subclass defines `has_undo_data`, because each kind stores the former values in its own way.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone on"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def undo_until(self) -> datetime | None:
        """The last moment at which an applied change set can be undone."""
        return self.applied_at + UNDO_WITHIN if self.applied_at else None

    @property
    def is_within_undo_term(self) -> bool:
        return self.undo_until is not None and self.undo_until >= timezone.now()

    @property
    def has_undo_data(self) -> bool:
        """Whether the former values are still stored."""
        raise NotImplementedError

    @property
    def lost_everybody(self) -> bool:
        """Whether all its former values were destroyed, because everybody in it was forgotten or deleted since."""
        return False

    def find_undo_refusal(self) -> str:
        """Return why this can't be undone, as a sentence for people; an empty text if it can."""
        values = {"what": self._meta.verbose_name, "days": UNDO_WITHIN // timedelta(days=1)}
        if self.undone_at:
            day = format_date(self.undone_at)
            return gettext("This %(what)s was undone already, on %(day)s.") % (values | {"day": day})
        if self.undo_until is None:
            return gettext("Nothing was changed by this %(what)s, so there is nothing to undo.") % values
        if self.is_within_undo_term and self.lost_everybody:
            refusal = gettext(
                "This %(what)s can't be undone: its lines were deleted with the former values, because the "
                "people or contacts in them were forgotten or deleted since. Restore those who were deleted, and look "
                "again."
            )
            return refusal % values
        if not self.is_within_undo_term or not self.has_undo_data:
            refusal = gettext(
                "This %(what)s can't be undone any more: the former values are destroyed after %(days)d days at the "
                "latest."
            )
            return refusal % values
        return ""


class StagedChangeSet(ChangeSet):
    """A change set that is previewed first, and whose work runs in the background.

    Its state goes back to the one before if the work fails, so that users can start it again.
    """

    class State(models.TextChoices):
        """A subclass defines its own states, among which these."""

        PREVIEWED, APPLYING, APPLIED, UNDOING, UNDONE = "previewed", "applying", "applied", "undoing", "undone"

    BUSY: ClassVar[tuple[str, ...]]  # the states in which a task works on it

    state = models.CharField(_("state"), max_length=10)
    reason = TextField(_("reason"), blank=True)  # why it returned to an earlier state

    class Meta:
        abstract = True

    @property
    def busy(self) -> bool:
        return self.state in self.BUSY

    def claim(self, before: str, after: str, *conditions: models.Q, **fields: Any) -> bool:
        """Go from one state to the next; return False if another process changed the state first."""
        change_sets = type(self)._default_manager.filter(*conditions, pk=self.pk, state=before)
        if not change_sets.update(state=after, **fields):
            return False
        self.refresh_from_db()
        return True

    def release(self) -> None:
        """Go back from a busy state to the state before it, so that the work can be started again."""
        raise NotImplementedError

    def find_undo_refusal(self) -> str:
        if self.state == self.State.UNDOING:
            return gettext("This %(what)s is being undone already.") % {"what": self._meta.verbose_name}
        return super().find_undo_refusal()

    def claim_undo(self, user: User | None) -> None:
        """Claim this for an undo by the user; raises NotUndone if it can't be undone (any more)."""
        if reason := self.find_undo_refusal():
            raise NotUndone(reason)
        if not self.claim(self.State.APPLIED, self.State.UNDOING, undone_by=user, reason=""):
            raise NotUndone(
                gettext("Somebody else undid this %(what)s meanwhile, or is doing so now. Open it again to see.")
                % {"what": self._meta.verbose_name}
            )
