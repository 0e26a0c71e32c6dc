"""The user is asked about hidden rows and columns, further tables and missing headers."""

import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from dossiers.models import Dossier, ImportRun
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.columns import samples
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.warnings import collect_warnings

from .imports import AZC, Lists, apply, preview
from .reader_files import FileMaker, build_label_cell, build_old_workbook, build_record
from .test_decisions import answer_questions, upload

HEADER = ["Voornaam", "Achternaam", "Geboortedatum", "Telefoon"]
SELAM, OMAR, RAHEL = (
    ["Selam", "Haile", "12-03-1990", "0612345678"],
    ["Omar", "Abdi", "01-01-1980", "0612345679"],
    ["Rahel", "Woldu", "05-05-1991", "0612345670"],
)


def make_workbook(path: Path, *rows: list, hidden_rows: tuple[int, ...] = (), hidden_columns: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for line in hidden_rows:
        sheet.row_dimensions[line].hidden = True
    for letter in hidden_columns:
        sheet.column_dimensions[letter].hidden = True
    book.save(path)
    return path


def get_actions(run: ImportRun) -> dict[str, str]:
    return {row.given["given_name"]: row.action for row in run.rows.exclude(action="absent")}


def test_an_import_with_hidden_rows_requires_a_decision(lists: Lists, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, OMAR, RAHEL, hidden_rows=(3, 9))
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert "1 rij is in het bestand verborgen: regel 3 (Omar Abdi)." in part.words and part.answer is None
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "new"}
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    run = answer_questions(run, parts={"hidden_rows": True})
    assert set(get_actions(run).values()) == {"new"}
    run.forget_upload()
    run.save()
    run = answer_questions(run, parts={"hidden_rows": False})  # read from the sanitized copy, which has no hidden rows
    assert get_actions(run)["Omar"] == "skipped"
    row_corrections.take_in(run, [run.rows.get(line=3)])
    staging.stage(run, ask=True)
    assert get_actions(run)["Omar"] == "new", "one of them can be taken in by itself"
    row_corrections.leave_out(run, [run.rows.get(line=3)])
    with build_error_workbook(run) as file:
        rows = [*openpyxl.load_workbook(file).active.iter_rows(min_row=2, values_only=True)]
    assert rows[1][-1] == "Weggelaten: deze rij is in de lijst verborgen."
    assert [row[0] for row in rows] == ["Selam", None, "Rahel"], (
        "else a hidden row comes back from the sender as a visible one"
    )
    apply(run)
    assert sorted(Dossier.objects.values_list("given_name", flat=True)) == ["Rahel", "Selam"]


def test_a_hidden_column_is_read_only_after_a_decision(lists: Lists, tmp_path: Path) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, hidden_columns="D"))
    (part,) = parts_of(run)
    assert "1 kolom is in het bestand verborgen: Telefoon." in part.words
    assert "phone" not in run.rows.get().given and [c["dropped"] for c in run.columns] == [None, None, None, "hidden"]
    assert answer_questions(run, parts={"hidden_columns": True}).rows.get().given["phone"]
    assert "phone" not in answer_questions(run, parts={"hidden_columns": False}).rows.get().given
    assert answer_questions(run, columns={"Telefoon": "phone"}).rows.get().given["phone"]


def test_the_question_about_a_second_table_has_its_title(lists: Lists, tmp_path: Path) -> None:
    turned = ["Achternaam", "Voornaam", "Sinds", "Geboortedatum"]
    path = make_workbook(
        tmp_path / "l.xlsx", HEADER, SELAM, [], ["Wachtlijst, nog niet benaderen!"], turned,
        ["Abdi", "Omar", "mei", "01-01-1980"], ["Woldu", "Rahel", "mei", "05-05-1991"],
    )  # fmt: skip
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert part.words == (
        "Op regel 5 begint een tweede tabel, “Wachtlijst, nog niet benaderen!”: 2 rijen. Kolommen ervan die de lijst"
        " niet heeft, worden niet gelezen: Sinds."
    )
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "skipped"}
    run = answer_questions(run, parts={part.key: True})
    assert set(get_actions(run).values()) == {"new"}
    assert run.rows.get(line=6).given["family_name"] == "Abdi", "its columns stand in another order"


