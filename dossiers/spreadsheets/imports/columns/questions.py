"""Builds the questions about the columns of a list: which column or number counts, and whose numbers they are."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from dossiers.models.imports.import_profile import (
    CONTACT_DETAILS,
    FALLBACK,
    FIRST,
    JOIN,
    LABELLED,
    MOBILE,
    SPLIT_FIELDS,
    SPLITS_WITH_REST,
    WHOLE,
    split_target,
)
from dossiers.spreadsheets.imports.columns.columns import (
    REMARKS,
    Column,
    Headers,
    build_target,
    column_choices,
    find_fill_modes,
    find_unclear_fields,
)
from dossiers.spreadsheets.imports.columns.combined import WITH_REMAINDER
from dossiers.spreadsheets.imports.columns.split import MAX_CELLS, count_parts
from dossiers.spreadsheets.imports.columns.splits import SPLITS
from dossiers.spreadsheets.reader import Cell, Row
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values.base import as_text
from dossiers.spreadsheets.values.phone_texts import has_several_numbers

ROWS_SHOWN = 3  # beside each question
SEVERAL_COLUMNS, SEVERAL_NUMBERS, WHOSE_NUMBERS, SPLIT = "columns", "numbers", "whose", "split"
OURS, KEPT = "ours", "kept"  # codes of answers

Targets = Mapping[int, str | None]  # by the index of the column; None leaves it out


@dataclass(frozen=True)
class Answer:
    code: str
    label: str
    targets: dict[int, str | None]


@dataclass
class ColumnQuestion:
    kind: str
    field_name: str
    label: str  # of the field
    columns: list[Column]
    answers: list[Answer]
    remarks: str  # the label of the field that gets what does not count
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    """The name of the line and the cells of these columns in a few rows of the list."""
    chosen: str = ""
    proposed: str = ""
    parts: list[str] = field(default_factory=list)
    """The labels of the fields into which a column is split; each row has a cell for each of them."""

    @property
    def heads(self) -> list[str]:
        """The headers above the rows."""
        return [*(column.label for column in self.columns), *self.parts]

    @property
    def labelled_rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The rows, of which each cell has its header."""
        return [(line, [*zip(self.heads, cells, strict=True)]) for line, cells in self.rows]

    @property
    def has_remainders(self) -> bool:
        """Whether an answer adds what does not count to the remarks."""
        modes = {split_target(target or "")[1] for answer in self.answers for target in answer.targets.values()}
        return not modes.isdisjoint(WITH_REMAINDER)

    @property
    def name(self) -> str:
        return f"question-{self.kind}-{self.field_name}"

    @property
    def headers(self) -> str:
        return quote_headers(column.label for column in self.columns)

    def find_answer(self, code: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.code == code), None)

    def find_current(self, current: Targets) -> str:
        """Return the code of the answer with these targets.

        Among several columns the first number in a cell counts, also if that was not said.
        """
        known = {
            index: _without_first(target) if len(self.columns) > 1 else target for index, target in current.items()
        }
        for answer in self.answers:
            targets = {i: _without_first(t) if len(self.columns) > 1 else t for i, t in answer.targets.items()}
            if all(known.get(index) == target for index, target in targets.items()):
                return answer.code
        return ""


def find_questions(
    resource: RecordResource,
    columns: Sequence[Column],
    targets: Targets,
    rows: Sequence[tuple[str, list[str]]],
    *,
    answered: Mapping[str, str],
    confirmed: Collection[int] = (),
) -> list[ColumnQuestion]:
    """Return what has to be asked if the columns get these targets, or was asked.

    `answered` has the codes of answers by the name of their question; `confirmed` are the columns about which somebody
    decided before.
    """
    filling: dict[str, list[Column]] = {}
    for column in columns:
        if target := targets.get(column.index):
            filling.setdefault(split_target(target)[0], []).append(column)
    questions = []
    for name, among in filling.items():
        if question := _build_question(resource, name, among, filling, targets, rows):
            indexes = {column.index for column in among}
            current = {index: targets[index] for index in indexes}
            if question.kind not in (WHOSE_NUMBERS, SPLIT) or indexes <= set(confirmed):
                question.chosen = question.find_current(current)
            if question.kind == SEVERAL_COLUMNS and not question.chosen and not find_unclear_fields(current.values()):
                question.answers.append(Answer(KEPT, _("As it is set now"), current))
                question.chosen = KEPT
            if question.find_answer(answered.get(question.name, "")):
                question.chosen = answered[question.name]
            filled = [(line, texts) for line, cells in rows if any(texts := [cells[column.index] for column in among])]
            # If none shows what is asked, as after an answer about other rows, the first rows with a cell do.
            question.rows = ([row for row in filled if _shows(question.kind, row[1])] or filled)[:ROWS_SHOWN]
            if question.kind == SPLIT:
                question.rows = _split_rows(name, split_target(current[among[0].index] or "")[1], filled)
            questions.append(question)
    return questions


