"""list_growth: what a coordinator opens at a hundred times as many dossiers, beside a tenth of the rows asked."""

from collections.abc import Iterator

from benchmarks.databases import Database
from benchmarks.outcome import Further, Line, Outcome
from benchmarks.people import csv_file
from benchmarks.processes import measure

NAME, GOAL = "list_growth", 2
SMALLER, COPIES = 10, 100


def run(database: Database, rows: int) -> Iterator[Line]:
    if database.name == "SQLite":
        yield Further(NAME, database.name, "not measured: so many dossiers are for PostgreSQL")
        return
    few = max(rows // SMALLER, 1)
    path = str(csv_file(database.folder, few))
    small, large = (_pages(database, path, copies) for copies in (1, COPIES))
    for page, at_many in large.items():
        at_few = small[page]
        ran = f"{page}: {_told(at_many)} at {few * COPIES:,} dossiers; {_told(at_few)} at {few:,}"
        yield Outcome(NAME, database.name, at_many["seconds"] / at_few["seconds"], GOAL, ran, at_most=True)


def _told(opened: dict[str, float]) -> str:
    seconds, first = (f"{opened[name] * 1000:.0f} ms" for name in ("seconds", "first"))
    return f"{seconds} ({first} the first time, {opened['queries']} queries)"


def _pages(database: Database, path: str, copies: int) -> dict[str, dict[str, float]]:
    settings = database.fresh()
    measure("growing.fill", settings, path=path, copies=copies)
    return measure("growing.pages", settings)
