"""Prints how the reader reads a file, without storing anything."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from dossiers.spreadsheets.reader import Format, Refused, Row, Table, open_table

REFUSED = 2


class Command(BaseCommand):
    """Prints an overview of each file, or with --json one object per line."""

    help = "Shows what the reader makes of a list of any kind: format, header, rows. Stores nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="The file to read")
        parser.add_argument("--rows", type=int, help="How many rows to show; all by default")
        parser.add_argument("--json", action="store_true", help="Print one JSON object a line for each file")

    def handle(self, *args: Any, **options: Any) -> None:
        show = self._print_json if options["json"] else self._print_plainly
        refused = False
        for file in options["files"]:
            try:
                with open_table(Path(file)) as table:
                    show(file, table, options["rows"])
            except Refused as reason:
                refused = True
                result = {"file": file, "state": "refused", "reason": str(reason), "format": None}
                result |= {"header": [], "rows": []}
                self.stdout.write(_json(result) if options["json"] else f"{file}: {reason}")
        if refused:
            sys.exit(REFUSED)

    def _print_json(self, file: str, table: Table, limit: int | None) -> None:
        rows = [_json({"line": line, "cells": cells}) for line, cells in _rows(table, limit)]
        result: dict[str, Any] = {"file": file, "state": "read", "reason": None}
        result |= {"format": _format_values(table.format), "header": table.header}
        self.stdout.write(f'{_json(result)[:-1]}, "rows": [{", ".join(rows)}]}}')

    def _print_plainly(self, file: str, table: Table, limit: int | None) -> None:
        rows = []
        for line, cells in _rows(table, limit):
            texts = ["" if cell is None else str(cell) for cell in cells]
            rows.append(f"{line:>7}  {' | '.join(texts)}")
        self.stdout.write(f"{file}: {', '.join(f'{k} {v!r}' for k, v in _format_values(table.format).items())}")
        self.stdout.write(f"{'':>7}  {' | '.join(table.header)}")
        self.stdout.writelines(f"{row}\n" for row in rows)
        self.stdout.writelines(f"  ! {warning}\n" for warning in table.warnings)


def _rows(table: Table, limit: int | None) -> Iterator[Row]:
    return islice((row for batch in table.batches() for row in batch), limit)


def _format_values(format_: Format) -> dict[str, Any]:
    """Return the values of a format without those that don't apply."""
    return {k: v for k, v in asdict(format_).items() if v is not None and k != "sheets"}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda moment: moment.isoformat())
