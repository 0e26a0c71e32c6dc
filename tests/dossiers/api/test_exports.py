"""Tests of exports through the API."""

import json

import pytest

from access_log.models import AccessLogEntry
from dossiers.models.rights import COORDINATORS
from tests.dossiers.models.factories import make_dossier, make_interest


@pytest.mark.parametrize("format", ["xlsx", "csv", "ods", "json"])
def test_a_list_is_exported_in_each_format_and_logged(api, format):
    make_dossier()
    response = api.send("get", f"exports/dossiers/{format}")
    assert response.status_code == 200
    assert f".{format}" in response.headers["Content-Disposition"]
    assert len(b"".join(response.streaming_content)) > 20
    entry = AccessLogEntry.objects.get()
    assert (entry.what, entry.count) == (AccessLogEntry.What.EXPORTED, 1)
    assert f"API · {format}" in entry.detail


def test_an_export_contains_only_the_filtered_records(api):
    dossier = make_dossier(status="intake")
    make_dossier(status="available")
    rows = json.loads(b"".join(api.send("get", "exports/dossiers/json?status=intake").streaming_content))
    assert [row["reference"] for row in rows] == [dossier.reference]
    assert api.send("get", "exports/dossiers/json?staus=intake").status_code == 422
    make_interest()
    assert b"Tomaten" in b"".join(api.send("get", "exports/employer-interests/csv").streaming_content)


def test_each_format_requires_its_own_permission(make_api_client, make_user):
    from django.contrib.auth.models import Permission

    user = make_user("iemand")
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_dossier", "export_csv_dossier"]))
    client = make_api_client(user)
    assert client.send("get", "exports/dossiers/csv").status_code == 200
    assert client.send("get", "exports/dossiers/xlsx").status_code == 403
    assert COORDINATORS not in user.groups.values_list("name", flat=True)


def test_an_unknown_list_or_format_is_refused(api):
    assert api.send("get", "exports/dossiers/pdf").status_code == 422
    assert api.send("get", "exports/users/csv").status_code == 422
