"""What is done with dossiers that a list no longer holds: nothing, unless a coordinator chose it in the preview.

The choices are kept with the run's other decisions, by the key of the Supply, so that they survive a list that is
read again: `decided["absent"] = {"all": choice, "one": {supply: choice}}`.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

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
from dossiers.spreadsheets.imports.writer import ROWS, DossierBulk, RowRange
from dossiers.spreadsheets.resources import DossierResource
from dossiers.spreadsheets.sql import postgres
from dossiers.spreadsheets.undo.restore import NEW, Restorer, changes, rows_where

NOTHING, CONTACT, CLOSE = "nothing", "contact", "close"  # CLOSE with ":" and the key of a closing reason behind it
ACTED_FIELDS = ("status", "closing_reason", "notes")
BATCH = 5_000


def options() -> list[tuple[str, str]]:
    """What can be chosen for a dossier, with its words."""
    reasons = ClosingReason.objects.filter(side=ClosingReason.Side.CANDIDATE).values_list("pk", "name")
    closing = [(f"{CLOSE}:{pk}", _("Close: %(reason)s") % {"reason": name}) for pk, name in reasons]
    return [(NOTHING, _("Do nothing")), (CONTACT, _("Get in touch: a line in the notes")), *closing]


def choose_all(run: ImportRun, choice: str) -> None:
    """The same for every absent dossier; what was chosen one by one is forgotten."""
    run.decided["absent"] = {"all": choice, "one": {}}
    run.save(update_fields=["decided"])


def choose(run: ImportRun, choices: dict[int, str]) -> None:
    """For some absent dossiers, by the key of their Supply."""
    decisions = run.decided.setdefault("absent", {"all": NOTHING, "one": {}})
    decisions["one"] |= {str(supply): choice for supply, choice in choices.items()}
    run.save(update_fields=["decided"])


def choice_for(run: ImportRun, row: ImportRow) -> str:
    decisions = run.decided.get("absent", {})
    return str(decisions.get("one", {}).get(str(row.supply_id), decisions.get("all", NOTHING)))


def chosen(run: ImportRun) -> int:
    """For how many absent dossiers something is to be done."""
    decisions = run.decided.get("absent", {})
    if not decisions:
        return 0
    rows = run.rows.filter(action=Action.ABSENT).only("run", "supply_id")
    return sum(choice_for(run, row) != NOTHING for row in rows)


def carry_out(run: ImportRun, user: User | None) -> None:
    """Do what was chosen, within the transaction that applies the run; each row keeps what it changed, or why not."""
    if not run.decided.get("absent"):
        return
    rows = [row for row in run.rows.filter(action=Action.ABSENT).order_by("pk") if choice_for(run, row) != NOTHING]
    at = run.applied_at or timezone.now()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        _decide(run, batch)
        _write(RowRange(run, batch[0].pk, batch[-1].pk, at, user.pk if user else None))


def _write(rows: RowRange) -> None:
    bulk = AbsentBulk(DossierResource())
    acted = f"{rows.where(Action.ABSENT)} AND {changes(*ACTED_FIELDS)}"
    bulk.dossiers.put(rows, NEW, list(ACTED_FIELDS), acted)
    bulk.tell(rows, acted)


class AbsentBulk(DossierBulk):
    """Dossiers that no line of the list is about."""

    def __init__(self, resource: DossierResource) -> None:
        super().__init__(resource)
        self.dossiers: Restorer = Restorer(Dossier, resource, "target_id")

    def tell(self, rows: RowRange, condition: str) -> None:
        names = {"sector_names": f"coalesce({self._sector_names()}, '')"}
        self.dossiers.history(rows, "~", rows_where(condition), names)
        self.dossiers.log(rows, "wagtail.edit", rows_where(condition))


def _decide(run: ImportRun, rows: list[ImportRow]) -> None:
    """Keep in each row what it changes of its dossier as that is now, or why it changes nothing."""
    reasons = {f"{CLOSE}:{pk}": name for pk, name in ClosingReason.objects.values_list("pk", "name")}
    dossiers = Dossier.objects.select_for_update().filter(pk__in_batch=[row.target_id for row in rows])
    now = {
        pk: {"status": status, "closing_reason": reasons.get(f"{CLOSE}:{reason}", ""), "notes": notes}
        for pk, status, reason, notes in dossiers.values_list("pk", "status", "closing_reason_id", "notes")
    }
    supplies = Supply.objects.filter(pk__in_batch=[row.supply_id for row in rows], last_seen__gt=run.created_at)
    again = set(supplies.values_list("pk", flat=True))
    for row in rows:
        choice, record = choice_for(run, row), now.get(row.target_id or 0)
        row.changes, row.errors = {}, {}
        if refusal := _refusal(record, choice, row.supply_id in again, reasons):
            row.errors = {"status": [refusal]}
        elif record:
            after = _after(run, record, reasons.get(choice))
            row.changes = {name: [record[name], new] for name, new in after.items() if record[name] != new}
    _keep(rows)


def _refusal(record: dict[str, Any] | None, choice: str, again: bool, reasons: dict[str, str]) -> str:
    """Why what was chosen can't be done any more, as one sentence."""
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


def _after(run: ImportRun, record: dict[str, Any], closing_reason: str | None) -> dict[str, str]:
    if closing_reason:
        return {"status": Status.WITHDRAWN.value, "closing_reason": closing_reason}
    line = _("%(day)s: no longer in the list of %(organisation)s. Get in touch.") % {
        "day": f"{timezone.localdate():%d-%m-%Y}",
        "organisation": run.organisation,
    }
    return {"notes": "\n".join(filter(None, [record["notes"].rstrip(), line]))}


def _keep(rows: Iterable[ImportRow]) -> None:
    cast = "::jsonb" if postgres() else ""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {ROWS} SET changes = %s{cast}, errors = %s{cast} WHERE id = %s",
            [(json.dumps(row.changes), json.dumps(row.errors), row.pk) for row in rows],
        )
