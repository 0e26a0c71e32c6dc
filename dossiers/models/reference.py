"""References: readable numbers of records, such as D-2026-0001."""

from django.db import models, transaction
from django.utils import timezone


class ReferenceCounter(models.Model):
    """The last number that was issued in a year for a model."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    prefix = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_counter_a_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"

    @classmethod
    def reserve(cls, prefix: str, count: int = 1) -> tuple[int, int]:
        """Reserve `count` numbers of this year; return the year and the first number. Unused numbers remain gaps."""
        with transaction.atomic():
            counter = cls.lock(prefix)
            counter.last += count
            counter.save(update_fields=["last"])
        return counter.year, counter.last - count + 1

    @classmethod
    def lock(cls, prefix: str) -> "ReferenceCounter":
        """Return this year's counter, locked until the transaction ends, so that no other process issues a number."""
        year = timezone.localdate().year
        cls.objects.get_or_create(prefix=prefix, year=year)
        return cls.objects.select_for_update().get(prefix=prefix, year=year)


def make_reference(prefix: str) -> str:
    year, number = ReferenceCounter.reserve(prefix)
    return f"{prefix}-{year}-{number:04d}"
