"""Imports by program: the engine of the backoffice, and nothing that a page would refuse."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from access_log.models import AccessLogEntry
from dossiers.models import Dossier, ImportRun, Supply
from tests.dossiers.api.conftest import HERE, Program, errors

LIST = "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep\nA1;Selam;Haile;12-03-1990;kok\nA2;;Abebe;31-02-1990;\n"
GOOD = "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep\nA1;Selam;Haile;12-03-1990;kok\n"


def upload(program: Program, text: str = GOOD, **told: str) -> Any:
    file = SimpleUploadedFile("lijst.csv", text.encode())
    return program.post(f"{HERE}imports", {"file": file, **told}, headers={"Authorization": f"Bearer {program.key}"})


def uploaded(program: Program, text: str = GOOD, **told: str) -> dict[str, Any]:
    answer = upload(program, text, **told)
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == f"/api/pilot/imports/{answer.json()['run']}"
    return answer.json()


def test_a_list_is_read_looked_at_applied_and_undone(api):
    run = uploaded(api, organisation="AZC Luttelgeest")
    assert (run["state"], run["counts"]["new"], run["progress"]["busy"]) == ("previewed", 1, False)
    path = f"imports/{run['run']}"
    row = api.read(f"{path}/rows")["results"][0]
    assert (row["line"], row["action"], row["values"]["profession"]) == (2, "new", "kok")
    assert AccessLogEntry.objects.filter(what=AccessLogEntry.What.LINES, detail="API").exists()
    assert not Dossier.objects.exists()
    assert api.ask("post", f"{path}/apply").json()["state"] == "applied"
    assert Dossier.objects.get().profession == "kok"
    assert Dossier.objects.get().history.get().history_user.username == "coordinator"
    assert api.ask("post", f"{path}/apply").status_code == 409
    assert api.ask("post", f"{path}/undo").json()["state"] == "undone"
    assert not Dossier.objects.exists()
    again = api.ask("post", f"{path}/undo")
    assert again.status_code == 409
    assert "al ongedaan gemaakt" in again.json()["detail"]


def test_a_list_with_errors_is_applied_only_when_that_is_said(api):
    run = uploaded(api, LIST, organisation="AZC Luttelgeest")
    path = f"imports/{run['run']}"
    row = api.read(f"{path}/rows?action=error")["results"][0]
    assert set(row["errors"]) == {"given_name", "date_of_birth"}
    assert api.ask("post", f"{path}/apply").status_code == 409
    assert api.ask("post", f"{path}/apply?good_rows_only=true").status_code == 202
    assert Dossier.objects.count() == 1


def test_columns_and_policy_are_decided_and_the_list_is_read_anew(api):
    run = uploaded(api, organisation="AZC Luttelgeest")
    path = f"imports/{run['run']}"
    told = api.ask("patch", path, {"policy": "fill", "columns": {"Beroep": None}, "fixed": {"location": "Luttelgeest"}})
    assert (told.status_code, told.json()["policy"]) == (200, "fill")
    values = api.read(f"{path}/rows")["results"][0]["values"]
    assert values["location"] == "Luttelgeest"
    assert "profession" not in values


def test_decisions_that_cannot_be_are_told_by_field(api):
    run = uploaded(api, organisation="AZC Luttelgeest")
    given = {
        "policy": "x", "profile": "y", "columns": {"Beroep": "nationality", "A": "location", "B": "location"},
        "fixed": {"notes": "bsn 111222333"}, "words": {"status": {"weg": "nooit"}}, "month_first": {"decided_on": "ja"},
        "lines": {},
    }  # fmt: skip
    assert set(errors(api.ask("patch", f"imports/{run['run']}", given))) == set(given)
    assert ImportRun.objects.get().state == ImportRun.State.PREVIEWED


def test_decisions_of_another_json_type_are_told_by_field_with_all_else_that_is_wrong(api):
    run = uploaded(api, organisation="AZC Luttelgeest")
    given = {
        "policy": ["fill"], "profile": 5, "columns": "x", "fixed": {"location": 5, "notes": None},
        "words": {"status": "weg"}, "month_first": {"decided_on": 1}, "parts": {"nergens": True},
    }  # fmt: skip
    told = errors(api.ask("patch", f"imports/{run['run']}", given))
    assert set(told) == set(given)
    assert told["columns"] == told["words"] == ["Stuur een object: namen met hun waarden tussen { en }."]
    assert told["fixed"] == ["Dit is niet van de soort die in de beschrijving staat."]
    assert ImportRun.objects.get().decided == {}


def test_what_is_no_list_is_refused_in_words(api):
    told = uploaded(api, "geen lijst", organisation="AZC Luttelgeest")
    assert told["state"] in ("refused", "asking")
    assert told["reason"]
    assert set(errors(upload(api, organisation="Nergens"))) == {"organisation"}
    assert "file" in errors(api.ask("post", "imports", {}))


def test_employers_come_in_without_a_sender(api):
    text = "Bedrijf;Contactpersoon;E-mail;Werk\nKas;Anneke;kas@example.org;Plukken\n"
    assert uploaded(api, text, record="employer_interest")["counts"]["new"] == 1


@pytest.fixture
def theirs(program, partner) -> Program:
    return program(partner)


def test_what_is_no_field_of_an_upload_is_refused_by_its_name(api):
    assert set(errors(upload(api, organisation="AZC Luttelgeest", records="dossiers"))) == {"records"}
    assert api.read("imports")["count"] == 0


def test_a_partner_uploads_for_their_own_and_sends_it(theirs, api):
    assert set(errors(upload(theirs, organisation="Werkcorporatie"))) == {"organisation"}
    run = uploaded(theirs)
    path = f"imports/{run['run']}"
    assert (run["organisation"], run["state"]) == ("AZC Luttelgeest", "previewed")
    assert api.ask("get", path).status_code == 404  # a partner is still at work on it
    assert theirs.ask("patch", path, {"fixed": {"status": "working"}}).status_code == 422
    assert theirs.ask("post", f"{path}/apply").status_code == 403
    assert theirs.ask("post", f"{path}/send").json()["state"] == "sent"
    assert theirs.ask("post", f"{path}/send").status_code == 409
    assert api.read(path)["state"] == "sent"
    assert api.ask("post", f"{path}/apply").status_code == 409
    assert not Dossier.objects.exists()


def test_a_partner_sends_a_list_that_only_lacks_somebody(api, theirs):
    two = GOOD + "A2;Omar;Said;01-02-1985;\n"
    run = uploaded(api, two, organisation="AZC Luttelgeest")
    api.ask("post", f"imports/{run['run']}/apply")
    same, shorter = uploaded(theirs, two), uploaded(theirs)
    assert (shorter["counts"]["unchanged"], shorter["counts"]["absent"]) == (1, 1)
    assert theirs.ask("post", f"imports/{same['run']}/send").status_code == 409
    assert theirs.ask("post", f"imports/{shorter['run']}/send").json()["state"] == "sent"


def test_a_partner_reads_no_line_once_a_coordinator_opened_it(theirs):
    run = uploaded(theirs)
    theirs.ask("post", f"imports/{run['run']}/send")
    ImportRun.objects.get().open_for_coordinator()
    told = theirs.read(f"imports/{run['run']}")
    assert (told["counts"], told["columns"]) == (None, [])
    assert theirs.ask("get", f"imports/{run['run']}/rows").status_code == 409


def test_of_others_there_is_nothing(api, theirs, program, make_user, reader):
    run = uploaded(api, organisation="AZC Luttelgeest")
    assert theirs.ask("get", f"imports/{run['run']}").status_code == 404
    assert theirs.read("imports")["count"] == 0
    reading = program(reader)
    for method, path in (("get", "imports"), ("get", "imports/1"), ("post", "imports/1/apply"), ("get", "supplies")):
        assert reading.ask(method, path).status_code == 403
    assert upload(reading).status_code == 403


def test_a_partner_reads_their_own_people_as_they_gave_them(api, theirs):
    run = uploaded(api, organisation="AZC Luttelgeest")
    api.ask("post", f"imports/{run['run']}/apply")
    other = uploaded(api, GOOD.replace("Selam", "Yonatan"), organisation="Werkcorporatie")
    api.ask("post", f"imports/{other['run']}/apply")
    Dossier.objects.filter(given_name="Selam").update(given_name="Anders", notes="Geheim")
    told = theirs.read("supplies")["results"]
    assert [(one["external_id"], one["values"]["given_name"], one["status"]) for one in told] == [
        ("A1", "Selam", "registered")
    ]
    assert "Geheim" not in str(told)
    assert Supply.objects.count() == 2
