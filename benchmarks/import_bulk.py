"""import_bulk: our import beside Django's bare bulk_create of all that it leaves, nothing read or checked."""

from collections.abc import Iterator

from benchmarks.databases import Database
from benchmarks.import_stock import check_same, seconds
from benchmarks.outcome import Line, Outcome, rate
from benchmarks.people import csv_file
from benchmarks.processes import measure

NAME, GOAL = "import_bulk", 2


def run(database: Database, rows: int) -> Iterator[Line]:
    path = csv_file(database.folder, rows)
    ours = measure("ours.timed", database.fresh(), paths=[str(path)])["runs"][0]
    bare = measure("bare.timed", database.fresh(), rows=rows)
    check_same(ours["left"], rows, bare["left"], rows)
    ran = f"preview and apply: {rate(rows, seconds(ours))}; bare bulk_create: {rate(rows, bare['seconds'])}"
    yield Outcome(NAME, database.name, bare["seconds"] / seconds(ours), GOAL, ran)
