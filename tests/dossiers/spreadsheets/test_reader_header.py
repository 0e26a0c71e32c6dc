"""The reader finds the header row, with and without known headers."""

import pytest

from dossiers.spreadsheets.reader import Choice

from .reader_files import FILES, FileMaker, get_refusal, read


def is_known_header(text: str) -> bool:
    return text.lower() in {"naam", "voornaam", "achternaam", "geboren", "telefoon"}


def test_titles_above_the_header_are_skipped(file_maker: FileMaker) -> None:
    table = file_maker.text("Deelnemers;;\nPeildatum: 1 juli;;\n\nNaam;Plaats;Uren\nJan;Ens;3\nPiet;Urk;4\n")
    assert (table.format.header_row, table.guessed, table.lines) == (4, False, [5, 6])


def test_details_of_two_cells_above_the_header_are_skipped(file_maker: FileMaker) -> None:
    table = file_maker.text("Peildatum;01-07-2024\nAantal;2\n\nNaam;Leeftijd\nJan;30\nPiet;40\n")
    assert (table.format.header_row, table.header) == (4, ["Naam", "Leeftijd"])


def test_known_headers_take_precedence_over_the_shape_of_the_rows(file_maker: FileMaker) -> None:
    text = "Soort;Uitleg;Bron\nlijst;personen;AZC\nVoornaam;Achternaam;Plaats\nJan;Jansen;Ens\n"
    assert file_maker.text(text).format.header_row == 1
    assert file_maker.text(text, known=is_known_header).format.header_row == 3


def test_a_single_known_word_in_a_title_is_not_a_header(file_maker: FileMaker) -> None:
    table = file_maker.text("Naam;\n\nWie;Waar;Hoe oud\nJan;Ens;30\nPiet;Urk;40\n", known=is_known_header)
    assert table.format.header_row == 3


def test_a_single_known_word_is_the_header_of_a_list_with_one_column(file_maker: FileMaker) -> None:
    assert file_maker.text("Titel\n\nNaam\nJan\n", known=is_known_header).format.header_row == 3


@pytest.mark.parametrize("is_known", [None, is_known_header])
def test_the_header_is_the_row_of_sub_headers_below_a_group_row(file_maker: FileMaker, is_known: object) -> None:
    text = "Lijst;;;\nNaam;;Contact;\nVoornaam;Achternaam;Geboren;Telefoon\nJan;J;1-1-1990;0612\nPiet;P;2-1-1990;0613\n"
    table = file_maker.text(text, known=is_known)
    assert (table.format.header_row, table.header) == (3, ["Voornaam", "Achternaam", "Geboren", "Telefoon"])


@pytest.mark.parametrize("is_known", [None, is_known_header])
def test_a_header_in_the_group_row_without_a_sub_header_is_used(file_maker: FileMaker, is_known: object) -> None:
    text = "Nr;Naam;;Geboren\n;Voornaam;Achternaam;\n1;Jan;Jansen;1-1-1990\n2;Piet;Pieters;2-1-1990\n"
    table = file_maker.text(text, known=is_known)
    assert (table.format.header_row, table.header) == (2, ["Nr", "Voornaam", "Achternaam", "Geboren"])
    assert table.lines == [3, 4]


def test_a_merged_header_over_blank_columns_leaves_those_headers_blank(file_maker: FileMaker) -> None:
    table = file_maker.text("Naam;;Plaats\nJan;Jansen;Emmeloord\nPiet;Pieters;Ens\n")
    assert (table.header, len(table.rows)) == (["Naam", "", "Plaats"], 2)
    table = file_maker.text("Naam;;Adres;;\nJan;Jansen;Kade;1;Ens\nPiet;Pieters;Dijk;2;Urk\n")
    assert (table.header, len(table.rows)) == (["Naam", "", "Adres", "", ""], 2)


def test_a_mostly_blank_group_row_names_the_columns_without_a_sub_header(file_maker: FileMaker) -> None:
    text = "Nr;Naam;;Plek;;;\n;Voornaam;Achternaam;Straat;Huis;Plaats;Sinds\n"
    table = file_maker.text(text + "1;A;B;C;1;Ens;1-1-2024\n2;D;E;F;2;Urk;2-1-2024\n")
    assert table.header == ["Nr", "Voornaam", "Achternaam", "Straat", "Huis", "Plaats", "Sinds"]


def test_a_merged_header_over_data_with_dates_is_found(file_maker: FileMaker) -> None:
    table = file_maker.text("Naam;;Adres;;\nJan;Jansen;Kade;1;1-1-2024\nPiet;Pieters;Dijk;2;2-1-2024\n")
    assert (table.header, table.guessed, len(table.rows)) == (["Naam", "", "Adres", "", ""], False, 2)


def test_a_first_row_with_an_identifier_is_not_a_sub_header(file_maker: FileMaker) -> None:
    table = file_maker.text("Nr;Naam;;Leeftijd\nP1301;Jan;J;onbekend\nP1302;Piet;P;40\nP1303;Kees;K;50\n")
    assert (table.header, table.lines) == (["Nr", "Naam", "", "Leeftijd"], [2, 3, 4])


def test_a_first_row_with_text_in_a_number_column_is_not_a_header(file_maker: FileMaker) -> None:
    table = file_maker.text("Naam;Leeftijd\nJan;onbekend\nPiet;40\nKees;50\n")
    assert (table.format.header_row, table.lines) == (1, [2, 3, 4])


def test_a_duplicate_header_occurs_twice(file_maker: FileMaker) -> None:
    assert file_maker.text("Naam;Datum;Datum\nJan;1-1-2024;2-1-2024\n").header == ["Naam", "Datum", "Datum"]


def test_years_may_be_headers(file_maker: FileMaker) -> None:
    table = file_maker.text("Land;2019;2020\nNL;1;2\nBE;3;4\n")
    assert (table.header, table.guessed) == (["Land", "2019", "2020"], False)


def test_columns_without_a_header_are_read_if_they_contain_data(file_maker: FileMaker) -> None:
    table = file_maker.text("a;b;;\n1;2;x;\n3;4;y;\n")
    assert (table.header, table.cells) == (["a", "b", ""], [["1", "2", "x"], ["3", "4", "y"]])


def test_a_list_without_a_header_is_marked_as_guessed() -> None:
    table = read(FILES / "geen-kop.csv")
    assert (table.header, table.guessed) == (["Jan", "Jansen", "01-01-1990"], True)
    assert table.rows == [(2, ["Piet", "Pietersen", "02-02-1991"])]


def test_a_file_with_only_a_header_has_no_rows() -> None:
    table = read(FILES / "alleen-kop.csv")
    assert (table.header, table.rows, table.guessed) == (["Voornaam", "Achternaam", "Geboortedatum"], [], False)


def test_the_user_can_choose_the_header_row(file_maker: FileMaker) -> None:
    path = file_maker.file("x;y\n\na;b\n1;2\n" + "3;4\n" * 100 + "c;d\n5;6\n")
    assert read(path, Choice(header_row=3)).header == ["a", "b"]
    assert read(path, Choice(header_row=105)).rows == [(106, ["5", "6"])]
    assert get_refusal(path, Choice(header_row=2)).code == "no_row"
    assert get_refusal(path, Choice(header_row=900)).code == "no_row"
