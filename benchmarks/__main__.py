"""The command line: all benchmarks or one, each on every database that there is."""

import os
import sys
from collections.abc import Callable, Iterator

from benchmarks import export_speed, import_bulk, import_memory, import_stock, list_growth, public_page, search
from benchmarks.databases import Database, databases
from benchmarks.outcome import Line

ROWS = 100_000
BENCHMARKS: dict[str, Callable[[Database, int], Iterator[Line]]] = {
    "import_stock": import_stock.run,
    "import_bulk": import_bulk.run,
    "import_memory": import_memory.run,
    "export_speed": export_speed.run,
    "list_growth": list_growth.run,
    "search": search.run,
    "public_page": public_page.run,
}


def main(asked: list[str]) -> int:
    """Run what is asked, a line for each figure as soon as it is there; returns the exit status."""
    if unknown := [name for name in asked if name not in BENCHMARKS]:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    rows = int(os.environ.get("BENCH_ROWS", ROWS))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start: on a busy machine ratios wander.")
    with databases(print) as measured_databases:
        for name in asked or BENCHMARKS:
            for database in measured_databases:
                for line in BENCHMARKS[name](database, rows):
                    print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
