"""The decisions of users about a list, from the profile of the organisation and from the import run itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from dates.parse import parse_date
from dossiers.models import Action, ImportRun, OwnField
from dossiers.models.imports.import_profile import split_target
from dossiers.models.imports.import_row import WRITTEN_ACTIONS, ImportRowQuerySet
from dossiers.models.imports.staff_texts import HELD
from dossiers.models.own_fields.own_field import PREFIX
from dossiers.spreadsheets.imports.sanitized_copy import SanitizedCopy
from dossiers.spreadsheets.resources import RESOURCES
from dossiers.spreadsheets.values.base import is_valid
from dossiers.spreadsheets.values.dates import find_order

STILL_UNKNOWN = ""  # the meaning of a word whose earlier answer was taken back
TO_REMARKS = "*"  # the meaning of a word that leaves its field empty and is added to the remarks
MIN_ROWS_ASKED = 2  # rows with the same text in a column of numbers or dates; a single one is the error of its cell
SUPPLY = "supply"  # key in ImportRun.decided: the supply whose person the only row is about
ROWS_AT_ONCE = 5_000  # of the copy
LEFT_OUT, TAKEN_IN, ANOTHER = "left_out", "taken_in", "another"
ABOUT_CELLS = (
    "columns",
    "fixed",
    "words",
    "month_first",
)  # decisions that are copied to a corrected version of the list


@dataclass(frozen=True)
class Line:
    """The decisions about one line."""

    cells: dict[str, str] = field(default_factory=dict)  # field: corrected text
    confirmed: list[str] = field(default_factory=list)  # fields of corrected cells whose numbers are not a BSN
    typed_at: dict[str, str] = field(default_factory=dict)  # field: when it was corrected after the list was sent
    by_partner: dict[str, bool] = field(default_factory=dict)
    """In a partner's list: {corrected field, or "action": whether the partner decided it last, not a coordinator}."""
    action: str = ""  # LEFT_OUT, TAKEN_IN, ANOTHER, the reference of the record that the line is about, or empty
    masked: list[str] = field(default_factory=list)
    """Fields of corrected cells out of which a number was taken, as long as nobody said that the rest is right."""
    accepted: list[str] = field(default_factory=list)
    """Fields of which the text of the list was accepted, without a number or with one that is no BSN.

    The list supplied it, no user typed it.
    """
    listed: dict[str, Any] = field(default_factory=dict)
    """The values that the list gives in cells that a coordinator corrected: {field: value as the record stores it}."""
    whole: list[str] = field(default_factory=list)
    """Fields of corrected cells that showed what earlier lists gave in other columns too, so that they say all."""
    shown_parts: dict[str, list[str]] = field(default_factory=dict)
    """The keys of the parts of other columns that corrected cells showed, without what answers add later, by field."""
    before: dict[str, str] = field(default_factory=dict)
    """What the last change of many lines at once replaced here: {field: text of the cell, or "action": decision}."""
    staff_texts: dict[str, Any] = field(default_factory=dict)
    """In a list that is with its partner: the decisions of coordinators about cells that the partner does not see."""

    @property
    def person(self) -> str:
        """ANOTHER, or the reference of the record that the line is about; "" if nobody decided."""
        return "" if self.action in (LEFT_OUT, TAKEN_IN) else self.action


NO_DECISION = Line()


