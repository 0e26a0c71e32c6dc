"""The user is asked about people of whom a column of the list says that they are gone."""

import pytest
from django.urls import reverse

from dossiers.models import Dossier, ImportRun
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.warnings import collect_warnings

from ..backoffice.pages import press, text
from .imports import PERSON, Lists, apply
from .test_decisions import answer_questions, upload
from .test_file_parts import get_actions

OMAR = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "01-01-1980"}


def find_question(run: ImportRun) -> Part | None:
    return next((part for part in parts_of(run) if part.is_withdrawn_rows), None)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("VERVALLEN", "x"),
        ("Afgemeld", "ja"),
        ("Afgemeld?", "j"),
        ("Uitgestroomd", "1"),
        ("Uitgestroomd op", "1-3-2026"),
        ("Datum uitstroom", "maart"),
        ("Reden afmelding", "naar Duitsland"),
        ("Situatie", "Uitgestroomd"),
        ("Actie", "afgemeld per 1-3"),
    ],
)
def test_who_is_gone_according_to_a_column_does_not_come_in_silently(lists: Lists, header: str, cell: str) -> None:
    run = upload(lists, PERSON | {header: ""}, OMAR | {header: cell})
    question = find_question(run)
    assert question and question.words == (
        f"Volgens de kolom “{header}” is 1 rij afgemeld of vervallen: regel 3 (Omar Abdi)."
    )
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped"}
    with pytest.raises(NotApplied):
        apply(run)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("VERVALLEN", "nee"),
        ("Afgemeld", "-"),
        ("Afgemeld", "0"),
        ("Uitstroomprofiel", "arbeid"),
        ("Situatie", "niet afgemeld"),
        ("Vertrokken uit", "Syrië"),
        ("Doel", "uitstroom naar werk"),
        ("Opmerkingen", "vervallen"),
    ],
)
def test_other_cells_ask_nothing(lists: Lists, header: str, cell: str) -> None:
    run = upload(lists, PERSON | {header: ""}, OMAR | {header: cell})
    assert find_question(run) is None and get_actions(run) == {"Selam": "new", "Omar": "new"}


@pytest.mark.parametrize(("answer", "names"), [(True, ["Omar", "Selam"]), (False, ["Selam"])])
def test_the_answer_holds_for_all_rows_of_the_column_and_is_proposed_for_the_next_list(
    lists: Lists, coordinator, client, answer: bool, names: list[str]
) -> None:
    client.force_login(coordinator)
    rows = PERSON | {"Vervallen": ""}, OMAR | {"Vervallen": "x"}
    run = upload(lists, *rows)
    page = client.get(reverse("dossiers_import", args=[run.pk]))
    assert "Tellen deze rijen mee?" in text(page)
    press(client, page, "Deze rijen toch importeren" if answer else "Deze rijen weglaten")
    run.refresh_from_db()
    apply(run)
    assert sorted(Dossier.objects.values_list("given_name", flat=True)) == names
    warned = "Weggelaten: Volgens de kolom “Vervallen” is 1 rij afgemeld of vervallen: regel 3 (Omar Abdi)."
    assert (warned in collect_warnings(run)) == (not answer)
    following = upload(lists, *rows, PERSON | {"Voornaam": "Rahel", "Geboortedatum": "2-2-1992", "Vervallen": ""})
    page = text(client.get(reverse("dossiers_import", args=[following.pk])))
    assert "(zoals bij de vorige lijst)" in page


def test_the_question_shows_three_of_its_rows_with_what_the_column_says(lists: Lists, coordinator, client) -> None:
    client.force_login(coordinator)
    people = [OMAR | {"Voornaam": f"Kandidaat{letter}", "Afgemeld": "nee"} for letter in "abc"]
    gone = [OMAR | {"Voornaam": f"Weg{letter}", "Afgemeld": f"ja {letter}"} for letter in "defg"]
    run = upload(lists, *people, *gone)
    page = text(client.get(reverse("dossiers_import_questions", args=[run.pk])))
    assert "Regel Wie Afgemeld 5 Wegd Abdi ja d 6 Wege Abdi ja e 7 Wegf Abdi ja f" in page
    assert "Deze rijen toch importeren" in page and "Deze rijen weglaten" in page


def test_the_question_stays_when_the_column_becomes_a_remark(lists: Lists) -> None:
    run = upload(lists, PERSON | {"Afgemeld": ""}, OMAR | {"Afgemeld": "ja, naar Emmen"})
    run = answer_questions(run, columns={"Afgemeld": "notes"})
    assert find_question(run) and get_actions(run) == {"Selam": "new", "Omar": "skipped"}
    run = answer_questions(run, parts={find_question(run).key: True})
    assert run.rows.get(line=3).given["notes"] == "ja, naar Emmen"
