"""Builds the content of the letter of an evaluation, for PDF, Word and the preview."""

from dataclasses import dataclass, replace
from typing import Any, Self

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.figures.labels import describe_nothing, get_part_names
from dossiers.models import Evaluation
from dossiers.reports.charts import describe_chart, draw_chart, format_cell
from dossiers.reports.documents.text_blocks import Block, parse_blocks
from dossiers.reports.evaluations import describe_period, get_full_reports, get_public_reports, get_scope
from dossiers.reports.rounding import FEW_EXPLAINED, explain_rounding
from dossiers.reports.tables import WORDS, Table
from dossiers.site_identity import get_site_identity

SUMMARY, CLOSING = "summary", "closing"
AROUND = {SUMMARY: _("Summary"), CLOSING: _("In closing")}
"""Sections without a report."""
PUBLIC, FULL = "public", "full"
EDITIONS = (PUBLIC, FULL)


@dataclass(frozen=True)
class PaperTable:
    """A table as texts; with `has_total` the last row is the total; the charts are SVG, or "" for none."""

    name: str
    title: str
    explanation: str
    header: list[str]
    in_words: list[bool]  # for each column
    rows: list[list[str]]
    has_total: bool
    chart: str
    narrow_chart: str  # for a telephone
    alternative: str

    @classmethod
    def from_table(cls, table: Table, nothing: str) -> Self:
        """Return the table as texts; `nothing` is the sentence for one without rows."""
        total = table.total if table.rows or table.tells_total else None
        rows = [*table.rows, *([total] if total else [])]
        explanation = table.explanation
        if table.has_only_words:
            explanation = ""  # that of a table of texts is meant for writers, not for readers
        elif not rows:
            explanation = " ".join(filter(None, [explanation, nothing]))
        return cls(
            name=table.name,
            title=table.title,
            explanation=explanation,
            header=[table.rows_label, *(column.label for column in table.columns)],
            in_words=[True, *(column.unit == WORDS for column in table.columns)],
            rows=[
                [row.label, *(format_cell(cell, column) for cell, column in zip(row.cells, table.columns, strict=True))]
                for row in rows
            ],
            has_total=total is not None,
            chart=draw_chart(table),
            narrow_chart=draw_chart(table, narrow=True),
            alternative=describe_chart(table),
        )

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The (heading, whether the cells are text) of each column."""
        return list(zip(self.header, self.in_words, strict=True))

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        return [list(zip(row, self.in_words, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Part:
    name: str
    title: str
    blocks: list[Block]
    tables: list[PaperTable]


@dataclass(frozen=True)
class Paper:
    """The letter; `facts` are the (label, value) lines at the top, and `notes` says how it was made."""

    title: str
    sender: str
    language: str
    edition: str
    warning: str
    facts: list[tuple[str, str]]
    parts: list[Part]
    notes: list[str]
    signed: list[str]


def get_sections(evaluation: Evaluation) -> dict[str, str]:
    """Return {name: title} of the sections: the summary, each report, and the closing words."""
    reports = {report.name: report.title for report in get_full_reports(evaluation)}
    return {SUMMARY: str(AROUND[SUMMARY]), **reports, CLOSING: str(AROUND[CLOSING])}


def build_paper(evaluation: Evaluation, edition: str) -> Paper:
    """Build the letter in Dutch, in the public edition or the one with full counts."""
    with translation.override(settings.LANGUAGE_CODE):
        identity = get_site_identity()
        reports = get_public_reports(evaluation) if edition == PUBLIC else get_full_reports(evaluation)
        texts = dict(evaluation.texts.values_list("section", "text"))
        parts, nothing = [], describe_nothing(get_scope(evaluation))
        for name, title in get_sections(evaluation).items():
            report = next((report for report in reports if report.name == name), None)
            shown = [table for table in report.tables if table.rows or not table.has_only_words] if report else []
            tables = [PaperTable.from_table(table, nothing) for table in shown]
            parts.append(Part(name, title, parse_blocks(texts.get(name, "")), tables))
        if edition == PUBLIC and reports:
            _explain_rounding(parts)
        notes, signed = [], []
        if evaluation.frozen_at:
            note = gettext("The figures are those of %(day)s; what was changed after that is not in them.")
            notes.append(note % {"day": _day(evaluation.frozen_at)})
        if evaluation.released_at:
            release = {"day": _day(evaluation.released_at), "name": evaluation.released_by_name}
            signed.append(gettext("Released on %(day)s by %(name)s") % release)
        return Paper(
            title=evaluation.title,
            sender=f"{identity.owner} · {identity.name}",
            language=settings.LANGUAGE_CODE,
            edition=edition,
            warning=_describe_state(evaluation, edition),
            facts=_build_facts(evaluation, edition, identity.name),
            parts=[part for part in parts if part.blocks or part.tables],
            notes=notes,
            signed=signed,
        )


def _explain_rounding(parts: list[Part]) -> None:
    """Say at the first table that numbers are rounded, and add a part about how, and about what that guarantees."""
    for part in parts:
        if part.tables:
            first = part.tables[0]
            part.tables[0] = replace(first, explanation=" ".join(filter(None, [explain_rounding(), first.explanation])))
            break
    rounded = gettext(
        "All numbers of people and cases in this letter are rounded down to a multiple of five, totals too; so rows "
        "do not always add up to their total."
    )
    more = gettext(
        "The smallest rows of those tables are sometimes put together as “Other”. Percentages, medians and costs of a "
        "start stand only where ten or more are counted; a dash says that there are fewer. A percentage lies between "
        "the two that the rounded numbers allow. A median of 20 days says that half took 20 days or less. Amounts are "
        "exact."
    )
    guaranteed = gettext(
        "That way no number of one to four can be worked out from a table, also not beside an earlier letter about "
        "part of the same time. It does not hold for anyone who knows more than the letters say: who knows one of the "
        "people, who knows exactly who came in between two letters, or who lays all tables beside each other, or all "
        "letters about periods that follow each other, can sometimes tell more."
    )
    blocks = [Block((f"{rounded} {FEW_EXPLAINED} {more}",)), Block((guaranteed,))]
    parts.append(Part("reading", gettext("How to read the figures"), blocks, []))


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _build_facts(evaluation: Evaluation, edition: str, site_name: str) -> list[tuple[str, str]]:
    scope = get_scope(evaluation)
    concerned = ", ".join(get_part_names(scope)) or gettext("all candidates and employers")
    if scope.sector is not None:
        concerned += gettext("; each table says whether that is the sector of the employer or of the candidate")
    facts = [
        (gettext("Addressed to"), gettext("the municipal council"))
        if edition == PUBLIC
        else (gettext("Meant for"), gettext("internal use at the municipality")),
        (gettext("Subject"), f"{gettext('Pilot “%(site)s”') % {'site': site_name}}: {evaluation.get_kind_display()}"),
        (gettext("Period"), describe_period(evaluation)),
        (gettext("Those concerned"), concerned),
    ]
    numbers = (
        gettext("rounded down to a multiple of five, see the end of this letter")
        if edition == PUBLIC
        else gettext(
            "the tables in this edition are exact; the texts are those of the edition for others and give numbers "
            "rounded down to a multiple of five, so a text may say 20 where the table says 22"
        )
    )
    facts.append((gettext("Numbers"), numbers))
    if evaluation.released_at:
        facts.insert(0, (gettext("Date"), _day(evaluation.released_at)))
    return facts


def _describe_state(evaluation: Evaluation, edition: str) -> str:
    if edition == FULL:
        return gettext("Full counts: persons can be recognised. Only for who may read this; do not pass it on.")
    if evaluation.state == Evaluation.State.WITHDRAWN:
        day = _day(evaluation.withdrawn_at)
        return gettext("Withdrawn on %(day)s: %(why)s") % {"day": day, "why": evaluation.withdrawn_because}
    return "" if evaluation.released_at else gettext("Concept: not released yet.")
