"""Finds the values that were supplied after a list was sent, and that it would overwrite."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from dossiers.models import Action, ImportRow, ImportRun
from dossiers.models.imports.import_row import WRITTEN_ACTIONS
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.spreadsheets.comparison import differs, find_lines, find_removed_lines
from dossiers.spreadsheets.imports.value_sources import ChangedRow, NewerValue, get_user_name
from dossiers.spreadsheets.provenance import find_origins


class LaterValues:
    """The values that were supplied after a list was sent; `later_runs` are the lists that were imported since."""

    def __init__(self, run: ImportRun, since: datetime, later_runs: Mapping[int, ImportRun]) -> None:
        self.run, self.since, self.later_runs = run, since, later_runs

    def find(self, rows: Mapping[int, ChangedRow]) -> dict[int, dict[str, NewerValue]]:
        """Return the values that were supplied after these rows, by record and field."""
        overwritten: dict[int, dict[str, Any]] = {}
        for target, row in rows.items():
            values = {name: old for name, (old, _new) in row.changes.items() if name not in self.run.appended}
            lines = {name: find_removed_lines(*row.changes[name]) for name in row.changes.keys() & self.run.appended}
            overwritten[target] = values | {name: removed for name, removed in lines.items() if removed}
        later: dict[int, dict[str, NewerValue]] = defaultdict(dict)
        for target, name, value in [*self._find_saved(overwritten), *self._find_listed(overwritten)]:
            if value.run and value.run.first_sent_at == self.run.first_sent_at:  # versions of one list
                own_moment = _get_latest_moment(self.run, rows[target].line, name)
            else:
                own_moment = self.run.get_moment_of_value(rows[target].line, name)
            known = later[target].get(name)
            if value.supplied_at > own_moment and not (known and known.supplied_at > value.supplied_at):
                later[target][name] = value
        return {target: values for target, values in later.items() if values}

    def _find_saved(self, overwritten: dict[int, dict[str, Any]]) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that were saved since, from the history of the dossiers; an older list has none."""
        removed_lines = {
            target: {name: values[name] for name in values.keys() & self.run.appended}
            for target, values in overwritten.items()
        }
        origins = find_origins(overwritten, removed_lines, self.since)
        users = User.objects.in_bulk({o.user_id for fields in origins.values() for o in fields.values() if o.user_id})
        for target, fields in origins.items():
            for name, origin in fields.items():
                if not origin.run_id:
                    value = NewerValue(
                        supplied_at=origin.at,
                        saved_at=origin.at,
                        user_name=get_user_name(origin, users),
                        change_reason=origin.change_reason or "",
                    )
                    yield target, name, value
                elif run := self.later_runs.get(origin.run_id):
                    supplied_at = _get_latest_moment(run, origin.line, name)
                    yield target, name, NewerValue(supplied_at=supplied_at, saved_at=origin.at, run=run)

    def _find_listed(self, overwritten: dict[int, dict[str, Any]]) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that a later list gave too, also if the dossier had them already."""
        listed = ImportRow.objects.filter(
            run__in=list(self.later_runs),
            action__in=(*WRITTEN_ACTIONS, Action.UNCHANGED),
            target_id__in_batch=list(overwritten),
        )
        for key, target, line, row_values in listed.values_list("run_id", "target_id", "line", "given"):
            run = self.later_runs[key]
            for name, old in overwritten.get(target or 0, {}).items():
                if name not in row_values:
                    continue
                if name in self.run.appended:
                    is_given = any(find_lines(row_values[name], text) is not None for text in old)
                else:
                    is_given = not differs(old, row_values[name])
                if is_given:
                    supplied_at, saved_at = _get_latest_moment(run, line, name), run.applied_at or run.created_at
                    yield target or 0, name, NewerValue(supplied_at=supplied_at, saved_at=saved_at, run=run)


def _get_latest_moment(run: ImportRun, line: int | None, name: str) -> datetime:
    """Return when a value of a list may have been supplied: in an improved version of a list, at its upload.

    Nobody knows which values were corrected there.
    """
    moment = run.get_moment_of_value(line, name)
    is_improved_version = run.continues_id and not run.decided.get(SAME_LINES)
    return max(moment, run.created_at) if is_improved_version else moment
