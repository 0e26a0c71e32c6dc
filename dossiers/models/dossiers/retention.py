"""Retention terms of closed dossiers.

No law or selection list gives a term for this process, so the municipality sets it.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting

from dates.format import format_date
from dossiers.models.change_set import UNDO_WITHIN
from dossiers.models.days import validate_year
from dossiers.models.deletion import Deletion
from dossiers.models.dossiers.dossier import CLOSED_STATUSES, Dossier
from dossiers.models.dossiers.readiness import add_months
from dossiers.models.merges.merge import Merge
from dossiers.models.number_fields import PositiveSmallIntegerField
from dossiers.models.snapshots import FIELDS
from dossiers.models.text_fields import TextField

Terms = tuple[int | None, int | None]
"""Months until dossiers, and until contacts of employers, are anonymized; None means never."""
WAITING_PERIOD = timedelta(days=1)
WAIT_FIELDS = ("waits_until", "before_months", "before_employer_months")
EARLIEST_DATE = Value(datetime(2000, 1, 1, tzinfo=UTC))  # earlier than any history record


def subtract_months(day: date, months: int) -> date:
    """Return the latest day since which that many months have passed on `day`."""
    last = add_months(day, -months) + timedelta(days=3)  # the end of a month shifts it by three days at most
    while add_months(last, months) > day:
        last -= timedelta(days=1)
    return last


def _is_shorter(months: int | None, than: int | None) -> bool:
    return months is not None and (than is None or months < than)


class Retention(BaseGenericSetting):
    """The retention terms; an empty term means that nothing is ever anonymized.

    Anonymization can't be undone, so a new or shorter term takes effect after a day in which it can be canceled.
    """

    months = PositiveSmallIntegerField(
        _("months after closing"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("Closed dossiers are then anonymised by themselves. Leave it empty, and none ever is."),
    )

    employer_months = PositiveSmallIntegerField(
        _("months after an employer's last interest was closed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_(
            "Name, e-mail and telephone of the contact then go; the company stays. Without any interest it counts from "
            "the last change or contact. Empty means never."
        ),
    )

    waits_until = models.DateTimeField(_("nothing is removed before"), null=True, blank=True, editable=False)
    before_months = models.PositiveSmallIntegerField(_("months before that"), null=True, editable=False)
    before_employer_months = models.PositiveSmallIntegerField(
        _("months before that, of an employer"), null=True, editable=False
    )

    class Meta:
        verbose_name = _("how long dossiers are kept")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and start the waiting period if a term is new or shorter."""
        stored = type(self).objects.filter(pk=self.pk).first() or type(self)()
        if self.terms != stored.terms:
            stored.set_terms(self.terms, timezone.now())
            for name in WAIT_FIELDS:
                setattr(self, name, getattr(stored, name))
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], *WAIT_FIELDS}
        super().save(*args, **kwargs)

    @property
    def terms(self) -> Terms:
        return self.months, self.employer_months

    def is_waiting(self, now: datetime) -> bool:
        """Whether the waiting period of the terms still runs."""
        return self.waits_until is not None and now < self.waits_until

    def get_terms_in_force(self, now: datetime) -> Terms:
        """Return the terms in force: during the waiting period those from before it."""
        return (self.before_months, self.before_employer_months) if self.is_waiting(now) else self.terms

    def is_shortened_by(self, terms: Terms, now: datetime) -> bool:
        """Whether one of these terms is shorter than the one in force."""
        return any(map(_is_shorter, terms, self.get_terms_in_force(now)))

    def set_terms(self, terms: Terms, now: datetime) -> None:
        """Set the terms without saving; a term shorter than the last one set restarts the waiting period."""
        in_force = self.get_terms_in_force(now)
        if not self.is_shortened_by(terms, now):
            self.waits_until = self.before_months = self.before_employer_months = None
        else:
            if not self.is_waiting(now) or any(map(_is_shorter, terms, self.terms)):
                self.waits_until = now + WAITING_PERIOD
            self.before_months, self.before_employer_months = in_force
        self.months, self.employer_months = terms

    def stop_waiting(self, now: datetime) -> bool:
        """Restore the terms from before the waiting period, without saving; return False if that period is over."""
        if not self.is_waiting(now):
            return False
        self.set_terms(self.get_terms_in_force(now), now)
        return True

    @property
    def is_set(self) -> bool:
        return bool(self.months or self.employer_months)

    def closed_before(self, day: date) -> date | None:
        """Return the latest closing date of dossiers to anonymize on `day`, or None if no term is set."""
        return subtract_months(day, self.months) if self.months else None

    def employers_closed_before(self, day: date) -> date | None:
        return subtract_months(day, self.employer_months) if self.employer_months else None

    def get_anonymization_date(self, closed_on: date) -> date | None:
        """Return the day on which a dossier closed on `closed_on` is anonymized, or None if no term is set."""
        if not self.months:
            return None
        over = add_months(closed_on, self.months)
        return max(over, timezone.localdate(self.waits_until)) if self.waits_until else over


