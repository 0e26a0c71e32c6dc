"""A full disk gets its own error message, and the incomplete file is removed."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction

from config.error_views import is_disk_full
from tests.conftest import LoggedIn
from tests.dossiers.backoffice.pages import text


@pytest.fixture(autouse=True)
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise ENOSPC at the second chunk of each file."""

    def chunks(self: ContentFile, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"Voornaam;Achternaam\n"
        raise OSError(errno.ENOSPC, "No space left on device")

    for kind in ("base.File", "uploadedfile.InMemoryUploadedFile"):
        monkeypatch.setattr(f"django.core.files.{kind}.chunks", chunks)


def list_private_files() -> list[Path]:
    return [path for path in Path(storages["private"].path("")).rglob("*") if path.is_file()]


def test_an_incomplete_file_is_removed(base_data: None) -> None:
    with pytest.raises(OSError, match="No space"):
        storages["private"].save("uploads/x", ContentFile(b"Voornaam;Achternaam\nSelam;Haile\n"))
    assert list_private_files() == []


def test_an_upload_to_a_full_disk_gets_an_explanation(coordinator) -> None:
    browser = LoggedIn(raise_request_exception=False)
    browser.force_login(coordinator)
    list_of_nobody = SimpleUploadedFile("lijst.csv", b"Voornaam;Achternaam\nSelam;Haile\n")
    with transaction.atomic():  # as the whole of a request is for the database
        response = browser.post("/beheer/imports/new/employer_interest/", {"file": list_of_nobody, "policy": "update"})
        transaction.set_rollback(True)
    assert response.status_code == 507
    assert "Er is niets opgeslagen. Laat het de beheerder van deze site weten en stuur het daarna opnieuw." in text(
        response
    )
    assert list_private_files() == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("database or disk is full"), True),
        (OperationalError("could not extend file: No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OperationalError("database is locked"), False),
        (OSError(errno.EACCES, "Permission denied"), False),
        (ValueError(), False),
    ],
)
def test_a_full_disk_is_distinguished_from_other_errors(error: Exception, expected: bool) -> None:
    assert is_disk_full(error) is expected
