"""The base of the plans of an undo of an import, a bulk change and a merge: why something stays, what to undo first."""

import json
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from dossiers.models import BulkChange, ImportRun, Merge
from dossiers.models.imports.import_row import GONE
from dossiers.models.snapshots import get_json_value
from dossiers.spreadsheets.undo.given_values import AnyChangeSet, describe_change_set
from dossiers.spreadsheets.undo.reasons import HAS_MERGE, MERGED, describe_reasons

MAX_CHANGE_SETS_NAMED = 10


class UndoPlan:
    """The values and records that an undo leaves, with the reasons."""

    @property
    def change_set(self) -> AnyChangeSet:
        raise NotImplementedError

    @cached_property
    def leaves_everything(self) -> bool:
        """Whether the undo would have no effect, so that it is refused."""
        raise NotImplementedError

    def get_effects(self) -> Any:
        """Return what the undo does and leaves as JSON, in a fixed order."""
        raise NotImplementedError

    def get_version(self) -> str:
        """Return a text that is another one as soon as the undo would do something else."""
        return sha256(json.dumps(self.get_effects(), sort_keys=True).encode()).hexdigest()[:12]

    def get_reasons(self) -> list[str]:
        """Return the different reasons why something is left: codes, or texts for people."""
        raise NotImplementedError

    def find_later_change_sets(self) -> set[ImportRun | BulkChange]:
        """Return the later lists and bulk changes because of which something stays."""
        raise NotImplementedError

    def get_reasons_by_record(self) -> dict[int, set[str]]:
        """Return the reasons why something of records is left, by the key of the record."""
        raise NotImplementedError

    def find_overwritten_values(self) -> dict[int, dict[str, Any]]:
        """Return the values that the change set wrote and that were changed since, as JSON by record and field."""
        return {}

    @cached_property
    def later_change_sets(self) -> list[AnyChangeSet]:
        """The later change sets because of which something stays, the last first: in the order to undo."""
        change_sets: set[AnyChangeSet] = {*self.find_later_change_sets(), *self._find_merges()}
        if not self.change_set.undone_at:
            runs = [change_set for change_set in change_sets if isinstance(change_set, ImportRun)]
            change_sets |= {later for run in runs for later in run.lists_to_undo_first if later.applied_at}
        return sorted(change_sets, key=attrgetter("applied_at", "pk"), reverse=True)

    def _find_merges(self) -> list[Merge]:
        """Return the merges because of which records stay, with those into the same dossiers that came after them.

        Before the undo these are the merges that can be undone.
        """
        keys = {
            reason: [key for key, reasons in self.get_reasons_by_record().items() if reason in reasons]
            for reason in (MERGED, HAS_MERGE)
        }
        at = self.change_set.undone_at
        overwritten = {} if at else self.find_overwritten_values()
        if not any(keys.values()) and not overwritten:
            return []
        merges = Merge.objects.filter(applied_at__gt=self.change_set.applied_at)
        if at:
            merges = merges.filter(Q(undone_at=None) | Q(undone_at__gt=at), applied_at__lt=at)
        else:
            merges = merges.not_undone().exclude(snapshot={})
        writing = [
            merge.pk
            for merge in merges.filter(kept_id__in_batch=list(overwritten)).select_related("kept")
            if any(
                (written, get_json_value(merge.kept, name)) == tuple(merge.changes.get(name, ()))
                for name, written in overwritten.get(merge.kept_id or 0, {}).items()
            )
        ]
        of_records = Q(other_id__in_batch=keys[MERGED]) | Q(kept_id__in_batch=keys[HAS_MERGE])
        holding = merges.filter(of_records | Q(pk__in=writing))
        first = {merge.kept_id: merge.pk for merge in holding.order_by("-pk")}
        later = merges.filter(kept_id__in_batch=list(first)).defer("snapshot", "changes", "moved")
        return [merge for merge in later if merge.pk >= first[merge.kept_id] and (at or merge.is_within_undo_term)]

    @property
    def named_change_sets(self) -> list[AnyChangeSet]:
        return self.later_change_sets[:MAX_CHANGE_SETS_NAMED]

    @property
    def unnamed_change_sets(self) -> int:
        """How many later change sets are not named one by one."""
        return max(len(self.later_change_sets) - MAX_CHANGE_SETS_NAMED, 0)

    def describe_reasons(self) -> str:
        """Return all reasons why something is left, as one text."""
        return describe_reasons(self.get_reasons())

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
            return text
        return f"{text} {gettext('Change or delete the records themselves.')}"

    def describe_with_advice(self) -> str:
        """Return the refusal with the later change sets to undo first."""
        return f"{self.describe_refusal()} {self.describe_later_change_sets()}".rstrip()

    def describe_later_change_sets(self) -> str:
        """Return which later change sets to undo first; "" if there are none."""
        names = [describe_change_set(change_set) for change_set in self.named_change_sets]
        if self.unnamed_change_sets:
            names.append(gettext("and %(number)d more") % {"number": self.unnamed_change_sets})
        return gettext("Undo these first, in this order: %(names)s.") % {"names": "; ".join(names)} if names else ""
