"""The base of the plans of an undo of an import and of a bulk change: why something stays, and what to undo first."""

from functools import cached_property
from operator import attrgetter

from django.utils.translation import gettext

from dossiers.models import BulkChange, ImportRun
from dossiers.spreadsheets.undo.given_values import describe_change_set
from dossiers.spreadsheets.undo.reasons import GONE, MERGED, reason_text

MAX_CHANGE_SETS_NAMED = 10


class UndoPlan:
    """The values and records that an undo leaves, with the reasons."""

    @property
    def change_set(self) -> ImportRun | BulkChange:
        raise NotImplementedError

    @cached_property
    def leaves_everything(self) -> bool:
        """Whether the undo would have no effect, so that it is refused."""
        raise NotImplementedError

    def get_reasons(self) -> list[str]:
        """Return the different reasons why something is left: codes, or texts for people."""
        raise NotImplementedError

    def find_later_change_sets(self) -> set[ImportRun | BulkChange]:
        """Return the later lists and bulk changes because of which something stays."""
        raise NotImplementedError

    @cached_property
    def later_change_sets(self) -> list[ImportRun | BulkChange]:
        """The later lists and bulk changes because of which something stays, the last first: in the order to undo."""
        return sorted(self.find_later_change_sets(), key=attrgetter("applied_at", "pk"), reverse=True)

    @property
    def named_change_sets(self) -> list[ImportRun | BulkChange]:
        return self.later_change_sets[:MAX_CHANGE_SETS_NAMED]

    @property
    def unnamed_change_sets(self) -> int:
        """How many later lists and bulk changes are not named one by one."""
        return max(len(self.later_change_sets) - MAX_CHANGE_SETS_NAMED, 0)

    def describe_reasons(self) -> str:
        """Return all reasons why something is left, as one text."""
        return ", ".join(map(reason_text, self.get_reasons()))

    def describe_refusal(self) -> str:
        """Return why an undo that leaves everything is refused, and what to do first."""
        text = gettext("Nothing of this %(what)s can be undone: %(reasons)s.") % {
            "what": self.change_set._meta.verbose_name,
            "reasons": self.describe_reasons().rstrip("."),
        }
        codes = set(self.get_reasons())
        if self.later_change_sets or any(code.endswith(".") for code in codes):  # a sentence says what to do itself
            return text
        if codes <= {GONE, MERGED}:
            return f"{text} {gettext('Undo the merge first.')}" if MERGED in codes else text
        return f"{text} {gettext('Change or delete the records themselves.')}"

    def describe_with_advice(self) -> str:
        """Return the refusal with the later lists and bulk changes to undo first."""
        return f"{self.describe_refusal()} {self.describe_later_change_sets()}".rstrip()

    def describe_later_change_sets(self) -> str:
        """Return which later lists and bulk changes to undo first; "" if there are none."""
        names = [describe_change_set(change_set) for change_set in self.named_change_sets]
        if self.unnamed_change_sets:
            names.append(gettext("and %(number)d more") % {"number": self.unnamed_change_sets})
        return gettext("Undo these first, in this order: %(names)s.") % {"names": "; ".join(names)} if names else ""
