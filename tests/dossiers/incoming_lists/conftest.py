"""Lists that arrive, and the moments at which somebody looks for them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from dossiers.incoming_lists import collect
from dossiers.tasks import read_import

LIST = "Achternaam;Voornaam;Geboortedatum\nHaile;Selam;4-3-1990\n"


@pytest.fixture
def collect_lists(db) -> Callable[..., list[str]]:
    """A function that looks for lists after some minutes, and returns what went wrong; it reads them if it `reads`."""

    def look(minutes: float = 5, *, reads: bool = False, enqueue: Callable[[int], object] = str) -> list[str]:
        return collect.collect(read_import.enqueue if reads else enqueue, timezone.now() + timedelta(minutes=minutes))

    return look
