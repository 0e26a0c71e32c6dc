"""Lines of one list that name the same employer: each goes on from what the lines before it left."""

from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from dossiers.models import Action, ImportRun, RecordKind
from dossiers.models.imports.import_run import WRITTEN_ACTIONS
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import changes, current_values
from dossiers.spreadsheets.imports.writer import ROWS, RowRange
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, EmployerResource
from dossiers.spreadsheets.sql import compact_json

NAMING = (*WRITTEN_ACTIONS, Action.UNCHANGED)
TOLD = 20  # employers that a preview warns about
Cells = dict[str, Any]


def new_key(row: str) -> str:
    """What a staged row finds its employer by, as one text: the SQL for what the matcher does."""
    kvk, name, email = (sql.text(f"{row}.given", field) for field in ("kvk_number", "company_name", "email"))
    return f"coalesce({kvk}, lower({name}) || ' ' || {email})"


def put_in_order(rows: RowRange) -> None:
    """Give rows whose employer others name too the changes that they make after those; what they change is kept in
    the row, so that an undo, too, knows what stood before.

    A preview compares each row with the employer as it is then. One after the other, a second row may find its change
    made already, or put back what the first one changed.
    """
    if rows.run.policy == ImportRun.Policy.NEW:
        return  # an employer that is there already stays as it is
    columns = [name for name in EMPLOYER_COLUMNS if name in rows.run.fields]
    groups = list(_sharing(rows))
    state = current_values(EmployerResource(), {row.employer_id for row in groups}, columns)
    anew = []
    for row in groups:
        employer = state[row.employer_id]
        own = changes(employer, {name: row.given[name] for name in columns if name in row.given}, rows.run.policy)
        employer |= {name: new for name, (_old, new) in own.items()}
        after = {name: change for name, change in row.changes.items() if name not in EMPLOYER_COLUMNS} | own
        if after != row.changes:
            anew.append((compact_json(after), _action(row.action, after), row.pk))
    cast = "::jsonb" if sql.postgres() else ""
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {ROWS} SET changes = %s{cast}, action = %s WHERE id = %s", anew)


def _sharing(rows: RowRange) -> Any:
    """Rows of the stretch whose employer another row of the run names too, in their order."""
    actions = ", ".join(f"'{action}'" for action in NAMING)
    shared = (
        f"SELECT employer_id FROM {ROWS} WHERE run_id = %s AND action IN ({actions}) AND employer_id IS NOT NULL"
        " GROUP BY employer_id HAVING count(*) > 1"
    )
    named = rows.run.rows.filter(
        pk__range=(rows.first, rows.last),
        action__in=NAMING,
        employer_id__in=RawSQL(shared, [rows.run.pk]),  # noqa: S611
    )
    return named.order_by("pk").values_list("pk", "action", "employer_id", "given", "changes", named=True)


def _action(before: str, after: Cells) -> str:
    if before == Action.NEW:
        return Action.NEW
    return Action.CHANGED if after else Action.UNCHANGED


def warn(run: ImportRun) -> None:
    """Warn of lines that contradict each other about one employer, once for each; the run is not saved.

    They are no error: a company with two branches has two contacts, and one of them is to be kept. The warning quotes
    nothing, for it is kept longer than the lines are.
    """
    if run.record != RecordKind.EMPLOYER_INTEREST:
        return
    before = run.asked.get("contradicting", [])
    now = [_sentence(run, lines, columns) for lines, columns in _contradicting(run)]
    run.warnings = [warning for warning in run.warnings if warning not in before] + now
    run.asked["contradicting"] = now


def _sentence(run: ImportRun, lines: list[int], columns: list[str]) -> str:
    labels = EmployerResource().sheet_fields()
    said = {
        "lines": ", ".join(map(str, lines[:TOLD])) + (", …" if len(lines) > TOLD else ""),
        "columns": ", ".join(str(labels[name].column_name) for name in columns),
    }
    last = _("Lines %(lines)s are about one employer, but do not say the same: %(columns)s. The last one counts.")
    first = _("Lines %(lines)s are about one employer, but do not say the same: %(columns)s. The first one counts.")
    return (last if run.policy == ImportRun.Policy.UPDATE else first) % said


def _contradicting(run: ImportRun) -> list[tuple[list[int], list[str]]]:
    """Lines that name one employer and give different values, with the columns in which they differ."""
    columns = [name for name in EMPLOYER_COLUMNS if name in run.fields]
    if not columns:
        return []
    actions = ", ".join(f"'{action}'" for action in NAMING)
    key = f"coalesce(CAST(r.employer_id AS varchar(255)), {new_key('r')})"
    values = [sql.text("r.given", name) for name in columns]
    counts = ", ".join(f"count(DISTINCT {value})" for value in values)
    differ = " OR ".join(f"count(DISTINCT {value}) > 1" for value in values)
    lines = "string_agg(r.line::text, ',')" if sql.postgres() else "group_concat(r.line)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {lines}, {counts} FROM {ROWS} r WHERE r.run_id = %s AND r.action IN ({actions})"
            f" AND {key} IS NOT NULL GROUP BY {key} HAVING {differ} ORDER BY min(r.line) LIMIT {TOLD}",
            [run.pk],
        )
        groups_found = cursor.fetchall()
    return [
        (
            sorted(map(int, row[0].split(","))),
            [name for name, count in zip(columns, row[1:], strict=True) if count > 1],
        )
        for row in groups_found
    ]