def test_the_columns_of_a_second_table_are_matched_by_field(lists: Lists, tmp_path: Path) -> None:
    header = ["Voornaam", "Achternaam", "Geboortedatum", "Telefoonnummer", "Extra"]
    second = ["Telefoon", "Familienaam", "Extra", "Geb. datum", "Voornaam", "Extra"]
    omar = ["0612345679", "Abdi", "x", "01-01-1980", "Omar", "y"]
    path = make_workbook(tmp_path / "l.xlsx", header, [*SELAM, "z"], [], ["Wachtlijst"], second, omar)
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert "niet heeft, worden niet gelezen: Extra." in part.words
    row = answer_questions(run, parts={part.key: True}).rows.get(line=6)
    values = {"given_name": "Omar", "family_name": "Abdi", "date_of_birth": "1980-01-01", "phone": "+31612345679"}
    assert row.given.items() >= values.items()
    assert (row.action, row.errors) == ("new", {})


WAITING = "Wachtlijst, nog niet benaderen!"
NUMBERED_HEADER = ["Nr.", "Naam", "Geboortedatum", "Telefoon"]
NUMBERED = [[str(n), f"{p[0]} {p[1]}", p[2], p[3]] for n, p in enumerate((SELAM, OMAR, RAHEL), start=1)]


@pytest.mark.parametrize(
    "rows",
    [
        [HEADER, SELAM, [], [WAITING], OMAR, RAHEL],
        [HEADER, SELAM, [WAITING], [], OMAR, RAHEL],
        [HEADER, SELAM, [], ["Luttelgeest"], OMAR, RAHEL],
        [HEADER, SELAM, ["Wachtlijst"], OMAR, RAHEL],
        [NUMBERED_HEADER, NUMBERED[0], ["Urk"], *NUMBERED[1:]],
        [NUMBERED_HEADER, NUMBERED[0], [], [None, "Urk"], *NUMBERED[1:]],
        [HEADER, SELAM, ["Totaal", 1], ["Later te benaderen"], OMAR, RAHEL],
    ],
)
def test_a_title_between_the_people_is_asked_about_with_the_rows_below_it(
    lists: Lists, tmp_path: Path, rows: list
) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *rows))
    (part,) = parts_of(run)
    line, title = next((n, next(filter(None, r))) for n, r in enumerate(rows, 1) if len(r) - r.count(None) == 1)
    assert part.words == f"Op regel {line} staat een titel, “{title}”, met 2 rijen eronder."
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "skipped"}
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    assert get_actions(answer_questions(run, parts={part.key: False}))["Omar"] == "skipped"
    run = answer_questions(run, parts={part.key: True})
    assert get_actions(run) == dict.fromkeys(("Selam", "Omar", "Rahel"), "new")
    run.forget_upload()
    run.save()
    assert apply(answer_questions(run)).counts()["error"] == 0
    assert Dossier.objects.count() == 3


@pytest.mark.parametrize(
    "rows",
    [
        [HEADER, SELAM, ["Omar"], RAHEL],
        [HEADER, SELAM, [], ["Omar"], [], RAHEL],
        [HEADER, SELAM, [None, None, None, "Wachtlijst, nog niet benaderen!"], RAHEL],
        [[*HEADER, "Opmerking"], SELAM, [], [None, None, None, None, "heeft nog geen vergunning"], RAHEL],
        [["Naam", "Telefoon"], ["Selam Haile", "0612345678"], ["Maria van den Berg"], ["Omar Abdi", "0612345679"]],
        [["Nummer", "Naam", "Beroep"], ["P1000", "Selam Haile", "kok"], [], ["P1001"], ["P1002", "Omar Abdi", "kok"]],
        [HEADER, SELAM, OMAR, [], ["Wachtlijst volgt in een eigen bestand."]],
        [HEADER, SELAM, OMAR, ["Totaal"], RAHEL],
    ],
)
def test_a_person_a_total_or_a_remark_in_one_cell_is_no_title(lists: Lists, tmp_path: Path, rows: list) -> None:
    assert not parts_of(upload(lists, path=make_workbook(tmp_path / "l.xlsx", *rows)))


