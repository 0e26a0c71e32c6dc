"""Takes the first rows of a list for the page on which users choose the fields; private numbers are masked."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from dossiers import privacy
from dossiers.models import ImportRun
from dossiers.models.imports.import_profile import SPLITS_WITH_REST
from dossiers.spreadsheets.imports.columns.columns import (
    AS_ROWS,
    BESIDE,
    HIDDEN,
    PRIVACY,
    UNKNOWN,
    Column,
    Headers,
    TwoColumnsForOneField,
    UnclearHeaders,
    build_columns,
    columns_of,
    suggest,
)
from dossiers.spreadsheets.imports.columns.detection import ColumnDetector, find_skipped_columns, number_columns
from dossiers.spreadsheets.imports.columns.drafts import keep_columns_as_draft
from dossiers.spreadsheets.imports.columns.questions import ColumnQuestion, find_questions
from dossiers.spreadsheets.imports.columns.suggestions import ContentSuggestions, Suggestion
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.file_parts.facts import SHEETS, TABLES_BESIDE
from dossiers.spreadsheets.imports.sanitized_copy import Private, SanitizedCopy
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.reader import NO_HEADER, Cell, Choice, Refused, Row
from dossiers.spreadsheets.reader import sample as read_sample
from dossiers.spreadsheets.values import fold
from dossiers.spreadsheets.values.base import as_text

ROWS = 3
ROWS_OF_SUGGESTION = 30  # of the copy; a sample of the file has as many
ROWS_OF_FILE, ROWS_OF_COPY = 10, 500  # that may show what is asked about a column
ROWS_OF_LEFT_OUT_COLUMNS = 5_000
MAX_VALUES_SHOWN = 5
MAX_TEXT_SHOWN = 60


@dataclass
class SampleColumn:
    column: Column
    examples: list[str] = field(default_factory=list)
    asked: bool = False  # more than one column matches the same field, or the header means two fields
    claimed: str = ""  # the field that other columns match too
    suggestion: Suggestion | None = None  # by its cells, as its header is not recognized
    is_preset: bool = False  # whether the suggestion is filled in, since the list has no header to go by

    @property
    def target(self) -> str | None:
        """The likely target of the column, in the form of `Column.target`."""
        preset = self.suggestion.field if self.suggestion and self.is_preset else ""
        return self.column.target or self.claimed or preset or None


@dataclass
class Sample:
    columns: list[SampleColumn]
    header_row: int | None
    sheets: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    first_lines: list[tuple[int, str]]  # line number and text of the first lines, to choose the header from
    rows: list[tuple[int, list[str]]] = field(
        default_factory=list
    )  # line number and cells, of which some are asked about
    sheet: str | None = None

    def find_questions(
        self, run: ImportRun, targets: Mapping[int, str | None] | None = None, answered: Mapping[str, str] | None = None
    ) -> list[ColumnQuestion]:
        """Return the questions about these columns, if they get the targets instead of the likely ones."""
        known = {column.column.index: column.target for column in self.columns} | dict(targets or {})
        decided = {fold(key) for key in Decisions.about(run).columns}
        columns = [column.column for column in self.columns]
        confirmed = {column.index for column in columns if fold(column.key) in decided}
        rows = [(run.name_lines([line]), cells) for line, cells in self.rows]
        return find_questions(resource_for(run), columns, known, rows, answered=answered or {}, confirmed=confirmed)

    @property
    def is_header_doubtful(self) -> bool:
        """Whether the header row has no known header, so that it may be a person."""
        return bool(self.header_row) and not any(
            (sample.column.field and sample.column.field not in SPLITS_WITH_REST)
            or sample.asked
            or sample.column.dropped in (PRIVACY, HIDDEN, BESIDE, AS_ROWS)
            for sample in self.columns
        )


def get_sample(run: ImportRun) -> Sample:
    """Return the stored sample of the file, or one of the sanitized copy if there is none; raises Refused.

    The columns of a list that was read are those with which it was read, so that none that was left out comes back.
    """
    if run.sample:
        columns = []
        for stored in run.sample["columns"]:
            suggestion = Suggestion(**stored["suggestion"]) if stored.get("suggestion") else None
            columns.append(SampleColumn(**stored | {"column": Column(**stored["column"]), "suggestion": suggestion}))
        sample = Sample(**run.sample | {"columns": columns})
    elif not run.clean_copy:
        raise Refused("unreadable")
    else:
        with SanitizedCopy(run) as copy:
            rows = next(copy.batches(ROWS_OF_COPY), [])
        columns = _columns(run, Headers(resource_for(run)), copy.header, rows[:ROWS_OF_SUGGESTION])
        sample = Sample(columns, None, (), None, None, [], _to_texts(columns, rows))
    if run.state in ImportRun.STAGED:
        read = {(column.index, column.header): column for column in columns_of(run)}
        sample.columns = [
            replace(column, column=read[place], asked=False, claimed="", is_preset=False) if place in read else column
            for column in sample.columns
            for place in [(column.column.index, column.column.header)]
        ]
    return sample


def store_sample(run: ImportRun, asked_rows: Sequence[Row] = ()) -> None:
    """Store the sample of the file in the run, so that web requests need not read the file; raises Refused.

    `asked_rows` are those that show what a question about the columns is about. The run is not saved.
    """
    headers = Headers(resource_for(run))
    choice = Choice(**run.choice)
    file_sample = read_sample(Path(run.upload.path), choice, known=headers.known, mask=privacy.masked)
    row = file_sample.format.header_row
    header: list[Any] = list(file_sample.numbered) or next(
        (cells for line, cells in file_sample.rows if line == row), []
    )
    below = [(line, cells) for line, cells in file_sample.rows if row is None or line > row]
    texts = [privacy.masked(as_text(cell)) if cell is not None else "" for cell in header]
    detector = ColumnDetector(run, resource_for(run), Decisions.about(run))
    above = [(line, cells) for line, cells in file_sample.rows if row is not None and line < row]
    run.asked.setdefault(TABLES_BESIDE, detector.find_tables_beside(texts, below, above))
    columns = _columns(run, headers, texts, below)
    hidden = {sample.column.index for sample in columns if sample.column.dropped == PRIVACY}
    lines = []
    for line, cells in file_sample.rows[:12]:
        shown = ["…" if i in hidden else privacy.masked(as_text(c)) for i, c in enumerate(cells) if c is not None]
        lines.append((line, " | ".join(shown)[:140]))
    form = file_sample.format
    shown_rows = _to_texts(columns, [*asked_rows, *below[:ROWS_OF_FILE]])
    sample = Sample(columns, row, form.sheets, form.encoding, form.delimiter, lines, shown_rows, form.sheet)
    run.sample = asdict(sample)


def read_with_choice(run: ImportRun, choice: dict[str, Any], state: str) -> None:
    """Read the sample with another choice of sheet, header or encoding, and let the run ask for its columns and parts.

    What was chosen about the columns stays on the page that asks. If the file can't be read that way, the run is not
    changed, except that `reason` says why and `state` is set.
    """
    before = run.choice, run.decided.copy(), run.asked
    is_other_sheet = choice.get("sheet") not in (None, run.sample.get("sheet") or run.format.get("sheet"))
    answer_about_sheets = False if is_other_sheet else run.decided.get("parts", {}).get(SHEETS)
    keep_columns_as_draft(run)
    run.choice = choice
    forgotten = ("columns", "parts", "lines") if is_other_sheet else ("columns", "parts")
    run.decided = {name: decision for name, decision in run.decided.items() if name not in forgotten}
    if answer_about_sheets is not None:
        run.decided["parts"] = {SHEETS: answer_about_sheets}
    run.asked = {name: fact for name, fact in run.asked.items() if name != TABLES_BESIDE}
    try:
        store_sample(run)
    except Refused as refusal:  # the user can still make another choice
        run.choice, run.decided, run.asked = before
        run.state, run.reason = state, str(refusal)
    else:
        run.rows.all().delete()
        run.state, run.reason = ImportRun.State.ASKING, ""
        if is_other_sheet:  # whether that was imported before is known when it is read
            run.same_list = None
    run.save()


def find_left_out_values(run: ImportRun) -> dict[int, list[str]]:
    """Return the most frequent values of each column that was left out as unknown, by the index of the column.

    They come from the sanitized copy, which has nothing of a column that was dropped for privacy. A longer list of
    values ends with an ellipsis.
    """
    counts: dict[int, Counter[str]] = {
        column["index"]: Counter() for column in run.columns if column["dropped"] == UNKNOWN and column["header"]
    }
    if not counts:
        return {}
    try:
        with SanitizedCopy(run) as copy:
            for _line, cells in next(copy.batches(ROWS_OF_LEFT_OUT_COLUMNS), []):
                for index, counter in counts.items():
                    counter[_to_text(cells[index])] += 1
    except Refused:  # the copy was destroyed
        return {}
    values = {index: [text for text, _count in counter.most_common() if text] for index, counter in counts.items()}
    return {
        index: [*texts[:MAX_VALUES_SHOWN], *(["…"] if len(texts) > MAX_VALUES_SHOWN else [])]
        for index, texts in values.items()
        if texts
    }


def find_cells(
    run: ImportRun, columns: Sequence[int], limit: int, lines: Collection[int] = ()
) -> list[tuple[int, list[str]]]:
    """Return the lines and cells of the first rows that fill one of these columns, which need not be imported.

    With `lines`, only these rows are read.
    """
    try:
        with SanitizedCopy(run) as copy:
            rows = next(copy.batches(ROWS_OF_COPY), [])
    except Refused:  # the copy was destroyed
        rows = []
    cells = (
        (line, [_to_text(cells[index]) for index in columns]) for line, cells in rows if not lines or line in lines
    )
    return list(islice((row for row in cells if any(row[1])), limit))


def _to_text(cell: Cell) -> str:
    """Return a cell as text for a page; numbers that may not be stored are masked."""
    if cell is None:
        return ""
    return (cell.text if isinstance(cell, Private) else privacy.masked(as_text(cell)))[:MAX_TEXT_SHOWN]


def _to_texts(columns: list[SampleColumn], rows: Sequence[Row]) -> list[tuple[int, list[str]]]:
    """Return the rows as texts for a page, without what is dropped for privacy; a row that is given twice is one."""
    private = {sample.column.index for sample in columns if sample.column.dropped == PRIVACY}
    places = [sample.column.index for sample in columns]
    texts = {
        line: ["" if i in private or i >= len(cells) else _to_text(cells[i]) for i in places] for line, cells in rows
    }
    return list(texts.items())


def _columns(run: ImportRun, headers: Headers, header: list[str], rows: list[Row]) -> list[SampleColumn]:
    decided, skipped = Decisions.about(run), find_skipped_columns(run)
    detector = ColumnDetector(run, resource_for(run), decided)
    splits = detector.find_splits(header, rows)
    asked: dict[str, str] = {}
    for _try in header:  # each attempt leaves columns that match the same field to the user
        try:
            columns = suggest(
                header,
                headers,
                decided.columns | dict.fromkeys(asked),
                skipped,
                decided.remembered_columns - {*asked},
                splits,
            )
            break
        except UnclearHeaders as unclear:
            claimed = unclear.field if isinstance(unclear, TwoColumnsForOneField) else ""
            asked |= dict.fromkeys(unclear.headers, claimed)
    else:
        columns = build_columns(header)
    detector.drop_row_counts(columns, rows)
    detector.split_by_content([column for column in columns if column.key not in asked], rows)
    samples = [SampleColumn(column, [], column.key in asked, asked.get(column.key, "")) for column in columns]
    digits = number_columns(resource_for(run))
    for sample in samples:
        cells = [cells[sample.column.index] for _line, cells in rows if sample.column.index < len(cells)]
        if sample.column.field not in digits and privacy.forbidden_column(cells):
            sample.column.field, sample.column.dropped = None, PRIVACY
        if sample.column.dropped != PRIVACY:
            sample.examples = [text for text in map(_to_text, cells) if text][:ROWS]
    _add_suggestions(run, samples, rows)
    return samples


def _add_suggestions(run: ImportRun, samples: list[SampleColumn], rows: list[Row]) -> None:
    """Suggest fields that no column has for the columns whose header is not recognized."""
    suggestions = ContentSuggestions(resource_for(run))
    taken = {sample.column.field for sample in samples} | {sample.claimed for sample in samples}
    for sample in samples:
        if sample.column.header and sample.column.dropped == UNKNOWN and not sample.asked:
            cells = [cells[sample.column.index] for _line, cells in rows if sample.column.index < len(cells)]
            suggestion = suggestions.suggest(cells)
            if suggestion and suggestion.field not in taken:
                sample.suggestion = suggestion
    fields = Counter(sample.suggestion.field for sample in samples if sample.suggestion)
    for sample in samples:
        if sample.suggestion and sample.suggestion.is_certain and fields[sample.suggestion.field] == 1:
            sample.is_preset = run.choice.get("header_row") == NO_HEADER
