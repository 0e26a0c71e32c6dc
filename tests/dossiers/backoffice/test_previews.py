"""Tests of previews: input is never lost, choices show the alternatives, and a preview can be discarded."""

from datetime import timedelta

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from access_log.models import AccessLogEntry
from dossiers.models import Action, Dossier, ImportRow, ImportRun, Status

from ..spreadsheets.test_absent import get_close_as_moved_choice
from .bulk import preview as preview_bulk_change
from .pages import press, raw, text
from .partners.lists import SELAM
from .partners.lists import UPLOAD as PARTNER_UPLOAD
from .partners.lists import page_url as partner_page
from .partners.lists import upload as upload_own
from .test_apply import BAD, GOOD, import_url, make_preview
from .test_uploading import get_stored_files, upload

OMAR = "Omar;Abdi;01-01-1980;P3"
CELL = ".grid-cell :is(input[type=text], textarea)"
IMPORT_GOOD = "Alleen de goede regels importeren"


def get_given_names() -> list[str]:
    return sorted(Dossier.objects.values_list("given_name", flat=True))


def import_all(client, *lines: str) -> ImportRun:
    run = make_preview(client, *lines)
    client.post(import_url("_apply", run))
    return run


# Typed and chosen


def test_an_unconfirmed_correction_is_imported_with_the_rest(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), IMPORT_GOOD, {CELL: "28-02-1990"})
    assert "2 nieuw" in text(page) and get_given_names() == ["Selam", "Tesfay"]


def test_a_wrong_or_ambiguous_correction_is_shown_before_the_import(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), IMPORT_GOOD, {CELL: "30-02-1990"})
    assert "Er is nog niets geïmporteerd. Kijk eerst naar wat u hebt ingevuld in regel 3." in text(page)
    assert 'value="30-02-1990"' in raw(page) and get_given_names() == []
    import_all(coordinator_client, "Tesfay;Woldu;01-03-1990;P2")
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), IMPORT_GOOD, {CELL: "28-02-1990"})
    assert page.context["shown"] == Action.CHANGED and get_given_names() == ["Tesfay"], "nobody saw what it changes"


def test_input_in_a_line_survives_the_button_of_another_line(coordinator_client):
    run = make_preview(coordinator_client, BAD, "Omar;Abdi;32-01-1980;P3")
    page = press(
        coordinator_client,
        coordinator_client.get(import_url("", run)),
        "Weglaten",
        {'tr:nth-of-type(2) input[name^="cell"]': "01-01-1980"},
    )
    assert [row.action for row in run.rows.order_by("line")] == ["skipped", "new"]
    page = press(
        coordinator_client, coordinator_client.get(import_url("", run), {"action": "new"}), "Deze regel weglaten"
    )
    assert "1 regel weggelaten." in text(page)
    page = press(
        coordinator_client, coordinator_client.get(import_url("", run), {"action": "skipped"}), "Deze 2 toch meenemen"
    )
    assert "2 regels weer meegenomen." in text(page)


