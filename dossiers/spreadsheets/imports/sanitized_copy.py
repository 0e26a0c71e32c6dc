"""What stays of a list: its sheet alone, without forbidden columns and cells, to be read again instead of the file."""

import gzip
import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import TracebackType
from typing import IO, Any, Self

from django.core.files import File

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.spreadsheets.reader import Refused, Row
from dossiers.spreadsheets.values.base import as_text

KEPT = 20_000  # distinct cells of a column remembered as harmless
TYPES: dict[str, Any] = {"@date": date.fromisoformat, "@datetime": datetime.fromisoformat, "@time": time.fromisoformat}


@dataclass(frozen=True)
class Private:
    """Stands where a cell held what may not be stored."""

    text: str = ""
    """The rest of the cell, with the number masked; empty when nothing else stood there."""

    @classmethod
    def of(cls, cell: Any) -> Self:
        rest = privacy.masked(as_text(cell))
        only_mask = not any(sign.isalnum() for sign in rest)
        return cls("" if only_mask or privacy.check_text(rest) else rest)


class SanitizedCopyWriter:
    """Takes the rows of a list as they are read, and keeps them with the run."""

    def __init__(
        self,
        run: ImportRun,
        header: list[str],
        forbidden: Sequence[int],
        numbers: Mapping[int, Callable[[Any], bool]],
        asked: Collection[int],
    ) -> None:
        """`forbidden` columns stay empty; `numbers` are known as telephone or KvK, each with what tells whether a cell
        is such a number: then it is no BSN. Columns of free text are `asked` about what may be one; elsewhere that is
        left out."""
        self.asked = frozenset(asked)
        self.run, self.forbidden, self.numbers = run, frozenset(forbidden), numbers
        self.judged = [i for i in range(len(header)) if i not in self.forbidden]
        self.harmless: dict[int, set[Any]] = {index: set() for index in self.judged}
        self.raw: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed by close)
        self.out = gzip.GzipFile(fileobj=self.raw, mode="wb", compresslevel=1)
        self._put(["" if i in self.forbidden else privacy.masked(text) for i, text in enumerate(header)])

    def clean(self, rows: list[Row]) -> list[Row]:
        """The same rows without what may not be stored; they are kept on the way."""
        cleaned: list[tuple[int, list[Any]]] = [(line, list(cells)) for line, cells in rows]
        for index in self.forbidden:
            for _line_number, cells in cleaned:
                cells[index] = None
        for index in self.judged:
            if private := self._private(index, {cells[index] for _line_number, cells in cleaned}):
                private_cells = {cell: Private.of(cell) for cell in private}
                for _line_number, cells in cleaned:
                    if cells[index] in private_cells:
                        cells[index] = private_cells[cells[index]]
        self.out.write(b"".join(map(_line, cleaned)))
        return cleaned

    def _private(self, index: int, cells: set[Any]) -> set[Any]:
        """Which of a column's distinct cells may not be stored; the others are remembered for its next stretch."""
        harmless = self.harmless[index]
        cells -= harmless
        judge = privacy.refused if index in self.asked else privacy.check_text
        private = {cell for cell in cells if cell is not None and judge(as_text(cell))}
        if private and (is_number := self.numbers.get(index)):
            private = {cell for cell in private if not is_number(cell)}
        if len(harmless) + len(cells) > KEPT:
            harmless.clear()
        harmless |= cells - private
        return private

    def _put(self, value: Any) -> None:
        self.out.write(_line(value))

    def keep(self) -> None:
        """Put the copy in the private storage; the run is not saved."""
        self.out.close()
        self.raw.seek(0)
        self.run.forget_clean()
        self.run.clean_copy.save(f"{self.run.pk}.jsonl.gz", File(self.raw), save=False)
        self.raw.close()

    def drop(self) -> None:
        self.raw.close()


def _line(value: Any) -> bytes:
    return ENCODER.encode(value).encode() + b"\n"


def _tag(value: Any) -> dict[str, Any]:
    return {"@private": value.text} if type(value) is Private else {f"@{type(value).__name__}": value.isoformat()}


ENCODER = json.JSONEncoder(default=_tag, ensure_ascii=False, separators=(",", ":"))


def _untag(tagged: dict[str, Any]) -> Any:
    ((key, value),) = tagged.items()
    return Private(value) if key == "@private" else TYPES[key](value)


class SanitizedCopy:
    """A run's clean copy as a table, like the reader's; raises Refused when it is gone."""

    def __init__(self, run: ImportRun) -> None:
        try:
            file = run.clean_copy.open("rb")
        except (FileNotFoundError, ValueError) as error:  # destroyed by a process that ended before it said so; none
            raise Refused("gone") from error
        self.file = gzip.GzipFile(fileobj=file)
        self.header: list[str] = json.loads(self.file.readline())
        self.warnings: list[str] = []
        self.cut_lines: list[int] = []

    def batches(self, size: int) -> Iterator[list[Row]]:
        rows: list[Row] = []
        for text in self.file:
            line, cells = json.loads(text, object_hook=_untag)
            rows.append((line, cells))
            if len(rows) == size:
                yield rows
                rows = []
        if rows:
            yield rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
