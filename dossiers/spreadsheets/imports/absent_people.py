"""Adds the people whom the organisation supplied before and who are not in its list, as rows of their own.

Nobody is absent to whom a row of the list may refer, as long as no user decided which person that row is about.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q

from dossiers.models import CLOSED_STATUSES, Action, Dossier, ImportRow, ImportRun, RecordKind, Supply
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.imports.decisions import ANOTHER, Decisions
from dossiers.spreadsheets.matching.dossiers import PeopleIndex, Person, build_person, find_people, sort_name
from dossiers.spreadsheets.sql import quote


def replace_rows(run: ImportRun) -> None:
    """Replace the rows of absent people by those of the people who are absent now.

    This needs a list with the organisation's own numbers. A single person typed into a form is not a list.
    """
    run.rows.filter(action=Action.ABSENT).delete()
    if run.record != RecordKind.DOSSIERS or "external_id" not in run.fields or run.by_hand:
        return
    _insert_rows(run)
    rows = run.rows.filter(action=Action.ABSENT)
    if dossiers_by_supply := {row.supply_id or 0: row.target_id or 0 for row in rows.only("supply_id", "target_id")}:
        rows.filter(supply_id__in_batch=list(_find_possibly_listed(run, dossiers_by_supply))).delete()


def _insert_rows(run: ImportRun) -> None:
    """Insert a row for each open dossier that the organisation supplied before and that no row of its list matches.

    A row with an error matches too, and so does a row without a number that a user matched to the dossier.
    """
    rows, supply, dossier = (quote(model._meta.db_table) for model in (ImportRow, Supply, Dossier))
    closed = ", ".join(f"'{status}'" for status in CLOSED_STATUSES)
    number, row_number = sql.json_object("external_id", "s.external_id"), sql.text("given", "external_id")
    # By hand, since the ORM has no INSERT ... SELECT: it inserts a row for each supply whose key, number and dossier
    # are not in the list. Both databases sort or hash an EXCEPT, but may run a NOT IN or NOT EXISTS for every row.
    listed = f"FROM {rows} WHERE run_id = {run.pk} AND"
    supplied = f"FROM {supply} WHERE organisation_id = %s EXCEPT SELECT"
    reached = f" AND s.dossier_id IN (SELECT dossier_id {supplied} target_id {listed} target_id IS NOT NULL)"
    if run.with_partner:  # then the target of a row is a supply, not a dossier
        reached = ""
    sql.execute(
        f'INSERT INTO {rows} (run_id, line, action, given, changes, errors, bad, "similar", target_id, supply_id,'
        f" double, left_out)"
        f" SELECT {run.pk}, row_number() OVER (ORDER BY s.id), 'absent', {number},"
        f" '{{}}', '{{}}', '{{}}', '[]', s.dossier_id, s.id, false, false"
        f" FROM {supply} s JOIN {dossier} d ON d.id = s.dossier_id"
        f" WHERE s.external_id <> '' AND s.organisation_id = %s AND d.status NOT IN ({closed})"
        f" AND s.id IN (SELECT id {supplied} supply_id {listed} supply_id IS NOT NULL)"
        f" AND s.external_id IN (SELECT external_id {supplied} {row_number} {listed} {row_number} IS NOT NULL)"
        f"{reached}",
        [run.organisation_id] * (4 if reached else 3),
    )


def _find_possibly_listed(run: ImportRun, dossiers_by_supply: dict[int, int]) -> set[int]:
    """Return the keys of those supplies whose person an undecided row may be about."""
    values_by_key = Supply.objects.filter(pk__in_batch=list(dossiers_by_supply)).values_list("pk", "values")
    people = [build_person(key, values) for key, values in values_by_key.iterator()]
    if not run.with_partner:  # a partner may not learn how a dossier names the person
        supplies_by_dossier: dict[int, list[int]] = defaultdict(list)
        for key, dossier in dossiers_by_supply.items():
            supplies_by_dossier[dossier].append(key)
        for person in find_people(pk__in_batch=list(supplies_by_dossier)):
            people += [person._replace(pk=key) for key in supplies_by_dossier[person.pk]]
    absent_people = AbsentPeople(people)
    keys: set[int] = set()
    for row in _read_undecided_rows(run):
        keys |= absent_people.find_keys(row)
    return keys


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
        self.keys_by_reference: dict[str, set[int]] = defaultdict(set)
        self.keys_by_name_and_birth: dict[tuple[str, str], set[int]] = defaultdict(set)
        for person in people:
            self.keys_by_reference[person.reference].add(person.pk)
            if not (person.given_name and person.family_name):
                continue
            name = sort_name(person.given_name, person.family_name)
            self.index.add(person, name)
            self.keys_by_name_and_birth[name, ""].add(person.pk)
            for part in (name, sort_name(person.given_name, ""), sort_name("", person.family_name)):
                self.keys_by_name_and_birth[part, person.date_of_birth].add(person.pk)

    def find_keys(self, row: ImportRow) -> set[int]:
        """Return the keys of the people by their name and date of birth, and of the dossiers shown beside the row.

        Somebody with a similar name is not meant by a row that matched another person.
        """
        keys: set[int] = set()
        for reference in row.similar_references:
            keys |= self.keys_by_reference.get(reference, set())
        name = sort_name(row.given.get("given_name", ""), row.given.get("family_name", ""))
        if not name:
            return keys
        keys |= self.keys_by_name_and_birth.get((name, row.given.get("date_of_birth", "")), set())
        if row.target_id is None or row.double:
            keys |= self.index.find_keys(row.given, name)
        return keys
