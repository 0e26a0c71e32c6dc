"""Helpers that create letters and open the page of a candidate."""

from datetime import date
from typing import Any

from django.test import Client

from dossiers.models import CandidateLink, Dossier
from tests.dossiers.models.placements import make_ready_dossier

BORN = "12-03-1990"


def make_letter(dossier: Dossier | None = None, user: Any = None, **fields: Any) -> tuple[CandidateLink, str]:
    """Create a valid letter and return it with its key."""
    values = {"given_name": "Selamawit", "family_name": "Haile", "date_of_birth": date(1990, 3, 12)}
    return CandidateLink.make(dossier or make_ready_dossier(**values | fields), user)


def page_url(key: str, rest: str = "", taal: str = "nl") -> str:
    return f"/mijn-gegevens/{key}/{rest}?taal={taal}"


def send_birth_date(client: Client, key: str, born: str = BORN, **extra: Any) -> Any:
    """Send the form with the date of birth."""
    return client.post(page_url(key), {"born": born}, **extra)


def open_page(client: Client, key: str) -> Client:
    assert send_birth_date(client, key).status_code == 302
    return client
