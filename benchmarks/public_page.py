"""public_page: a page from the cache beside the same bytes from nginx; how heavy it is; how soon an edit is there."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.databases import Database
from benchmarks.outcome import Further, Line, Outcome
from benchmarks.processes import measure
from benchmarks.web_servers import ASKED_WITH, PATIENCE, PRODUCTION, fetch, manage, nginx, ours

NAME, GOAL = "public_page", 0.1
WEIGHT, HEAVIEST = "page_weight", 100  # kB
FRESH, SLOWEST = "page_fresh", 2  # seconds
PROGRAMS = ("nginx", "wrk")
ROUNDS, SECONDS, CONNECTIONS = 3, 3, 16
VISITORS = 40  # in a row, each over a connection of its own: all processes are asked
FETCHED = re.compile(r'<(?:link\b(?![^>]*rel="(?:manifest|canonical|alternate)")|img)[^>]*?(?:href|src)="(/[^"]+)"')


def run(database: Database, _rows: int) -> Iterator[Line]:
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        yield Further(NAME, database.name, f"not measured: this machine has no {' and no '.join(missing)}")
        return
    settings = database.fresh() | PRODUCTION
    manage(settings, "load_content")
    manage(settings, "collectstatic", "--noinput", "--verbosity", "0")
    with ours(settings) as port, TemporaryDirectory(dir=database.folder) as folder:
        yield _measure_speed(database.name, port, Path(folder))
        yield _measure_weight(database.name, port)
        yield _measure_freshness(database.name, port, settings)


def _measure_speed(name: str, port: int, folder: Path) -> Outcome:
    """Compare the pages a second with nginx; both serve in turns, so that other load on the machine affects both."""
    page = fetch(port)
    with nginx(folder, page) as other:
        if fetch(other).body != page.body:
            raise SystemExit("nginx does not give the same bytes.")
        rates = [(load(port), load(other)) for _round in range(ROUNDS)]
    here, there = (sum(all_rounds) / ROUNDS for all_rounds in zip(*rates, strict=True))
    ran = f"{here:,.0f} pages a second, nginx {there:,.0f}; 2 processes each, {CONNECTIONS} connections, by wrk"
    return Outcome(NAME, name, here / there, GOAL, ran)


def load(port: int) -> float:
    """Return the pages a second that wrk gets of the home page."""
    return rate_in(subprocess.run(_wrk(port, SECONDS), check=True, capture_output=True, text=True, timeout=60).stdout)


def _wrk(port: int, seconds: int) -> list[str]:
    headers = [word for header in ASKED_WITH.items() for word in ("-H", ": ".join(header))]
    return ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *headers, f"http://127.0.0.1:{port}/"]


def rate_in(output: str) -> float:
    """Read the requests a second in the output of wrk; stop if an answer was no page."""
    match = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if not match or "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"The load was not answered: {output}")
    return float(match[1])


def _measure_weight(name: str, port: int) -> Outcome:
    """Add up all that a browser fetches at a first visit, including headers."""
    packed = {"Accept-Encoding": "gzip, deflate, br"}
    html = fetch(port, **{"Accept-Encoding": "identity"}).body.decode()
    paths = sorted(set(FETCHED.findall(html)))
    sizes = [fetch(port, path, **packed).size for path in ["/", *paths]]
    ran = f"kB on the wire at a first visit to /, {len(sizes)} answers; {sizes[0] / 1000:.1f} kB of them the page"
    return Outcome(WEIGHT, name, sum(sizes) / 1000, HEAVIEST, ran, at_most=True)


def _measure_freshness(name: str, port: int, settings: dict[str, str]) -> Outcome:
    """Measure how long after its publication some readers still get the old page."""
    readers = subprocess.Popen(_wrk(port, PATIENCE), stdout=subprocess.DEVNULL)
    try:
        words = f"Zojuist gepubliceerd {time.time():.0f}"
        with ThreadPoolExecutor(1) as editor:
            done = editor.submit(measure, "publishing.publish", settings, words=words)
            # The last visitor who still got the old words; after that, many in a row get the new ones.
            last_old, until, in_a_row = 0.0, time.time() + PATIENCE, 0
            while time.time() < until and in_a_row < VISITORS:
                asked = time.time()
                if words in fetch(port, **{"Accept-Encoding": "identity"}).body.decode():
                    in_a_row += 1
                else:
                    last_old, in_a_row = asked, 0
        last_old = last_old if in_a_row == VISITORS else float("inf")
        seconds = max(0.0, last_old - done.result()["at"])
    finally:
        readers.terminate()
        readers.wait()
    ran = "seconds after publishing that somebody still got the old page; under load, all processes asked"
    return Outcome(FRESH, name, seconds, SLOWEST, ran, at_most=True)
