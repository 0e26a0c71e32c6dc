"""Describes which newer values a list would overwrite: set after it was sent, replaced, or typed by users."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from dates.format import format_date
from dossiers.models import Dossier, EmployerInterest, ImportRun, RecordKind
from dossiers.spreadsheets.imports.newer_values.sources import NewerValue, Reason
from dossiers.spreadsheets.resources import RESOURCES

MAX_PEOPLE_NAMED = 5
LISTED = ngettext_lazy(
    "It would put back older values of %(count)d person: %(people)s.",
    "It would put back older values of %(count)d people: %(people)s.",
    "count",
)
REPEATED = ngettext_lazy(
    "%(count)d line of this list repeats older values, which were changed since: %(records)s.",
    "%(count)d lines of this list repeat older values, which were changed since: %(records)s.",
    "count",
)
REFUSED = ngettext_lazy(
    "%(count)d line of this list repeats what was not taken over from an earlier list: %(records)s.",
    "%(count)d lines of this list repeat what was not taken over from an earlier list: %(records)s.",
    "count",
)
TYPED = ngettext_lazy(
    "%(count)d line of this list differs from what a coordinator filled in: %(records)s.",
    "%(count)d lines of this list differ from what a coordinator filled in: %(records)s.",
    "count",
)
CLOSED = ngettext_lazy(
    "%(count)d line of this list changes an interest that is closed: %(records)s.",
    "%(count)d lines of this list change interests that are closed: %(records)s.",
    "count",
)
BLANK = ngettext_lazy(
    "%(count)d line of this list has a blank cell, read as “no”, where the record says “yes”: %(records)s.",
    "%(count)d lines of this list have a blank cell, read as “no”, where the record says “yes”: %(records)s.",
    "count",
)

Rows = Sequence[tuple[Any, dict[str, NewerValue]]]


def describe_older_values(
    run: ImportRun, rows: Rows, later_runs: Sequence[ImportRun], decided_reasons: Set[str] = frozenset()
) -> str:
    """Return the sentences about the values that these rows of the run would overwrite; `later_runs` are named.

    If the newer text stays, no row overwrites it any more; `decided_reasons` tell what it was.
    """
    since = _select_values(rows, lambda value: value.reason == Reason.SINCE)
    sent_before = _("This list was sent before “%(name)s” (%(day)s), which was imported already.")
    uploaded_before = _("This list was uploaded before “%(name)s” (%(day)s), which was imported already.")
    given_before = sent_before if run.is_from_partner else uploaded_before
    sentences = [
        given_before % {"name": later_run.file_name, "day": format_date(later_run.sent_at or later_run.supplied_at)}
        for later_run in later_runs
    ]
    sentences += [
        _name_records(LISTED, run, _select_values(since, lambda value: bool(value.run))),
        _describe_saved_values(run, _select_values(since, lambda value: not value.run)),
        _name_records(REPEATED, run, _select_values(rows, lambda value: value.reason == Reason.REPEATED)),
        _name_records(REFUSED, run, _select_values(rows, lambda value: value.reason == Reason.REFUSED)),
        _name_records(BLANK, run, _select_values(rows, lambda value: value.reason == Reason.BLANK)),
        _name_records(CLOSED, run, _select_values(rows, lambda value: value.reason == Reason.CLOSED)),
        _name_records(TYPED, run, _select_values(rows, lambda value: value.reason == Reason.TYPED)),
    ]
    texts = _select_values(rows, lambda value: value.removes_text)
    about_text = {Reason.LINES, Reason.LINES_TOO}
    if not any(sentences) and (reasons := decided_reasons - about_text):
        typed = _("This list has other values than a colleague filled in.")
        older = _("Some values of this list are older than those of the dossiers.")
        closed = _("This list changes interests that are closed.")
        sentences.append(typed if reasons == {Reason.TYPED} else closed if reasons == {Reason.CLOSED} else older)
    if not texts and about_text & decided_reasons:
        sentences.append(_("Some text in the dossiers was added by others; this list does not have it."))
    sentences += _describe_removed_lines(run, texts)
    return " ".join(filter(None, sentences))


def select_named_rows(rows: Rows) -> Rows:
    """Return the rows that the sentences name: the first ones with each reason and author."""
    counts: Counter[Any] = Counter()
    selected = []
    for row, values in rows:
        kinds = {(value.reason, value.run is None, value.authors) for value in values.values()}
        if any(counts[kind] < MAX_PEOPLE_NAMED for kind in kinds):
            selected.append((row, values))
        counts.update(kinds)
    return selected


def _select_values(rows: Rows, is_selected: Callable[[NewerValue], bool]) -> Rows:
    """Return the rows with those of their newer values that are selected."""
    selected = [(row, {name: value for name, value in fields.items() if is_selected(value)}) for row, fields in rows]
    return [(row, values) for row, values in selected if values]


def _name_records(text: Any, run: ImportRun, rows: Rows) -> str:
    """Return the text with the number of these rows and the names of their records; "" if there are none."""
    if not rows:
        return ""
    names = _list_records(run, rows)
    return str(text % {"count": len(rows), "people": names, "records": names})


def _describe_saved_values(run: ImportRun, rows: Rows) -> str:
    if not rows:
        return ""
    columns, names = _get_columns(run), _get_names(run, rows[:MAX_PEOPLE_NAMED])
    by_user = _("%(column)s of %(person)s by %(user)s on %(day)s")
    by_unknown_user = _("%(column)s of %(person)s on %(day)s")
    edits = [
        (by_user if value.user_name else by_unknown_user)
        % {
            "column": columns[name],
            "person": names.get(row.target_id or 0, ""),
            "user": value.author,
            "day": format_date(value.saved_at),
        }
        for row, values in rows
        for name, value in values.items()
    ]
    words = {"day": format_date(run.supplied_at), "edits": _join_some(edits, len(edits))}
    sent, uploaded = (
        _("This list was sent on %(day)s; changed since: %(edits)s."),
        _("This list was uploaded on %(day)s; changed since: %(edits)s."),
    )
    return (sent if run.is_from_partner else uploaded) % words


def _describe_removed_lines(run: ImportRun, rows: Rows) -> Iterator[str]:
    """Yield a sentence for the text of each group of authors that the rows would remove."""
    authors_of_rows = [tuple(author for value in values.values() for author in value.authors) for _row, values in rows]
    for authors in dict.fromkeys(authors_of_rows):
        theirs = [row for row, row_authors in zip(rows, authors_of_rows, strict=True) if row_authors == authors]
        if authors:
            removes = ngettext(
                "%(count)d line of this list would remove text by %(authors)s: %(records)s.",
                "%(count)d lines of this list would remove text by %(authors)s: %(records)s.",
                len(theirs),
            )
        else:
            removes = ngettext(
                "%(count)d line of this list would remove text that was added here: %(records)s.",
                "%(count)d lines of this list would remove text that was added here: %(records)s.",
                len(theirs),
            )
        yield removes % {"count": len(theirs), "authors": ", ".join(authors), "records": _list_records(run, theirs)}


def _list_records(run: ImportRun, rows: Rows) -> str:
    """Return the names of the first records of these rows, each with the columns of its newer values."""
    columns, names = _get_columns(run), _get_names(run, rows[:MAX_PEOPLE_NAMED])
    texts = []
    for row, values in rows[:MAX_PEOPLE_NAMED]:
        labels = [label for name, label in columns.items() if name in values]
        texts.append(f"{names.get(row.target_id or 0, '')} ({', '.join(labels)})")
    return _join_some(texts, len(rows))


def _get_columns(run: ImportRun) -> dict[str, str]:
    sheet = RESOURCES[run.record](out_of_use=True).sheet_fields()
    return {name: str(field.column_name) for name, field in sheet.items()}


def _get_names(run: ImportRun, rows: Rows) -> dict[int, str]:
    """Return the names of the records of these rows, by key."""
    keys = [row.target_id for row, _values in rows]
    if run.record == RecordKind.EMPLOYER_INTEREST:
        interests = EmployerInterest.objects.select_related("employer").filter(pk__in=keys)
        return {interest.pk: interest.company_name for interest in interests}
    return {dossier.pk: dossier.full_name for dossier in Dossier.objects.filter(pk__in=keys)}


def _join_some(texts: list[str], count: int) -> str:
    """Return the first of these texts, and how many of the count are left."""
    others = count - MAX_PEOPLE_NAMED
    more = [_("and %(count)d more") % {"count": others}] if others > 0 else []
    return "; ".join([*texts[:MAX_PEOPLE_NAMED], *more])
