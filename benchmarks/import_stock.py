"""import_stock: our import beside django-import-export as it comes; also changed and unchanged rows of ours."""

from collections.abc import Iterator
from typing import Any

from benchmarks.databases import Database
from benchmarks.outcome import Further, Line, Outcome, rate
from benchmarks.people import csv_file
from benchmarks.processes import measure

NAME, GOAL = "import_stock", 100
STOCK_SHARE = 50  # it makes some 80 rows a second


def run(database: Database, rows: int) -> Iterator[Line]:
    few = max(rows // STOCK_SHARE, 1)
    first, changed = (csv_file(database.folder, rows, changed=changed) for changed in (False, True))
    settings = database.fresh()
    new, unchanged, other = measure("ours.timed", settings, paths=[str(p) for p in (first, first, changed)])["runs"]
    stock = measure("stock.timed", database.fresh(), rows=few)
    check_same(new["left"], rows, stock["left"], few)
    ran = f"new, preview and apply: {rate(rows, seconds(new))}; django-import-export: {rate(few, stock['seconds'])}"
    yield Outcome(NAME, database.name, (rows / seconds(new)) / (few / stock["seconds"]), GOAL, ran)
    share = (rows / new["processor"]) / (few / stock["processor"])
    remark = f"by processor time of the importing process alone, which other work hardly touches: {share:.1f} times"
    yield Further(NAME, database.name, remark)
    for kind, counts in (("new", new), ("unchanged", unchanged), ("changed", other)):
        if counts["counts"][kind] != rows:
            raise SystemExit(f"Not all rows are {kind}: {counts['counts']}")
        remark = (
            f"{kind}: {rate(rows, seconds(counts))}; preview {counts['preview']:.1f} s, apply {counts['apply']:.1f} s"
        )
        yield Further(NAME, database.name, remark)


def seconds(run: dict[str, Any]) -> float:
    return float(run["preview"] + run["apply"])


def check_same(ours: dict[str, int], rows: int, theirs: dict[str, int], their_rows: int) -> None:
    """Stop if the two imports created different numbers of records for each row; the numbers of sectors may differ."""
    for kind in ours.keys() - {"sectors"}:
        if ours[kind] * their_rows != theirs[kind] * rows:
            raise SystemExit(f"Not the same was left: {ours} of {rows} rows, {theirs} of {their_rows} rows.")
    if not theirs["sectors"]:
        raise SystemExit("No sectors were left.")
