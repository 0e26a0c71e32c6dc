"""The steps of an evaluation: freeze, write, withdraw and so on; a step that is not possible raises ValidationError.

Code that publishes an evaluation uses `get_public_tables`, which returns only public data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from dossiers.figures import Scope
from dossiers.figures.employers import interests
from dossiers.figures.funnel import registered
from dossiers.figures.labels import format_period
from dossiers.models import Evaluation, EvaluationText
from dossiers.models.evaluation import NOT_RELEASED
from dossiers.reports.languages import Reports, translate_reports
from dossiers.reports.registry import REPORTS, find_available_reports
from dossiers.reports.rounding import CASE_TABLES, publish
from dossiers.reports.rows import all_know_scope
from dossiers.reports.tables import Report, Row, Table

Kept = list[dict[str, Any]]


def get_scope(evaluation: Evaluation) -> Scope:
    parts = {"sector": evaluation.sector_id, "organisation": evaluation.organisation_id}
    return Scope(evaluation.end, evaluation.begin, **{name: key for name, key in parts.items() if key})


def describe_period(evaluation: Evaluation) -> str:
    """Return the period as text; once frozen, one without a first day tells the day of the first registration."""
    return format_period(get_scope(evaluation), evaluation.first_registered_on)


def get_report_names(evaluation: Evaluation) -> list[str]:
    """Return the names of the evaluation's reports that can be made for its scope."""
    known = find_available_reports(get_scope(evaluation))
    return [name for name in evaluation.reports if name in known]


def freeze_reports(reports: Iterable[Report]) -> Kept:
    """Return the reports as JSON, which `thaw_reports` reads."""
    return [
        {"name": report.name, "title": report.title, "tables": [table.frozen() for table in report.tables]}
        for report in reports
    ]


def thaw_reports(reports: Kept | None) -> Reports:
    return tuple(
        Report(report["name"], report["title"], tuple(Table.thawed(table) for table in report["tables"]))
        for report in reports or []
    )


@dataclass(frozen=True)
class Change:
    """A number that differs from the one that was frozen before; None if the row or column did not exist."""

    report: str
    table: str
    row: str
    column: str
    before: Any
    now: Any


def freeze(evaluation: Evaluation, user: AbstractUser) -> None:
    """Freeze the current figures with the date, replacing earlier ones.

    A text that was selected for publication and has changed since is not selected any more.
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        locked = lock_evaluation(evaluation)
        locked.refuse_change()
        names = get_report_names(locked)
        if not names:
            raise ValidationError(_("Choose a report first: there is nothing to freeze."))

        scope = get_scope(locked)

        def made() -> Reports:
            return tuple(REPORTS[name].build(scope) for name in names)

        reports = made()
        judged, now = get_case_rows(get_full_reports(locked)), get_case_rows(reports)
        locked.cases = [key for key in locked.cases if key in judged and judged[key] == now.get(key)]
        locked.frozen, locked.frozen_at, locked.frozen_by = freeze_reports(reports), timezone.now(), user
        # The day of the first registration of a candidate or an employer that the scope counts.
        counted = [figure.records(scope) for figure in (registered, interests) if all_know_scope([figure], scope)]
        moments = [records.aggregate(first=Min("created_at"))["first"] for records in counted]
        locked.first_registered_on = min((timezone.localdate(moment) for moment in moments if moment), default=None)
        locked.frozen_in = {
            language: freeze_reports(edition) for language, edition in translate_reports(reports, made).items()
        }
        locked.save()
    evaluation.refresh_from_db()


def find_differences(before: Iterable[Report], now: Iterable[Report]) -> Iterable[Change]:
    old, new = dict(_cells(before)), dict(_cells(now))
    for key in new | old:
        was, value = old.get(key), new.get(key)
        if was != value:
            report, table, row, column = key
            yield Change(report, table, row, column, was, value)


def _cells(reports: Iterable[Report]) -> Iterable[tuple[tuple[str, str, str, str], Any]]:
    for report in reports:
        for table in report.tables:
            for row in table.all_rows:
                for cell, column in zip(row.cells, table.columns, strict=True):
                    yield (report.title, table.title, row.label, column.label), cell.value


def get_case_rows(reports: Iterable[Report]) -> dict[str, Row]:
    """Return the rows with texts about one case, by the key of the finding."""
    tables = (table for report in reports for table in report.tables if table.name in CASE_TABLES)
    return {row.part: row for table in tables for row in table.rows}


def get_full_reports(evaluation: Evaluation) -> Reports:
    """Return the frozen reports with full counts, for users with the permission to read these."""
    return thaw_reports(evaluation.frozen)


def get_public_reports(evaluation: Evaluation) -> Reports:
    """Return the public reports; before the release those that releasing now would publish."""
    if evaluation.public is not None:
        return thaw_reports(evaluation.public)
    return build_public_editions(evaluation)[settings.LANGUAGE_CODE]


def build_public_editions(evaluation: Evaluation) -> dict[str, Reports]:
    """Return {language: reports} that releasing now would publish."""
    cases, published = frozenset(map(str, evaluation.cases)), {}
    for language, frozen in {settings.LANGUAGE_CODE: evaluation.frozen, **evaluation.frozen_in}.items():
        with translation.override(language):
            published[language] = tuple(publish(report, cases) for report in thaw_reports(frozen))
    return published


def withdraw(evaluation: Evaluation, user: AbstractUser, because: str) -> None:
    """Withdraw a released evaluation, so that it is not published any more."""
    with transaction.atomic():
        locked = lock_evaluation(evaluation)
        if locked.state != Evaluation.State.RELEASED:
            raise ValidationError(NOT_RELEASED)
        if not because.strip():
            raise ValidationError(_("Say why it is withdrawn."))
        locked.withdrawn_because = because.strip()
        locked.clean_fields(exclude=["reports", "cases"])
        locked.withdrawn_at, locked.withdrawn_by = timezone.now(), user
        locked.save()
    evaluation.refresh_from_db()


class TextConflict(Exception):
    """Raised if another user saved the section meanwhile; `text` is that user's text."""

    def __init__(self, text: EvaluationText) -> None:
        self.text = text
        super().__init__(str(text))


