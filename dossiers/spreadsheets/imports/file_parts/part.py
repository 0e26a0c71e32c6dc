"""A part of a list that waits for the answer whether it belongs to the list, or has one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dossiers.models import ImportRun
from dossiers.spreadsheets.imports.file_parts.facts import MARKED_ROWS, STRUCK_CELLS
from dossiers.spreadsheets.imports.newer_values.descriptions import Rows
from dossiers.spreadsheets.imports.withdrawn_rows import WITHDRAWN

Answers = Mapping[str, bool]  # by the key of a part


@dataclass(frozen=True)
class Part:
    key: str
    words: str
    answer: bool | None
    """Whether the part belongs to the list; None until the user answers."""
    is_readable: bool = True
    """False for a part with other columns than the list, which the user can only leave out."""
    is_older: bool = False
    """Whether it is the part with the values that would overwrite newer ones."""
    is_older_list: bool = False
    """Whether the part is the whole list, since an imported list has a later date."""
    later_runs: tuple[ImportRun, ...] = ()
    """The lists that gave the newer values."""
    is_text_only: bool = False
    """Whether the newer values are only lines of a text that the list would remove."""
    is_typed_only: bool = False
    """Whether the newer values are only what users typed."""
    is_about_closed: bool = False
    """Whether some of them are what closed interests have."""
    is_mixed: bool = False
    """Whether the newer values are of several of these kinds."""
    changes_text: bool = False
    """Whether the lines of this list still change in a text of others that stays."""
    has_sender: bool = False
    """Whether the list has a sender, whose lines those are."""
    is_contact: bool = False
    """Whether it is contacts that are no longer those of their employer after the import."""
    title: "Part | None" = None
    """What is asked about its title, if it has one: whether that is added to the remarks of its rows."""
    has_title_only: bool = False
    """Whether the part is rows of the list below a title, without a header of their own."""
    sheets: tuple[str, ...] = ()
    """The other sheets with a list, if the part is these."""
    joined_sheets: str = ""
    """The names of the sheets of the same shape, which can be read as one list."""
    columns: tuple[int, ...] = ()
    """The indexes of the columns of the file that the part is, or that say which rows it is."""
    headers: tuple[str, ...] = ()
    """The headers of these columns."""
    is_beside: bool = False
    """Whether the part is a table beside the list that can only be more columns of the same rows."""
    first_line: int = 0
    """The number that a line of these columns gets more once they are read as rows of the list."""
    outcome: str = ""
    """What becomes of the values and of the rest of their rows, in numbers, after the answer that they stay."""
    count: int = 0
    """The number of rows about which the answer decides."""
    lines: tuple[int, ...] = ()
    """The lines of the first of these rows, as far as they are staged."""
    newer_rows: Rows = ()
    """The rows that the words name, with their newer values, if the part is about these."""
    earlier_answer: str = ""
    """The answer about this part in an earlier list of the sender, as long as it is open here: "yes", "no" or ""."""
    named: Mapping[str, Sequence[Sequence[int]]] = field(default_factory=dict)
    """The records of all newer values that an unanswered part is about, by field: ranges of keys."""
    words_left_out: str = ""
    """The sentence that the part is left out; "" if that needs no sentence of its own."""
    words_without_rows: str = ""
    """The same words without the cells of some rows, for a page that shows these beside it; "" if there are none."""

    @property
    def is_closed_only(self) -> bool:
        """Whether they are only what closed interests have."""
        return self.is_about_closed and not self.is_mixed

    @property
    def is_struck_cells(self) -> bool:
        return self.key == STRUCK_CELLS

    @property
    def is_withdrawn_rows(self) -> bool:
        return MARKED_ROWS.get(self.key) == WITHDRAWN

    @property
    def answer_code(self) -> str:
        """The answer in a form: "yes", "no", or "" as long as there is none."""
        return "" if self.answer is None else "yes" if self.answer else "no"

    @property
    def contact_answer(self) -> str:
        """The sentence that says what becomes of contacts that are no longer those of their employer."""
        if self.answer:
            return _("That contact is added to the remarks of the interest.")
        return _("That contact is not added to the remarks of the interest.")

    @property
    def refusal(self) -> str:
        """The sentence that the list does not replace what this part is about."""
        if self.is_older_list:
            return _("Only what is empty is filled.")
        if self.changes_text and not self.has_sender and not self.outcome:
            if self.is_text_only:
                return _("That text stays; what is new in this list is added.")
            return _("What is there now stays; what this list adds to a text is added.")
        if self.is_text_only:
            sentence = _("What others wrote stays.")
        elif self.is_mixed or self.is_closed_only:
            sentence = _("What is there now stays.")
        else:
            sentence = _("What was filled in stays.") if self.is_typed_only else _("The newer values stay.")
        in_texts = _("Only lines of the sender in a text can change.") if self.changes_text else ""
        return f"{sentence} {self.outcome or in_texts}".strip()


def group_parts(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts by question: the titles between the rows of a list are one, if there are several."""
    titled = [part for part in parts if part.has_title_only]
    if len(titled) < 2:
        return [[part] for part in parts]
    return [*([part] for part in parts if not part.has_title_only), titled]


def count_waiting_rows(parts: Iterable[Part]) -> int:
    """Return the number of rows that change something and wait for an answer about older values in these parts."""
    waiting = [part.count for part in parts if part.is_older and part.answer is None]
    return max(waiting, default=0)  # of a whole list all changed rows wait, so also those of another such question
