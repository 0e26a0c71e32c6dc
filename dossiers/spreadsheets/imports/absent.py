"""Applies what a coordinator chose for dossiers that are no longer in an organisation's list; by default nothing.

The choices are stored with the other decisions of the run, by the key of the Supply, so that they remain valid if the
list is read again: `decided["absent"] = {supply: choice}`. A choice for all is stored for each person who is absent
then, so that it does not hold for people who become absent when a row is decided later.
"""

import json
import re
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
    Supply,
)
from dossiers.models.dossiers.dossier import get_closing_status
from dossiers.spreadsheets.imports.writer import ROWS, DossierBatchWriter, RowRange
from dossiers.spreadsheets.resources import DossierResource
from dossiers.spreadsheets.sql import postgres
from dossiers.spreadsheets.undo.restore import NEW, Restorer, changes_any, rows_table

NOTHING, CONTACT, CLOSE = "nothing", "contact", "close"  # CLOSE is followed by ":" and the key of a closing reason
CHOICE = re.compile(rf"{NOTHING}|{CONTACT}|{CLOSE}:\d{{1,18}}")
CHANGED_FIELDS = ("status", "closing_reason", "notes")
BATCH = 5_000


def options() -> list[tuple[str, str]]:
    """Return the choices for an absent dossier, with their labels."""
    reasons = ClosingReason.objects.filter(side=ClosingReason.Side.CANDIDATE).values_list("pk", "name")
    text = _("Close as %(status)s: %(reason)s")
    closing = [
        (f"{CLOSE}:{pk}", text % {"status": get_closing_status(name).label, "reason": name}) for pk, name in reasons
    ]
    return [(NOTHING, _("Do nothing")), (CONTACT, _("Get in touch: a line in the notes")), *closing]


class AbsentDossiers:
    """The current state of dossiers that are not in the list, which shows which choices can be made for them."""

    def __init__(self, run: ImportRun, rows: list[ImportRow], *, lock: bool = False) -> None:
        """`lock` locks the dossiers until the transaction ends."""
        self.closing_reasons = {f"{CLOSE}:{pk}": name for pk, name in ClosingReason.objects.values_list("pk", "name")}
        dossiers = Dossier.objects.select_for_update() if lock else Dossier.objects.all()
        dossiers = dossiers.filter(pk__in_batch=[row.target_id for row in rows])
        self.values: dict[int, dict[str, Any]] = {
            pk: {"status": status, "closing_reason": self.closing_reasons.get(f"{CLOSE}:{reason}", ""), "notes": notes}
            for pk, status, reason, notes in dossiers.values_list("pk", "status", "closing_reason_id", "notes")
        }
        supplies = Supply.objects.filter(organisation=run.organisation_id, last_seen__gt=run.supplied_at)
        again = supplies.filter(dossier_id__in_batch=[row.target_id for row in rows])
        self.supplied_again = set(again.values_list("dossier_id", flat=True))

    def find_refusal(self, row: ImportRow, choice: str) -> str:
        """Return why the choice can't be made (any more), as one sentence without capital; empty if it can."""
        if choice == NOTHING:
            return ""
        record = self.values.get(row.target_id or 0)
        if record is None:
            return _("this dossier was deleted meanwhile.")
        if row.target_id in self.supplied_again:
            return _("this person was supplied again meanwhile.")
        if record["status"] in CLOSED_STATUSES:
            return _("this dossier was closed meanwhile.")
        if choice != CONTACT and record["status"] in PLACED_STATUSES:
            return _("this person has a placement. End that first.")
        if choice != CONTACT and choice not in self.closing_reasons:
            return _("the closing reason was deleted meanwhile.")
        return ""


def choose_all(run: ImportRun, choice: str) -> None:
    """Replace the earlier choices by this one for every absent dossier for which it can be made."""
    rows = list(run.rows.filter(action=Action.ABSENT).only("run", "target_id", "supply_id"))
    dossiers = AbsentDossiers(run, rows)
    run.decided["absent"] = {str(row.supply_id): choice for row in rows if not dossiers.find_refusal(row, choice)}
    run.save(update_fields=["decided"])


def choose(run: ImportRun, choices: dict[int, str]) -> None:
    """Save choices for some absent dossiers, by the key of their Supply."""
    run.decided.setdefault("absent", {}).update({str(supply): choice for supply, choice in choices.items()})
    run.save(update_fields=["decided"])


def get_choice(run: ImportRun, row: ImportRow) -> str:
    return str(run.decided.get("absent", {}).get(str(row.supply_id), NOTHING))


def count_choices(run: ImportRun) -> int:
    """Return the number of absent dossiers with which something will be done."""
    return len(_find_possible_choices(run))


def count_closings(run: ImportRun) -> int:
    """Return the number of absent dossiers that will be closed."""
    return sum(choice != CONTACT for choice in _find_possible_choices(run))


def _find_possible_choices(run: ImportRun) -> list[str]:
    rows = find_chosen_rows(run)
    dossiers = AbsentDossiers(run, rows)
    choices = [(row, get_choice(run, row)) for row in rows]
    return [choice for row, choice in choices if not dossiers.find_refusal(row, choice)]


def count_possible_choices(run: ImportRun) -> int:
    """Return the number of absent dossiers with which anything can be done."""
    rows = list(run.rows.filter(action=Action.ABSENT).only("run", "target_id", "supply_id"))
    dossiers = AbsentDossiers(run, rows)
    return sum(not dossiers.find_refusal(row, CONTACT) for row in rows)


def find_chosen_rows(run: ImportRun) -> list[ImportRow]:
    """Return the rows of the absent dossiers with which something is to be done."""
    if not run.decided.get("absent"):
        return []
    return [row for row in run.rows.filter(action=Action.ABSENT).order_by("pk") if get_choice(run, row) != NOTHING]


def apply_choices(run: ImportRun, user: User | None) -> None:
    """Apply the choices within the transaction of the run; each row stores what it changed, or why it did not."""
    rows = find_chosen_rows(run)
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
    dossiers = AbsentDossiers(run, rows, lock=True)
    for row in rows:
        choice, record = get_choice(run, row), dossiers.values.get(row.target_id or 0)
        row.changes, row.errors = {}, {}
        if refusal := dossiers.find_refusal(row, choice):
            row.errors = {"status": [_("Nothing was done: %(reason)s") % {"reason": refusal}]}
        elif record:
            if closing_reason := dossiers.closing_reasons.get(choice):
                after = {"status": get_closing_status(closing_reason).value, "closing_reason": closing_reason}
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
