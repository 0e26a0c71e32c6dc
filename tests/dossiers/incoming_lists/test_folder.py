"""Files that partners put into the folder become imports that wait."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from dossiers.models import Delivery, ImportRun, Organisation
from dossiers.spreadsheets.imports.uploads import MAX_BYTES

from .conftest import LIST

State = ImportRun.State


@pytest.fixture
def folder(tmp_path, settings, base_data) -> Path:
    """The subfolder of AZC Luttelgeest."""
    settings.LISTS_FOLDER = tmp_path / "lists"
    subfolder = settings.LISTS_FOLDER / "azc-luttelgeest"
    subfolder.mkdir(parents=True)
    return subfolder


class Capabilities(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


@contextmanager
def no_rights_of_root() -> Iterator[None]:
    """Take away the capabilities by which root opens each file (CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH)."""
    libc, header, held = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0), (Capabilities * 2)()
    assert libc.capget(header, held) == 0
    effective = held[0].effective
    held[0].effective &= ~0b110
    assert libc.capset(header, held) == 0
    yield
    held[0].effective = effective
    assert libc.capset(header, held) == 0


def list_runs() -> list[tuple[str, str]]:
    return list(ImportRun.objects.order_by("pk").values_list("file_name", "state"))


def test_a_file_waits_as_an_import_of_the_organisation_of_its_subfolder(folder, collect_lists):
    (folder / "lijst.csv").write_text(LIST)
    (folder / "brief.pdf").write_bytes(b"%PDF-1.4 no list")
    assert collect_lists(reads=True) == []
    assert list_runs() == [("brief.pdf", State.REFUSED), ("lijst.csv", State.PREVIEWED)]
    run = ImportRun.objects.get(state=State.PREVIEWED)
    assert (run.organisation.name, run.channel, run.user) == ("AZC Luttelgeest", "folder", None)


def test_a_file_is_read_once_and_removed_after_an_hour(folder, collect_lists):
    file = folder / "lijst.csv"
    file.write_text(LIST)
    for minutes in (5, 10, 60):
        collect_lists(minutes)
        assert (ImportRun.objects.count(), file.exists()) == (1, True)
    collect_lists(66)
    assert (ImportRun.objects.count(), file.exists()) == (1, False)
    file.write_text(LIST)  # the same list once more is another delivery
    collect_lists(70)
    assert ImportRun.objects.count() == 2


def test_a_file_that_is_still_being_written_is_not_read(folder, collect_lists):
    file = folder / "lijst.csv"
    for name in (".lijst.csv", "lijst.csv.filepart", "lijst.part", "~$lijst.xlsx"):
        (folder / name).write_text(LIST)
    file.write_text(LIST)
    os.utime(file, (0, 0))  # the time that its sender gave it
    collect_lists(minutes=1)
    assert list_runs() == []
    collect_lists(minutes=3)
    assert list_runs() == [("lijst.csv", State.READING)]


def test_a_file_that_was_halted_for_long_is_read_again_when_it_is_complete(folder, collect_lists):
    file = folder / "lijst.csv"
    file.write_text(LIST)
    collect_lists()
    with file.open("a") as more:
        more.write("Kidane;Hanna;5-1-1991\n")
    collect_lists(66)
    assert [run.upload.read().decode().count("\n") for run in ImportRun.objects.order_by("pk")] == [2, 3]
    assert file.exists()


def test_a_list_about_which_nobody_answers_says_so_after_an_hour(folder, collect_lists):
    (folder / "lijst.csv").write_text("Wie;Iets\nSelam Haile;x\n")
    collect_lists(reads=True)
    assert list_runs() == [("lijst.csv", State.ASKING)]
    ImportRun.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    call_command("destroy_old_files")
    run = ImportRun.objects.get()
    assert (run.state, run.upload.name) == (State.REFUSED, "")
    assert run.reason.startswith("De vragen over de kolommen van deze lijst zijn niet binnen een uur")


def test_nothing_is_known_of_a_delivery_a_month_after_it_was_seen(folder, collect_lists):
    (folder / "lijst.csv").write_text(LIST)
    collect_lists()
    call_command("destroy_old_files")
    assert Delivery.objects.count() == 1
    Delivery.objects.update(seen_at=timezone.now() - timedelta(days=30))
    call_command("destroy_old_files")
    assert Delivery.objects.count() == 0


def test_a_worker_that_dies_before_the_mark_does_not_double_a_file(folder, collect_lists):
    (folder / "lijst.csv").write_text(LIST)
    collect_lists()
    Delivery.objects.update(taken_at=None)
    collect_lists()
    assert ImportRun.objects.count() == 1


def test_a_file_that_is_too_large_is_refused_in_words(folder, collect_lists):
    with (folder / "groot.xlsx").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    collect_lists()
    run = ImportRun.objects.get()
    assert (run.state, run.upload.name) == (State.REFUSED, "")
    assert run.reason.startswith("Dit bestand is groter dan 20 MB")


def test_no_link_leads_out_of_a_subfolder(folder, tmp_path, collect_lists):
    secret = tmp_path / "geheim.csv"
    secret.write_text(LIST)
    (folder / "lijst.csv").symlink_to(secret)
    other = tmp_path / "elders"
    other.mkdir()
    (other / "lijst.csv").write_text(LIST)
    (folder.parent / "werkcorporatie").symlink_to(other)
    os.mkfifo(folder / "pijp.csv")
    (folder / "map").mkdir()
    collect_lists()
    assert list_runs() == []


def test_what_belongs_to_no_organisation_is_told_and_stays(folder, collect_lists):
    (folder.parent / "los.csv").write_text(LIST)
    (folder.parent / "onbekend").mkdir()
    (folder.parent / "onbekend" / "lijst.csv").write_text(LIST)
    problems = collect_lists(120)
    assert list_runs() == []
    assert "buiten de submappen" in problems[0] and "“onbekend”" in problems[1]
    assert (folder.parent / "onbekend" / "lijst.csv").exists()


def test_a_folder_without_rights_is_told_and_others_are_read(folder, collect_lists, caplog):
    (folder / "goed.csv").write_text(LIST)
    unreadable, closed = folder / "Selam Haile.csv", folder.parent / "werkcorporatie"
    unreadable.write_text(LIST)
    unreadable.chmod(0)
    closed.mkdir(mode=0)
    Organisation.objects.get_or_create(name="Werkcorporatie")
    with no_rights_of_root():
        problems = collect_lists()
    assert len(problems) == 2
    assert "AZC Luttelgeest" in problems[0] and "Werkcorporatie" in problems[1]
    assert caplog.text.count("Permission denied") == 2
    assert "Selam" not in caplog.text + " ".join(problems)
    assert list_runs() == [("goed.csv", State.READING)]
    closed.chmod(0o700)


def test_a_file_that_can_not_be_removed_is_told_and_not_read_again(folder, collect_lists):
    (folder / "lijst.csv").write_text(LIST)
    folder.chmod(0o500)
    with no_rights_of_root():
        collect_lists()
        problems = [collect_lists(minutes) for minutes in (66, 45 * 24 * 60)]
        call_command("destroy_old_files")
    assert [len(messages) for messages in problems] == [1, 1]
    assert ImportRun.objects.count() == 1


def test_a_folder_that_is_not_there_is_told(folder, settings, collect_lists, caplog):
    settings.LISTS_FOLDER = folder / "weg"
    assert collect_lists() == ["De map voor lijsten is niet te lezen. De beheerder vindt de oorzaak in het logboek."]
    assert "No such file or directory" in caplog.text
