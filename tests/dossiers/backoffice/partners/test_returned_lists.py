"""Tests of what a coordinator typed in a list before it went back to its partner, once the partner sends it again."""

import io

import openpyxl
import pytest
from django.urls import reverse

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import Dossier, ImportRun, Status, Supply
from dossiers.spreadsheets.imports import staging
from tests.dossiers.spreadsheets.imports import correct_cell

from ...models.factories import make_dossier
from ..pages import form_data, raw, text
from .lists import ADD, LISTS, PERSON, page_url, send_list

HEADER = "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep;Opmerkingen"
SELAM = "P1;Selam;Haile;12-03-1990;kok;Zoekt een kamer."
OMAR = "P2;Omar;Said;01-02-1985;;"
NOTE = "Belt elke dag, lastig."


def type_note(client, run: ImportRun, line: int, note: str = NOTE) -> None:
    cell = f"cell-{run.rows.get(line=line).pk}-notes"
    client.post(reverse("dossiers_import_keep", args=[run.pk]), {cell: note})


def open_list(client, run: ImportRun) -> str:
    client.post(reverse("dossiers_import_open", args=[run.pk]))
    run.refresh_from_db()
    return text(client.get(reverse("dossiers_import", args=[run.pk])))


def return_list(client, run: ImportRun) -> None:
    client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Klopt dit?"})
    run.refresh_from_db()
    assert run.state == "returned"


def get_remarks(run: ImportRun) -> dict[int, str]:
    return {line: given.get("notes", "") for line, given in run.rows.values_list("line", "given")}


@pytest.fixture
def returned_list(partner_client, coordinator_client) -> ImportRun:
    """A list with a note of a coordinator in both of its lines."""
    run = send_list(partner_client, SELAM, OMAR, header=HEADER)
    open_list(coordinator_client, run)
    for line in (2, 3):
        type_note(coordinator_client, run, line)
    return_list(coordinator_client, run)
    return run


def test_what_a_coordinator_typed_is_there_again_when_the_list_comes_back(
    partner_client, coordinator_client, returned_list
):
    for _time in range(2):
        partner_client.post(page_url("reopen", returned_list))
        assert get_remarks(returned_list) == {2: "Zoekt een kamer.", 3: ""}
        partner_client.post(page_url("send", returned_list))
        page = open_list(coordinator_client, returned_list)
        assert get_remarks(returned_list) == {2: NOTE, 3: NOTE} and "vervalt" not in page
        return_list(coordinator_client, returned_list)
    partner_client.post(page_url("reopen", returned_list))
    partner_client.post(page_url("send", returned_list))
    open_list(coordinator_client, returned_list)
    coordinator_client.post(reverse("dossiers_import_apply", args=[returned_list.pk]))
    assert {*Dossier.objects.values_list("notes", flat=True)} == {NOTE}
    supplied = dict(Supply.objects.values_list("external_id", "values__notes"))
    assert supplied == {"P1": "Zoekt een kamer.", "P2": None}, "the note is not what the partner gave"


def test_the_partner_sees_nothing_of_what_a_coordinator_typed(partner_client, coordinator_client, returned_list):
    partner_client.post(page_url("reopen", returned_list))
    row = returned_list.rows.get(line=2)
    pages = [LISTS, page_url("list", returned_list), page_url("columns", returned_list)]
    pages += [f"{pages[1]}?action=new&edit={row.pk}", page_url("questions", returned_list)]
    for page in pages:
        assert "lastig" not in raw(partner_client.get(page, follow=True))
    response = partner_client.get(page_url("workbook", returned_list))
    cells = openpyxl.load_workbook(io.BytesIO(b"".join(response))).active.values
    assert "lastig" not in str([*cells]) and "vervalt" not in text(partner_client.get(pages[1]))


def test_a_cell_that_the_partner_changed_meanwhile_replaces_what_a_coordinator_typed_there(
    partner_client, coordinator_client, returned_list
):
    partner_client.post(page_url("reopen", returned_list))
    row, other = returned_list.rows.get(line=2), returned_list.rows.get(line=3)
    typed = {f"cell-{row.pk}-notes": "Heeft een kamer.", f"cell-{other.pk}-profession": "bakker"}
    partner_client.post(page_url("keep", returned_list), typed)
    partner_client.post(page_url("send", returned_list))
    page = open_list(coordinator_client, returned_list)
    assert get_remarks(returned_list) == {2: "Heeft een kamer.", 3: NOTE}
    assert returned_list.rows.get(line=3).given["profession"] == "bakker"
    assert "Wat een begeleider in regel 2 had ingevuld voordat de lijst werd teruggestuurd, vervalt" in page
    return_list(coordinator_client, returned_list)
    partner_client.post(page_url("reopen", returned_list))
    assert "vervalt" not in text(partner_client.get(page_url("list", returned_list)))
    partner_client.post(page_url("send", returned_list))
    assert "vervalt" not in open_list(coordinator_client, returned_list)


