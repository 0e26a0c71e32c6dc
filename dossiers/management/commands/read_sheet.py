"""Prints how the reader reads a file, without storing anything."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from dossiers.spreadsheets.reader import Refused, open_table

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
        refused = False
        for file in options["files"]:
            try:
                with open_table(Path(file)) as table:
                    rows = list(islice(chain.from_iterable(table.batches()), options["rows"]))
            except Refused as reason:
                refused = True
                result: dict[str, Any] = {"file": file, "state": "refused", "reason": str(reason), "format": None}
                result |= {"header": [], "rows": []}
                self.stdout.write(_json(result) if options["json"] else f"{file}: {reason}")
                continue
            known = {k: v for k, v in asdict(table.format).items() if v is not None and k != "sheets"}
            if options["json"]:
                result = {"file": file, "state": "read", "reason": None, "format": known, "header": table.header}
                result["rows"] = [{"line": line, "cells": cells} for line, cells in rows]
                self.stdout.write(_json(result))
                continue
            self.stdout.write(f"{file}: {', '.join(f'{k} {v!r}' for k, v in known.items())}")
            self.stdout.write(f"{'':>7}  {' | '.join(table.header)}")
            for line, cells in rows:
                texts = ["" if cell is None else str(cell) for cell in cells]
                self.stdout.write(f"{line:>7}  {' | '.join(texts)}")
            self.stdout.writelines(f"  ! {warning}\n" for warning in table.warnings)
        if refused:
            sys.exit(REFUSED)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda moment: moment.isoformat())
