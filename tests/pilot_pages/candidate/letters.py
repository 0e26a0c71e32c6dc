"""Shorthand: somebody with a letter, and the browser in which they read their page."""

from datetime import date
from typing import Any

from django.test import Client

from dossiers.models import CandidateLink, Dossier
from tests.dossiers.models.placed import ready

BORN = "12-03-1990"


def letter(dossier: Dossier | None = None, user: Any = None, **fields: Any) -> tuple[CandidateLink, str]:
    """A letter that works, with its key."""
    values = {"given_name": "Selamawit", "family_name": "Haile", "date_of_birth": date(1990, 3, 12)}
    return CandidateLink.make(dossier or ready(**values | fields), user)


def address(key: str, rest: str = "", taal: str = "nl") -> str:
    return f"/mijn-gegevens/{key}/{rest}?taal={taal}"


def knock(client: Client, key: str, born: str = BORN, **extra: Any) -> Any:
    """Give that date of birth."""
    return client.post(address(key), {"born": born}, **extra)


def inside(client: Client, key: str) -> Client:
    assert knock(client, key).status_code == 302
    return client
