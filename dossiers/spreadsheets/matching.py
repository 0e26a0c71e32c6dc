"""Which record a row reaches, and what it would change there."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Model

from dossiers.models import Action, ImportRun
from dossiers.spreadsheets import batches  # noqa: F401  (registers in_batch)
from dossiers.spreadsheets.drafts import Draft, missing_message
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import NamedRecordsWidget


class Matcher(Protocol):
    """What staging asks of a kind of record."""

    resource: RecordResource

    def match(self, drafts: list[Draft]) -> None:
        """Set target_id (and what belongs to it) of the rows that reach a record; refuse or call similar the doubtful."""

    def step_errors(self, draft: Draft, current: dict[str, Any] | None) -> dict[str, Any]:
        """What the record's rules say of a row's values, by field; `current` is None for a new record."""


def current_values(resource: RecordResource, ids: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
    """What records have now in these columns, as JSON keeps it; with `changed_at`, the moment itself."""
    fields = resource.sheet_fields()
    names = [name for name in names if name != "external_id"]
    plain = [(name, path) for name in names if (path := resource.orm_path(name))]
    model: type[Model] = resource._meta.model
    rows = model._default_manager.filter(pk__in_batch=list(ids)).values_list(
        "pk", "changed_at", *(path for _name, path in plain)
    )
    writers = [(name, fields[name].widget.to_json) for name, _path in plain]
    found = {
        row[0]: {"changed_at": row[1]}
        | {name: write(value) for (name, write), value in zip(writers, row[2:], strict=True)}
        for row in rows.iterator()
    }
    for name in names:
        if isinstance(fields[name].widget, NamedRecordsWidget):
            _add_many(model, name, found)
    return found


def _add_many(model: type[Model], name: str, found: dict[int, dict[str, Any]]) -> None:
    """The names of a many-to-many column."""
    through = getattr(model, name).through
    owner = model._meta.model_name
    related = model._meta.get_field(name).related_model._meta.model_name  # type: ignore[union-attr]
    names: dict[int, list[str]] = defaultdict(list)
    pairs = through._default_manager.filter(**{f"{owner}_id__in_batch": list(found)})
    for pk, value in pairs.values_list(f"{owner}_id", f"{related}__name").iterator():
        names[pk].append(value)
    for pk, values in found.items():
        values[name] = sorted(names[pk])


class Judge:
    """Decides what applying will do with each row."""

    def __init__(self, matcher: Matcher, run: ImportRun) -> None:
        self.matcher, self.resource, self.policy = matcher, matcher.resource, run.policy
        self.fields = self.resource.sheet_fields()
        self.required = self.resource.required_fields()
        self.compared = [name for name in run.fields if name not in self.resource.identity]

    def judge(self, drafts: list[Draft]) -> None:
        """Match, compare and check a batch; every draft gets its action."""
        self.matcher.match(drafts)
        targets = {draft.target_id for draft in drafts if draft.target_id}
        current = current_values(self.resource, targets, self.compared) if targets else {}
        for draft in drafts:
            if draft.target_id:
                self._compare(draft, current.get(draft.target_id))
            else:
                self._check_new(draft)
            if draft.errors:
                draft.action = Action.ERROR

    def _compare(self, draft: Draft, current: dict[str, Any] | None) -> None:
        if current is None:
            draft.refuse(next(iter(self.compared), "reference"), str(gone_message()))
            return
        draft.target_changed_at = current["changed_at"]
        if self.policy == ImportRun.Policy.NEW:
            draft.action = Action.SKIPPED
            return
        fill_only = self.policy == ImportRun.Policy.FILL
        draft.changes = {
            name: [current[name], value]
            for name, value in draft.given.items()
            if name in current and current[name] != value and not (fill_only and current[name] not in ("", None, []))
        }
        after = current | {name: new for name, (_old, new) in draft.changes.items()}
        for name, message in self.matcher.step_errors(draft, after).items():
            draft.refuse(name, str(message))
        draft.action = Action.CHANGED if draft.changes else Action.UNCHANGED

    def _check_new(self, draft: Draft) -> None:
        for name in self.required:
            if name not in draft.given and name not in draft.errors and name not in draft.beside:
                draft.refuse(name, missing_message(self.fields[name]))
        for name, message in self.matcher.step_errors(draft, None).items():
            draft.refuse(name, str(message))
        draft.action = Action.SIMILAR if draft.similar else Action.NEW


def gone_message() -> str:
    from django.utils.translation import gettext as _

    return _("This record was removed meanwhile. Upload the list again.")
