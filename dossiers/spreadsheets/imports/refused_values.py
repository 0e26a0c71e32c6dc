"""The values of earlier lists that a coordinator did not take over: kept out, corrected or emptied in the preview."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_row import WRITTEN_ACTIONS
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.comparison import differs, find_removed_lines


@dataclass(frozen=True)
class RefusedValue:
    """A value that a list gave and that did not come into the record."""

    value: Any
    run: ImportRun
    at: datetime
    lines: frozenset[str] = frozenset()
    """The refused lines of a remark."""


def find_refused_values(run: ImportRun, records: Collection[int]) -> dict[tuple[int, str], list[RefusedValue]]:
    """Return the refused values of the earlier lists of the same sender, by record and field.

    Of a list without a sender anybody may have given them.
    """
    rows = ImportRow.objects.filter(
        Q(run__decided__has_key="lines") | ~Q(withheld={}),
        run__record=run.record,
        run__state=ImportRun.State.APPLIED,
        action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED),
        target_id__in_batch=list(records),
    )
    if run.organisation_id:
        rows = rows.filter(run__organisation=run.organisation_id)
    values = list(rows.values_list("run_id", "target_id", "line", "given", "withheld"))
    runs = ImportRun.objects.only("file_name", "by_partner", "decided", "applied_at", "created_at").in_bulk(
        {key for key, *_values in values}
    )
    refused: dict[tuple[int, str], list[RefusedValue]] = defaultdict(list)
    for key, target, line, written, withheld in values:
        earlier = runs[key]
        listed = earlier.decided.get("lines", {}).get(str(line), {}).get("listed", {})
        for name, value in (withheld | listed).items():
            now = written.get(name)
            if not differs(value, now):
                continue
            lines = find_removed_lines(value or "", now or "") if name in APPENDED_FIELDS else ()
            at = earlier.applied_at or earlier.created_at
            refused[target or 0, name].append(RefusedValue(value, earlier, at, frozenset(lines)))
    return refused
