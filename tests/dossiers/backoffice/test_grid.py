"""The rows of a preview are a grid in which every cell can be corrected, searched and replaced."""

from string import ascii_lowercase
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.backoffice.imports.cells import format_cell
from dossiers.line_names import LINES_NAMED
from dossiers.models import Dossier, ImportRun, RecordKind, Status
from dossiers.spreadsheets.imports.row_corrections import cell_reader
from dossiers.spreadsheets.imports.staging import stage
from dossiers.spreadsheets.resources import RESOURCES
from tests.dossiers.spreadsheets.imports import correct_cell

from ..models.factories import make_dossier
from .pages import press, raw, text
from .test_apply import BAD, GOOD, import_url, make_preview
from .test_uploading import upload

OMAR = "Omar;Abdi;01-01-1980;P3"


def get_fields(page: Any) -> list[str]:
    return [column.field for column in page.context["columns"]]


def get_names(page: Any) -> list[str]:
    return [row.row.who for row in page.context["grid"]]


def get_cell(page: Any, field: str, row: int = 0) -> Any:
    return next(cell for cell in page.context["grid"][row].cells if cell.column.field == field)


def search(client: Any, run: ImportRun, **parameters: str) -> Any:
    return client.get(import_url("", run), parameters)


def save_by_script(client: Any, run: ImportRun, page: Any, **cells: str) -> Any:
    """Send cells as the script of the page does, which asks for their rows in the columns that it shows."""
    typed = {f"cell-{name.replace('__', '-')}": value for name, value in cells.items()}
    back = f"?action={page.context['shown']}&{page.context['sought'].query}"
    data = typed | {"columns": ",".join(get_fields(page)), "action": page.context["shown"], "back": back}
    return client.post(import_url("_keep", run), data, follow=True)


# Correcting


def test_a_cell_that_is_right_can_be_corrected_without_a_script(coordinator_client):
    run = make_preview(coordinator_client, GOOD, OMAR)
    omar = run.rows.get(line=3).pk
    page = coordinator_client.get(import_url("", run), {"edit": omar})
    typed = {f'[name="cell-{omar}-family_name"]': "Abdulle", f'[name="cell-{omar}-external_id"]': "P4"}
    press(coordinator_client, page, "Alles importeren", typed)
    dossier = Dossier.objects.get(given_name="Omar")
    assert dossier.family_name == "Abdulle" and dossier.supplies.get().external_id == "P4"
    assert Dossier.objects.filter(family_name="Haile").exists(), "the other row is as it was"


