"""What somebody who releases an evaluation looks at first: to mend, or to accept one by one."""

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
from dossiers.reports.charts import text_of
from dossiers.reports.documents.letter import sections
from dossiers.reports.evaluations import public_reports
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
"""As the log has them: without the words themselves, for it is no place for names."""
LONGEST_NAME = 4  # words
AROUND = 40  # signs of a text on either side of what was found
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
DATES = re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b|\b(?:19|20)\d\d\b(?![.,]\d)")


@dataclass(frozen=True)
class Issue:
    """`section` is where it stands, "" for the evaluation as a whole; `excerpt` the words around what was `found`."""

    kind: str
    section: str
    found: str = ""
    excerpt: str = ""

    @property
    def label(self) -> str:
        return str(LABELS[self.kind]) % {"found": self.found}

    @property
    def key(self) -> str:
        """Of the issue in these words: who accepted it, accepted those."""
        text = "\n".join([self.kind, self.section, self.found, self.excerpt])
        return f"{self.kind}.{sha256(text.encode()).hexdigest()[:16]}"


def find_issues(evaluation: Evaluation) -> list[Issue]:
    """In the order of the letter."""
    with translation.override(settings.LANGUAGE_CODE):
        reports = {report.name: report for report in public_reports(evaluation)}
        names, texts = sections(evaluation), dict(evaluation.texts.values_list("section", "text"))
        words = {name: _words(texts.get(name, ""), reports.get(name)) for name in names}
        found_names = _find_names([evaluation.title, *(text for edition in words.values() for text in edition)])
        numbers = _numbers_told(evaluation, reports.values())
        issues = [*_names_in("", [evaluation.title], found_names), *_overlaps(evaluation)]
        for name in names:
            text = texts.get(name, "").strip()
            if not text:
                issues.append(Issue(EMPTY, name))
            if name in reports and all(_says_nothing(table) for table in reports[name].tables):
                issues.append(Issue(NOTHING, name))
            issues += _names_in(name, words[name], found_names)
            issues += _numbers_in(name, text, numbers)
    return issues


def _words(text: str, report: Report | None) -> list[str]:
    """All that people wrote in a section: its text, and words of findings and advice."""
    cells = (
        cell.value
        for table in (report.tables if report else ())
        for row in table.rows
        for cell, column in zip(row.cells, table.columns, strict=True)
        if column.unit == WORDS
    )
    return [text, *(value for value in cells if isinstance(value, str) and value)]


def _phrases(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Each run of a few words: (in small letters, as it stands, begin, end)."""
    matches = list(WORD.finditer(text))
    for first in range(len(matches)):
        for last in matches[first : first + LONGEST_NAME]:
            begin, end = matches[first].start(), last.end()
            phrase = " ".join(text[begin:end].split())
            yield phrase.casefold(), phrase, begin, end


def _find_names(texts: Iterable[str]) -> set[str]:
    """Of the words in these texts those that are a given or a family name in some dossier."""
    phrases = {small for text in texts for small, *_place in _phrases(text)}
    if not phrases:
        return set()
    names = Dossier.objects.order_by().values_list("given_name", "family_name").distinct()
    return phrases & {name.casefold() for pair in names.iterator() for name in pair if len(name) > 1}


def _names_in(section: str, texts: Iterable[str], names: set[str]) -> list[Issue]:
    """Each name once a text."""
    issues: dict[tuple[str, str], Issue] = {}
    for text in texts:
        for small, phrase, begin, end in _phrases(text):
            if small in names and phrase[0].isupper():  # "bakker" is a profession, "Bakker" may be a name
                issues.setdefault((small, text), Issue(NAME, section, phrase, _around(text, begin, end)))
    return list(issues.values())


def _numbers_told(evaluation: Evaluation, reports: Iterable[Report]) -> set[str]:
    """Every number that others read in a table, a heading or the name of a row."""
    numbers: set[str] = set()
    for report in reports:
        for table in report.tables:
            rows: list[Row] = [*table.rows, *([table.total] if table.total else [])]
            texts = [report.title, table.title, table.explanation, *(column.label for column in table.columns)]
            for row in rows:
                texts += [row.label, *map(text_of, row.cells, table.columns)]
            numbers |= {number for text in texts for number in NUMBERS.findall(text)}
    return numbers | {number.removesuffix(",00") for number in numbers}


def _numbers_in(section: str, text: str, numbers: set[str]) -> Iterator[Issue]:
    """Numbers that are no dates and stand in no table: exact where others read them rounded, or of another day."""
    dates = [match.span() for match in DATES.finditer(text)]
    seen = set()
    for match in NUMBERS.finditer(text):
        number = match.group()
        is_date = any(begin <= match.start() and match.end() <= end for begin, end in dates)
        if not is_date and number not in numbers and number not in seen:
            seen.add(number)
            yield Issue(NUMBER, section, number, _around(text, *match.span()))


def _around(text: str, begin: int, end: int) -> str:
    first, last = max(0, begin - AROUND), end + AROUND
    part = " ".join(text[first:last].split())
    return f"{'… ' if first else ''}{part}{' …' if last < len(text) else ''}"


def _says_nothing(table: Table) -> bool:
    """Whether it has no row with anything but none."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    return not any(cell.value for row in rows for cell in row.cells)


def _overlaps(evaluation: Evaluation) -> Iterator[Issue]:
    """The evaluations whose periods with this one are two parts and their whole."""
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
