"""The pilot's budget, duration and milestones."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from dossiers.models.days import validate_past, validate_year
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.number_fields import PositiveSmallIntegerField
from dossiers.models.querysets import PermittedQuerySet
from dossiers.models.text_fields import CharField, TextField


class Cost(models.TextChoices):
    """The kinds of cost in the pilot's proposal."""

    GUIDANCE = "guidance", _("guidance")
    MATCHING = "matching", _("matching")
    INCIDENTAL = "incidental", _("incidental costs")


def euros(label: Any, **kwargs: Any) -> models.DecimalField:
    """Return a model field for an amount in whole cents, zero or more."""
    return models.DecimalField(label, max_digits=9, decimal_places=2, validators=[MinValueValidator(0)], **kwargs)


MONEY = models.DecimalField(max_digits=12, decimal_places=2)
CENT = Decimal("0.01")
LIFT = Decimal("0.00001")
"""SQLite computes 1.5 × 55.55 as a float just below 83.325. A product has four decimals, so this lifts halves only."""


def round_to_cents(amount: Decimal) -> Decimal:
    """Round an amount to whole cents, half a cent up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def round_product_to_cents(first: str, second: str) -> Round:
    """Return the expression that rounds as `round_to_cents` does, for the product of two fields with two decimals."""
    unrounded = models.DecimalField(max_digits=16, decimal_places=5)
    product = models.ExpressionWrapper(models.F(first) * models.F(second) + models.Value(LIFT), unrounded)
    return Round(product, 2, output_field=MONEY)


@register_setting(icon="calendar", name="pilot")
class Pilot(BaseGenericSetting):
    """Budget, duration in weeks and hourly rate; the defaults come from the proposal (2024)."""

    budget = euros(_("budget in euros"), default=Decimal(28_600))
    weeks = PositiveSmallIntegerField(_("weeks"), default=20, validators=[MinValueValidator(1)])
    starts_on = models.DateField(
        _("first day"),
        null=True,
        blank=True,
        validators=[validate_year],
        help_text=_("From this day the weeks are counted."),
    )
    hourly_rate = euros(
        _("rate an hour in euros"),
        null=True,
        blank=True,
        help_text=_("Filled in for hours, unless one says otherwise."),
    )
    guidance = euros(_("of which for guidance"), null=True, blank=True)
    matching = euros(_("of which for matching"), null=True, blank=True)
    incidental = euros(_("of which for incidental costs"), null=True, blank=True)

    class Meta:
        verbose_name = _("budget and planning")
        permissions = export_permissions("pilot")  # of its figures

    def clean(self) -> None:
        parts = [getattr(self, cost.value) for cost in Cost]
        if all(part is None for part in parts):
            return
        if any(part is None for part in parts):
            raise ValidationError(_("Fill in all three parts of the budget, or none."))
        if sum(parts) != self.budget:
            raise ValidationError(_("The three parts do not add up to the budget."))

    @property
    def is_split(self) -> bool:
        return all(getattr(self, cost.value) is not None for cost in Cost)

    @property
    def ends_on(self) -> date | None:
        """The last day of the last week, or None if the first day is unknown."""
        return self.starts_on + timedelta(weeks=self.weeks, days=-1) if self.starts_on else None

    def week_of(self, day: date) -> int | None:
        """Return the week of the pilot, from 0 (before the start) to `weeks`, or None if the first day is unknown."""
        if self.starts_on is None:
            return None
        return max(0, min((day - self.starts_on) // timedelta(weeks=1) + 1, self.weeks))


class Milestone(models.Model):
    """A result that is planned for a day, with the agreements about it."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    title = CharField(_("milestone"), max_length=120)
    planned_on = models.DateField(_("planned on"), validators=[validate_year])
    reached_on = models.DateField(_("reached on"), null=True, blank=True, validators=[validate_past])
    agreements = TextField(_("agreements made"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PermittedQuerySet["Milestone"].as_manager()
    history = history()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        permissions = export_permissions("milestone")
        ordering = ["planned_on", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def heading(self) -> str:
        """The title of a page about this milestone."""
        return self.title

    def is_late(self, day: date) -> bool:
        return self.reached_on is None and self.planned_on < day
