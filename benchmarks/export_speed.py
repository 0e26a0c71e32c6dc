"""export_speed and export_memory: our workbook beside tablib's, database included."""

from collections.abc import Iterator

from benchmarks.databases import Database
from benchmarks.outcome import Line, Outcome, rate
from benchmarks.people import csv_file
from benchmarks.processes import measure

SPEED, MEMORY = 5, 10


def run(database: Database, rows: int) -> Iterator[Line]:
    settings = database.fresh()
    measure("ours.timed", settings, paths=[str(csv_file(database.folder, rows))])
    ours, tablib = (measure(f"exports.{name}", settings) for name in ("ours", "tablib"))
    ran = f"xlsx: {rate(rows, ours['seconds'])}; tablib: {rate(rows, tablib['seconds'])}"
    yield Outcome("export_speed", database.name, tablib["seconds"] / ours["seconds"], SPEED, ran)
    ran = (
        f"{ours['memory']:.0f} MB; tablib: {tablib['memory']:.0f} MB, for {rows:,} rows,"
        f" each beside the {ours['rest']:.0f} MB of Django and all apps at rest"
    )
    yield Outcome("export_memory", database.name, tablib["memory"] / ours["memory"], MEMORY, ran)
