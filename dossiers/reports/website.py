"""Which evaluation's figures the website shows, and what a release or a withdrawal changes there."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from dossiers.models import Evaluation, Pilot
from dossiers.reports.charts import format_cell
from dossiers.reports.evaluations import describe_period, get_public_reports, get_scope

HEADLINES = "period"
"""The report of which the website shows the first table on the home page."""


def get_evaluation_on_website(without: Evaluation | None = None) -> Evaluation | None:
    """Return the evaluation whose figures the website shows, or would show without this one."""
    evaluations = Evaluation.objects.on_website().defer("frozen", "frozen_in")  # the full counts, which pages don't use
    return (evaluations.exclude(pk=without.pk) if without else evaluations).last()


def get_withdrawn_from_website() -> Evaluation | None:
    """Return the evaluation that the website showed last and that was withdrawn, if it shows none now."""
    if Evaluation.objects.on_website().exists():
        return None
    return Evaluation.objects.withdrawn().filter(on_website=True).without_figures().last()


def covers_pilot(evaluation: Evaluation) -> bool:
    """Whether it is about everybody, from the pilot's first day on."""
    if get_scope(evaluation).parts:
        return False
    first_day = Pilot.load().starts_on
    return evaluation.begin is None or (first_day is not None and evaluation.begin <= first_day)


def is_meant_for_website(evaluation: Evaluation) -> bool:
    """Whether the website is to show its figures unless chosen otherwise: it shows none with a later last day."""
    shown = get_evaluation_on_website()
    return covers_pilot(evaluation) and (shown is None or shown.end <= evaluation.end)


@dataclass(frozen=True)
class WebsiteChange:
    """The figures on the website before and after a release or a withdrawal; a row is (label, before, after)."""

    before: Evaluation | None
    after: Evaluation | None
    rows: list[tuple[str, str, str]]

    @property
    def period_before(self) -> str:
        return _describe(self.before)

    @property
    def period_after(self) -> str:
        return _describe(self.after)


def compare_figures(before: Evaluation | None, after: Evaluation | None) -> WebsiteChange:
    """Return the headline figures of both, as the website shows them."""
    numbers = []
    for evaluation in (before, after):
        with translation.override(settings.LANGUAGE_CODE):
            reports = get_public_reports(evaluation) if evaluation else ()
            tables = [report.tables[0] for report in reports if report.name == HEADLINES]
            texts = {row.label: format_cell(row.cells[0], table.columns[0]) for table in tables for row in table.rows}
        numbers.append(texts)
    labels = list(numbers[0] | numbers[1])
    missing = gettext("not shown")
    rows = [(label, *(texts.get(label, missing) for texts in numbers)) for label in labels]
    return WebsiteChange(before, after, rows)  # type: ignore[arg-type]


def _describe(evaluation: Evaluation | None) -> str:
    return describe_period(evaluation) if evaluation else gettext("no figures")
