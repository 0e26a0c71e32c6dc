"""A word such as “wissen” in a text is asked about, since “leegmaken” is the word that empties a field."""

import pytest
from django.urls import reverse

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports import profiles, staging
from dossiers.spreadsheets.imports.decisions import TO_REMARKS
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.values.base import EMPTYING_WORD, is_like_emptying

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


@pytest.mark.parametrize("values", [{"Achternaam": "Leegwater"}, {"Opmerkingen": "kamer is leeg"}, {JOB: "wisser"}])
def test_a_longer_text_is_what_it_says(lists: Lists, base_data, values) -> None:
    run = upload(lists, PERSON | values)
    assert run.counts()["new"] == 1 and not run.asked["words"]


@pytest.mark.parametrize("word", ["weg", "delete", "verwijderd", "wissen a.u.b.", "graag wissen", "verwijderen svp"])
@pytest.mark.parametrize("header", [JOB, "Opmerkingen", "Tussenvoegsel", "Woonplaats"])
def test_a_word_of_which_people_expect_that_it_empties_is_asked_about(lists: Lists, dossier, header, word) -> None:
    run = upload(lists, PERSON | {header: word})
    [[message]] = run.rows.get(action="error").errors.values()
    assert message == f"“{word}” {HINT}" and len(run.asked["words"]) == 1


@pytest.mark.parametrize(
    "word", ["(leeg)", "leeghalen", "[wissen]", "Leegmaken aub", "graag verwijderen s.v.p.", "Weg", "wis"]
)
def test_other_spellings_of_these_words_are_asked_about(word: str) -> None:
    assert is_like_emptying(word)


@pytest.mark.parametrize(
    "word", ["x", "-", "leegmaken", "(leegmaken)", "graag", "wissen " * 20, "Wegman", "graag werk"]
)
def test_other_texts_are_no_such_words(word: str) -> None:
    assert not is_like_emptying(word)


@pytest.mark.parametrize("record", ["dossiers", "employer_interest"])
def test_each_text_field_asks_about_such_a_word(record, db) -> None:
    fields = RESOURCES[record]().sheet_fields()
    texts = {name for name, field in fields.items() if field.is_any_text}
    typed = {name for name, field in fields.items() if field.has_typed_answers}
    assert texts | typed == {name for name, field in fields.items() if field.seems_to_empty("wissen")}
    assert {"notes"} < texts and texts & {"name_prefix", "contact_name"}


@pytest.mark.parametrize("header", ["Voornaam", "Achternaam"])
def test_a_needed_name_is_not_emptied_and_can_be_kept(lists, base_data, coordinator, client, header) -> None:
    client.force_login(coordinator)
    person = PERSON | {header: "Leeg"}
    run = upload(lists, person)
    page = client.get(reverse("dossiers_import", args=[run.pk]) + "?action=error")
    assert "“Leeg” lijkt te zeggen dat dit veld leeg wordt, en een lijst kan het niet leegmaken." in text(page)
    assert "Veld leegmaken" not in text(page) and "Niet invullen" not in text(page)
    press(client, page, "“Leeg” zo laten")
    run.refresh_from_db()
    profiles.save_profile(run)
    apply(run)
    assert "Leeg" in Dossier.objects.get().full_name
    assert lists.preview(person).counts()["unchanged"] == 1, "the answer is remembered"


def test_the_name_of_a_company_is_not_emptied_and_can_be_kept(lists: Lists, base_data) -> None:
    job = {"Bedrijfsnaam": "Weg", "Werk": "plukken", "Contactpersoon": "leeg", "E-mail": "info@example.nl"}
    run = lists.preview(job, record="employer_interest")
    assert run.asked["words"] == {"company_name": {"Weg": 1}, "contact_name": {"leeg": 1}}
    run.decided = {"words": {"company_name": {"Weg": "Weg"}, "contact_name": {"leeg": None}}}
    staging.stage(run)
    assert run.rows.get(action="new").given["company_name"] == "Weg" and run.asked["words"] == {}


def test_a_prefix_that_seems_to_be_emptied_is_emptied_by_the_answer(lists: Lists, base_data) -> None:
    person = PERSON | {"Extern nummer": "P1"}
    lists.apply(person | {"Tussenvoegsel": "van"})
    run = answer_questions(
        upload(lists, person | {"Tussenvoegsel": "wissen"}), words={"name_prefix": {"wissen": EMPTYING_WORD}}
    )
    apply(run)
    assert Dossier.objects.get().full_name == "Selam Haile"


@pytest.mark.parametrize("columns", [{JOB: "profession"}, {JOB: "profession:join", "Extra": "profession:join"}])
def test_a_word_that_is_kept_is_the_text(lists: Lists, base_data, columns) -> None:
    run = lists.preview(PERSON | {JOB: "Weg", "Extra": ""}, decided={"columns": columns})
    assert run.asked["words"] == {"profession": {"Weg": 1}}
    run.decided["words"] = {"profession": {"Weg": "Weg"}}
    staging.stage(run)
    assert read_job(run) == "Weg"


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


@pytest.mark.parametrize(("button", "hours"), [("Veld leegmaken", None), ("Niet invullen: wat er stond blijft", 24)])
def test_such_a_word_in_a_column_of_numbers_empties_or_is_not_filled_in(
    lists: Lists, base_data, coordinator, client, button, hours
) -> None:
    client.force_login(coordinator)
    lists.apply(PERSON | {"Uren": "24"})
    run = upload(lists, PERSON | {"Uren": "wissen", "Opmerkingen": "-"})
    page = client.get(reverse("dossiers_import", args=[run.pk]) + "?action=error")
    assert "bij Opmerkingen zetten" not in text(page)
    press(client, page, button)
    run.refresh_from_db()
    apply(run)
    assert Dossier.objects.get().hours_per_week == hours


def test_the_answer_about_a_word_in_the_remarks_is_not_one_about_a_word_that_is_added_to_them(lists, base_data) -> None:
    run = lists.preview(PERSON | {"Uren": "weg", "Opmerkingen": "-"})
    run.decided = {"words": {"notes": {"weg": "leegmaken"}, "hours_per_week": {"weg": TO_REMARKS}}}
    staging.stage(run)
    row = run.rows.get()
    assert row.given["notes"] == "Uren: weg" and run.find_answered_words(row.line).keys() == {"hours_per_week"}
