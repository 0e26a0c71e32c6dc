"""Numbers by which people name a record: D-2026-0001."""

from django.db import models, transaction
from django.utils import timezone


class ReferenceCounter(models.Model):
    """The last number given out in a year for a kind of record."""

    wagtail_reference_index_ignore = True  # no page refers to it; each save would cost a task

    prefix = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_counter_a_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"

    @classmethod
    def reserve(cls, prefix: str, count: int = 1) -> tuple[int, int]:
        """Set `count` numbers of this year apart; returns the year and the first of them. Unused ones stay gaps."""
        with transaction.atomic():
            counter = cls.lock(prefix)
            counter.last += count
            counter.save(update_fields=["last"])
        return counter.year, counter.last - count + 1

    @classmethod
    def lock(cls, prefix: str) -> "ReferenceCounter":
        """This year's: until the transaction ends nobody else gets a number for a new record of this kind."""
        year = timezone.localdate().year
        cls.objects.get_or_create(prefix=prefix, year=year)
        return cls.objects.select_for_update().get(prefix=prefix, year=year)


def make_reference(prefix: str) -> str:
    year, number = ReferenceCounter.reserve(prefix)
    return f"{prefix}-{year}-{number:04d}"