def test_a_cell_that_the_partner_changed_and_changed_back_counts_as_unchanged(
    partner_client, coordinator_client, returned_list
):
    partner_client.post(page_url("reopen", returned_list))
    cell = f"cell-{returned_list.rows.get(line=2).pk}-notes"
    for remark in ("Heeft een kamer.", "Zoekt een kamer."):
        partner_client.post(page_url("keep", returned_list), {cell: remark})
        assert get_remarks(returned_list)[2] == remark
    partner_client.post(page_url("send", returned_list))
    open_list(coordinator_client, returned_list)
    assert get_remarks(returned_list) == {2: NOTE, 3: NOTE}


def test_what_a_coordinator_typed_in_a_line_that_the_partner_leaves_out_lapses(
    partner_client, coordinator_client, returned_list
):
    partner_client.post(page_url("reopen", returned_list))
    row = returned_list.rows.get(line=2)
    partner_client.post(page_url("line", returned_list, row.pk), {"what": "leave_out"})
    partner_client.post(page_url("send", returned_list))
    page = open_list(coordinator_client, returned_list)
    assert get_remarks(returned_list)[3] == NOTE and returned_list.rows.get(line=2).left_out
    assert "in regel 2 had ingevuld voordat de lijst werd teruggestuurd, vervalt" in page


def test_what_a_coordinator_typed_lapses_if_the_partner_uploads_a_new_file(
    partner_client, coordinator_client, returned_list
):
    new_list = send_list(partner_client, OMAR, header=HEADER, query=f"?continues={returned_list.pk}")
    page = open_list(coordinator_client, new_list)
    assert set(get_remarks(new_list).values()) == {""}
    assert "wat een begeleider daar in 2 cellen had ingevuld, vervalt" in page


def test_what_a_coordinator_typed_holds_if_the_list_is_returned_once_more_without_being_opened(
    partner_client, coordinator_client, returned_list
):
    partner_client.post(page_url("reopen", returned_list))
    partner_client.post(page_url("send", returned_list))
    return_list(coordinator_client, returned_list)
    partner_client.post(page_url("reopen", returned_list))
    partner_client.post(page_url("send", returned_list))
    open_list(coordinator_client, returned_list)
    assert get_remarks(returned_list) == {2: NOTE, 3: NOTE}


def test_what_a_coordinator_typed_about_a_person_in_a_form_is_there_again(partner_client, coordinator_client):
    partner_client.post(ADD, PERSON | {"notes": "Zoekt een kamer."})
    run = ImportRun.objects.get()
    open_list(coordinator_client, run)
    correct_cell(run, run.rows.get(), "notes", NOTE)
    return_list(coordinator_client, run)
    page = partner_client.get(page_url("mend", run))
    assert "lastig" not in raw(page)
    partner_client.post(page_url("mend", run), form_data(page) | {"profession": "kok"})
    run.refresh_from_db()
    assert run.state == "sent"
    open_list(coordinator_client, run)
    assert get_remarks(run) == {1: NOTE} and run.rows.get().given["profession"] == "kok"


def test_a_remark_of_a_coordinator_for_all_lines_does_not_reach_the_partner_by_a_corrected_cell(
    partner_client, coordinator_client
):
    run = send_list(partner_client, SELAM, OMAR, header=HEADER)
    open_list(coordinator_client, run)
    run.fill_in_all_lines({"notes": "Lastige groep."})
    staging.stage(run)
    assert get_remarks(run)[3] == "Lastige groep."
    type_note(coordinator_client, run, 3)
    return_list(coordinator_client, run)
    partner_client.post(page_url("reopen", run))
    assert get_remarks(run) == {2: "Zoekt een kamer.", 3: ""}
    assert "astig" not in raw(partner_client.get(page_url("list", run)))


def test_the_name_of_a_forgotten_person_does_not_come_back_with_what_a_coordinator_typed_about_another(
    partner_client, coordinator_client, coordinator
):
    dossier = make_dossier(given_name="Zarimah", family_name="Qoltaxani", status=Status.WITHDRAWN)
    run = send_list(partner_client, SELAM, header=HEADER)
    open_list(coordinator_client, run)
    type_note(coordinator_client, run, 2, "Kent Zarimah Qoltaxani goed.")
    return_list(coordinator_client, run)
    partner_client.post(page_url("reopen", run))
    partner_client.post(page_url("send", run))
    anonymize_dossier(dossier.pk, coordinator, "verzoek", discard=[run.pk])
    open_list(coordinator_client, run)
    assert get_remarks(run) == {2: "Kent … goed."}


@pytest.mark.parametrize(
    "decided",
    [
        {"lines": {"2": {"action": "another"}}},
        {"absent": {"1": "close"}},
        {"fixed": {"notes": NOTE}, "fixed_by_partner": {}},
    ],
)
def test_the_page_says_before_the_return_that_choices_lapse(partner_client, coordinator_client, decided):
    run = send_list(partner_client, SELAM, OMAR, header=HEADER)
    lapses = "Uw keuzes over wie iemand is en over afwezige mensen vervallen dan"
    assert lapses not in open_list(coordinator_client, run)
    ImportRun.objects.update(decided=run.decided | decided)
    assert lapses in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
