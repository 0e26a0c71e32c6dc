"""The preview says which lines wait for a choice, and calls none of them an error."""

from dossiers.models import ImportRun

from ..spreadsheets.imports import apply
from .pages import text
from .test_apply import import_url, make_preview
from .test_questions import make_file
from .test_uploading import upload

KNOWN, TYPO = ["Selam", "Haile", "21-03-1990", "P1"], ["Selaam", "Haile", "21-03-1990", "P2"]
HEADER = ["Voornaam", "Achternaam", "Geboortedatum", "Deelnemernummer"]


def test_lines_that_only_wait_for_a_choice_are_no_lines_to_mend(coordinator_client) -> None:
    apply(make_preview(coordinator_client, ";".join(KNOWN)))
    upload(coordinator_client, make_file(HEADER, TYPO))
    run = ImportRun.objects.latest("pk")
    assert (run.counts()["similar"], run.counts()["error"]) == (1, 0)
    page = coordinator_client.get(import_url("", run))
    assert "1 regel wacht op een keuze." in text(page) and 'href="?action=similar#lines"' in page.content.decode()
    assert "Zonder die keuze kan geen enkele regel worden geïmporteerd." in text(page)
    assert "Herstel de regels" not in text(page)


def test_lines_that_wait_are_named_beside_good_lines(coordinator_client) -> None:
    apply(make_preview(coordinator_client, ";".join(KNOWN)))
    upload(coordinator_client, make_file(HEADER, TYPO, ["Omar", "Abdi", "22-03-1991", "P3"]))
    page = coordinator_client.get(import_url("", ImportRun.objects.latest("pk")))
    assert "1 regel wacht op een keuze." in text(page)
    assert "Zonder die keuze" not in text(page)
