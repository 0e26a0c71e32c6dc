"""The example lists of partners are read as in `sheets/expected`."""

import json
from pathlib import Path

import pytest

from dossiers.models import Dossier, ImportRow
from dossiers.spreadsheets.imports.report import report

from .imports import SHEETS, apply, preview

EXPECTED = sorted((SHEETS / "expected").glob("*.json"))


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_a_sheet_gives_what_it_must(expected: Path, base_data: None) -> None:
    want = json.loads(expected.read_text("utf-8"))
    if "after" in want:
        apply(preview(SHEETS / want["after"], want["model"]))
    got = report(preview(SHEETS / expected.stem, want["model"]))
    if "refused" in want:
        assert (got["state"], bool(got["reason"]), got["rows"]) == ("refused", True, [])
        assert not Dossier.objects.exists() and not ImportRow.objects.exists()
        return
    assert got["format"].items() >= want["format"].items()
    left_out = {column["header"]: column["dropped"] for column in got["columns"] if column["field"] is None}
    assert set(want["ignored"]) == set(left_out)
    assert set(want["privacy"]) == {header for header, why in left_out.items() if why == "privacy"}
    assert got["counts"].items() >= want["counts"].items()
    assert sorted(got["absent"]) == sorted(want.get("absent", []))
    assert [_told(row, wanted) for row, wanted in zip(got["rows"], want["rows"], strict=True)] == want["rows"]


def _told(row: dict, wanted: dict) -> dict:
    """Of what was got, the things that are wanted, in the same form."""
    outcome = {"line": row["line"], "action": row["action"]}
    if "values" in wanted:
        outcome["values"] = {name: row["values"].get(name) for name in wanted["values"]}
    if "changes" in wanted:
        outcome["changes"] = row["changes"]
    if "errors" in wanted:
        outcome["errors"] = sorted(row["errors"])
    return outcome
