"""The first rows of a list, for the screen that asks which column is which; forbidden columns and cells hidden."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.columns import HIDDEN, PRIVACY, Column, Headers, TwoColumnsForOneField, suggest
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.imports.staging import digit_columns, hidden_places, resource_for
from dossiers.spreadsheets.reader import Choice, Refused, Row
from dossiers.spreadsheets.reader import sample as read_sample
from dossiers.spreadsheets.values.base import as_text

ROWS = 3


@dataclass
class SampleColumn:
    column: Column
    examples: list[str] = field(default_factory=list)
    asked: bool = False  # more than one column claims its field


@dataclass
class Sample:
    columns: list[SampleColumn]
    header_row: int | None
    sheets: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    first_lines: list[tuple[int, str]]  # the file's first lines, to choose the header's from

    @property
    def is_header_doubtful(self) -> bool:
        """Whether nothing in the row that is taken for the header is known, so that it may be a person."""
        return bool(self.header_row) and not any(
            sample.column.field or sample.asked or sample.column.dropped in (PRIVACY, HIDDEN) for sample in self.columns
        )


def sample_of(run: ImportRun) -> Sample:
    """What was kept of the file when it was read, or the clean copy when the file is gone; raises Refused."""
    if run.sample:
        columns = [SampleColumn(**column | {"column": Column(**column["column"])}) for column in run.sample["columns"]]
        return Sample(**run.sample | {"columns": columns})
    if not run.clean_copy:
        raise Refused("unreadable")
    with SanitizedCopy(run) as copy:
        rows = next(copy.batches(ROWS), [])
        return Sample(_columns(run, Headers(resource_for(run)), copy.header, rows), None, (), None, None, [])


def keep(run: ImportRun) -> None:
    """Give the run what is to be shown of its file, so that no web request reads that; raises Refused."""
    run.sample = asdict(_read(run))


def read_otherwise(run: ImportRun, choice: dict[str, Any], state: str) -> None:
    """Let the run ask about its columns, read by that choice; when it can't be, it is as it was, with a reason."""
    before = run.choice, run.decided
    run.choice = choice
    run.decided = {name: decision for name, decision in run.decided.items() if name != "columns"}
    try:
        keep(run)
    except Refused as refusal:  # another choice can still be right
        run.choice, run.decided = before
        run.state, run.reason = state, str(refusal)
    else:
        run.rows.all().delete()
        run.state, run.reason = ImportRun.State.ASKING, ""
    run.save()


def _read(run: ImportRun) -> Sample:
    headers = Headers(resource_for(run))
    choice = Choice(**run.choice)
    file_sample = read_sample(Path(run.upload.path), choice, known=headers.known, mask=privacy.masked)
    row = file_sample.format.header_row
    header: list[Any] = list(file_sample.numbered) or next(
        (cells for line, cells in file_sample.rows if line == row), []
    )
    below = [(line, cells) for line, cells in file_sample.rows if row is None or line > row]
    texts = [privacy.masked(as_text(cell)) if cell is not None else "" for cell in header]
    columns = _columns(run, headers, texts, below)
    hidden = {sample.column.index for sample in columns if sample.column.dropped == PRIVACY}
    lines = [(line, _shown(cells, hidden)) for line, cells in file_sample.rows[:12]]
    form = file_sample.format
    return Sample(columns, row, form.sheets, form.encoding, form.delimiter, lines)


def _columns(run: ImportRun, headers: Headers, header: list[str], rows: list[Row]) -> list[SampleColumn]:
    decided = Decisions.about(run).columns
    asked: set[str] = set()
    for _try in header:  # each two columns with an equal claim are left open, and asked
        try:
            columns = suggest(header, headers, dict.fromkeys(asked) | decided, hidden_places(run))
            break
        except TwoColumnsForOneField as two:
            asked |= set(two.headers)
    else:
        columns = [Column(index, text) for index, text in enumerate(header)]
    samples = [SampleColumn(column, asked=column.key in asked) for column in columns]
    digits = digit_columns(resource_for(run))
    for sample in samples:
        cells = [cells[sample.column.index] for _line, cells in rows if sample.column.index < len(cells)]
        if sample.column.field not in digits and privacy.forbidden_column(cells):
            sample.column.field, sample.column.dropped = None, PRIVACY
        if sample.column.dropped != PRIVACY:
            texts = [
                cell.text if isinstance(cell, Private) else privacy.masked(as_text(cell))
                for cell in cells
                if cell is not None
            ]
            sample.examples = [text[:60] for text in texts if text][:ROWS]
    return samples


def _shown(cells: list, hidden: set[int]) -> str:
    texts = ["…" if i in hidden else privacy.masked(as_text(c)) for i, c in enumerate(cells) if c is not None]
    return " | ".join(texts)[:140]
