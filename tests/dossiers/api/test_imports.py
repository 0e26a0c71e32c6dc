"""Tests of imports through the API, which has the engine and the refusals of the backoffice."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from access_log.models import AccessLogEntry
from dossiers.models import Dossier, ImportRun, Supply
from dossiers.tasks import read_import
from tests.dossiers.api.conftest import BASE_PATH, ApiClient, get_errors
from tests.dossiers.backoffice.test_joined_sheets import make_months

LIST = "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep\nA1;Selam;Haile;12-03-1990;kok\nA2;;Abebe;31-02-1990;\n"
GOOD = "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep\nA1;Selam;Haile;12-03-1990;kok\n"


def upload(client: ApiClient, text: str = GOOD, **fields: str) -> Any:
    file = SimpleUploadedFile("lijst.csv", text.encode())
    return client.post(
        f"{BASE_PATH}imports", {"file": file, **fields}, headers={"Authorization": f"Bearer {client.key}"}
    )


def upload_run(client: ApiClient, text: str = GOOD, **fields: str) -> dict[str, Any]:
    answer = upload(client, text, **fields)
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == f"/api/pilot/imports/{answer.json()['run']}"
    return answer.json()


def test_a_list_is_uploaded_previewed_applied_and_undone(api):
    run = upload_run(api, organisation="AZC Luttelgeest")
    assert (run["state"], run["counts"]["new"], run["progress"]["busy"]) == ("previewed", 1, False)
    path = f"imports/{run['run']}"
    row = api.get_json(f"{path}/rows")["results"][0]
    assert (row["line"], row["action"], row["values"]["profession"]) == (2, "new", "kok")
    assert AccessLogEntry.objects.filter(what=AccessLogEntry.What.LINES, detail="API").exists()
    assert not Dossier.objects.exists()
    assert api.send("post", f"{path}/apply").json()["state"] == "applied"
    assert Dossier.objects.get().profession == "kok"
    assert Dossier.objects.get().history.get().history_user.username == "coordinator"
    assert api.send("post", f"{path}/apply").status_code == 409
    assert api.send("post", f"{path}/undo").json()["state"] == "undone"
    assert not Dossier.objects.exists()
    again = api.send("post", f"{path}/undo")
    assert again.status_code == 409
    assert "al ongedaan gemaakt" in again.json()["detail"]


def test_a_list_with_errors_is_applied_only_with_good_rows_only(api):
    run = upload_run(api, LIST, organisation="AZC Luttelgeest")
    path = f"imports/{run['run']}"
    row = api.get_json(f"{path}/rows?action=error")["results"][0]
    assert set(row["errors"]) == {"given_name", "date_of_birth"}
    assert api.send("post", f"{path}/apply").status_code == 409
    assert api.send("post", f"{path}/apply?good_rows_only=true").status_code == 202
    assert Dossier.objects.count() == 1


def test_changing_columns_and_policy_previews_the_list_again(api):
    run = upload_run(api, organisation="AZC Luttelgeest")
    path = f"imports/{run['run']}"
    response = api.send(
        "patch", path, {"policy": "fill", "columns": {"Beroep": None}, "fixed": {"location": "Luttelgeest"}}
    )
    assert (response.status_code, response.json()["policy"]) == (200, "fill")
    values = api.get_json(f"{path}/rows")["results"][0]["values"]
    assert values["location"] == "Luttelgeest"
    assert "profession" not in values


def test_invalid_decisions_are_reported_by_field(api):
    run = upload_run(api, organisation="AZC Luttelgeest")
    decisions = {
        "policy": "x", "profile": "y", "columns": {"Beroep": "nationality", "A": "location", "B": "location"},
        "fixed": {"notes": "bsn 111222333"}, "words": {"status": {"weg": "nooit"}}, "month_first": {"decided_on": "ja"},
        "lines": {},
    }  # fmt: skip
    assert set(get_errors(api.send("patch", f"imports/{run['run']}", decisions))) == set(decisions)
    same_name = {"fixed": {"family_name": "Haile"}}
    assert set(get_errors(api.send("patch", f"imports/{run['run']}", same_name))) == {"fixed"}
    assert ImportRun.objects.get().state == ImportRun.State.PREVIEWED


def test_decisions_of_the_wrong_json_type_are_reported_by_field_with_all_other_errors(api):
    run = upload_run(api, organisation="AZC Luttelgeest")
    decisions = {
        "policy": ["fill"], "profile": 5, "columns": "x", "fixed": {"location": 5, "notes": None},
        "words": {"status": "weg"}, "month_first": {"decided_on": 1}, "parts": {"nergens": True},
    }  # fmt: skip
    errors_by_field = get_errors(api.send("patch", f"imports/{run['run']}", decisions))
    assert set(errors_by_field) == set(decisions)
    assert (
        errors_by_field["columns"]
        == errors_by_field["words"]
        == ["Stuur een object: namen met hun waarden tussen { en }."]
    )
    assert errors_by_field["fixed"] == ["Deze waarde is niet van de soort die in de beschrijving staat."]
    assert ImportRun.objects.get().decided == {}


def test_a_text_that_is_no_number_is_answered_for_all_lines(api):
    text = "Voornaam;Achternaam;Geboortedatum;Uren\nSelam;Haile;12-03-1990;vol\nOmar;Abdi;27-01-1980;Vol\n"
    run = upload_run(api, text, organisation="AZC Luttelgeest")
    assert run["questions"]["words"] == {"hours_per_week": {"vol": 2}}
    path = f"imports/{run['run']}"
    for answers in ({"vol": "veel"}, {"Selam 0612345678": "36"}, {"36": None}):
        assert set(get_errors(api.send("patch", path, {"words": {"hours_per_week": answers}}))) == {"words"}
    assert api.send("patch", path, {"words": {"hours_per_week": {"vol": "36"}}}).status_code == 200
    rows = api.get_json(f"{path}/rows")["results"]
    assert [row["values"]["hours_per_week"] for row in rows] == [36, 36]
    assert api.send("patch", path, {"words": {"hours_per_week": {"vol": "*"}}}).status_code == 200
    rows = api.get_json(f"{path}/rows")["results"]
    assert [row["values"]["notes"] for row in rows] == ["Uren: vol", "Uren: Vol"]
    assert not any(row["values"].get("hours_per_week") for row in rows)


def test_an_invalid_upload_is_refused_with_a_reason(api):
    run = upload_run(api, "geen lijst", organisation="AZC Luttelgeest")
    assert run["state"] in ("refused", "asking")
    assert run["reason"]
    assert set(get_errors(upload(api, organisation="Nergens"))) == {"organisation"}
    assert "file" in get_errors(api.send("post", "imports", {}))


def test_employers_are_imported_without_an_organisation(api):
    text = "Bedrijf;Contactpersoon;E-mail;Werk\nKas;Anneke;kas@example.org;Plukken\n"
    assert upload_run(api, text, record="employer_interest")["counts"]["new"] == 1


@pytest.fixture
def partner_api(make_api_client, partner) -> ApiClient:
    return make_api_client(partner)


def test_an_unknown_upload_field_is_refused_by_name(api):
    assert set(get_errors(upload(api, organisation="AZC Luttelgeest", records="dossiers"))) == {"records"}
    assert api.get_json("imports")["count"] == 0


def test_a_partner_uploads_and_sends_a_list_for_their_own_organisation(partner_api, api):
    assert set(get_errors(upload(partner_api, organisation="Werkcorporatie"))) == {"organisation"}
    run = upload_run(partner_api)
    path = f"imports/{run['run']}"
    assert (run["organisation"], run["state"]) == ("AZC Luttelgeest", "previewed")
    assert api.send("get", path).status_code == 404  # a partner is still at work on it
    assert partner_api.send("patch", path, {"fixed": {"status": "working"}}).status_code == 422
    assert partner_api.send("post", f"{path}/apply").status_code == 403
    assert partner_api.send("post", f"{path}/send").json()["state"] == "sent"
    assert partner_api.send("post", f"{path}/send").status_code == 409
    assert api.get_json(path)["state"] == "sent"
    assert api.send("post", f"{path}/apply").status_code == 409
    assert not Dossier.objects.exists()


def test_a_partner_can_send_a_list_whose_only_change_is_an_absent_person(api, partner_api):
    two = GOOD + "A2;Omar;Said;01-02-1985;\n"
    run = upload_run(api, two, organisation="AZC Luttelgeest")
    api.send("post", f"imports/{run['run']}/apply")
    same, shorter = upload_run(partner_api, two), upload_run(partner_api)
    assert (shorter["counts"]["unchanged"], shorter["counts"]["absent"]) == (1, 1)
    assert partner_api.send("post", f"imports/{same['run']}/send").status_code == 409
    assert partner_api.send("post", f"imports/{shorter['run']}/send").json()["state"] == "sent"


def test_a_partner_cannot_read_the_rows_after_a_coordinator_opened_the_list(partner_api):
    run = upload_run(partner_api)
    partner_api.send("post", f"imports/{run['run']}/send")
    ImportRun.objects.get().open_for_coordinator()
    ImportRun.objects.update(reason="1 regel is anders uitgekomen.")
    opened_run = partner_api.get_json(f"imports/{run['run']}")
    assert (opened_run["counts"], opened_run["columns"], opened_run["reason"]) == (None, [], None)
    assert partner_api.send("get", f"imports/{run['run']}/rows").status_code == 409


def test_a_partner_reads_how_much_of_an_applied_list_was_new_for_them(api, partner_api):
    known = upload_run(api, organisation="Werkcorporatie")
    api.send("post", f"imports/{known['run']}/apply")
    run = upload_run(partner_api)
    partner_api.send("post", f"imports/{run['run']}/send")
    opened_run = ImportRun.objects.get(pk=run["run"])
    opened_run.open_for_coordinator()
    read_import.enqueue(opened_run.pk)
    assert api.send("post", f"imports/{run['run']}/apply").json()["counts"]["unchanged"] == 1
    assert partner_api.get_json(f"imports/{run['run']}")["counts"] == run["counts"]


def test_imports_of_others_are_hidden(api, partner_api, make_api_client, make_user, reader):
    run = upload_run(api, organisation="AZC Luttelgeest")
    assert partner_api.send("get", f"imports/{run['run']}").status_code == 404
    assert partner_api.get_json("imports")["count"] == 0
    reading = make_api_client(reader)
    for method, path in (("get", "imports"), ("get", "imports/1"), ("post", "imports/1/apply"), ("get", "supplies")):
        assert reading.send(method, path).status_code == 403
    assert upload(reading).status_code == 403


def test_a_partner_reads_the_values_that_they_supplied(api, partner_api):
    run = upload_run(api, organisation="AZC Luttelgeest")
    api.send("post", f"imports/{run['run']}/apply")
    other = upload_run(api, GOOD.replace("Selam", "Yonatan"), organisation="Werkcorporatie")
    api.send("post", f"imports/{other['run']}/apply")
    Dossier.objects.filter(given_name="Selam").update(given_name="Anders", notes="Geheim")
    supplies = partner_api.get_json("supplies")["results"]
    assert [(supply["external_id"], supply["values"]["given_name"], supply["status"]) for supply in supplies] == [
        ("A1", "Selam", "registered")
    ]
    assert "Geheim" not in str(supplies)
    assert Supply.objects.count() == 2


def test_the_answers_about_two_columns_for_one_field_are_given_and_chosen_from(api):
    text = f"{GOOD.splitlines()[0]};Tel vast;Mobiel\n{GOOD.splitlines()[1]};0321-123456;06-12345678\n"
    run = upload_run(api, text, organisation="AZC Luttelgeest")
    (question,) = run["questions"]["columns"]
    assert (run["state"], question["field"], question["columns"]) == ("asking", "phone", ["Tel vast", "Mobiel"])
    path, answer = f"imports/{run['run']}", {"Tel vast": "phone:fallback", "Mobiel": "phone:first"}
    assert answer in question["answers"]
    for wrong in ({"Tel vast": "phone", "Mobiel": "phone"}, {"Mobiel": "phone:join"}, {"Mobiel": "reference:first"}):
        assert "columns" in get_errors(api.send("patch", path, {"columns": wrong}))
    run = api.send("patch", path, {"columns": answer}).json()
    assert (run["state"], run["questions"]["columns"]) == ("previewed", [])
    assert run["decided"]["columns"]["Tel vast"] == "phone:fallback"
    (row,) = api.get_json(f"{path}/rows")["results"]
    assert (row["values"]["phone"], row["values"]["notes"]) == ("+31612345678", "Tel vast: 0321-123456")


def test_a_program_can_have_all_sheets_of_the_same_shape_read(api):
    file = make_months()
    data = {"file": file, "organisation": "AZC Luttelgeest"}
    run = api.post(f"{BASE_PATH}imports", data, headers={"Authorization": f"Bearer {api.key}"}).json()
    assert list(run["questions"]["parts"]) == ["sheets"]
    path = f"imports/{run['run']}"
    api.send("patch", path, {"parts": {"sheets": True}})
    rows = api.get_json(f"{path}/rows")["results"]
    assert [(row["sheet"], row["line_on_sheet"]) for row in rows] == [("Januari", 2), ("Februari", 2), ("Februari", 3)]


def test_the_description_names_each_kind_of_part_about_which_a_program_decides(api):
    paths = api.get_json("openapi.json")["paths"]
    (description,) = (path["patch"]["description"] for name, path in paths.items() if name.endswith("imports/{number}"))
    for part in ("losse doorgestreepte cellen", "een lijst die ouder is", "oudere waarden nieuwere vervangen"):
        assert part in description
    assert "`questions.parts`" in description