def _build_question(
    resource: RecordResource,
    name: str,
    columns: list[Column],
    filling: Mapping[str, list[Column]],
    targets: Targets,
    rows: Sequence[tuple[str, list[str]]],
) -> ColumnQuestion | None:
    modes, label = find_fill_modes(resource, name), str(column_choices(resource).get(name, name))
    first, remarks = columns[0], str(resource.sheet_fields()[REMARKS].column_name)
    if name in SPLITS:
        return _build_question_about_split(resource, name, first, filling) if name in SPLITS_WITH_REST else None
    if len(columns) > 1:
        answers = _build_answers(name, columns, modes)
        proposed = "" if FALLBACK in modes or not answers else answers[-1].code
        return (
            ColumnQuestion(SEVERAL_COLUMNS, name, label, columns, answers, remarks, proposed=proposed)
            if modes
            else None
        )
    cells = [cells[first.index] for _line, cells in rows]
    if name == "reference" and are_others_numbers(resource, cells):
        return ColumnQuestion(WHOSE_NUMBERS, name, label, columns, _build_owners(resource, first, filling), remarks)
    is_decided = split_target(targets[first.index] or "")[1] in (FIRST, MOBILE)
    if FIRST in modes and (is_decided or any(map(has_several_numbers, cells))):
        texts = {
            FIRST: _("The first number counts"),
            MOBILE: _("The mobile number counts; if there is none, the first number"),
        }
        answers = [Answer(mode, text, {first.index: build_target(name, mode)}) for mode, text in texts.items()]
        return ColumnQuestion(SEVERAL_NUMBERS, name, label, columns, answers, remarks)
    return None


def _build_question_about_split(
    resource: RecordResource, name: str, column: Column, filling: Mapping[str, list[Column]]
) -> ColumnQuestion:
    """Return the question whether a column is split; a field that its header means is another answer."""
    fields, labels = resource.sheet_fields(), column_choices(resource)
    remarks = str(fields[REMARKS].column_name)
    parts = [str(fields[field].column_name) for field in SPLIT_FIELDS[name]]
    words = {"fields": get_text_list([f"“{label}”" for label in parts], _("and")), "remarks": remarks}
    split, mode = _("Split it into %(fields)s; what is left is added to “%(remarks)s”"), MOBILE
    other = _("Split it likewise, but of several numbers the mobile one counts")
    if name != CONTACT_DETAILS:
        split, mode = _("%(split)s; a cell that can't be split is an error") % {"split": split}, WHOLE
        other = _("Split it likewise, but a cell that can't be split is added to “%(remarks)s” whole")
    answers = [
        Answer("split", split % words, {column.index: name}),
        Answer(mode, other % words, {column.index: build_target(name, mode)}),
    ]
    meant = Headers(resource).exact(column.header)
    if meant and meant not in filling:
        whole = _("Do not split it: all of it is “%(field)s”") % {"field": labels[meant]}
        answers.append(Answer("field", whole, {column.index: meant}))
    text = _("Do not split it: all of it is added to “%(remarks)s”") % words
    answers.append(Answer("remark", text, _build_remark(column, filling)))
    answers.append(Answer("leave", _("Leave it out"), {column.index: None}))
    parts.append(remarks)
    return ColumnQuestion(SPLIT, name, str(labels[name]), [column], answers, remarks, proposed="split", parts=parts)


def _build_remark(column: Column, filling: Mapping[str, list[Column]]) -> dict[int, str | None]:
    """Return the targets with which a column is added to the remarks, after those of the list."""
    joined: dict[int, str | None] = {
        remarks.index: build_target(REMARKS, JOIN) for remarks in filling.get(REMARKS, []) if not remarks.mode
    }
    return joined | {column.index: build_target(REMARKS, LABELLED)}