def test_an_unconfirmed_choice_for_an_absent_person_is_applied_with_the_import(coordinator_client):
    import_all(coordinator_client, GOOD, OMAR)
    run = make_preview(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1")
    page = coordinator_client.get(import_url("", run), {"action": "absent"})
    page = press(coordinator_client, page, "Alles importeren", {".absent-rows select": get_close_as_moved_choice()})
    assert Dossier.objects.get(given_name="Omar").status == Status.WITHDRAWN
    assert "1 persoon staat niet meer in de lijst; bij 1 is iets gedaan." in text(page)


def test_an_unconfirmed_choice_for_all_absent_people_is_shown_before_the_import(coordinator_client):
    import_all(coordinator_client, GOOD, OMAR, "Navid;Ahmadi;02-02-1985;P4")
    run = make_preview(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1")
    page = coordinator_client.get(import_url("", run), {"action": "absent"})
    page = press(
        coordinator_client,
        page,
        "Alles importeren",
        {"#choice-all": get_close_as_moved_choice(), ".absent-rows select": "contact"},
    )
    assert "is nu gekozen voor iedereen die niet meer in de lijst staat en bij wie dat kan" in text(page)
    assert not Dossier.objects.filter(status=Status.WITHDRAWN).exists()
    press(coordinator_client, page, "Alles importeren")
    assert [
        bool(dossier.notes) for dossier in Dossier.objects.filter(given_name__in=("Omar", "Navid")).order_by("pk")
    ] == [
        True,
        False,
    ]
    assert Dossier.objects.get(given_name="Navid").status == Status.WITHDRAWN


def test_a_choice_for_all_absent_people_counts_those_for_whom_it_can_be_made(coordinator_client):
    import_all(coordinator_client, GOOD, OMAR, "Navid;Ahmadi;02-02-1985;P4")
    run = make_preview(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1")
    absent_url = f"{import_url('', run)}?action=absent"
    assert "Voor alle 2 " in text(coordinator_client.get(absent_url))
    import_all(coordinator_client, OMAR)
    page = coordinator_client.get(absent_url)
    assert "Voor 1 van de 2 " in text(page) and "Voor alle" not in text(page)
    page = press(coordinator_client, page, "Toepassen op alle", {"#choice-all": "contact"})
    assert "Gekozen voor 1 van de 2 personen." in text(page)
    Dossier.objects.filter(given_name="Navid").update(status=Status.WITHDRAWN)
    assert "Toepassen op alle" not in text(coordinator_client.get(absent_url))


def test_an_outdated_page_does_not_overwrite_choices_of_a_colleague(coordinator_client):
    import_all(coordinator_client, GOOD, OMAR, "Navid;Ahmadi;02-02-1985;P4")
    run = make_preview(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1", BAD)
    first = coordinator_client.get(import_url("", run), {"action": "absent"})
    press(coordinator_client, first, "Deze keuzes bewaren", {".absent-rows select": "contact"})
    run.refresh_from_db()
    choices_before = run.decided["absent"]
    press(coordinator_client, first, IMPORT_GOOD, {".absent-rows tbody tr:nth-of-type(2) select": "contact"})
    run.refresh_from_db()
    assert run.decided["absent"].items() > choices_before.items() and len(choices_before) == 1, (
        "only what this page changed counts"
    )
    run = make_preview(coordinator_client, "Selam;Haile-Woldu;12-03-1990;P1", BAD)
    first = coordinator_client.get(import_url("", run), {"action": "absent"})
    press(coordinator_client, first, "Deze keuzes bewaren", {".absent-rows select": "contact"})
    for typed in ({".absent-rows select": get_close_as_moved_choice()}, {"#choice-all": get_close_as_moved_choice()}):
        page = press(coordinator_client, first, IMPORT_GOOD, typed)
        assert "Intussen is iets anders gekozen voor" in text(page)
        run.refresh_from_db()
        assert run.state == ImportRun.State.PREVIEWED and list(run.decided["absent"].values()) == ["contact"]
    errors = coordinator_client.get(import_url("", run), {"action": "error"})
    press(coordinator_client, errors, "Opnieuw controleren", {CELL: "28-02-1990"})
    page = press(coordinator_client, errors, IMPORT_GOOD, {CELL: "27-02-1990"})
    assert "Regel 3 is intussen gewijzigd" in text(page) and "“27-02-1990”" in text(page)
    run.refresh_from_db()
    assert run.state == ImportRun.State.PREVIEWED and run.rows.get(line=3).given["date_of_birth"] == "1990-02-28"


def test_an_unsent_message_to_the_partner_is_kept_and_must_be_handled(coordinator_client, as_user, partner):
    partner_client = as_user(partner)
    run = upload_own(partner_client, SELAM)
    partner_client.post(partner_page("send", run))
    page = press(
        coordinator_client,
        coordinator_client.get(import_url("", run)),
        "Terug naar de partner",
        {"#word": "Haar BSN is 123456782"},
    )
    assert ">\nHaar BSN is ***</textarea>" in raw(page), "what may not be stored goes, the rest stays to be sent"
    page = press(coordinator_client, page, "Openen en vergelijken")
    page = press(coordinator_client, page, "Weglaten", {"#word": "Klopt het jaar?"})
    page = press(
        coordinator_client, coordinator_client.get(import_url("", run), {"action": "skipped"}), "Toch meenemen"
    )
    page = press(coordinator_client, page, "Alles importeren")
    assert "U hebt iets voor de partner ingevuld" in text(page) and get_given_names() == []
    assert ">\nKlopt het jaar?</textarea>" in raw(page)
    press(coordinator_client, page, "Terug naar de partner")
    run.refresh_from_db()
    assert (run.state, run.returned_word) == (ImportRun.State.RETURNED, "Klopt het jaar?")
    assert "word" not in run.decided
    partner_client.post(partner_page("reopen", run))
    partner_client.post(partner_page("send", run))
    page = press(coordinator_client, coordinator_client.get(import_url("", run)), "Openen en vergelijken")
    page = press(coordinator_client, page, "Alles importeren", {"#word": "toch niet"})
    press(coordinator_client, page, "Alles importeren", {"#word": ""})
    assert get_given_names() == ["Selam"]


def test_enter_in_a_cell_checks_the_line_without_importing(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    page = coordinator_client.get(import_url("", run))
    assert raw(page).partition('id="lines-form"')[2].index("Opnieuw controleren") < raw(page).partition(
        'id="lines-form"'
    )[2].index(IMPORT_GOOD), "the form's first button is the one that Enter presses"
    press(coordinator_client, page, "Opnieuw controleren", {CELL: "28-02-1990"})
    assert run.counts()["new"] == 2 and get_given_names() == []


def test_a_valid_correction_of_a_partner_is_sent_and_an_invalid_one_is_shown(as_user, partner):
    partner_client = as_user(partner)
    run = upload_own(partner_client, SELAM, "P2;Omar;Said;31-02-1985;")
    page = press(partner_client, partner_client.get(partner_page("list", run)), "Versturen", {CELL: "30-02-1985"})
    run.refresh_from_db()
    assert "Er is nog niets verstuurd." in text(page) and run.state == ImportRun.State.PREVIEWED
    press(partner_client, page, "Versturen", {CELL: "28-02-1985"})
    run.refresh_from_db()
    assert (run.state, run.counts()["new"]) == (ImportRun.State.SENT, 2)


# What the privacy gate took out


def make_list_with_notes(*notes: str) -> SimpleUploadedFile:
    lines = [f'Naam{n};Haile{n};2{n}-03-1990;"{note}"' for n, note in enumerate(notes)]
    return SimpleUploadedFile("l.csv", "\n".join(["Voornaam;Achternaam;Geboortedatum;Opmerkingen", *lines]).encode())


def test_a_cell_with_a_bsn_can_be_kept_without_it_or_emptied(coordinator_client):
    page = upload(
        coordinator_client,
        make_list_with_notes("Belt\ngraag, bsn 123456782, na zes uur", "123456782", "bsn 123456782 A1"),
        follow=True,
    )
    run = ImportRun.objects.get()
    assert "123456782" not in raw(page) and "Belt\ngraag, bsn ***, na zes uur</textarea>" in raw(page)
    page = press(coordinator_client, page, "Zo overnemen")
    page = press(coordinator_client, page, "Niet invullen")
    assert run.counts() == dict.fromkeys(Action.values, 0) | {"new": 2, "error": 1}
    page = press(coordinator_client, page, IMPORT_GOOD, {CELL: "A1"})
    assert dict(Dossier.objects.values_list("given_name", "notes")) == {
        "Naam0": "Belt\ngraag, bsn ***, na zes uur",
        "Naam1": "",
        "Naam2": "A1",
    }


@pytest.mark.parametrize("by_partner", [True, False])
def test_a_bsn_that_is_typed_in_a_cell_is_taken_out_and_the_user_is_told(as_user, coordinator, partner, by_partner):
    client = as_user(partner if by_partner else coordinator)
    file = make_list_with_notes("Belt, bsn 123456782")
    page = client.post(PARTNER_UPLOAD, {"file": file}, follow=True) if by_partner else upload(client, file, follow=True)
    run = ImportRun.objects.get()
    removed = "In wat u hebt ingevuld in regel 2, stond een nummer dat niet bewaard mag worden, zoals een BSN."
    assert removed not in text(page)
    page = press(client, page, "Zo overnemen", {CELL: "Belt na zessen, bsn 111222333"})
    assert removed in text(page) and "Belt na zessen, bsn ***</textarea>" in raw(page)
    assert run.counts()["error"] == 1, "the user did not see what is kept"
    page = press(client, page, "Opnieuw controleren", {CELL: "111222333 bsn"})
    assert removed in text(page) and "*** bsn</textarea>" in raw(page)
    page = press(client, page, "Zo overnemen", {CELL: "bsn: 111222333."})
    page = press(client, page, "Zo overnemen")
    assert removed not in text(page) and run.rows.get().given["notes"] == "bsn: ***."


def test_an_invalid_cell_without_a_bsn_cannot_be_accepted(coordinator_client):
    run = make_preview(coordinator_client, BAD)
    assert "Zo overnemen" not in text(coordinator_client.get(import_url("", run)))
    coordinator_client.post(
        reverse("dossiers_import_line", args=[run.pk, run.rows.get().pk]) + "?field=date_of_birth", {"what": "accept"}
    )
    assert run.counts()["error"] == 1


# Who looks like whom


def test_two_similar_people_are_compared_side_by_side(coordinator_client):
    import_all(coordinator_client, GOOD)
    dossier = Dossier.objects.get()
    Dossier.objects.update(phone="+31612345678", location="AZC Luttelgeest")
    file = SimpleUploadedFile(
        "l.csv",
        b"Voornaam;Achternaam;Geboortedatum;Extern nummer;Beroep;Woonplaats\nSelma;Haile;12-03-1990;P9;kok;\n",
    )
    page = upload(coordinator_client, file, follow=True)
    run = ImportRun.objects.latest("pk")
    assert run.counts()["similar"] == 1
    (row,) = page.context["rows"]
    compared = {
        field.label: (field.given, *((known.text, known.differs) for known in field.known)) for field in row.compared
    }
    assert compared["Voornaam"] == ("Selma", ("Selam", True))
    assert compared["Achternaam"] == ("Haile", ("Haile", False))
    assert compared["Extern nummer"] == ("P9", ("P1", True))
    assert compared["Telefoon"] == ("–", ("06 12345678", False)), "nothing differs from what the list does not say"
    assert compared["Beroep"] == ("kok", ("–", False))
    assert reverse(Dossier.snippet_viewset.get_url_name("inspect"), args=[dossier.pk]) in raw(page)
    assert text(page).count("verschilt") == 2


def test_of_similar_people_each_known_value_is_shown_with_its_source_and_no_answer_is_preferred(
    coordinator_client, coordinator
):
    import_all(coordinator_client, GOOD)
    (first,) = ImportRun.objects.all()
    dossier = Dossier.objects.get()
    dossier.dutch_level, dossier.profession, dossier._history_user = "B1", "lasser", coordinator
    dossier.save()
    page = make_preview(coordinator_client, "Selma;Haile;12-03-1990;P9")
    page = coordinator_client.get(import_url("", page))
    (row,) = page.context["rows"]
    assert AccessLogEntry.objects.filter(about=dossier.reference, what=AccessLogEntry.What.COMPARED).exists()
    known = {field.label: field.known[0] for field in row.compared}
    assert known["Niveau Nederlands"].text == "B1" and known["Status"].text == "aangemeld"
    assert known["Status"].source is None, "no list said it"
    assert known["Achternaam"].source.run == first and known["Beroep"].source.user_name == "coordinator"
    assert "volgens AZC Luttelgeest (lijst lijst.csv" in text(page)
    assert f"door coordinator ingevuld op {timezone.localdate():%d-%m-%Y}" in text(page)
    buttons = BeautifulSoup(page.content, "html.parser").select(".grid-detail .import-group button")
    assert len(buttons) >= 2 and all("button-secondary" in button["class"] for button in buttons)


def test_the_answers_about_a_similar_person_come_first_and_then_only_what_differs(coordinator_client):
    import_all(coordinator_client, GOOD)
    page = coordinator_client.get(import_url("", make_preview(coordinator_client, "Selma;Haile;12-03-1990;P9")))
    soup = BeautifulSoup(page.content, "html.parser")
    row, detail = soup.select_one("tr[data-row]"), soup.select_one(".grid-detail")
    reference = Dossier.objects.get().reference
    assert not row.select("button")
    stops = [" ".join(stop.text.split()) for stop in detail.select("button, td > a, th > a")]
    assert stops[:4] == [f"Dezelfde als {reference}", "Iemand anders", "Weglaten", reference]
    shown, folded = detail.select(".import-compared")
    assert [label.text for label in shown.select("th[scope=row]")] == ["Voornaam", "Extern nummer"]
    labels = [label.text for label in folded.select("th[scope=row]")]
    assert {"Achternaam", "Geboortedatum"} < set(labels) and "Voornaam" not in labels
    summary = " ".join(folded.find_parent("details").summary.text.split())
    assert summary == f"{len(labels)} velden die hetzelfde zijn, of maar aan één kant zijn ingevuld"


def test_the_answer_about_a_similar_person_can_be_changed(coordinator_client):
    import_all(coordinator_client, GOOD)
    run = make_preview(coordinator_client, "Selma;Haile;12-03-1990;P9")
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Dezelfde als")
    page = coordinator_client.get(import_url("", run), {"action": "changed"})
    assert f"Uw antwoord: dezelfde als {Dossier.objects.get().reference}." in text(page)
    press(coordinator_client, page, "Antwoord wijzigen")
    assert run.counts()["similar"] == 1 and "reference" not in run.rows.exclude(action="absent").get().given
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Iemand anders")
    press(coordinator_client, coordinator_client.get(import_url("", run), {"action": "new"}), "Antwoord wijzigen")
    assert run.counts()["similar"] == 1


def test_the_preview_shows_default_values_of_a_new_dossier(coordinator_client):
    page = coordinator_client.get(import_url("", make_preview(coordinator_client, GOOD)))
    (row,) = page.context["grid"]
    defaults = {cell.column.label: cell.default for cell in row.cells if cell.default}
    assert defaults["Recht om te werken"] == "alleen met vergunning" and defaults["Status"] == "aangemeld"
    assert "Status vult het systeem in" in text(page) and "alleen met vergunning" in text(page)


def test_the_preview_says_that_the_system_fills_in_what_a_cell_of_the_list_leaves_blank(coordinator_client):
    content = "Bedrijf;Contactpersoon;E-mail;Werk;Plekken\nA;Ans;a@example.org;Inpakken;\nB;Bas;b@example.org;Lassen;2"
    file = SimpleUploadedFile("lijst.csv", content.encode())
    upload(coordinator_client, file, record="employer_interest")
    page = coordinator_client.get(import_url("", ImportRun.objects.get()), {"action": "new"})
    cells = BeautifulSoup(page.content, "html.parser").select('td[data-label="Plekken"]')
    assert [" ".join(cell.text.split()) for cell in cells] == ["1 (vult het systeem in)", "2"]


# Absent people and counts


def test_who_left_the_list_since_the_previous_one_comes_first_and_says_so(coordinator_client):
    import_all(coordinator_client, GOOD, OMAR, "Navid;Ahmadi;02-02-1985;P4", "Sara;Noor;02-02-1986;P5")
    previous = import_all(coordinator_client, GOOD, "Navid;Ahmadi;02-02-1985;P4", "Sara;Noor;02-02-1986;P5")
    ImportRun.objects.filter(pk=previous.pk).update(created_at=timezone.now() - timedelta(days=7))
    run = make_preview(coordinator_client, GOOD)

    def read_rows() -> list[list[str]]:
        page = coordinator_client.get(import_url("", run), {"action": "absent"})
        rows = BeautifulSoup(page.content, "html.parser").select(".absent-rows tbody tr")
        return [list(row.select("td")[1].stripped_strings) for row in rows]

    mark = f"stond nog in de lijst van {timezone.localdate() - timedelta(days=7):%d-%m-%Y}: {previous.file_name}"
    expected = [["Navid Ahmadi", mark], ["Sara Noor", mark], ["Omar Abdi"]]
    assert read_rows() == expected
    coordinator_client.post(import_url("_apply", run))
    assert read_rows() == expected, "as it was when it was imported"
    following = make_preview(coordinator_client, GOOD)
    page = text(coordinator_client.get(import_url("", following), {"action": "absent"}))
    assert "Navid Ahmadi" in page and "stond nog in de lijst" not in page, "they left it before"


def test_a_person_who_may_be_in_the_list_is_not_absent(coordinator_client):
    import_all(coordinator_client, GOOD)
    run = make_preview(coordinator_client, "Selma;Haile;12-03-1990;P9")
    assert (run.counts()["similar"], run.counts()["absent"]) == (1, 0)
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Dezelfde als")
    assert (run.counts()["changed"], run.counts()["absent"]) == (1, 0)


def test_the_tab_of_absent_people_says_whom_it_compares(coordinator_client, as_user, partner):
    import_all(coordinator_client, GOOD, "Omar;Abdi;01-01-1980;")
    partner_client = as_user(partner)
    compared = "Eerder aangeleverd door AZC Luttelgeest, met of zonder nummer, en niet in deze lijst."
    only_new = "Niemand in deze lijst is eerder aangeleverd door AZC Luttelgeest"
    for line, has_new_people_only in (SELAM, False), ("P5;Sara;Noor;02-02-1986;kok", True):
        run = upload_own(partner_client, line)
        page = text(partner_client.get(partner_page("list", run), {"action": "absent"}))
        assert compared in page and "Omar Abdi" in page and (only_new in page) == has_new_people_only
        partner_client.post(partner_page("send", run))
        coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
        page = text(coordinator_client.get(import_url("", run), {"action": "absent"}))
        assert compared in page and "Omar Abdi" in page and (only_new in page) == has_new_people_only


def test_a_coordinator_is_not_offered_to_undo_what_the_partner_left_out(coordinator_client, as_user, partner):
    partner_client = as_user(partner)
    run = upload_own(partner_client, SELAM, "P5;Sara;Noor;02-02-1986;kok")
    page = partner_client.get(partner_page("list", run), {"action": "new", "text": "sara"})
    page = press(partner_client, page, "Deze regel weglaten")
    assert "1 regel is weggelaten." in text(page) and "Ongedaan maken" in text(page)
    partner_client.post(partner_page("send", run))
    coordinator_client.post(reverse("dossiers_import_open", args=[run.pk]))
    page = text(coordinator_client.get(import_url("", run)))
    assert "Selam" in page and "1 regel is weggelaten." not in page


def test_the_result_counts_every_line_once(coordinator_client):
    import_all(coordinator_client, GOOD, OMAR)
    run = make_preview(
        coordinator_client,
        GOOD,
        BAD,
        "Navid;Ahmadi;02-02-1985;P4",
        "Sara;Noor;02-02-1986;P5",
        "Selma;Haile;12-03-1990;P9",
    )
    coordinator_client.post(
        reverse("dossiers_import_line", args=[run.pk, run.rows.get(line=4).pk]), {"what": "leave_out"}
    )
    page = text(coordinator_client.post(import_url("_apply", run), {"good_rows_only": "yes"}, follow=True))
    assert "5 regels: 1 nieuw 1 gelijk 1 weggelaten 1 niet geïmporteerd door een fout" in page
    assert "1 niet geïmporteerd omdat een keuze ontbrak" in page
    assert "1 persoon staat niet meer in de lijst; met dat dossier is niets gedaan." in page


def test_skipped_lines_can_be_decided_after_the_import_without_a_new_upload(coordinator_client):
    import_all(coordinator_client, GOOD)
    run = make_preview(coordinator_client, OMAR, BAD, "Selma;Haile;12-03-1990;P9")
    coordinator_client.post(import_url("_apply", run), {"good_rows_only": "yes"})
    response = press(coordinator_client, coordinator_client.get(import_url("", run)), "Beslissen over")
    continued_run = ImportRun.objects.latest("pk")
    assert (continued_run.state, continued_run.continues, continued_run.organisation) == (
        "previewed",
        run,
        run.organisation,
    )
    assert (continued_run.counts()["skipped"], continued_run.counts()["error"], continued_run.counts()["similar"]) == (
        1,
        1,
        1,
    )
    assert response.redirect_chain[-1][0] == import_url("", continued_run)
    correct = {f"cell-{continued_run.rows.get(line=3).pk}-date_of_birth": "28-02-1990"}
    coordinator_client.post(
        reverse("dossiers_import_line", args=[continued_run.pk, continued_run.rows.get(line=4).pk]), {"what": "another"}
    )
    coordinator_client.post(import_url("_apply", continued_run), correct)
    continued_run.refresh_from_db()
    assert continued_run.state == "applied" and get_given_names() == ["Omar", "Selam", "Selma", "Tesfay"]
    assert "3 regels: 2 nieuw 1 eerder beslist" in text(coordinator_client.get(import_url("", continued_run)))
    assert "Al geïmporteerd: deze regel blijft" in text(
        coordinator_client.get(import_url("", continued_run), {"action": "skipped"})
    )
    page = coordinator_client.get(import_url("", run))
    assert import_url("", continued_run) in raw(page) and import_url("_continue", run) not in raw(page)


def test_only_an_imported_and_stored_list_can_be_continued_once(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    assert coordinator_client.post(import_url("_continue", run)).url == import_url("", run)
    coordinator_client.post(import_url("_apply", run), {"good_rows_only": "yes"})
    addresses = {coordinator_client.post(import_url("_continue", run)).url for _click in range(2)}
    later = ImportRun.objects.exclude(pk=run.pk).get()
    assert addresses == {import_url("", later)}
    later.discard()
    run.refresh_from_db()
    run.forget_clean()
    run.save()
    assert "wordt niet meer bewaard" in text(coordinator_client.post(import_url("_continue", run), follow=True))
    assert "Upload dezelfde lijst opnieuw om daarover te beslissen" in text(coordinator_client.get(import_url("", run)))
    assert ImportRun.objects.count() == 1


def make_list_with_levels(*levels: str) -> SimpleUploadedFile:
    lines = [f"Naam{number};Proef;21-02-199{number};{level}" for number, level in enumerate(levels)]
    return SimpleUploadedFile(
        "lijst.csv", "\n".join(["Voornaam;Achternaam;Geboortedatum;Niveau Nederlands", *lines]).encode()
    )


def test_a_corrected_skipped_or_answered_word_is_not_a_question_any_more(coordinator_client):
    upload(coordinator_client, make_list_with_levels("redelijk", "matig", "goed", "goed", "A1"))
    run = ImportRun.objects.get()
    assert "Er zijn nog 3 vragen over deze lijst." in text(coordinator_client.get(import_url("", run)))
    coordinator_client.post(import_url("_keep", run), {f"cell-{run.rows.get(line=2).pk}-dutch_level": "A2"})
    coordinator_client.post(
        reverse("dossiers_import_line", args=[run.pk, run.rows.get(line=3).pk]), {"what": "leave_out"}
    )
    run.refresh_from_db()
    assert run.asked["words"] == {"dutch_level": {"goed": 2}}
    assert "Er is nog één vraag over deze lijst." in text(coordinator_client.get(import_url("", run)))
    # A page that was opened before still lists the words that were mended.
    answers = {"dutch_level-word": ["redelijk", "matig", "goed"], "dutch_level": ["B2", "", "B1"]}
    coordinator_client.post(import_url("_questions", run), answers)
    run.refresh_from_db()
    assert run.decided["words"] == {"dutch_level": {"goed": "B1"}}
    assert run.rows.get(line=4).given["dutch_level"] == "B1"
    page = coordinator_client.get(import_url("", run))
    assert page.context["questions"].count == 0 and "vraag over deze lijst" not in text(page)


def test_a_line_without_values_in_known_columns_is_named(coordinator_client):
    file = SimpleUploadedFile(
        "l.csv", b"Voornaam;Achternaam;Geboortedatum;Bus\nSelam;Haile;12-03-1990;\n;;;lijn 7\nOmar;Abdi;01-01-1980;\n"
    )
    page = upload(coordinator_client, file, follow=True)
    assert "er komt niets mee van regel 3" in text(page)


# Parts of the file


def make_list_with_second_table() -> SimpleUploadedFile:
    head = "Voornaam;Achternaam;Geboortedatum"
    text = f"{head}\nSelam;Haile;12-03-1990\nTesfay;Woldu;31-02-1990\n\nWachtlijst\n{head}\nOmar;Abdi;01-01-1980\n"
    return SimpleUploadedFile("l.csv", text.encode())


def make_list_with_table_beside() -> SimpleUploadedFile:
    head, people = "Voornaam;Achternaam;Geboortedatum", ("Selam;Haile;12-03-1990", "Tesfay;Woldu;31-02-1990")
    text = f";;;;Wachtlijst\n{head};;{head};Kamer\n{people[0]};;Omar;Abdi;01-01-1980;A1\n{people[1]};;;;;\n"
    return SimpleUploadedFile("l.csv", text.encode())


def test_a_table_beside_requires_an_answer_and_keeps_typed_input(coordinator_client):
    page = upload(coordinator_client, make_list_with_table_beside(), follow=True)
    assert "nog een tabel, “Wachtlijst”: Voornaam, Achternaam, Geboortedatum, Kamer (1 rij)." in text(page)
    assert "Kolommen ervan die de lijst niet heeft, worden niet gelezen: Kamer. Hoort dit bij de lijst?" in text(page)
    page = press(coordinator_client, page, IMPORT_GOOD, is_disabled=True)
    assert "Geef eerst aan wat er moet gebeuren" in text(page) and get_given_names() == []
    page = press(coordinator_client, page, "Ook importeren", {CELL: "28-02-1990"})
    assert "Dit wordt ook geïmporteerd." in text(page)
    run = ImportRun.objects.get()
    columns = coordinator_client.get(import_url("_columns", run))
    assert text(columns).count("In een tabel naast de lijst, waarvan de rijen worden geïmporteerd") == 4
    press(coordinator_client, coordinator_client.get(import_url("", run)), "Alles importeren")
    assert get_given_names() == ["Omar", "Selam", "Tesfay"]
    assert "3 (tabel 2)" in text(coordinator_client.get(import_url("", run)))


def test_a_second_table_requires_an_answer_and_keeps_typed_input(coordinator_client):
    page = upload(coordinator_client, make_list_with_second_table(), follow=True)
    assert "Op regel 6 begint een tweede tabel, “Wachtlijst”: 1 rij. Hoort dit bij de lijst?" in text(page)
    page = press(coordinator_client, page, IMPORT_GOOD, is_disabled=True)
    assert "Geef eerst aan wat er moet gebeuren" in text(page) and get_given_names() == []
    page = press(coordinator_client, page, "Ook importeren", {CELL: "28-02-1990"})
    assert "Dit wordt ook geïmporteerd." in text(page)
    press(coordinator_client, page, "Dit deel weglaten")
    press(coordinator_client, coordinator_client.get(import_url("", ImportRun.objects.get())), "Alles importeren")
    assert get_given_names() == ["Selam", "Tesfay"]


def test_titles_through_a_list_are_one_question_with_an_answer_for_each(coordinator_client):
    names = {"AZC Urk": "Selam;Haile", "AZC Ede": "Omar;Abdi", "Wachtlijst": "Rahel;Woldu"}
    rows = [f"{title};;\n{name};12-03-1990" for title, name in names.items()]
    file = "\n".join(["Voornaam;Achternaam;Geboortedatum", *rows]).encode()
    page = upload(coordinator_client, SimpleUploadedFile("l.csv", file), follow=True)
    assert text(page).count("Welke horen bij de lijst?") == 1 and "titel, “AZC Ede”, met 1 rij" in text(page)
    page = press(coordinator_client, page, "Dit deel weglaten")  # the first of them
    assert ImportRun.objects.get().counts()["skipped"] == 3
    page = press(coordinator_client, page, "Al deze rijen importeren")
    assert "Welke horen bij de lijst?" not in text(page) and "Dit wordt weggelaten." in text(page)
    press(coordinator_client, page, "Alles importeren")
    assert get_given_names() == ["Omar", "Rahel"]


def test_another_sheet_of_the_file_can_be_read_instead(coordinator_client, tmp_path):
    book, head = openpyxl.Workbook(), ["Voornaam", "Achternaam", "Geboortedatum"]
    for title, person in {"Lijst": ["Selam", "Haile", "12-03-1990"], "Reserve": ["Omar", "Abdi", "01-01-1980"]}.items():
        sheet = book.create_sheet(title)
        sheet.append(head)
        sheet.append(person)
    book.save(tmp_path / "l.xlsx")
    page = upload(coordinator_client, SimpleUploadedFile("l.xlsx", (tmp_path / "l.xlsx").read_bytes()), follow=True)
    assert "Welke bladen leest deze import?" in text(page) and "“Reserve” (1 rij)" in text(page)
    left_out = press(coordinator_client, page, "De andere bladen weglaten")
    assert "“Reserve” (1 rij). Die is weggelaten: deze import leest alleen “Lijst”" in text(left_out)
    press(coordinator_client, left_out, "Lees in plaats daarvan “Reserve”")
    run = ImportRun.objects.get()
    assert (run.choice, run.state) == ({"sheet": "Reserve"}, ImportRun.State.ASKING)


@pytest.mark.parametrize("make_list", [make_list_with_second_table, make_list_with_table_beside])
def test_a_partner_must_answer_about_a_second_table_before_sending(as_user, partner, make_list):
    partner_client = as_user(partner)
    partner_client.post(reverse("dossiers_partner_upload"), {"file": make_list()})
    run = ImportRun.objects.get()
    page = press(partner_client, partner_client.get(partner_page("list", run)), "Versturen", is_disabled=True)
    run.refresh_from_db()
    assert "Geef eerst aan wat er moet gebeuren" in text(page) and run.state == ImportRun.State.PREVIEWED
    press(partner_client, press(partner_client, page, "Ook importeren"), "Versturen")
    run.refresh_from_db()
    assert (run.state, run.counts()["new"]) == (ImportRun.State.SENT, 2)


def test_an_unknown_first_line_must_be_marked_as_header_or_person(coordinator_client):
    page = upload(
        coordinator_client, SimpleUploadedFile("l.csv", b"Jan;Jansen;kok\nPiet;Pietersen;bakker\n"), follow=True
    )
    assert "Wat staat er op regel 1?" in text(page)
    page = press(coordinator_client, page, "Verder met deze kolommen", {"select[name=column-0]": "given_name"})
    assert "Geef eerst aan of de lijst begint met namen van kolommen of met een persoon." in text(page)
    page = press(coordinator_client, page, "Verder met deze kolommen", {"input[name=first_line]": "row"})
    assert "Kolom 1" in text(page) and "Jan · Piet" in text(page)
    fields = {"select[name=column-0]": "given_name", "select[name=column-1]": "family_name"}
    press(coordinator_client, page, "Verder met deze kolommen", fields)
    assert [row.given["given_name"] for row in ImportRow.objects.order_by("line")] == ["Jan", "Piet"]


# Throwing away


def test_a_preview_is_discarded_after_confirmation(coordinator_client):
    run = make_preview(coordinator_client, GOOD, BAD)
    discard_url = import_url("_discard", run)
    assert discard_url in raw(coordinator_client.get(import_url("", run)))
    assert "De 2 regels worden vernietigd" in text(coordinator_client.get(discard_url)) and ImportRun.objects.exists()
    response = coordinator_client.post(discard_url, follow=True)
    assert response.redirect_chain[-1][0] == reverse("dossiers_imports") and "is weggegooid" in text(response)
    assert not ImportRun.objects.exists() and not ImportRow.objects.exists() and get_stored_files() == []
    assert "Deze lijst staat er niet meer." in text(coordinator_client.post(discard_url, follow=True)), "pressed twice"


def test_the_page_of_a_list_that_was_thrown_away_says_so(coordinator_client):
    run = make_preview(coordinator_client, GOOD)
    coordinator_client.post(import_url("_discard", run))
    page = coordinator_client.get(import_url("", run), follow=True)
    assert "U hebt deze lijst weggegooid." in text(page)
    assert page.redirect_chain[-1][0] == reverse("dossiers_imports")
    run.pk += 1
    assert coordinator_client.get(import_url("", run)).status_code == 404


def test_a_list_with_questions_can_be_discarded_and_an_applied_list_cannot(coordinator_client):
    page = upload(coordinator_client, SimpleUploadedFile("l.csv", b"Wie;Wat\nSelam;x\n"), follow=True)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.ASKING and import_url("_discard", run) in raw(page)
    applied = import_all(coordinator_client, GOOD)
    assert import_url("_discard", applied) not in raw(coordinator_client.get(import_url("", applied)))
    page = text(coordinator_client.post(import_url("_discard", applied), follow=True))
    assert "Intussen is dit gewijzigd. De status is nu: verwerkt." in page
    stale = ImportRun.objects.get(pk=run.pk)
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLYING)
    assert not stale.discard() and ImportRun.objects.count() == 2


def test_a_list_of_a_partner_is_returned_instead_of_discarded(coordinator_client, as_user, partner):
    partner_client = as_user(partner)
    run = upload_own(partner_client, SELAM)
    partner_client.post(partner_page("send", run))
    coordinator_client.post(import_url("_open", run))
    page = coordinator_client.get(import_url("", run))
    assert "Terug naar de partner" in text(page) and import_url("_discard", run) not in raw(page)
    assert "De status is nu" in text(coordinator_client.get(import_url("_discard", run), follow=True))


def test_a_previewed_bulk_change_can_be_discarded(coordinator_client, colleague, as_user):
    import_all(coordinator_client, GOOD)
    change = preview_bulk_change(coordinator_client, Dossier, "location", "Emmeloord")
    discard = reverse("dossiers_bulk_discard", args=[change.pk])
    assert discard in raw(coordinator_client.get(reverse("dossiers_bulk_change", args=[change.pk])))
    assert as_user(colleague).post(discard).status_code == 404
    assert "1 dossier" in text(coordinator_client.get(discard))
    assert "is weggegooid" in text(coordinator_client.post(discard, follow=True))
    assert not type(change).objects.exists() and Dossier.objects.get().location == ""
