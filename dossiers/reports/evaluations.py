"""Evaluations: freezing figures, what others read of them, releasing. Each step or a ValidationError that says why not.

Whoever shows an evaluation to others takes `latest_released` and `public_tables`: they hold what may be published and
nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from dossiers.figures import Scope
from dossiers.models import Evaluation, EvaluationText
from dossiers.reports.languages import Reports, in_others
from dossiers.reports.registry import REPORTS, that_know
from dossiers.reports.rounding import OF_ONE_CASE, publish
from dossiers.reports.tables import Report, Row, Table

Kept = list[dict[str, Any]]


def scope_of(evaluation: Evaluation) -> Scope:
    parts = {"sector": evaluation.sector_id, "organisation": evaluation.organisation_id}
    return Scope(evaluation.end, evaluation.begin, **{name: key for name, key in parts.items() if key})


def reports_of(evaluation: Evaluation) -> list[str]:
    """The names of the reports in it, in its order; those that can be made for its scope."""
    known = that_know(scope_of(evaluation))
    return [name for name in evaluation.reports if name in known]


def kept(reports: Iterable[Report]) -> Kept:
    """As JSON keeps them; `thawed` takes them back."""
    return [
        {"name": report.name, "title": report.title, "tables": [table.frozen() for table in report.tables]}
        for report in reports
    ]


def thawed(reports: Kept | None) -> Reports:
    return tuple(
        Report(report["name"], report["title"], tuple(Table.thawed(table) for table in report["tables"]))
        for report in reports or []
    )


@dataclass(frozen=True)
class Change:
    """A number that differs from what was frozen before; None where the row or the column was not there."""

    report: str
    table: str
    row: str
    column: str
    before: Any
    now: Any


def freeze(evaluation: Evaluation, user: AbstractUser) -> None:
    """Keeps the figures as they are now, with the date, in place of those frozen before; words that changed since
    somebody judged them fit for others are to be judged again."""
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        locked = locked_for_change(evaluation)
        locked.refuse_change()
        names = reports_of(locked)
        if not names:
            raise ValidationError(_("Choose a report first: there is nothing to freeze."))

        def made() -> Reports:
            return tuple(REPORTS[name](scope_of(locked)) for name in names)

        reports = made()
        judged, now = words_of_cases(full_reports(locked)), words_of_cases(reports)
        locked.cases = [key for key in locked.cases if key in judged and judged[key] == now.get(key)]
        locked.frozen, locked.frozen_at, locked.frozen_by = kept(reports), timezone.now(), user
        locked.frozen_in = {language: kept(edition) for language, edition in in_others(reports, made).items()}
        locked.save()
    evaluation.refresh_from_db()


def differences(before: Iterable[Report], now: Iterable[Report]) -> Iterable[Change]:
    old, new = dict(_cells(before)), dict(_cells(now))
    for key in new | old:
        was, value = old.get(key), new.get(key)
        if was != value:
            report, table, row, column = key
            yield Change(report, table, row, column, was, value)


def _cells(reports: Iterable[Report]) -> Iterable[tuple[tuple[str, str, str, str], Any]]:
    for report in reports:
        for table in report.tables:
            for row in [*table.rows, *([table.total] if table.total else [])]:
                for cell, column in zip(row.cells, table.columns, strict=True):
                    yield (report.title, table.title, row.label, column.label), cell.value


def words_of_cases(reports: Iterable[Report]) -> dict[str, Row]:
    """The rows that are words about one case, by its key."""
    tables = (table for report in reports for table in report.tables if table.name in OF_ONE_CASE)
    return {row.part: row for table in tables for row in table.rows}


def full_reports(evaluation: Evaluation) -> Reports:
    """As they were frozen, with full counts: for who may read those."""
    return thawed(evaluation.frozen)


def public_reports(evaluation: Evaluation) -> Reports:
    """As others read them; of one that is not released yet, as they would if it were released now."""
    if evaluation.public is not None:
        return thawed(evaluation.public)
    return publishable(evaluation)[settings.LANGUAGE_CODE]


def publishable(evaluation: Evaluation) -> dict[str, Reports]:
    """As others would read them if it were released now, in each language in which it was frozen."""
    cases, published = frozenset(map(str, evaluation.cases)), {}
    for language, frozen in {settings.LANGUAGE_CODE: evaluation.frozen, **evaluation.frozen_in}.items():
        with translation.override(language):
            published[language] = tuple(publish(report, cases) for report in thawed(frozen))
    return published


def withdraw(evaluation: Evaluation, user: AbstractUser, because: str) -> None:
    """Others no longer read it."""
    with transaction.atomic():
        locked = locked_for_change(evaluation)
        if locked.state != Evaluation.State.RELEASED:
            raise ValidationError(_("Only a released evaluation can be withdrawn."))
        if not because.strip():
            raise ValidationError(_("Say why it is withdrawn."))
        locked.withdrawn_because = because.strip()
        locked.clean_fields(exclude=["reports", "cases"])
        locked.withdrawn_at, locked.withdrawn_by = timezone.now(), user
        locked.save()
    evaluation.refresh_from_db()


class TextConflict(Exception):
    """Somebody else saved this section since it was opened; `text` is theirs."""

    def __init__(self, text: EvaluationText) -> None:
        self.text = text
        super().__init__(str(text))


def seen_at(text: EvaluationText | None) -> str:
    """What a form remembers of the text that its user saw."""
    return text.changed_at.isoformat() if text else ""


def write(evaluation: Evaluation, section: str, words: str, user: AbstractUser, seen: str) -> None:
    """Saves what is written in a section; raises WrittenMeanwhile where it is not what was `seen` any more."""
    with transaction.atomic():
        locked = locked_for_change(evaluation)
        locked.refuse_change()
        text = locked.texts.filter(section=section).first()
        if seen_at(text) != seen:
            raise TextConflict(text or EvaluationText(evaluation=locked, section=section))
        text = text or EvaluationText(evaluation=locked, section=section)
        text.text, text.changed_by = words, user
        text.full_clean(exclude=["evaluation"])
        text.save()


def choose_cases(evaluation: Evaluation, keys: Iterable[str]) -> None:
    """Which findings' words may stand in the edition for others."""
    with transaction.atomic():
        locked = locked_for_change(evaluation)
        locked.refuse_change()
        locked.cases = sorted(keys)
        locked.save()


