"""How a row finds its dossier: by reference, else by the sender's own number, else by name and date of birth."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from dossiers.models import Dossier, ImportRun, Merge, Placement, Supply
from dossiers.models.dossiers.dossier import CHRONOLOGICAL_FIELDS
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import fold

IS_PLACED = "is_placed"  # beside a dossier's columns: it has an open placement
IDENTITY = frozenset({"given_name", "family_name", "date_of_birth"})  # by these a person is recognised
OTHER_PERSONS_NUMBER = gettext_lazy("This number belongs to somebody else. Ask the sender for the right one.")
NEARLY = 85  # of 100: a typo in a name, with the same date of birth


class Person(NamedTuple):
    pk: int
    reference: str
    given_name: str
    family_name: str
    date_of_birth: str

    def same_name(self, values: dict[str, Any]) -> bool:
        mine = (self.given_name.casefold(), self.family_name.casefold())
        return mine == (values.get("given_name", "").casefold(), values.get("family_name", "").casefold())

    def nearly(self, values: dict[str, Any]) -> bool:
        """A typo, other accents, or first and last name swapped."""
        mine = fold(f"{self.given_name} {self.family_name}")
        theirs = fold(f"{values.get('given_name', '')} {values.get('family_name', '')}")
        return fuzz.token_sort_ratio(mine, theirs) >= NEARLY


def similar_dossiers(dossier: Dossier) -> list[Dossier]:
    """Other dossiers with the same date of birth and the same or nearly the same name: it may be the same person."""
    values = {"given_name": dossier.given_name, "family_name": dossier.family_name}
    born = str(dossier.date_of_birth)
    same_day = Dossier.objects.not_anonymised().filter(date_of_birth=dossier.date_of_birth).exclude(pk=dossier.pk)
    return [
        other
        for other in same_day
        if Person(other.pk, other.reference, other.given_name, other.family_name, born).nearly(values)
    ]


class Given(NamedTuple):
    """What the organisation supplied about a dossier before."""

    pk: int
    external_id: str
    dossier_id: int


class DossierMatcher:
    ruled: tuple[str, ...] = CHRONOLOGICAL_FIELDS

    def __init__(self, run: ImportRun, resource: RecordResource) -> None:
        self.run, self.resource = run, resource

    def match(self, drafts: list[ParsedRow]) -> None:
        by_reference = self._referenced(drafts)
        by_number = self._supplied(external_id__in_batch=_all(drafts, "external_id"))
        rest = []
        for draft in drafts:
            if (reference := draft.given.get("reference")) and "reference" not in draft.errors:
                self._by_reference(draft, by_reference.get(reference), by_number)
            elif supply := by_number.get(draft.given.get("external_id", "")):
                draft.target_id, draft.supply_id = supply.dossier_id, supply.pk
            elif "date_of_birth" in draft.given:
                rest.append(draft)
        self._find_supplies([draft for draft in drafts if draft.target_id and not draft.supply_id])
        self._refuse_other_people([draft for draft in drafts if draft.supply_id and "reference" not in draft.given])
        if rest:
            self._by_person(rest)

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        by_key = current_values(self.resource, keys, names)
        if "status" in names:
            for key in (
                Placement.objects.open().filter(dossier_id__in_batch=list(keys)).values_list("dossier", flat=True)
            ):
                by_key[key][IS_PLACED] = True
        return by_key

    def step_errors(self, draft: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        if current is None or draft.changes.keys() & {*CHRONOLOGICAL_FIELDS}:
            errors |= Dossier.find_date_errors(draft.given if current is None else current)
        return errors | self._status_errors(draft, current or {})

    @staticmethod
    def _status_errors(draft: ParsedRow, now: dict[str, Any]) -> dict[str, Any]:
        if "status" not in draft.given:
            return {}
        stored = draft.changes["status"][0] if "status" in draft.changes else now.get("status")
        return Dossier.find_errors(stored, draft.given, IS_PLACED in now)

    def may_reach(self) -> str:
        """Who names a reference, has a number that was given before, or was born on the same day as somebody."""
        number = sql.scalar("r.given", ("external_id",), Supply._meta.get_field("external_id"))
        born = sql.scalar("r.given", ("date_of_birth",), Dossier._meta.get_field("date_of_birth"))
        sender = self.run.organisation_id or 0
        supplied = f"s.external_id = {number} AND NOT (s.external_id = '') AND s.organisation_id = {sender}"
        return " OR ".join(
            (
                f"{sql.node('r.given', ('reference',))} IS NOT NULL",
                sql.exists(Supply, "s", supplied),
                sql.exists(Dossier, "d", f"d.date_of_birth = {born}"),
            )
        )

    def may_be_outdated(self) -> str:
        """The supply that they renew is another's by now, or they renew one that was not there."""
        number = sql.scalar("r.given", ("external_id",), Supply._meta.get_field("external_id"))
        sender = f"s.organisation_id = {self.run.organisation_id or 0}"
        fits = f"s.dossier_id = r.target_id AND ({number} IS NULL OR s.external_id IN ('', {number}))"
        has_number = f"s.external_id = {number} AND (r.supply_id IS NULL OR NOT (s.id = r.supply_id))"
        matching = sql.exists(Supply, "s", f"s.id = r.supply_id AND {sender} AND {fits}")
        return " OR ".join(
            (
                sql.exists(Supply, "s", f"{sender} AND {has_number}"),
                f"(r.supply_id IS NULL AND {sql.exists(Supply, 's', f'{sender} AND {fits}')})",
                f"(r.supply_id IS NOT NULL AND NOT {matching})",
            )
        )

    def _referenced(self, drafts: list[ParsedRow]) -> dict[str, int]:
        """Dossiers by reference; the one of a dossier that was merged away leads to the one that was kept."""
        if not (references := _all(drafts, "reference")):
            return {}
        merged = Merge.objects.not_undone().filter(reference__in_batch=references).values_list("reference", "kept")
        known = Dossier.objects.not_anonymised()
        merged = merged.filter(kept__in=known)
        return dict(merged) | dict(known.filter(reference__in_batch=references).values_list("reference", "pk"))

    def _supplied(self, **keys: Any) -> dict[str, Given]:
        """This organisation's supplies, by external number."""
        supplies = Supply.objects.filter(organisation=self.run.organisation_id, **keys).exclude(dossier=None)
        rows = supplies.exclude(external_id="").values_list("pk", "external_id", "dossier_id")
        return {row[1]: Given(*row) for row in rows}

    @staticmethod
    def _by_reference(draft: ParsedRow, pk: int | None, by_number: dict[str, Given]) -> None:
        if pk is None:
            draft.refuse("reference", _("There is no dossier with this reference. Correct it or leave the cell blank."))
            return
        draft.target_id = pk
        supply = by_number.get(draft.given.get("external_id", ""))
        if supply and supply.dossier_id != pk:
            draft.refuse("external_id", str(OTHER_PERSONS_NUMBER))

    def _find_supplies(self, drafts: list[ParsedRow]) -> None:
        """The Supply that a row renews when its reference found the dossier: with the same number, or none of both."""
        if not drafts:
            return
        of_dossier = self._supplies_of([draft.target_id for draft in drafts if draft.target_id])
        for draft in drafts:
            number = draft.given.get("external_id", "")
            for supply in of_dossier[draft.target_id or 0]:
                if supply.external_id == number or not supply.external_id or not number:
                    draft.supply_id = supply.pk
                    break

    def _supplies_of(self, dossiers: list[int]) -> dict[int, list[Given]]:
        rows = Supply.objects.filter(organisation=self.run.organisation_id, dossier_id__in_batch=dossiers)
        by_key: dict[int, list[Given]] = defaultdict(list)
        for row in rows.values_list("pk", "external_id", "dossier_id"):
            by_key[row[2]].append(Given(*row))
        return by_key

    def _refuse_other_people(self, drafts: list[ParsedRow]) -> None:
        """A number whose name and date of birth both differ from what is there belongs to somebody else."""
        people = self._people(pk__in_batch=[draft.target_id for draft in drafts])
        by_pk = {person.pk: person for person in people}
        for draft in drafts:
            person, values = by_pk.get(draft.target_id or 0), draft.given
            if person is None or "date_of_birth" not in values or values["date_of_birth"] == person.date_of_birth:
                continue
            if {"given_name", "family_name"} <= values.keys() and not person.same_name(values):
                draft.target_id = draft.supply_id = None
                draft.refuse("external_id", str(OTHER_PERSONS_NUMBER))

    def _by_person(self, drafts: list[ParsedRow]) -> None:
        born: dict[str, list[Person]] = defaultdict(list)
        for person in self._people(date_of_birth__in_batch=_all(drafts, "date_of_birth")):
            born[person.date_of_birth].append(person)
        if not born:
            return
        born_drafts = [(draft, born[draft.given["date_of_birth"]]) for draft in drafts]
        supplied = self._supplies_of([person.pk for _draft, people in born_drafts for person in people])
        for draft, people in born_drafts:
            self._choose(draft, people, supplied)

    def _choose(self, draft: ParsedRow, people: list[Person], supplied: dict[int, list[Given]]) -> None:
        number = draft.given.get("external_id", "")
        for person in people:
            if not person.same_name(draft.given):
                continue
            own = supplied[person.pk]
            unnumbered = [supply for supply in own if not supply.external_id or not number]
            if not own or unnumbered:
                draft.target_id = person.pk
                draft.supply_id = unnumbered[0].pk if unnumbered else None
                return
        if draft.another:
            return
        draft.similar = [person.reference for person in people if person.nearly(draft.given)]

    @staticmethod
    def _people(**keys: Any) -> list[Person]:
        rows = (
            Dossier.objects.not_anonymised()
            .filter(**keys)
            .values_list("pk", "reference", "given_name", "family_name", "date_of_birth")
        )
        return [
            Person(pk, reference, given_name, family, born.isoformat())
            for pk, reference, given_name, family, born in rows
            if born
        ]


def _all(drafts: list[ParsedRow], name: str) -> list[Any]:
    return list({draft.given[name] for draft in drafts if name in draft.given})
