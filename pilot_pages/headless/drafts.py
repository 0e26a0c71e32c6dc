"""Stores a draft for an hour, so that a front end can load it with a token.

wagtail-headless-preview is not used: its tokens never expire, it stores drafts for days, and two editors who open a
preview in the same second get each other's draft.
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
LIFETIME = timedelta(hours=1)


def store_draft(page: Page) -> str:
    """Store the draft as it is in the editor now, and return its token."""
    key = secrets.token_urlsafe(16)
    cache.set(_cache_key(key), json.loads(page.to_json()), LIFETIME.total_seconds())
    return signing.dumps([page._meta.label_lower, key], salt=SALT)


def find_draft(content_type: str, token: str) -> Page | None:
    """Return the draft as an unsaved page; None if the token is invalid, expired or of another page type."""
    try:
        label, key = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    draft: dict[str, Any] | None = cache.get(_cache_key(key))
    if label != content_type or draft is None:
        return None
    page: Page | None = apps.get_model(label).from_serializable_data(draft)
    return page


def _cache_key(key: str) -> str:
    return f"headless-draft:{key}"