def test_the_script_gets_the_row_as_it_is_now_and_not_the_page(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    row, page = run.rows.get(line=3), coordinator_client.get(import_url("", run))
    answer = save_by_script(coordinator_client, run, page, **{f"{row.pk}__date_of_birth": "28-02-1990"})
    soup = BeautifulSoup(answer.content, "html.parser")
    assert [element["data-row"] for element in soup.select("tr[data-row]")] == [str(row.pk)]
    assert soup.select_one(".grid-action").text == "nieuw" and "28-02-1990" in text(answer)
    assert not soup.select("nav:not(.import-tabs)")


def test_the_counts_of_the_tabs_come_with_the_corrected_row(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = search(coordinator_client, run, action="error")
    page = save_by_script(
        coordinator_client, run, page, **{f"{run.rows.get(action='error').pk}__date_of_birth": "1-2-1980"}
    )
    tabs = BeautifulSoup(page.content, "html.parser").select(".import-tabs a")
    assert [" ".join(tab.text.split()) for tab in tabs] == ["Nieuw 2", "Fouten 0"], "the tab that one is on stays"
    assert [tab.get("aria-current") for tab in tabs] == [None, "page"]


def test_the_counts_of_a_search_are_asked_for_afterwards(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = search(coordinator_client, run, action="error", text="Omar")
    page = save_by_script(
        coordinator_client, run, page, **{f"{run.rows.get(action='error').pk}__date_of_birth": "1-2-1980"}
    )
    assert "import-tabs" not in raw(page)


@pytest.mark.parametrize("rows", ["9" * 40, "-1", "x,,", ""])
def test_rows_that_cannot_be_are_none(coordinator_client, rows):
    run = make_preview(coordinator_client, GOOD)
    page = coordinator_client.get(import_url("", run), {"columns": "given_name", "rows": rows})
    assert page.status_code == 200 and page.context["grid"] == []


def test_a_row_that_was_in_doubt_because_of_the_corrected_one_comes_along(coordinator_client):
    run = make_preview(coordinator_client, GOOD, "Tesfay;Woldu;01-02-1990;P1")
    page = coordinator_client.get(import_url("", run))
    assert run.counts()["error"] == 2
    first, second = run.rows.order_by("line")
    answer = save_by_script(coordinator_client, run, page, **{f"{second.pk}__external_id": "P2"})
    rows = BeautifulSoup(answer.content, "html.parser").select("tr[data-row]")
    assert {element["data-row"] for element in rows} == {str(first.pk), str(second.pk)}
    assert run.counts()["new"] == 2


def test_a_number_that_may_not_be_stored_is_said_to_the_script_and_not_kept(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    row, page = run.rows.get(), coordinator_client.get(import_url("", run))
    answer = save_by_script(coordinator_client, run, page, **{f"{row.pk}__family_name": "Haile BSN 111222333"})
    assert "mag worden bewaard" in text(answer) or "niet bewaard" in text(answer), text(answer)
    run.refresh_from_db()
    assert "111222333" not in raw(answer) + str(run.decided) + str(run.rows.get().bad)


def test_a_cell_that_a_colleague_changed_meanwhile_is_not_overwritten_by_the_script(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    row, page = run.rows.get(), coordinator_client.get(import_url("", run))
    save_by_script(coordinator_client, run, page, **{f"{row.pk}__family_name": "Hailu"})
    typed = {f"cell-{row.pk}-family_name": "Hayle", f"was-cell-{row.pk}-family_name": "Haile"}
    answer = coordinator_client.post(import_url("_keep", run), typed | {"columns": "family_name"}, follow=True)
    assert "“Hayle”" in text(answer) and run.rows.get().given["family_name"] == "Hailu"
    assert get_cell(answer, "family_name").text == "Hailu", "the page shows what is stored, not what was typed in vain"


def test_a_row_that_is_left_out_has_no_cells_to_type_in(coordinator_client):
    run = make_preview(coordinator_client, GOOD, OMAR)
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), "Weglaten")
    row = run.rows.get(action="skipped")
    page = coordinator_client.get(import_url("", run), {"action": "skipped", "edit": row.pk})
    assert "data-cell" not in raw(page) and f'name="cell-{row.pk}' not in raw(page)
    coordinator_client.post(import_url("_keep", run), {f"cell-{row.pk}-family_name": "Anders"})
    row.refresh_from_db()
    assert row.given["family_name"] != "Anders"


def test_a_date_of_birth_that_was_typed_is_seen_and_can_be_changed_in_a_list_without_such_a_column(coordinator_client):
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", b"Voornaam;Achternaam\nOmar;Abdi\nOmar;Abdi"))
    run = ImportRun.objects.get()
    first, second = run.rows.order_by("line").values_list("pk", flat=True)
    assert "date_of_birth" in get_fields(search(coordinator_client, run)), "it is missing, and asked for"
    typed = {f'[name="cell-{pk}-date_of_birth"]': "01-02-1980" for pk in (first, second)}
    page = press(coordinator_client, search(coordinator_client, run), "Opnieuw controleren", typed)
    assert run.counts()["similar"] == 1
    page = search(coordinator_client, run, action="similar")
    assert "Deze regel en regel 2 hebben dezelfde naam en geboortedatum." in text(page)
    assert get_cell(page, "date_of_birth").text == "01-02-1980"
    page = search(coordinator_client, run, edit=str(second))
    typed = {f'[name="cell-{second}-date_of_birth"]': "03-04-1985"}
    page = press(coordinator_client, page, "Opnieuw controleren", typed)
    page = search(coordinator_client, run, action="new")
    assert [get_cell(page, "date_of_birth", row).text for row in (0, 1)] == ["01-02-1980", "03-04-1985"]
    press(coordinator_client, page, "Alles importeren")
    assert {str(day) for day in Dossier.objects.values_list("date_of_birth", flat=True)} == {"1980-02-01", "1985-04-03"}


def test_all_cells_of_a_row_include_what_a_person_needs_also_without_such_a_column(coordinator_client):
    dossier = make_dossier()
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", f"Referentie;Beroep\n{dossier.reference};kok".encode()))
    run = ImportRun.objects.get()
    assert "date_of_birth" not in get_fields(search(coordinator_client, run, action="changed"))
    page = search(coordinator_client, run, action="changed", edit=str(run.rows.get(line=2).pk))
    assert {"given_name", "family_name", "date_of_birth"} <= {*get_fields(page)}
    assert get_cell(page, "date_of_birth").is_editable and f'name="{get_cell(page, "date_of_birth").name}"' in raw(page)


VALUES = {
    "phone": "+31612345678", "date_of_birth": "1990-03-12", "languages": ["ar", "en"], "hours_per_week": 32,
    "driving_licence": True, "dutch_level": "A2", "work_right": "none", "notes": "Eén\ntwee", "kvk_number": "12345678",
    "working_languages": ["en", "ti"], "positions": 3, "name_prefix": "van der", "email": "a@example.org",
}  # fmt: skip


@pytest.mark.parametrize("kind", [RecordKind.DOSSIERS, RecordKind.EMPLOYER_INTEREST])
def test_what_a_cell_shows_is_read_back_as_the_same_value(base_data, kind):
    fields, reader = RESOURCES[kind]().sheet_fields(), cell_reader(ImportRun(record=kind))
    read = {
        name: reader.clean(name, format_cell(fields, name, VALUES[name]), confirmed=False)
        for name in VALUES.keys() & fields.keys()
    }
    assert read == {name: VALUES[name] for name in read}


# What stands first, and what is found


def test_columns_with_errors_come_first_so_that_they_are_in_sight(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    assert get_fields(coordinator_client.get(import_url("", run)))[0] == "date_of_birth"
    assert get_fields(search(coordinator_client, run, action="new"))[:2] == ["given_name", "family_name"]


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"text": "haile"}, ["Selam Haile"]),
        ({"text": "01-01-1980"}, ["Omar Abdi"]),
        ({"text": "01-01"}, ["Omar Abdi"]),
        ({"text": "P3", "column": "external_id"}, ["Omar Abdi"]),
        ({"text": "P3", "column": "given_name"}, []),
        ({"text": "31-02-1990"}, ["Tesfay Woldu"]),
        ({"column": "date_of_birth", "action": "error"}, ["Tesfay Woldu"]),
        ({"text": "x", "column": "unknown' OR 1=1"}, []),
    ],
)
def test_rows_are_found_by_what_stands_in_them_whatever_happens_with_them(coordinator_client, parameters, names):
    page = search(coordinator_client, make_preview(coordinator_client, GOOD, BAD, OMAR), **parameters)
    assert get_names(page) == names
    if not names:
        assert "Geen enkele regel van deze lijst voldoet." in text(page)


