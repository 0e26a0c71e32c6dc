"""The first rows of a list, for the screen that asks which column is which; forbidden columns and cells hidden."""

from dataclasses import dataclass, field
from pathlib import Path

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.spreadsheets.cleancopy import PRIVATE, CleanCopy
from dossiers.spreadsheets.columns import PRIVACY, Column, Headers, TwoColumnsForOneField, suggest
from dossiers.spreadsheets.decisions import Decisions
from dossiers.spreadsheets.reader import Choice, Row
from dossiers.spreadsheets.reader import sample as read_sample
from dossiers.spreadsheets.staging import digit_columns, resource_for
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


def sample_of(run: ImportRun) -> Sample:
    """As the file stands, or the clean copy when that is gone; raises Refused."""
    headers = Headers(resource_for(run))
    if not run.upload:
        with CleanCopy(run) as copy:
            rows = next(copy.batches(ROWS), [])
            return Sample(_columns(run, headers, copy.header, rows), None, (), None, None, [])
    choice = Choice(**run.choice)
    found = read_sample(Path(run.upload.path), choice, known=headers.known, told=privacy.masked)
    row = found.format.header_row
    header = next((cells for line, cells in found.rows if line == row), [])
    below = [(line, cells) for line, cells in found.rows if row is None or line > row]
    texts = [privacy.masked(as_text(cell)) if cell is not None else "" for cell in header]
    columns = _columns(run, headers, texts, below)
    hidden = {sample.column.index for sample in columns if sample.column.dropped == PRIVACY}
    lines = [(line, _shown(cells, hidden)) for line, cells in found.rows[:12]]
    form = found.format
    return Sample(columns, row, form.sheets, form.encoding, form.delimiter, lines)


def _columns(run: ImportRun, headers: Headers, header: list[str], rows: list[Row]) -> list[SampleColumn]:
    decided = Decisions.about(run).columns
    asked: set[str] = set()
    for _try in header:  # each two columns with an equal claim are left open, and asked
        try:
            columns = suggest(header, headers, dict.fromkeys(asked) | decided)
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
            texts = [privacy.masked(as_text(cell)) for cell in cells if cell is not None and cell is not PRIVATE]
            sample.examples = [text[:60] for text in texts if text][:ROWS]
    return samples


def _shown(cells: list, hidden: set[int]) -> str:
    texts = ["…" if i in hidden else privacy.masked(as_text(c)) for i, c in enumerate(cells) if c is not None]
    return " | ".join(texts)[:140]