def test_titles_through_the_list_are_parts_of_one_question(lists: Lists, tmp_path: Path) -> None:
    rows = [["AZC Luttelgeest"], SELAM, ["AZC Urk"], OMAR, ["AZC Luttelgeest"], RAHEL]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", HEADER, *rows))
    assert [(part.words, part.has_title_only) for part in parts_of(run)] == [
        ("Op regel 2, 6 staat een titel, “AZC Luttelgeest”, met 2 rijen eronder.", True),
        ("Op regel 4 staat een titel, “AZC Urk”, met 1 rij eronder.", True),
    ]
    run = answer_questions(run, parts={"section-2": True, "section-4": False})
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "new"}


def test_a_title_in_a_table_with_its_own_header_begins_a_part_with_the_same_columns(
    lists: Lists, tmp_path: Path
) -> None:
    turned = ["Achternaam", "Voornaam", "Geboortedatum"]
    omar, rahel = ["Abdi", "Omar", "01-01-1980"], ["Woldu", "Rahel", "05-05-1991"]
    path = make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, [], turned, omar, [WAITING], rahel)
    run = upload(lists, path=path)
    assert [part.key for part in parts_of(run)] == ["section-4", "section-6"]
    run = answer_questions(run, parts={"section-4": False, "section-6": True})
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "new"}


MERON = ["Tesfay, Meron"]
TURNED, ABDI = ["Achternaam", "Voornaam", "Geboortedatum"], ["Abdi", "Omar", "01-01-1980"]


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([MERON, [], ["Wachtlijst"], TURNED, ABDI], "Wachtlijst"),
        ([MERON, [], [None, "Luttelgeest"], TURNED, ABDI], "Luttelgeest"),
        ([MERON, ["Wachtlijst"], TURNED, ABDI], "Wachtlijst"),
        ([MERON, [], ["Wachtlijst"], [], TURNED, ABDI], "Wachtlijst"),
        ([[], MERON, [], ["Wachtlijst"], ["nog niet benaderen"], TURNED, ABDI], "Wachtlijst nog niet benaderen"),
        ([[None, None, None, "los werk"], MERON, [], ["Wachtlijst"], TURNED, ABDI], "Wachtlijst"),
        ([MERON, TURNED, ABDI], "De kop staat er nog eens"),
        ([MERON, [], ["Luttelgeest"], OMAR], "Luttelgeest"),
        ([[], MERON, ["Wachtlijst"], OMAR], "Wachtlijst"),
    ],
)
def test_a_short_row_above_a_title_is_a_row_of_the_list(lists: Lists, tmp_path: Path, rows: list, title: str) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, *rows))
    (part,) = parts_of(run)
    assert title in part.words and "Meron" not in part.words and "1 rij" in part.words
    short = [list(row.bad.values()) + list(row.given.values()) for row in run.rows.filter(action="error")]
    assert [MERON[0]] in short and len(short) == 1 + any("los werk" in row for row in rows)
    assert run.rows.count() == 2 + len(short)


def test_a_short_row_of_a_table_above_the_header_is_named_with_that_table(lists: Lists, tmp_path: Path) -> None:
    first = [[*HEADER[1::-1], HEADER[2]], ["Haile", "Selam", "12-03-1990"], ["Tesfay, Meron"]]
    path = make_workbook(tmp_path / "l.xlsx", *first, [], ["Wachtlijst"], HEADER, OMAR, RAHEL)
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert "regel 1, 2, 3" in part.words and "Wachtlijst" not in part.words


@pytest.mark.parametrize(
    ("above", "line", "title"),
    [
        ([], 4, ""),
        ([[]], 5, ""),
        ([["Wachtlijst"]], 5, "Wachtlijst"),
    ],
)
def test_a_second_header_in_words_that_are_partly_known_is_no_person(
    lists: Lists, tmp_path: Path, above: list, line: int, title: str
) -> None:
    rows = [HEADER, SELAM, OMAR, *above, ["Roepnaam", "Fam.naam", "Geb.datum", "Bereikbaar op"], RAHEL]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *rows))
    (part,) = parts_of(run)
    assert part.key == f"section-{line}" and part.is_readable and part.count == 1
    assert (f"“{title}”" in part.words) == bool(title)
    assert [row.line for row in run.rows.filter(left_out=False)] == [2, 3]


