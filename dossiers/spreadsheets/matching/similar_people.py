"""Finds the people that a row, a line or a form may be about.

Similar is a similar name with the same date of birth, the same name with nearly the same date of birth, or a similar
given name with the same telephone number or e-mail address, whatever the date of birth. A name is also similar to one
with more words or with initials if each word of the shorter name stands in the other. That holds for the people of
dossiers and for those of other lines of the list. The members of a family share a number and a family name, so that
only their given names tell them apart; with both the number and the address the same, names that look alike are enough.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from rapidfuzz import fuzz, process

from dossiers.models import Dossier, ImportRow, Merge, Supply
from dossiers.models.dossiers.surnames import Surname, split_surname
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import MIN_NAME_SIMILARITY
from dossiers.spreadsheets.matching.supplies import name_key
from dossiers.spreadsheets.values import fold

NOT_ANONYMISED = "(d.anonymised_at IS NOT NULL) = false"  # as in the index by name, which it begins
PERSON_FIELDS = ("pk", "reference", "given_name", "family_name", "date_of_birth", "phone", "email")
NAMES = ("given_name", "family_name")
CONTACT = ("phone", "email")
IDENTITY = frozenset({*NAMES, "date_of_birth", *CONTACT})  # the fields by which people are similar
ARTICLE = re.compile(r"^[ae]l[- ]?(?=\w{4})")  # Alhamwi, Al-Hamwi and Al Hamwi are one name
MIN_SIMILARITY_OF_SAME_CONTACTS = 80  # of full names with two typos: Noor Alhamwy is Nour Alhamwi
MIN_SIMILARITY_OF_WORDS = 80  # of one word of a name, which allows a typo in a word of five: Selma Hayle, Selam Haile
MIN_SIMILARITY_TO_COMPARE = 50  # of two names of which the words are compared: S Hayle, Selam Haile have 67
MIN_LETTERS_OF_BEGINNING = 4  # of a word that is written in part, as Haile for Hailemariam
MAX_PEOPLE_COMPARED = 40  # with one date of birth; of more people only those who share words are compared
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
        """Whether the names differ by no more than a typo, accents, or swapped first and last names, or share words.

        See `have_same_words` for the latter.
        """
        own_spellings, other_spellings = spell_name(self._asdict()), spell_name(values)
        if any(is_similar(*spellings, similarity) for spellings in zip(own_spellings, other_spellings, strict=True)):
            return True
        return have_same_words(own_spellings[0].split(), other_spellings[0].split())

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
        if self.date_of_birth == values.get("date_of_birth") and self.has_similar_name(values):
            return True
        same_contacts = self.count_same_contacts(values)
        if same_contacts and self.has_similar_given_name(values):
            return True
        if same_contacts == len(CONTACT) and self.has_similar_name(values, MIN_SIMILARITY_OF_SAME_CONTACTS):
            return True
        if not self.has_same_name(values):
            return False
        near_dates = get_near_dates(values.get("date_of_birth") or "")
        return any(date in near_dates for date in get_near_dates(self.date_of_birth))


def get_near_dates(date_of_birth: str) -> tuple[tuple[str, ...], ...]:
    """Return what a date has in common with those that are nearly the same; nothing if it is no date.

    That is two of year, month and day, or the year with day and month swapped.
    """
    parts = date_of_birth.split("-")
    if len(parts) != 3:
        return ()
    year, month, day = parts
    return (year, month, ""), (year, "", day), ("", month, day), (year, *sorted((month, day)))


def is_similar(name: str, other: str, similarity: float = MIN_NAME_SIMILARITY) -> bool:
    """Whether two folded names are that similar, of at most 100; by default they differ by no more than a typo."""
    return fuzz.ratio(name, other) >= similarity


def may_be_same_word(word: str, other: str) -> bool:
    """Whether a word of a name may be the other one: with a typo, as an initial, or as the beginning of the other."""
    if len(word) == 1 or len(other) == 1:
        return word[0] == other[0]
    if fuzz.ratio(word, other, score_cutoff=MIN_SIMILARITY_OF_WORDS):
        return True
    return len(word) >= MIN_LETTERS_OF_BEGINNING and other.startswith(word)


def have_same_words(words: list[str], other_words: list[str]) -> bool:
    """Whether each word of the shorter name may be another word of the longer one; one word or initials say little.

    >>> have_same_words(["selam", "haile", "woldu"], ["s", "haile"]), have_same_words(["s", "h"], ["selam", "haile"])
    (True, False)
    """
    shorter, longer = sorted((words, other_words), key=len)
    return _stand_in(shorter, longer) or (len(shorter) == len(longer) and _stand_in(longer, shorter))


def _stand_in(words: list[str], longer: list[str]) -> bool:
    """Whether each of the words may be another one of the longer name, one of them not as an initial."""
    for word in words:  # a quick look, since nearly all names differ
        if not any(may_be_same_word(word, other) for other in longer):
            return False
    rest, has_whole_word = sorted(longer, key=len, reverse=True), False
    for word in sorted(words, key=lambda word: (word not in longer, -len(word))):  # equal words first, initials last
        same = word if word in rest else next((other for other in rest if may_be_same_word(word, other)), None)
        if same is None:
            return False
        rest.remove(same)
        has_whole_word = has_whole_word or min(len(word), len(same)) > 1
    return len(words) > 1 and has_whole_word


def get_folded_names(values: dict[str, Any]) -> tuple[str, str]:
    """Return the given name and the family name, folded, without its prefix or the article of an Arabic name."""
    bare_name = split_surname("", values.get("family_name", "")).bare_name
    return fold(values.get("given_name", "")), ARTICLE.sub("", fold(bare_name))


def spell_name(values: dict[str, Any]) -> tuple[str, str]:
    """Return the folded name as it is written, and with its words in alphabetical order.

    Names are compared in both ways: the first and last name may be swapped, and a typo in the first letter of a word
    may change the alphabetical order, as in Jusuf and Yusuf Tesfay.
    """
    name = " ".join(get_folded_names(values))
    return name, " ".join(sorted(name.split()))


def sort_name(values: dict[str, Any]) -> str:
    """Return the words of a folded name in alphabetical order."""
    return spell_name(values)[1]


def find_similar_dossiers(dossier: Dossier, changed: Collection[str] = IDENTITY) -> list[Dossier]:
    """Return the other dossiers that may be of the same person because of the changed fields; see the module."""
    if not IDENTITY.intersection(changed):
        return []
    values: dict[str, Any] = {name: getattr(dossier, name) for name in (*NAMES, *CONTACT)}
    values["date_of_birth"] = str(dossier.date_of_birth)
    others = Dossier.objects.not_anonymised().exclude(pk=dossier.pk)
    same_day = others.filter(date_of_birth=dossier.date_of_birth)
    namesakes = others.filter(pk__in_batch=[person.pk for person in find_namesakes([values])])
    supplied = [person for person, *_supply in find_supplied_people([values["date_of_birth"]])]
    merged = others.filter(pk__in=[person.pk for person in supplied])
    sharing = others.filter(pk__in=[person.pk for person in find_sharing([values])])
    by_key = {other.pk: other for other in (*same_day, *namesakes, *merged, *sharing)}
    people = _build_people(
        [(other.pk, *(getattr(other, name) for name in PERSON_FIELDS[1:])) for other in by_key.values()]
    )
    people += [person for person in supplied if person.pk in by_key]
    similar = [person for person in people if person.may_be(values)]
    if IDENTITY.intersection(changed) <= {*CONTACT}:  # who has the same name was asked when the name was typed
        similar = [person for person in similar if person.has_same_contact(values)]
    return [by_key[key] for key in dict.fromkeys(person.pk for person in similar)]


class SameDayIndex:
    """Finds the people with the same date of birth and a similar name."""

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.names_by_birth: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
        """{(date of birth, place in `spell_name`): {index in `keys`: name}}"""
        self.indexes_by_word: dict[str, dict[str, list[int]]] = {}
        """{date of birth: {word of a name: indexes in `keys`}}, for dates of birth that many people have"""

    def add(self, key: int, birth: str, spellings: tuple[str, str]) -> None:
        """Add a person with this date of birth and these spellings of `spell_name`."""
        for i, name in enumerate(spellings):
            self.names_by_birth[birth, i][len(self.keys)] = name
        names = self.names_by_birth[birth, 0]
        if birth in self.indexes_by_word:
            self._add_words(birth, len(self.keys))
        elif len(names) > MAX_PEOPLE_COMPARED:
            self.indexes_by_word[birth] = defaultdict(list)
            for index in names:
                self._add_words(birth, index)
        self.keys.append(key)

    def _add_words(self, birth: str, index: int) -> None:
        for word in set(self.names_by_birth[birth, 0][index].split()):
            self.indexes_by_word[birth][word].append(index)

    def find_keys(self, birth: str, spellings: tuple[str, str]) -> set[int]:
        if (birth, 0) not in self.names_by_birth:
            return set()
        indexes: set[int] = set()
        for i, name in enumerate(spellings):
            names = self.names_by_birth[birth, i]
            # One call for all names of a day, since a list can have thousands of people who were born on 1 January.
            similar = process.extract(name, names, scorer=fuzz.ratio, score_cutoff=MIN_NAME_SIMILARITY, limit=None)
            indexes.update(index for _name, _score, index in similar)
        words = spellings[0].split()
        names = self.names_by_birth[birth, 0]
        if birth in self.indexes_by_word:  # those of whom two of these words may be in the name
            indexes_by_word = self.indexes_by_word[birth]
            known = list(indexes_by_word)
            counts: Counter[int] = Counter()
            scorer, least = fuzz.ratio, MIN_SIMILARITY_OF_WORDS
            for word in set(words):
                similar = process.extract(word, known, scorer=scorer, score_cutoff=least, limit=None)
                same = {other for other, _score, _place in similar}
                same.update(other for other in known if other.startswith(word) or word.startswith(other))
                counts.update({index for other in same for index in indexes_by_word[other]})
            compared = [index for index, count in counts.items() if count > 1]
        else:  # a quick look, since nearly all names differ
            scorer, least = fuzz.token_set_ratio, MIN_SIMILARITY_TO_COMPARE
            likely = process.extract(spellings[0], names, scorer=scorer, score_cutoff=least, limit=None)
            compared = [index for _name, _score, index in likely]
        indexes.update(index for index in compared if have_same_words(words, names[index].split()))
        return {self.keys[index] for index in indexes}


class PeopleIndex:
    """Finds the people that values may be about, see `Person.may_be`, without comparing each with everybody.

    Only people with the same date of birth, name, telephone number or e-mail address are compared, since
    `Person.may_be` needs one of these.
    """

    def __init__(self, max_namesakes: int | None = None) -> None:
        """`max_namesakes` limits the people with exactly the same name that are found."""
        self.max_namesakes = max_namesakes
        self.same_day = SameDayIndex()
        self.people_by_name: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self.people_by_contact: dict[str, list[Person]] = defaultdict(list)

    def add(self, person: Person) -> None:
        self.same_day.add(person.pk, person.date_of_birth, spell_name(person._asdict()))
        self.people_by_name[name_key(person._asdict())].append(person)
        for contact in get_contacts(person._asdict()):
            self.people_by_contact[contact].append(person)

    def find_keys(self, values: dict[str, Any]) -> set[int]:
        """Return the keys of the people that these values may be about."""
        namesakes = self.people_by_name.get(name_key(values), ())
        keys = set(islice((person.pk for person in namesakes if person.may_be(values)), self.max_namesakes))
        for contact in get_contacts(values):
            sharing = self.people_by_contact.get(contact, ())
            if len(sharing) <= MAX_SHARING:
                keys |= {person.pk for person in sharing if person.may_be(values)}
        return keys | self.same_day.find_keys(values.get("date_of_birth", ""), spell_name(values))


def get_contacts(values: dict[str, Any]) -> set[str]:
    """Return the telephone number and the e-mail address, if there are any."""
    return {values[name] for name in CONTACT if values.get(name)}


class SharedKeys:
    """Finds the lines that share a contact, or a name and nearly the same date of birth, with another line.

    It holds hashes instead of texts. Two texts with the same hash only cost a comparison.
    """

    def __init__(self) -> None:
        self.lines: dict[object, array[int]] = defaultdict(lambda: array("q"))  # by the kind of key
        self.hashes: dict[object, array[int]] = defaultdict(lambda: array("q"))  # of the keys of these lines

    def add(self, line: int, values: dict[str, Any]) -> None:
        keys: dict[object, Any] = {name: values[name] for name in CONTACT if values.get(name)}
        name = name_key(values)
        keys |= enumerate((name, date) for date in get_near_dates(values.get("date_of_birth") or ""))
        for kind, key in keys.items():
            self.lines[kind].append(line)
            self.hashes[kind].append(hash(key))

    def find_lines(self) -> list[int]:
        lines: set[int] = set()
        for kind, hashes in self.hashes.items():
            most = MAX_SHARING if kind in CONTACT else len(hashes)
            shared = {key for key, count in Counter(hashes).items() if 1 < count <= most}
            lines.update(line for line, key in zip(self.lines[kind], hashes, strict=True) if key in shared)
        return sorted(lines)


def find_similar_lines(rows: QuerySet[ImportRow]) -> dict[int, list[int]]:
    """Return {line: earlier lines that may be about the same person}.

    Of the people who share nothing with another line only the name is in memory, since a list can have 200,000 rows.
    """
    lines = rows.order_by("line").values_list("line", "given")
    same_day, shared_keys = SameDayIndex(), SharedKeys()
    similar: dict[int, set[int]] = defaultdict(set)
    for line, values in lines.iterator():
        birth, spellings = values.get("date_of_birth", ""), spell_name(values)
        if keys := same_day.find_keys(birth, spellings):
            similar[line] = keys
        same_day.add(line, birth, spellings)
        shared_keys.add(line, values)
    index = PeopleIndex(MAX_SIMILAR_LINES)
    for line, values in lines.filter(line__in_batch=shared_keys.find_lines()):
        if keys := index.find_keys(values):
            similar[line] |= keys
        index.add(build_person(line, values))
    return {line: sorted(similar[line])[:MAX_SIMILAR_LINES] for line in sorted(similar)}


def filter_possibly_similar(rows: QuerySet[ImportRow], people: Iterable[dict[str, Any]]) -> QuerySet[ImportRow] | None:
    """Return the rows among which are all that `find_similar_lines` compares with these people.

    None if one of them has no date of birth, since those without are compared with each other.
    """
    possible = Q(pk__in=[])
    for values in people:
        parts = (values.get("date_of_birth") or "").split("-")
        if len(parts) != 3:
            return None
        year, month, day = parts
        birth = "given__date_of_birth"
        possible |= Q(**{f"{birth}__startswith": f"{year}-{month}-"}) | Q(**{f"{birth}__endswith": f"-{month}-{day}"})
        possible |= Q(**{f"{birth}__startswith": f"{year}-", f"{birth}__endswith": f"-{day}"})
        possible |= Q(**{birth: f"{year}-{day}-{month}"})
        for name in CONTACT:
            if values.get(name):
                possible |= Q(**{f"given__{name}": values[name]})
    return rows.filter(possible)


def find_similar_supplies(rows: QuerySet[ImportRow], organisation_id: int | None) -> dict[int, list[int]]:
    """Return {line: keys of the supplies of this organisation that may be of the same person}."""
    lines = rows.order_by("line").values_list("line", "given")
    if not lines.exists():
        return {}
    index = PeopleIndex(MAX_SIMILAR_LINES)
    own = Supply.objects.not_anonymised().filter(organisation=organisation_id).order_by("pk")
    for key, values in own.values_list("pk", "values").iterator():
        index.add(build_person(key, values))
    similar = {line: sorted(index.find_keys(values))[:MAX_SIMILAR_LINES] for line, values in lines.iterator()}
    return {line: keys for line, keys in similar.items() if keys}


def build_person(key: int, values: dict[str, Any]) -> Person:
    """Return the person of these values of a list, without a reference."""
    return Person(key, "", *(values.get(name, "") for name in PERSON_FIELDS[2:]))


def _build_people(rows: Iterable[Sequence[Any]]) -> list[Person]:
    return [Person._make((*row[:4], str(row[4] or ""), *row[5:])) for row in rows]


def find_namesakes(rows: list[dict[str, Any]]) -> list[Person]:
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


def find_sharing(rows: list[dict[str, Any]]) -> list[Person]:
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


def find_supplied_people(days: list[str], organisation_id: int | None = None) -> list[SuppliedPerson]:
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
