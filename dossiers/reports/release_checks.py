"""Checks an evaluation before its release; the user corrects each issue or accepts it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import permutations

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, Evaluation
from dossiers.reports.charts import format_cell
from dossiers.reports.documents.letter import get_sections
from dossiers.reports.evaluations import get_public_reports
from dossiers.reports.numerals import NUMERALS
from dossiers.reports.tables import WORDS, Report, Row, Table

EMPTY, NAME, NUMBER, NOTHING, PERIODS = "empty", "name", "number", "nothing", "periods"
LABELS: dict[str, str | Promise] = {
    EMPTY: _("There is no text."),
    NAME: _("“%(found)s” is a name of somebody who has a dossier."),
    NUMBER: _("“%(found)s” does not stand in the figures that others read."),
    NOTHING: _("This part says nothing: nothing was counted in this period."),
    PERIODS: _(
        "This period and those of %(found)s make up one another exactly. Whoever lays the letters beside each other "
        "can sometimes work out a number under five."
    ),
}
KINDS: dict[str, str | Promise] = {
    EMPTY: _("no text"),
    NAME: _("a name"),
    NUMBER: _("a number that is not in the figures"),
    NOTHING: _("a part that says nothing"),
    PERIODS: _("periods that make up one another"),
}
"""Labels in the log, without the text that was found, which may be a name."""
LONGEST_NAME = 4  # words
AROUND = 40  # characters of context on either side of the match
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
DATES = re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b|\b(?:19|20)\d\d\b(?![.,]\d)")


@dataclass(frozen=True)
class Issue:
    """An issue in a section ("" for the evaluation as a whole); `excerpt` is the text around `found`."""

    kind: str
    section: str
    found: str = ""
    excerpt: str = ""

    @property
    def label(self) -> str:
        return str(LABELS[self.kind]) % {"found": self.found}

    @property
    def key(self) -> str:
        """A key of the issue and its text: accepting it does not accept a changed text."""
        text = "\n".join([self.kind, self.section, self.found, self.excerpt])
        return f"{self.kind}.{sha256(text.encode()).hexdigest()[:16]}"


def find_issues(evaluation: Evaluation) -> list[Issue]:
    """Return the issues in the order of the letter."""
    with translation.override(settings.LANGUAGE_CODE):
        reports = {report.name: report for report in get_public_reports(evaluation)}
        names, texts = get_sections(evaluation), dict(evaluation.texts.values_list("section", "text"))
        words = {name: _collect_texts(texts.get(name, ""), reports.get(name)) for name in names}
        found_names = _find_names([evaluation.title, *(text for edition in words.values() for text in edition)])
        numbers = _find_published_numbers(evaluation, reports.values())
        issues = [*_names_in("", [evaluation.title], found_names), *_find_overlaps(evaluation)]
        for name in names:
            text = texts.get(name, "").strip()
            if not text:
                issues.append(Issue(EMPTY, name))
            if name in reports and all(_is_all_empty(table) for table in reports[name].tables):
                issues.append(Issue(NOTHING, name))
            issues += _names_in(name, words[name], found_names)
            issues += _numbers_in(name, text, numbers)
    return issues


def _collect_texts(text: str, report: Report | None) -> list[str]:
    """Return all texts that people wrote in a section, including those of findings and advice."""
    cells = (
        cell.value
        for table in (report.tables if report else ())
        for row in table.rows
        for cell, column in zip(row.cells, table.columns, strict=True)
        if column.unit == WORDS
    )
    return [text, *(value for value in cells if isinstance(value, str) and value)]


def _iterate_phrases(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield (lower case, as written, begin, end) of each sequence of up to LONGEST_NAME words."""
    matches = list(WORD.finditer(text))
    for first in range(len(matches)):
        for last in matches[first : first + LONGEST_NAME]:
            begin, end = matches[first].start(), last.end()
            phrase = " ".join(text[begin:end].split())
            yield phrase.casefold(), phrase, begin, end


def _find_names(texts: Iterable[str]) -> set[str]:
    """Return the phrases in these texts that are a given or family name in a dossier, in lower case."""
    phrases = {small for text in texts for small, *_place in _iterate_phrases(text)}
    if not phrases:
        return set()
    names = Dossier.objects.order_by().values_list("given_name", "family_name").distinct()
    return phrases & {name.casefold() for pair in names.iterator() for name in pair if len(name) > 1}


def _names_in(section: str, texts: Iterable[str], names: set[str]) -> list[Issue]:
    """Return an issue for each name, once for each text."""
    issues: dict[tuple[str, str], Issue] = {}
    for text in texts:
        for small, phrase, begin, end in _iterate_phrases(text):
            if small in names and phrase[0].isupper():  # "bakker" is a profession, "Bakker" may be a name
                issues.setdefault((small, text), Issue(NAME, section, phrase, _cut_excerpt(text, begin, end)))
    return list(issues.values())


def _find_published_numbers(evaluation: Evaluation, reports: Iterable[Report]) -> set[str]:
    """Return all numbers in the public tables, headings and labels, as text."""
    numbers: set[str] = set()
    for report in reports:
        for table in report.tables:
            rows: list[Row] = [*table.rows, *([table.total] if table.total else [])]
            texts = [report.title, table.title, table.explanation, *(column.label for column in table.columns)]
            for row in rows:
                texts += [row.label, *map(format_cell, row.cells, table.columns)]
            numbers |= {number for text in texts for number in NUMBERS.findall(text)}
    return numbers | {number.removesuffix(",00") for number in numbers}


def _numbers_in(section: str, text: str, numbers: set[str]) -> Iterator[Issue]:
    """Yield an issue for each number, in digits or in words, that is not a date and not in a public table."""
    dates = [match.span() for match in DATES.finditer(text)]
    written = [
        (match, str(NUMERALS[word])) for match in WORD.finditer(text) if (word := match[0].casefold()) in NUMERALS
    ]
    digits = [(match, match[0]) for match in NUMBERS.finditer(text)]
    seen = set()
    for match, number in sorted([*digits, *written], key=lambda pair: pair[0].start()):
        typed_text = match[0].casefold()
        is_date = any(begin <= match.start() and match.end() <= end for begin, end in dates)
        if not is_date and number not in numbers and typed_text not in seen:
            seen.add(typed_text)
            yield Issue(NUMBER, section, match[0], _cut_excerpt(text, *match.span()))


def _cut_excerpt(text: str, begin: int, end: int) -> str:
    first, last = max(0, begin - AROUND), end + AROUND
    part = " ".join(text[first:last].split())
    return f"{'… ' if first else ''}{part}{' …' if last < len(text) else ''}"


def _is_all_empty(table: Table) -> bool:
    """Whether all its cells are empty or 0."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    return not any(cell.value for row in rows for cell in row.cells)


def _find_overlaps(evaluation: Evaluation) -> Iterator[Issue]:
    """Yield an issue if two released periods together equal a third, which makes rounded numbers comparable."""
    if not evaluation.begin:
        return
    alike = Evaluation.objects.exclude(released_at=None).exclude(pk=evaluation.pk).without_figures()
    alike = alike.filter(sector=evaluation.sector_id, organisation=evaluation.organisation_id)
    for first, second, whole in permutations([evaluation, *alike], 3):
        if evaluation not in (first, second, whole) or second.begin is None:
            continue
        follows = first.end + timedelta(days=1) == second.begin
        if follows and (first.begin, second.end) == (whole.begin, whole.end):
            others = (other.title for other in (first, second, whole) if other != evaluation)
            yield Issue(PERIODS, "", ", ".join(f"“{title}”" for title in others))
            return