def delete(evaluation: Evaluation) -> None:
    """With its texts and frozen figures; what was released stays."""
    with transaction.atomic():
        locked = locked_for_change(evaluation)
        locked.refuse_change()
        locked.delete()


def changed_by_freezing(evaluation: Evaluation) -> list[Change]:
    """What differs from the figures that were frozen the time before; nothing the first time."""
    if not evaluation.frozen_at:
        return []
    before = evaluation.history.filter(frozen_at__lt=evaluation.frozen_at).first()
    return list(differences(thawed(before.frozen), full_reports(evaluation))) if before else []


def begin_again(evaluation: Evaluation) -> Evaluation:
    """A new draft with the same choices and texts, without figures."""
    copied = ("title", "kind", "begin", "end", "sector", "organisation", "reports")
    with transaction.atomic():
        new = Evaluation.objects.create(**{name: getattr(evaluation, name) for name in copied})
        for text in evaluation.texts.all():
            new.texts.create(section=text.section, text=text.text, changed_by=text.changed_by)
    return new


def latest_released() -> Evaluation | None:
    """The one that was released last and is not withdrawn."""
    return Evaluation.objects.released().defer("frozen", "frozen_in").last()  # full counts, which no page reads


def public_tables(evaluation: Evaluation, language: str = settings.LANGUAGE_CODE) -> dict[str, tuple[Table, ...]]:
    """The tables that others may read, by report; none of one that is not released.

    In that language where they were released in it, else as they were frozen.
    """
    if evaluation.state != Evaluation.State.RELEASED:
        return {}
    return {report.name: report.tables for report in thawed(evaluation.public_in.get(language, evaluation.public))}


def locked_for_change(evaluation: Evaluation) -> Evaluation:
    return Evaluation.objects.select_for_update().get(pk=evaluation.pk)
