"""list_growth: what a coordinator opens at a hundred times as many dossiers, beside a tenth of the rows asked."""

from collections.abc import Iterator

from benchmarks.databases import Database
from benchmarks.outcome import Further, Line, Outcome
from benchmarks.people import csv_file
from benchmarks.processes import measure

NAME, GOAL = "list_growth", 2
SMALLER, COPIES = 10, 100
WHEN = {"first": "the first time", "seconds": "again"}  # long counts are made ahead by the worker, and kept for a while


def run(database: Database, rows: int) -> Iterator[Line]:
    if database.name == "SQLite":
        yield Further(NAME, database.name, "not measured: so many dossiers are for PostgreSQL")
        return
    few = max(rows // SMALLER, 1)
    path = str(csv_file(database.folder, few))
    small, large = (_pages(database, path, copies) for copies in (1, COPIES))
    for page, at_many in large.items():
        at_few = small[page]
        for when, moment in WHEN.items():
            at_large, at_small = (f"{opened[when] * 1000:.0f} ms" for opened in (at_many, at_few))
            remark = f"{at_large} at {few * COPIES:,} dossiers, {at_small} at {few:,}"
            ran = f"{page}, {moment}: {remark}; {at_many['queries']} queries at last"
            yield Outcome(NAME, database.name, at_many[when] / at_few[when], GOAL, ran, at_most=True)


def _pages(database: Database, path: str, copies: int) -> dict[str, dict[str, float]]:
    settings = database.fresh()
    measure("growing.fill", settings, path=path, copies=copies)
    return measure("growing.pages", settings)
