"""Helpers for tests of the pages of partners."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers.models import ImportRun, Supply

from ..pages import text

PEOPLE, LISTS, UPLOAD, ADD = (reverse(f"dossiers_partner_{name}") for name in ("people", "lists", "upload", "add"))
HEADER = "Extern nummer;Voornaam;Achternaam;Geboortedatum;Beroep"
SELAM = "P1;Selam;Haile;12-03-1990;kok"
PERSON = {"given_name": "Omar", "family_name": "Said", "date_of_birth": "01-02-1985", "external_id": "P7"}


def make_upload(*lines: str, header: str = HEADER) -> SimpleUploadedFile:
    return SimpleUploadedFile("lijst.csv", "\n".join([header, *lines]).encode())


def upload(client, *lines: str, query: str = "", header: str = HEADER, **data) -> ImportRun:
    response = client.post(UPLOAD + query, {"file": make_upload(*lines, header=header), **data})
    assert response.status_code == 302, text(response)
    return ImportRun.objects.latest("pk")


def page_url(name: str, run: ImportRun, *args) -> str:
    return reverse(f"dossiers_partner_{name}", args=[run.pk, *args])


def send_list(client, *lines: str, query: str = "", header: str = HEADER) -> ImportRun:
    run = upload(client, *(lines or (SELAM,)), query=query, header=header)
    client.post(page_url("send", run))
    run.refresh_from_db()
    return run


def page_urls(run: ImportRun, supply: Supply) -> list[str]:
    """Return the URLs of all pages of partners; the first four need no list or person."""
    row = run.rows.first()
    names = (
        "list",
        "columns",
        "questions",
        "lines",
        "progress",
        "workbook",
        "send",
        "take_back",
        "reopen",
        "discard",
        "mend",
    )
    return [
        *(PEOPLE, LISTS, UPLOAD, ADD),
        *(page_url(name, run) for name in names),
        page_url("line", run, row.pk if row else 1),
        reverse("dossiers_partner_correct", args=[supply.pk]),
    ]
