"""Checks an evaluation before its release; the user corrects each issue or accepts it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import permutations

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.figures import BY_NAME, Figure, lead_times
from dossiers.figures.employers import places_offered
from dossiers.figures.funnel import registered
from dossiers.figures.labels import describe_nothing
from dossiers.models import Dossier, Employer, EmployerInterest, Evaluation, Finding, Placement
from dossiers.privacy import doubtful_numbers
from dossiers.reports.charts import format_cell
from dossiers.reports.documents.letter import AROUND as SECTIONS_OF_ALL
from dossiers.reports.documents.letter import get_sections
from dossiers.reports.employer_names import find_employer_names, load_company_words, load_employer_names
from dossiers.reports.evaluations import get_public_reports, get_scope
from dossiers.reports.person_names import find_names, iterate_written_names
from dossiers.reports.subjects.findings import LEFT_OUT
from dossiers.reports.tables import COUNT, Report, Row
from dossiers.reports.text_numbers import (
    DATES,
    EMPLOYERS,
    FINDINGS,
    PEOPLE,
    PERMITS,
    PHONES,
    PLACEMENTS,
    PLACES,
    REFERENCES,
    SIGN_UPS,
    TextNumber,
    find_numbers,
)

EMPTY, NAME, EMPLOYER_NAME, NUMBER, NOTHING, PERIODS = "empty", "name", "employer", "number", "nothing", "periods"
FEW, EMAIL, BSN, PHONE, REFERENCE, UNFINISHED = "few", "email", "bsn", "phone", "reference", "unfinished"
LABELS: dict[str, str | Promise] = {
    EMPTY: _("There is no text."),
    UNFINISHED: _("“%(found)s” looks like a text that is still to come."),
    NAME: _("“%(found)s” is a name of somebody who has a dossier."),
    EMPLOYER_NAME: _("“%(found)s” is the name of an employer or of a contact person."),
    NUMBER: _("“%(found)s” does not stand in the figures of this part that others read."),
    FEW: _("“%(found)s”: fewer than five people can be recognised. Write “fewer than 5”."),
    EMAIL: _("“%(found)s” is an e-mail address."),
    BSN: _("“%(found)s” looks like a citizen service number (BSN)."),
    PHONE: _("“%(found)s” is a telephone number."),
    REFERENCE: _("“%(found)s” is the reference of a dossier, a sign-up or a placement."),
    NOTHING: _("This part has no content. %(found)s"),
    PERIODS: _(
        "This period and those of %(found)s make up one another exactly. Whoever lays the letters beside each other "
        "can sometimes work out a number under five."
    ),
}
KINDS: dict[str, str | Promise] = {
    EMPTY: _("no text"),
    UNFINISHED: _("a text that is still to come"),
    NAME: _("a name"),
    EMPLOYER_NAME: _("a name of an employer"),
    NUMBER: _("a number that is not in the figures"),
    FEW: _("a number of fewer than five people"),
    EMAIL: _("an e-mail address"),
    BSN: _("a number like a citizen service number"),
    PHONE: _("a telephone number"),
    REFERENCE: _("a reference"),
    NOTHING: _("a part without content"),
    PERIODS: _("periods that make up one another"),
}
"""Labels in the log, without the text that was found, which may be a name."""
# What people write where a text is still to come: alone, or anywhere in it.
STANDS_ALONE = re.compile(r"(?:\W|\b(?:n\W?v\W?t|n\W?t\W?b|p\W?m|volgt|x+)\b)*", re.IGNORECASE)
STANDS_ANYWHERE = re.compile(r"\{[^{}]{0,200}\}|\b(?:todo|tbd|lorem|x{3,9})\b", re.IGNORECASE)
AROUND = 40  # characters of context on either side of the match
NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
EMAILS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
LONG_NUMBERS = re.compile(r"(?<!\d)\d(?:[ .\-/]?\d){7,8}(?!\d)")
NAMED_NUMBERS = {PHONE: PHONES, REFERENCE: REFERENCES}
COUNTED: dict[str, Callable[[Figure], bool]] = {
    PEOPLE: lambda figure: figure.model is Dossier or _is_of_placements(figure),
    PLACEMENTS: lambda figure: _is_of_placements(figure),
    PERMITS: lambda figure: _is_of_permits(figure) or figure.name == "waiting_for_permit",
    EMPLOYERS: lambda figure: figure.model is Employer,
    SIGN_UPS: lambda figure: (figure.model is EmployerInterest and figure != places_offered) or figure == registered,
    PLACES: lambda figure: figure == places_offered,
    FINDINGS: lambda figure: figure.model is Finding,
}
"""The figures that a number of people, placements and so on may be."""


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
        words = {  # all that people wrote
            name: [texts.get(name, ""), *(reports[name].written_texts if name in reports else ())] for name in names
        }
        found_names = find_names([evaluation.title, *(text for edition in words.values() for text in edition)])
        employer_names, company_words = load_employer_names(), load_company_words()
        issues = [
            *_check_names("", [evaluation.title], found_names),
            *_check_employer_names("", [evaluation.title], employer_names, company_words),
            *_check_identifying_numbers("", [evaluation.title]),
            *_find_overlaps(evaluation),
        ]
        for name in names:
            text = texts.get(name, "").strip()
            if not text:
                issues.append(Issue(EMPTY, name))
            elif STANDS_ALONE.fullmatch(text):
                issues.append(Issue(UNFINISHED, name, text))
            issues += [
                Issue(UNFINISHED, name, match[0], _cut_excerpt(text, *match.span()))
                for match in STANDS_ANYWHERE.finditer(text)
            ]
            if name in reports and not any(
                cell.value
                for table in reports[name].tables
                if table.name != LEFT_OUT
                for row in table.all_rows
                for cell in row.cells
            ):
                issues.append(Issue(NOTHING, name, describe_nothing(get_scope(evaluation))))
            issues += _check_names(name, words[name], found_names)
            issues += _check_employer_names(name, words[name], employer_names, company_words)
            issues += _check_identifying_numbers(name, words[name])
            if name in SECTIONS_OF_ALL:
                published = [number for report in reports.values() for number in _iterate_published(report, True)]
            else:
                published = list(_iterate_published(reports[name])) if name in reports else []
            issues += _check_numbers(name, text, published)
    return issues


def _check_names(section: str, texts: Iterable[str], names: dict[str, bool]) -> list[Issue]:
    """Return an issue for each name, once for each text."""
    issues: dict[tuple[str, str], Issue] = {}
    for text in texts:
        for small, phrase, begin, end in iterate_written_names(text, names):
            issues.setdefault((small, text), Issue(NAME, section, phrase, _cut_excerpt(text, begin, end)))
    return list(issues.values())


def _check_employer_names(section: str, texts: Iterable[str], names: set[str], company_words: set[str]) -> list[Issue]:
    """Return an issue for each name of an employer, once for each text."""
    issues: dict[tuple[str, str], Issue] = {}
    for text in texts:
        for begin, end in find_employer_names(text, names, company_words):
            name, excerpt = text[begin:end], _cut_excerpt(text, begin, end)
            issues.setdefault((name.casefold(), text), Issue(EMPLOYER_NAME, section, name, excerpt))
    return list(issues.values())


def _check_identifying_numbers(section: str, texts: Iterable[str]) -> list[Issue]:
    """Return an issue for each small number of people, address, telephone number and so on, once for each text."""
    issues: dict[tuple[str, str], Issue] = {}
    for text in texts:
        spans = [(FEW, number.begin, number.end) for number in find_numbers(text) if number.is_few_people]
        spans += [(EMAIL, *match.span()) for match in EMAILS.finditer(text)]
        named = [(kind, *match.span()) for kind, sign in NAMED_NUMBERS.items() for match in sign.finditer(text)]
        spans += named
        not_bsn = [*(span for _kind, *span in named), *(match.span() for match in DATES.finditer(text))]
        doubtful = [(text.index(number), text.index(number) + len(number)) for number in doubtful_numbers(text)]
        long = {match.span() for match in LONG_NUMBERS.finditer(text)}
        spans += [
            (BSN, begin, end)
            for begin, end in sorted({*long, *doubtful})
            if not any(first <= begin and end <= last for first, last in not_bsn)
        ]
        for kind, begin, end in spans:
            excerpt = _cut_excerpt(text, begin, end)
            issues.setdefault((text[begin:end].casefold(), text), Issue(kind, section, text[begin:end], excerpt))
    return list(issues.values())


@dataclass(frozen=True)
class PublishedNumber:
    """A number that others read in a table: its digits, its unit, and the figure that it is, if any.

    `is_fewer_than` says that the table has "fewer than" before it.
    """

    digits: str
    unit: str
    figure: Figure | None = None
    is_fewer_than: bool = False

    def covers(self, number: TextNumber) -> bool:
        """Whether a text may tell this number: the same digits, of the same kind."""
        if (self.digits, self.is_fewer_than) != (number.digits, number.is_fewer_than):
            return False
        if self.unit != COUNT:
            return self.unit == number.unit
        is_counted = COUNTED.get(number.unit, lambda _figure: not number.unit)
        return self.figure is None or is_counted(self.figure)


def _is_of_permits(figure: Figure) -> bool:
    return figure.name.startswith("permits_")


def _is_of_placements(figure: Figure) -> bool:
    return figure.model is Placement and not _is_of_permits(figure)


def _iterate_published(report: Report, only_whole: bool = False) -> Iterator[PublishedNumber]:
    """Yield the numbers in the public tables and labels; with `only_whole` without the rows of categories."""
    for table in report.tables:
        figures = {cell.figure.partition(".")[0] for row in table.rows for cell in row.cells[:1] if cell.figure}
        rows: list[Row] = [] if only_whole and table.adds_up and len(figures) == 1 else list(table.rows)
        rows += [table.total] if table.total else []
        for text in (report.title, table.title, table.explanation, *(column.label for column in table.columns)):
            yield from _units_in_label(text)
        for row in rows:
            yield from _units_in_label(row.label)
            for cell, column in zip(row.cells, table.columns, strict=True):
                figure = BY_NAME.get(cell.figure.partition(".")[0])
                if figure in lead_times.STEPS and column.unit == COUNT:  # a number of durations, not of people
                    continue
                is_fewer_than = column.unit == COUNT and isinstance(cell.value, str)
                for number in NUMBERS.findall(format_cell(cell, column)):
                    yield PublishedNumber(number.removesuffix(",00"), column.unit, figure, is_fewer_than)


def _units_in_label(text: str) -> Iterator[PublishedNumber]:
    """Yield the numbers of weeks, days and so on in a label."""
    for number in find_numbers(text):
        if number.unit and number.unit not in COUNTED:
            yield PublishedNumber(number.digits, number.unit)


def _check_numbers(section: str, text: str, published: list[PublishedNumber]) -> Iterator[Issue]:
    """Yield an issue for each number that the tables for others don't have, or have as a number of something else."""
    seen = set()
    for number in find_numbers(text):
        key = (number.written.casefold(), number.unit)
        if number.is_few_people or key in seen or any(in_table.covers(number) for in_table in published):
            continue
        seen.add(key)
        yield Issue(NUMBER, section, number.written, _cut_excerpt(text, number.begin, number.end))


def _cut_excerpt(text: str, begin: int, end: int) -> str:
    first, last = max(0, begin - AROUND), end + AROUND
    part = " ".join(text[first:last].split())
    return f"{'… ' if first else ''}{part}{' …' if last < len(text) else ''}"


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