def _split_rows(name: str, mode: str, rows: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Return the rows of which most can be told, with the parts into which their cell is split."""
    split = SPLITS[name].split_as(mode)
    split_rows = []
    best = sorted(range(len(rows)), key=lambda place: -count_parts(name, rows[place][1][0]))[:ROWS_SHOWN]
    for line, (text,) in (rows[place] for place in sorted(best)):
        parts = split(text)
        split_rows.append((line, [text, *(part or "" for part in [*parts.values, parts.rest])]))
    return split_rows


def _build_answers(name: str, columns: list[Column], modes: Collection[str]) -> list[Answer]:
    """Return the ways in which these columns can fill one field."""
    together = {
        JOIN: _("All, one after the other"),
        LABELLED: _("All, one after the other, each with the name of its column before it"),
    }
    answers = [
        Answer(mode, text, {column.index: build_target(name, mode) for column in columns})
        for mode, text in together.items()
        if mode in modes
    ]
    if FALLBACK not in modes:
        return answers
    main = FIRST if FIRST in modes else ""
    fallbacks: dict[int, str | None] = {column.index: build_target(name, FALLBACK) for column in columns}
    for column in columns:
        others = quote_headers(other.label for other in columns if other is not column)
        text = _("“%(first)s” counts; where it is empty, %(others)s")
        targets = fallbacks | {column.index: build_target(name, main)}
        answers.append(Answer(f"first-{column.index}", text % {"first": column.label, "others": others}, targets))
    if MOBILE in modes:
        text = _("The mobile number counts; if there is none, the first number")
        answers.append(Answer(MOBILE, text, fallbacks | {columns[0].index: build_target(name, MOBILE)}))
    return answers


def _build_owners(resource: RecordResource, column: Column, filling: Mapping[str, list[Column]]) -> list[Answer]:
    """Return what a column can be whose numbers do not look like our references."""
    fields = resource.sheet_fields()
    answers: list[Answer] = []
    if "external_id" in fields and "external_id" not in filling:
        label = fields["external_id"].column_name
        text = _("Of the sender: it becomes “%(field)s”") % {"field": label}
        answers.append(Answer("theirs", text, {column.index: "external_id"}))
    else:
        text = _("Of the sender: it is added to “%(field)s”") % {"field": fields[REMARKS].column_name}
        answers.append(Answer("theirs", text, _build_remark(column, filling)))
    answers.append(Answer("leave", _("Of the sender: leave it out"), {column.index: None}))
    ours = _("Ours: it is the reference of a record here")
    return [*answers, Answer(OURS, ours, {column.index: "reference"})]


def are_others_numbers(resource: RecordResource, cells: Iterable[Cell]) -> bool:
    """Whether most of these cells of a column of references do not look like our references."""
    pattern = re.compile(rf"{resource._meta.model.REFERENCE_PREFIX}-\d{{4}}-\d+", re.IGNORECASE)
    texts = [text for cell in cells if cell is not None and (text := as_text(cell))]
    return sum(not pattern.fullmatch(text) for text in texts) * 2 > len(texts)


def find_rows(kind: str, indexes: Sequence[int], rows: Iterable[Row]) -> list[Row]:
    """Return the first rows that show what is asked about these columns."""
    return list(islice((row for row in rows if _shows(kind, [row[1][index] for index in indexes])), ROWS_SHOWN))


def find_split_rows(name: str, index: int, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the first ones that show best how this column is split."""
    best = sorted(rows[:MAX_CELLS], key=lambda row: -count_parts(name, row[1][index]))[:ROWS_SHOWN]
    return sorted(best, key=itemgetter(0))


def _shows(kind: str, cells: Sequence[Any]) -> bool:
    """Whether the cells of a row show what is asked about their columns."""
    if kind == SEVERAL_NUMBERS:
        return has_several_numbers(cells[0])
    return sum(cell not in (None, "") for cell in cells) > (kind == SEVERAL_COLUMNS)


def quote_headers(headers: Iterable[str]) -> str:
    return get_text_list([f"“{header}”" for header in headers], _("and"))


def _without_first(target: str | None) -> str | None:
    return target.removesuffix(f":{FIRST}") if target else target
