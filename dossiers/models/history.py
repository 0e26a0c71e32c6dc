"""What the field history keeps beside the values: through which line of which import they came."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from dossiers.models.text_fields import TextField

UNSOUGHT = ("reference", "date_of_birth", "status", "coordinator", "closing_reason", "sector", "owner", "kvk_number")
"""Indexed in the record itself; in its history nobody looks them up, and each index costs a write a line."""


class Provenance(models.Model):
    """Fields that each historical record has beside the record's own."""

    wagtail_reference_index_ignore = True  # no page refers to it; each save would cost a task

    import_run = models.ForeignKey(
        "dossiers.ImportRun", verbose_name=_("import"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    import_line = models.PositiveIntegerField(_("line"), null=True)

    class Meta:
        abstract = True


class DossierProvenance(Provenance):
    """Also the names of the sectors: simple-history's bulk functions would keep no many-to-many."""

    sector_names = TextField(_("sectors"), default="", blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            from dossiers.models.lists.lists import Sector

            names = Sector.objects.filter(dossier=getattr(self, "id")).values_list("name", flat=True)  # noqa: B009
            self.sector_names = ", ".join(names)
        super().save(*args, **kwargs)


def history(*, bases: tuple[type[models.Model], ...] = (Provenance,)) -> HistoricalRecords:
    """The field history of a record; it stays when the record goes."""
    return HistoricalRecords(
        bases=bases, no_db_index=list(UNSOUGHT), verbose_name=_("change"), verbose_name_plural=_("changes")
    )
