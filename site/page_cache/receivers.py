"""What of Wagtail's makes pages different. The project's own records call `pages_changed` where they are saved.

Not heard: a queryset's `update()` or `bulk_create()`, and SQL; who writes pages in that way calls `pages_changed` too.
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

# A draft that is saved counts as well: what it costs is that each page is made once more.
SHOWN = (Page, Site, Locale, PageViewRestriction, AbstractSetting, AbstractImage, AbstractDocument)


def listen() -> None:
    """To those models alone: a listener to all would slow down each deletion of many records."""
    for model in apps.get_models():
        if issubclass(model, SHOWN):
            for signal in (post_save, post_delete):
                signal.connect(_changed, sender=model, dispatch_uid=f"page_cache.{model._meta.label}")
    post_page_move.connect(_changed, dispatch_uid="page_cache")


def _changed(sender: type[Model], **_kwargs: Any) -> None:
    pages_changed()
