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
from dossiers.spreadsheets.file_reader.limits import CHILD_MEMORY

from ..spreadsheets.imports import AZC, SHEETS
from ..spreadsheets.reader_files import FILES, FileMaker, read_parts
from .pages import raw, text
from .test_uploading import get_stored_files, upload

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
    "header only": (lambda make: FILES / "alleen-kop.csv", "geen enkele regel. Kies een lijst"),
    "header only, xlsx": (lambda make: make.book({"L": [HEADER.split(";")]}), "geen enkele regel. Kies"),
    "cut off": (lambda make: FILES / "afgekapt.xlsx", "niet helemaal verzonden. Sla de lijst opnieuw op"),
    "cut off, xls": (cut_off_xls, "Sla de lijst o|Kopieer alleen de lijst"),
    "a picture": (lambda make: FILES / "plaatje.xlsx", "geen spreadsheet, wat de naam ook zegt. Sla de lijst op"),
    "a document": (lambda make: make.file(b"%PDF-1.7\n1 0 obj"), "geen spreadsheet, wat de naam ook zegt. Sla"),
    "a password": (lambda make: FILES / "wachtwoord.xlsx", "wachtwoord. Open het, haal het wachtwoord eraf"),
    "a password, xls": (lambda make: FILES / "wachtwoord.xls", "wachtwoord. Open het, haal het wachtwoord eraf"),
    "a zip bomb": (zip_bomb, "veel groter dan een lijst ooit is. Kopieer alleen de lijst"),
    "a larger zip bomb": (lambda make: SHEETS / "bom.xlsx", "veel groter dan een lijst ooit is. Kopieer alleen"),
    "a sparse bomb": (sparse_bomb, "Op regel 2 staat ver rechts van de lijst iets in een cel"),
    "an entity bomb": (entity_bomb, "Open het in Excel of LibreOffice, sla het op als .xlsx"),
    "200,001 rows": (lambda make: make.file(f"{HEADER}\n{PERSON}\n" + ";x;;;\n" * 200_000), "200.000 rijen. Verdeel"),
    "201 columns": (lambda make: make.file(f"{HEADER}{';k' * 196}\n{PERSON}\n"), "meer dan 200 kolommen. Haal"),
    "a cell of 1 MB": (lambda make: make.file(lines(f"{'x' * 1_000_000};Abdi;1-1-1980;")), "Op regel 3 staat een cel"),
    "zero bytes": (lambda make: make.file(lines("Omar\0;Abdi;1-1-1980;P2;")), "(nulbytes). Open het in Excel"),
    "an open quote": (lambda make: make.file(lines('"Omar;Abdi;1-1-1980;P2;', PERSON)), "Op regel 3 begint een cel"),
    "another kind": (lambda make: make.package({"xl/workbook.bin": b"x"}), "Open het bestand in Excel of LibreOffice"),
}  # fmt: skip


@pytest.fixture(params=BAD)
def bad_file(request, tmp_path_factory) -> tuple[Path, str]:
    make, words = BAD[request.param]
    return make(FileMaker(tmp_path_factory.mktemp("post"))), words


def get_peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def is_nothing_stored() -> bool:
    stored: list[Any] = [*ImportRow.objects.all(), *Dossier.objects.all(), *Supply.objects.all(), *get_stored_files()]
    return stored == [] and not ImportRun.objects.exclude(upload="", clean_copy="").exists()


def is_sentence_with(reason: str, words: str) -> bool:
    assert any(phrase in reason for phrase in words.split("|")), reason
    return reason[0].isupper() and reason.endswith(".") and "\n" not in reason and "%(" not in reason


def import_by_command(capsys, path: Path) -> tuple[int, dict[str, Any]]:
    with pytest.raises(SystemExit) as ended:
        call_command("import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply", "--json")
    return ended.value.code, json.loads(capsys.readouterr().out)