def seen_at(text: EvaluationText | None) -> str:
    """Return the version mark of a text, which the form submits again."""
    return text.changed_at.isoformat() if text else ""


def save_section(evaluation: Evaluation, section: str, words: str, user: AbstractUser, seen: str) -> None:
    """Save the text of a section; raises TextConflict if the stored text is not the version `seen`."""
    with transaction.atomic():
        locked = lock_evaluation(evaluation)
        locked.refuse_change()
        text = locked.texts.filter(section=section).first()
        if seen_at(text) != seen:
            raise TextConflict(text or EvaluationText(evaluation=locked, section=section))
        text = text or EvaluationText(evaluation=locked, section=section)
        text.text, text.changed_by = words, user
        text.full_clean(exclude=["evaluation"])
        text.save()


def choose_cases(evaluation: Evaluation, keys: Iterable[str]) -> None:
    """Set the keys of the findings whose texts may be published."""
    with transaction.atomic():
        locked = lock_evaluation(evaluation)
        locked.refuse_change()
        locked.cases = sorted(keys)
        locked.save()


def delete(evaluation: Evaluation) -> None:
    """Delete an unreleased evaluation with its texts and figures; raises ValidationError for a released one."""
    with transaction.atomic():
        locked = lock_evaluation(evaluation)
        locked.refuse_change()
        locked.delete()


def find_changes_by_freezing(evaluation: Evaluation) -> list[Change]:
    """Return the differences with the figures that were frozen before; none at the first time."""
    if not evaluation.frozen_at:
        return []
    before = evaluation.history.filter(frozen_at__lt=evaluation.frozen_at).first()
    return list(find_differences(thaw_reports(before.frozen), get_full_reports(evaluation))) if before else []


def copy_as_draft(evaluation: Evaluation) -> Evaluation:
    """Create a draft with the same choices and texts, without figures."""
    copied = ("title", "kind", "begin", "end", "sector", "organisation", "reports")
    with transaction.atomic():
        new = Evaluation.objects.create(**{name: getattr(evaluation, name) for name in copied})
        for text in evaluation.texts.all():
            new.texts.create(section=text.section, text=text.text, changed_by=text.changed_by)
    return new


def get_public_tables(evaluation: Evaluation, language: str = settings.LANGUAGE_CODE) -> dict[str, tuple[Table, ...]]:
    """Return {report: public tables}; empty if the evaluation is not released.

    The tables are in this language if they were released in it, else in Dutch.
    """
    if evaluation.state != Evaluation.State.RELEASED:
        return {}
    return {
        report.name: report.tables for report in thaw_reports(evaluation.public_in.get(language, evaluation.public))
    }


def lock_evaluation(evaluation: Evaluation) -> Evaluation:
    return Evaluation.objects.select_for_update().get(pk=evaluation.pk)
