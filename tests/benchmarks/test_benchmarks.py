"""Each benchmark runs on a few rows in this process; `make bench` measures the real figures."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import ModelLogEntry

from benchmarks import __main__ as command
from benchmarks import processes, public_page
from benchmarks.outcome import Outcome
from benchmarks.people import people
from dossiers.models import Dossier, ImportRun

ROWS = 40


class Emptied:
    """The test database, emptied of dossiers for each measurement that needs a fresh one."""

    name = "Test"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self) -> dict[str, str]:
        for records in (ImportRun.objects, Dossier.objects, Dossier.history, ModelLogEntry.objects):
            records.all().delete()
        return {}


def measure_here(function: str, _settings: dict[str, str], **arguments: Any) -> dict[str, Any]:
    module, name = function.split(".")
    return getattr(import_module(f"benchmarks.measured.{module}"), name)(**arguments)


@pytest.mark.parametrize(
    ("name", "outcome_names"),
    [
        ("import_stock", ["import_stock"] * 5),
        ("import_bulk", ["import_bulk"]),
        ("import_memory", ["import_memory"] * 2),
        ("export_speed", ["export_speed", "export_memory"]),
        ("list_growth", ["list_growth"] * 20),
        ("search", ["search"] * 20),
    ],
)
def test_each_benchmark_reports_its_figures(
    name: str, outcome_names: list[str], base_data, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(f"benchmarks.{name}.measure", measure_here)
    lines = list(command.BENCHMARKS[name](Emptied(tmp_path), ROWS))
    assert [str(line).split()[:2] for line in lines] == [[outcome_name, "Test"] for outcome_name in outcome_names]
    assert all(line.ratio > 0 for line in lines if isinstance(line, Outcome))


def test_a_measurement_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    figures = processes.measure("memory.of_this_process", {"DATA_DIR": str(tmp_path)})
    assert figures["worker"] > 10


def test_the_page_is_not_measured_without_the_programs_for_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    [line] = public_page.run(Emptied(tmp_path), ROWS)
    assert str(line).endswith("not measured: this machine has no nginx and no wrk")


def test_a_load_test_with_failed_requests_is_refused() -> None:
    output = "  1000 requests in 3.00s, 4.00MB read\nRequests/sec:  12345.67\n"
    assert public_page.rate_in(output) == 12345.67
    for invalid_output in (
        "",
        output + "  Non-2xx or 3xx responses: 1000",
        output + "  Socket errors: connect 0, read 9",
    ):
        with pytest.raises(SystemExit):
            public_page.rate_in(invalid_output)


def test_only_files_that_a_browser_fetches_count_toward_the_page_weight() -> None:
    html = '<link rel="stylesheet" href="/a.css"><link rel="manifest" href="/m"><img alt="" src="/b.webp"><a href="/c">'
    assert public_page.FETCHED.findall(html) == ["/a.css", "/b.webp"]


def test_an_unknown_benchmark_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["import_stok"]) == 2
    assert "no benchmark import_stok" in capsys.readouterr().err


@pytest.mark.parametrize(("ratio", "at_most", "reached"), [(5, False, True), (4.9, False, False), (1.3, True, True)])
def test_a_goal_is_a_minimum_or_a_maximum(ratio: float, at_most: bool, reached: bool) -> None:
    outcome = Outcome("export_speed", "SQLite", ratio, 1.3 if at_most else 5, "", at_most=at_most)
    assert outcome.reached is reached
    assert f" {'ok' if reached else 'short'} " in str(outcome)


def test_generated_people_are_reproducible_and_unique() -> None:
    first, again = list(people(3_000)), list(people(3_000))
    assert first == again
    for field in ("number", "phone", "email"):
        assert len({getattr(person, field) for person in first}) == 3_000


def test_changed_people_differ_in_two_columns() -> None:
    for before, after in zip(people(20), people(20, changed=True), strict=True):
        assert [name for name, value in vars(before).items() if getattr(after, name) != value] == [
            "profession",
            "notes",
        ]
