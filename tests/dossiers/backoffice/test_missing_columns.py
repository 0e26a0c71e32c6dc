"""A needed field that no column of a list gives is asked with one question, with the columns that may be it."""

from django.urls import reverse

from dossiers.models import ImportRun

from .pages import text
from .test_apply import import_url
from .test_questions import get_questions, make_file
from .test_uploading import upload

PEOPLE = [["A1", "Omar Abdi", "21-02-1980"], ["A2", "Selam Haile", "23-04-1990"], ["A3", "Jan de Boer", "25-06-1991"]]
QUESTION = "Deze lijst heeft geen kolom “Voornaam” en “Achternaam”. Welke kolom is dat? (3 regels)"
COMPANIES = [["Bakkerij Smit", "Jan Smit", "kok", "j.smit@smit.example"]]


def ask(client) -> ImportRun:
    upload(client, make_file(["Deelnemernummer", "Mens", "Geboortedatum"], *PEOPLE))
    return ImportRun.objects.latest("pk")


def test_wie_is_the_name_of_a_candidate(coordinator_client) -> None:
    upload(coordinator_client, make_file(["Deelnemernummer", "Wie", "Geboortedatum"], *PEOPLE))
    rows = ImportRun.objects.get().rows.order_by("line")
    names = [(row.given["given_name"], row.given["family_name"]) for row in rows]
    assert names == [("Omar", "Abdi"), ("Selam", "Haile"), ("Jan", "Boer")]


def test_wie_in_a_list_of_employers_is_asked(coordinator_client) -> None:
    header = ["Bedrijf", "Wie", "Soort werk", "E-mail"]
    upload(coordinator_client, make_file(header, *COMPANIES), record="employer_interest")
    run = ImportRun.objects.get()
    address = import_url("_columns", run)
    page = coordinator_client.get(address)
    assert "Kolom “Wie” kan meer dan één veld zijn: Contactpersoon, Begeleider." in text(page)
    form = {f"column-{index}": name for index, name in enumerate(["company_name", "owner", "work_description"])}
    coordinator_client.post(address, form | {"column-1": "contact_name", "column-3": "email"})
    run.refresh_from_db()
    assert run.rows.get().given["contact_name"] == "Jan Smit"


def test_the_columns_that_may_be_the_missing_one_are_asked_first(coordinator_client) -> None:
    run = ask(coordinator_client)
    assert run.counts()["error"] == 3
    assert "Er is nog één vraag over deze lijst." in text(coordinator_client.get(import_url("", run)))
    address = import_url("_questions", run)
    page = coordinator_client.get(address)
    assert get_questions(page)[0] == QUESTION
    assert "Mens Omar Abdi · Selam Haile · Jan de Boer" in text(page)
    coordinator_client.post(address, {"missing-column": "Mens", "missing-field": "full_name"})
    run.refresh_from_db()
    assert run.counts()["new"] == 3
    assert "Deze lijst heeft geen kolom" not in text(coordinator_client.get(address))


def test_a_list_that_has_no_such_column_is_not_asked_again(coordinator_client) -> None:
    run = ask(coordinator_client)
    address = import_url("_questions", run)
    coordinator_client.post(address, {"missing-column": "Mens", "missing-field": "", "missing-none": "yes"})
    run.refresh_from_db()
    assert run.counts()["error"] == 3
    page = coordinator_client.get(import_url("", run))
    assert "nog één vraag" not in text(page) and "Antwoorden over deze lijst wijzigen" in text(page)
    coordinator_client.post(
        address, {"missing-column": "Mens", "missing-field": "full_name", "was-missing": "no_column"}
    )
    run.refresh_from_db()
    assert run.counts()["new"] == 3


def test_a_name_can_be_chosen_once(coordinator_client) -> None:
    upload(coordinator_client, make_file(["Deelnemernummer", "Mens", "Kleur"], ["A1", "Omar Abdi", "Abdi"]))
    run = ImportRun.objects.get()
    form = {"missing-column": ["Mens", "Kleur"], "missing-field": ["full_name", "family_name"]}
    page = coordinator_client.post(import_url("_questions", run), form)
    assert "Maar één kolom kan dit zijn: Volledige naam, Achternaam." in text(page)
    run.refresh_from_db()
    assert not run.decided.get("columns")


def test_a_list_of_known_people_is_not_asked_for_their_names(coordinator_client) -> None:
    run = ask(coordinator_client)
    form = {"missing-column": "Mens", "missing-field": "full_name"}
    coordinator_client.post(import_url("_questions", run), form)
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]))
    rows = [["A1", "AZC Dronten", "x"], ["A2", "AZC Luttelgeest", "y"]]
    upload(coordinator_client, make_file(["Deelnemernummer", "Locatie", "Kleur"], *rows))
    page = coordinator_client.get(import_url("", ImportRun.objects.latest("pk")))
    assert "nog één vraag" not in text(page)


def test_the_company_of_an_employers_list_is_asked_too(coordinator_client) -> None:
    header = ["Zaak", "Contactpersoon", "Soort werk", "E-mail"]
    upload(coordinator_client, make_file(header, *COMPANIES), record="employer_interest")
    run = ImportRun.objects.get()
    address = import_url("_questions", run)
    assert get_questions(coordinator_client.get(address)) == [
        "Deze lijst heeft geen kolom “Bedrijf”. Welke kolom is dat? (1 regel)"
    ]
    coordinator_client.post(address, {"missing-column": "Zaak", "missing-field": "company_name"})
    run.refresh_from_db()
    assert run.rows.get().given["company_name"] == "Bakkerij Smit"
