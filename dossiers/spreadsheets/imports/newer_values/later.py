"""Finds the values that were supplied after a list, and that it would overwrite."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from dossiers.models import Action, Employer, ImportRow, ImportRun
from dossiers.models.imports.import_row import WRITTEN_ACTIONS
from dossiers.models.imports.import_run import SAME_LINES
from dossiers.models.imports.partner_submissions import APPENDED_FIELDS
from dossiers.spreadsheets.comparison import differs, find_lines, find_removed_lines
from dossiers.spreadsheets.field_histories import FieldHistory
from dossiers.spreadsheets.imports.newer_values.sources import (
    ChangedRow,
    NewerValue,
    fill_row_histories,
    get_user_name,
)
from dossiers.spreadsheets.provenance import Origin, get_steps
from dossiers.spreadsheets.resources import RESOURCES


class RemovedLines(list[str]):
    """The lines of a text that a row would remove."""


class LaterValues:
    """The values that were supplied after a list; `later_runs` are the lists that were imported since."""

    def __init__(self, run: ImportRun, later_runs: Mapping[int, ImportRun]) -> None:
        self.run, self.later_runs = run, later_runs

    def find(self, rows: Mapping[int, ChangedRow]) -> dict[int, dict[str, NewerValue]]:
        """Return the values that were supplied after these rows, by record and field."""
        overwritten: dict[int, dict[str, Any]] = {}
        for target, row in rows.items():
            texts = {name for name, change in row.changes.items() if self._loses_lines_only(name, *change)}
            values = {name: row.changes[name][0] for name in row.changes.keys() - texts}
            lines = {name: RemovedLines(find_removed_lines(*row.changes[name])) for name in texts}
            overwritten[target] = values | {name: removed for name, removed in lines.items() if removed}
        later: dict[int, dict[str, NewerValue]] = defaultdict(dict)
        for target, name, value in [*self._find_saved(rows, overwritten), *self._find_listed(overwritten)]:
            if value.run and value.run.supplied_at == self.run.supplied_at:  # versions of one list
                own_moment = _get_latest_moment(self.run, rows[target].line, name)
            else:
                own_moment = self.run.get_moment_of_value(rows[target].line, name)
            known = later[target].get(name)
            if value.supplied_at > own_moment and not (known and known.supplied_at > value.supplied_at):
                later[target][name] = value
        return {target: values for target, values in later.items() if values}

    def _loses_lines_only(self, name: str, old: Any, new: Any) -> bool:
        """Whether only the lines that a row removes from a text count, since it replaces none of the others."""
        return name in self.run.appended or (name in APPENDED_FIELDS and not find_removed_lines(new, old))

    def _find_saved(
        self, rows: Mapping[int, ChangedRow], overwritten: dict[int, dict[str, Any]]
    ) -> Iterator[tuple[int, str, NewerValue]]:
        """Yield the values that were saved since, from the history of the records; an older list has none."""
        saved = self._find_saved_since(RESOURCES[self.run.record]._meta.model, rows)
        employers = {row.employer_id for row in rows.values() if row.employer_id}
        saved_employers = self._find_saved_since(Employer, employers) if employers else set()
        histories = {
            target: {
                name: FieldHistory(None, value if isinstance(value, RemovedLines) else ())
                for name, value in overwritten[target].items()
            }
            for target, row in rows.items()
            if target in saved or row.employer_id in saved_employers
        }
        fill_row_histories(self.run, {target: rows[target] for target in histories}, histories)
        origins = {
            target: {
                name: origin
                for name, field in fields.items()
                if (origin := _find_origin(field, overwritten[target][name])) and origin.at > self.run.supplied_at
            }
            for target, fields in histories.items()
        }
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

    def _find_saved_since(self, model: Any, keys: Collection[int]) -> set[int]:
        """Return which of these records of a model were saved after the list was supplied."""
        steps = get_steps(model).filter(id__in_batch=list(keys), history_date__gt=self.run.supplied_at)
        return set(steps.values_list("id", flat=True).distinct())

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
                if isinstance(old, RemovedLines):
                    is_given = any(find_lines(row_values[name], text) is not None for text in old)
                else:
                    is_given = not differs(old, row_values[name])
                if is_given:
                    supplied_at, saved_at = _get_latest_moment(run, line, name), run.applied_at or run.created_at
                    yield target or 0, name, NewerValue(supplied_at=supplied_at, saved_at=saved_at, run=run)


def _find_origin(field: FieldHistory, value: Any) -> Origin | None:
    """Return the change that a value comes from; of a text, the last one that added lines that would be removed."""
    if isinstance(value, RemovedLines):
        return max(field.line_origins.values(), key=lambda origin: origin.at, default=None)
    return None if field.is_default else field.origin


def _get_latest_moment(run: ImportRun, line: int | None, name: str) -> datetime:
    """Return when a value of a list may have been supplied: in an improved version of a list, at its upload.

    Nobody knows which values were corrected there.
    """
    moment = run.get_moment_of_value(line, name)
    is_improved_version = run.continues_id and not run.decided.get(SAME_LINES)
    return max(moment, run.created_at) if is_improved_version else moment