def test_a_value_for_all_lines_stands_in_the_grid_and_is_not_counted_as_a_column(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    run.decided["fixed"] = {"profession": "kok"}
    stage(run)
    page = coordinator_client.get(import_url("", run))
    assert get_cell(page, "profession").text == "kok" and page.context["columns_read"] == 4
    assert "Beroep alle regels" in text(page) and not get_cell(page, "profession").is_editable
    words = BeautifulSoup(page.content, "html.parser").select_one("[data-grid-words]")
    assert "Een waarde voor alle regels wijzigt u bij “Kolommen aanpassen”" in words["data-locked"]


def test_each_status_that_was_not_taken_over_says_so_also_after_the_import(coordinator_client):
    count = LINES_NAMED + 2  # more than the warning names
    people = [(f"Selam{letter}", f"{day:02}-03-1990") for day, letter in enumerate(ascii_lowercase[:count], start=1)]
    for day, (name, _born) in enumerate(people, start=1):
        make_dossier(given_name=name, family_name="Haile", date_of_birth=f"1990-03-{day:02}", status=Status.WITHDRAWN)
    rows = [f"{name};Haile;{born};beschikbaar;kok" for name, born in people]
    lines = "\n".join(["Voornaam;Achternaam;Geboortedatum;Status;Beroep", *rows])
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", lines.encode()))
    run = ImportRun.objects.get()
    coordinator_client.post(import_url("_apply", run))
    assert Dossier.objects.filter(status=Status.WITHDRAWN, profession="kok").count() == count
    page = coordinator_client.get(import_url("", run), {"action": "changed"})
    assert all(get_cell(page, "status", row).is_left for row in range(count)) and "Niet overgenomen" in text(page)
    assert "De status van regel 2, 3," in text(page)


# Replacing


def test_a_text_is_replaced_in_a_column_of_all_rows_that_are_imported(coordinator_client):
    run = make_preview(coordinator_client, GOOD, OMAR, "Amina;Haile;03-03-1993;P5")
    page = search(coordinator_client, run, text="haile", column="family_name")
    page = press(coordinator_client, page, "In alle regels vervangen", {'[name="replacement"]': "Hailu"})
    assert "In 2 regels vervangen." in text(page) and get_names(page) == ["Selam Hailu", "Amina Hailu"]
    assert [row.given["family_name"] for row in run.rows.order_by("line")] == ["Hailu", "Abdi", "Hailu"]


def test_a_replacement_passes_the_privacy_gate_and_needs_a_known_column(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    data = {"column": "family_name", "text": "Haile", "replacement": "BSN 111222333"}
    coordinator_client.post(import_url("_replace", run), data, follow=True)
    run.refresh_from_db()
    assert "111222333" not in str(run.decided) + str(run.rows.get().given) + str(run.rows.get().bad)
    before = run.rows.get().bad
    for wrong in ({"column": "anders"}, {"text": ""}):
        page = coordinator_client.post(import_url("_replace", run), data | wrong, follow=True)
        assert page.status_code == 200 and "regel vervangen" not in text(page) and run.rows.get().bad == before


def test_a_text_is_replaced_in_whole_cells_unless_the_user_wants_it_in_other_words_too(coordinator_client):
    lines = ["Voornaam;Achternaam;Geboortedatum;Beroep", *(f"A{n};B;0{n}-01-1980;{w}" for n, w in enumerate(JOBS, 1))]
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", "\n".join(lines).encode()))
    run = ImportRun.objects.get()
    page = search(coordinator_client, run, text="kok", column="profession")
    assert "de hele cel is (in 2 regels)" in text(page) and "en zinnen (in 3 regels)" in text(page)
    page = press(coordinator_client, page, "In alle regels vervangen", {'[name="replacement"]': "chef-kok"})
    assert get_jobs(run) == ["chef-kok", "hulpkok", "chef-kok", "lasser"]
    page = press(coordinator_client, page, "Ongedaan maken")
    page = search(coordinator_client, run, text="kok", column="profession")
    typed = {'[name="replacement"]': "chef-kok", '[name="cells"]': "part"}
    press(coordinator_client, page, "In alle regels vervangen", typed)
    assert get_jobs(run) == ["chef-kok", "hulpchef-kok", "chef-kok", "lasser"]


JOBS = ("kok", "hulpkok", "Kok", "lasser")


def get_jobs(run: ImportRun) -> list[str]:
    return [row.given["profession"] for row in run.rows.order_by("line")]


def test_a_bsn_that_is_searched_or_replaced_stands_in_no_address(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    data = {"column": "family_name", "text": "Haile", "replacement": "bsn 111222333"}
    pages = [
        coordinator_client.post(import_url("_replace", run), data, follow=True),
        coordinator_client.get(import_url("", run), {"text": "bsn 111222333", "column": "family_name"}, follow=True),
    ]
    for page in pages:
        assert "111222333" not in page.wsgi_request.get_full_path() + raw(page)
        assert get_names(page) == ["Selam"], "the row of which the number was taken out"


def test_a_bsn_that_is_searched_never_travels_in_an_address(coordinator_client):
    run = make_preview(coordinator_client, GOOD, OMAR)
    page = coordinator_client.get(import_url("", run))
    assert BeautifulSoup(page.content, "html.parser").select_one("form.grid-search")["method"] == "post"
    page = coordinator_client.post(import_url("", run), {"action": "new", "text": "Omar 111222333"}, follow=True)
    assert page.redirect_chain and "111222333" not in str(page.redirect_chain) + raw(page)
    page = coordinator_client.post(import_url("", run), {"action": "new", "text": "Omar", "column": ""}, follow=True)
    assert get_names(page) == ["Omar Abdi"] and page.wsgi_request.GET["text"] == "Omar"


def test_a_number_that_was_taken_out_of_a_typed_cell_stays_a_question_after_the_list_is_read_again(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    page = coordinator_client.get(import_url("", run))
    save_by_script(coordinator_client, run, page, **{f"{run.rows.get().pk}__family_name": "Haile BSN 111222333 !"})
    run.refresh_from_db()
    stage(run)
    row = run.rows.get()
    assert row.action == "error" and row.bad["family_name"] == "Haile BSN *** !"
    for typed in ("Tesfay", "Haile BSN *** !"):  # another text, and back by an undo
        correct_cell(run, run.rows.get(), "family_name", typed)
    assert run.rows.get().action == "error"
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Zo overnemen")
    run.refresh_from_db()
    stage(run)
    assert run.rows.get().given["family_name"] == "Haile BSN *** !"


def test_the_columns_with_errors_are_counted_in_the_rows_that_the_search_shows(coordinator_client):
    run = make_preview(coordinator_client, BAD, "Tesfay;Abdi;32-01-1980;P3", "Omar;;32-01-1980;P4")
    page = search(coordinator_client, run, action="error", text="tesfay")
    assert [(column.field, count) for column, count in page.context["columns_of_interest"]] == [("date_of_birth", 2)]
    page = search(coordinator_client, run, action="error", text="omar", about="family_name")
    assert len(page.context["columns_of_interest"]) == 2 and page.context["page"].paginator.count == 1
    page = search(coordinator_client, run, action="error", text="tesfay", about="family_name")
    assert get_names(page) == []


# Leaving out what a search shows

HAILES = [f"Selam{letter};Haile;{day:02}-03-1990;H{day}" for day, letter in enumerate(ascii_lowercase[:25], start=1)]


def get_left_out(run: ImportRun) -> set[str]:
    return {row.given["family_name"] for row in run.rows.filter(left_out=True)}


def test_only_the_rows_that_the_search_shows_are_left_out_and_the_page_keeps_the_search(coordinator_client):
    run = make_preview(coordinator_client, OMAR, *HAILES)
    page = search(coordinator_client, run, text="haile")
    page = press(coordinator_client, page, "Deze 25 weglaten")
    assert run.rows.filter(left_out=True).count() == 25 and get_left_out(run) == {"Haile"}
    assert page.context["sought"].text == "haile" and "25 regels zijn samen weggelaten." in text(page)


def test_only_the_rows_that_the_column_filter_shows_are_taken_in_again(coordinator_client):
    run = make_preview(coordinator_client, OMAR, *HAILES, "Zonder;Nummer;05-05-1995;")
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Deze 27 weglaten")
    page = search(coordinator_client, run, action="skipped", column="external_id")
    page = press(coordinator_client, page, "Deze 26 toch meenemen")
    assert get_left_out(run) == {"Nummer"} and page.context["sought"].about == "external_id"
    page = press(coordinator_client, search(coordinator_client, run, action="new", text="omar"), "Deze regel weglaten")
    assert get_left_out(run) == {"Nummer", "Abdi"}


def test_a_move_is_undone_but_for_the_row_that_was_decided_on_since(coordinator_client):
    run = make_preview(coordinator_client, OMAR, *HAILES, "Yonas;Tekle;05-05-1995;P9")
    page = press(coordinator_client, search(coordinator_client, run, text="tekle"), "Deze regel weglaten")
    page = press(coordinator_client, search(coordinator_client, run, text="haile"), "Deze 25 weglaten")
    page = press(coordinator_client, search(coordinator_client, run, action="skipped"), "Toch meenemen")
    page = press(coordinator_client, search(coordinator_client, run, action="skipped"), "Deze 25 toch meenemen")
    assert get_left_out(run) == set()
    page = press(coordinator_client, search(coordinator_client, run, text="selamb"), "Weglaten")
    page = press(coordinator_client, page, "Ongedaan maken")
    assert get_left_out(run) == {"Haile", "Tekle"} and "Ongedaan gemaakt bij 24 regels." in text(page)
    assert run.rows.filter(left_out=True).count() == 25
    assert not page.context["group_change"]


def test_a_replacement_is_undone(coordinator_client):
    run = make_preview(coordinator_client, GOOD, OMAR, "Amina;Haile;03-03-1993;P5")
    page = search(coordinator_client, run, text="haile", column="family_name")
    page = press(coordinator_client, page, "In alle regels vervangen", {'[name="replacement"]': "Hailu"})
    press(coordinator_client, page, "Ongedaan maken")
    assert [row.given["family_name"] for row in run.rows.order_by("line")] == ["Haile", "Abdi", "Haile"]
