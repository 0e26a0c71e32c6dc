"""The command `read_sheet` prints how the reader reads a file."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from .reader_files import FILES, FileMaker


def run(*arguments: str | Path) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("read_sheet", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def print_as_json(*arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
    code, out = run("--json", *arguments)
    return code, [json.loads(line) for line in out.splitlines()]


def test_each_file_is_printed_as_a_json_object_on_a_line(file_maker: FileMaker) -> None:
    path = file_maker.file("Naam;Plaats;Uren\nJan;;36,0\nZoë;Urk;007\n")
    assert print_as_json(path) == (
        0,
        [
            {
                "file": str(path),
                "state": "read",
                "reason": None,
                "format": {"kind": "csv", "encoding": "utf-8", "delimiter": ";", "header_row": 1},
                "header": ["Naam", "Plaats", "Uren"],
                "rows": [{"line": 2, "cells": ["Jan", None, "36,0"]}, {"line": 3, "cells": ["Zoë", "Urk", "007"]}],
            }
        ],
    )


def test_typed_cells_become_iso_dates_numbers_and_booleans() -> None:
    _, (old,) = print_as_json(FILES / "oud.xls")
    assert old["format"] == {"kind": "xls", "sheet": "Lijst", "header_row": 4}
    assert old["rows"][0] == {"line": 5, "cells": [1, "Çelik", "1990-02-01", "2024-07-01T09:30:00", 32.5, True]}
    _, (indented,) = print_as_json(FILES / "ingesprongen.ods")
    assert indented["rows"][0]["cells"][-1] == "13:30:00"


def test_the_rows_option_limits_the_number_of_rows() -> None:
    _, (sheet,) = print_as_json(FILES / "coa-lijst-juli.xlsx", "--rows", "2")
    assert [row["line"] for row in sheet["rows"]] == [5, 6]
    assert len(print_as_json(FILES / "coa-lijst-juli.xlsx")[1][0]["rows"]) == 24
    assert print_as_json(FILES / "coa-lijst-juli.xlsx", "--rows", "0")[1][0]["rows"] == []


def test_a_header_without_rows_and_a_list_without_a_header_are_printed() -> None:
    code, (alone, without) = print_as_json(FILES / "alleen-kop.csv", FILES / "geen-kop.csv")
    assert (code, alone["rows"]) == (0, [])
    assert (without["header"], len(without["rows"])) == (["Jan", "Jansen", "01-01-1990"], 1)


def test_a_refused_file_exits_2_and_does_not_stop_the_other_files() -> None:
    code, (refused, fine) = print_as_json(FILES / "leeg.csv", FILES / "geen-kop.csv")
    assert code == 2
    assert (refused["state"], refused["format"], refused["header"], refused["rows"]) == ("refused", None, [], [])
    assert len(refused["reason"]) > 20
    assert fine["state"] == "read"


def test_a_missing_file_is_refused() -> None:
    code, (refused,) = print_as_json("bestaat-niet.xlsx")
    assert (code, refused["state"]) == (2, "refused")


def test_a_refusal_halfway_prints_a_complete_object(file_maker: FileMaker) -> None:
    code, (refused,) = print_as_json(file_maker.file("a;b\n" + "1;2\n" * 9000 + '"x;1\n'))
    assert (code, refused["state"]) == (2, "refused")
    assert "9002" in refused["reason"]


def test_without_the_json_option_the_output_is_readable_text() -> None:
    code, out = run(FILES / "coa-lijst-juli.xlsx")
    assert code == 0
    assert "header_row 4" in out
    assert "Deelnemernummer | Achternaam" in out
    assert "     30  24 | P1023" in out
    assert "  ! " in out
    code, out = run(FILES / "leeg.csv")
    assert (code, out.count("\n")) == (2, 1)
