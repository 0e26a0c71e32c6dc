"""Invalidates the page cache when a record of Wagtail changes. The project's own models inherit ShownOnPages.

A queryset's `update()` and `bulk_create()` and SQL send no signals: call `pages_changed` after these.
"""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.contrib.settings.models import AbstractSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import post_page_move

from page_cache.version import pages_changed

# Saving a draft invalidates the cache too; each page is then rendered once more.
SHOWN_MODELS = (Page, Site, Locale, PageViewRestriction, AbstractSetting, AbstractImage, AbstractDocument)


def connect_receivers() -> None:
    """Connect the receivers of these models only; a receiver of all models would slow down bulk deletions."""
    for model in apps.get_models():
        if issubclass(model, SHOWN_MODELS):
            for signal in (post_save, post_delete):
                signal.connect(_changed, sender=model, dispatch_uid=f"page_cache.{model._meta.label}")
    post_page_move.connect(_changed, dispatch_uid="page_cache")


def _changed(sender: type[Model], **_kwargs: Any) -> None:
    pages_changed()
