"""Pagination of lists, with links to the next and previous page."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from web_api.problems import Problem

MOST = 100


class Paging(Schema):
    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(50, ge=1, le=MOST)


OF_PAGING = frozenset(Paging.model_fields)


def page_of(
    request: HttpRequest,
    response: HttpResponse,
    paging: Paging,
    records: QuerySet | Sequence[Any],
    serialize: Callable[[list[Any]], list[Any]],
) -> dict[str, Any]:
    """Return one page of `records`, which must have a unique order, and link the others in the response's header."""
    count = records.order_by().count() if isinstance(records, QuerySet) else len(records)
    first = (paging.page - 1) * paging.page_size
    last_page = max(1, -(-count // paging.page_size))
    if paging.page > last_page:
        raise Problem(404, _("There are %(pages)d pages of this list.") % {"pages": last_page})
    links = {
        "next": _address(request, paging.page + 1) if paging.page < last_page else None,
        "previous": _address(request, paging.page - 1) if paging.page > 1 else None,
    }
    if any(links.values()):
        response["Link"] = ", ".join(
            f'<{url}>; rel="{"next" if name == "next" else "prev"}"' for name, url in links.items() if url
        )
    return {"count": count, **links, "results": serialize(list(records[first : first + paging.page_size]))}


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
