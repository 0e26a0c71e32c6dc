"""Tests of a partner's list from its upload until it is sent."""

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier, ImportRun, Organisation, Supply

from ...models.factories import make_dossier
from ..pages import raw, text
from .lists import ADD, HEADER, LISTS, SELAM, UPLOAD, make_upload, page_url, send_list, upload


def test_a_list_is_compared_with_earlier_supplied_values(partner_client, supply):
    run = upload(partner_client, SELAM.replace("kok", "ober"), "P2;Omar;Said;01-02-1985;")
    assert (run.by_partner, run.with_partner, run.organisation.name) == (True, True, "AZC Luttelgeest")
    shown = text(partner_client.get(page_url("list", run), {"action": "changed"}))
    assert "kok → ober" in shown
    assert (
        "Bij elke wijziging staat wat eerder van deze organisatie is overgenomen. Het dossier zelf ziet u hier niet; "
        "daarin kan het al staan."
    ) in shown
    assert "bakker" not in shown
    assert supply.dossier.reference not in shown


def test_the_page_says_how_long_the_file_with_a_column_that_may_not_be_stored_is_kept(
    partner_client, coordinator_client
):
    file = SimpleUploadedFile("lijst.csv", f"{HEADER};BSN nr;Nationaliteit\n{SELAM};123456782;Eritrese\n".encode())
    partner_client.post(UPLOAD, {"file": file})
    run = ImportRun.objects.get()
    shown = text(partner_client.get(page_url("list", run)))
    assert "Niet overgenomen (privacy) BSN nr · Nationaliteit. In het bestand zelf staat nog alles" in shown
    assert "zodra u de lijst verstuurt of weggooit, en anders na een uur." in shown and run.upload
    assert "zodra u de lijst verstuurt of weggooit" in text(partner_client.get(page_url("columns", run)))
    partner_client.post(page_url("send", run))
    shown = text(coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]), follow=True))
    assert "Niet overgenomen (privacy) BSN nr · Nationaliteit. Het bestand zelf is gewist." in shown
    run.refresh_from_db()
    assert not run.upload


def test_an_unsupplied_dossier_stays_invisible(partner_client):
    known = make_dossier(given_name="Selam", family_name="Haile")
    run = upload(partner_client, SELAM)
    shown = raw(partner_client.get(page_url("list", run)))
    assert run.counts()["new"] == 1
    assert known.reference not in shown


def test_an_unsent_list_writes_and_notifies_nothing(partner_client, coordinator, as_user):
    run = upload(partner_client, SELAM)
    assert not Dossier.objects.exists()
    assert mail.outbox == []
    assert as_user(coordinator).get(reverse("dossiers_import", args=[run.pk])).status_code == 404


def test_a_sent_list_is_emailed_to_coordinators_without_personal_data(partner_client, coordinator, as_user):
    run = send_list(partner_client, SELAM)
    assert (run.state, run.sent_by.username) == ("sent", "partner")
    [message] = mail.outbox
    assert message.to == [coordinator.email]
    assert reverse("dossiers_import", args=[run.pk]) in message.body
    for words in ("Selam", "Haile", "1990", "lijst.csv"):
        assert words not in message.subject + message.body
    assert "Er wacht 1 lijst" in text(as_user(coordinator).get(reverse("dossiers_imports")))


def test_an_unchanged_list_is_not_sent(partner_client, supply):
    run = send_list(partner_client, SELAM)
    assert run.state == "previewed"
    assert mail.outbox == []


def test_each_cell_to_correct_has_its_column_written_beside_it_and_lists_are_counted_as_lists(partner_client):
    page = partner_client.post(UPLOAD, {"file": make_upload("P1;Selam;Haile;99-99-1990;kok")}, follow=True)
    assert 'value="99-99-1990" aria-label="Geboortedatum"' in " ".join(raw(page).split())
    assert "1 lijst" in text(partner_client.get(LISTS)).lower()


def test_a_file_that_cannot_be_read_does_not_send_its_sender_to_the_sender(partner_client):
    file = SimpleUploadedFile("lijst.xlsx", b"%PDF-1.7")
    shown = text(partner_client.post(UPLOAD, {"file": file}, follow=True))
    assert "geen spreadsheet" in shown and "afzender" not in shown


