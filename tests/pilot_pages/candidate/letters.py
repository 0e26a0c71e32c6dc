"""Helpers that create letters and open the page of a candidate."""

from datetime import date
from typing import Any

from django.test import Client

from dossiers.models import CandidateLink, Dossier
from tests.dossiers.models.placed import ready

BORN = "12-03-1990"


def letter(dossier: Dossier | None = None, user: Any = None, **fields: Any) -> tuple[CandidateLink, str]:
    """Create a valid letter and return it with its key."""
    values = {"given_name": "Selamawit", "family_name": "Haile", "date_of_birth": date(1990, 3, 12)}
    return CandidateLink.make(dossier or ready(**values | fields), user)


def address(key: str, rest: str = "", taal: str = "nl") -> str:
    return f"/mijn-gegevens/{key}/{rest}?taal={taal}"


def knock(client: Client, key: str, born: str = BORN, **extra: Any) -> Any:
    """Send the form with the date of birth."""
    return client.post(address(key), {"born": born}, **extra)


def inside(client: Client, key: str) -> Client:
    assert knock(client, key).status_code == 302
    return client