@pytest.mark.parametrize(("above", "title"), [([[]], ""), ([[], ["Reserve"]], ", “Reserve”")])
def test_a_second_header_in_unknown_words_is_asked_about_and_read_in_the_order_of_the_list(
    lists: Lists, tmp_path: Path, above: list, title: str
) -> None:
    rows = [HEADER, SELAM, OMAR, *above, ["Wie", "Van huis uit", "Ter wereld", "Bereikbaar op"], RAHEL]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *rows))
    (part,) = parts_of(run)
    assert part.words == (
        f"Op regel {4 + len(above)} begint een tweede tabel{title}: 1 rij. De kolommen daarvan heten anders. Ze worden "
        "gelezen als die van de lijst, in deze volgorde: Wie, Van huis uit, Ter wereld, Bereikbaar op."
    )
    apply(answer_questions(run, parts={part.key: True}))
    assert set(Dossier.objects.values_list("given_name", "family_name")) == {
        (person[0], person[1]) for person in (SELAM, OMAR, RAHEL)
    }


@pytest.mark.parametrize(
    "unknown",
    [
        ["Noor", "Amir", "onbekend", "geen"],
        ["Noor", "Amir", "nog niet bekend", "volgt"],
        ["Noor", "Amir", "onbekend", None],
    ],
)
def test_a_person_of_whom_no_date_and_number_are_known_is_no_header(
    lists: Lists, tmp_path: Path, unknown: list
) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, OMAR, [], unknown, RAHEL))
    assert not parts_of(run)
    assert [row.line for row in run.rows.all()] == [2, 3, 5, 6]


def test_a_second_table_in_unknown_words_with_columns_at_other_places_is_not_read(lists: Lists, tmp_path: Path) -> None:
    rows = [HEADER, SELAM, OMAR, [], ["Wie", "Ter wereld", "Ooit", "Elders"], ["Rahel", RAHEL[2], "ja", "nee"]]
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *rows))
    (part,) = parts_of(run)
    assert not part.is_readable and "met eigen kolommen: Wie, Ter wereld, Ooit, Elders" in part.words


def test_a_second_table_without_the_name_columns_is_not_readable(lists: Lists, tmp_path: Path) -> None:
    full = [["Naam", "Tel", "Geb. datum"], ["Omar Abdi", "0612345679", "01-01-1980"]]
    (part,) = parts_of(upload(lists, path=make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, [], *full)))
    assert not part.is_readable and "Naam, Tel, Geb. datum" in part.words


@pytest.mark.parametrize("choice", [{}, {"header_row": 4}])
def test_rows_above_the_header_require_a_decision(lists: Lists, tmp_path: Path, choice: dict) -> None:
    title = ["Deelnemers, juli"]
    path = make_workbook(
        tmp_path / "l.xlsx", title, [*SELAM, "te ver"], ["Omar", "Abdi", "onbekend", "0612"], HEADER, RAHEL
    )
    run = upload(lists, path=path)
    if choice:
        run.upload.save("l.xlsx", ContentFile(path.read_bytes()))
        run.choice = choice
        run = answer_questions(run)
    (part,) = parts_of(run)
    assert (part.key, part.words) == ("above", "2 rijen staan boven de kop: regel 2, 3.")
    assert get_actions(run) == {"Selam": "error", "Omar": "skipped", "Rahel": "new"}
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    assert run.rows.get(line=2).left_out
    run = answer_questions(run, parts={"above": True})
    assert get_actions(run) == {"Selam": "error", "Omar": "error", "Rahel": "new"}, "shifted, and a date that is none"
    assert run.format["header_row"] == 4
    assert get_actions(answer_questions(run, parts={"above": False}))["Omar"] == "skipped"


@pytest.mark.parametrize(
    "title",
    ["Lijst van juli;;;", "Peildatum;01-07-2024;;", "Organisatie:;COA;Luttelgeest;", "Naam;;Geboren;Bereikbaar"],
)
def test_titles_and_groups_above_the_header_require_no_decision(
    lists: Lists, file_maker: FileMaker, title: str
) -> None:
    lines = [title, ";".join(HEADER), *(";".join(person) for person in (SELAM, OMAR, RAHEL))]
    run = upload(lists, path=file_maker.file("\n".join(lines)))
    assert not parts_of(run) and run.counts()["new"] == 3