@dataclass(frozen=True)
class Decisions:
    columns: dict[str, str | None]  # Column.key: target (field, or field:mode), or None to leave the column out
    remembered_columns: set[str]  # the keys of those that only earlier lists decided
    fixed: dict[str, str]  # field: text that is used as its cell in each line without one
    words: dict[str, dict[str, str | None]]
    """{field: {word in the list: word to read instead, None for blank, or TO_REMARKS}}."""
    month_first: dict[str, bool | str]  # field: whether its dates begin with the month, or those with these separators
    lines: dict[int, Line]

    @classmethod
    def about(cls, run: ImportRun) -> "Decisions":
        """Return the decisions of the run and its profile; those of the run have priority.

        What the profile says about the columns of the sender's own lists does not count for an export of ours.
        """
        decisions, profile = run.decided, run.profile
        known = profile.values if profile else {}
        words = decisions.get("words", {})
        earlier = profile.columns if profile and not run.gives_whole_fields else {}
        columns = earlier | decisions.get("columns", {})
        fixed = decisions.get("fixed", {})
        # A decision, maybe about an earlier list, can name a field that this list may not set.
        filled = {header: target and split_target(target)[0] for header, target in columns.items()}
        own = {name for name in {*filled.values(), *fixed} if name and name.startswith(PREFIX)}
        if own and not run.is_from_partner:
            own -= set(OwnField.objects.filter(record=run.record).in_use().values_list("key", flat=True))
        barred = own | run.barred
        return cls(
            columns={header: target for header, target in columns.items() if filled[header] not in barred},
            remembered_columns=earlier.keys() - decisions.get("columns", {}).keys(),
            fixed={name: text for name, text in fixed.items() if name not in barred},
            words={
                name: {
                    word: meaning
                    for word, meaning in (keep_remembered(known.get(name, {})) | words.get(name, {})).items()
                    if meaning != STILL_UNKNOWN
                }
                for name in (known.keys() | words.keys()) - barred
            },
            month_first=decisions.get("month_first", {}),  # an order that is remembered would change dates silently
            lines={int(line): Line(**about) for line, about in decisions.get("lines", {}).items()},
        )