class KeptLonger(models.Model):
    """A user's decision to keep a closed dossier until a day, with the reason."""

    wagtail_reference_index_ignore = True  # no page refers to it

    dossier = models.ForeignKey(
        Dossier, verbose_name=_("dossier"), on_delete=models.CASCADE, related_name="kept_longer"
    )
    until = models.DateField(_("keep until"), validators=[validate_year])
    reason = TextField(_("reason"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("decided on"), default=timezone.now)

    class Meta:
        verbose_name = _("decision to keep longer")
        verbose_name_plural = _("decisions to keep longer")
        default_permissions = ()  # who may change the dossier
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.dossier} {format_date(self.until)}"


def annotate_closed_at(records: Any, closed: Collection[str]) -> Any:
    """Annotate records with `closed_at`: the moment since which their status has been one of `closed` without a break.

    A record without such history counts from its last change.
    """
    history: Any = records.model.history.model._base_manager.filter(id=OuterRef("pk")).order_by()
    open_last = history.exclude(status__in=closed).values("id").annotate(at=Max("history_date")).values("at")
    after = history.filter(status__in=closed, history_date__gt=Coalesce(OuterRef("open_last"), EARLIEST_DATE))
    since = Subquery(after.values("id").annotate(at=Min("history_date")).values("at"))
    return records.annotate(open_last=Subquery(open_last)).annotate(closed_at=Coalesce(since, F("changed_at")))


def get_closed_dossiers() -> Any:
    """Return the closed dossiers that are not anonymized, with `closed_at` and `kept_until`.

    `kept_until` is the last day of the newest decision to keep the dossier longer.
    """
    decided = KeptLonger.objects.filter(dossier=OuterRef("pk")).order_by("-at", "-pk").values("until")[:1]
    dossiers = annotate_closed_at(Dossier.objects.not_anonymised().filter(status__in=CLOSED_STATUSES), CLOSED_STATUSES)
    return dossiers.annotate(kept_until=Subquery(decided))


def find_unrestorable(model: Any, day: date) -> Any:
    """Return the history records of the deleted records of a model that can't be restored any more on that day."""
    history: Any = model.history.model._base_manager
    deletions = history.filter(history_type="-").order_by().values("id").annotate(last=Max("history_date"))
    gone = deletions.filter(last__lt=start_of_next_day(day - UNDO_WITHIN - timedelta(days=1)))
    steps = history.filter(id__in=gone.values("id")).exclude(id__in=model._base_manager.values("pk"))
    return steps.order_by("history_date", "history_id")


def find_expired_deleted_dossiers(day: date) -> dict[int, str]:
    """Return {key: reference} of deleted dossiers that can't be restored any more, but whose history says who it was.

    A dossier that was merged into another one is left out: it is anonymized together with that one, or may come back
    with it.
    """
    merged = Merge.objects.not_undone().values("other_id")
    restorable = {values[FIELDS]["other_id"] for _key, values in Deletion.objects.undoable().get_snapshots(Merge)}
    steps = find_unrestorable(Dossier, day).exclude(id__in=merged).exclude(id__in=restorable)
    return dict(steps.exclude(given_name="", family_name="").values_list("id", "reference"))


def start_of_next_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))


def find_expired_dossiers(day: date, retention: Retention | None = None) -> Any:
    """Return the dossiers to anonymize on that day, the longest closed first; none if no term is set."""
    last = (retention or Retention.load()).closed_before(day)
    if last is None:
        return get_closed_dossiers().none()
    over = get_closed_dossiers().filter(closed_at__lt=start_of_next_day(last))
    return over.filter(Q(kept_until=None) | Q(kept_until__lt=day)).order_by("closed_at", "pk")