OTHER_TABLE = [["Naam", "Tel", "Geb. datum"], ["Abdi Warsame", "0687654321", "12-03-1995"]]
OTHER_ORDER = [["Abdi Warsame", "0687654321", "31-03-1995", "Somali"], ["Leila Hosseini", "0687654322", "01-11-1990"]]
CONTACTS = [["Abdi Warsame", "0687654321"], ["Leila Hosseini", "12-03-1995"]]
TEXTS = [["Abdi", "Warsame", None, "kok"], ["Leila", "Hosseini", None, "lasser"]]


@pytest.mark.parametrize(
    "above", [OTHER_TABLE, [*OTHER_TABLE, []], OTHER_ORDER, [*OTHER_ORDER, [], []], CONTACTS, TEXTS]
)
def test_rows_above_the_header_that_do_not_fit_its_columns_are_listed_as_unreadable(
    lists: Lists, tmp_path: Path, above: list
) -> None:
    path = make_workbook(tmp_path / "l.xlsx", ["Lijst van AZC, oktober 2027"], *above, [*HEADER, "Beroep"], SELAM, OMAR)
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert (part.key, part.is_readable, part.answer) == ("unfit", False, None)
    words = "2 rijen boven de kop passen niet bij de kolommen van deze lijst en kunnen niet gelezen worden: regel 2, 3"
    assert part.words.startswith(words) and all(text in part.words for text in (above[0][0], above[1][0]))
    assert "eigen bestand" in part.words
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    run = answer_questions(run, parts={"unfit": False})
    assert {row.line for row in run.rows.filter(left_out=True)} == {2, 3}
    apply(run)
    assert sorted(Dossier.objects.values_list("given_name", flat=True)) == ["Omar", "Selam"]


@pytest.mark.parametrize(
    "title",
    [
        ["Gemeente Noordoostpolder", "Werkcorporatie", "AZC"],
        ["Overzicht", "week 48", 2026],
        ["Contactpersoon", "Jan de Vries"],
        ["Telefoon", "0612345678"],
    ],
)
def test_details_above_the_header_are_reported_without_a_question(lists: Lists, tmp_path: Path, title: list) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", title, [], HEADER, SELAM, OMAR, RAHEL))
    assert not parts_of(run) and run.counts()["new"] == 3
    assert "weggelaten: regel 1." in " ".join(collect_warnings(run))


def test_the_question_about_rows_above_the_header_shows_only_their_first_cells(lists: Lists, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "l.xlsx", *OTHER_ORDER, [*HEADER, "Opmerking"], [*SELAM, "x"], [*OMAR, "y"])
    (part,) = parts_of(upload(lists, path=path))
    assert "(Abdi Warsame, 0687654321, 31-03-1995; Leila Hosseini, 0687654322, 01-11-1990)" in part.words
    assert "Somali" not in part.words


def test_choosing_another_header_row_clears_the_decisions_about_parts(lists: Lists, tmp_path: Path) -> None:
    run = upload(lists, path=make_workbook(tmp_path / "l.xlsx", *OTHER_ORDER, HEADER, SELAM))
    run = answer_questions(run, parts={"unfit": False})
    samples.read_with_choice(run, {"header_row": 3}, ImportRun.State.PREVIEWED)
    assert [part.answer for part in parts_of(answer_questions(run))] == [None]


def test_a_header_repeated_on_each_page_is_a_single_question(lists: Lists, file_maker: FileMaker) -> None:
    lines = [HEADER, SELAM, HEADER, OMAR, HEADER, RAHEL]
    run = upload(lists, path=file_maker.file("\n".join(";".join(line) for line in lines)))
    (part,) = parts_of(run)
    assert part.words == "De kop staat er nog eens, op regel 3, 5, met 2 rijen eronder."
    assert set(get_actions(answer_questions(run, parts={part.key: True})).values()) == {"new"}


def test_a_table_with_other_columns_requires_a_decision_and_is_not_read(lists: Lists, file_maker: FileMaker) -> None:
    text = (
        "Voornaam;Achternaam;Geboortedatum\nSelam;Haile;12-03-1990\n\nTelefoon;Beroep;Woonplaats\n0612345678;kok;Urk\n"
    )
    run = upload(lists, path=file_maker.file(text))
    (part,) = parts_of(run)
    assert get_actions(run) == {"Selam": "new"} and (part.is_readable, part.answer) == (False, None)
    assert "met eigen kolommen: Telefoon, Beroep, Woonplaats" in part.words
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    assert apply(answer_questions(run, parts={part.key: False})).state == ImportRun.State.APPLIED


