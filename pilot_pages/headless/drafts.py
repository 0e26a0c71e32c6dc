"""Keeps a draft for an hour, for whoever has its token.

Not wagtail-headless-preview: its tokens never end, it keeps drafts for days, and two editors who look in the same
second get each other's.
"""

import json
import secrets
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core import signing
from django.core.cache import cache
from wagtail.models import Page

SALT = "pilot_pages.headless.draft"
KEPT = timedelta(hours=1)


def keep(page: Page) -> str:
    """The token of this draft, as it stands in the editor now."""
    key = secrets.token_urlsafe(16)
    cache.set(_cache_key(key), json.loads(page.to_json()), KEPT.total_seconds())
    return signing.dumps([page._meta.label_lower, key], salt=SALT)


def find(content_type: str, token: str) -> Page | None:
    """The draft as a page that was never saved; None for a wrong or old token, or one of another kind of page."""
    try:
        label, key = signing.loads(token, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    draft: dict[str, Any] | None = cache.get(_cache_key(key))
    if label != content_type or draft is None:
        return None
    page: Page | None = apps.get_model(label).from_serializable_data(draft)
    return page


def _cache_key(key: str) -> str:
    return f"headless-draft:{key}"
