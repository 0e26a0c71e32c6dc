"""Expenses of the pilot: hours at a rate, or an amount."""

from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.activity.related_records import RelatedRecordsQuerySet, WorkOnRecords
from dossiers.models.days import not_before, subtract_years, validate_past
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.money.pilot import MONEY, Cost, Pilot, euros, round_product_to_cents, round_to_cents
from dossiers.models.text_fields import CharField

NOTHING = Decimal("0.00")


class ExpenseQuerySet(RelatedRecordsQuerySet["Expense"]):
    def with_total(self) -> Self:
        """Annotate `sum_total`, in euros."""
        by_hours = round_product_to_cents("hours", "rate")
        return self.annotate(sum_total=Coalesce("amount", by_hours, output_field=MONEY))

    def total(self) -> Decimal:
        """Return the sum of all expenses, in euros."""
        total = self.with_total().aggregate(sum=Sum("sum_total"))["sum"]
        return round_to_cents(total or NOTHING)

    def per_category(self) -> dict[str, Decimal]:
        """Return the sum of each kind of cost in euros, including 0."""
        amounts = dict(self.with_total().order_by().values_list("category").annotate(sum=Sum("sum_total")))
        return {cost.value: round_to_cents(amounts.get(cost.value) or NOTHING) for cost in Cost}

    def hours(self) -> Decimal:
        hours: Decimal | None = self.aggregate(sum=Sum("hours"))["sum"]
        return hours or Decimal(0)


class Expense(WorkOnRecords):
    """One expense."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    SEARCH_FIELDS = ("description",)

    spent_on = models.DateField(_("day"), default=timezone.localdate, db_index=True, validators=[validate_past])
    category = models.CharField(_("kind of cost"), max_length=10, choices=Cost.choices)
    description = CharField(_("what for"), max_length=200)
    hours = models.DecimalField(
        _("hours"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(200)],
    )
    rate = euros(_("rate an hour in euros"), null=True, blank=True)
    amount = euros(_("amount in euros"), null=True, blank=True, help_text=_("Instead of hours."))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = ExpenseQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        permissions = export_permissions("expense")
        ordering = ["-spent_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=False, hours__isnull=True, rate__isnull=True)
                | Q(amount__isnull=True, hours__isnull=False, rate__isnull=False),
                name="hours_at_a_rate_or_an_amount",
                violation_error_message=_("Fill in hours with a rate, or an amount: one of the two."),
            )
        ]

    def __str__(self) -> str:
        """Return category and date only: this text is written to logs, and the description may contain a name."""
        return f"{self.get_category_display()} {format_date(self.spent_on)}"

    @property
    def heading(self) -> str:
        """The title of a page about this expense."""
        return self.description

    @property
    def total(self) -> Decimal:
        """The amount, or hours times rate, in euros."""
        if self.amount is not None:
            return self.amount
        return round_to_cents((self.hours or NOTHING) * (self.rate or NOTHING))

    def clean(self) -> None:
        super().clean()
        pilot = Pilot.load()
        if self.hours and self.rate is None and self.amount is None:
            self.rate = pilot.hourly_rate
        first_day = pilot.starts_on and subtract_years(pilot.starts_on, 1)  # what was spent to prepare it counts too
        too_early = _("This day is more than a year before the pilot's first day. Check the year.")
        if message := not_before(first_day, self.spent_on, too_early):
            raise ValidationError({"spent_on": message})
