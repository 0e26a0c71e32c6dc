"""Archived records: finished ones that lists and choosers leave out, while figures, reports and searches keep them."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArchivableRecord(models.Model):
    """A record that can be archived once it is finished, and leaves the archive when it is unfinished again."""

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_finished(self) -> bool:
        raise NotImplementedError

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if self.archived_at and not self.is_finished:
            self.archived_at = None
            if update_fields is not None:
                update_fields = {*update_fields, "archived_at"}
        super().save(*args, update_fields=update_fields, **kwargs)
