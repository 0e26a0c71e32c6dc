"""Tests of exports of lists without a spreadsheet resource."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from dossiers.models import (
    ActionRule,
    ClosingReason,
    EmailText,
    FindingCategory,
    ImportProfile,
    Organisation,
    RecordKind,
    Regulation,
    Sector,
)
from dossiers.models.exports.formats import EXPORT_FORMATS

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge
from .pages import text, url
from .test_exports import rows
from .test_uploading import people, upload

SHORT_LISTS = (
    *(Organisation, Sector, ClosingReason, FindingCategory, ImportProfile, Regulation),
    *(ActionRule, EmailText),
)


def export_urls() -> list[str]:
    snippets = [url(model, "export", "csv") for model in SHORT_LISTS]
    views = ("imports", "merges", "evaluations", "bulk_changes")
    return [*snippets, *(reverse(f"dossiers_{name}_export", args=["csv"]) for name in views)]


@pytest.mark.parametrize("model", SHORT_LISTS)
def test_each_short_list_can_be_exported_in_each_format(coordinator_client, model):
    ImportProfile.objects.create(name="AZC", record=RecordKind.DOSSIERS)
    page = coordinator_client.get(url(model, "list"))
    for format in EXPORT_FORMATS:
        assert url(model, "export", format) in page.content.decode()
    assert len(rows(coordinator_client.get(url(model, "export", "xlsx")), "xlsx")) == model.objects.count() > 0


def test_a_closing_reason_says_what_it_belongs_to(coordinator_client, base_data):
    sides_by_name = {
        row["Naam"]: row["Hoort bij"] for row in rows(coordinator_client.get(url(ClosingReason, "export", "csv")))
    }
    assert sides_by_name["Contract afgelopen"] == "plaatsing"
    assert "plaatsing" in text(coordinator_client.get(url(ClosingReason, "list"))).split("Contract afgelopen")[1]


def test_an_exported_category_has_its_advice(coordinator_client, base_data):
    category = FindingCategory.objects.first()
    category.advice = "=Korter wachten"
    category.save()
    rows_by_name = {row["Naam"]: row for row in rows(coordinator_client.get(url(FindingCategory, "export", "csv")))}
    assert rows_by_name[category.name]["Advies voor nieuw beleid"] == "'=Korter wachten"
    assert rows_by_name[category.name]["Soort"] == category.get_kind_display()


def test_an_exported_regulation_has_its_statement_and_check(coordinator_client, base_data):
    rule = Regulation.objects.first()
    rows_by_key = {row["Sleutel"]: row for row in rows(coordinator_client.get(url(Regulation, "export", "csv")))}
    assert rows_by_key[rule.key]["Laatst gecontroleerd"] == "nog niet gecontroleerd"
    assert rows_by_key[rule.key]["In een zin"] == rule.statement


def test_imports_can_be_exported(coordinator_client):
    upload(coordinator_client, people("Omar;Zaki;12-03-1990;P0"))
    (run,) = rows(coordinator_client.get(reverse("dossiers_imports_export", args=["csv"])))
    assert (run["Bestand"], run["Van"], run["Status"]) == ("lijst.csv", "AZC Luttelgeest", "klaar om te controleren")
    assert run["Geüpload"] == f"{timezone.localdate():%d-%m-%Y}"


def test_merges_can_be_exported_with_the_day_of_an_undo(coordinator_client):
    merge_records = [merge_dossiers(make_dossier(), make_dossier()) for _number in range(2)]
    undo_merge(merge_records[0])
    merges = rows(coordinator_client.get(reverse("dossiers_merges_export", args=["csv"])))
    assert [row["Opgeheven dossier"] for row in merges] == [merge_records[1].reference, merge_records[0].reference]
    assert [row["Ongedaan maken"] for row in merges] == ["", f"{timezone.localdate():%d-%m-%Y}"]


def test_only_permitted_formats_can_be_exported(coordinator_client, as_user, make_user, base_data):
    clerk = make_user("clerk")
    clerk.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "view_sector", "change_sector", "export_ods_sector"])
    )
    client = as_user(clerk)
    assert client.get(url(Sector, "export", "ods")).status_code == 200
    assert client.get(url(Sector, "export", "csv")).status_code == 302
    page = client.get(url(Sector, "list")).content.decode()
    assert url(Sector, "export", "ods") in page and url(Sector, "export", "csv") not in page


@pytest.mark.parametrize("role", ["partner", "reader"])
def test_other_users_cannot_export_short_lists(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    open_to_readers = {url(Regulation, "export", "csv")} if role == "reader" else set()
    for address in export_urls():
        assert (client.get(address).status_code == 200) == (address in open_to_readers), address


def test_json_names_a_column_by_its_field(coordinator_client, base_data):
    body = b"".join(coordinator_client.get(url(ClosingReason, "export", "json")).streaming_content)
    assert list(json.loads(body)[0]) == ["name", "side"]
