"""The preview shows which contacts are added to the remarks of interests, and lets the coordinator refuse that."""

from dossiers.models import EmployerInterest, ImportRun

from .pages import press, text
from .test_apply import apply_import_page, import_url
from .test_questions import EMPLOYER, EMPLOYER_HEADER, make_file
from .test_uploading import upload

OTHER = ["Bakkerij", "01234567", "Cor", "cor@bakkerij.example", "Inpakken"]
SENTENCE = "Contactpersoon volgens de lijst: Ria, ria@bakkerij.example"


def test_the_preview_shows_the_contact_in_the_remarks_of_its_line(coordinator_client) -> None:
    page = upload(coordinator_client, make_file(EMPLOYER_HEADER, EMPLOYER, OTHER), "employer_interest", follow=True)
    shown = text(page)
    assert "De contactpersoon op regel 2 staat na de import niet bij de werkgever." in shown
    assert "Die contactpersoon komt in de opmerkingen van de interesse." in shown
    assert f"– → {SENTENCE}" in shown
    apply_import_page(coordinator_client, ImportRun.objects.get())
    assert EmployerInterest.objects.get(work_description="Bakken").notes == SENTENCE


def test_the_coordinator_can_refuse_that_and_change_the_answer(coordinator_client) -> None:
    page = upload(coordinator_client, make_file(EMPLOYER_HEADER, EMPLOYER, OTHER), "employer_interest", follow=True)
    page = press(coordinator_client, page, "Niet in de opmerkingen zetten")
    assert "Die contactpersoon komt niet in de opmerkingen" in text(page) and SENTENCE not in text(page)
    page = press(coordinator_client, page, "In de opmerkingen zetten")
    assert SENTENCE in text(page)
    press(coordinator_client, page, "Niet in de opmerkingen zetten")
    apply_import_page(coordinator_client, ImportRun.objects.get())
    assert EmployerInterest.objects.get(work_description="Bakken").notes == ""


def test_the_page_of_an_undone_list_does_not_name_the_remarks_of_an_interest_that_it_deleted(
    coordinator_client,
) -> None:
    upload(coordinator_client, make_file(EMPLOYER_HEADER, EMPLOYER, OTHER), "employer_interest")
    run = ImportRun.objects.get()
    apply_import_page(coordinator_client, run)
    page = coordinator_client.get(import_url("_undo", run))
    assert SENTENCE not in text(page) and "Bakkerij" in text(page)
