"""A base class of models whose records are shown on public pages."""

from typing import Any

from django.db import models

from page_cache.version import pages_changed


class ShownOnPages(models.Model):
    """Invalidates the page cache when a record is saved or deleted. Call `pages_changed` after `update()`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        pages_changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        pages_changed()
        return deleted
