"""Serves the files of images: renditions to everybody, originals to staff."""

from pathlib import PurePosixPath

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.static import serve

ORIGINALS = "original_images"  # the folder in which Wagtail stores what was uploaded


def serve_image(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a file, but an original to staff only: it may say where and when a picture was taken."""
    if ORIGINALS in PurePosixPath(path).parts and not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    return serve(request, path, str(settings.MEDIA_ROOT))
