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
