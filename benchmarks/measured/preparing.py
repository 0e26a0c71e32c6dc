"""What stands before a measurement."""

from pathlib import Path
from typing import Any

from django.core.management import call_command

from benchmarks.people import HEADER, people
from dossiers.spreadsheets.writer import FORMATS


def migrate() -> dict[str, Any]:
    """Make the tables and the base lists."""
    call_command("migrate", verbosity=0)
    return {}


class Listed:
    """A partner's list as a table of the writer's."""

    title, names, header = "Lijst", list(HEADER), list(HEADER)

    def __init__(self, rows: int) -> None:
        self.count = rows

    def rows(self) -> Any:
        return (person.as_listed() for person in people(self.count))

    values = rows


def workbook(path: str, rows: int) -> dict[str, Any]:
    """Write a list as xlsx."""
    with Path(path).open("wb") as file:
        FORMATS["xlsx"].write(Listed(rows), file)
    return {}
