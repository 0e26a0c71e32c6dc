"""Helpers for tests of bulk changes."""

import re
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.test import Client

from dossiers.models import BulkChange, Dossier

from .pages import text


def list_url(model: type[Model], page: str = "change", **query: Any) -> str:
    return f"/beheer/lists/{model._meta.model_name}/{page}/?{urlencode(query, doseq=True)}"


def change_url(change: BulkChange, part: str = "") -> str:
    return f"/beheer/bulk-changes/{change.pk}/{part}"


def preview(client: Client, model: type[Model], field: str, value: Any, **query: Any) -> BulkChange:
    """Preview a bulk change of all records that match the query, or of those in `id=[…]`."""
    where = list_url(model, **({"id": "all"} | query))
    response = client.post(where, {"field": field, f"to_{field}": value})
    assert response.status_code == 302, text(response)
    return BulkChange.objects.get(pk=re.search(r"/bulk-changes/(\d+)/", response.url)[1])


def press(client: Client, change: BulkChange, part: str = "apply/") -> str:
    """Press the button of a page of the change and return the text of the next page."""
    page = text(client.post(change_url(change, part), follow=True))
    change.refresh_from_db()
    return page


def apply_change(client: Client, model: type[Model], field: str, value: Any, **query: Any) -> BulkChange:
    change = preview(client, model, field, value, **query)
    press(client, change)
    assert change.state == BulkChange.State.APPLIED, change.reason
    return change


def get_values(field: str = "location") -> list[str]:
    """Return the values of a field of all dossiers, the oldest first."""
    return list(Dossier.objects.order_by("pk").values_list(field, flat=True))


def get_sectors(dossier: Dossier) -> list[str]:
    return sorted(dossier.sectors.values_list("name", flat=True))
