"""Coordinators get no numbers of a partner's list that may be a BSN, unless the partner says that they are none."""

import gzip

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import ImportRun

from ..pages import raw, text
from .lists import UPLOAD, page_url

NOTE, PHONE, ORDER = "Bel 1 2 3 4 5 6 7 8 2 of 12 34 56 782", "699998888", "order 111222333"
LIST = f"""Extern nummer;Voornaam;Achternaam;Geboortedatum;Telefoon;Notities
P1;Selam;Haile;12-03-1990;;{NOTE}
P2;Omar;Said;01-02-1985;{PHONE};
P3;Rahel;Berhe;21-02-1991;;{ORDER}
P4;Lina;Kaya;02-02-1991;0612345678;
"""


def upload_list(client) -> ImportRun:
    client.post(UPLOAD, {"file": SimpleUploadedFile("lijst.csv", LIST.encode())})
    return ImportRun.objects.latest("pk")


def read_stored(run: ImportRun) -> str:
    run.refresh_from_db()
    rows = run.rows.values_list("given", "changes", "errors", "bad")
    with gzip.open(run.clean_copy.open("rb"), "rt") as copy:
        return copy.read() + str([run.decided, run.asked, *rows])


def test_sending_masks_the_numbers_about_which_the_partner_did_not_answer(partner_client, coordinator_client):
    run = upload_list(partner_client)
    page = partner_client.get(page_url("list", run) + "?action=error")
    assert "worden bij het versturen vervangen door ***" in text(page)
    assert "Haal ze weg, of geef aan dat het geen BSN is" in text(page)
    row = run.rows.get(line=4)
    confirmation = {f"cell-{row.pk}-notes": ORDER, "not_a_bsn": "111222333"}
    partner_client.post(page_url("send", run), confirmation)
    stored = read_stored(run)
    assert run.state == ImportRun.State.SENT and "0612345678" in stored and ORDER in stored
    assert NOTE[4:21] not in stored and PHONE not in stored and "12 34 56 782" not in stored
    sent = text(partner_client.get(page_url("list", run) + "?action=error"))
    assert "worden bij het versturen" not in sent and "kunnen een burgerservicenummer" not in sent

    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk]) + "?action=error"))
    assert "Bel *** of ***" in page and "Bel 1 2 3" not in page
    typed = {"word": f"Haar BSN is {PHONE}"}
    page = text(coordinator_client.post(reverse("dossiers_import_keep", args=[run.pk]), typed, follow=True))
    assert "In uw bericht stond een nummer dat wij niet bewaren" in page and "Haar BSN is ***" in page
    assert run.rows.get(line=4).given["notes"] == ORDER
    coordinator_client.post(reverse("dossiers_import_send_back", args=[run.pk]), {"word": "Graag aanvullen"})
    assert "Bel *** of ***" in read_stored(run)


def test_a_phone_number_that_may_be_a_bsn_is_shown_as_typed_and_can_be_confirmed(partner_client):
    run = upload_list(partner_client)
    row = run.rows.get(line=3)
    page = raw(partner_client.get(page_url("list", run) + "?action=error"))
    assert f'value="{PHONE}"' in page and f"tel. {PHONE}" not in page
    cell = {f"cell-{row.pk}-phone": PHONE, f"was-cell-{row.pk}-phone": PHONE}
    partner_client.post(page_url("keep", run), cell)
    row.refresh_from_db()
    assert row.action == "error", "without a tick it stays a question"
    partner_client.post(page_url("keep", run), cell | {"not_a_bsn": PHONE})
    row.refresh_from_db()
    assert (row.action, row.given["phone"]) == ("new", f"+31{PHONE}")
    partner_client.post(page_url("send", run))
    assert PHONE in read_stored(run)


def test_returning_masks_a_number_that_a_coordinator_was_asked_about(partner_client, coordinator_client):
    run = upload_list(partner_client)
    run.claim(ImportRun.State.PREVIEWED, ImportRun.State.SENT)  # as it was sent before sending masked numbers
    returning = reverse("dossiers_import_send_back", args=[run.pk])
    page = text(coordinator_client.post(returning, {"word": f"Haar BSN is {PHONE}"}, follow=True))
    assert "In uw bericht stond een nummer dat wij niet bewaren, zoals een BSN." in page
    assert "Er is nog niets teruggestuurd: lees uw bericht na" in page
    run.refresh_from_db()
    assert run.state == ImportRun.State.SENT
    coordinator_client.post(returning, {"word": "Graag aanvullen"})
    assert run.rows.count() == 0 and PHONE not in read_stored(run) and "Bel 1 2" not in read_stored(run)
