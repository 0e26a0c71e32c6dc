"""A table beside the list on the same sheet is not mixed into the rows of the list."""

from pathlib import Path

import pytest

from dossiers.models import Dossier, ImportRun
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.warnings import collect_warnings

from .imports import Lists, apply
from .test_decisions import answer_questions, upload
from .test_file_parts import make_workbook

HEADER = ["Voornaam", "Achternaam", "Geboortedatum"]
PEOPLE = [["Selam", "Haile", "12-03-1990"], ["Omar", "Abdi", "21-01-1980"], ["Rahel", "Woldu", "25-05-1991"]]
NAMES = [["Navid Kaya", "0612345678"], ["Lina Noor", "0612345679"]]


def put_beside(left: list[list], right: list[list], gap: int = 1) -> list[list]:
    height, width = max(len(left), len(right)), len(left[0])
    rows = [[*row, *[None] * (width - len(row))] for row in left + [[]] * (height - len(left))]
    return [[*row, *[None] * gap, *beside] for row, beside in zip(rows, right + [[]] * height, strict=False)]


@pytest.mark.parametrize(
    ("right", "headers"),
    [
        ([["Naam", "Telefoon"], *NAMES], "Naam, Telefoon"),
        ([["Begeleider AZC", "Telefoon"], *NAMES], "Begeleider AZC, Telefoon"),
        ([HEADER, *PEOPLE[:2]], "Voornaam, Achternaam, Geboortedatum"),
    ],
)
def test_a_table_beside_the_list_is_asked_about_and_gives_its_people_nothing(
    lists: Lists, tmp_path: Path, right: list[list], headers: str
) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside([HEADER, *PEOPLE], right)))
    (part,) = parts_of(run)
    assert part.words.startswith(f"Naast de lijst staat, na een lege kolom, nog een tabel: {headers} (2 rijen).")
    assert [[*row.given] for row in run.rows.order_by("line")] == [["given_name", "family_name", "date_of_birth"]] * 3
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    run = answer_questions(run, parts={part.key: False})
    assert any(words.startswith("Weggelaten: Naast de lijst") for words in collect_warnings(run))
    apply(run)
    assert list(Dossier.objects.values_list("phone", flat=True)) == ["", "", ""]


def test_columns_after_an_empty_one_can_belong_to_the_same_rows(lists: Lists, tmp_path: Path) -> None:
    right = [["Telefoon", "E-mail"], ["0612345678", "selam@voorbeeld.nl"], ["0612345679", ""], ["", "r@voorbeeld.nl"]]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside([HEADER, *PEOPLE], right)))
    (part,) = parts_of(run)
    run = answer_questions(run, parts={part.key: True})
    assert run.rows.get(line=2).given["phone"] == "+31612345678" and part.count == 3
    run.forget_upload()
    run.save()
    assert "phone" not in answer_questions(run, parts={part.key: False}).rows.get(line=2).given, "of the sanitized copy"
    assert answer_questions(run, columns={"Telefoon": "phone"}).rows.get(line=2).given["phone"], "or by its column"


@pytest.mark.parametrize(
    ("left", "right", "gap"),
    [
        ([["Groep", "Kast"], [1, "A"], [2, "B"], [3, "C"]], [HEADER, *PEOPLE], 1),  # the list itself comes second
        ([HEADER, *PEOPLE], [["Kleur", "Betekenis"], ["groen", "gesproken"]], 1),  # named among the unknown columns
        ([HEADER, *PEOPLE], [["Telefoon", "E-mail"], *([number, ""] for _name, number in NAMES)], 0),
    ],
)
def test_columns_that_mix_nothing_are_not_asked_about(
    lists: Lists, tmp_path: Path, left: list[list], right: list[list], gap: int
) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside(left, right, gap)))
    assert run.state == ImportRun.State.PREVIEWED and run.counts()["new"] == 3
    assert parts_of(run) == []


def test_what_stands_beside_the_list_without_a_header_is_named(lists: Lists, tmp_path: Path) -> None:
    right: list[list] = [[None, None], ["Naam", "Telefoon"], *NAMES]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *put_beside([HEADER, *PEOPLE], right)))
    assert run.counts()["new"] == 3
    words = "Kolommen E, F hebben geen naam. Wat daar staat, wordt niet gelezen: regel 2, 3, 4."
    assert words in collect_warnings(run)
