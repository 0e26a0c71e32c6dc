"""The storage of the hashed and compressed static files, which `manage.py collectstatic` fills."""

from typing import Any

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.environment import PRODUCTION


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """As whitenoise's, but with brotli in production only: that takes nine tenths of the time of collecting."""

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=settings.MODE == PRODUCTION, **options)
