"""Matches rows to dossiers: by reference, else by the organisation's own number, else by name and date of birth.

A name and a date of birth are those of the dossier or those that the sender supplied, since a correction or a merge may
have given the dossier other ones. A correction on a person's own page of a partner matches the dossier of that person,
whatever was changed in it.

Without a match, the people that a row may be about are similar: see similar_people.py.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import Dossier, ImportRun, Merge, Placement, Status, Supply
from dossiers.models.dossiers.dossier import CHRONOLOGICAL_FIELDS
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import current_values
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.matching.similar_people import (
    CONTACT,
    NAMES,
    NOT_ANONYMISED,
    EarlierSupply,
    Person,
    SuppliedPerson,
    build_person,
    find_namesakes,
    find_people,
    find_sharing,
    find_supplied_people,
    get_contacts,
)
from dossiers.spreadsheets.matching.supplies import find_decided_supply, name_key, was_supplied_before
from dossiers.spreadsheets.resources import RecordResource

IS_PLACED = "is_placed"  # an extra key in the current values: the dossier has an open placement
OTHER_PERSONS_NUMBER = gettext_lazy("This number belongs to somebody else. Ask the sender for the right one.")
OTHER_PERSONS_REFERENCE = gettext_lazy(
    "The dossier with this reference is about somebody else: another name and another date of birth, or the name of "
    "another dossier. Correct the reference or leave the cell blank. Is it the same person? Then change the name or "
    "the date of birth in the dossier first."
)


class DossierMatcher:
    validated_together: tuple[str, ...] = CHRONOLOGICAL_FIELDS

    def __init__(self, run: ImportRun, resource: RecordResource, *, matches_people: bool = True) -> None:
        """Without `matches_people`, the people with the name and the date of birth of a row are only similar."""
        self.run, self.resource, self.matches_people = run, resource, matches_people
        if "closing_reason" in run.fields:
            self.validated_together = (*CHRONOLOGICAL_FIELDS, "status")
        supply = find_decided_supply(run)
        self.decided_supply = supply if supply and supply.dossier_id else None

    def match(self, parsed_rows: list[ParsedRow]) -> None:
        by_reference: dict[str, int] = {}
        if references := list({row.reference for row in parsed_rows if row.reference}):
            known = Dossier.objects.not_anonymised()
            merges = Merge.objects.not_undone().filter(reference__in_batch=references)
            merges = merges.filter(kept__in=known)  # the reference of a merged dossier gives the dossier that it became
            by_reference = dict(merges.values_list("reference", "kept"))
            by_reference |= dict(known.filter(reference__in_batch=references).values_list("reference", "pk"))
        numbers = _distinct_values(parsed_rows, "external_id")
        own = Supply.objects.filter(organisation=self.run.organisation_id, external_id__in_batch=numbers)
        supplies = own.exclude(dossier=None).exclude(external_id="").values_list("pk", "external_id", "dossier_id")
        by_number = {row[1]: EarlierSupply(*row) for row in supplies}
        rest = []
        for row in parsed_rows:
            supply = by_number.get(row.given.get("external_id", ""))
            if row.reference and "reference" not in row.errors:
                self._match_by_reference(row, by_reference, supply)
            elif (decided := self.decided_supply) and supply and supply.dossier_id != decided.dossier_id:
                row.refuse("external_id", str(OTHER_PERSONS_NUMBER))
            elif decided:  # a correction on a person's own page of a partner
                row.target_id, row.supply_id = decided.dossier_id, (supply or decided).pk
            elif supply:
                row.target_id, row.supply_id = supply.dossier_id, supply.pk
            elif "date_of_birth" in row.given and not row.is_other_person:
                rest.append(row)
        self._set_supplies([row for row in parsed_rows if row.target_id and not row.supply_id])
        if not self.decided_supply:
            matched = [row for row in parsed_rows if row.target_id and row.is_person_open]
            self._refuse_other_people([row for row in matched if row.supply_id or row.reference])
        if rest:
            self._match_by_person(rest)

    @staticmethod
    def _match_by_reference(row: ParsedRow, by_reference: dict[str, int], supply: EarlierSupply | None) -> None:
        row.target_id = by_reference.get(row.reference)
        if row.target_id is None:
            message = _(
                "There is no dossier with this reference. Correct it or leave the cell blank. Are these the sender's "
                "own numbers? Then choose “External number” for this column."
            )
            row.refuse("reference", message)
        elif supply and supply.dossier_id != row.target_id:
            row.refuse("external_id", str(OTHER_PERSONS_NUMBER))

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        by_key = current_values(self.resource, keys, names)
        if "status" in names:
            for key in (
                Placement.objects.open().filter(dossier_id__in_batch=list(keys)).values_list("dossier", flat=True)
            ):
                by_key[key][IS_PLACED] = True
        return by_key

    def find_errors(self, parsed_row: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        if current is None or parsed_row.changes.keys() & {*CHRONOLOGICAL_FIELDS}:
            errors |= Dossier.find_date_errors(parsed_row.given if current is None else current)
        if current is None:
            errors |= Dossier.find_errors(None, parsed_row.given, False)
        elif "status" in parsed_row.changes:
            errors |= Dossier.find_errors(parsed_row.changes["status"][0], current, IS_PLACED in current)
        if current is None:
            values = {"status": Status.REGISTERED.value} | parsed_row.given
            errors |= Dossier.find_reason_errors(values["status"], values.get("closing_reason"))
        elif "closing_reason" in parsed_row.changes:
            errors |= Dossier.find_reason_errors(current["status"], current["closing_reason"])
        return errors

    def match_condition(self) -> str:
        """See Matcher: the row has a reference, a known number, or a date of birth, name or contact of a dossier."""
        # A condition by hand, since the ORM can't compare values in the JSON of staged rows with another table.
        number = sql.scalar("r.given", ("external_id",), Supply._meta.get_field("external_id"))
        born = sql.scalar("r.given", ("date_of_birth",), Dossier._meta.get_field("date_of_birth"))
        given_name, family_name = (sql.text("r.given", name) for name in NAMES)
        same_phone, same_email = (f"d.{name} = {sql.text('r.given', name)}" for name in CONTACT)
        namesake = f"{NOT_ANONYMISED} AND d.family_name = {family_name} AND d.given_name = {given_name}"
        sender = self.run.organisation_id or 0
        supplied = f"s.external_id = {number} AND NOT (s.external_id = '') AND s.organisation_id = {sender}"
        day, supplied_day = (sql.text(column, "date_of_birth") for column in ("r.given", 's."values"'))
        of_sender = f"FROM {sql.quote(Supply._meta.db_table)} s WHERE s.organisation_id = {sender}"
        return " OR ".join(
            (
                f"{sql.node('r.given', ('reference',))} IS NOT NULL",
                sql.exists(Supply, "s", supplied),
                sql.exists(Dossier, "d", f"d.date_of_birth = {born}"),
                # The subquery is run once; no index has the dates of birth in the JSON of supplies.
                f"{day} IN (SELECT {supplied_day} {of_sender})",
                sql.exists(Dossier, "d", namesake),
                sql.exists(Dossier, "d", same_phone),
                sql.exists(Dossier, "d", same_email),
            )
        )

    def outdated_condition(self) -> str:
        """See Matcher: the supply that the row matched has changed since, or the row matches a new supply."""
        # By hand for the same reason as the condition above.
        number = sql.scalar("r.given", ("external_id",), Supply._meta.get_field("external_id"))
        sender = f"s.organisation_id = {self.run.organisation_id or 0}"
        # The + and the condition of the partial index keep SQLite from reading all supplies of the sender for each row.
        fits = f"+{sender} AND s.dossier_id = r.target_id AND ({number} IS NULL OR s.external_id IN ('', {number}))"
        another = "(r.supply_id IS NULL OR NOT (s.id = r.supply_id))"
        has_number = f"{sender} AND s.external_id = {number} AND NOT (s.external_id = '') AND {another}"
        matching = sql.exists(Supply, "s", f"s.id = r.supply_id AND {fits}")
        return " OR ".join(
            (
                sql.exists(Supply, "s", has_number),
                f"(r.supply_id IS NULL AND {sql.exists(Supply, 's', fits)})",
                f"(r.supply_id IS NOT NULL AND NOT {matching})",
            )
        )

    def _set_supplies(self, parsed_rows: list[ParsedRow]) -> None:
        """Set the supply that each row updates: that of its dossier with the same number, or without a number."""
        if not parsed_rows:
            return
        of_dossier = self._supplies_of([parsed_row.target_id for parsed_row in parsed_rows if parsed_row.target_id])
        for parsed_row in parsed_rows:
            number = parsed_row.given.get("external_id", "")
            for supply in of_dossier[parsed_row.target_id or 0]:
                if supply.external_id == number or not supply.external_id or not number:
                    parsed_row.supply_id = supply.pk
                    break

    def _supplies_of(self, dossiers: list[int]) -> dict[int, list[EarlierSupply]]:
        rows = Supply.objects.filter(organisation=self.run.organisation_id, dossier_id__in_batch=dossiers)
        by_key: dict[int, list[EarlierSupply]] = defaultdict(list)
        for row in rows.values_list("pk", "external_id", "dossier_id"):
            by_key[row[2]].append(EarlierSupply(*row))
        return by_key

    def _refuse_other_people(self, parsed_rows: list[ParsedRow]) -> None:
        """Refuse a number or reference that matched a person with both another name and another date of birth.

        That person is meant as the dossier names it, or as a sender supplied it. A reference is refused too if another
        dossier has the person of the row.
        """
        people = {person.pk: person for person in find_people(pk__in_batch=[row.target_id for row in parsed_rows])}
        rows = [(row, person) for row in parsed_rows if (person := people.get(row.target_id or 0))]
        others = [row for row, person in rows if not _may_be_about(person, row.given)]
        supplied: dict[int, list[Person]] = defaultdict(list)
        if others:
            supplies = Supply.objects.filter(dossier_id__in_batch=[row.target_id for row in others])
            for key, values in supplies.values_list("dossier_id", "values"):
                supplied[key or 0].append(build_person(key or 0, values))
        others = [row for row in others if not any(_may_be_about(p, row.given) for p in supplied[row.target_id or 0])]
        for row in others:
            if not row.reference:
                row.target_id = row.supply_id = None
                row.refuse("external_id", str(OTHER_PERSONS_NUMBER))
        lines = _find_lines_of_other_dossiers([(row, person) for row, person in rows if row.reference])
        lines |= {row.line for row in others}
        for row in parsed_rows:
            if row.reference and row.line in lines:
                row.refuse("reference", str(OTHER_PERSONS_REFERENCE))

    def _match_by_person(self, parsed_rows: list[ParsedRow]) -> None:
        """Match rows by name and date of birth, or else list the people that they may be about.

        A person has the name and the date of birth of the dossier, and those that the sender supplied. A dossier whose
        supplies all have another number of the organisation is about somebody else of that name. Of several people with
        that name and date of birth only the one is matched of whom the organisation gave the values of the row before.
        """
        born: dict[str, list[Person]] = defaultdict(list)
        for person in find_people(date_of_birth__in_batch=_distinct_values(parsed_rows, "date_of_birth")):
            born[person.date_of_birth].append(person)
        known = self._supplies_of([person.pk for row in parsed_rows for person in born[row.given["date_of_birth"]]])
        rest: list[tuple[ParsedRow, list[Person], list[EarlierSupply]]] = []
        for row in parsed_rows:
            number, people = row.given.get("external_id", ""), born[row.given["date_of_birth"]]
            same = [person for person in people if self.matches_people and person.has_same_name(row.given)]
            fitting = [supply for person in same for supply in known[person.pk] if supply.fits(number)]
            if len(fitting) == 1:
                row.target_id, row.supply_id = fitting[0].dossier_id, fitting[0].pk
            else:
                rest.append((row, same, fitting))
        supplied: dict[str, list[SuppliedPerson]] = defaultdict(list)
        days = _distinct_values([row for row, _same, _fitting in rest], "date_of_birth")
        for supplied_person in find_supplied_people(days, self.run.organisation_id) if days else ():
            supplied[supplied_person.person.date_of_birth].append(supplied_person)
        unmatched: list[tuple[ParsedRow, list[Person]]] = []
        for row, same, fitting in rest:
            on_day, number = supplied[row.given["date_of_birth"]], row.given.get("external_id", "")
            own = [
                supply
                for person, supply, organisation in on_day
                if self.matches_people
                and organisation == self.run.organisation_id
                and supply.fits(number)
                and person.has_same_name(row.given)
            ]
            both = [supply for supply in own if supply in fitting]
            supplies = both or own or fitting
            if len({supply.dossier_id for supply in supplies}) > 1:
                supplies = _select_supplied_before(row, supplies) or supplies
            if len({supply.dossier_id for supply in supplies}) == 1:
                row.target_id, row.supply_id = supplies[0].dossier_id, supplies[0].pk
            elif not supplies and len(unsupplied := [person.pk for person in same if not known[person.pk]]) == 1:
                row.target_id = unsupplied[0]
            else:
                unmatched.append((row, [*born[row.given["date_of_birth"]], *(person for person, *_rest in on_day)]))
        self._set_similar(unmatched)

    def _set_similar(self, rows_with_people: list[tuple[ParsedRow, list[Person]]]) -> None:
        """List the people that each row may be about, given those with the same date of birth."""
        if not rows_with_people:
            return
        namesakes: dict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in find_namesakes([row.given for row, _people in rows_with_people]):
            namesakes[name_key(person._asdict())].append(person)
        people_by_contact: dict[str, list[Person]] = defaultdict(list)
        for person in find_sharing([row.given for row, _people in rows_with_people]):
            for contact in get_contacts(person._asdict()):
                people_by_contact[contact].append(person)
        for row, people in rows_with_people:
            sharing = (person for contact in get_contacts(row.given) for person in people_by_contact.get(contact, ()))
            others = (*namesakes.get(name_key(row.given), ()), *sharing)
            similar = (person.reference for person in (*people, *others) if person.may_be(row.given))
            row.similar = list(dict.fromkeys(similar))


def _may_be_about(person: Person, values: dict[str, Any]) -> bool:
    """Whether a row with a number of this person is about that person, maybe with a corrected name or date of birth."""
    return _has_same_birth(person, values) or not values.keys() >= {*NAMES} or person.has_same_name(values)


def _select_supplied_before(row: ParsedRow, supplies: list[EarlierSupply]) -> list[EarlierSupply]:
    """Return the supplies of which the organisation gave all values of this row before."""
    values_by_key = dict(Supply.objects.filter(pk__in=[supply.pk for supply in supplies]).values_list("pk", "values"))
    return [supply for supply in supplies if was_supplied_before(row.given, values_by_key[supply.pk])]


def _find_lines_of_other_dossiers(rows: list[tuple[ParsedRow, Person]]) -> set[int]:
    """Return the lines with the name and the date of birth of another dossier than that of the person they matched.

    Of a row without a date of birth the name is enough, if it is not similar to that of the person.
    """
    renamed = [
        (row, person)
        for row, person in rows
        if row.given.keys() >= {*NAMES} and not (person.has_same_name(row.given) and _has_same_birth(person, row.given))
    ]
    namesakes: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    for namesake in find_namesakes([row.given for row, _person in renamed]) if renamed else ():
        namesakes[name_key(namesake._asdict())].append(namesake)
    return {
        row.line
        for row, person in renamed
        if ("date_of_birth" in row.given or not person.has_similar_name(row.given))
        and any(other.pk != person.pk and _has_same_birth(other, row.given) for other in namesakes[name_key(row.given)])
    }


def _has_same_birth(person: Person, values: dict[str, Any]) -> bool:
    """Whether the values have the date of birth of the person, or none."""
    return bool(values.get("date_of_birth", person.date_of_birth) == person.date_of_birth)


def _distinct_values(parsed_rows: list[ParsedRow], name: str) -> list[Any]:
    return list({parsed_row.given[name] for parsed_row in parsed_rows if name in parsed_row.given})
