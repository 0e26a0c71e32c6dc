"""Which record a row reaches, and what it would change there."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.utils.translation import gettext as _

from dossiers.models import Action, ImportRun
from dossiers.spreadsheets.comparison import changes
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.resources import RecordResource


class Matcher(Protocol):
    """What staging asks of a kind of record."""

    resource: RecordResource
    ruled: tuple[str, ...]  # columns that the record's rules look at together, whether or not the list has them

    def match(self, drafts: list[ParsedRow]) -> None:
        """Set target_id, and what belongs to it, of rows that reach a record; refuse or call similar the doubtful."""

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        """What the records with these keys have now in these columns, as JSON keeps it; with `changed_at`."""

    def step_errors(self, draft: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        """What the record's rules say of a row's values, by field; `current` is None for a new record."""

    def may_reach(self) -> str:
        """A condition on staged rows `r`, for those that could reach a record or be similar to one; no other can."""

    def may_be_outdated(self) -> str:
        """A condition on staged rows `r` that reach a record: what belongs to it may be another than was found."""


class Judge:
    """Decides what applying will do with each row."""

    def __init__(self, matcher: Matcher, run: ImportRun) -> None:
        self.matcher, self.resource, self.policy = matcher, matcher.resource, run.policy
        self.fields = self.resource.sheet_fields()
        self.required = self.resource.required_fields()
        self.compared = [name for name in run.fields if name not in self.resource.identity]

    def judge(self, drafts: list[ParsedRow]) -> None:
        """Match, compare and check a batch; every draft gets its action."""
        self.matcher.match(drafts)
        targets = {draft.target_id for draft in drafts if draft.target_id}
        names = list(dict.fromkeys((*self.compared, *self.matcher.ruled)))
        current = self.matcher.current(targets, names) if targets else {}
        for draft in drafts:
            if draft.target_id:
                self._compare(draft, current.get(draft.target_id))
            else:
                self._check_new(draft)
            if draft.errors:
                draft.action = Action.ERROR
            if draft.left_out:
                draft.action = Action.SKIPPED

    def _compare(self, draft: ParsedRow, current: dict[str, Any] | None) -> None:
        if current is None:
            gone = _("This record was removed meanwhile. Upload the list again.")
            draft.refuse(next(iter(self.compared), "reference"), gone)
            return
        draft.target_changed_at = current["changed_at"]
        if self.policy == ImportRun.Policy.NEW:
            draft.action = Action.SKIPPED
            return
        draft.changes = changes(current, draft.given, self.policy)
        after = current | {name: new for name, (_old, new) in draft.changes.items()}
        for name, message in self.matcher.step_errors(draft, after).items():
            draft.refuse(name, str(message))
        draft.action = Action.CHANGED if draft.changes else Action.UNCHANGED

    def _check_new(self, draft: ParsedRow) -> None:
        for name in self.required:
            if name not in draft.given and name not in draft.errors and name not in draft.beside:
                draft.refuse(name, _("This is missing. Fill it in."))
        for name, message in self.matcher.step_errors(draft, None).items():
            draft.refuse(name, str(message))
        draft.action = Action.SIMILAR if draft.similar else Action.NEW
