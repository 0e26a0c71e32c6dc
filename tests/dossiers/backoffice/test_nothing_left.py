"""Private numbers are stored nowhere, wherever they are in a list and whatever happens to the list."""

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dossiers.models import Dossier, ImportProfile, ImportRun, Organisation
from dossiers.privacy.numbers import passes_eleven_test
from dossiers.spreadsheets import expiry
from dossiers.tasks import apply_import, read_import, undo_import

from ..spreadsheets.imports import AZC
from ..text_search import find_in_files, find_in_tables, unpack
from .pages import raw

SPECIAL = ("Eritrese", "Koptisch", "suikerziekte", "vervolging", "2812345670", "281.234.5671")
RULES = (lambda n: n, lambda n: f"{n[:4]}.{n[4:6]}.{n[6:]}", lambda n: f"{n[:3]} {n[3:6]} {n[6:]}")


class Numbers:
    """Invented BSNs that pass the check digit test and are not phone numbers; each is used once."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.rest = (str(number) for number in range(123_456_700, 130_000_000) if passes_eleven_test(str(number)))

    def new(self, style: int = 0) -> str:
        """The next one: as digits (0), as on an official paper (1), or with spaces (2)."""
        number = next(self.rest)
        self.given.append(number)
        return RULES[style](number)

    def spellings(self) -> list[str]:
        dotted = [f"{n[:3]}.{n[3:6]}.{n[6:]}" for n in self.given]
        return [*(rule(number) for number in self.given for rule in RULES), *dotted, *SPECIAL]


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


HEADER = [
    "Voornaam", "Achternaam", "Geboortedatum", "Extern nummer", "BSN", "V-nummer", "Nationaliteit", "Religie",
    "Medische bijzonderheden", "Asielmotief", "Kolom 7", "Beroep", "Telefoon", "E-mail", "Uren per week",
    "Niveau Nederlands", "Notities",
]  # fmt: skip
GOOD = {"Telefoon": "0612345678", "E-mail": "s@example.org", "Uren per week": "24", "Niveau Nederlands": "A1"}


def build_rows_with_numbers(numbers: Numbers) -> list[list[Any]]:
    """Return a list with numbers in a title, a header, columns, single cells and a totals row."""
    cells_by_person = [
        {}, {"Telefoon": numbers.new()}, {"Telefoon": f"BSN {numbers.new(2)}"}, {"Uren per week": numbers.new(2)},
        {"Niveau Nederlands": numbers.new(2)}, {"E-mail": f"{numbers.new()}@example.org"},
        {"Notities": f"zijn bsn is {numbers.new(2)}, geen fiets"}, {"Notities": numbers.new(2)},
        {"Notities": f"nummer {numbers.new(1)}"}, {"Notities": "V-nummer 281.234.5671"},
        {"Geboortedatum": numbers.new()}, {"Voornaam": f"Omar {numbers.new()}"},
        {"Extern nummer": f"bsn-{numbers.new()}"},
    ]  # fmt: skip
    people = [
        GOOD
        | {
            "Voornaam": f"Selam{number}", "Achternaam": "Haile", "Geboortedatum": "12-03-1990",
            "Extern nummer": f"P{number}", "BSN": numbers.new(number % 3), "V-nummer": "2812345670",
            "Nationaliteit": "Eritrese", "Religie": "Koptisch", "Medische bijzonderheden": "suikerziekte",
            "Asielmotief": "vervolging", "Kolom 7": numbers.new(2), "Beroep": numbers.new((number + 1) % 3),
        }
        | cells
        for number, cells in enumerate(cells_by_person)
    ]  # fmt: skip
    width = [""] * (len(HEADER) - 1)
    return [
        [f"Overzicht voor {numbers.new(1)}", *width, ""],
        [""] * (len(HEADER) + 1),
        [*HEADER, f"Zaak {numbers.new(1)}"],
        *([person.get(name, "") for name in HEADER] + ["z"] for person in people),
        ["Totaal", "13", "", numbers.new(), *width[3:], ""],
    ]


def make_workbook(numbers: Numbers, folder: Path) -> Path:
    lines = build_rows_with_numbers(numbers)
    path = folder / f"lijst van {numbers.new(1)}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (
            (f"Lijst {numbers.new()}", lines),
            (f"Oud {numbers.new()}", [HEADER, ["Jan", numbers.new(), date(1990, 1, 1), numbers.new()]]),
        ):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def make_text_file(numbers: Numbers, folder: Path) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(build_rows_with_numbers(numbers))
    path = folder / f"lijst_{numbers.new()}.csv"
    path.write_text(text.getvalue(), "cp1252")
    return path


Make = Callable[[Numbers, Path], Path]


@pytest.fixture(params=[make_workbook, make_text_file])
def make_list(request) -> Make:
    return request.param


@pytest.fixture
def sender_folder(tmp_path_factory) -> Path:
    """A folder for the sender's own file, outside the storage of the site."""
    return tmp_path_factory.mktemp("post")


