"""Matches rows to dossiers: by reference, else by the organisation's own number, else by name and date of birth.

A correction on a person's own page of a partner matches the dossier of that person, whatever was changed in it.

Without a match, the people that a row may be about are similar: a similar name with the same date of birth, or the same
name with nearly the same date of birth or the same telephone number or e-mail address. That holds for the people of
dossiers and for those of other lines of the list.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from operator import eq
from typing import Any, NamedTuple

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
MAX_SIMILAR_LINES = 5  # earlier lines that are shown beside a line


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

    def has_similar_name(self, values: dict[str, Any]) -> bool:
        """Whether the names differ by no more than a typo, accents, or swapped first and last names."""
        own_name = sort_name(self.given_name, self.family_name)
        other_name = sort_name(values.get("given_name", ""), values.get("family_name", ""))
        return fuzz.ratio(own_name, other_name) >= MIN_NAME_SIMILARITY

    def has_same_contact(self, values: dict[str, Any]) -> bool:
        return any(getattr(self, name) and getattr(self, name) == values.get(name) for name in CONTACT)

    def may_be(self, values: dict[str, Any]) -> bool:
        """Whether these values may be about the same person; see the module."""
        if self.date_of_birth == values.get("date_of_birth"):
            return self.has_similar_name(values)
        if not self.has_same_name(values):
            return False
        if self.has_same_contact(values):
            return True
        # Dates are near if they differ in the year, the month or the day only, or have day and month swapped.
        parts, others = self.date_of_birth.split("-"), (values.get("date_of_birth") or "").split("-")
        if len(parts) != 3 or len(others) != 3:
            return False
        is_swapped = parts[0] == others[0] and parts[1:] == others[:0:-1]
        return is_swapped or sum(map(eq, parts, others)) == 2


def sort_name(given_name: str, family_name: str) -> str:
    """Return the words of a name in alphabetical order, to compare names whose first and last name may be swapped."""
    bare_name = split_surname("", family_name).bare_name
    return " ".join(sorted(fold(f"{given_name} {bare_name}").split()))


def find_similar_dossiers(dossier: Dossier, changed: Collection[str] = IDENTITY) -> list[Dossier]:
    """Return the other dossiers that may be of the same person because of the changed fields; see the module."""
    if not IDENTITY.intersection(changed):
        return []
    values: dict[str, Any] = {name: getattr(dossier, name) for name in (*NAMES, *CONTACT)}
    values["date_of_birth"] = str(dossier.date_of_birth)
    others = Dossier.objects.not_anonymised().exclude(pk=dossier.pk)
    same_day = others.filter(date_of_birth=dossier.date_of_birth)
    namesakes = others.filter(pk__in_batch=[person.pk for person in _find_namesakes([values])])
    by_key = {other.pk: other for other in (*same_day, *namesakes)}
    people = _build_people(
        [(other.pk, *(getattr(other, name) for name in PERSON_FIELDS[1:])) for other in by_key.values()]
    )
    similar = [person for person in people if person.may_be(values)]
    if IDENTITY.intersection(changed) <= {*CONTACT}:  # who has the same name was asked when the name was typed
        similar = [person for person in similar if person.has_same_contact(values)]
    return [by_key[person.pk] for person in similar]


class PeopleIndex:
    """Finds the people that values may be about, see `Person.may_be`, without comparing each with everybody.

    Only people with the same date of birth or the same name are compared, since `Person.may_be` needs one of the two.
    """

    def __init__(self, max_namesakes: int | None = None) -> None:
        """`max_namesakes` limits the people with exactly the same name that are found."""
        self.max_namesakes = max_namesakes
        self.people: list[Person] = []
        self.names_by_birth: dict[str, dict[int, str]] = defaultdict(dict)  # by the index of the person in `people`
        self.people_by_name: dict[tuple[str, str], list[Person]] = defaultdict(list)

    def add(self, person: Person, sorted_name: str) -> None:
        self.names_by_birth[person.date_of_birth][len(self.people)] = sorted_name
        self.people_by_name[name_key(person._asdict())].append(person)
        self.people.append(person)

    def find_keys(self, values: dict[str, Any], sorted_name: str) -> set[int]:
        """Return the keys of the people that these values may be about; the name is that of `sort_name`."""
        namesakes = self.people_by_name.get(name_key(values), ())
        keys = set(islice((person.pk for person in namesakes if person.may_be(values)), self.max_namesakes))
        # One call for all names of a day, since a list can have thousands of people who were born on 1 January.
        same_day = process.extract(
            sorted_name,
            self.names_by_birth.get(values.get("date_of_birth", ""), {}),
            scorer=fuzz.ratio,
            score_cutoff=MIN_NAME_SIMILARITY,
            limit=None,
        )
        return keys | {self.people[index].pk for _name, _score, index in same_day}


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


def find_people(**keys: Any) -> list[Person]:
    """Return the people of the dossiers that meet this condition."""
    return _build_people(Dossier.objects.not_anonymised().filter(**keys).values_list(*PERSON_FIELDS))


class EarlierSupply(NamedTuple):
    """An earlier supply of the organisation about a dossier."""

    pk: int
    external_id: str
    dossier_id: int


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
        """See Matcher: the row has a reference, a known number, or the date of birth or the name of a dossier."""
        # A condition by hand, since the ORM can't compare values in the JSON of staged rows with another table.
        number = sql.scalar("r.given", ("external_id",), Supply._meta.get_field("external_id"))
        born = sql.scalar("r.given", ("date_of_birth",), Dossier._meta.get_field("date_of_birth"))
        given_name, family_name = (sql.text("r.given", name) for name in NAMES)
        namesake = f"{NOT_ANONYMISED} AND d.family_name = {family_name} AND d.given_name = {given_name}"
        sender = self.run.organisation_id or 0
        supplied = f"s.external_id = {number} AND NOT (s.external_id = '') AND s.organisation_id = {sender}"
        return " OR ".join(
            (
                f"{sql.node('r.given', ('reference',))} IS NOT NULL",
                sql.exists(Supply, "s", supplied),
                sql.exists(Dossier, "d", f"d.date_of_birth = {born}"),
                sql.exists(Dossier, "d", namesake),
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
        """Refuse a number that matched a dossier with both another name and another date of birth."""
        people = find_people(pk__in_batch=[parsed_row.target_id for parsed_row in parsed_rows])
        by_pk = {person.pk: person for person in people}
        for parsed_row in parsed_rows:
            person, values = by_pk.get(parsed_row.target_id or 0), parsed_row.given
            if person is None or values.get("date_of_birth", person.date_of_birth) == person.date_of_birth:
                continue
            if {"given_name", "family_name"} <= values.keys() and not person.has_same_name(values):
                parsed_row.target_id = parsed_row.supply_id = None
                parsed_row.refuse("external_id", str(OTHER_PERSONS_NUMBER))

    def _match_by_person(self, parsed_rows: list[ParsedRow]) -> None:
        """Match rows by name and date of birth, or else list the people that they may be about."""
        born: dict[str, list[Person]] = defaultdict(list)
        for person in find_people(date_of_birth__in_batch=_distinct_values(parsed_rows, "date_of_birth")):
            born[person.date_of_birth].append(person)
        rows_with_people = [(parsed_row, born.get(parsed_row.given["date_of_birth"], [])) for parsed_row in parsed_rows]
        supplied = self._supplies_of([person.pk for _row, people in rows_with_people for person in people])
        unmatched: list[tuple[ParsedRow, list[Person]]] = []
        for parsed_row, people in rows_with_people:
            number = parsed_row.given.get("external_id", "")
            for person in people:
                if not person.has_same_name(parsed_row.given):
                    continue
                own = supplied[person.pk]
                unnumbered = [supply for supply in own if not supply.external_id or not number]
                # A person whose supplies all have another number of the organisation is somebody else of that name.
                if not own or unnumbered:
                    parsed_row.target_id = person.pk
                    parsed_row.supply_id = unnumbered[0].pk if unnumbered else None
                    break
            else:
                if not parsed_row.is_other_person:
                    unmatched.append((parsed_row, people))
        namesakes: dict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in _find_namesakes([parsed_row.given for parsed_row, _people in unmatched]) if unmatched else ():
            namesakes[name_key(person._asdict())].append(person)
        for parsed_row, people in unmatched:
            others = [person for person in namesakes.get(name_key(parsed_row.given), ()) if person not in people]
            parsed_row.similar = [person.reference for person in (*people, *others) if person.may_be(parsed_row.given)]


def _find_keys_by_reference(references: list[str]) -> dict[str, int]:
    if not references:
        return {}
    known = Dossier.objects.not_anonymised()
    merged = Merge.objects.not_undone().filter(reference__in_batch=references).values_list("reference", "kept")
    merged = merged.filter(kept__in=known)  # the reference of a merged dossier gives the dossier that it became
    return dict(merged) | dict(known.filter(reference__in_batch=references).values_list("reference", "pk"))


def _distinct_values(parsed_rows: list[ParsedRow], name: str) -> list[Any]:
    return list({parsed_row.given[name] for parsed_row in parsed_rows if name in parsed_row.given})
