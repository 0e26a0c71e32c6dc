"""A cell whose formula failed is no data, whatever its column holds."""

from pathlib import Path

import openpyxl
import pytest

from dossiers.models import Dossier
from dossiers.spreadsheets.imports import staging
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply, preview

NOTED = {**PERSON, "Extern nummer": "P1", "Beroep": "kok", "Opmerkingen": "Belt op maandag"}


def test_a_failed_formula_in_a_workbook_does_not_replace_the_text_of_the_dossier(lists: Lists, tmp_path: Path) -> None:
    lists.apply(NOTED)
    book = openpyxl.Workbook()
    book.active.append(list(NOTED))
    book.active.append([*PERSON.values(), "P1", "#REF!", "#N/A"])
    book.save(tmp_path / "lijst.xlsx")
    run = preview(tmp_path / "lijst.xlsx")
    row = run.rows.get()
    assert row.action == "error" and set(row.errors) == {"profession", "notes"}
    assert "formule" in row.errors["notes"][0] and "#N/A" in row.errors["notes"][0]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Achternaam", "family_name"),
        ("Geboortedatum", "date_of_birth"),
        ("Extern nummer", "external_id"),
        ("Niveau Nederlands", "dutch_level"),
        ("Uren", "hours_per_week"),
        ("Rijbewijs", "driving_licence"),
        ("E-mail", "email"),
    ],
)
def test_a_failed_formula_has_the_same_error_in_every_column(lists: Lists, column: str, field: str) -> None:
    row = lists.preview({**NOTED, column: "#WAARDE!"}).rows.get()
    assert row.action == "error" and "formule" in row.errors[field][0]


def test_one_answer_leaves_all_failed_formulas_of_a_column_empty(lists: Lists) -> None:
    other = {**NOTED, "Voornaam": "Omar", "Extern nummer": "P2"}
    lists.apply(NOTED, other)
    run = lists.preview({**NOTED, "Opmerkingen": "#N/A"}, {**other, "Opmerkingen": "#N/A"})
    assert run.asked["words"] == {"notes": {"#N/A": 2}}
    run.decided = {"words": {"notes": {"#N/A": None}}}
    staging.stage(run)
    assert run.counts()["unchanged"] == 2
    apply(run)
    assert set(Dossier.objects.values_list("notes", flat=True)) == {"Belt op maandag"}


def test_an_answer_about_failed_formulas_is_not_about_a_text_with_the_same_letters(lists: Lists) -> None:
    run = lists.preview({**NOTED, "Opmerkingen": "N.B."})
    run.decided = {"words": {"notes": {"#N/B": None}}}
    staging.stage(run)
    assert run.rows.get().given["notes"] == "N.B."


@pytest.mark.parametrize("text", ["#1 op de lijst", "#BELLEN!", "zie #N/A in de lijst", "########"])
def test_a_text_that_only_resembles_a_failed_formula_is_imported(lists: Lists, text: str) -> None:
    assert lists.preview({**NOTED, "Opmerkingen": text}).rows.get().given["notes"] == text


def test_a_failed_formula_can_be_corrected_but_not_typed(lists: Lists) -> None:
    run = lists.preview({**NOTED, "Beroep": "#NAAM?"})
    correct_cell(run, run.rows.get(), "profession", "#N/B")
    assert "formule" in run.rows.get().errors["profession"][0]
    correct_cell(run, run.rows.get(), "profession", "bakker")
    assert run.rows.get().given["profession"] == "bakker"