def test_the_command_skips_and_reports_hidden_parts(base_data, tmp_path: Path, capsys) -> None:
    path = make_workbook(
        tmp_path / "l.xlsx", HEADER, SELAM, OMAR, [], HEADER, RAHEL, hidden_rows=(3,), hidden_columns="D"
    )
    call_command("import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply")
    output = capsys.readouterr().out
    assert "Weggelaten: 1 rij is in het bestand verborgen: regel 3 (Omar Abdi)." in output
    assert "Weggelaten: 1 kolom is in het bestand verborgen: Telefoon." in output
    assert "Weggelaten: De kop staat er nog eens, op regel 5, met 1 rij eronder." in output
    assert Dossier.objects.get().given_name == "Selam" and not Dossier.objects.get().phone


def test_hidden_rows_and_columns_of_an_ods_are_detected(lists: Lists, file_maker: FileMaker) -> None:
    def row(cells: list[str], extra: str = "") -> str:
        texts = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells
        )
        return f"<table:table-row{extra}>{texts}</table:table-row>"

    filtered = ' table:visibility="filter"'
    column, hidden = "<table:table-column/>", '<table:table-column table:visibility="collapse"/>'
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Lijst">{column * 3}{hidden}{row(HEADER)}{row(SELAM)}'
        f"{row(OMAR, filtered)}{row(RAHEL)}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    path = file_maker.package({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})
    assert zipfile.is_zipfile(path)
    run = upload(lists, path=path)
    assert [part.key for part in parts_of(run)] == ["hidden_rows", "hidden_columns"]
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "new"}


def test_hidden_rows_and_columns_of_an_xls_are_detected(lists: Lists, file_maker: FileMaker) -> None:
    lines = [HEADER, SELAM, OMAR, RAHEL]
    cells = b"".join(
        build_label_cell(row, column, text) for row, line in enumerate(lines) for column, text in enumerate(line)
    )
    hidden_row = build_record(0x0208, struct.pack("<HHHHHHHH", 2, 0, 4, 0, 0, 0, 0x20, 0))
    hidden_column = build_record(0x007D, struct.pack("<HHHHHH", 3, 3, 0, 0, 1, 0))
    run = upload(lists, path=file_maker.file(build_old_workbook(hidden_column + hidden_row + cells)))
    assert [part.key for part in parts_of(run)] == ["hidden_rows", "hidden_columns"]
    assert get_actions(run) == {"Selam": "new", "Omar": "skipped", "Rahel": "new"}


# Other sheets


def make_sheets(path: Path, **sheets: list) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_an_import_waits_until_the_user_chooses_between_the_lists_on_the_sheets(lists: Lists, tmp_path: Path) -> None:
    codes = [["Voornaam", "Taal"], ["x", "y"]]
    path = make_sheets(
        tmp_path / "l.xlsx", Lijst=[HEADER, SELAM], Wachtlijst=[["Titel"], HEADER, OMAR, [], RAHEL], Codes=codes
    )
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert (part.key, part.sheets, part.is_readable) == ("sheets", ("Wachtlijst",), True)
    assert part.words == (
        "Ook op andere bladen staat een lijst: “Wachtlijst” (2 rijen). Deze import leest alleen “Lijst”."
    )
    with pytest.raises(NotApplied, match="waarover een vraag"):
        apply(run)
    samples.read_with_choice(run, {"sheet": "Wachtlijst"}, ImportRun.State.PREVIEWED)
    run = answer_questions(run)
    assert get_actions(run) == {"Omar": "new", "Rahel": "new"}
    assert [part.answer for part in parts_of(run)] == [False], "the choice of the sheet is the answer"
    left_out = (
        "Op een ander blad staat ook een lijst: “Lijst” (1 rij). Die is weggelaten: deze import leest alleen "
        "“Wachtlijst”."
    )
    assert left_out in collect_warnings(run)
    apply(run)
    assert left_out in collect_warnings(run)


