"""For a model of the project whose records stand on public pages."""

from typing import Any

from django.db import models

from page_cache.version import pages_changed


class ShownOnPages(models.Model):
    """Pages are made anew after one is saved or deleted; who uses `update()` calls `pages_changed` beside it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        pages_changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        pages_changed()
        return deleted
