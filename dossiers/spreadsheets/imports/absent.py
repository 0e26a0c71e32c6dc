"""Applies what a coordinator chose for dossiers that are no longer in an organisation's list; by default nothing.

The choices are stored with the other decisions of the run, by the key of the Supply, so that they remain valid if the
list is read again: `decided["absent"] = {"all": choice, "one": {supply: choice}}`.
"""

import json
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from dates.format import format_date
from dossiers.models import (
    CLOSED_STATUSES,
    PLACED_STATUSES,
    Action,
    ClosingReason,
    Dossier,
    ImportRow,
    ImportRun,
    Status,
    Supply,
)
from dossiers.spreadsheets.imports.writer import ROWS, DossierBatchWriter, RowRange
from dossiers.spreadsheets.resources import DossierResource
from dossiers.spreadsheets.sql import postgres
from dossiers.spreadsheets.undo.restore import NEW, Restorer, changes_any, rows_table

NOTHING, CONTACT, CLOSE = "nothing", "contact", "close"  # CLOSE is followed by ":" and the key of a closing reason
CHANGED_FIELDS = ("status", "closing_reason", "notes")
BATCH = 5_000


def options() -> list[tuple[str, str]]:
    """Return the choices for an absent dossier, with their labels."""
    reasons = ClosingReason.objects.filter(side=ClosingReason.Side.CANDIDATE).values_list("pk", "name")
    closing = [(f"{CLOSE}:{pk}", _("Close: %(reason)s") % {"reason": name}) for pk, name in reasons]
    return [(NOTHING, _("Do nothing")), (CONTACT, _("Get in touch: a line in the notes")), *closing]


def choose_all(run: ImportRun, choice: str) -> None:
    """Save one choice for every absent dossier, and clear the choices for single dossiers."""
    run.decided["absent"] = {"all": choice, "one": {}}
    run.save(update_fields=["decided"])


def choose(run: ImportRun, choices: dict[int, str]) -> None:
    """Save choices for some absent dossiers, by the key of their Supply."""
    decisions = run.decided.setdefault("absent", {"all": NOTHING, "one": {}})
    decisions["one"] |= {str(supply): choice for supply, choice in choices.items()}
    run.save(update_fields=["decided"])


def get_choice(run: ImportRun, row: ImportRow) -> str:
    decisions = run.decided.get("absent", {})
    return str(decisions.get("one", {}).get(str(row.supply_id), decisions.get("all", NOTHING)))


def count_choices(run: ImportRun) -> int:
    """Return the number of absent dossiers for which something other than NOTHING is chosen."""
    decisions = run.decided.get("absent", {})
    if not decisions:
        return 0
    rows = run.rows.filter(action=Action.ABSENT).only("run", "supply_id")
    return sum(get_choice(run, row) != NOTHING for row in rows)


def apply_choices(run: ImportRun, user: User | None) -> None:
    """Apply the choices within the transaction of the run; each row stores what it changed, or why it did not."""
    if not run.decided.get("absent"):
        return
    rows = [row for row in run.rows.filter(action=Action.ABSENT).order_by("pk") if get_choice(run, row) != NOTHING]
    at = run.applied_at or timezone.now()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        _decide(run, batch)
        AbsentDossierWriter(DossierResource()).update_absent(
            RowRange(run, batch[0].pk, batch[-1].pk, at, user.pk if user else None)
        )


class AbsentDossierWriter(DossierBatchWriter):
    """Writes the changes of dossiers that are not in the list."""

    def __init__(self, resource: DossierResource) -> None:
        super().__init__(resource)
        self.dossiers: Restorer = Restorer(Dossier, resource, "target_id")

    def update_absent(self, rows: RowRange) -> None:
        changed = f"{rows.where(Action.ABSENT)} AND {changes_any(*CHANGED_FIELDS)}"
        self.dossiers.write_values(rows, NEW, list(CHANGED_FIELDS), changed)
        names = {"sector_names": f"coalesce({self._sector_names()}, '')"}
        self.dossiers.insert_history(rows, "~", rows_table(changed), names)
        self.dossiers.insert_log_entries(rows, "wagtail.edit", rows_table(changed))


def _decide(run: ImportRun, rows: list[ImportRow]) -> None:
    """Store in each row the changes of its dossier's current values, or an error if the choice can't be applied."""
    reasons = {f"{CLOSE}:{pk}": name for pk, name in ClosingReason.objects.values_list("pk", "name")}
    dossiers = Dossier.objects.select_for_update().filter(pk__in_batch=[row.target_id for row in rows])
    now = {
        pk: {"status": status, "closing_reason": reasons.get(f"{CLOSE}:{reason}", ""), "notes": notes}
        for pk, status, reason, notes in dossiers.values_list("pk", "status", "closing_reason_id", "notes")
    }
    supplies = Supply.objects.filter(pk__in_batch=[row.supply_id for row in rows], last_seen__gt=run.created_at)
    again = set(supplies.values_list("pk", flat=True))
    for row in rows:
        choice, record = get_choice(run, row), now.get(row.target_id or 0)
        row.changes, row.errors = {}, {}
        if refusal := _find_refusal(record, choice, row.supply_id in again, reasons):
            row.errors = {"status": [refusal]}
        elif record:
            if closing_reason := reasons.get(choice):
                after = {"status": Status.WITHDRAWN.value, "closing_reason": closing_reason}
            else:
                line = _("%(day)s: no longer in the list of %(organisation)s. Get in touch.") % {
                    "day": format_date(timezone.localdate()),
                    "organisation": run.organisation,
                }
                after = {"notes": "\n".join(filter(None, [record["notes"].rstrip(), line]))}
            row.changes = {name: [record[name], new] for name, new in after.items() if record[name] != new}
    cast = "::jsonb" if postgres() else ""
    with connection.cursor() as cursor:
        # By hand, since `bulk_update()` builds a CASE of all rows, which is slow for thousands.
        cursor.executemany(
            f"UPDATE {ROWS} SET changes = %s{cast}, errors = %s{cast} WHERE id = %s",
            [(json.dumps(row.changes), json.dumps(row.errors), row.pk) for row in rows],
        )


def _find_refusal(record: dict[str, Any] | None, choice: str, again: bool, reasons: dict[str, str]) -> str:
    """Return why the choice can't be applied any more, as one sentence; an empty text if it can.

    `again` means that the organisation supplied the person again after this list was uploaded.
    """
    if record is None:
        return _("Nothing was done: this dossier was deleted meanwhile.")
    if again:
        return _("Nothing was done: this person was supplied again meanwhile.")
    if record["status"] in CLOSED_STATUSES:
        return _("Nothing was done: this dossier was closed meanwhile.")
    if choice != CONTACT and record["status"] in PLACED_STATUSES:
        return _("Nothing was done: this person has a placement. End that first.")
    if choice != CONTACT and choice not in reasons:
        return _("Nothing was done: the closing reason was deleted meanwhile.")
    return ""
