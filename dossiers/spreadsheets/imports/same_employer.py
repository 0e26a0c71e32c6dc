"""Handles lines of one list that name the same employer: each line changes what the lines before it wrote."""

from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.line_names import LINES_NAMED
from dossiers.models import Action, ImportRun, RecordKind
from dossiers.models.employers.employer import CONTACT_MARKS, REACHABLE_BY
from dossiers.models.imports.import_row import RECORD_ACTIONS
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import changes, current_values
from dossiers.spreadsheets.imports.decisions import Decisions
from dossiers.spreadsheets.imports.namesakes import find_namesakes
from dossiers.spreadsheets.imports.remarks.contacts import (
    CONTACT,
    adds_contact_remarks,
    find_lines_with_contact_in_remarks,
)
from dossiers.spreadsheets.imports.writer import ROWS, RowRange
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, EmployerResource
from dossiers.spreadsheets.sql import compact_json

MAX_WARNED = 20  # the largest number of employers that a preview warns about, and of lines in a warning


def employer_key_expression(row: str) -> str:
    """Return the SQL expression of the key that rows of the same employer share, as in `employer_key`."""
    kvk, company, *marks = (sql.text(f"{row}.given", field) for field in ("kvk_number", "company_name", *CONTACT_MARKS))
    return f"coalesce({kvk}, lower({company}) || ' ' || lower(coalesce({', '.join(marks)})))"


def recompute_changes(rows: RowRange) -> None:
    """Recompute the changes of rows that share their employer with other rows, as if they are applied one by one.

    The preview compared each row with the employer as it was then. When the rows are applied in order, a second row may
    find its change already made, or may undo the change of the first one. The changes are saved in the rows, since an
    undo needs the old values.
    """
    if rows.run.policy == ImportRun.Policy.NEW:
        return  # existing employers are not changed
    columns = [name for name in EMPLOYER_COLUMNS if name in rows.run.fields]
    typed_by_line = {line: about.cells.keys() for line, about in Decisions.about(rows.run).lines.items()}
    remarked = find_lines_with_contact_in_remarks(rows.run)
    groups = list(_rows_sharing_employer(rows))
    state = current_values(EmployerResource(), {row.employer_id for row in groups}, columns)
    updates = []
    for row in groups:
        employer = state[row.employer_id]
        written = [name for name in columns if name not in CONTACT] if row.line in remarked else columns
        values = {name: row.given[name] for name in written if name in row.given}
        typed = columns if rows.run.gives_whole_fields else typed_by_line.get(row.line, ())
        own = changes(employer, values, rows.run.policy, typed)
        employer |= {name: new for name, (_old, new) in own.items()}
        after = {name: change for name, change in row.changes.items() if name not in EMPLOYER_COLUMNS} | own
        if after != row.changes:
            action = row.action
            if action != Action.NEW:
                action = Action.CHANGED if after else Action.UNCHANGED
            updates.append((compact_json(after), action, row.pk))
    cast = "::jsonb" if sql.postgres() else ""
    with connection.cursor() as cursor:
        # By hand, since `bulk_update()` needs instances and builds a CASE of all rows.
        cursor.executemany(f"UPDATE {ROWS} SET changes = %s{cast}, action = %s WHERE id = %s", updates)


def _rows_sharing_employer(rows: RowRange) -> Any:
    """Return the rows of the range whose employer another row of the run names too, in order, as named tuples."""
    actions = ", ".join(f"'{action}'" for action in RECORD_ACTIONS)
    # By hand, so that GROUP BY runs once for the run; the ORM would add the order and the columns of the outer query.
    shared = (
        f"SELECT employer_id FROM {ROWS} WHERE run_id = %s AND action IN ({actions}) AND employer_id IS NOT NULL"
        " GROUP BY employer_id HAVING count(*) > 1"
    )
    named = rows.run.rows.filter(
        pk__range=(rows.first, rows.last),
        action__in=RECORD_ACTIONS,
        employer_id__in=RawSQL(shared, [rows.run.pk]),  # noqa: S611
    )
    return named.order_by("pk").values_list("pk", "line", "action", "employer_id", "given", "changes", named=True)


def add_warnings(run: ImportRun) -> None:
    """Add a warning for each employer about which lines contradict each other, and one about employers nobody reaches.

    The run is not saved. They are not errors, since a company with two branches may have two contacts. The warnings
    have no values of the lines, since they are stored longer than the lines.
    """
    if run.record != RecordKind.EMPLOYER_INTEREST:
        return
    before = run.asked.get("contradicting", [])
    last = _("Lines %(lines)s are about one employer, but do not say the same: %(columns)s. The last one counts.")
    first = _("Lines %(lines)s are about one employer, but do not say the same: %(columns)s. The first one counts.")
    text = last if run.policy == ImportRun.Policy.UPDATE else first
    others = _("The contacts of the other lines are added to the remarks of their interests.")
    adds_contacts = adds_contact_remarks(run)
    labels = EmployerResource().sheet_fields()
    now = []
    for lines, columns in _find_contradictions(run):
        names = ", ".join(str(labels[name].column_name) for name in columns)
        warning = text % {"lines": run.name_lines(lines), "columns": names}
        now.append(f"{warning} {others}" if adds_contacts and not CONTACT.isdisjoint(columns) else warning)
    now += _warn_about_unreachable(run)
    run.warnings = [warning for warning in run.warnings if warning not in before] + now
    run.asked["contradicting"] = now
    run.asked["namesakes"] = find_namesakes(run)


def _warn_about_unreachable(run: ImportRun) -> list[str]:
    """Return the warning about the lines that add an employer without e-mail address and telephone number, if any."""
    rows = run.rows.filter(action=Action.NEW, employer_id=None).exclude(given__has_any_keys=[*REACHABLE_BY])
    lines = list(rows.order_by("line").values_list("line", flat=True)[: LINES_NAMED + 1])
    text = ngettext(
        "Line %(lines)s adds an employer without an e-mail address and a telephone number.",
        "Lines %(lines)s add an employer without an e-mail address and a telephone number.",
        len(lines),
    )
    return [text % {"lines": run.name_lines(lines)}] if lines else []


def _find_contradictions(run: ImportRun) -> list[tuple[list[int], list[str]]]:
    """Return the lines with the same employer but different values, with the columns that differ."""
    columns = [name for name in EMPLOYER_COLUMNS if name in run.fields]
    if not columns:
        return []
    actions = ", ".join(f"'{action}'" for action in RECORD_ACTIONS)
    key = f"coalesce(CAST(r.employer_id AS varchar(255)), {employer_key_expression('r')})"
    values = [f"lower({sql.text('r.given', name)})" for name in columns]
    counts = ", ".join(f"count(DISTINCT {value})" for value in values)
    differ = " OR ".join(f"count(DISTINCT {value}) > 1" for value in values)
    lines = "string_agg(r.line::text, ',')" if sql.postgres() else "group_concat(r.line)"
    # By hand, since the ORM can't group by an expression of values in JSON on both databases. For each employer it
    # counts the distinct values of each column, and selects the employers that have more than one.
    groups = sql.fetch_all(
        f"SELECT {lines}, {counts} FROM {ROWS} r WHERE r.run_id = %s AND r.action IN ({actions})"
        f" AND {key} IS NOT NULL GROUP BY {key} HAVING {differ} ORDER BY min(r.line) LIMIT {MAX_WARNED}",
        [run.pk],
    )
    return [
        (
            sorted(map(int, row[0].split(","))),
            [name for name, count in zip(columns, row[1:], strict=True) if count > 1],
        )
        for row in groups
    ]
