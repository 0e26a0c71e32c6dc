"""A column of dates that can all be read in two orders is asked about before anything is imported or sent."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports.decisions import find_blocking_dates

from ..spreadsheets.reader_files import FILES, build_label_cell, build_old_workbook, read_parts
from .pages import text
from .partners.lists import UPLOAD, page_url
from .test_apply import import_url
from .test_uploading import upload

HEADER = ["Voornaam", "Achternaam", "Geboortedatum", "Datum asielaanvraag"]
PEOPLE = [
    ["Selam", "Haile", "03-04-1990", "05-01-2026"],
    ["Omar", "Abdi", "01-02-1980", "06-02-2026"],
    ["Feven", "Tesfay", "05-06-1991", "07-03-2026"],
]
BOTH = ["date_of_birth", "application_date"]


def make_csv(rows: list[list[str]] = PEOPLE) -> SimpleUploadedFile:
    return SimpleUploadedFile("l.csv", "\n".join(";".join(row) for row in (HEADER, *rows)).encode())


def make_xls() -> SimpleUploadedFile:
    lines = enumerate((HEADER, *PEOPLE))
    cells = [build_label_cell(row, column, cell) for row, line in lines for column, cell in enumerate(line)]
    return SimpleUploadedFile("l.xls", build_old_workbook(b"".join(cells)))


def make_ods() -> SimpleUploadedFile:
    parts = read_parts(FILES / "ingesprongen.ods")
    content = parts["content.xml"]
    start, end = content.index(b"<table:table "), content.rindex(b"</table:table>") + len(b"</table:table>")
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in (HEADER, *PEOPLE)
    )
    table = f'<table:table table:name="Lijst">{rows}</table:table>'.encode()
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as package:
        for name, part in (parts | {"content.xml": content[:start] + table + content[end:]}).items():
            package.writestr(name, part)
    return SimpleUploadedFile("l.ods", buffer.getvalue())


def make_file(kind: str) -> SimpleUploadedFile:
    if kind == "csv":
        return make_csv()
    return make_xls() if kind == "xls" else make_ods()


def get_main_buttons(page) -> list[str]:
    soup = BeautifulSoup(page.content, "html.parser")
    return [" ".join(button.text.split()) for button in soup.select("#import-state .button:not(.button-secondary)")]


@pytest.mark.parametrize("kind", ["csv", "xls", "ods"])
def test_an_import_waits_for_the_order_of_each_column_of_texts_that_shows_none(coordinator_client, kind):
    page = upload(coordinator_client, make_file(kind), follow=True)
    run = ImportRun.objects.get()
    assert (run.counts()["new"], find_blocking_dates(run)) == (3, BOTH)
    assert "Er zijn nog 2 vragen over deze lijst." in text(page)
    assert get_main_buttons(page) == ["Beantwoorden"]
    coordinator_client.post(import_url("_apply", run))
    assert not Dossier.objects.exists()
    answer = {"was-date-date_of_birth": "", "date-date_of_birth": "month"}
    coordinator_client.post(import_url("_questions", run), answer)
    run.refresh_from_db()
    assert find_blocking_dates(run) == ["application_date"], "each column has an order of its own"
    coordinator_client.post(
        import_url("_questions", run), {"was-date-application_date": "", "date-application_date": "day"}
    )
    coordinator_client.post(import_url("_apply", run))
    selam = Dossier.objects.get(given_name="Selam")
    assert (selam.date_of_birth, selam.application_date) == (date(1990, 3, 4), date(2026, 1, 5))


def test_a_column_with_one_day_after_the_12th_and_typed_dates_are_not_asked_about(coordinator_client):
    upload(coordinator_client, make_csv([*PEOPLE, ["Amira", "Nassar", "28-01-1990", "31-01-2026"]]))
    assert not find_blocking_dates(ImportRun.objects.latest("pk"))
    book = openpyxl.Workbook()
    for row in (HEADER, *PEOPLE):
        book.active.append(row)
    for line in (2, 3, 4):
        for column in (3, 4):
            book.active.cell(line, column, date(1990, 3, line))
    book.save(file := io.BytesIO())
    upload(coordinator_client, SimpleUploadedFile("l.xlsx", file.getvalue()))
    run = ImportRun.objects.latest("pk")
    assert run.asked["dates"] == [] and not find_blocking_dates(run)


def test_one_or_two_dates_do_not_hold_a_list(coordinator_client):
    upload(coordinator_client, make_csv(PEOPLE[:2]))
    run = ImportRun.objects.get()
    assert run.asked["dates"] == BOTH and not find_blocking_dates(run)


def test_a_partner_answers_before_sending(partner, as_user):
    client = as_user(partner)
    client.post(UPLOAD, {"file": make_csv()})
    run = ImportRun.objects.get()
    page = client.post(page_url("send", run), follow=True)
    assert "Geef eerst aan of de dag of de maand eerst staat: geboortedatum, datum asielaanvraag." in text(
        page
    ).lower().replace("geef", "Geef")
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED
    answers = {f"{was}date-{name}": value for name in BOTH for was, value in (("was-", ""), ("", "day"))}
    client.post(page_url("questions", run), answers)
    client.post(page_url("send", run))
    run.refresh_from_db()
    assert run.state == ImportRun.State.SENT


def test_the_proposal_is_that_the_day_comes_first(coordinator_client):
    upload(coordinator_client, make_csv())
    page = coordinator_client.get(import_url("_questions", ImportRun.objects.get()))
    checked = BeautifulSoup(page.content, "html.parser").select("input[type=radio][checked]")
    assert [(radio["name"], radio["value"]) for radio in checked] == [(f"date-{name}", "day") for name in BOTH]
