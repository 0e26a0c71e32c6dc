"""Matches rows to dossiers: by reference, else by the organisation's own number, else by name and date of birth.

A name and a date of birth are those of the dossier or those that the sender supplied, since a correction or a merge may
have given the dossier other ones. A correction on a person's own page of a partner matches the dossier of that person,
whatever was changed in it.

Without a match, the people that a row may be about are similar: a similar name with the same date of birth, the same
name with nearly the same date of birth, or a similar given name with the same telephone number or e-mail address. That
holds for the people of dossiers and for those of other lines of the list. The members of a family share a number and a
family name, so that only their given names tell them apart; with both the number and the address the same, names that
look alike are enough.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from operator import eq
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from dossiers.models import Dossier, ImportRun, Merge, Placement, Supply
from dossiers.models.dossiers.dossier import CHRONOLOGICAL_FIELDS
from dossiers.models.dossiers.surnames import Surname, split_surname
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import MIN_NAME_SIMILARITY, current_values
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.matching.supplies import find_decided_supply, name_key
from dossiers.spreadsheets.resources import RecordResource
from dossiers.spreadsheets.values import fold

IS_PLACED = "is_placed"  # an extra key in the current values: the dossier has an open placement
OTHER_PERSONS_NUMBER = gettext_lazy("This number belongs to somebody else. Ask the sender for the right one.")
NOT_ANONYMISED = "(d.anonymised_at IS NOT NULL) = false"  # as in the index by name, which it begins
PERSON_FIELDS = ("pk", "reference", "given_name", "family_name", "date_of_birth", "phone", "email")
NAMES = ("given_name", "family_name")
CONTACT = ("phone", "email")
IDENTITY = frozenset({*NAMES, "date_of_birth", *CONTACT})  # the fields by which people are similar
MIN_SIMILARITY_OF_SAME_CONTACTS = 80  # of full names with two typos: Noor Alhamwy is Nour Alhamwi
MAX_SIMILAR_LINES = 5  # earlier lines that are shown beside a line
MAX_SHARING = 10  # a number or address that more people have, as that of a location, says nothing about who they are


class Person(NamedTuple):
    pk: int
    reference: str
    given_name: str
    family_name: str
    date_of_birth: str
    phone: str = ""
    email: str = ""

    def has_same_name(self, values: dict[str, Any]) -> bool:
        return name_key(self._asdict()) == name_key(values)

    def has_similar_name(self, values: dict[str, Any], similarity: float = MIN_NAME_SIMILARITY) -> bool:
        """Whether the names differ by no more than a typo, accents, or swapped first and last names."""
        own_name = sort_name(self.given_name, self.family_name)
        other_name = sort_name(values.get("given_name", ""), values.get("family_name", ""))
        return fuzz.ratio(own_name, other_name) >= similarity

    def has_similar_given_name(self, values: dict[str, Any]) -> bool:
        """Whether the given names differ by no more than a typo or accents, maybe with first and last names swapped."""
        own_names, other_names = get_folded_names(self._asdict()), get_folded_names(values)
        if not own_names[0]:
            return False
        return is_similar(own_names[0], other_names[0]) or all(map(is_similar, own_names, reversed(other_names)))

    def has_same_contact(self, values: dict[str, Any]) -> bool:
        return self.count_same_contacts(values) > 0

    def count_same_contacts(self, values: dict[str, Any]) -> int:
        return sum(bool(getattr(self, name)) and getattr(self, name) == values.get(name) for name in CONTACT)

    def may_be(self, values: dict[str, Any]) -> bool:
        """Whether these values may be about the same person; see the module."""
        if self.date_of_birth == values.get("date_of_birth"):
            return self.has_similar_name(values)
        same_contacts = self.count_same_contacts(values)
        if same_contacts and self.has_similar_given_name(values):
            return True
        if same_contacts == len(CONTACT) and self.has_similar_name(values, MIN_SIMILARITY_OF_SAME_CONTACTS):
            return True
        if not self.has_same_name(values):
            return False
        # Dates are near if they differ in the year, the month or the day only, or have day and month swapped.
        parts, others = self.date_of_birth.split("-"), (values.get("date_of_birth") or "").split("-")
        if len(parts) != 3 or len(others) != 3:
            return False
        is_swapped = parts[0] == others[0] and parts[1:] == others[:0:-1]
        return is_swapped or sum(map(eq, parts, others)) == 2


def is_similar(name: str, other: str) -> bool:
    """Whether two folded names differ by no more than a typo."""
    return fuzz.ratio(name, other) >= MIN_NAME_SIMILARITY


def get_folded_names(values: dict[str, Any]) -> tuple[str, str]:
    """Return the given name and the family name without its prefix, folded."""
    bare_name = split_surname("", values.get("family_name", "")).bare_name
    return fold(values.get("given_name", "")), fold(bare_name)


def sort_name(given_name: str, family_name: str) -> str:
    """Return the words of a name in alphabetical order, to compare names whose first and last name may be swapped."""
    names = get_folded_names({"given_name": given_name, "family_name": family_name})
    return " ".join(sorted(" ".join(names).split()))


def find_similar_dossiers(dossier: Dossier, changed: Collection[str] = IDENTITY) -> list[Dossier]:
    """Return the other dossiers that may be of the same person because of the changed fields; see the module."""
    if not IDENTITY.intersection(changed):
        return []
    values: dict[str, Any] = {name: getattr(dossier, name) for name in (*NAMES, *CONTACT)}
    values["date_of_birth"] = str(dossier.date_of_birth)
    others = Dossier.objects.not_anonymised().exclude(pk=dossier.pk)
    same_day = others.filter(date_of_birth=dossier.date_of_birth)
    namesakes = others.filter(pk__in_batch=[person.pk for person in _find_namesakes([values])])
    supplied = [person for person, *_supply in _find_supplied_people([values["date_of_birth"]])]
    merged = others.filter(pk__in=[person.pk for person in supplied])
    sharing = others.filter(pk__in=[person.pk for person in _find_sharing([values])])
    by_key = {other.pk: other for other in (*same_day, *namesakes, *merged, *sharing)}
    people = _build_people(
        [(other.pk, *(getattr(other, name) for name in PERSON_FIELDS[1:])) for other in by_key.values()]
    )
    people += [person for person in supplied if person.pk in by_key]
    similar = [person for person in people if person.may_be(values)]
    if IDENTITY.intersection(changed) <= {*CONTACT}:  # who has the same name was asked when the name was typed
        similar = [person for person in similar if person.has_same_contact(values)]
    return [by_key[key] for key in dict.fromkeys(person.pk for person in similar)]


class PeopleIndex:
    """Finds the people that values may be about, see `Person.may_be`, without comparing each with everybody.

    Only people with the same date of birth, name, telephone number or e-mail address are compared, since
    `Person.may_be` needs one of these.
    """

    def __init__(self, max_namesakes: int | None = None) -> None:
        """`max_namesakes` limits the people with exactly the same name that are found."""
        self.max_namesakes = max_namesakes
        self.people: list[Person] = []
        self.names_by_birth: dict[str, dict[int, str]] = defaultdict(dict)  # by the index of the person in `people`
        self.people_by_name: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self.indexes_by_contact: dict[str, tuple[int, ...]] = {}  # tuples, since nearly all have one person only

    def add(self, person: Person, sorted_name: str) -> None:
        index = len(self.people)
        self.names_by_birth[person.date_of_birth][index] = sorted_name
        for contact in get_contacts(person._asdict()):
            indexes = self.indexes_by_contact.get(contact, ())
            if len(indexes) <= MAX_SHARING:
                self.indexes_by_contact[contact] = (*indexes, index)
        self.people_by_name[name_key(person._asdict())].append(person)
        self.people.append(person)

    def find_keys(self, values: dict[str, Any], sorted_name: str) -> set[int]:
        """Return the keys of the people that these values may be about; the name is that of `sort_name`."""
        namesakes = self.people_by_name.get(name_key(values), ())
        keys = set(islice((person.pk for person in namesakes if person.may_be(values)), self.max_namesakes))
        for contact in get_contacts(values):
            indexes = self.indexes_by_contact.get(contact, ())
            if len(indexes) <= MAX_SHARING:
                keys |= {self.people[index].pk for index in indexes if self.people[index].may_be(values)}
        # One call for all names of a day, since a list can have thousands of people who were born on 1 January.
        same_day = process.extract(
            sorted_name,
            self.names_by_birth.get(values.get("date_of_birth", ""), {}),
            scorer=fuzz.ratio,
            score_cutoff=MIN_NAME_SIMILARITY,
            limit=None,
        )
        return keys | {self.people[index].pk for _name, _score, index in same_day}


def get_contacts(values: dict[str, Any]) -> set[str]:
    """Return the telephone number and the e-mail address, if there are any."""
    return {values[name] for name in CONTACT if values.get(name)}


def find_similar_lines(values_by_line: Iterable[tuple[int, dict[str, Any]]]) -> dict[int, list[int]]:
    """Return {line: earlier lines that may be about the same person}, given the lines of a list in their order."""
    earlier = PeopleIndex(MAX_SIMILAR_LINES)
    similar: dict[int, list[int]] = {}
    for line, values in values_by_line:
        person = build_person(line, values)
        sorted_name = sort_name(person.given_name, person.family_name)
        if lines := earlier.find_keys(values, sorted_name):
            similar[line] = sorted(lines)[:MAX_SIMILAR_LINES]
        earlier.add(person, sorted_name)
    return similar


def build_person(key: int, values: dict[str, Any]) -> Person:
    """Return the person of these values of a list, without a reference."""
    return Person(key, "", *(values.get(name, "") for name in PERSON_FIELDS[2:]))


def _build_people(rows: Iterable[Sequence[Any]]) -> list[Person]:
    return [Person._make((*row[:4], str(row[4] or ""), *row[5:])) for row in rows]


def _find_namesakes(rows: list[dict[str, Any]]) -> list[Person]:
    """Return the people with the same name as a row, as it is spelled there or with initial capitals.

    The family name of an older dossier may contain its prefix.
    """
    names = set()
    for values in rows:
        given_name, surname = values.get("given_name", ""), Surname.from_values(values)
        names |= {(given_name, name) for name in (surname.family_name, surname.bare_name, surname.text)}
    names |= {(given_name.title(), name.title()) for given_name, name in names}
    spellings = [(*pair, False) for pair in names]
    table = sql.quote(Dossier._meta.db_table)
    # By hand, since the ORM can't join with pairs of values. SQLite takes the tables of a CROSS JOIN in this order, and
    # would read all dossiers otherwise. PostgreSQL uses the index by name, which begins with whether a dossier is
    # anonymized, only if that is compared with a column.
    if sql.postgres():
        wanted_names = "unnest(%s::text[], %s::text[], %s::boolean[]) AS n(given_name, family_name, is_anonymised)"
        params: list[Any] = [list(column) for column in zip(*spellings, strict=True)]
    else:
        columns = ("given_name", "family_name", "is_anonymised")
        parts = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
        wanted_names, params = f"(SELECT {parts} FROM json_each(%s)) n", [sql.compact_json(spellings)]  # noqa: S608
    same = "(d.anonymised_at IS NOT NULL) = n.is_anonymised AND d.family_name = n.family_name"
    fields = ", ".join(f"d.{name}" for name in ("id", *PERSON_FIELDS[1:]))
    statement = f"SELECT {fields} FROM {wanted_names} CROSS JOIN {table} d WHERE {same} AND d.given_name = n.given_name"  # noqa: S608
    return _build_people(sql.fetch_all(statement, params))


def _find_sharing(rows: list[dict[str, Any]]) -> list[Person]:
    """Return the people with the telephone number or the e-mail address of a row, unless many people have it."""
    sharing: list[Person] = []
    for name in CONTACT:
        people_by_value: dict[str, list[Person]] = defaultdict(list)
        values = list({row[name] for row in rows if row.get(name)})
        for person in find_people(**{f"{name}__in_batch": values}) if values else ():
            people_by_value[getattr(person, name)].append(person)
        sharing += [person for people in people_by_value.values() if len(people) <= MAX_SHARING for person in people]
    return sharing


def find_people(**keys: Any) -> list[Person]:
    """Return the people of the dossiers that meet this condition."""
    return _build_people(Dossier.objects.not_anonymised().filter(**keys).values_list(*PERSON_FIELDS))


class EarlierSupply(NamedTuple):
    """An earlier supply of the organisation about a dossier."""

    pk: int
    external_id: str
    dossier_id: int

    def fits(self, number: str) -> bool:
        """Whether a row with this number may be about the same person: two numbers of a sender are two people."""
        return not self.external_id or not number


class SuppliedPerson(NamedTuple):
    """A person as an organisation supplied it, which the dossier may name in another way."""

    person: Person
    supply: EarlierSupply
    organisation_id: int


def _find_supplied_people(days: list[str], organisation_id: int | None = None) -> list[SuppliedPerson]:
    """Return the people with these dates of birth as the organisation supplied them.

    The people of merged dossiers are returned as any organisation supplied them.
    """
    merged = Merge.objects.not_undone().values("kept")
    supplies = Supply.objects.not_anonymised().filter(Q(organisation=organisation_id) | Q(dossier__in=merged))
    born: dict[str, Any] = {"born__in_batch": days}
    rows = supplies.annotate(born=KeyTextTransform("date_of_birth", "values")).filter(dossier__isnull=False, **born)
    names = ("pk", "external_id", "dossier_id", "organisation_id", "dossier__reference", "values")
    return [
        SuppliedPerson(
            build_person(dossier, values)._replace(reference=reference),
            EarlierSupply(pk, number, dossier),
            organisation,
        )
        for pk, number, dossier, organisation, reference, values in rows.order_by("pk").values_list(*names)
    ]


class DossierMatcher:
    validated_together: tuple[str, ...] = CHRONOLOGICAL_FIELDS

    def __init__(self, run: ImportRun, resource: RecordResource) -> None:
        self.run, self.resource = run, resource
        self.decided_supply = find_decided_supply(run)

    def match(self, parsed_rows: list[ParsedRow]) -> None:
        by_reference = _find_keys_by_reference(_distinct_values(parsed_rows, "reference"))
        numbers = _distinct_values(parsed_rows, "external_id")
        own = Supply.objects.filter(organisation=self.run.organisation_id, external_id__in_batch=numbers)
        supplies = own.exclude(dossier=None).exclude(external_id="").values_list("pk", "external_id", "dossier_id")
        by_number = {row[1]: EarlierSupply(*row) for row in supplies}
        rest, decided_supply = [], self.decided_supply
        decided_dossier = decided_supply.dossier_id if decided_supply else None
        for parsed_row in parsed_rows:
            supply = by_number.get(parsed_row.given.get("external_id", ""))
            if (reference := parsed_row.given.get("reference")) and "reference" not in parsed_row.errors:
                parsed_row.target_id = by_reference.get(reference)
                if parsed_row.target_id is None:
                    message = _(
                        "There is no dossier with this reference. Correct it or leave the cell blank. Are these the "
                        "sender's own numbers? Then choose “External number” for this column."
                    )
                    parsed_row.refuse("reference", message)
                elif supply and supply.dossier_id != parsed_row.target_id:
                    parsed_row.refuse("external_id", str(OTHER_PERSONS_NUMBER))
            elif decided_supply and decided_dossier:
                if supply and supply.dossier_id != decided_dossier:
                    parsed_row.refuse("external_id", str(OTHER_PERSONS_NUMBER))
                else:
                    parsed_row.target_id = decided_dossier
                    parsed_row.supply_id = supply.pk if supply else decided_supply.pk
            elif supply:
                parsed_row.target_id, parsed_row.supply_id = supply.dossier_id, supply.pk
            elif "date_of_birth" in parsed_row.given:
                rest.append(parsed_row)
        self._set_supplies(
            [parsed_row for parsed_row in parsed_rows if parsed_row.target_id and not parsed_row.supply_id]
        )
        self._refuse_other_people(
            [
                parsed_row
                for parsed_row in parsed_rows
                if parsed_row.supply_id and "reference" not in parsed_row.given and not decided_dossier
            ]
        )
        if rest:
            self._match_by_person(rest)

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
        if "status" in parsed_row.given:
            now = current or {}
            stored = parsed_row.changes["status"][0] if "status" in parsed_row.changes else now.get("status")
            errors |= Dossier.find_errors(stored, parsed_row.given, IS_PLACED in now)
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
        """Refuse a number that matched a person with both another name and another date of birth.

        That person is meant as the dossier names it, or as the sender supplied it under that number.
        """
        people = {person.pk: person for person in find_people(pk__in_batch=[row.target_id for row in parsed_rows])}
        others = [
            row
            for row in parsed_rows
            if (person := people.get(row.target_id or 0)) and not _may_have_number(person, row.given)
        ]
        if not others:
            return
        supplies = Supply.objects.filter(pk__in_batch=[row.supply_id for row in others]).values_list("pk", "values")
        supplied = {pk: build_person(pk, values) for pk, values in supplies}
        for row in others:
            person_then = supplied.get(row.supply_id or 0)
            if person_then is None or not _may_have_number(person_then, row.given):
                row.target_id = row.supply_id = None
                row.refuse("external_id", str(OTHER_PERSONS_NUMBER))

    def _match_by_person(self, parsed_rows: list[ParsedRow]) -> None:
        """Match rows by name and date of birth, or else list the people that they may be about.

        A person has the name and the date of birth of the dossier, and those that the sender supplied. A dossier whose
        supplies all have another number of the organisation is about somebody else of that name.
        """
        born: dict[str, list[Person]] = defaultdict(list)
        for person in find_people(date_of_birth__in_batch=_distinct_values(parsed_rows, "date_of_birth")):
            born[person.date_of_birth].append(person)
        known = self._supplies_of([person.pk for row in parsed_rows for person in born[row.given["date_of_birth"]]])
        rest: list[tuple[ParsedRow, list[Person], list[EarlierSupply]]] = []
        for row in parsed_rows:
            number, people = row.given.get("external_id", ""), born[row.given["date_of_birth"]]
            same = [person for person in people if person.has_same_name(row.given)]
            fitting = [supply for person in same for supply in known[person.pk] if supply.fits(number)]
            if len(fitting) == 1:
                row.target_id, row.supply_id = fitting[0].dossier_id, fitting[0].pk
            else:
                rest.append((row, same, fitting))
        supplied: dict[str, list[SuppliedPerson]] = defaultdict(list)
        days = _distinct_values([row for row, _same, _fitting in rest], "date_of_birth")
        for supplied_person in _find_supplied_people(days, self.run.organisation_id) if days else ():
            supplied[supplied_person.person.date_of_birth].append(supplied_person)
        unmatched: list[tuple[ParsedRow, list[Person]]] = []
        for row, same, fitting in rest:
            on_day, number = supplied[row.given["date_of_birth"]], row.given.get("external_id", "")
            own = [
                supply
                for person, supply, organisation in on_day
                if organisation == self.run.organisation_id and supply.fits(number) and person.has_same_name(row.given)
            ]
            both = [supply for supply in own if supply in fitting]
            if supply := next(iter((*both, *own, *fitting)), None):
                row.target_id, row.supply_id = supply.dossier_id, supply.pk
            elif dossier := next((person.pk for person in same if not known[person.pk]), None):
                row.target_id = dossier
            elif not row.is_other_person:
                unmatched.append((row, [*born[row.given["date_of_birth"]], *(person for person, *_rest in on_day)]))
        self._set_similar(unmatched)

    def _set_similar(self, rows_with_people: list[tuple[ParsedRow, list[Person]]]) -> None:
        """List the people that each row may be about, given those with the same date of birth."""
        if not rows_with_people:
            return
        namesakes: dict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in _find_namesakes([row.given for row, _people in rows_with_people]):
            namesakes[name_key(person._asdict())].append(person)
        people_by_contact: dict[str, list[Person]] = defaultdict(list)
        for person in _find_sharing([row.given for row, _people in rows_with_people]):
            for contact in get_contacts(person._asdict()):
                people_by_contact[contact].append(person)
        for row, people in rows_with_people:
            sharing = (person for contact in get_contacts(row.given) for person in people_by_contact.get(contact, ()))
            others = (*namesakes.get(name_key(row.given), ()), *sharing)
            similar = (person.reference for person in (*people, *others) if person.may_be(row.given))
            row.similar = list(dict.fromkeys(similar))


def _may_have_number(person: Person, values: dict[str, Any]) -> bool:
    """Whether a row with a number of this person is about that person, maybe with a corrected name or date of birth."""
    return (
        values.get("date_of_birth", person.date_of_birth) == person.date_of_birth
        or not values.keys() >= {*NAMES}
        or person.has_same_name(values)
    )


def _find_keys_by_reference(references: list[str]) -> dict[str, int]:
    if not references:
        return {}
    known = Dossier.objects.not_anonymised()
    merged = Merge.objects.not_undone().filter(reference__in_batch=references).values_list("reference", "kept")
    merged = merged.filter(kept__in=known)  # the reference of a merged dossier gives the dossier that it became
    return dict(merged) | dict(known.filter(reference__in_batch=references).values_list("reference", "pk"))


def _distinct_values(parsed_rows: list[ParsedRow], name: str) -> list[Any]:
    return list({parsed_row.given[name] for parsed_row in parsed_rows if name in parsed_row.given})