def test_a_cell_can_be_corrected_in_the_preview(partner_client):
    run = upload(partner_client, SELAM.replace("12-03-1990", "31-02-1990"))
    row = run.rows.get()
    assert "31-02-1990" in text(partner_client.get(page_url("list", run)))
    partner_client.post(page_url("keep", run), {f"cell-{row.pk}-date_of_birth": "12-03-1990"})
    assert run.counts()["new"] == 1


def test_a_partner_cannot_match_a_line_to_a_dossier(partner_client):
    known = make_dossier()
    run = upload(partner_client, SELAM)
    where = page_url("line", run, run.rows.get().pk)
    for what in ("same", "another"):
        assert partner_client.post(f"{where}?reference={known.reference}", {"what": what}).status_code == 404
    run.refresh_from_db()
    assert run.decided.get("lines", {}) == {}


def test_the_pages_of_columns_and_questions_are_limited_to_partners(partner_client):
    run = upload(partner_client, SELAM)
    for name in ("columns", "questions"):
        shown = text(partner_client.get(page_url(name, run)))
        assert "Begeleider" not in shown
        assert reverse("dossiers_import", args=[run.pk]) not in raw(partner_client.get(page_url(name, run)))


def test_a_sent_list_can_not_be_changed(partner_client):
    run = send_list(partner_client, SELAM)
    row = run.rows.get()
    for url, data in ((page_url("line", run, row.pk), {"what": "leave_out"}), (page_url("columns", run), {})):
        shown = text(partner_client.post(url, data, follow=True))
        assert "Intussen is dit gewijzigd. De status is nu: verstuurd, wacht op een begeleider." in shown
    run.refresh_from_db()
    assert (run.state, run.rows.get().action) == ("sent", "new")


def test_a_correction_that_is_posted_after_the_list_was_sent_is_shown_so_that_it_can_be_copied(
    partner_client, other_organisation
):
    run = send_list(partner_client, SELAM, "P2;Lina;Kaya;31-02-1990;")
    row = run.rows.get(line=3)
    cell = f"cell-{row.pk}-date_of_birth"
    typed = {cell: "28-02-1990", f"was-{cell}": "31-02-1990"}
    for name in ("keep", "send"):
        shown = text(partner_client.post(page_url(name, run), typed, follow=True))
        assert (
            "De status is nu: verstuurd, wacht op een begeleider. Wat u typte is niet bewaard: “28-02-1990”." in shown
        )
    assert partner_client.post(page_url("keep", other_organisation[1]), typed).status_code == 404


def test_a_correction_that_is_posted_after_the_list_was_read_again_is_shown(partner_client):
    run = upload(partner_client, SELAM, "P2;Lina;Kaya;31-02-1990;")
    cell = f"cell-{run.rows.get(line=3).pk}-date_of_birth"
    run.rows.all().delete()
    typed = {cell: "28-02-1990", f"was-{cell}": "31-02-1990"}
    shown = text(partner_client.post(page_url("keep", run), typed, follow=True))
    assert "Deze lijst is intussen opnieuw gelezen. Wat u typte is niet bewaard: “28-02-1990”." in shown


def test_a_remark_says_that_it_replaces_one_that_waits(partner_client, coordinator_client, supply):
    columns = "Extern nummer;Opmerkingen"
    first = upload(partner_client, "P1;Belt graag", header=columns)
    changed = {"action": "changed"}
    assert "Uw opmerking komt erbij in het dossier." in text(partner_client.get(page_url("list", first), changed))
    partner_client.post(page_url("send", first))
    second = upload(partner_client, "P1;Mailt liever", header=columns)
    waits = "Uw opmerking vervangt de opmerking die u eerder stuurde en die nog niet is overgenomen."
    assert waits in text(partner_client.get(page_url("list", second), changed))
    assert waits not in text(partner_client.get(page_url("list", first), changed))
    coordinator_client.post(reverse("dossiers_import_open", args=[first.pk]))
    assert waits in text(partner_client.get(page_url("list", second), changed))
    coordinator_client.post(reverse("dossiers_import_send_back", args=[first.pk]), {"word": "Klopt dit?"})
    assert waits not in text(partner_client.get(page_url("list", second), changed))


def test_staff_of_two_organisations_must_choose_one(partner_client, partner):
    second_organisation = Organisation.objects.named("Werkcorporatie")
    second_organisation.staff.add(partner)
    assert partner_client.post(UPLOAD, {"file": make_upload(SELAM)}).status_code == 200
    assert upload(partner_client, SELAM, organisation=second_organisation.pk).organisation == second_organisation
    stranger = Organisation.objects.create(name="Andere")
    assert partner_client.post(UPLOAD, {"file": make_upload(SELAM), "organisation": stranger.pk}).status_code == 200


