"""The reader finds the end of a list, and leaves out lines that are not rows."""

import pytest

from .reader_files import FILES, FileMaker, read

HEAD = "Nr;Naam;Plaats;Uren;Taal;Werk\n"
ROW = "1;Jan;Ens;3;A1;kok\n"


def test_blank_rows_are_skipped_but_count_as_lines(file_maker: FileMaker) -> None:
    assert file_maker.text(HEAD + ROW + "\n;;;;;\n" + ROW).lines == [2, 5]


@pytest.mark.parametrize(
    "line",
    [
        "Totaal;;;3;;",
        "TOTAAL: 1 persoon",
        ";Subtotaal;;3;;",
        "Eindtotaal:;1;;3;;",
        "Total;;;3;;",
        "Aantal deelnemers;1",
    ],
)
def test_a_totals_row_is_skipped_with_a_warning(file_maker: FileMaker, line: str) -> None:
    table = file_maker.text(HEAD + ROW + ROW + line + "\n")
    assert (table.lines, table.warnings) == ([2, 3], ["left_out"])


@pytest.mark.parametrize(
    "line", ["Totaaltechniek BV;;;;;", "Total;12;Ens;3;A1;kok", "1;Totaal;Ens;3;A1;kok", "Totaal;a@b.example;;;;"]
)
def test_a_row_that_resembles_a_totals_row_is_read(file_maker: FileMaker, line: str) -> None:
    table = file_maker.text(HEAD + ROW + ROW + line + "\n")
    assert (table.lines, table.warnings) == ([2, 3, 4], [])


def test_subtotals_are_skipped_and_do_not_end_the_list(file_maker: FileMaker) -> None:
    assert file_maker.text(HEAD + ROW + "Subtotaal;;;3;;\n\n" + ROW + "Totaal;;;6;;\n").lines == [2, 5]


def test_a_final_row_of_numbers_labeled_total_is_skipped(file_maker: FileMaker) -> None:
    assert file_maker.text("Land;2019;2020\nNL;1;2\nBE;3;4\nTotaal;4;6\n").lines == [2, 3]
    assert file_maker.text("Land;2019;2020\nNL;1;2\nBE;3;4\nTotaal;4;6\nDE;5;6\n").lines == [2, 3, 4, 5]


def test_notes_below_the_list_are_skipped_with_a_warning(file_maker: FileMaker) -> None:
    notes = "Opgemaakt door de gemeente\nVragen? Bel ons\n"
    table = file_maker.text(HEAD + ROW + "\n" + notes)
    assert (table.lines, table.warnings) == ([2], ["left_out"])
    table = file_maker.text(HEAD + ROW + "Totaal;;;3;;\n" + notes)
    assert (table.lines, table.warnings) == ([2], ["left_out"])


def test_a_legend_below_a_wide_list_is_skipped(file_maker: FileMaker) -> None:
    assert file_maker.text(HEAD + ROW + "\n\nLegenda\nA1;weinig\nA2;meer\n").lines == [2]


def test_a_single_cell_followed_by_rows_is_read(file_maker: FileMaker) -> None:
    table = file_maker.text(HEAD + ROW + "\nAfdeling Noord\n" + ROW)
    assert (table.lines, table.warnings) == ([2, 4, 5], [])


def test_a_partly_filled_final_row_is_read(file_maker: FileMaker) -> None:
    assert file_maker.text(HEAD + ROW + "\n2;Piet;;;;\n").lines == [2, 4]
    assert file_maker.text(HEAD + ROW + "2\n").lines == [2, 3]


def test_the_list_of_the_municipality_ends_above_its_total() -> None:
    table = read(FILES / "coa-lijst-juli.xlsx")
    assert (table.format.header_row, table.format.sheet, len(table.rows)) == (4, "Lijst", 24)
    assert table.lines[:8] == [5, 6, 7, 8, 9, 10, 11, 13]