def test_page_and_command_refuse_a_bad_file_in_the_same_words_and_store_nothing(
    coordinator_client, bad_file, capsys
) -> None:
    path, words = bad_file
    before = get_peak_memory()
    page = text(upload(coordinator_client, SimpleUploadedFile("lijst.xlsx", path.read_bytes()), follow=True))
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.REFUSED
    assert is_sentence_with(run.reason, words)
    assert page.count(run.reason) == 1 and "Deze lijst is niet gelezen" in page
    assert is_nothing_stored()
    code, output = import_by_command(capsys, path)
    assert (code, output["state"], output["reason"], output["rows"]) == (2, "refused", run.reason, [])
    assert is_nothing_stored()
    assert get_peak_memory() - before < MEMORY
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < CHILD_MEMORY


def test_a_missing_file_is_refused(base_data, capsys, tmp_path) -> None:
    code, output = import_by_command(capsys, tmp_path / "weg.xlsx")
    assert (code, output["run"], output["reason"]) == (2, None, "Het bestand weg.xlsx bestaat niet.")
    assert is_nothing_stored()


DOUBTFUL = {
    "no known column": (
        "Wie;Hoe;Wat\nSelam;Haile;x\n",
        "wordt herkend. Geef bij elke kolom aan wat erin staat, of zet",
    ),
    "two columns for one field": (
        f"{HEADER};Telefoon;Mobiel\n{PERSON};0612345678;0687654321\n",
        "“Telefoon”, “Mobiel”",
    ),
}


@pytest.mark.parametrize(("content", "words"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_doubtful_file_is_a_question_on_the_page_and_an_error_in_the_command(
    coordinator_client, content, words, capsys, tmp_path_factory
) -> None:
    path = FileMaker(tmp_path_factory.mktemp("post")).file(content)
    response = upload(coordinator_client, SimpleUploadedFile("lijst.csv", path.read_bytes()), follow=True)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.ASKING
    assert response.redirect_chain[-1][0] == reverse("dossiers_import_columns", args=[run.pk])
    assert words in text(response)
    assert not ImportRow.objects.exists() and not run.clean_copy
    run.refuse("")
    code, output = import_by_command(capsys, path)
    assert (code, output["state"]) == (2, "refused") and words in output["reason"]
    assert is_nothing_stored()


# An encoding that was guessed wrongly


def upload_dos_list(coordinator_client) -> ImportRun:
    """A list out of an old program: read as cp1252, `Ç` shows as the sign of the euro."""
    content = f"{HEADER}\nÇelik;Haile;12-03-1990;P1;\n".encode("cp850")
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", content))
    return ImportRun.objects.get()


def post_encoding(coordinator_client, run: ImportRun, encoding: str) -> Any:
    reading = {"step": "reading", "encoding": encoding, "delimiter": ";", "header_row": "1"}
    return coordinator_client.post(reverse("dossiers_import_columns", args=[run.pk]), reading, follow=True)


def test_the_encoding_can_be_corrected(coordinator_client) -> None:
    run = upload_dos_list(coordinator_client)
    assert run.rows.get().given["given_name"] == "€elik"
    assert "cp1252" not in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    page = post_encoding(coordinator_client, run, "cp850")
    assert "Çelik" in text(page)
    assert raw(page).partition('<option value="cp850" selected>')[2].split("</option>")[0].strip() == "West-Europa, DOS"
    columns = {
        f"column-{sample_column.column.index}": sample_column.column.field or "-"
        for sample_column in page.context["sample"].columns
    }
    choice = {"encoding": "cp850", "delimiter": ";", "header_row": "1"}
    coordinator_client.post(reverse("dossiers_import_columns", args=[run.pk]), {"step": "columns"} | choice | columns)
    run.refresh_from_db()
    assert (run.state, run.rows.get().given["given_name"], run.format["encoding"]) == ("previewed", "Çelik", "cp850")


def test_an_impossible_encoding_leaves_the_list_unchanged(coordinator_client) -> None:
    run = upload_dos_list(coordinator_client)
    page = text(post_encoding(coordinator_client, run, "utf-8"))
    assert "Dit bestand kan niet worden gelezen met de tekencodering die u koos. Kies een andere." in page
    run.refresh_from_db()
    assert (run.state, run.choice) == (ImportRun.State.PREVIEWED, {}) and run.upload
    assert "Çelik" in text(post_encoding(coordinator_client, run, "cp850"))
