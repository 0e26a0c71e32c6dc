"""A mixin that turns off Wagtail's own export of lists."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase


class WithoutWagtailExport:
    """Refuse `?export=`, because Wagtail checks no permission for it; our exports have their own URLs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "export" in request.GET:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