def test_the_other_sheets_stay_a_question_if_only_the_header_is_chosen(lists: Lists, tmp_path: Path) -> None:
    path = make_sheets(tmp_path / "l.xlsx", Lijst=[["Juli"], HEADER, SELAM], Reserve=[HEADER, OMAR])
    run = upload(lists, path=path)
    samples.read_with_choice(run, {"sheet": "Lijst", "header_row": 2}, ImportRun.State.PREVIEWED)
    run = answer_questions(run)
    assert [(part.sheets, part.answer) for part in parts_of(run)] == [(("Reserve",), None)]


def test_the_other_sheets_can_be_left_out(lists: Lists, tmp_path: Path) -> None:
    path = make_sheets(tmp_path / "l.xlsx", Lijst=[HEADER, SELAM], Reserve=[HEADER, OMAR])
    left_out = "Op een ander blad staat ook een lijst: “Reserve” (1 rij). Die is weggelaten"
    assert left_out in " ".join(collect_warnings(preview(path)))
    run = answer_questions(upload(lists, path=path), parts={"sheets": False})
    run.forget_upload()
    run.save()
    apply(answer_questions(run))
    assert Dossier.objects.get().given_name == "Selam"


@pytest.mark.parametrize("visible", [["nov"], ["nov", "feb"]])
def test_a_list_on_a_hidden_sheet_is_asked_about_and_named_in_the_result(
    lists: Lists, tmp_path: Path, visible: list[str]
) -> None:
    path = make_sheets(tmp_path / "l.xlsx", **{name: [HEADER, SELAM] for name in visible}, okt=[HEADER, OMAR, RAHEL])
    book = openpyxl.load_workbook(path)
    book["okt"].sheet_state = "hidden"
    book.save(path)
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    assert part.sheets == (*visible[1:], "okt") and "het verborgen blad “okt” (2 rijen)" in part.words
    run = answer_questions(run, parts={"sheets": False})
    assert get_actions(run) == {"Selam": "new"} and "verborgen blad “okt”" in " ".join(collect_warnings(run))


@pytest.mark.parametrize(
    "other", [[HEADER], [["Voornaam", "Geboortedatum"], ["Omar", "01-01-1980"]], [["Uitleg"], ["x"]]]
)
def test_a_sheet_without_rows_or_needed_columns_requires_no_decision(lists: Lists, tmp_path: Path, other: list) -> None:
    assert not parts_of(upload(lists, path=make_sheets(tmp_path / "l.xlsx", Lijst=[HEADER, SELAM], Blad2=other)))


# A list without a header


def test_the_first_row_of_a_list_without_a_header_is_imported(lists: Lists, file_maker: FileMaker) -> None:
    text = "Jan;Jansen;01-01-1990\nPiet;Pietersen;02-02-1991\n"
    run = upload(lists, path=file_maker.file(text))
    assert run.state == ImportRun.State.ASKING
    fields = ("given_name", "family_name", "date_of_birth")
    columns = {f"Kolom {number}": field for number, field in enumerate(fields, start=1)}
    run = answer_questions(run, columns=columns)
    assert get_actions(run) == {"Jan": "new", "Piet": "new"} and run.format["header_row"] == 0
    apply(run)
    assert Dossier.objects.count() == 2


def test_a_list_without_a_header_is_refused_when_no_user_can_be_asked(lists: Lists, file_maker: FileMaker) -> None:
    run = preview(file_maker.file("Jan;Jansen;01-01-1990\nPiet;Pietersen;02-02-1991\n"))
    assert run.state == ImportRun.State.REFUSED and not run.rows.exists()


def test_a_file_is_the_same_list_only_if_no_table_is_added_that_was_left_out_before(
    lists: Lists, tmp_path: Path
) -> None:
    path = make_workbook(tmp_path / "l.xlsx", HEADER, SELAM, [], ["Wachtlijst"], HEADER, OMAR)
    run = upload(lists, path=path)
    (part,) = parts_of(run)
    run = answer_questions(run, parts={part.key: False})
    apply(run)
    again = upload(lists, path=path)
    assert again.same_list == run, "as long as only the same table is read"
    again = answer_questions(again, parts={part.key: True})
    assert again.same_list is None
    apply(again)
    assert upload(lists, path=path).same_list == again
