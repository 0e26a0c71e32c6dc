"""The reader returns a table or a refusal for any bytes."""

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dossiers.spreadsheets.file_reader.first_bytes import OLE, ZIP
from dossiers.spreadsheets.file_reader.list_rows import ListRows
from dossiers.spreadsheets.file_reader.opener import open_source
from dossiers.spreadsheets.reader import Choice, Refused, open_table
from dossiers.spreadsheets.reader.sheet_choice import Sheet, choose_place

from .reader_files import FILES, FileMaker, read, read_parts

LIST = b'Naam;Plaats;Geboren\r\nJan;"Ens\nUrk";1-1-1990\r\nPiet;Urk;2-1-1990\r\n\r\nTotaal;2\r\n'
SIGNS = st.sampled_from(
    [
        b";",
        b",",
        b"\t",
        b"|",
        b'"',
        b"'",
        b"\n",
        b"\r",
        b"\0",
        b"<table>",
        b"<tr>",
        b"<td>",
        b"\xff",
        b"\xfe",
        b"sep=;\n",
        b"\xef\xbb\xbf",
        b"Totaal",
        b"a",
        b"1,5",
        b"\\",
        b"<!",
        b"&#0;",
        b"]]>",
        b"<?",
    ]
)


def read_here(content: bytes) -> None:
    """Read in this process instead of a child process, which would take minutes for all examples."""
    source = open_source(content, None, None)
    sheets = []
    for index, sheet in enumerate(source.sheets):
        rows = [(line, cells) for line, cells in source.rows(index) if any(cell is not None for cell in cells)]
        sheets.append(Sheet(index, sheet.name, sheet.hidden, rows[:60]))
    place = choose_place(sheets, Choice(), None)
    width = len(place.header.texts)
    below = (row for row in source.rows(place.sheet.index) if row[0] > place.header_row)
    for line, cells in ListRows(width).of(below):
        assert line > place.header_row
        assert len(cells) == width


@settings(max_examples=250)
@given(
    st.one_of(
        st.binary(max_size=400), st.lists(SIGNS, max_size=60).map(b"".join), st.text(max_size=200).map(str.encode)
    )
)
@example(b"<table><tr><td colspan=0 rowspan=99999>")
@example(b"<table><![")
@example(b'sep="\na"b')
@example(b"\xff\xfe\x00\xd8")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    if content.startswith((ZIP, OLE)):
        return
    try:
        read_here(content)
    except Refused:
        pass
    except AssertionError as error:
        assert _was_raised_by_parser(error)


def _was_raised_by_parser(error: BaseException) -> bool:
    """Return whether the HTML parser of the standard library raised this error, which causes a refusal."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return bool(trace) and "_markupbase" in trace.tb_frame.f_code.co_filename


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**9),
    name=st.sampled_from(
        ["oud.xls", "coa-lijst-juli.xlsx", "deelnemers-juli.ods", "ingesprongen.ods", "werkgevers-unicode.txt"]
    ),
)
def test_a_real_file_with_changed_bytes_is_read_or_refused(file_maker: FileMaker, seed: int, name: str) -> None:
    chance = random.Random(seed)
    path = FILES / name
    if path.suffix in (".xlsx", ".ods") and chance.random() < 0.7:
        parts = read_parts(path)
        part = chance.choice([part for part, content in parts.items() if content])
        changed = file_maker.package(parts | {part: _mutate(parts[part], chance)})
    else:
        changed = file_maker.file(_mutate(path.read_bytes(), chance))
    _assert_read_or_refused(changed)


def _mutate(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 3, 20])):
        place = chance.randrange(max(len(changed), 1))
        if changed and chance.random() < 0.7:
            changed[place] = chance.randrange(256)
        else:
            del changed[place : place + chance.randrange(1, 40)]
    return bytes(changed)


def _assert_read_or_refused(path: Path) -> None:
    try:
        with open_table(path) as table:
            for batch in table.batches():
                assert all(len(cells) == len(table.header) for _, cells in batch)
    except Refused as refused:
        assert str(refused)


@pytest.mark.parametrize(
    "content", [b"<table><![x[ y", b"<!" * 2000, ZIP, OLE, ZIP + b"x" * 99, b"<table>" + b"<a " * 999]
)
def test_files_that_crashed_parsers_are_read_or_refused(file_maker: FileMaker, content: bytes) -> None:
    _assert_read_or_refused(file_maker.file(content))


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda t: not t.isspace()
)


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=2, max_size=8),
    delimiter=st.sampled_from(";,\t|"),
)
def test_a_csv_written_by_python_is_read_back_unchanged(rows: list[list[str]], delimiter: str) -> None:
    header = ["Voornaam", "Achternaam", "Woonplaats", "Wens"]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    source = open_source(stream.getvalue().encode(), "utf-8", delimiter)
    assert [cells for _, cells in source.rows(0)] == [header, *rows]


def test_the_base_list_of_the_fuzz_tests_is_read(file_maker: FileMaker) -> None:
    assert read(file_maker.file(LIST)).rows == [(2, ["Jan", "Ens\nUrk", "1-1-1990"]), (4, ["Piet", "Urk", "2-1-1990"])]
