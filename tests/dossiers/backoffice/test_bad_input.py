"""An invalid file is refused with one Dutch sentence that says what to do, in the browser and on the command line.

Nothing of it is stored, and the memory of the process stays bounded."""

import json
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from dossiers.models import Dossier, ImportRow, ImportRun, Supply
from dossiers.spreadsheets.reader.limits import CHILD_MEMORY

from ..spreadsheets.imports import AZC, SHEETS
from ..spreadsheets.reader_files import FILES, FileMaker, read_parts
from .pages import raw, text
from .test_uploading import files_kept, upload

HEADER = "Voornaam;Achternaam;Geboortedatum;Extern nummer;Map"
PERSON = "Selam;Haile;12-03-1990;P1;"
MEMORY = 100 * 1024  # kB that one file may add to the peak of the process that reads it
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def sparse_bomb(make: FileMaker) -> Path:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(";"))
    book.active["XFD2"] = book.active["A1048576"] = "x"
    path = make.file(b"")
    book.save(path)
    return path


def zip_bomb(make: FileMaker) -> Path:
    parts = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": bytes(40 << 20)}
    return make.package(parts)


def entity_bomb(make: FileMaker) -> Path:
    parts = read_parts(FILES / "coa-lijst-juli.xlsx")
    return make.package(parts | {"xl/workbook.xml": LAUGHS + parts["xl/workbook.xml"].partition(b"?>")[2]})


def cut_off_xls(make: FileMaker) -> Path:
    return make.file((FILES / "oud.xls").read_bytes()[:2000])


def lines(*more: str) -> str:
    return "\n".join([HEADER, PERSON, *more])


BAD: dict[str, tuple[Callable[[FileMaker], Path], str]] = {
    "empty": (lambda make: FILES / "leeg.csv", "leeg. Kies een ander bestand"),
    "blank": (lambda make: make.file(" ;\n;; \n"), "alleen lege cellen. Kies een ander blad"),
    "header only": (lambda make: FILES / "alleen-kop.csv", "geen enkele regel. Vraag de afzender"),
    "header only, xlsx": (lambda make: make.book({"L": [HEADER.split(";")]}), "geen enkele regel. Vraag"),
    "cut off": (lambda make: FILES / "afgekapt.xlsx", "niet helemaal verzonden. Sla de lijst opnieuw op"),
    "cut off, xls": (cut_off_xls, "Sla de lijst o|Kopieer alleen de lijst"),
    "a picture": (lambda make: FILES / "plaatje.xlsx", "geen rekenblad, wat de naam ook zegt. Sla de lijst op"),
    "a document": (lambda make: make.file(b"%PDF-1.7\n1 0 obj"), "geen rekenblad, wat de naam ook zegt. Sla"),
    "a password": (lambda make: FILES / "wachtwoord.xlsx", "wachtwoord. Open het, haal het wachtwoord eraf"),
    "a password, xls": (lambda make: FILES / "wachtwoord.xls", "wachtwoord. Open het, haal het wachtwoord eraf"),
    "a zip bomb": (zip_bomb, "veel groter dan een lijst ooit is. Kopieer alleen de lijst"),
    "a larger zip bomb": (lambda make: SHEETS / "bom.xlsx", "veel groter dan een lijst ooit is. Kopieer alleen"),
    "a sparse bomb": (sparse_bomb, "Op regel 2 staat ver rechts van de lijst iets in een cel"),
    "an entity bomb": (entity_bomb, "Open het in Excel of LibreOffice, sla het op als .xlsx"),
    "200,001 rows": (lambda make: make.file("Voornaam;Map\nSelam;\n" + ";x\n" * 200_000), "200.000 rijen. Verdeel"),
    "201 columns": (lambda make: make.file(f"{HEADER}{';k' * 196}\n{PERSON}\n"), "meer dan 200 kolommen. Haal"),
    "a cell of 1 MB": (lambda make: make.file(lines(f"{'x' * 1_000_000};Abdi;1-1-1980;")), "Op regel 3 staat een cel"),
    "zero bytes": (lambda make: make.file(lines("Omar\0;Abdi;1-1-1980;P2;")), "(nulbytes). Open het in Excel"),
    "an open quote": (lambda make: make.file(lines('"Omar;Abdi;1-1-1980;P2;', PERSON)), "Op regel 3 begint een cel"),
    "another kind": (lambda make: make.package({"xl/workbook.bin": b"x"}), "Open het in Excel of LibreOffice"),
}  # fmt: skip


@pytest.fixture(params=BAD)
def bad(request, tmp_path_factory) -> tuple[Path, str]:
    make, words = BAD[request.param]
    return make(FileMaker(tmp_path_factory.mktemp("post"))), words


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def nothing_stored() -> bool:
    kept: list[Any] = [*ImportRow.objects.all(), *Dossier.objects.all(), *Supply.objects.all(), *files_kept()]
    return kept == [] and not ImportRun.objects.exclude(upload="", clean_copy="").exists()


