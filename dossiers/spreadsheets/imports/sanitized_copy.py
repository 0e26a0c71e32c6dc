"""Stores a copy of a list without the columns and numbers that may not be stored, to read it again without the file."""

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import IO, Any, Self

from django.core.files import File

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.spreadsheets.batches import batched
from dossiers.spreadsheets.file_reader.frames import TYPES, tag, untag
from dossiers.spreadsheets.reader import Refused, Row
from dossiers.spreadsheets.values.base import as_text

MAX_CACHED_CELLS = 20_000  # distinct harmless cells that are cached per column
Check = Callable[[Any], Any]  # returns the error of a cell that may not be stored, or None


@dataclass(frozen=True)
class Private:
    """Replaces a cell with a number that may not be stored."""

    text: str = ""
    """The text of the cell with the number masked; empty if the cell had nothing else."""

    @classmethod
    def from_cell(cls, cell: Any, check: Check) -> Self:
        """`check` is the check of the cell's column."""
        rest = privacy.masked(as_text(cell))
        only_mask = not any(sign.isalnum() for sign in rest)
        return cls("" if only_mask or privacy.check_text(rest) or check(rest) else rest)


class SanitizedCopyWriter:
    """Sanitizes the rows of a list while they are read, and stores them with the run."""

    def __init__(
        self,
        run: ImportRun,
        header: list[str],
        forbidden: Sequence[int],
        checks: Mapping[int, Check],
    ) -> None:
        """All columns are given by their index.

        `forbidden` columns become empty. `checks` are those of the columns that have a field; in other columns each
        number that may be a BSN is masked.
        """
        self.run, self.forbidden = run, frozenset(forbidden)
        checked = [i for i in range(len(header)) if i not in self.forbidden]
        self.checks = {i: checks.get(i, lambda cell: privacy.check_text(as_text(cell))) for i in checked}
        self.harmless: dict[int, set[Any]] = {index: set() for index in checked}
        self.raw: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (`save` or `discard` closes it)
        self.out = gzip.GzipFile(fileobj=self.raw, mode="wb", compresslevel=1)
        texts = ["" if i in self.forbidden else privacy.masked(text) for i, text in enumerate(header)]
        self.out.write(_line(texts))

    def clean(self, rows: list[Row]) -> list[Row]:
        """Return the rows without what may not be stored, and write them to the copy."""
        cleaned: list[tuple[int, list[Any]]] = [(line, list(cells)) for line, cells in rows]
        for index in self.forbidden:
            for _line_number, cells in cleaned:
                cells[index] = None
        for index, check in self.checks.items():
            harmless = self.harmless[index]
            unseen = {cells[index] for _line_number, cells in cleaned} - harmless
            private = {cell: Private.from_cell(cell, check) for cell in unseen if cell is not None and check(cell)}
            if len(harmless) + len(unseen) > MAX_CACHED_CELLS:
                harmless.clear()
            harmless |= unseen.difference(private)  # so that the next rows need no check of the same cells
            for _line_number, cells in cleaned if private else ():
                if cells[index] in private:
                    cells[index] = private[cells[index]]
        self.out.write(b"".join(map(_line, cleaned)))
        return cleaned

    def save(self) -> None:
        """Save the copy in the private storage; the run is not saved."""
        self.out.close()
        self.raw.seek(0)
        self.run.forget_clean()
        self.run.clean_copy.save(f"{self.run.pk}.jsonl.gz", File(self.raw), save=False)
        self.raw.close()

    def discard(self) -> None:
        self.raw.close()


def _line(value: Any) -> bytes:
    return ENCODER.encode(value).encode() + b"\n"


def _tag(value: Any) -> dict[str, Any]:
    return {"@private": value.text} if type(value) is Private else tag(value)


def to_json(text: str) -> dict[str, str]:
    """Return a cell in the copy whose numbers were masked."""
    return _tag(Private(text))


ENCODER = json.JSONEncoder(default=_tag, ensure_ascii=False, separators=(",", ":"))
DECODER = json.JSONDecoder(object_hook=partial(untag, types=TYPES | {"@private": Private}))


class SanitizedCopy:
    """Reads the sanitized copy of a run, with the interface of the reader's Table; raises Refused if it is gone."""

    def __init__(self, run: ImportRun) -> None:
        try:
            file = run.clean_copy.open("rb")
        except (FileNotFoundError, ValueError) as error:  # the file was destroyed, or the run has none
            raise Refused("gone") from error
        self.file = gzip.GzipFile(fileobj=file)
        self.header: list[str] = json.loads(self.file.readline())
        self.warnings: list[str] = []
        self.cut_lines: list[int] = []

    def batches(self, size: int) -> Iterator[list[Row]]:
        rows: Iterator[Row] = (tuple(DECODER.decode(text.decode())) for text in self.file)
        return batched(rows, size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
