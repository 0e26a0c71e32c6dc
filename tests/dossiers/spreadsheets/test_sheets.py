"""The example lists of partners are read as in `sheets/expected`."""

import json
from pathlib import Path

import pytest

from dossiers.models import Dossier, ImportRow
from dossiers.spreadsheets.imports.report import report

from .imports import SHEETS, apply, preview

EXPECTED = sorted((SHEETS / "expected").glob("*.json"))


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_an_example_sheet_gives_the_expected_result(expected: Path, base_data: None) -> None:
    expectation = json.loads(expected.read_text("utf-8"))
    if "after" in expectation:
        apply(preview(SHEETS / expectation["after"], expectation["model"]))
    result = report(preview(SHEETS / expected.stem, expectation["model"]))
    if "refused" in expectation:
        assert (result["state"], bool(result["reason"]), result["rows"]) == ("refused", True, [])
        assert not Dossier.objects.exists() and not ImportRow.objects.exists()
        return
    assert result["format"].items() >= expectation["format"].items()
    left_out = {column["header"]: column["dropped"] for column in result["columns"] if column["field"] is None}
    assert set(expectation["ignored"]) == set(left_out)
    assert set(expectation["privacy"]) == {header for header, reason in left_out.items() if reason == "privacy"}
    assert result["counts"].items() >= expectation["counts"].items()
    assert sorted(result["absent"]) == sorted(expectation.get("absent", []))
    assert [
        _select_expected(row, expected_row)
        for row, expected_row in zip(result["rows"], expectation["rows"], strict=True)
    ] == expectation["rows"]


def _select_expected(row: dict, expected_row: dict) -> dict:
    """Return the part of the row that the expectation names, in the form of the expectation."""
    outcome = {"line": row["line"], "action": row["action"]}
    if "values" in expected_row:
        outcome["values"] = {name: row["values"].get(name) for name in expected_row["values"]}
    if "changes" in expected_row:
        outcome["changes"] = row["changes"]
    if "errors" in expected_row:
        outcome["errors"] = sorted(row["errors"])
    return outcome
