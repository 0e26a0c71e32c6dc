"""What only shows when all rows of a list are read: two rows for one record, and who is no longer in it."""

from django.db import connection
from django.utils.translation import gettext as _

from dossiers.models import CLOSED_STATUSES, Action, Dossier, ImportRow, ImportRun, RecordKind, Supply
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.sql import node, quote


def _text(key: str) -> str:
    """The text a row gives for a field, NULL when it gives none."""
    return f"(given->>'{key}')" if connection.vendor == "postgresql" else node("given", (key,))


def refuse_doubles(run: ImportRun) -> None:
    """Rows of one list that reach one record are all errors: which of them is right, only the sender knows."""
    if run.record == RecordKind.DOSSIERS:
        name = f"lower({_text('given_name')}), lower({_text('family_name')}), {_text('date_of_birth')}"
        _refuse(run, "target_id", "target_id IS NOT NULL", "")
        _refuse(run, _text("external_id"), f"{_text('external_id')} IS NOT NULL", "external_id")
        unnumbered = f"target_id IS NULL AND {_text('external_id')} IS NULL AND {_text('date_of_birth')} IS NOT NULL"
        _refuse(run, name, unnumbered, "family_name")
        return
    work = f"lower(coalesce({_text('work_description')}, '')), coalesce({_text('start_date')}, '')"
    company = f"coalesce({_text('kvk_number')}, lower({_text('company_name')}) || {_text('email')})"
    _refuse(run, "target_id", "target_id IS NOT NULL", "")
    _refuse(run, f"{company}, {work}", f"target_id IS NULL AND {company} IS NOT NULL", "work_description")


def _refuse(run: ImportRun, key: str, where: str, field: str) -> None:
    """Find rows with the same key; the error stands at `field`, or where it is empty at what identifies the row."""
    table = quote(ImportRow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id, r.line FROM (SELECT id, line, count(*) OVER (PARTITION BY {key}) AS n FROM {table} "
            f"WHERE run_id = %s AND action <> 'absent' AND NOT left_out AND {where}) r WHERE r.n > 1",
            [run.pk],
        )
        lines = [row[0] for row in cursor.fetchall()]
    for row in ImportRow.objects.filter(pk__in_batch=lines).iterator():
        place = field or _place(run, row)
        row.errors.setdefault(place, []).append(
            _("This list has more than one line for this record. Leave one of them out.")
        )
        row.action, row.double = Action.ERROR, True
        row.save(update_fields=["errors", "action", "double"])


def _place(run: ImportRun, row: ImportRow) -> str:
    if run.record != RecordKind.DOSSIERS:
        return "work_description"
    return "external_id" if "external_id" in row.given else "family_name"


def add_absent(run: ImportRun) -> None:
    """Open dossiers which this organisation supplied before and which its list no longer holds.

    Only a list with the organisation's own numbers tells. A row in error still counts as listed, and so does a row
    that reaches the dossier without its number, because somebody said that it is the same person. One person typed
    into a form is no list.
    """
    if run.record != RecordKind.DOSSIERS or "external_id" not in run.fields or run.by_hand:
        return
    rows, supply, dossier = (quote(model._meta.db_table) for model in (ImportRow, Supply, Dossier))
    closed = ", ".join(f"'{status}'" for status in CLOSED_STATUSES)
    number = sql.json_object("external_id", "s.external_id")
    # EXCEPT, because both databases sort or hash it however long the list is: NOT IN and NOT EXISTS can go row by row.
    listed = f"FROM {rows} WHERE run_id = {run.pk} AND"
    supplied = f"FROM {supply} WHERE organisation_id = %s EXCEPT SELECT"
    reached = f" AND s.dossier_id IN (SELECT dossier_id {supplied} target_id {listed} target_id IS NOT NULL)"
    if run.with_partner:  # there the target of a row is a supply
        reached = ""
    sql.execute(
        f'INSERT INTO {rows} (run_id, line, action, given, changes, errors, bad, "similar", target_id, supply_id,'
        f" double, left_out)"
        f" SELECT {run.pk}, row_number() OVER (ORDER BY s.id), 'absent', {number},"
        f" '{{}}', '{{}}', '{{}}', '[]', s.dossier_id, s.id, false, false"
        f" FROM {supply} s JOIN {dossier} d ON d.id = s.dossier_id"
        f" WHERE s.external_id <> '' AND s.organisation_id = %s AND d.status NOT IN ({closed})"
        f" AND s.id IN (SELECT id {supplied} supply_id {listed} supply_id IS NOT NULL)"
        f" AND s.external_id IN (SELECT external_id {supplied} {_text('external_id')} {listed}"
        f" {_text('external_id')} IS NOT NULL){reached}",
        [run.organisation_id] * (4 if reached else 3),
    )
