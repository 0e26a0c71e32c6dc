"""Tests of dossiers in the API, which are read, created and changed by the rules of the form."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from access_log.models import AccessLogEntry
from dossiers.models import Dossier, FollowUp, Organisation, OwnField, Sector, Supply
from dossiers.spreadsheets.resources import DossierResource
from tests.dossiers.api.conftest import get_errors
from tests.dossiers.models.factories import make_dossier
from tests.dossiers.models.own_fields import make_own_field
from tests.dossiers.models.placements import make_placement, make_ready_dossier

NEW = {"given_name": "Yusuf", "family_name": "Voorbeeld", "date_of_birth": "1994-05-17"}


def test_a_dossier_has_the_columns_of_the_spreadsheet(api):
    dossier = make_dossier(languages=["ar", "nl"], sectors=["Horeca", "Bouw"], hours_per_week=32, driving_licence=True)
    Supply.objects.create(dossier=dossier, organisation=Organisation.objects.named("AZC Luttelgeest"), external_id="A1")
    data = api.get_json(f"dossiers/{dossier.reference}")
    columns = set(DossierResource().sheet_fields()) - {"external_id"}
    assert set(data) == columns | {"id", "supplies", "created_at", "changed_at"}
    assert data["sectors"] == ["Bouw", "Horeca"]
    assert (data["languages"], data["driving_licence"], data["hours_per_week"]) == (["ar", "nl"], True, 32)
    assert (data["phone"], data["available_from"], data["date_of_birth"]) == ("", None, "1990-03-12")
    assert data["supplies"] == [{"organisation": "AZC Luttelgeest", "external_id": "A1"}]


def test_a_list_is_paginated_in_a_stable_order(api):
    for _number in range(5):
        make_dossier(family_name="Haile", given_name="Selam")
    first = api.get_json("dossiers?page_size=2")
    assert (first["count"], first["previous"], len(first["results"])) == (5, None, 2)
    second = api.get(first["next"], headers={"Authorization": f"Bearer {api.key}"})
    assert 'rel="next"' in second.headers["Link"]
    assert 'rel="prev"' in second.headers["Link"]
    last = api.get_json("dossiers?page_size=2&page=3")
    assert last["next"] is None
    references = [row["reference"] for page in (first, second.json(), last) for row in page["results"]]
    assert len(references) == len(set(references)) == 5
    assert api.send("get", "dossiers?page=4&page_size=2").status_code == 404
    assert set(get_errors(api.send("get", "dossiers?page=0&page_size=101"))) == {"page", "page_size"}


def test_the_query_count_does_not_grow_with_the_number_of_records(api):
    for _number in range(10):
        make_dossier(sectors=["Horeca"])
    api.get_json("dossiers?page_size=100")
    with CaptureQueriesContext(connection) as few:
        api.get_json("dossiers?page_size=100")
    Dossier.objects.bulk_create(
        Dossier(reference=f"D-X-{n}", given_name=f"A{n}", family_name=f"B{n}", date_of_birth=date(1990, 1, 1))
        for n in range(90)
    )
    with CaptureQueriesContext(connection) as many:
        assert len(api.get_json("dossiers?page_size=100")["results"]) == 100
    assert len(many) == len(few)


def test_the_api_accepts_the_filters_of_the_backoffice_list(api):
    intake = make_dossier(status="intake", sectors=["Horeca"])
    make_dossier(status="available", available_from=date(2027, 3, 1))
    references = [row["reference"] for row in api.get_json("dossiers?status=intake&sectors=Horeca")["results"]]
    assert references == [intake.reference]
    assert api.get_json("dossiers?available_from_from=2027-02-01")["count"] == 1
    wrong = api.send("get", "dossiers?available_from_from=morgen").json()["errors"]
    assert [error["field"] for error in wrong] == ["available_from_from"]
    assert api.get_json(f"dossiers?search={intake.family_name}")["count"] == 1
    assert set(get_errors(api.send("get", f"dossiers?search={'+'.join(map(str, range(2_000)))}"))) == {"search"}
    assert set(get_errors(api.send("get", "dossiers?staus=intake"))) == {"staus"}
    assert set(get_errors(api.send("get", "dossiers?status=nooit&sectors=Nergens"))) == {"status", "sectors"}


def test_reading_a_list_is_logged_as_an_export(api, coordinator):
    dossier = make_dossier(status="intake")
    api.get_json("dossiers?status=intake")
    api.get_json(f"dossiers/{dossier.reference}")
    read, taken = AccessLogEntry.objects.all()
    assert (taken.user_name, taken.what, taken.count) == ("coordinator", AccessLogEntry.What.EXPORTED, 1)
    assert "API" in taken.detail
    assert "intake" in taken.detail
    assert (read.what, read.about) == (AccessLogEntry.What.READ, dossier.reference)


def test_a_new_dossier_is_validated_like_the_form(api):
    errors_by_field = get_errors(
        api.send(
            "post",
            "dossiers",
            {
                "given_name": "", "family_name": "Voorbeeld", "date_of_birth": "2020-01-01", "status": "matched",
                "hours_per_week": 60, "languages": ["xx"], "sectors": ["Nergens"], "email": "geen adres",
                "notes": "bsn 111222333", "coordinator": "niemand", "dutch_level": "Z", "reference": "D-1",
                "nationality": "x", "driving_licence": "ja", "available_from": "01-02-2027",
            },
        )
    )  # fmt: skip
    assert set(errors_by_field) == {
        "given_name", "date_of_birth", "status", "hours_per_week", "languages", "sectors", "email", "notes",
        "coordinator", "dutch_level", "reference", "nationality", "driving_licence", "available_from",
    }  # fmt: skip
    assert errors_by_field["status"] == ["Deze status volgt uit een plaatsing. Maak een plaatsing."]
    assert not Dossier.objects.exists()


def test_a_possible_bsn_is_refused_without_repeating_the_digits(api):
    dossier = make_dossier(notes="Belt graag.")
    for answer in (
        api.send("post", "dossiers", NEW | {"notes": "Zijn nummer is 170 561 483 bekend"}),
        api.patch_with_etag(f"dossiers/{dossier.reference}", {"notes": "Zijn nummer is 170.561.483."}),
    ):
        [message] = get_errors(answer)["notes"]
        assert message.startswith("Negen cijfers in deze tekst kunnen een burgerservicenummer (BSN) zijn"), message
        assert "483" not in answer.content.decode()
    assert Dossier.objects.get().notes == "Belt graag."


def test_a_created_dossier_records_the_user_and_the_api(api, coordinator):
    answer = api.send(
        "post", "dossiers", NEW | {"sectors": ["Horeca"], "phone": "06-12345678", "coordinator": "coordinator"}
    )
    assert answer.status_code == 201
    dossier = Dossier.objects.get()
    assert answer.headers["Location"] == f"/api/pilot/dossiers/{dossier.reference}"
    assert answer.json() == api.get_json(f"dossiers/{dossier.reference}")
    assert (dossier.phone, dossier.coordinator) == ("+31612345678", coordinator)
    step = dossier.history.get()
    assert (step.history_user, step.history_change_reason, step.sector_names) == (coordinator, "Via de API", "Horeca")
    assert ModelLogEntry.objects.get().data == {"by": "API"}


def test_only_a_coordinator_or_the_present_one_is_accepted_as_coordinator(api, reader, make_user):
    left = make_user("left", is_active=False)
    dossier = make_dossier(coordinator=left)
    path = f"dossiers/{dossier.reference}"
    assert api.patch_with_etag(path, {"coordinator": "left", "profession": "kok"}).status_code == 200
    for errors in (
        get_errors(api.patch_with_etag(path, {"coordinator": "reader"})),
        get_errors(api.send("post", "dossiers", NEW | {"coordinator": "left"})),
    ):
        assert "Kies uit: coordinator." in errors["coordinator"][0]
    assert Dossier.objects.get().coordinator == left
    [choices] = [field["choices"] for field in api.get_json("fields/dossiers") if field["name"] == "coordinator"]
    assert choices == [["coordinator", "coordinator"]]


def test_a_change_requires_the_current_etag(api):
    dossier = make_dossier()
    path = f"dossiers/{dossier.reference}"
    read = api.send("get", path).headers["ETag"]
    assert api.send("patch", path, {"profession": "lasser"}).status_code == 428
    assert api.send("patch", path, {"profession": "lasser"}, If_Match="*").status_code == 428
    changed = api.send("patch", path, {"profession": "lasser"}, If_Match=read)
    assert changed.json()["profession"] == "lasser"
    late = api.send("patch", path, {"profession": "kok"}, If_Match=read)
    assert (late.status_code, late.headers["ETag"]) == (412, changed.headers["ETag"])
    dossier.refresh_from_db()
    assert dossier.profession == "lasser"
    assert api.send("get", path, If_None_Match=changed.headers["ETag"]).status_code == 304


def test_an_unchanged_value_is_not_validated_as_a_change(api):
    dossier = make_ready_dossier()
    make_placement(dossier=dossier)
    data = api.get_json(f"dossiers/{dossier.reference}")
    assert data["status"] == "matched"
    assert api.patch_with_etag(f"dossiers/{dossier.reference}", data | {"profession": "lasser"}).status_code == 200


def test_a_partial_update_is_validated_and_preserves_other_fields(api):
    dossier = make_dossier(sectors=["Horeca"], profession="kok")
    path = f"dossiers/{dossier.reference}"
    assert set(get_errors(api.patch_with_etag(path, {"status": "working"}))) == {"status"}
    assert set(get_errors(api.patch_with_etag(path, {"given_name": None}))) == {"given_name"}
    data = api.patch_with_etag(path, {"sectors": ["Bouw"], "hours_per_week": None}).json()
    assert (data["sectors"], data["profession"]) == (["Bouw"], "kok")
    assert dossier.history.first().sector_names == "Bouw"


def test_losing_the_right_to_work_creates_an_action_at_once(api):
    dossier = make_ready_dossier()
    make_placement(dossier=dossier)
    assert api.patch_with_etag(f"dossiers/{dossier.reference}", {"work_right": "none"}).status_code == 200
    assert FollowUp.objects.filter(dossier=dossier).exists()


def test_an_own_field_can_be_read_written_and_filtered(api):
    own = make_own_field("Maat", choices=["S", "M"])
    dossier = make_dossier()
    path = f"dossiers/{dossier.reference}"
    assert api.patch_with_etag(path, {own.key: "M"}).json()[own.key] == "M"
    assert set(get_errors(api.patch_with_etag(path, {own.key: "XL"}))) == {own.key}
    assert api.get_json(f"dossiers?{own.key}=M")["count"] == 1
    known = {field["name"]: field for field in api.get_json("fields/dossiers")}
    assert known[own.key]["choices"] == [["S", "S"], ["M", "M"]]
    assert known[own.key]["own"]
    OwnField.objects.update(in_use=False)
    assert own.key not in api.get_json(path)
    assert set(get_errors(api.patch_with_etag(path, {own.key: "S"}))) == {own.key}


def test_a_required_own_field_must_be_sent(api):
    own = make_own_field("Maat", choices=["S", "M"], required=True)
    assert set(get_errors(api.send("post", "dossiers", NEW))) == {own.key}
    assert api.send("post", "dossiers", NEW | {own.key: "S"}).status_code == 201


def test_a_stored_value_outside_the_limits_can_be_read(api):
    dossier = make_dossier(hours_per_week=60)
    assert api.get_json(f"dossiers/{dossier.reference}")["hours_per_week"] == 60
    assert set(get_errors(api.patch_with_etag(f"dossiers/{dossier.reference}", {"hours_per_week": 61}))) == {
        "hours_per_week"
    }


def test_an_anonymized_dossier_cannot_be_changed(api):
    dossier = make_dossier()
    Dossier.objects.update(anonymised_at=dossier.created_at + timedelta(days=1))
    assert api.patch_with_etag(f"dossiers/{dossier.reference}", {"profession": "kok"}).status_code == 422


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_users_without_permission_get_the_same_answer_for_existing_and_missing_dossiers(make_api_client, request, role):
    dossier, client = make_dossier(), make_api_client(request.getfixturevalue(role))
    there, nowhere = (client.send("get", f"dossiers/{name}") for name in (dossier.reference, "D-1-1"))
    assert there.status_code == nowhere.status_code == 403
    assert there.content == nowhere.content
    for method, path in (("get", "dossiers"), ("post", "dossiers"), ("patch", f"dossiers/{dossier.reference}")):
        assert client.send(method, path, {} if method != "get" else None).status_code == 403
    assert client.send("get", "fields/dossiers").status_code == 403


def test_a_missing_dossier_returns_404(api):
    assert api.send("get", "dossiers/D-1-1").status_code == 404
    assert api.send("patch", "dossiers/D-1-1", {}, If_Match='"x"').status_code == 404


def test_the_openapi_schema_has_the_columns_of_the_resource(client, base_data):
    described = client.get("/api/pilot/openapi.json").json()["components"]["schemas"]
    assert set(described["DossierChange"]["properties"]) == set(DossierResource().sheet_fields()) - {
        "reference", "external_id",
    }  # fmt: skip
    assert described["NewDossier"]["required"] == ["given_name", "family_name", "date_of_birth"]
    assert Sector.objects.first().name not in str(described)


def test_a_possible_duplicate_is_created_only_after_confirmation(api):
    there = make_dossier(given_name="Yusuf", family_name="Voorbeeldt", date_of_birth=date(1994, 5, 17))
    refused = api.send("post", "dossiers", NEW)
    assert refused.status_code == 409
    assert refused.json()["errors"] == [{"field": "another", "messages": [there.heading]}]
    assert api.send("post", "dossiers?another=D-2000-0001", NEW).status_code == 409
    made = api.send("post", f"dossiers?another={there.reference}", NEW)
    assert made.status_code == 201
    path = f"dossiers/{made.json()['reference']}"
    assert api.patch_with_etag(path, {"profession": "kok"}).status_code == 200
    assert api.patch_with_etag(path, {"given_name": "Yusuff"}).status_code == 409
