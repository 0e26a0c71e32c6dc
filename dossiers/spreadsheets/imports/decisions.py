"""What people decided about a list: remembered of the sender (its profile), and of this list alone (its run)."""

from dataclasses import dataclass, field
from typing import Any

from dossiers.models import ImportRun, OwnField
from dossiers.models.own_fields.own_field import PREFIX

LEFT_OUT, TAKEN_IN, ANOTHER = "left_out", "taken_in", "another"
ABOUT_CELLS = (
    "columns",
    "fixed",
    "words",
    "month_first",
)  # decisions that hold for a list that came back


@dataclass(frozen=True)
class Line:
    """About one line: cells mended (field: text), fields of those of which somebody said that no number in them is a
    BSN, and what to do with the line: LEFT_OUT, TAKEN_IN, ANOTHER, or a reference."""

    cells: dict[str, str] = field(default_factory=dict)
    confirmed: list[str] = field(default_factory=list)
    action: str = ""


@dataclass(frozen=True)
class Decisions:
    columns: dict[str, str | None]  # header (its second time with " (2)" behind it): field, None to leave it out
    fixed: dict[str, str]  # field: text that stands for a cell in each line
    words: dict[str, dict[str, str | None]]  # field: text as it stands: text that we know, None for blank
    month_first: dict[str, bool]  # field: whether its dates begin with the month
    lines: dict[int, Line]

    @classmethod
    def about(cls, run: ImportRun) -> "Decisions":
        """Those of the run over those of the sender's profile."""
        decisions, profile = run.decided, run.profile
        known = profile.values if profile else {}
        words = decisions.get("words", {})
        columns = (profile.columns if profile else {}) | decisions.get("columns", {})
        fixed = (profile.fixed if profile else {}) | decisions.get("fixed", {})
        barred = _barred(run, {*columns.values(), *fixed})
        return cls(
            columns={header: name for header, name in columns.items() if name not in barred},
            fixed={name: text for name, text in fixed.items() if name not in barred},
            words={name: known.get(name, {}) | words.get(name, {}) for name in (known.keys() | words.keys()) - barred},
            month_first=(profile.month_first if profile else {}) | decisions.get("month_first", {}),
            lines={int(line): Line(**about) for line, about in decisions.get("lines", {}).items()},
        )


def _barred(run: ImportRun, named: set[str | None]) -> set[str]:
    """Fields that were decided about, now or for an earlier list, and that this one can't give."""
    own = {name for name in named if name and name.startswith(PREFIX)}
    if own and not run.by_partner:
        own -= set(OwnField.objects.filter(record=run.record).in_use().values_list("key", flat=True))
    return own | run.barred


def about_line(run: ImportRun, line: int, **decision: Any) -> None:
    """Add to what was decided about a line; the run is saved."""
    lines = run.decided.setdefault("lines", {})
    before = lines.get(str(line), {})
    cells = before.get("cells", {}) | decision.get("cells", {})
    mended = decision.get("cells", {})
    confirmed = [name for name in before.get("confirmed", []) if name not in mended] + decision.get("confirmed", [])
    lines[str(line)] = {"cells": cells, "action": decision.get("action", before.get("action", ""))}
    if confirmed:
        lines[str(line)]["confirmed"] = confirmed
    run.save(update_fields=["decided"])
