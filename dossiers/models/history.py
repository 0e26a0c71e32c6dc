"""The field history of records, with the import and the row that each change came from."""

from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from dossiers.models.lists.lists import Sector
from dossiers.models.text_fields import TextField

UNINDEXED_FIELDS = (
    "reference",
    "date_of_birth",
    "status",
    "coordinator",
    "withdrawal_retracted_by",
    "closing_reason",
    "sector",
    "owner",
    "kvk_number",
)
"""Fields that are indexed in the record but not in its history, where no query uses them and indexes slow writes."""


class Provenance(models.Model):
    """Extra fields of each history record."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    import_run = models.ForeignKey(
        "dossiers.ImportRun", verbose_name=_("import"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    import_line = models.PositiveIntegerField(_("line"), null=True)

    class Meta:
        abstract = True


class DossierProvenance(Provenance):
    """Also stores the names of the sectors: simple-history's bulk functions don't support many-to-many fields."""

    sector_names = TextField(_("sectors"), default="", blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            names = Sector.objects.filter(dossier=getattr(self, "id")).values_list("name", flat=True)  # noqa: B009
            self.sector_names = ", ".join(names)
        super().save(*args, **kwargs)


class ReusedHistoryManager(HistoryManager):
    """A manager whose class is made once, instead of at each use of `history`, which takes longer than most queries."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[models.QuerySet]) -> Any:
        return super().from_queryset(queryset_class)


def history(*, bases: tuple[type[models.Model], ...] = (Provenance,)) -> HistoricalRecords:
    """Return the history manager of a model; the history stays if the record is deleted."""
    return HistoricalRecords(
        bases=bases,
        history_manager=ReusedHistoryManager,
        no_db_index=list(UNINDEXED_FIELDS),
        verbose_name=_("change"),
        verbose_name_plural=_("changes"),
    )
