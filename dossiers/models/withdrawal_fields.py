"""The fields of a record whose candidate or employer said on the own page to want to stop."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# The condition of WithdrawalFields.wants_to_stop.
WANTS_TO_STOP = models.Q(withdrawal_requested_on__isnull=False, withdrawal_retracted_on=None)


class WithdrawalFields(models.Model):
    """The wish to stop, and a retraction of it that a coordinator recorded; see withdrawal.py for the rules."""

    withdrawal_requested_on = models.DateField(
        _("wants to stop since"), null=True, blank=True, editable=False
    )  # said on the own page
    withdrawal_retracted_on = models.DateField(
        _("goes on after all since"), null=True, blank=True, editable=False
    )  # the day of the contact, recorded by a coordinator
    withdrawal_retracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("the retraction was recorded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def is_closed(self) -> bool:
        raise NotImplementedError

    @property
    def wants_to_stop(self) -> bool:
        """Whether the wish was said, and no coordinator recorded after it that the candidate or employer goes on."""
        return self.withdrawal_requested_on is not None and self.withdrawal_retracted_on is None

    @property
    def awaits_withdrawal_outcome(self) -> bool:
        """Whether a coordinator must still record the outcome of the wish to stop."""
        return self.wants_to_stop and not self.is_closed
