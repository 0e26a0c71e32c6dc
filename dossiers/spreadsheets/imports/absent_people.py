"""Adds the people whom the organisation supplied before and who are not in its list, as rows of their own.

Everybody is compared whom the organisation supplied and whose dossier is open, with or without a number, unless the
person stood last in a list of another kind: one that shares less than half of its columns with this list. Each person
has one row, however many numbers the organisation gave. Nobody is absent to whom a row of the list may refer, as long
as no user decided which person that row is about.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q

from dossiers.models import CLOSED_STATUSES, Action, Dossier, ImportRow, ImportRun, RecordKind, Supply
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.continuation import find_imported_lines
from dossiers.spreadsheets.imports.decisions import ANOTHER, Decisions
from dossiers.spreadsheets.matching.similar_people import (
    NAMES,
    PeopleIndex,
    Person,
    SameDayIndex,
    build_person,
    find_people,
    sort_name,
    spell_name,
)
from dossiers.spreadsheets.sql import quote
from dossiers.spreadsheets.values import fold

MAX_NAMES_COMPARED = 2_000_000  # pairs of a row without a date of birth and a person, which take some five seconds
MIN_SHARED_COLUMNS = 0.5  # of all headers of two lists of the same kind; a sender adds and renames some columns


def replace_rows(run: ImportRun, *, decided_rows: Collection[ImportRow] = ()) -> None:
    """Replace the rows of absent people by those of the people who are absent now.

    Rows with a decision stay, whether the person is absent or not. A single person typed into a form is not a list, and
    makes nobody absent.
    """
    run.rows.filter(action=Action.ABSENT).exclude(pk__in_batch=[row.pk for row in decided_rows]).delete()
    if run.record != RecordKind.DOSSIERS or run.by_hand:
        return
    _insert_rows(run, max((row.line for row in decided_rows), default=0))
    rows = run.rows.filter(action=Action.ABSENT)
    if imported := find_imported_lines(run):  # their target is a dossier, also in a list that is with the partner
        rows.filter(target_id__in_batch=list(set(imported.values()))).delete()
    if next(_read_undecided_rows(run), None):
        dossiers = [key for key in rows.values_list("target_id", flat=True) if key]
        rows.filter(target_id__in_batch=list(_find_possibly_listed(run, dossiers))).delete()


def has_new_people_only(run: ImportRun) -> bool:
    """Whether no row of the staged list is about somebody whom the organisation supplied before, as far as is known."""
    known = Q(supply_id__isnull=False) | Q(action=Action.SIMILAR)
    if not run.with_partner:  # then a row may be about a person under another number than that of the supply
        supplies = Supply.objects.filter(organisation=run.organisation_id, dossier=OuterRef("target_id"))
        known |= Q(Exists(supplies))
    return not run.rows.exclude(action=Action.ABSENT).filter(known).exists()


def find_previous_list(run: ImportRun) -> ImportRun | None:
    """Return the list of the same sender and kind that was imported last before this one, or the one it continues."""
    return next((earlier for earlier in _find_earlier_lists(run) if is_same_kind(run, earlier)), None)


def find_lists_of_other_kinds(run: ImportRun) -> list[ImportRun]:
    """Return the earlier lists of the sender with other columns, whose people are not expected in this list."""
    return [earlier for earlier in _find_earlier_lists(run) if not is_same_kind(run, earlier)]


def is_same_kind(run: ImportRun, other: ImportRun) -> bool:
    """Whether two lists share at least half of their columns; of a list without headers that is not known."""
    headers, other_headers = (
        {fold(column["header"]) for column in each.columns if column["header"]} for each in (run, other)
    )
    is_known = bool(headers and other_headers)
    return not is_known or len(headers & other_headers) >= len(headers | other_headers) * MIN_SHARED_COLUMNS


def count_people_in_both(run: ImportRun, previous_list: ImportRun) -> tuple[int, int]:
    """Return how many people the previous list had, and how many of these are in this list too."""
    keys, previous_keys = (
        set(each.rows.exclude(action=Action.ABSENT).exclude(target_id=None).values_list("target_id", flat=True))
        for each in (run, previous_list)
    )
    return len(previous_keys), len(keys & previous_keys)


def _find_earlier_lists(run: ImportRun) -> Iterator[ImportRun]:
    """Yield the lists of the same sender that were imported before this one, or before the one it continues.

    The last one comes first.
    """
    lists = ImportRun.objects.filter(record=run.record, organisation=run.organisation_id, state=ImportRun.State.APPLIED)
    if run.applied_at:
        lists = lists.filter(applied_at__lt=run.applied_at)
    others = lists.exclude(pk__in=[key for key in (run.pk, run.continues_id) if key]).exclude(format__kind="form")
    return others.order_by("-applied_at", "-pk").iterator()


def find_supplied_people(previous_list: ImportRun | None, dossiers: Collection[int]) -> set[int]:
    """Return which of these dossiers were supplied in a list, and in no later one."""
    if previous_list is None or previous_list.applied_at is None:
        return set()
    supplies = Supply.objects.filter(organisation=previous_list.organisation_id, last_seen=previous_list.applied_at)
    return set(supplies.filter(dossier_id__in_batch=list(dossiers)).values_list("dossier_id", flat=True))


def _insert_rows(run: ImportRun, last_line: int) -> None:
    """Insert a row for each open dossier that the organisation supplied before and that no row of the run matches.

    A row with an error matches too, and so does a row without a number that a user matched to the dossier. The new rows
    are numbered from the line after `last_line`; those of the people in the previous list come first.
    """
    previous_list = find_previous_list(run)
    rows, supply, dossier = (quote(model._meta.db_table) for model in (ImportRow, Supply, Dossier))
    closed = ", ".join(f"'{status}'" for status in CLOSED_STATUSES)
    number, row_number = sql.json_object("external_id", "s.external_id"), sql.text("r.given", "external_id")
    # By hand, since the ORM has no INSERT ... SELECT: it inserts a row for each supplied dossier that no row of the
    # list matches by its supply, number or target. Both databases sort or hash an EXCEPT, but may run a NOT IN or NOT
    # EXISTS for every row. SQLite takes the tables of a CROSS JOIN in this order, and finds a number by its index only
    # with the condition of that index.
    listed = f"EXCEPT SELECT s.dossier_id FROM {rows} r CROSS JOIN {supply} s WHERE r.run_id = {run.pk} AND"
    targets = f"EXCEPT SELECT target_id FROM {rows} WHERE run_id = {run.pk}"
    if run.with_partner:  # then the target of a row is a supply, not a dossier
        targets = ""
    other_moments = [sql.moment(other.applied_at) for other in find_lists_of_other_kinds(run) if other.applied_at]
    listed_last = ""
    if other_moments:
        moments = ", ".join(["%s"] * len(other_moments))
        listed_last = (
            f" EXCEPT SELECT dossier_id FROM {supply} WHERE organisation_id = %s"
            f" GROUP BY dossier_id HAVING max(last_seen) IN ({moments})"
        )
    absent = (
        f"SELECT dossier_id FROM {supply} WHERE organisation_id = %s"
        f" {listed} s.id = r.supply_id"
        f" {listed} s.organisation_id = %s AND s.external_id = {row_number} AND NOT (s.external_id = '')"
        f" {targets}{listed_last}"
    )
    supplies = (  # one of each dossier, with a number if it has one
        f"SELECT coalesce(min(CASE WHEN s.external_id <> '' THEN s.id END), min(s.id)) FROM {supply} s"
        f" WHERE s.organisation_id = %s AND s.dossier_id IN ({absent}) GROUP BY s.dossier_id"
    )
    sql.execute(
        f'INSERT INTO {rows} (run_id, line, action, given, changes, parts, withheld, errors, bad, "similar", target_id,'
        f" supply_id, double, left_out)"
        f" SELECT {run.pk}, {last_line} + row_number() OVER (ORDER BY CASE WHEN s.dossier_id IN"
        f" (SELECT dossier_id FROM {supply} WHERE organisation_id = %s AND last_seen = %s) THEN 0 ELSE 1 END, s.id),"
        f" 'absent',"
        f" CASE WHEN s.external_id = '' THEN '{{}}' ELSE {number} END,"
        f" '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '[]', s.dossier_id, s.id, false, false"
        f" FROM {supply} s JOIN {dossier} d ON d.id = s.dossier_id"
        f" WHERE d.status NOT IN ({closed}) AND s.id IN ({supplies})",
        [
            run.organisation_id,
            sql.moment(previous_list.applied_at) if previous_list and previous_list.applied_at else None,
            *[run.organisation_id] * 3,
            *([run.organisation_id, *other_moments] if other_moments else []),
        ],
    )


def _find_possibly_listed(run: ImportRun, dossiers: list[int]) -> set[int]:
    """Return those dossiers whose person an undecided row may be about.

    If a large part of a list has neither a date of birth nor a known name, that is anybody.
    """
    supplies = Supply.objects.filter(organisation=run.organisation_id, dossier_id__in_batch=dossiers)
    people = [build_person(key or 0, values) for key, values in supplies.values_list("dossier_id", "values").iterator()]
    if not run.with_partner:  # a partner may not learn how a dossier names the person
        people += find_people(pk__in_batch=dossiers)
    absent_people = AbsentPeople(people)
    keys: set[int] = set()
    undated: dict[str, dict[str, Any]] = {}
    for row in _read_undecided_rows(run):
        row_keys = absent_people.find_keys(row)
        keys |= row_keys
        if not row_keys and (row.target_id is None or row.double) and not row.given.get("date_of_birth"):
            undated[sort_name(row.given)] = row.given
    if len(undated) * len(people) > MAX_NAMES_COMPARED:
        return set(dossiers)
    return keys.union(*map(absent_people.find_similar_names, undated.values()))


def _read_undecided_rows(run: ImportRun) -> Iterator[ImportRow]:
    """Yield the rows of which no user decided which person they are about.

    A row that is left out stands in the list nevertheless. As long as a list is with the partner, nobody can decide
    whether a new row with another number is about a person who was supplied before.
    """
    actions = (Action.ERROR, Action.SIMILAR, *((Action.NEW,) if run.with_partner else ()))
    rows = run.rows.filter(Q(action__in=actions) | Q(left_out=True)).order_by()
    decided_lines = {line for line, decision in Decisions.about(run).lines.items() if decision.action == ANOTHER}
    fields = ("line", "given", "similar", "target_id", "double")
    return (row for row in rows.only("run", *fields).iterator() if row.line not in decided_lines)


class AbsentPeople:
    """Finds the people that a row may be about, which may lack the date of birth or a part of the name."""

    def __init__(self, people: list[Person]) -> None:
        self.index = PeopleIndex()
        self.names = SameDayIndex()  # of all people, as if nobody had a date of birth
        self.keys_by_reference: dict[str, set[int]] = defaultdict(set)
        self.keys_by_name_and_birth: dict[tuple[str, str], set[int]] = defaultdict(set)
        for person in people:
            self.keys_by_reference[person.reference].add(person.pk)
            if not (person.given_name and person.family_name):
                continue
            self.index.add(person)
            spellings = spell_name(person._asdict())
            self.names.add(person.pk, "", spellings)
            name = spellings[1]
            self.keys_by_name_and_birth[name, ""].add(person.pk)
            for part in (name, *(sort_name({field: getattr(person, field)}) for field in NAMES)):
                self.keys_by_name_and_birth[part, person.date_of_birth].add(person.pk)

    def find_keys(self, row: ImportRow) -> set[int]:
        """Return the keys of the people by their name and date of birth, and of the dossiers shown beside the row.

        Somebody with a similar name is not meant by a row that matched another person.
        """
        keys: set[int] = set()
        for reference in row.similar_references:
            keys |= self.keys_by_reference.get(reference, set())
        name = sort_name(row.given)
        if not name:
            return keys
        keys |= self.keys_by_name_and_birth.get((name, row.given.get("date_of_birth", "")), set())
        if row.target_id is None or row.double:
            keys |= self.index.find_keys(row.given)
        return keys

    def find_similar_names(self, values: dict[str, Any]) -> set[int]:
        """Return the keys of the people with a similar name, whatever their date of birth."""
        return self.names.find_keys("", spell_name(values))
