"""The WSGI application."""

import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from page_cache.handler import PageCacheHandler  # noqa: E402  (needs the settings)

application = PageCacheHandler()
