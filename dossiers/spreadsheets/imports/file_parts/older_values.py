"""The questions whether a list replaces values that are newer than it, and whether an older list is used at all."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dates.format import format_date, format_datetime
from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.list_dates import find_later_list, get_list_date
from dossiers.spreadsheets.imports.newer_values.descriptions import describe_older_values, select_named_rows
from dossiers.spreadsheets.imports.newer_values.overwritten import (
    NAMED,
    OLDER_LIST,
    Decision,
    NewerValues,
    fills_from_older_list,
    find_named_records,
)
from dossiers.spreadsheets.imports.newer_values.sources import NewerValue, Reason

MAX_LISTS_NAMED = 3


def find_open_question_about_older_values(run: ImportRun) -> Part | None:
    """Return the question whether newer values stay, if the list waits for the answer."""
    parts = [*build_older_list_part(run), *build_older_values_parts(run)]
    return next((part for part in parts if part.answer is None), None)


def is_older_list_undecided(run: ImportRun) -> bool:
    """Whether the list waits for the answer whether a list of an earlier day is used."""
    return any(part.answer is None for part in build_older_list_part(run))


def decide_on_newer_values(run: ImportRun, row: ImportRow, *, use_older: bool, shown_key: str) -> bool:
    """Answer the question about newer values for one row alone; the run is not saved.

    Return False if the page showed other values than those of now, so that the answer is not about these.
    """
    newer, target = NewerValues(run), row.target_id or 0
    values = newer.select_undecided(target, newer.find([row]).get(target, {}))
    if not values or newer.build_key([(row, values)]) != shown_key:
        return False
    run.decided["parts"] = run.decided.get("parts", {}) | {shown_key: use_older}
    run.decided[NAMED] = run.decided.get(NAMED, {}) | {shown_key: find_named_records([(row, values)])}
    return True


def forget_decision_on_newer_values(run: ImportRun, row: ImportRow) -> None:
    """Take back the answers about newer values that are about this row alone; the run is not saved."""
    for decision in NewerValues(run).decisions:
        if decision.find_targets() == {row.target_id}:
            del run.decided["parts"][decision.key], run.decided[NAMED][decision.key]


def build_older_list_part(run: ImportRun) -> Iterator[Part]:
    """Yield the whole list if an imported list is of a later date, unless it replaces nothing anyway."""
    list_date, later_run = get_list_date(run), find_later_list(run)
    if not list_date or not later_run:
        return
    later_date = get_list_date(later_run)
    key = f"{OLDER_LIST}-{later_run.pk}"
    answer = run.decided.get("parts", {}).get(key)
    if answer is None and run.policy != ImportRun.Policy.UPDATE:
        return
    of_sender = _(
        "This list is of %(day)s, and a list of %(later_day)s of this sender was imported on %(moment)s already."
    )
    of_employers = _(
        "This list is of %(day)s, and a list of employers of %(later_day)s was imported on %(moment)s already."
    )
    if later_date is None:
        of_sender = _("This list is of %(day)s, and a list of this sender without a date was imported on %(moment)s.")
        of_employers = _("This list is of %(day)s, and a list of employers without a date was imported on %(moment)s.")
    words = (of_sender if later_run.organisation_id else of_employers) % {
        "day": list_date,
        "later_day": format_date(later_date.day) if later_date else "",
        "moment": format_datetime(later_run.applied_at),
    }
    count = run.rows.filter(action=Action.CHANGED).count()
    yield Part(key, words, answer, is_older=True, is_older_list=True, later_runs=(later_run,), count=count)


def build_older_values_parts(run: ImportRun) -> Iterator[Part]:
    """Yield a part with the undecided values that would overwrite newer ones, and one for each decision on others.

    A decision on a text may have an effect although no row would change that text any more. Without any rows, as in an
    applied list, nobody knows which decisions have one.
    """
    newer = NewerValues(run)
    rows_by_decision = newer.find_rows_by_decision()
    undecided = rows_by_decision.get(None, [])
    if undecided:
        undecided_values = [value for _row, values in undecided for value in values.values()]
        later_runs = {value.later_run.pk: value.later_run for value in undecided_values if value.later_run}
        reasons: set[str] = {reason for value in undecided_values for reason in value.reasons}
        named = find_named_records(undecided)
        key = newer.build_key(undecided)
        yield replace(_build_part_of_older_values(run, key, None, undecided, later_runs, reasons), named=named)
    for decision in () if fills_from_older_list(run) else newer.decisions:  # then no value is replaced at all
        rows = rows_by_decision.get(decision, [])
        is_about_text = not APPENDED_FIELDS.isdisjoint(decision.named or ())
        is_about_text = is_about_text or not decision.reasons.isdisjoint((Reason.LINES, Reason.LINES_TOO))
        if rows or is_about_text or not rows_by_decision:
            later_runs = ImportRun.objects.in_bulk(decision.run_keys)
            part = _build_part_of_older_values(
                run, decision.key, decision.use_older, rows, later_runs, decision.reasons
            )
            yield replace(part, outcome=_describe_outcome(run, decision))


def _describe_outcome(run: ImportRun, decision: Decision) -> str:
    """Return what becomes of values that stay and of the rest of their rows; empty if nothing of the rows changes."""
    if decision.use_older or not decision.named:
        return ""
    keys = decision.find_targets()
    stays, texts, others = sum(len(targets) for targets in decision.named.values()), 0, 0
    rows = run.rows.filter(action=Action.CHANGED, target_id__in_batch=keys)
    for target, changes in rows.values_list("target_id", "changes"):
        named = {name for name in changes if target in decision.named.get(name, ())}
        in_texts = named & APPENDED_FIELDS
        stays, texts, others = stays - len(named), texts + len(in_texts), others + len(changes) - len(in_texts)
    if not texts and not others:
        return ""
    of_sender = ngettext(
        "Changed: only lines of the sender, in %(count)d text.",
        "Changed: only lines of the sender, in %(count)d texts.",
        texts,
    )
    of_list = ngettext(
        "Added: what is new in this list, to %(count)d text.",
        "Added: what is new in this list, to %(count)d texts.",
        texts,
    )
    same = ngettext("As it was: %(count)d value.", "As they were: %(count)d values.", stays)
    other = ngettext(
        "Changed too: %(count)d other value on these lines.",
        "Changed too: %(count)d other values on these lines.",
        others,
    )
    sentences = ((same, stays), (of_sender if run.organisation_id else of_list, texts), (other, others))
    return " ".join(sentence % {"count": count} for sentence, count in sentences if count)


def _build_part_of_older_values(
    run: ImportRun,
    key: str,
    answer: bool | None,
    rows: Sequence[tuple[Any, dict[str, NewerValue]]],
    later_runs: Mapping[int, ImportRun],
    reasons: Set[str],
) -> Part:
    named_runs = [later_runs[pk] for pk in sorted(later_runs)[-MAX_LISTS_NAMED:]]
    words = describe_older_values(run, rows, named_runs, reasons)
    own_kinds = (Reason.LINES, Reason.LINES_TOO, Reason.TYPED, Reason.CLOSED)
    kinds = {reason if reason in own_kinds else "older" for reason in reasons}
    return Part(
        key,
        words,
        answer,
        is_older=True,
        later_runs=tuple(named_runs),
        is_text_only=kinds == {Reason.LINES},
        is_typed_only=kinds == {Reason.TYPED},
        is_about_closed=Reason.CLOSED in kinds,
        is_mixed=len(kinds) > 1,
        changes_text=Reason.LINES in kinds
        or any(value.changes_text for _row, values in rows for value in values.values()),
        has_sender=run.organisation_id is not None,
        count=len(rows),
        newer_rows=select_named_rows(rows),
    )
