"""search: the box above each page, from a request to its results, at a tenth of the rows asked and at a million."""

from collections.abc import Iterator

from benchmarks.databases import Database
from benchmarks.outcome import Line, Outcome
from benchmarks.people import csv_file
from benchmarks.processes import measure

NAME, GOAL = "search", 0.2  # seconds
SMALLER, COPIES = 10, 100


def run(database: Database, rows: int) -> Iterator[Line]:
    few = max(rows // SMALLER, 1)
    path = str(csv_file(database.folder, few))
    for copies in (1,) if database.name == "SQLite" else (1, COPIES):  # so many dossiers are for PostgreSQL
        settings = database.fresh()
        measure("growing.fill", settings, path=path, copies=copies)
        for words, searched in measure("growing.searches", settings).items():
            ran = f"seconds for “{words}” at {few * copies:,} dossiers; {searched['results']} results"
            yield Outcome(NAME, database.name, searched["seconds"], GOAL, ran, at_most=True)
