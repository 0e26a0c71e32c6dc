"""Wagtail's own export of a list, which stays closed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


class NoExportOfWagtails:
    """Its `?export=` asks no permission; ours is another address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "export" in request.GET:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
