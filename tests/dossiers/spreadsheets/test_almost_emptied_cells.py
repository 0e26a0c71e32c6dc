"""A word such as “wissen” in a text is asked about, since “leegmaken” is the word that empties a field."""

import pytest
from django.urls import reverse

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports.row_corrections import cell_reader

from ..backoffice.pages import press, text
from .imports import PERSON, Lists, apply, correct_cell
from .test_decisions import answer_questions, upload

JOB = "Beroep"
HINT = (
    "maakt hier niets leeg. Schrijf “leegmaken” om dit veld leeg te maken; laat de cel leeg om te houden wat er staat."
)


@pytest.fixture
def dossier(lists: Lists) -> Dossier:
    lists.apply(PERSON | {JOB: "kok", "Opmerkingen": "Notitie 7"})
    return Dossier.objects.get()


def read_job(run: ImportRun) -> str:
    apply(run)
    return Dossier.objects.get().profession


@pytest.mark.parametrize("cell", ["leeg", "(leeg)", "Wissen", "verwijderen", "leeg maken"])
@pytest.mark.parametrize("header", [JOB, "Opmerkingen"])
def test_a_word_that_seems_to_empty_a_text_does_not_become_the_text(lists: Lists, dossier, header, cell) -> None:
    run = upload(lists, PERSON | {header: cell})
    [[message]] = run.rows.get(action="error").errors.values()
    assert message == f"“{cell}” {HINT}"


@pytest.mark.parametrize(("answer", "job"), [("leegmaken", ""), (None, "kok")])
def test_the_answer_empties_the_field_or_keeps_what_is_known(
    lists: Lists, dossier, coordinator, client, answer, job
) -> None:
    client.force_login(coordinator)
    run = upload(lists, PERSON | {JOB: "wissen"})
    page = text(client.get(reverse("dossiers_import_questions", args=[run.pk])))
    assert "“wissen” bij Beroep" in page and "niet invullen: wat er stond blijft" in page
    assert read_job(answer_questions(run, words={"profession": {"wissen": answer}})) == job


def test_the_word_can_be_typed_in_the_cell(lists: Lists, dossier) -> None:
    run = upload(lists, PERSON | {JOB: "wissen"})
    correct_cell(run, run.rows.get(action="error"), "profession", "leegmaken")
    assert read_job(run) == ""


@pytest.mark.parametrize("cell", ["-", "n.v.t.", "", "–"])
def test_a_sign_for_nothing_keeps_what_is_known(lists: Lists, dossier, cell) -> None:
    assert read_job(upload(lists, PERSON | {JOB: cell})) == "kok"


@pytest.mark.parametrize("values", [{"Achternaam": "Leeg"}, {"Opmerkingen": "kamer is leeg"}, {JOB: "wisser"}])
def test_a_name_or_a_longer_text_is_what_it_says(lists: Lists, base_data, values) -> None:
    run = upload(lists, PERSON | values)
    assert run.counts()["new"] == 1 and not run.asked["words"]
    assert cell_reader(run).accepts("family_name", "Leeg")


def test_such_a_word_waits_in_its_own_row_and_is_answered_beside_its_cell(lists, dossier, coordinator, client) -> None:
    client.force_login(coordinator)
    run = lists.preview(PERSON | {JOB: "wissen"}, PERSON | {"Voornaam": "Omar", "Extern nummer": "9"})
    page = client.get(reverse("dossiers_import", args=[run.pk]) + "?action=error")
    assert "Alleen de goede regels importeren (1)" in text(page) and "Importeren kan pas na" not in text(page)
    press(client, page, "Veld leegmaken")
    run.refresh_from_db()
    apply(run)
    assert Dossier.objects.get(pk=dossier.pk).profession == ""


def test_a_word_in_several_rows_is_a_question_that_the_good_rows_wait_for(lists, dossier, coordinator, client) -> None:
    client.force_login(coordinator)
    names = enumerate(("Omar", "Feven", "Yonas"), 1)
    rows = [PERSON | {"Voornaam": name, "Extern nummer": str(number), JOB: "wissen"} for number, name in names]
    run = lists.preview(*rows, PERSON | {"Voornaam": "Adam", "Extern nummer": "9"})
    page = text(client.get(reverse("dossiers_import", args=[run.pk]) + "?action=error"))
    assert "moet u beantwoorden" in page or "Importeren kan pas na" in page


def test_the_word_of_somebody_new_is_only_left_empty(lists, base_data, coordinator, client) -> None:
    client.force_login(coordinator)
    run = upload(lists, PERSON | {JOB: "wissen"})
    page = text(client.get(reverse("dossiers_import", args=[run.pk]) + "?action=error"))
    assert "Niet invullen" in page and "Veld leegmaken" not in page
