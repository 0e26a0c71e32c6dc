"""Where values of records come from, and why some count as newer than those of a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from django.contrib.auth.models import User

from dossiers.models import ImportRun, RecordKind
from dossiers.spreadsheets.comparison import differs, remove_lines, replace_changed_lines, split_lines
from dossiers.spreadsheets.field_histories import FieldHistory, fill_histories
from dossiers.spreadsheets.provenance import Origin
from dossiers.spreadsheets.resources import RESOURCES, EmployerResource


class ChangedRow(Protocol):
    """A staged row, or the values of one before it is saved."""

    line: int
    target_id: int | None
    supply_id: int | None
    employer_id: int | None
    given: dict[str, Any]
    changes: dict[str, list[Any]]
    action: str


class Reason(StrEnum):
    """Why a value counts as newer than that of the list."""

    SINCE = "since"
    """It was supplied after the list was sent."""
    REPEATED = "repeated"
    """It replaced the value that the sender of the list gives again."""
    REFUSED = "refused"
    """It stayed, or a coordinator filled it in or emptied it, when an earlier list gave what this list repeats."""
    LINES = "lines"
    """It has lines that no earlier list of the same sender gave, and that the list would remove."""
    LINES_TOO = "lines_too"
    """It has such lines, beside another reason."""
    BLANK = "blank"
    """It is a yes of somebody else, or an answer, that a blank cell in a column of crosses would make a no."""
    TYPED = "typed"
    """A user typed it, in a form or when an earlier list was taken over."""
    CLOSED = "closed"
    """The interest is closed, so that nobody expects it to change."""


@dataclass(frozen=True, kw_only=True)
class ValueSource:
    """Where a value of a record comes from: a list, or a change by a user, the API or the candidate."""

    saved_at: datetime
    """When it was written to the record, which may be long after it was supplied."""
    run: ImportRun | None = None
    user_name: str = ""
    is_typed: bool = False
    """Whether a user typed it, in a form or when the list was taken over."""
    is_answer: bool = False
    """Whether it is the answer to what a word of the list means."""
    change_reason: str = ""
    """What the user did if it was not typed, such as a merge or a bulk change; empty if it comes from a list."""

    @property
    def author(self) -> str:
        """The name of the organisation that sent the list, or else that of the user; "" if neither is known."""
        if self.run and self.run.organisation and not self.is_typed and not self.is_in_own_export:
            return self.run.organisation.name
        is_told = self.user_name and self.change_reason
        return f"{self.user_name} ({self.change_reason})" if is_told else self.user_name

    def is_from_sender(self, run: ImportRun) -> bool:
        """Whether it was given by the sender of this list."""
        return self.is_in_list_of_sender(run) and not self.is_typed

    def is_in_list_of_sender(self, run: ImportRun) -> bool:
        """Whether it came in by a list of the sender of this one, also if a user corrected it there."""
        is_of_sender = self.run and self.run.organisation_id == run.organisation_id
        return bool(is_of_sender and not self.is_in_own_export)

    @property
    def is_in_own_export(self) -> bool:
        """Whether a user of ours changed it in an export and imported that."""
        return bool(self.run and self.run.gives_whole_fields and not self.run.is_from_partner)


class ValueSources:
    """The lists or users that changes of records come from."""

    def __init__(self, origins: Iterable[Origin | None]) -> None:
        known = {origin for origin in origins if origin}
        # A line that the product adds about somebody who is not in a list stands on no line of that list.
        keys = {origin: origin.run_id for origin in known if origin.run_id and origin.line is not None}
        senders = ImportRun.objects.select_related("organisation")
        used = ("file_name", "state", "organisation__name", "by_partner", "channel", "decided", "asked", "columns")
        runs = senders.only(*used).in_bulk(keys.values())
        users = User.objects.in_bulk({origin.user_id for origin in known if origin.user_id})
        self._runs = {origin: runs.get(key or 0) for origin, key in keys.items()}
        self._user_names = {origin: get_user_name(origin, users) for origin in known}
        self._typed = {origin: run.find_typed_fields(origin.line) for origin, run in self._runs.items() if run}
        self._answered = {origin: run.find_answered_fields(origin.line) for origin, run in self._runs.items() if run}

    def get(self, origin: Origin, name: str) -> ValueSource:
        """Return where a change got the value of this field from."""
        return ValueSource(
            saved_at=origin.at,
            run=self._runs.get(origin),
            user_name=self._user_names[origin],
            is_typed=origin.is_typed or name in self._typed.get(origin, ()),
            is_answer=name in self._answered.get(origin, ()),
            change_reason="" if origin.run_id else origin.change_reason or "",
        )

    def get_of_line(self, origin: Origin, name: str, text: str) -> ValueSource:
        """Return where a change got this line of a text from.

        A corrected cell has lines of the list too, and one of the list those that a coordinator set for all its lines.
        """
        source = self.get(origin, name)
        if source.run and text in split_lines(source.run.staff_remarks.get(name, "")):
            return replace(source, is_typed=True)
        about = source.run.decided.get("lines", {}).get(str(origin.line), {}) if source.run else {}
        is_listed = text in split_lines(about.get("listed", {}).get(name) or "")
        return replace(source, is_typed=False) if is_listed else source


@dataclass(frozen=True, kw_only=True)
class NewerValue(ValueSource):
    """Where a newer value comes from, and why it counts as newer."""

    supplied_at: datetime
    reason: Reason = Reason.SINCE
    removes_text: bool = False
    """Whether the list would remove lines that no earlier list of the same sender gave."""
    authors: tuple[str, ...] = ()
    """Who added these lines, as far as they are known."""
    previous_text: str = ""
    """The text that the sender of the list supplied before, of a text with such lines."""
    refused_lines: frozenset[str] = frozenset()
    """The lines that the list would add to a text although a coordinator took them out of an earlier list."""

    @property
    def reasons(self) -> set[Reason]:
        is_text_too = self.removes_text and self.reason != Reason.LINES
        return {self.reason, Reason.LINES_TOO} if is_text_too else {self.reason}

    @property
    def changes_text(self) -> bool:
        """Whether the lines of the list itself still change in the text if this value stays."""
        return self.reason == Reason.LINES or bool(self.refused_lines)

    def combine(self, old: Any, new: Any) -> Any:
        """Return what the field has if this value stays: of a text with lines of others, only those of the list change.

        `old` is the value of the record, and `new` the one that the list would give.
        """
        if not self.changes_text:
            return old
        return replace_changed_lines(old, self.previous_text, remove_lines(new, self.refused_lines))

    @property
    def later_run(self) -> ImportRun | None:
        """The list that supplied it after the list at hand was sent."""
        return self.run if self.reason == Reason.SINCE else None


def find_value_sources(
    run: ImportRun,
    values_by_key: Mapping[int, Mapping[str, Any]],
    rows: Mapping[int, ChangedRow] = MappingProxyType({}),
) -> dict[int, dict[str, ValueSource]]:
    """Return where these present values of records come from, by record and field, as far as that is known.

    `rows` are those of the records of which values of the employer are asked.
    """
    histories = {
        key: {name: FieldHistory(value) for name, value in values.items() if value not in ("", None, [])}
        for key, values in values_by_key.items()
    }
    fill_row_histories(run, rows, histories)
    sources = ValueSources(field.origin for fields in histories.values() for field in fields.values())
    return {
        key: {
            name: source
            for name, field in fields.items()
            if field.origin
            and not field.is_default
            and (source := sources.get(field.origin, name)).author
            # A value that was not saved with its history has an unknown source.
            and not differs(field.value, values_by_key[key][name])
        }
        for key, fields in histories.items()
    }


def fill_row_histories(
    run: ImportRun, rows: Mapping[int, ChangedRow], histories: dict[int, dict[str, FieldHistory]]
) -> None:
    """Fill the histories of fields of records; `rows` are those of the records of which the employer is asked too."""
    fill_histories(RESOURCES[run.record](out_of_use=True), list(histories.items()))
    if run.record == RecordKind.EMPLOYER_INTEREST:
        by_employer = [(row.employer_id, histories[target]) for target, row in rows.items() if row.employer_id]
        fill_histories(EmployerResource(), by_employer)


def get_user_name(origin: Origin, users: dict[int, User]) -> str:
    user = users.get(origin.user_id or 0)
    return (user.get_full_name() or user.get_username()) if user else ""
