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
    pages_by_copies = {}
    for copies in (1, COPIES):
        settings = database.fresh()
        measure("growing.fill", settings, path=path, copies=copies)
        pages_by_copies[copies] = measure("growing.pages", settings)
    for page, at_many in pages_by_copies[COPIES].items():
        at_few = pages_by_copies[1][page]
        for when, moment in WHEN.items():
            at_large, at_small = (f"{opened[when] * 1000:.0f} ms" for opened in (at_many, at_few))
            remark = f"{at_large} at {few * COPIES:,} dossiers, {at_small} at {few:,}"
            ran = f"{page}, {moment}: {remark}; {at_many['queries']} queries at last"
            yield Outcome(NAME, database.name, at_many[when] / at_few[when], GOAL, ran, at_most=True)