@pytest.fixture(autouse=True)
def production_like_settings(settings, tmp_path: Path, caplog) -> None:
    """Use a file cache, tasks in the database and a complete log."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "cache"}
    }
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def assert_nothing_left(tmp_path: Path, numbers: Numbers, caplog) -> Callable[..., None]:
    """Fails with every place where one of the numbers was found."""

    def search(*shown: str, raw_file_is_gone: bool = False) -> None:
        texts = numbers.spellings()
        assert find_in_tables(texts) == []
        assert find_in_files(tmp_path, texts, "" if raw_file_is_gone else "uploads") == []
        assert [text for text in texts if text in caplog.text] == []
        for page in shown:
            assert [text for text in texts if text in page] == []

    return search


def get_import_pages(client: Any, run: ImportRun) -> Iterator[str]:
    address = reverse("dossiers_import", args=[run.pk])
    for query in ("", *(f"?action={action}" for action in ("new", "error", "changed", "absent", "skipped"))):
        yield raw(client.get(address + query))


def post_and_read(client: Any, address: str, data: dict[str, Any]) -> str:
    """Post and return the page after the worker has read the list."""
    next_url = client.post(address, data).url
    for run in ImportRun.objects.filter(state=ImportRun.State.READING):
        read_import.call(run.pk)
    return raw(client.get(next_url, follow=True))


def get_question_pages(client: Any, run: ImportRun) -> Iterator[str]:
    yield raw(client.get(reverse("dossiers_import_columns", args=[run.pk])))
    yield raw(client.get(reverse("dossiers_import_questions", args=[run.pk])))


def read_workbook(response: Any) -> str:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"PK")
    return b"\n".join(unpack(content)).decode(errors="replace")


def test_an_import_in_the_browser_stores_no_private_numbers(
    coordinator_client, coordinator, make_list: Make, numbers, sender_folder, assert_nothing_left
) -> None:
    path = make_list(numbers, sender_folder)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    sender = Organisation.objects.named(AZC)
    data = {"file": file, "policy": "update", "organisation": sender.pk}
    page = post_and_read(coordinator_client, reverse("dossiers_import_upload", args=["dossiers"]), data)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.PREVIEWED, run.reason
    if make_list is make_workbook:
        part_url = reverse("dossiers_import_part", args=[run.pk])
        assert_nothing_left(page, post_and_read(coordinator_client, part_url, {"part": "sheets:no"}))
    assert (run.counts()["new"], run.counts()["error"]) == (1, 12)
    assert {c["header"] for c in run.columns if c["dropped"] == "privacy"} >= {*HEADER[4:10], "Kolom 7", "Beroep"}
    assert_nothing_left(page, *get_import_pages(coordinator_client, run), *get_question_pages(coordinator_client, run))
    # a value for all lines, and cells mended, by somebody who types such a number
    columns = {f"column-{c['index']}": c["field"] or "-" for c in run.columns}
    columns |= {"fixed-field": "notes", "fixed-value": f"dossier {numbers.new()}"}
    assert_nothing_left(
        raw(coordinator_client.post(reverse("dossiers_import_columns", args=[run.pk]), columns, follow=True))
    )
    for row in run.rows.filter(action="error"):
        cells = {f"cell-{row.pk}-{name}": f"bsn {numbers.new(number % 3)}" for number, name in enumerate(row.errors)}
        assert_nothing_left(
            raw(coordinator_client.post(reverse("dossiers_import_keep", args=[run.pk]), cells, follow=True))
        )
    assert_nothing_left(
        *get_import_pages(coordinator_client, run),
        read_workbook(coordinator_client.get(reverse("dossiers_import_return", args=[run.pk]))),
    )
    assert run.rows.filter(action="error").count() == 12
    # written, and taken back
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    assert DBTaskResult.objects.exists()
    cache.set("import-progress-0", (1, 2), 60)
    apply_import.call(run.pk, coordinator.pk)
    assert Dossier.objects.count() == 1 and ImportProfile.objects.exists()
    assert_nothing_left(*get_import_pages(coordinator_client, run), raw_file_is_gone=True)
    assert_nothing_left(raw(coordinator_client.post(reverse("dossiers_import_undo", args=[run.pk]), follow=True)))
    undo_import.call(run.pk)
    assert not Dossier.objects.exists()
    assert_nothing_left(*get_import_pages(coordinator_client, run), raw_file_is_gone=True)


def test_an_import_by_command_stores_no_private_numbers(
    base_data, make_list: Make, numbers, sender_folder, assert_nothing_left, capsys
) -> None:
    path = make_list(numbers, sender_folder)
    with pytest.raises(SystemExit):
        call_command(
            "import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply", "--json", "--good-rows-only"
        )
    printed = capsys.readouterr().out
    output = json.loads(printed)
    assert (output["state"], output["counts"]["new"], output["counts"]["error"]) == ("applied", 1, 12)
    assert_nothing_left(printed, raw_file_is_gone=True)


def test_the_uploaded_file_is_destroyed_within_an_hour(
    coordinator_client, make_list: Make, numbers, sender_folder, assert_nothing_left, tmp_path
) -> None:
    path = make_list(numbers, sender_folder)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    data = {"file": file, "policy": "update", "organisation": Organisation.objects.named(AZC).pk}
    coordinator_client.post(reverse("dossiers_import_upload", args=["dossiers"]), data)
    assert find_in_files(tmp_path, numbers.spellings()) != []
    expiry.destroy_expired(timezone.now() + expiry.UPLOAD_RETENTION)
    assert_nothing_left(raw_file_is_gone=True)


def test_an_unanswered_list_leaves_no_private_numbers(
    coordinator_client, numbers, sender_folder, assert_nothing_left
) -> None:
    lines = [f"Wie {numbers.new()};Wat;Waar", f"Selam;{numbers.new(1)};Ens"]
    file = SimpleUploadedFile(f"v-nummer 2812345670 {numbers.new()}.csv", "\n".join(lines).encode())
    data = {"file": file, "policy": "update", "organisation": Organisation.objects.named(AZC).pk}
    page = post_and_read(coordinator_client, reverse("dossiers_import_upload", args=["dossiers"]), data)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.ASKING and run.file_name == "v-nummer *** ***.csv"
    assert_nothing_left(page)
    expiry.destroy_expired(timezone.now() + expiry.UPLOAD_RETENTION)
    assert_nothing_left(*get_import_pages(coordinator_client, run), raw_file_is_gone=True)


def test_a_list_of_a_partner_leaves_no_private_numbers(
    as_user, partner, coordinator_client, make_list: Make, numbers, sender_folder, assert_nothing_left
) -> None:
    path, partner_client = make_list(numbers, sender_folder), as_user(partner)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    page = post_and_read(partner_client, reverse("dossiers_partner_upload"), {"file": file})
    run = ImportRun.objects.get()
    assert run.counts()["new"] == 1, run.reason
    assert_nothing_left(page, read_workbook(partner_client.get(reverse("dossiers_partner_workbook", args=[run.pk]))))
    assert_nothing_left(raw(partner_client.post(reverse("dossiers_partner_send", args=[run.pk]), follow=True)))
    assert_nothing_left(
        post_and_read(coordinator_client, reverse("dossiers_import_open", args=[run.pk]), {}),
        *get_import_pages(coordinator_client, run),
    )


def test_a_person_typed_by_a_partner_leaves_no_private_numbers(as_user, partner, numbers, assert_nothing_left) -> None:
    cells = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": "12-03-1990"}
    for name, text in (
        ("notes", f"bsn {numbers.new(2)}"),
        ("phone", numbers.new()),
        ("email", f"{numbers.new()}@x.nl"),
    ):
        page = as_user(partner).post(reverse("dossiers_partner_add"), cells | {name: text}, follow=True)
        assert name in page.context["form"].errors
        assert_nothing_left(raw_file_is_gone=True)
