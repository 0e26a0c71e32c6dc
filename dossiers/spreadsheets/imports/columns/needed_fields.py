"""Finds the needed fields for which a read list has no column, and the columns that may hold them."""

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from dossiers.models import Action, ImportRun
from dossiers.models.imports.import_profile import fields_of_column
from dossiers.spreadsheets.imports.columns.columns import UNKNOWN, Column, column_choices, columns_of
from dossiers.spreadsheets.resources import RecordResource

MISSING_FIELDS = "missing_fields"  # key in ImportRun.asked
NO_COLUMN = "no_column"  # key in ImportRun.decided: the missing fields that the list has not, as the user said


def ask_for_columns(resource: RecordResource, names: Sequence[str]) -> str:
    """Return the question which columns are these fields."""
    fields = resource.sheet_fields()
    labels = get_text_list([f"“{fields[name].column_name}”" for name in names], _("and"))
    return _("This list has no column %(fields)s. Which column is that?") % {"fields": labels}


def find_unnamed_columns(run: ImportRun) -> list[Column]:
    """Return the columns of a read list that may be the missing ones, since it is not known what they are."""
    if not run.asked.get(MISSING_FIELDS):
        return []
    return [column for column in columns_of(run) if column.dropped == UNKNOWN and column.header]


def count_incomplete_rows(run: ImportRun) -> int:
    """Return the number of rows with an error because the list has no column for a needed field."""
    return run.rows.filter(action=Action.ERROR, errors__has_any_keys=run.asked[MISSING_FIELDS]).count()


def asks_for_columns(run: ImportRun) -> bool:
    """Whether a user must still say which columns are the missing ones, or that the list has them not."""
    answered = run.decided.get(NO_COLUMN, [])
    is_open = not {*run.asked.get(MISSING_FIELDS, [])} <= {*answered}
    return is_open and bool(find_unnamed_columns(run)) and bool(count_incomplete_rows(run))


def find_column_choices(run: ImportRun, resource: RecordResource) -> dict[str, str]:
    """Return the labels of what a column can be that fills missing fields and no others of this list."""
    missing, filled = {*run.asked[MISSING_FIELDS]}, {*run.fields}
    choices = {}
    for name, label in column_choices(resource).items():
        fields = {*fields_of_column(name)}
        if fields & missing and not fields & filled:
            choices[name] = str(label)
    return choices
