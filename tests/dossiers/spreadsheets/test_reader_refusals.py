"""Each refusal has its own sentence; similar files that are valid are read."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from django.utils import translation

from dossiers.spreadsheets.file_reader import refusals
from dossiers.spreadsheets.file_reader.limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from dossiers.spreadsheets.reader import Notice, Refused

from .reader_files import (
    FILES,
    FileMaker,
    build_label_cell,
    build_number_cell,
    build_old_workbook,
    build_record,
    get_refusal,
    read,
    read_parts,
)

PEOPLE = (
    build_label_cell(0, 0, "Naam")
    + build_label_cell(0, 1, "Uren")
    + build_label_cell(1, 0, "Jan")
    + build_number_cell(1, 1, 3)
)
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("leeg.csv", "empty"),
        ("afgekapt.xlsx", "damaged"),
        ("plaatje.xlsx", "not_a_sheet"),
        ("wachtwoord.xlsx", "encrypted"),
        ("wachtwoord.xls", "encrypted"),
        ("bestaat-niet.csv", "unreadable"),
        (".", "unreadable"),
    ],
)
def test_each_invalid_file_has_its_own_refusal_code(name: str, code: str) -> None:
    assert get_refusal(FILES / name).code == code


@pytest.mark.parametrize("content", [b" \r\n\t\n", b";;;\n;;;\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_of_blanks_is_refused(file_maker: FileMaker, content: bytes) -> None:
    assert get_refusal(file_maker.file(content)).code == "blank"


def test_a_workbook_of_blank_sheets_is_refused(file_maker: FileMaker) -> None:
    assert get_refusal(file_maker.book({"A": [], "B": [["", " "]]})).code == "blank"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"%PDF-1.7\n1 0 obj",
        b"\xff\xd8\xff\xe0" + bytes(50),
        b"{\\rtf1 hallo}",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        bytes(range(256)) * 8,
    ],
)
def test_a_file_that_is_not_a_spreadsheet_is_refused(file_maker: FileMaker, content: bytes) -> None:
    assert get_refusal(file_maker.file(content)).code == "not_a_sheet"


def test_a_word_document_and_a_plain_zip_file_are_refused(file_maker: FileMaker) -> None:
    assert (
        get_refusal(file_maker.package({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})).code
        == "not_a_sheet"
    )
    assert get_refusal(file_maker.package({"lijst.csv": "a;b"})).code == "not_a_sheet"
    assert get_refusal(file_maker.package({})).code == "not_a_sheet"


def test_unsupported_spreadsheet_formats_have_their_own_refusal(file_maker: FileMaker) -> None:
    assert get_refusal(file_maker.package({"xl/workbook.bin": b"x"})).code == "other_kind"
    assert (
        get_refusal(
            file_maker.file('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')
        ).code
        == "other_kind"
    )
    assert get_refusal(file_maker.file("<html><p>geen tabel</p></html>")).code == "no_table"


def test_a_file_of_more_than_20_mb_is_refused_unopened(file_maker: FileMaker) -> None:
    path = file_maker.file(b"")
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert get_refusal(path).code == "too_big"


def test_200_000_rows_are_read_and_one_more_is_refused(file_maker: FileMaker) -> None:
    assert len(read(file_maker.file("a;b\n" + "1;2\n" * MAX_ROWS)).rows) == MAX_ROWS
    assert get_refusal(file_maker.file("a;b\n" + "1;2\n" * (MAX_ROWS + 1))).code == "too_many_rows"


def test_200_columns_are_read_and_one_more_is_refused(file_maker: FileMaker) -> None:
    def lines(count: int) -> str:
        return ";".join(f"k{n}" for n in range(count)) + "\n" + ";".join(["x"] * count) + "\n"

    assert len(read(file_maker.file(lines(MAX_COLUMNS))).header) == MAX_COLUMNS
    assert get_refusal(file_maker.file(lines(MAX_COLUMNS + 1))).code == "too_many_columns"
    late = "a;b\n" + "1;2\n" * 100 + ";" * 300 + "x\n"
    assert get_refusal(file_maker.file(late)).code == "far_cell"


def test_the_longest_cell_is_read_and_one_character_more_is_refused(file_maker: FileMaker) -> None:
    assert read(file_maker.file(f"a;b\n1;2\n{'x' * MAX_CELL};2\n")).cells[1][0] == "x" * MAX_CELL
    for path in (
        file_maker.file(f"a;b\n1;2\n{'x' * (MAX_CELL + 1)};2\n"),
        file_maker.file(f"<table><tr><td>a<td>b<tr><td>1<td>2<tr><td>{'x' * (MAX_CELL + 1)}</table>"),
        _long_cell(file_maker, MAX_CELL + 1),
    ):
        refused = get_refusal(path)
        assert (refused.code, refused.params["line"]) == ("long_cell", 3)
    assert get_refusal(file_maker.file("a;b\n" + "x" * 1_000_000 + ";2\n")).code == "long_cell"


def _long_cell(file_maker: FileMaker, length: int) -> Path:
    parts = read_parts(file_maker.book({"L": [["a", "b"], [1, 2], ["lang", 2]]}))
    name = "xl/sharedStrings.xml"
    return file_maker.package(parts | {name: parts[name].replace(b"lang", b"x" * length)})


def test_zero_bytes_in_text_are_refused_but_not_utf_16(file_maker: FileMaker) -> None:
    assert get_refusal(file_maker.file("Naam;Plaats\nJan\0;Ens\nPiet;Urk en nog veel meer tekst\n")).code == "nul_bytes"
    assert file_maker.text("Naam;Plaats\nJan;Ens\n", encoding="utf-16").cells == [["Jan", "Ens"]]


def test_an_incomplete_utf_16_character_is_refused_as_damage(file_maker: FileMaker) -> None:
    assert get_refusal(file_maker.file("Naam;Plaats\nJan;Ens\n".encode("utf-16")[:-1])).code == "damaged"


def test_a_zip_bomb_is_refused_unopened(file_maker: FileMaker) -> None:
    parts = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": bytes(40 << 20)}
    assert get_refusal(file_maker.package(parts)).code == "unpacks_too_far"


def test_a_zip_entry_with_a_false_size_is_refused_as_damage(file_maker: FileMaker) -> None:
    path = file_maker.package(read_parts(FILES / "coa-lijst-juli.xlsx") | {"xl/media/x.bin": bytes(9 << 20)})
    content = path.read_bytes()
    size = struct.pack("<I", 9 << 20)
    assert content.count(size) >= 1
    assert get_refusal(file_maker.file(content.replace(size, struct.pack("<I", 1000)))).code == "damaged"


def test_an_xls_with_a_password_is_refused_as_encrypted(file_maker: FileMaker) -> None:
    for version in (0x0600, 0x0500):
        locked = build_old_workbook(PEOPLE, before=build_record(0x002F, bytes(4)), version=version)
        assert get_refusal(file_maker.file(locked)).code == "encrypted"
    assert read(file_maker.file(build_old_workbook(PEOPLE))).cells == [["Jan", 3]]


def test_zero_bytes_in_a_workbook_cell_are_refused(file_maker: FileMaker) -> None:
    assert (
        get_refusal(file_maker.file(build_old_workbook(PEOPLE + build_label_cell(2, 0, "Pi\0et")))).code == "nul_bytes"
    )
    assert read(file_maker.file(build_old_workbook(PEOPLE).replace(b"Lijst", b"Li\0st"))).format.sheet == "List"
    parts, name = read_parts(file_maker.book({"L": [["Naam", "Uren"], ["Jan", 3]]})), "xl/sharedStrings.xml"
    escaped = file_maker.package(parts | {name: parts[name].replace(b"Jan", b"Jan_x0000_")})
    assert get_refusal(escaped).code == "nul_bytes"


@pytest.mark.parametrize(
    ("name", "part"), [("coa-lijst-juli.xlsx", "xl/workbook.xml"), ("deelnemers-juli.ods", "content.xml")]
)
def test_an_entity_bomb_is_refused(file_maker: FileMaker, name: str, part: str) -> None:
    parts = read_parts(FILES / name)
    bomb = LAUGHS + parts[part].partition(b"?>")[2] if b"?>" in parts[part] else LAUGHS + parts[part]
    assert get_refusal(file_maker.package(parts | {part: bomb})).code == "entities"


def test_an_encrypted_ods_and_an_encrypted_zip_entry_are_refused(file_maker: FileMaker) -> None:
    parts = read_parts(FILES / "deelnemers-juli.ods")
    name = "META-INF/manifest.xml"
    locked = parts[name].replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>")
    assert locked != parts[name]
    assert get_refusal(file_maker.package(parts | {name: locked})).code == "encrypted"
    content = bytearray((FILES / "coa-lijst-juli.xlsx").read_bytes())
    place = content.index(b"PK\x01\x02") + 8
    content[place] |= 1
    assert get_refusal(file_maker.file(bytes(content))).code == "encrypted"


def test_a_zip_entry_with_a_wrong_checksum_is_refused_as_damage(file_maker: FileMaker) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, content in read_parts(file_maker.book({"L": [["Naam", "Nummer"], ["Jansen", 616229965]]})).items():
            package.writestr(name, content)
    content = buffer.getvalue()
    assert read(file_maker.file(content)).cells == [["Jansen", 616229965]]
    for right, wrong in ((b"616229965", b"716229965"), (b"Jansen", b"Hansen")):
        assert content.count(right) == 1
        assert get_refusal(file_maker.file(content.replace(right, wrong))).code == "damaged"


@pytest.mark.parametrize("name", ["oud.xls", "deelnemers-juli.ods", "coa-lijst-juli.xlsx"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_workbook_is_refused(file_maker: FileMaker, name: str, share: float) -> None:
    content = (FILES / name).read_bytes()
    assert get_refusal(file_maker.file(content[: int(len(content) * share)])).code in (
        "damaged",
        "not_a_sheet",
        "too_heavy",
    )


@pytest.mark.parametrize(("sentences", "kind"), [(refusals.SENTENCES, Refused), (refusals.NOTICES, Notice)])
def test_every_refusal_and_notice_can_be_formatted(
    sentences: dict[str, str], kind: type[Refused] | type[Notice]
) -> None:
    params = {
        "limit": 200_000,
        "line": 3,
        "lines": "3, 4",
        "encoding": "utf-8",
        "count": 2,
        "sheet": "A",
        "sheets": "B",
    }
    for code in sentences:
        with translation.override("en"):
            sentence = str(kind(code, **params))
        assert sentence.endswith(".")
        assert "%" not in sentence
        assert "invalid" not in sentence.lower()
