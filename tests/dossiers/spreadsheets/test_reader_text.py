"""The reader detects the encoding, delimiter, quotes and lines of delimited text."""

import pytest

from dossiers.spreadsheets.reader import Choice, sample

from .reader_files import FILES, FileMaker, get_refusal, read

LIST = "Naam;Plaats\r\nÇelik;Ens\r\nMüller;Urk\r\n"


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_detected_from_the_bytes(file_maker: FileMaker, encoding: str, detected: str) -> None:
    table = file_maker.text(LIST, encoding=encoding)
    assert (table.format.encoding, table.header) == (detected, ["Naam", "Plaats"])
    assert table.cells == [["Çelik", "Ens"], ["Müller", "Urk"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_gives_the_order_of_utf_16_without_zero_bytes(file_maker: FileMaker, encoding: str) -> None:
    table = file_maker.text("\ufeff名前;場所\n山田;東京\n鈴木;大阪\n", encoding=encoding)
    assert (table.format.encoding, table.header, table.cells[0]) == ("utf-16", ["名前", "場所"], ["山田", "東京"])


def test_a_dos_end_of_file_character_is_not_a_row(file_maker: FileMaker) -> None:
    assert file_maker.text("Naam;Plaats\r\nJan;Ens\r\n\x1a").lines == [2]


def test_plain_ascii_is_detected_as_utf_8(file_maker: FileMaker) -> None:
    assert file_maker.text("a;b\n1;2\n").format.encoding == "utf-8"


def test_the_user_can_choose_the_encoding(file_maker: FileMaker) -> None:
    path = file_maker.file("Naam;Plaats\nÇelik;Ens\n", "cp850")
    assert read(path).cells == [["€elik", "Ens"]]
    assert read(path, Choice(encoding="cp850")).cells == [["Çelik", "Ens"]]


@pytest.mark.parametrize("encoding", ["cp850", "cp437"])
@pytest.mark.parametrize("name", ["René André", "Zoë Möller", "Inés", "Peña", "Daniël", "García", "François", "MÖLLER"])
def test_names_in_a_list_of_a_dos_program_are_read_with_their_letters(
    file_maker: FileMaker, encoding: str, name: str
) -> None:
    table = file_maker.text(f"Naam;Plaats\nJan;Ens\n{name};Urk\n", encoding=encoding)
    assert table.cells == [["Jan", "Ens"], [name, "Urk"]]
    assert (table.format.encoding, table.warnings) == ("cp850", ["dos_encoding"])


@pytest.mark.parametrize(
    "text",
    [
        "“Jan” en ‘Piet’", "’s-Hertogenbosch", "foto’s", "maandag – dinsdag", "Ens–Urk", "€ 10", "€10", "uurloon €15",
        "enzovoort…", "ja…nee", "• punt", "Microsoft™ Word", "Miloš Šimic", "Dušan", "Žan",
        "„Duits“ woord", "5‰", "10 ¢", "van\xa0den", "œuvre", "Jansen†", "Zoë Müller", "‹woord›", "ƒ 100", "50£",
        "¡Hola!",
    ],
)  # fmt: skip
def test_the_typographic_signs_of_windows_keep_their_reading(file_maker: FileMaker, text: str) -> None:
    table = file_maker.text(f"Naam;Wens\nJan;{text}\nPiet;Urk\n", encoding="cp1252")
    assert (table.format.encoding, table.cells[0], table.warnings) == ("cp1252", ["Jan", text], [])


def test_a_list_with_letters_of_windows_and_of_dos_is_read_as_windows_with_a_warning(file_maker: FileMaker) -> None:
    names = "Zoë;“Ens”\n".encode("cp1252") + "René;Urk\n".encode("cp850")
    table = read(file_maker.file(b"Naam;Plaats\n" + names))
    assert table.cells == [["Zoë", "“Ens”"], ["Ren‚", "Urk"]]
    assert table.warnings == ["mixed_encoding"]


def test_the_user_can_say_that_a_list_is_not_of_a_dos_program(file_maker: FileMaker) -> None:
    path = file_maker.file("Naam;Plaats\nRené;Urk\n", "cp850")
    table = read(path, Choice(encoding="cp1252"))
    assert (table.cells, table.warnings) == ([["Ren‚", "Urk"]], [])


def test_a_page_that_declares_its_encoding_is_not_taken_for_one_of_a_dos_program(file_maker: FileMaker) -> None:
    page = "<meta charset=windows-1252><table><tr><th>Naam<th>Plaats<tr><td>Jan‚ Piet<td>Ens</table>"
    table = file_maker.text(page, encoding="cp1252")
    assert (table.format.encoding, table.cells) == ("cp1252", [["Jan‚ Piet", "Ens"]])


def test_an_encoding_that_does_not_fit_is_refused(file_maker: FileMaker) -> None:
    path = file_maker.file(LIST, "cp1252")
    assert get_refusal(path, Choice(encoding="utf-8")).code == "encoding"
    assert get_refusal(path, Choice(encoding="rot13")).code == "encoding"


def test_undecodable_bytes_are_replaced_with_a_warning(file_maker: FileMaker) -> None:
    table = read(file_maker.file(b"Naam;Plaats\nJ\x81n;Urk\n"))
    assert table.cells == [["J\ufffdn", "Urk"]]
    assert table.warnings == ["odd_bytes"]


def test_mixed_encodings_give_a_warning(file_maker: FileMaker) -> None:
    table = read(file_maker.file("Naam;Plaats\nZoë;Urk\n".encode() + "Noël;Ens\n".encode("cp1252")))
    assert table.format.encoding == "cp1252"
    assert table.warnings == ["mixed_encoding"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_detected_from_the_content(file_maker: FileMaker, delimiter: str) -> None:
    table = file_maker.text(f"Naam{delimiter}Plaats\nJan{delimiter}Ens\nPiet{delimiter}Urk\n")
    assert table.format.delimiter == delimiter
    assert table.cells == [["Jan", "Ens"], ["Piet", "Urk"]]


@pytest.mark.parametrize(
    "text",
    [
        "Naam;Uren\nJan;36,0\nPiet;20,5\n",
        "1,5;2,5;3,5\n2,5;3,5;1,5\n",
        "Naam;Talen;Uren\nJan;Turks, Engels;36,0\nPiet;Frans, Farsi;20,5\n",
        'Naam;Opmerking\nJan;"a, b, c"\nPiet;"d, e, f"\n',
    ],
)
def test_commas_in_numbers_or_prose_are_not_the_delimiter(file_maker: FileMaker, text: str) -> None:
    assert file_maker.text(text).format.delimiter == ";"


def test_semicolons_in_a_comma_separated_file_are_not_the_delimiter(file_maker: FileMaker) -> None:
    assert file_maker.text("Naam,Talen,Uren\nJan,Turks;Engels,36\nPiet,Frans;Farsi,20\n").format.delimiter == ","


def test_a_title_with_commas_does_not_change_the_delimiter(file_maker: FileMaker) -> None:
    table = file_maker.text("Lijst, juli, nieuw\n\nNaam;Plaats;Uren\nJan;Ens;3\nPiet;Urk;4\n")
    assert (table.format.delimiter, table.format.header_row) == (";", 3)


def test_a_long_block_of_details_above_a_wide_list_does_not_change_the_delimiter(file_maker: FileMaker) -> None:
    table = file_maker.text("Bron: de gemeente\n" * 25 + "a;b;c;d;e\n1;2;3;4;5\n6;7;8;9;0\n")
    assert (table.format.delimiter, table.format.header_row) == (";", 26)


def test_a_list_of_one_column_has_no_delimiter(file_maker: FileMaker) -> None:
    table = file_maker.text("Naam\nJansen, Piet\nde Vries, Jan\n")
    assert (table.format.delimiter, table.header) == (None, ["Naam"])
    assert table.cells == [["Jansen, Piet"], ["de Vries, Jan"]]


@pytest.mark.parametrize("delimiter", [";", ",", "|"])
def test_the_delimiter_is_detected_despite_prose_that_contains_the_delimiter(
    file_maker: FileMaker, delimiter: str
) -> None:
    words = f"Woont in Ens{delimiter} werkt{delimiter} leest, kookt;fietst{delimiter} en wil meer"
    rows = [
        ["Naam", "Wens"],
        ["Jan", words],
        ["Piet", f"Wil{delimiter} zo graag werken"],
        ["Kees", words],
        ["Ali", "-"],
    ]
    quoted = "\n".join(f'{name}{delimiter}"{wish}"' for name, wish in rows)
    for text in (quoted, f"Lijst van juli\n\n{quoted}"):
        table = file_maker.text(text)
        assert (table.format.delimiter, table.header, table.cells) == (delimiter, rows[0], rows[1:])
    loose = file_maker.text("\n".join(delimiter.join(row).replace(";f", " f") for row in rows))
    assert (loose.format.delimiter, loose.header, loose.warnings) == (delimiter, rows[0], [])
    assert loose.cells == [[name, wish.replace(";f", " f")] for name, wish in rows[1:]]


def test_a_column_of_prose_is_not_split(file_maker: FileMaker) -> None:
    for text in ("Wens\nWil werken; graag, in de bouw\nKan; alles\nNiets\n", "Naam\nJansen, Jan\nPieters, Piet\n"):
        assert file_maker.text(text).format.delimiter is None


def test_the_user_can_choose_the_delimiter(file_maker: FileMaker) -> None:
    path = file_maker.file("a:b;c\n1:2;3\n")
    assert read(path, Choice(delimiter=":")).header == ["a", "b;c"]
    assert get_refusal(path, Choice(delimiter="ab")).code == "delimiter"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_sep_line_sets_the_delimiter_and_is_not_a_row(file_maker: FileMaker, line: str) -> None:
    table = file_maker.text(f"{line}\r\na,b;c\r\n1,2;3\r\n")
    assert (table.format.delimiter, table.format.header_row) == (";", 2)
    assert table.rows == [(3, ["1,2", "3"])]


def test_a_sep_line_takes_precedence_over_the_content(file_maker: FileMaker) -> None:
    path = file_maker.file("sep=|\na;b;c\n1;2;3\n")
    assert sample(path).rows == [(2, ["a;b;c"]), (3, ["1;2;3"])]
    assert read(path).format.delimiter == "|"


def test_quoted_cells_may_contain_quotes_delimiters_and_line_breaks(file_maker: FileMaker) -> None:
    table = file_maker.text('Naam;Wens\nJan;"zegt: ""ja""; en\r\nmeer"\nPiet;5" scherm\n')
    assert table.rows == [(2, ["Jan", 'zegt: "ja"; en\r\nmeer']), (4, ["Piet", '5" scherm'])]


def test_a_quote_after_a_space_opens_a_cell(file_maker: FileMaker) -> None:
    assert file_maker.text('a, b\n"x", "1, 2"\n"y", "3, 4"\n').cells == [["x", "1, 2"], ["y", "3, 4"]]


def test_quotes_escaped_with_a_backslash_are_read(file_maker: FileMaker) -> None:
    assert file_maker.text('a;b\n"zegt \\"ja\\" nu";1\n"q";2\n').cells == [['zegt "ja" nu', "1"], ["q", "2"]]


def test_a_backslash_at_the_end_of_a_path_is_not_an_escape(file_maker: FileMaker) -> None:
    assert file_maker.text('a;b\n"C:\\";1\n"D:\\";2\n').cells == [["C:\\", "1"], ["D:\\", "2"]]


def test_apostrophes_are_quotes_only_if_all_cells_have_them(file_maker: FileMaker) -> None:
    assert file_maker.text("'a','b, c'\n'd','e, f'\n").header == ["a", "b, c"]
    assert file_maker.text("a;b\n's-Hage;'Haag'\n't Zand;'Zand'\n't Veld;x\n").cells[0] == ["'s-Hage", "'Haag'"]
    assert file_maker.text("Plaats;Naam\n's-Gravenhage;van 't Hof\n't Zand;Jan\n").cells[0] == [
        "'s-Gravenhage",
        "van 't Hof",
    ]


def test_cells_are_not_stripped_and_blank_cells_are_none(file_maker: FileMaker) -> None:
    assert file_maker.text("a;b;c\n 007 ;  ;+31\n-1;1.0;x\n").cells == [[" 007 ", None, "+31"], ["-1", "1.0", "x"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_recognized(file_maker: FileMaker, end: str) -> None:
    table = file_maker.text(end.join(["", "a;b", "", "1;2", ""]))
    assert (table.format.header_row, table.rows) == (2, [(4, ["1", "2"])])


def test_rows_are_padded_or_truncated_to_the_header_with_a_warning(file_maker: FileMaker) -> None:
    table = file_maker.text("a;b;c\n1\n1;2;3;4\n5;6;7\n8;9;10;\n")
    assert table.cells == [["1", None, None], ["1", "2", "3"], ["5", "6", "7"], ["8", "9", "10"]]
    assert (table.cut_lines, table.warnings) == ([3], ["cut"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a;b\nx;1\n"y;2\nz;3\n', 3),
        ('a;b\nx;"1\ny;2\nz;"3";4\n', 2),
        ('a;b\n"x;1\n' + "y;2\n" * 20_000, 2),
        ('a;b\nx;1\n"y;2', 3),
        ('a;b\nx;1\n"y;2\n', 3),
    ],
)
def test_an_unclosed_quote_is_refused_with_its_line(file_maker: FileMaker, text: str, line: int) -> None:
    refused = get_refusal(file_maker.file(text))
    assert (refused.code, refused.params["line"]) == ("open_quote", line)
    assert str(line) in str(refused)


@pytest.mark.parametrize("text", ['a;b\n1;"x\n"\n', 'a;b\n1;"x\n"', 'a;b\n1;5"\n', 'a;b\n1;"x" y\n'])
def test_a_closed_or_literal_quote_in_the_last_row_is_accepted(file_maker: FileMaker, text: str) -> None:
    assert file_maker.text(text).lines == [2]


def test_a_sample_shows_the_first_rows_unprocessed() -> None:
    table = sample(FILES / "coa-lijst-juli.xlsx", Choice(header_row=5))
    assert table.rows[:2] == [
        (1, ["Kandidaten pilot Asielzoekers naar werk"]),
        (2, ["Peildatum: 01-07-2024"]),
    ]
    assert (table.rows[2][0], table.format.header_row, table.format.sheets) == (4, 5, ("Lijst", "Legenda"))
    assert len(table.rows) <= 30
