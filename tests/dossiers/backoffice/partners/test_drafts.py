"""Tests of discarding a partner's list, which is possible until it is sent."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import ImportRow, ImportRun, Supply
from dossiers.models.imports.partner_submissions import MUNICIPAL_FIELDS
from dossiers.spreadsheets.resources import DossierResource

from ..pages import raw, text
from ..test_uploading import files_kept
from .lists import ADD, LISTS, PERSON, SELAM, UPLOAD, page_url, send_list, upload


def thrown_away(client, run: ImportRun) -> bool:
    client.post(page_url("discard", run))
    return not ImportRun.objects.filter(pk=run.pk).exists()


def test_it_asks_once_and_then_nothing_of_it_is_left(partner_client):
    run = upload(partner_client, SELAM, "P2;Omar;Said;31-02-1985;")
    assert page_url("discard", run) in raw(partner_client.get(page_url("list", run)))
    asked = text(partner_client.get(page_url("discard", run)))
    assert "2 regels" in asked and "lijst.csv" in asked
    assert ImportRun.objects.exists()
    answer = partner_client.post(page_url("discard", run), follow=True)
    assert answer.redirect_chain[-1][0] == LISTS
    assert "“lijst.csv” is weggegooid." in text(answer)
    assert not ImportRun.objects.exists() and not ImportRow.objects.exists() and files_kept() == []


def test_a_list_that_asks_a_question_or_was_refused_can_go_too(partner_client):
    for content, state in ((b"Wie;Wat\nSelam;x\n", "asking"), (b"", "refused")):
        partner_client.post(UPLOAD, {"file": SimpleUploadedFile("lijst.csv", content)})
        run = ImportRun.objects.get()
        assert run.state == state
        assert page_url("discard", run) in raw(partner_client.get(page_url("list", run), follow=True))
        assert thrown_away(partner_client, run)


def test_a_sent_list_is_taken_back_until_a_coordinator_opens_it(partner_client, coordinator_client):
    run = send_list(partner_client, SELAM, "P2;Omar;Said;31-02-1985;")
    assert page_url("take_back", run) in raw(partner_client.get(page_url("list", run)))
    page_text = text(partner_client.post(page_url("take_back", run), follow=True))
    assert "De lijst is weer bij u" in page_text and "31-02-1985" in page_text
    run.refresh_from_db()
    assert (run.state, run.sent_at, run.sent_by) == ("previewed", None, None)
    assert not ImportRun.objects.shown_to_coordinators().exists()
    partner_client.post(page_url("send", run))
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert "Een begeleider bekijkt dit al." in text(partner_client.post(page_url("take_back", run), follow=True))
    assert page_url("take_back", run) not in raw(partner_client.get(page_url("list", run)))
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Graag aanvullen"})
    partner_client.post(page_url("take_back", run))
    run.refresh_from_db()
    assert run.state == "returned"


def test_one_person_sent_by_hand_is_taken_back_mended_or_thrown_away_until_a_coordinator_opens_it(
    partner_client, coordinator_client
):
    partner_client.post(ADD, PERSON)
    run = ImportRun.objects.get()
    assert page_url("take_back", run) in raw(partner_client.get(page_url("list", run)))
    answer = partner_client.post(page_url("take_back", run), follow=True)
    assert "Deze persoon is weer bij u" in text(answer) and page_url("mend", run) in raw(answer)
    assert page_url("columns", run) not in raw(answer) and "Bestand kiezen" not in text(answer)
    assert "over deze lijst" not in text(answer), "the form asks for day-month-year, so the date is no question"
    assert not ImportRun.objects.shown_to_coordinators().exists()
    partner_client.post(page_url("mend", run), PERSON | {"date_of_birth": "31-02-1985"})
    run.refresh_from_db()
    assert (run.state, run.with_partner) == ("previewed", True)
    partner_client.post(page_url("mend", run), PERSON | {"profession": "kok"})
    run.refresh_from_db()
    assert (run.state, run.rows.get().given["profession"]) == ("sent", "kok")
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    assert "Een begeleider bekijkt dit al." in text(partner_client.post(page_url("take_back", run), follow=True))
    assert page_url("take_back", run) not in raw(partner_client.get(page_url("list", run)))
    partner_client.post(ADD, PERSON | {"given_name": "Sara"})
    other = ImportRun.objects.exclude(pk=run.pk).get()
    partner_client.post(page_url("take_back", other))
    assert thrown_away(partner_client, other)


def test_a_list_that_was_sent_stays_also_when_it_came_back(partner_client, coordinator_client):
    run = send_list(partner_client)
    assert partner_client.get(page_url("discard", run)).status_code == 404
    assert not thrown_away(partner_client, run)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Graag aanvullen"})
    assert not thrown_away(partner_client, run)
    partner_client.post(page_url("reopen", run))
    assert page_url("discard", run) not in raw(partner_client.get(page_url("list", run)))
    assert not thrown_away(partner_client, run)
    assert run.rows.exists()


def test_one_that_was_sent_while_it_was_asked_stays(partner_client):
    run = upload(partner_client, SELAM)
    stale = ImportRun.objects.get(pk=run.pk)
    partner_client.post(page_url("send", run))
    assert not stale.discard()
    assert ImportRun.objects.get().state == "sent"


def test_one_that_is_being_read_stays(partner_client):
    run = upload(partner_client, SELAM)
    ImportRun.objects.update(state="reading")
    assert not thrown_away(partner_client, run)


def test_another_organisations_draft_stays(partner_client, other_organisation):
    _supply, run = other_organisation
    ImportRun.objects.filter(pk=run.pk).update(state="previewed")
    assert partner_client.get(page_url("discard", run)).status_code == 404
    assert not thrown_away(partner_client, run)


@pytest.mark.parametrize("role", ["coordinator", "editor", "admin"])
def test_nobody_else_throws_it_away(partner_client, as_user, request, role):
    run = upload(partner_client, SELAM)
    assert not thrown_away(as_user(request.getfixturevalue(role)), run)


# The empty template


def test_their_template_has_all_columns_but_the_municipalitys_and_comes_in(partner_client):
    where = reverse("dossiers_partner_template")
    assert where in raw(partner_client.get(UPLOAD))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(partner_client.get(where).streaming_content)))
    header = [cell.value for cell in book.worksheets[0][1]]
    fields = DossierResource().sheet_fields()
    assert header == [field.column_name for name, field in fields.items() if name not in MUNICIPAL_FIELDS]
    assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2, max_row=len(header) + 1)] == header
    for column, value in enumerate(header, start=1):
        given = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990", "Extern nummer": "P1"}
        book.worksheets[0].cell(2, column, given.get(value))
    filled = io.BytesIO()
    book.save(filled)
    partner_client.post(UPLOAD, {"file": SimpleUploadedFile("lijst.xlsx", filled.getvalue())})
    run = ImportRun.objects.get()
    assert (run.state, run.counts()["new"], [c for c in run.columns if not c["field"]]) == ("previewed", 1, [])
    assert not Supply.objects.exists()


@pytest.mark.parametrize("role", ["coordinator", "editor", "reader"])
def test_for_anyone_else_that_template_does_not_exist(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    assert client.get(reverse("dossiers_partner_template")).status_code == 404