def is_one_sentence_that_says(reason: str, words: str) -> bool:
    assert any(one in reason for one in words.split("|")), reason
    return reason[0].isupper() and reason.endswith(".") and "\n" not in reason and "%(" not in reason


def from_the_command_line(capsys, path: Path) -> tuple[int, dict[str, Any]]:
    with pytest.raises(SystemExit) as ended:
        call_command("import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply", "--json")
    return ended.value.code, json.loads(capsys.readouterr().out)


def test_both_ways_refuse_it_in_the_same_words_and_keep_nothing(coordinator_client, bad, capsys) -> None:
    path, words = bad
    before = peak()
    page = text(upload(coordinator_client, SimpleUploadedFile("lijst.xlsx", path.read_bytes())))
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.REFUSED
    assert is_one_sentence_that_says(run.reason, words)
    assert page.count(run.reason) == 1 and "Deze lijst is niet gelezen" in page
    assert nothing_stored()
    code, told = from_the_command_line(capsys, path)
    assert (code, told["state"], told["reason"], told["rows"]) == (2, "refused", run.reason, [])
    assert nothing_stored()
    assert peak() - before < MEMORY
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < CHILD_MEMORY


def test_a_file_that_is_not_there_is_refused_too(base_data, capsys, tmp_path) -> None:
    code, told = from_the_command_line(capsys, tmp_path / "weg.xlsx")
    assert (code, told["run"], told["reason"]) == (2, None, "Het bestand weg.xlsx bestaat niet.")
    assert nothing_stored()


DOUBTFUL = {
    "no known column": ("Wie;Hoe;Wat\nSelam;Haile;x\n", "wordt herkend. Zeg van elke kolom wat die is, of zet"),
    "two columns for one field": (
        f"{HEADER};Telefoon;Mobiel\n{PERSON};0612345678;0687654321\n",
        "“Telefoon”, “Mobiel”",
    ),
}


@pytest.mark.parametrize(("content", "words"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_where_somebody_can_be_asked_it_asks_and_else_it_refuses(
    coordinator_client, content, words, capsys, tmp_path_factory
) -> None:
    path = FileMaker(tmp_path_factory.mktemp("post")).file(content)
    response = upload(coordinator_client, SimpleUploadedFile("lijst.csv", path.read_bytes()))
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.ASKING
    assert response.redirect_chain[-1][0] == reverse("dossiers_import_columns", args=[run.pk])
    assert words in text(response)
    assert not ImportRow.objects.exists() and not run.clean_copy
    run.refuse("")
    code, told = from_the_command_line(capsys, path)
    assert (code, told["state"]) == (2, "refused") and words in told["reason"]
    assert nothing_stored()


# An encoding that was guessed wrongly


def dos(coordinator_client) -> ImportRun:
    """A list out of an old program: read as cp1252, `é` shows as a comma."""
    content = f"{HEADER}\nAndré;Haile;12-03-1990;P1;\n".encode("cp850")
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", content))
    return ImportRun.objects.get()


def read_as(coordinator_client, run: ImportRun, encoding: str) -> Any:
    reading = {"step": "reading", "encoding": encoding, "delimiter": ";", "header_row": "1"}
    return coordinator_client.post(reverse("dossiers_import_columns", args=[run.pk]), reading, follow=True)


def test_the_encoding_can_be_corrected(coordinator_client) -> None:
    run = dos(coordinator_client)
    assert run.rows.get().given["given_name"] == "Andr‚"
    assert "cp1252" not in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    page = read_as(coordinator_client, run, "cp850")
    assert "André" in text(page)
    assert raw(page).partition('<option value="cp850" selected>')[2].split("</option>")[0].strip() == "West-Europa, DOS"
    columns = {f"column-{one.column.index}": one.column.field or "-" for one in page.context["sample"].columns}
    choice = {"encoding": "cp850", "delimiter": ";", "header_row": "1"}
    coordinator_client.post(reverse("dossiers_import_columns", args=[run.pk]), {"step": "columns"} | choice | columns)
    run.refresh_from_db()
    assert (run.state, run.rows.get().given["given_name"], run.format["encoding"]) == ("previewed", "André", "cp850")


def test_an_encoding_that_can_not_be_leaves_the_list_as_it_was(coordinator_client) -> None:
    run = dos(coordinator_client)
    page = text(read_as(coordinator_client, run, "utf-8"))
    assert "Dit bestand kan niet worden gelezen met de tekencodering die u koos. Kies een andere." in page
    run.refresh_from_db()
    assert (run.state, run.choice) == (ImportRun.State.PREVIEWED, {}) and run.upload
    assert "André" in text(read_as(coordinator_client, run, "cp850"))
