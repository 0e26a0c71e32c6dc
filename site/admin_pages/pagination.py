"""Pages of a list that a view shows beside other things."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS_PER_PAGE = 50


def paginate(request: HttpRequest, rows: QuerySet | Sequence[Any]) -> dict[str, Any]:
    """Return the `page` of the request's `p`, and the numbers of `pages` to link to, for a template's context."""
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("p"))
    return {"page": page, "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)}


class NamedCountMixin:
    """A list of Wagtail that counts its rows by the `verbose_name` of the view, and not of the model."""

    verbose_name: Any
    verbose_name_plural: Any

    def get_paginator(self, *args: Any, **kwargs: Any) -> Any:
        paginator = super().get_paginator(*args, **kwargs)  # type: ignore[misc]
        paginator.verbose_name, paginator.verbose_name_plural = self.verbose_name, self.verbose_name_plural
        return paginator
