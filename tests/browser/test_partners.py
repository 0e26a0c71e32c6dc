"""A partner sends a list, a coordinator returns it, the partner corrects it, and the coordinator imports it."""

from pathlib import Path

from playwright.sync_api import expect

from dossiers.models import Dossier, Supply
from tests.browser.conftest import PHONE
from tests.browser.page_checks import find_overflow, find_violations

LIST = (
    "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep\nP1;Selam;Haile;12-03-1990;kok\nP2;Omar;Said;31-02-1985;\n"
)
WORD = "Omar is op 3 februari 1985 geboren."


def test_a_list_is_returned_to_the_partner_corrected_and_imported(
    log_in, partner, coordinator, fits_width, tmp_path: Path
):
    def looks_right(page, step: str) -> None:
        assert fits_width(page), step
        assert find_overflow(page) == [], step
        assert find_violations(page) == [], step

    file = tmp_path / "mensen.csv"
    file.write_text(LIST, "utf-8")
    theirs = log_in(partner, "/beheer/", PHONE)
    looks_right(theirs, "start")
    theirs.locator("#main").get_by_role("link", name="Lijst uploaden").click()
    expect(theirs.get_by_label("Spreadsheet")).to_be_visible()
    looks_right(theirs, "upload")
    theirs.get_by_label("Spreadsheet").set_input_files(file)
    theirs.get_by_role("button", name="Lijst inlezen").click()
    expect(theirs.get_by_text("“31-02-1985”: deze datum bestaat niet")).to_be_visible()
    looks_right(theirs, "preview")
    theirs.get_by_role("button", name="Versturen").click()
    expect(theirs.get_by_text("Verstuurd. Een begeleider bekijkt het")).to_be_visible()
    sent_at = theirs.url

    ours = log_in(coordinator, "/beheer/imports/")
    expect(ours.get_by_text("Er wacht 1 lijst van een partner op u.")).to_be_visible()
    looks_right(ours, "imports")
    ours.get_by_role("link", name="AZC Luttelgeest: mensen.csv").click()
    expect(ours.get_by_role("button", name="Openen en vergelijken met alle dossiers")).to_be_visible()
    looks_right(ours, "waiting")
    ours.get_by_role("button", name="Openen en vergelijken met alle dossiers").click()
    expect(ours.get_by_role("button", name="Alleen de goede regels importeren (1)")).to_be_visible()
    ours.get_by_label("Nog niet goed?").fill(WORD)
    looks_right(ours, "judged")
    ours.get_by_role("button", name="Terug naar de partner").click()
    expect(ours.get_by_text("Teruggestuurd naar de partner")).to_be_visible()
    assert not Dossier.objects.exists()

    theirs.goto("/beheer/partner/lists/")
    expect(theirs.get_by_text("terug bij u")).to_be_visible()
    looks_right(theirs, "lists")
    theirs.goto(sent_at)
    expect(theirs.get_by_text(WORD)).to_be_visible()
    looks_right(theirs, "returned")
    theirs.get_by_role("button", name="Hier verbeteren").click()
    theirs.get_by_label("Geboortedatum").fill("03-02-1985")
    theirs.get_by_label("Geboortedatum").blur()
    expect(theirs.get_by_text("Opgeslagen")).to_be_visible()
    theirs.get_by_role("button", name="Versturen").click()
    expect(theirs.get_by_text("Verstuurd. Een begeleider bekijkt het")).to_be_visible()

    ours.goto("/beheer/imports/")
    ours.get_by_role("link", name="AZC Luttelgeest: mensen.csv").click()
    ours.get_by_role("button", name="Openen en vergelijken met alle dossiers").click()
    ours.get_by_role("button", name="Alles importeren (2)").click()
    expect(ours.get_by_role("link", name="2 nieuw", exact=True)).to_be_visible()
    assert set(Supply.objects.values_list("external_id", "organisation__name")) == {
        ("P1", "AZC Luttelgeest"),
        ("P2", "AZC Luttelgeest"),
    }

    theirs.goto("/beheer/partner/people/")
    expect(theirs.get_by_role("link", name="Omar Said")).to_be_visible()
    looks_right(theirs, "people")
    theirs.get_by_role("link", name="Omar Said").click()
    theirs.wait_for_url(lambda url: not url.endswith("/people/"))
    looks_right(theirs, "person")
