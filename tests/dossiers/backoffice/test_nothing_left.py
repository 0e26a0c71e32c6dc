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


def planted(numbers: Numbers) -> list[list[Any]]:
    """Return a list with numbers in a title, a header, columns, single cells and a totals row."""
    wrong = [
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
        for number, cells in enumerate(wrong)
    ]  # fmt: skip
    width = [""] * (len(HEADER) - 1)
    return [
        [f"Overzicht voor {numbers.new(1)}", *width, ""],
        [""] * (len(HEADER) + 1),
        [*HEADER, f"Zaak {numbers.new(1)}"],
        *([person.get(name, "") for name in HEADER] + ["z"] for person in people),
        ["Totaal", "13", "", numbers.new(), *width[3:], ""],
    ]


def workbook(numbers: Numbers, folder: Path) -> Path:
    lines = planted(numbers)
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


def text_file(numbers: Numbers, folder: Path) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(planted(numbers))
    path = folder / f"lijst_{numbers.new()}.csv"
    path.write_text(text.getvalue(), "cp1252")
    return path


Make = Callable[[Numbers, Path], Path]


@pytest.fixture(params=[workbook, text_file])
def make(request) -> Make:
    return request.param


@pytest.fixture
def outside(tmp_path_factory) -> Path:
    """A folder for the sender's own file, outside the storage of the site."""
    return tmp_path_factory.mktemp("post")