def keep_remembered(meanings: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return the answers about words that hold for later lists too: none that is a date, which is that of one list."""
    return {
        word: meaning for word, meaning in meanings.items() if not (meaning and is_valid(parse_date, meaning.strip()))
    }


def count_unanswered_words(run: ImportRun) -> int:
    """Return the number of unknown words about which the user did not decide, not even that they remain errors."""
    answers = run.decided.get("words", {})
    asked = [(name, word) for name, counts in run.asked.get("words", {}).items() for word in counts]
    return sum(word not in answers.get(name, {}) for name, word in asked)


def count_blocking_words(run: ImportRun, good_rows_only: bool) -> int:
    """Return the number of unanswered words that an import waits for.

    If only the good rows are imported, it waits neither for words that stand only in rows with other errors, for these
    rows are left out whatever the answers are, nor for an odd number or date, or a word that seems to empty a text, in
    a single row, which is corrected or answered in its cell.
    """
    count = count_unanswered_words(run)
    if not count or not good_rows_only:
        return count
    answers, sheet_fields = run.decided.get("words", {}), RESOURCES[run.record](out_of_use=True).sheet_fields()
    open_words = [
        (name, word)
        for name, counts in run.asked["words"].items()
        for word, rows in counts.items()
        if word not in answers.get(name, {})
        and (rows >= MIN_ROWS_ASKED or not (name in sheet_fields and sheet_fields[name].is_answered_in_cell(word)))
    ]
    fields = {name for name, _word in open_words}
    if not fields:
        return 0
    rows = run.rows.filter(action=Action.ERROR, errors__has_any_keys=list(fields))
    is_waiting = any(errors.keys() <= fields for errors in rows.values_list("errors", flat=True).iterator())
    return len(open_words) if is_waiting else 0


def get_month_first(run: ImportRun, name: str) -> bool | str:
    """Return whether the dates of a field were read as month-day, or those with which separators.

    The user said so, or the list shows it.
    """
    shown = name in run.asked.get("month_first", {}) and name not in run.asked.get("dates", [])
    return Decisions.about(run).month_first.get(name, shown)


def proposes_month_first(run: ImportRun) -> bool:
    """Whether another column of dates is read as month-day, which makes that order likely for an open question too."""
    return any(get_month_first(run, name) is True for name in run.asked.get("answered_dates", []))


def find_blocking_dates(run: ImportRun) -> list[str]:
    """Return the date fields whose order must be known before an import, since the answer changes lines of it.

    One or two dates that show no order are read as day-month, with a warning. An import waits for an answer about a
    column with more of them and none that shows the order, about one with a date that exists only if the month comes
    first, and about one beside a column that is read as month-day. It does not wait for cells that the user typed,
    because these are read as day-month.
    """
    signs = run.asked.get("month_first", {}).keys() | run.asked.get("mixed_dates", {}).keys()
    signs |= {*run.asked.get("doubtful_dates", [])}
    is_likely = proposes_month_first(run)
    fields = [name for name in run.asked.get("dates", []) if is_likely or name in signs]
    written = run.rows.filter(action__in=WRITTEN_ACTIONS)
    return [name for name in fields if next(find_either_order(run, written, name), None)]


def find_either_order(run: ImportRun, rows: ImportRowQuerySet, name: str) -> Iterator[tuple[int, date]]:
    """Yield the line and the date of each of these rows of which the cell can be read in two orders."""
    lines = Decisions.about(run).lines
    columns = [column["index"] for column in run.columns if column["field"] == name and column["index"] >= 0]
    with SanitizedCopy(run) as copy:
        for batch in copy.batches(ROWS_AT_ONCE):
            cells_by_line = {
                line: cells
                for line, row in batch
                if (cells := [row[index] for index in columns if find_order(row[index]) == "either"])
                and name not in lines.get(line, NO_DECISION).cells
            }
            read = rows.filter(line__in_batch=list(cells_by_line), given__has_key=name).order_by("line")
            for line, day in read.values_list("line", f"given__{name}") if cells_by_line else ():
                # Another column can fill the field of this line.
                cells = cells_by_line[line]
                days = {parse_date(cell.strip(), month_first=order) for cell in cells for order in (False, True)}
                if date.fromisoformat(day) in days:
                    yield line, date.fromisoformat(day)


def date_typed_cells(run: ImportRun, names: Iterable[str]) -> dict[str, str]:
    """Return the present moment for each of these fields, newer than a list that was supplied already."""
    return dict.fromkeys(names, timezone.now().isoformat()) if run.first_sent_at or not run.with_partner else {}


def about_line(run: ImportRun, line: int, **decision: Any) -> None:
    """Add decisions about a line to the earlier ones; the run is not saved."""
    lines = run.decided.setdefault("lines", {})
    before = lines.get(str(line), {})
    cells = before.get("cells", {}) | decision.get("cells", {})
    corrected = decision.get("cells", {})
    decided = [*corrected, *(decision.keys() & {"action"})]
    confirmed = [name for name in before.get("confirmed", []) if name not in corrected] + decision.get("confirmed", [])
    accepted_before, typed_before = set(before.get("accepted", [])), before.get("cells", {}).keys()
    accepted_now = set(decision.get("accepted", [])) - (typed_before - accepted_before)  # who typed a text wrote it
    accepted = (accepted_before - corrected.keys()) | accepted_now
    masked = [name for name in before.get("masked", []) if name not in corrected] + decision.get("masked", [])
    lines[str(line)] = {"cells": cells, "action": decision.get("action", before.get("action", ""))}
    if run.by_partner:
        by_partner = before.get("by_partner", {})
        decided_now = [name for name in decided if name not in by_partner or name not in decision.get("accepted", ())]
        lines[str(line)]["by_partner"] = by_partner | dict.fromkeys(decided_now, run.with_partner)
    if run.with_partner:  # what a partner types is what the list gives
        listed = {name: value for name, value in before.get("listed", {}).items() if name not in corrected}
    else:
        listed = before.get("listed", {}) | decision.get("listed", {})
    shown_before = before.get("shown_parts", {})
    shown_now = {
        name: sorted({*shown_before.get(name, ()), *keys}) for name, keys in decision.get("shown_parts", {}).items()
    }
    others = {
        "confirmed": confirmed,
        "masked": masked,
        "typed_at": before.get("typed_at", {}) | date_typed_cells(run, corrected.keys() - accepted),
        "accepted": sorted(accepted),
        "whole": sorted({*before.get("whole", []), *decision.get("whole", [])}),
        "listed": listed,
        "shown_parts": shown_before | shown_now,
        "before": {name: text for name, text in before.get("before", {}).items() if name not in decided},
        HELD: before.get(HELD),
    }
    lines[str(line)] |= {key: about for key, about in others.items() if about}


def forget_cells(run: ImportRun, line: int, names: Collection[str]) -> None:
    """Take back what was typed in these cells of a line, which say what the list says; the run is not saved."""
    decision = run.decided["lines"][str(line)]
    for key in decision.keys() & {"cells", "by_partner", "typed_at", "listed", "shown_parts", "before"}:
        decision[key] = {name: about for name, about in decision[key].items() if name not in names}
    if "whole" in decision:
        decision["whole"] = [name for name in decision["whole"] if name not in names]
