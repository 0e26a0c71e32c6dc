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
from ..test_uploading import get_stored_files
from .lists import ADD, LISTS, PERSON, SELAM, UPLOAD, page_url, send_list, upload


def is_discarded(client, run: ImportRun) -> bool:
    client.post(page_url("discard", run))
    return not ImportRun.objects.filter(pk=run.pk).exists()


def test_a_list_is_discarded_completely_after_confirmation(partner_client):
    run = upload(partner_client, SELAM, "P2;Omar;Said;31-02-1985;")
    assert page_url("discard", run) in raw(partner_client.get(page_url("list", run)))
    question_text = text(partner_client.get(page_url("discard", run)))
    assert "2 regels" in question_text and "lijst.csv" in question_text
    assert ImportRun.objects.exists()
    response = partner_client.post(page_url("discard", run), follow=True)
    assert response.redirect_chain[-1][0] == LISTS
    assert "“lijst.csv” is weggegooid." in text(response)
    assert not ImportRun.objects.exists() and not ImportRow.objects.exists() and get_stored_files() == []


def test_a_list_with_questions_or_a_refused_list_can_be_discarded(partner_client):
    for content, state in ((b"Wie;Wat\nSelam;x\n", "asking"), (b"", "refused")):
        partner_client.post(UPLOAD, {"file": SimpleUploadedFile("lijst.csv", content)})
        run = ImportRun.objects.get()
        assert run.state == state
        assert page_url("discard", run) in raw(partner_client.get(page_url("list", run), follow=True))
        assert is_discarded(partner_client, run)


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


def test_a_person_sent_by_hand_can_be_withdrawn_until_a_coordinator_opens_it(partner_client, coordinator_client):
    partner_client.post(ADD, PERSON)
    run = ImportRun.objects.get()
    assert page_url("take_back", run) in raw(partner_client.get(page_url("list", run)))
    response = partner_client.post(page_url("take_back", run), follow=True)
    assert "Deze persoon is weer bij u" in text(response) and page_url("mend", run) in raw(response)
    assert page_url("columns", run) not in raw(response) and "Bestand kiezen" not in text(response)
    assert "over deze lijst" not in text(response), "the form asks for day-month-year, so the date is no question"
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
    second_run = ImportRun.objects.exclude(pk=run.pk).get()
    partner_client.post(page_url("take_back", second_run))
    assert is_discarded(partner_client, second_run)


def test_a_sent_list_cannot_be_discarded_even_after_its_return(partner_client, coordinator_client, other_organisation):
    run = send_list(partner_client)
    for method in (partner_client.get, partner_client.post):
        shown = text(method(page_url("discard", run), follow=True))
        assert "Intussen is dit gewijzigd. De status is nu: verstuurd, wacht op een begeleider." in shown
        assert method(page_url("discard", other_organisation[1])).status_code == 404
    assert not is_discarded(partner_client, run)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Graag aanvullen"})
    assert not is_discarded(partner_client, run)
    partner_client.post(page_url("reopen", run))
    assert page_url("discard", run) not in raw(partner_client.get(page_url("list", run)))
    assert not is_discarded(partner_client, run)
    assert run.rows.exists()


def test_a_list_sent_meanwhile_is_not_discarded(partner_client):
    run = upload(partner_client, SELAM)
    stale = ImportRun.objects.get(pk=run.pk)
    partner_client.post(page_url("send", run))
    assert not stale.discard()
    assert ImportRun.objects.get().state == "sent"


def test_a_list_that_is_being_read_is_not_discarded(partner_client):
    run = upload(partner_client, SELAM)
    ImportRun.objects.update(state="reading")
    assert not is_discarded(partner_client, run)


def test_a_draft_of_another_organisation_is_not_discarded(partner_client, other_organisation):
    _supply, run = other_organisation
    ImportRun.objects.filter(pk=run.pk).update(state="previewed")
    assert partner_client.get(page_url("discard", run)).status_code == 404
    assert not is_discarded(partner_client, run)


@pytest.mark.parametrize("role", ["coordinator", "editor", "admin"])
def test_other_users_cannot_discard_a_list(partner_client, as_user, request, role):
    run = upload(partner_client, SELAM)
    assert not is_discarded(as_user(request.getfixturevalue(role)), run)


# The empty template


def test_the_template_of_partners_has_no_municipal_columns_and_can_be_uploaded(partner_client):
    template_url = reverse("dossiers_partner_template")
    assert template_url in raw(partner_client.get(UPLOAD))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(partner_client.get(template_url).streaming_content)))
    header = [cell.value for cell in book.worksheets[0][1]]
    fields = DossierResource().sheet_fields()
    assert header == [field.column_name for name, field in fields.items() if name not in MUNICIPAL_FIELDS]
    assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2, max_row=len(header) + 1)] == header
    for column, value in enumerate(header, start=1):
        values = {"Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990", "Extern nummer": "P1"}
        book.worksheets[0].cell(2, column, values.get(value))
    file = io.BytesIO()
    book.save(file)
    partner_client.post(UPLOAD, {"file": SimpleUploadedFile("lijst.xlsx", file.getvalue())})
    run = ImportRun.objects.get()
    assert (run.state, run.counts()["new"], [c for c in run.columns if not c["field"]]) == ("previewed", 1, [])
    assert not Supply.objects.exists()


@pytest.mark.parametrize("role", ["coordinator", "editor", "reader"])
def test_the_template_of_partners_is_not_found_for_other_users(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    assert client.get(reverse("dossiers_partner_template")).status_code == 404