@pytest.fixture(autouse=True)
def as_in_real_life(settings, tmp_path: Path, caplog) -> None:
    """Use a file cache, tasks in the database and a complete log."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "cache"}
    }
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def nothing_left(tmp_path: Path, numbers: Numbers, caplog) -> Callable[..., None]:
    """Fails with every place where one of the numbers was found."""

    def look(*shown: str, raw_file_is_gone: bool = False) -> None:
        texts = numbers.spellings()
        assert find_in_tables(texts) == []
        assert find_in_files(tmp_path, texts, "" if raw_file_is_gone else "uploads") == []
        assert [text for text in texts if text in caplog.text] == []
        for page in shown:
            assert [text for text in texts if text in page] == []

    return look


def pages_of(client: Any, run: ImportRun) -> Iterator[str]:
    address = reverse("dossiers_import", args=[run.pk])
    for query in ("", *(f"?action={action}" for action in ("new", "error", "changed", "absent", "skipped"))):
        yield raw(client.get(address + query))


def read(client: Any, address: str, data: dict[str, Any]) -> str:
    """Post and return the page after the worker has read the list."""
    where = client.post(address, data).url
    for run in ImportRun.objects.filter(state=ImportRun.State.READING):
        read_import.call(run.pk)
    return raw(client.get(where, follow=True))


def steps(client: Any, run: ImportRun) -> Iterator[str]:
    yield raw(client.get(reverse("dossiers_import_columns", args=[run.pk])))
    yield raw(client.get(reverse("dossiers_import_words", args=[run.pk])))


def workbook_of(response: Any) -> str:
    content = b"".join(response.streaming_content)
    assert content.startswith(b"PK")
    return b"\n".join(unpack(content)).decode(errors="replace")


def test_through_the_browser_nothing_is_left(
    coordinator_client, coordinator, make: Make, numbers, outside, nothing_left
) -> None:
    path = make(numbers, outside)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    sender = Organisation.objects.named(AZC)
    data = {"file": file, "policy": "update", "organisation": sender.pk}
    page = read(coordinator_client, reverse("dossiers_import_upload", args=["dossiers"]), data)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.PREVIEWED, run.reason
    assert (run.counts()["new"], run.counts()["error"]) == (1, 12)
    assert {c["header"] for c in run.columns if c["dropped"] == "privacy"} >= {*HEADER[4:10], "Kolom 7", "Beroep"}
    nothing_left(page, *pages_of(coordinator_client, run), *steps(coordinator_client, run))
    # a value for all lines, and cells mended, by somebody who types such a number
    columns = {f"column-{c['index']}": c["field"] or "-" for c in run.columns}
    columns |= {"fixed-field": "notes", "fixed-value": f"dossier {numbers.new()}"}
    nothing_left(raw(coordinator_client.post(reverse("dossiers_import_columns", args=[run.pk]), columns, follow=True)))
    for row in run.rows.filter(action="error"):
        cells = {f"cell-{row.pk}-{name}": f"bsn {numbers.new(number % 3)}" for number, name in enumerate(row.errors)}
        nothing_left(raw(coordinator_client.post(reverse("dossiers_import_keep", args=[run.pk]), cells, follow=True)))
    nothing_left(
        *pages_of(coordinator_client, run),
        workbook_of(coordinator_client.get(reverse("dossiers_import_return", args=[run.pk]))),
    )
    assert run.rows.filter(action="error").count() == 12
    # written, and taken back
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    assert DBTaskResult.objects.exists()
    cache.set("import-progress-0", (1, 2), 60)
    apply_import.call(run.pk, coordinator.pk)
    assert Dossier.objects.count() == 1 and ImportProfile.objects.exists()
    nothing_left(*pages_of(coordinator_client, run), raw_file_is_gone=True)
    nothing_left(raw(coordinator_client.post(reverse("dossiers_import_undo", args=[run.pk]), follow=True)))
    undo_import.call(run.pk)
    assert not Dossier.objects.exists()
    nothing_left(*pages_of(coordinator_client, run), raw_file_is_gone=True)


def test_from_the_command_line_nothing_is_left(base_data, make: Make, numbers, outside, nothing_left, capsys) -> None:
    path = make(numbers, outside)
    with pytest.raises(SystemExit):
        call_command(
            "import_sheet", "dossiers", str(path), "--organisation", AZC, "--apply", "--json", "--good-rows-only"
        )
    printed = capsys.readouterr().out
    told = json.loads(printed)
    assert (told["state"], told["counts"]["new"], told["counts"]["error"]) == ("applied", 1, 12)
    nothing_left(printed, raw_file_is_gone=True)


def test_the_file_as_it_came_is_gone_within_the_hour(
    coordinator_client, make: Make, numbers, outside, nothing_left, tmp_path
) -> None:
    path = make(numbers, outside)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    data = {"file": file, "policy": "update", "organisation": Organisation.objects.named(AZC).pk}
    coordinator_client.post(reverse("dossiers_import_upload", args=["dossiers"]), data)
    assert find_in_files(tmp_path, numbers.spellings()) != []
    expiry.destroy_expired(timezone.now() + expiry.UPLOAD_RETENTION)
    nothing_left(raw_file_is_gone=True)


def test_a_list_that_is_asked_about_leaves_nothing_when_nobody_answers(
    coordinator_client, numbers, outside, nothing_left
) -> None:
    lines = [f"Wie {numbers.new()};Wat;Waar", f"Selam;{numbers.new(1)};Ens"]
    file = SimpleUploadedFile(f"v-nummer 2812345670 {numbers.new()}.csv", "\n".join(lines).encode())
    data = {"file": file, "policy": "update", "organisation": Organisation.objects.named(AZC).pk}
    page = read(coordinator_client, reverse("dossiers_import_upload", args=["dossiers"]), data)
    run = ImportRun.objects.get()
    assert run.state == ImportRun.State.ASKING and run.file_name == "v-nummer *** ***.csv"
    nothing_left(page)
    expiry.destroy_expired(timezone.now() + expiry.UPLOAD_RETENTION)
    nothing_left(*pages_of(coordinator_client, run), raw_file_is_gone=True)


def test_a_partners_own_list_leaves_nothing(
    as_user, partner, coordinator_client, make: Make, numbers, outside, nothing_left
) -> None:
    path, own = make(numbers, outside), as_user(partner)
    file = SimpleUploadedFile(path.name, path.read_bytes())
    page = read(own, reverse("dossiers_partner_upload"), {"file": file})
    run = ImportRun.objects.get()
    assert run.counts()["new"] == 1, run.reason
    nothing_left(page, workbook_of(own.get(reverse("dossiers_partner_workbook", args=[run.pk]))))
    nothing_left(raw(own.post(reverse("dossiers_partner_send", args=[run.pk]), follow=True)))
    nothing_left(
        read(coordinator_client, reverse("dossiers_import_open", args=[run.pk]), {}), *pages_of(coordinator_client, run)
    )


def test_one_person_typed_by_a_partner_leaves_nothing(as_user, partner, numbers, nothing_left) -> None:
    cells = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": "12-03-1990"}
    for name, text in (
        ("notes", f"bsn {numbers.new(2)}"),
        ("phone", numbers.new()),
        ("email", f"{numbers.new()}@x.nl"),
    ):
        page = as_user(partner).post(reverse("dossiers_partner_add"), cells | {name: text}, follow=True)
        assert name in page.context["form"].errors
        nothing_left(raw_file_is_gone=True)
