"""Describes which newer values a list would overwrite: values of later lists, and values that were saved by hand."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dates.format import format_date
from dossiers.models import Dossier, ImportRow, ImportRun
from dossiers.spreadsheets.imports.newer_values import NewerValue
from dossiers.spreadsheets.resources import RESOURCES

MAX_PEOPLE_NAMED = 5

Rows = Sequence[tuple[ImportRow, dict[str, NewerValue]]]


def describe_older_values(run: ImportRun, rows: Rows, later_runs: Sequence[ImportRun]) -> str:
    """Return the sentences about the values that these rows of the run would overwrite; `later_runs` are named."""
    sentences = [_describe_later_list(later_run) for later_run in later_runs]
    listed, saved = _select_values(rows, by_list=True), _select_values(rows, by_list=False)
    columns, names = (
        (_get_columns(run), _get_names([*listed[:MAX_PEOPLE_NAMED], *saved[:MAX_PEOPLE_NAMED]]))
        if listed or saved
        else ({}, {})
    )
    if listed:
        sentences.append(_describe_listed_values(listed, columns, names))
    if saved:
        edits = [
            _describe_edit(columns[name], names.get(row.target_id or 0, ""), value)
            for row, values in saved
            for name, value in values.items()
        ]
        day = format_date(run.first_sent_at)
        sentences.append(
            _("This list was sent on %(day)s; changed since: %(edits)s.") % {"day": day, "edits": _join_some(edits)}
        )
    elif not later_runs:
        sentences.append(_("Something was changed in the dossiers after this list was sent."))
    return " ".join(sentences)


def _select_values(rows: Rows, *, by_list: bool) -> Rows:
    """Return the rows with those of their newer values that came from a list, or that did not."""
    selected = [
        (row, {name: value for name, value in fields.items() if bool(value.run) == by_list}) for row, fields in rows
    ]
    return [(row, values) for row, values in selected if values]


def _get_columns(run: ImportRun) -> dict[str, str]:
    sheet = RESOURCES[run.record](out_of_use=True).sheet_fields()
    return {name: str(field.column_name) for name, field in sheet.items()}


def _get_names(rows: Rows) -> dict[int, str]:
    keys = {row.target_id for row, _values in rows}
    return {dossier.pk: dossier.full_name for dossier in Dossier.objects.filter(pk__in_batch=list(keys))}


def _describe_listed_values(rows: Rows, columns: dict[str, str], names: dict[int, str]) -> str:
    people = [
        f"{names.get(row.target_id or 0, '')} ({', '.join(columns[name] for name in values)})" for row, values in rows
    ]
    older = ngettext(
        "It would put back older values of %(count)d person: %(people)s.",
        "It would put back older values of %(count)d people: %(people)s.",
        len(rows),
    )
    return older % {"count": len(rows), "people": _join_some(people)}


def _describe_later_list(run: ImportRun) -> str:
    return _("This list was sent before “%(name)s” (%(day)s), which was imported already.") % {
        "name": run.file_name,
        "day": format_date(run.sent_at or run.created_at),
    }


def _describe_edit(column: str, person: str, value: NewerValue) -> str:
    names = {"column": column, "person": person, "user": value.user_name, "day": format_date(value.saved_at)}
    if value.user_name:
        return _("%(column)s of %(person)s by %(user)s on %(day)s") % names
    return _("%(column)s of %(person)s on %(day)s") % names


def _join_some(texts: list[str]) -> str:
    return "; ".join(texts[:MAX_PEOPLE_NAMED]) + (" …" if len(texts) > MAX_PEOPLE_NAMED else "")
