"""The questions about a read list: on missing columns, parts of its file, words and dates, each with some rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Q
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext

from dossiers.backoffice.imports.cells import format_cell, get_cell_text, get_label
from dossiers.models import NAME_FIELDS, Action, ImportRow, ImportRun
from dossiers.models.dossiers.supply import get_supplied_name
from dossiers.models.imports.import_profile import fields_of_column
from dossiers.models.imports.typed_values import ANSWERED_LINES
from dossiers.spreadsheets.imports.columns.columns import Column
from dossiers.spreadsheets.imports.columns.needed_fields import (
    MISSING_FIELDS,
    NO_COLUMN,
    ask_for_columns,
    asks_for_columns,
    count_incomplete_rows,
    find_column_choices,
    find_unnamed_columns,
)
from dossiers.spreadsheets.imports.columns.samples import find_cells, find_left_out_values
from dossiers.spreadsheets.imports.decisions import (
    STILL_UNKNOWN,
    TO_REMARKS,
    Decisions,
    find_either_order,
    get_month_first,
    proposes_month_first,
)
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.part import Part, group_parts
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.parsed_rows import find_answer_problem, may_be_remark
from dossiers.spreadsheets.imports.profiles import add_earlier_answers
from dossiers.spreadsheets.imports.row_corrections import cell_reader
from dossiers.spreadsheets.imports.staging import resource_for
from dossiers.spreadsheets.resources import SheetField
from dossiers.spreadsheets.values import DateWidget, fold
from dossiers.spreadsheets.values.base import EMPTYING_WORD
from dossiers.spreadsheets.values.dates import ORDERS

BLANK = "-"  # the answer that a word means nothing
PART_PREFIX = "part-"  # what the name of the answer about a part in the form begins with
NOT_TYPED = (BLANK, EMPTYING_WORD, TO_REMARKS)
"""The answers about a word that are chosen where others are typed."""
ROWS_SHOWN = 3  # beside each question
FIELDS_SHOWN = 3  # of each row, besides the name

Fields = dict[str, SheetField]


@dataclass
class QuestionRow:
    line: str
    who: str
    cells: list[str]


@dataclass
class Question:
    """One question, with its answer so far and the one that was posted."""

    label: str
    count: int
    """The number of rows that it decides."""
    is_open: bool
    answer: str
    """The answer so far; "" as long as there is none."""
    chosen: str = ""
    """The answer that the page shows: a proposal, the answer so far, or what was posted."""
    headers: list[str] = field(default_factory=list)
    rows: list[QuestionRow] = field(default_factory=list)
    refusal: str = ""
    is_answered_otherwise: bool = False
    """Whether somebody gave another answer than the posted one after the page was shown."""
    is_remembered: bool = False
    """Whether the answer holds for the next lists of the sender too."""
    template: str = ""

    @property
    def shows_names(self) -> bool:
        """Whether a name of a person or a company is known beside the rows; those that are not read yet have none."""
        return any(row.who for row in self.rows)

    def read(self, posted: QueryDict) -> None:
        """Read the posted answer."""
        raise NotImplementedError

    def save(self, run: ImportRun) -> None:
        """Add the posted answer to the decisions of the run, which is not saved."""
        raise NotImplementedError

    def compare(self, was: str | None, answer: str) -> None:
        """Take the posted answer, unless it is the one that the page showed and somebody gave another one since."""
        if was is not None and was != self.answer:
            self.is_answered_otherwise = answer not in (was, self.answer)
            answer = self.answer
        self.chosen = answer


@dataclass
class MissingColumnsQuestion(Question):
    """The question which columns are needed fields, as the list seems to have no column for these."""

    missing: list[str] = field(default_factory=list)
    columns: list[tuple[Column, list[str]]] = field(default_factory=list)
    """The columns that may be meant, with their first values."""
    choices: dict[str, str] = field(default_factory=dict)
    """What such a column can be."""
    targets: dict[str, str] = field(default_factory=dict)
    """What was posted about each column, by its key."""
    template: str = "dossiers/imports/_missing_columns_question.html"

    @classmethod
    def build_all(cls, run: ImportRun) -> Iterator[Self]:
        """Yield the question if the list needs its answer, or if it was answered that the list has no such column."""
        columns = find_unnamed_columns(run)
        is_open, count = asks_for_columns(run), count_incomplete_rows(run) if columns else 0
        if count:
            resource, values = resource_for(run), find_left_out_values(run)
            missing: list[str] = run.asked[MISSING_FIELDS]
            answer = "" if is_open else NO_COLUMN
            yield cls(
                ask_for_columns(resource, missing),
                count,
                is_open,
                answer,
                chosen=answer,
                missing=missing,
                columns=[(column, values.get(column.index, [])[:ROWS_SHOWN]) for column in columns],
                choices=find_column_choices(run, resource),
            )

    @property
    def rows_of_columns(self) -> list[tuple[Column, list[str], str]]:
        """The columns with their first values and what was posted about them."""
        return [(column, values, self.targets.get(column.key, "")) for column, values in self.columns]

    def read(self, posted: QueryDict) -> None:
        keys = {column.key for column, _values in self.columns}
        pairs = zip(posted.getlist("missing-column"), posted.getlist("missing-field"), strict=False)
        self.targets = {key: name for key, name in pairs if key in keys and name in self.choices}
        counts = Counter(name for target in self.targets.values() for name in fields_of_column(target))
        twice = {target for target in self.targets.values() if any(counts[n] > 1 for n in fields_of_column(target))}
        if twice:
            labels = ", ".join(label for name, label in self.choices.items() if name in twice)
            text = gettext("Only one column can be: %(fields)s. Leave the others out.")
            self.refusal = text % {"fields": labels}
        elif not self.targets:
            self.compare(posted.get("was-missing"), posted.get("missing-none", "") and NO_COLUMN)

    def save(self, run: ImportRun) -> None:
        if self.targets:
            run.decided["columns"] = run.decided.get("columns", {}) | self.targets
        elif self.chosen:
            run.decided[NO_COLUMN] = self.missing
        else:
            run.decided.pop(NO_COLUMN, None)


@dataclass
class PartQuestion(Question):
    part: Part | None = None
    title_answers: dict[str, bool] = field(default_factory=dict)
    """What was posted about its title."""
    template: str = "dossiers/imports/_part_question.html"

    @classmethod
    def build(cls, run: ImportRun, fields: Fields, part: Part) -> Self:
        question = cls(
            part.words_without_rows or part.words, part.count, part.answer is None, part.answer_code, part=part
        )
        question.chosen = question.answer or part.earlier_answer
        listed = run.rows.exclude(action=Action.ABSENT).order_by("line")
        if part.columns:
            question.headers, cells = [*part.headers], find_cells(run, part.columns, ROWS_SHOWN, part.lines)
            lines = [] if part.first_line else [line for line, _texts in cells]  # else they are about others
            names = {row.line: _get_name(row) for row in listed.filter(line__in=lines)}
            question.rows = [
                QuestionRow(run.name_lines([part.first_line + line]), names.get(line, ""), texts)
                for line, texts in cells
            ]
            return question
        if part.is_older:
            question.headers = [gettext("Field"), gettext("Now"), gettext("In the list"), gettext("If you keep it")]
            rows_by_line = {row.line: row for row in listed.filter(line__in=[row.line for row, _v in part.newer_rows])}
            for newer_row, values in sorted(part.newer_rows, key=lambda pair: pair[0].line):
                row = rows_by_line[newer_row.line]
                for name in (name for name in fields if name in values):
                    old, new = newer_row.changes[name]
                    shown = [format_cell(fields, name, value) for value in (old, new, values[name].combine(old, new))]
                    question.rows.append(QuestionRow(row.line_name, _get_name(row), [get_label(fields, name), *shown]))
            return question
        rows = list(listed.filter(line__in=part.lines)[:ROWS_SHOWN])
        others = (name for name in run.fields if name in fields and name not in (*NAME_FIELDS, "company_name"))
        shown = [name for name in others if any(name in row.given or name in row.bad for row in rows)][:FIELDS_SHOWN]
        question.headers = [get_label(fields, name) for name in shown]
        question.rows = [_build_row(row, fields, shown) for row in rows]
        return question

    @property
    def name(self) -> str:
        return f"{PART_PREFIX}{self.part.key}" if self.part else ""

    @property
    def adds_title(self) -> bool:
        """Whether the page shows that the title of the part is added to the remarks of its rows."""
        about_title = self.part and self.part.title
        return bool(about_title and self.title_answers.get(about_title.key, about_title.answer))

    def read(self, posted: QueryDict) -> None:
        answers = ("yes", "no") if self.part and self.part.is_readable else ("no",)
        answer = posted.get(self.name, "")
        self.compare(posted.get(f"was-{self.name}"), answer if answer in answers else self.answer)
        self.title_answers = read_answers_about_titles(posted, [self.part] if self.part else [])

    def save(self, run: ImportRun) -> None:
        if self.part and self.chosen:
            is_taken = self.chosen == "yes"
            answer_parts(run, [self.part], {self.part.key: is_taken} | (self.title_answers if is_taken else {}))


@dataclass
class TitlesQuestion(Question):
    """The question which rows below titles belong to the list, which can be answered for all at once."""

    titles: list[PartQuestion] = field(default_factory=list)
    template: str = "dossiers/imports/_titles_question.html"
    name = "titles"

    def read(self, posted: QueryDict) -> None:
        for title in self.titles:
            title.read(posted)
            if (answer := posted.get(self.name, "")) in ("yes", "no"):
                title.compare(posted.get(f"was-{title.name}"), answer)
        self.is_answered_otherwise = any(title.is_answered_otherwise for title in self.titles)

    def save(self, run: ImportRun) -> None:
        for title in self.titles:
            title.save(run)


@dataclass
class WordQuestion(Question):
    word: str = ""
    field_name: str = ""
    sheet_field: SheetField | None = None
    options: list[tuple[str, str]] = field(default_factory=list)
    may_be_remark: bool = False
    """Whether an answer can be that the word is added to the remarks."""
    text: str = ""
    """What is typed for all these rows."""
    may_empty: bool = False
    """Whether an answer can be that the field is emptied."""
    is_answered_before: bool = False
    """Whether no row has this word any more, since it is replaced by the answer."""
    template: str = "dossiers/imports/_word_question.html"

    @classmethod
    def build_all(cls, run: ImportRun, fields: Fields) -> Iterator[Self]:
        """Yield a question for each word that is unknown or was answered; those of a field are in a fixed order."""
        counts, answered = run.asked.get("words", {}), run.asked.get("answered_words", {})
        first_counts, decided = run.asked.get("word_counts", {}), run.decided.get("words", {})
        rows = cell_reader(run).find_rows_with_words(run, counts, ROWS_SHOWN) if counts else {}
        answers = Decisions.about(run).words
        for name in (name for name in fields if name in counts.keys() | answered.keys()):
            widget, labels = fields[name].widget, dict(fields[name].widget.options())
            known, first = answers.get(name, {}), first_counts.get(name, {})
            may_empty = fields[name].may_be_emptied and run.policy == ImportRun.Policy.UPDATE
            if may_empty:  # only where known records have such a text, also one that was answered before
                asked = Q(bad__has_key=name) | Q(line__in=run.asked.get(ANSWERED_LINES, {}).get(name, []))
                known_records = run.rows.filter(asked, target_id__isnull=False).exclude(action=Action.ABSENT)
                may_empty = known_records.exists()
            words = {*counts.get(name, {}), *(word for word in answered.get(name, []) if word in known)}
            # Ordered here, since PostgreSQL does not keep the order of keys in JSON.
            for word in sorted(words, key=lambda word: (-first.get(word, 0), fold(word), word)):
                meaning = known.get(word, STILL_UNKNOWN)
                answer = BLANK if meaning is None else meaning
                is_typed = fields[name].has_typed_answers
                options = widget.settable_options() + widget.suggest_answers(word)
                is_offered = is_typed or answer in (STILL_UNKNOWN, BLANK, EMPTYING_WORD, *dict(options))
                count = counts.get(name, {}).get(word)
                yield cls(
                    gettext("“%(word)s” in %(field)s") % {"word": word, "field": get_label(fields, name)},
                    first.get(word, 0) if count is None else count,
                    count is not None and word not in decided.get(name, {}),
                    answer,
                    chosen=answer,
                    headers=[get_label(fields, name)],
                    rows=[_build_row(row, fields, [name]) for row in rows.get((name, word), [])],
                    is_remembered=not isinstance(widget, DateWidget),
                    word=word,
                    field_name=name,
                    sheet_field=fields[name],
                    # An earlier answer can be something that is not offered any more.
                    options=options if is_offered else [*options, (answer, labels.get(answer, answer))],
                    may_be_remark=may_be_remark(fields[name], word),
                    text=answer if is_typed and answer not in (*NOT_TYPED, *dict(options)) else "",
                    may_empty=may_empty or answer == EMPTYING_WORD,
                    is_answered_before=count is None,
                )

    @property
    def is_date(self) -> bool:
        """Whether a date is filled in, which is not remembered."""
        return bool(self.sheet_field and isinstance(self.sheet_field.widget, DateWidget))

    @property
    def is_typed(self) -> bool:
        return bool(self.sheet_field and self.sheet_field.has_typed_answers)

    def read(self, posted: QueryDict) -> None:
        words = posted.getlist(f"{self.field_name}-word")
        if self.word not in words:
            self.chosen = self.answer
            return
        place = words.index(self.word)
        meaning, text, was = (
            values[place] if place < len(values) else None
            for values in (posted.getlist(f"{self.field_name}{end}") for end in ("", "-text", "-was"))
        )
        text = (text or "").strip() if self.is_typed else ""
        if text and self.sheet_field:
            both = gettext("Choose from the list or write an answer, not both.")
            self.refusal = both if meaning else find_answer_problem(self.sheet_field, text)
        if self.refusal:
            self.text, self.chosen = text, meaning or STILL_UNKNOWN
            return
        allowed = [STILL_UNKNOWN, BLANK, *dict(self.options), *([EMPTYING_WORD] if self.may_empty else [])]
        allowed += [TO_REMARKS] if self.may_be_remark else []
        self.compare(was, text or (meaning if meaning in allowed else self.answer))
        is_chosen = self.chosen in (*NOT_TYPED, *dict(self.options))
        self.text = "" if is_chosen or not self.is_typed else self.chosen

    def save(self, run: ImportRun) -> None:
        words = run.decided.setdefault("words", {}).setdefault(self.field_name, {})
        words[self.word] = None if self.chosen == BLANK else self.chosen


@dataclass
class DateQuestion(Question):
    field_name: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    separators: str = ""
    is_proposed: bool = False
    lines: dict[str, str] | None = None
    """The lines of dates by the order that they show, if the list has both."""
    template: str = "dossiers/imports/_date_question.html"

    @classmethod
    def build(cls, run: ImportRun, fields: Fields, name: str) -> Self:
        is_open, mixed = name in run.asked.get("dates", []), run.asked.get("mixed_dates", {}).get(name)
        known = Decisions.about(run).month_first.get(name)
        separators = mixed["month_first_separators"] if mixed else known if isinstance(known, str) else ""
        is_proposed = is_open and not separators and proposes_month_first(run)
        order: bool | str = (separators or is_proposed) if is_open else get_month_first(run, name)
        options = [("day", gettext("day first: 03-04")), ("month", gettext("month first: 04-03"))]
        if separators:
            label = gettext("the month first in dates with %(separators)s, and the day first in other dates")
            options.insert(0, ("separators", label % {"separators": " ".join(separators)}))
        chosen = "separators" if isinstance(order, str) else "month" if order else "day"
        days = list(find_either_order(run, run.rows.exclude(action=Action.ABSENT).order_by("line"), name))
        question = cls(
            get_label(fields, name),
            len(days),
            is_open,
            "" if is_open else chosen,
            chosen=chosen if not mixed or separators or not is_open else "",
            field_name=name,
            options=options,
            separators=separators,
            is_proposed=is_proposed,
            lines={key: run.name_lines(mixed[key]) for key in ORDERS}
            | {"either": run.name_lines([line for line, _day in days])}
            if mixed
            else None,
        )
        if isinstance(order, str) or mixed:  # the lines of both orders are named, and stand between others
            return question
        read_month_first = get_month_first(run, name)
        question.headers = [gettext("Day first"), gettext("Month first")]
        rows = {
            row.line: row
            for row in run.rows.exclude(action=Action.ABSENT).filter(
                line__in=[line for line, _day in days[:ROWS_SHOWN]]
            )
        }
        for line, day in days[:ROWS_SHOWN]:
            readings = [day, day.replace(month=day.day, day=day.month)]
            texts = [
                date_format(reading, "j F Y") for reading in (reversed(readings) if read_month_first else readings)
            ]
            question.rows.append(QuestionRow(rows[line].line_name, _get_name(rows[line]), texts))
        return question

    @property
    def name(self) -> str:
        return f"date-{self.field_name}"

    def read(self, posted: QueryDict) -> None:
        answer = posted.get(self.name, "")
        self.compare(posted.get(f"was-{self.name}"), answer if answer in dict(self.options) else self.answer)

    def save(self, run: ImportRun) -> None:
        if self.chosen:
            order = self.separators if self.chosen == "separators" else self.chosen == "month"
            run.decided.setdefault("month_first", {})[self.field_name] = order


def read_answers_about_titles(posted: QueryDict, parts: Iterable[Part]) -> dict[str, bool]:
    """Return whether the titles of these parts are added to the remarks, as far as the posted page asked it."""
    asked, ticked = posted.getlist("asked-title"), posted.getlist("added-title")
    keys = [part.title.key for part in parts if part.title]
    return {key: key in ticked for key in keys if key in asked}


def find_questions(run: ImportRun) -> list[Question]:
    """Return the questions; those that were answered can be answered again.

    Missing columns come first, since they decide what else there is to ask, and then those that decide most rows.
    """
    fields = resource_for(run).sheet_fields()
    questions: list[Question] = []
    for parts in group_parts(add_earlier_answers(run, parts_of(run))):
        titles = [PartQuestion.build(run, fields, part) for part in parts]
        if len(titles) == 1:
            questions += titles
        else:
            label = gettext("There are titles between the lines of this list, each with rows below it.")
            count, is_open = sum(title.count for title in titles), any(title.is_open for title in titles)
            questions.append(TitlesQuestion(label, count, is_open, "", titles=titles))
    questions += WordQuestion.build_all(run, fields)
    for key in ("dates", "answered_dates"):
        questions += [DateQuestion.build(run, fields, name) for name in run.asked.get(key, [])]
    return [*MissingColumnsQuestion.build_all(run), *sorted(questions, key=lambda question: -question.count)]


def _get_name(row: ImportRow) -> str:
    return get_supplied_name(row.given) or str(row.given.get("company_name", ""))


def _build_row(row: ImportRow, fields: Fields, names: Iterable[str]) -> QuestionRow:
    return QuestionRow(row.line_name, _get_name(row), [get_cell_text(row, fields, name) for name in names])