def test_the_preview_tells_with_what_it_compares_and_which_lists_were_sent_already(partner_client, coordinator_client):
    assert "vergeleken met wat eerder van uw organisatie is overgenomen" in text(partner_client.get(UPLOAD))
    lines = (SELAM, "P2;Omar;Said;01-02-1985;bel 12 34 56 782")
    first, other = send_list(partner_client, *lines), send_list(partner_client, "P3;Lina;Kaya;01-02-1991;")
    again = upload(partner_client, *lines)
    page = partner_client.get(page_url("list", again))
    shown = text(page)
    sent_at = f"{timezone.localtime(first.sent_at):%d-%m-%Y %H:%M}"
    assert f"Dit bestand hebt u al verstuurd, op {sent_at}: lijst.csv (verstuurd, wacht op een begeleider)." in shown
    assert "Er wacht nog een lijst die u verstuurde op" in shown
    assert page_url("list", first) in raw(page) and page_url("list", other) in raw(page)

    coordinator_client.post(reverse("dossiers_import_send_back", args=[first.pk]), {"word": "Graag aanvullen"})
    partner_client.post(page_url("take_back", other))
    page = text(partner_client.get(page_url("list", again)))
    assert "hebt u al verstuurd" not in page and "Er wacht nog een lijst" not in page
    assert "vergeleken met wat eerder van uw organisatie is overgenomen" in page


TESFAY = "Tesfay;Negash;12-03-1991;kok"


def test_a_new_line_that_looks_like_a_person_whom_the_partner_gave_under_another_number_says_so(
    partner_client, azc, other_organisation
):
    values = {"given_name": "Tesfay", "family_name": "Negash", "date_of_birth": "1991-03-12"}
    Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id="P3001", values=values)
    others = other_organisation[0].values
    foreign = f"P4;{others['given_name']};{others['family_name']};01-01-1980;kok"
    page = partner_client.post(
        UPLOAD, {"file": make_upload(f"P3001;{TESFAY}", f"P3003;{TESFAY}", foreign, SELAM)}, follow=True
    )
    shown = text(page)
    assert "Regel 3 lijkt op iemand die u al eerder doorgaf: Tesfay Negash (P3001)." in shown
    assert shown.count("lijkt op") == 1, "a person of another organisation is not told"
    Supply.objects.filter(external_id="P3001").delete()
    shown = text(partner_client.get(page_url("list", ImportRun.objects.get(file_name="lijst.csv"))))
    assert "lijkt op iemand" not in shown
    assert shown.count("lijkt op") == 1 and "Regel 3 lijkt op regel 2." in shown, "both are new now"


def test_the_number_of_a_line_that_looks_like_an_own_person_can_be_corrected_on_the_page(partner_client, azc):
    values = {"given_name": "Tesfay", "family_name": "Negash", "date_of_birth": "1991-03-12"}
    Supply.objects.create(dossier=make_dossier(), organisation=azc, external_id="P3001", values=values)
    run = upload(partner_client, f"P3003;{TESFAY}", SELAM)
    row, other = run.rows.get(line=2), run.rows.get(line=3)
    page = partner_client.get(page_url("list", run), {"action": "new", "edit": row.pk})
    name = f"cell-{row.pk}-external_id"
    assert f'name="{name}" value="P3003"' in raw(page) and f'name="cell-{other.pk}-external_id"' not in raw(page)
    partner_client.post(page_url("keep", run), {name: "P3001"})
    row.refresh_from_db()
    assert (row.action, row.given["external_id"]) == ("changed", "P3001")
    assert "lijkt op" not in text(partner_client.get(page_url("list", run)))


def test_two_new_lines_of_one_file_that_look_alike_say_so_although_their_numbers_differ(partner_client):
    page = partner_client.post(UPLOAD, {"file": make_upload(f"P3001;{TESFAY}", f"P3003;{TESFAY}")}, follow=True)
    assert "Regel 3 lijkt op regel 2." in text(page)


def test_a_person_typed_by_hand_who_looks_like_an_own_one_says_so(partner_client, supply):
    typed = {"given_name": "Selam", "family_name": "Hayle", "date_of_birth": "12-03-1990", "external_id": "P9"}
    page = partner_client.post(ADD, typed, follow=True)
    assert "Deze persoon lijkt op iemand die u al eerder doorgaf: Selam Haile (P1)." in text(page)
