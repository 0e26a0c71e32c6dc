"""How a row of a partner's own upload finds what that organisation supplied before. No dossier is asked anything."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from dossiers.models import Dossier, ImportRun, Supply
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.resources import RecordResource

PERSON = ("given_name", "family_name", "date_of_birth")


class SupplyMatcher:
    """Rows reach supplies, by the organisation's own number, else by name and date of birth; `target_id` is its key.

    Nothing is `similar` here: who looks like whom among all dossiers is for a coordinator to see.
    """

    ruled: tuple[str, ...] = ()

    def __init__(self, run: ImportRun, resource: RecordResource) -> None:
        self.resource = resource
        self.own = Supply.objects.filter(organisation=run.organisation_id)
        self.empty = {name: field.widget.empty for name, field in resource.sheet_fields().items()}

    def match(self, drafts: list[ParsedRow]) -> None:
        numbers = list({draft.given["external_id"] for draft in drafts if "external_id" in draft.given})
        supplies = (
            self.own.filter(external_id__in_batch=numbers).exclude(external_id="") if numbers else self.own.none()
        )
        by_number = {number: (pk, values) for pk, number, values in _rows(supplies)}
        rest = []
        for draft in drafts:
            if supply := by_number.get(draft.given.get("external_id", "")):
                self._reach_by_number(draft, *supply)
            elif all(name in draft.given for name in PERSON):
                rest.append(draft)
        if rest:
            self._reach_by_person(rest)

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        """What the organisation gave last in these columns; with `changed_at`, when that was."""
        rows = self.own.filter(pk__in_batch=list(keys)).values_list("pk", "last_seen", "values")
        return {
            pk: {"changed_at": seen}
            | {name: values.get(name, self.empty[name]) for name in names if name != "external_id"}
            for pk, seen, values in rows.iterator()
        }

    def step_errors(self, draft: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        """Days alone: a partner's list gives no status."""
        return Dossier.find_date_errors(draft.given if current is None else current)

    def may_reach(self) -> str:
        return "TRUE"

    def may_be_outdated(self) -> str:
        return "FALSE"

    @staticmethod
    def _reach_by_number(draft: ParsedRow, pk: int, values: dict[str, Any]) -> None:
        """A number whose name and date of birth both differ from what was given with it belongs to somebody else."""
        known = all(name in draft.given and name in values for name in PERSON)
        if known and draft.given["date_of_birth"] != values["date_of_birth"] and _name(draft.given) != _name(values):
            draft.refuse("external_id", _("You gave this number to somebody else before. Check it."))
            return
        draft.target_id = draft.supply_id = pk

    def _reach_by_person(self, drafts: list[ParsedRow]) -> None:
        """Where the row or what was given before has no number: two different numbers are two people."""
        days = list({draft.given["date_of_birth"] for draft in drafts})
        condition: dict[str, Any] = {"born__in_batch": days}
        supplies = self.own.annotate(born=KeyTextTransform("date_of_birth", "values")).filter(**condition)
        if all("external_id" in draft.given for draft in drafts):
            supplies = supplies.filter(external_id="")
        people: dict[Any, list[tuple[int, str]]] = defaultdict(list)
        for pk, number, values in _rows(supplies):
            people[values["date_of_birth"], _name(values)].append((pk, number))
        for draft in drafts:
            own_number = draft.given.get("external_id")
            for pk, number in people[draft.given["date_of_birth"], _name(draft.given)]:
                if not own_number or not number:
                    draft.target_id = draft.supply_id = pk
                    break


def _rows(supplies: Any) -> Iterable[tuple[int, str, dict[str, Any]]]:
    return supplies.order_by("pk").values_list("pk", "external_id", "values").iterator()


def _name(values: dict[str, Any]) -> tuple[str, str]:
    return values.get("given_name", "").casefold(), values.get("family_name", "").casefold()
