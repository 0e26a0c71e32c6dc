"""import_memory: a worker's memory at a large list beside a small one, and the reader's child under its limit."""

from collections.abc import Iterator

from benchmarks.databases import Database
from benchmarks.outcome import Line, Outcome
from benchmarks.processes import measure

NAME, GOAL = "import_memory", 1.3
SMALLER = 10


def run(database: Database, rows: int) -> Iterator[Line]:
    figures = []
    for count in (rows, max(rows // SMALLER, 1)):
        path = database.folder / f"lijst-{count}.xlsx"
        settings = database.fresh()
        measure("preparing.workbook", settings, path=str(path), rows=count)
        figures.append(measure("memory.of_import", settings, path=str(path)) | {"rows": count})
    large, small = figures
    ran = " and ".join(f"{size['worker']:.0f} MB for {size['rows']:,} rows" for size in (large, small))
    yield Outcome(NAME, database.name, large["worker"] / small["worker"], GOAL, f"worker, xlsx: {ran}", at_most=True)
    ran = f"reader's child: {large['reader']:.0f} MB reserved of the {large['limit']:.0f} MB that it may"
    yield Outcome(NAME, database.name, large["reader"] / large["limit"], 1, ran, at_most=True)
