"""Matches rows to employers and to their interests."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import Employer, EmployerInterest, ImportRun, InterestStatus, Placement
from dossiers.models.employers.employer import CONTACT_MARKS, find_same_contact
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import changes, current_values
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.matching.similar_employers import MAX_SIMILAR, fold_company_name
from dossiers.spreadsheets.matching.similar_interests import OfferedWork, find_earlier_works
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, EmployerResource, RecordResource
from dossiers.spreadsheets.values import fold

Key = tuple[str, str]
Work = tuple[int | None, str]  # the key of the employer and the description
CLOSING_FIELDS = {"status", "closing_reason"}
IDENTIFYING_FIELDS = frozenset({"kvk_number", *CONTACT_MARKS})
"""The fields of which a new employer needs one, so that the next list finds it: see `employer_key`."""
# Extra keys in the current values: the numbers of candidates who work there, and who are proposed but don't.
AT_WORK, BEFORE_WORK = "at_work", "before_work"
OTHER_EMPLOYERS_REFERENCE = gettext_lazy(
    "The interest with this reference is of another employer. Correct the reference or leave the cell blank. Is it the "
    "same employer? Then change its name in the backoffice first."
)
CONTACT_MISSING = gettext_lazy("Fill in a contact, a telephone number or an e-mail address of a new employer.")


def employer_key(values: dict[str, Any]) -> Key | None:
    """Return the KvK number, else the name and the first mark of the contact, else None.

    Rows with the same key name the same employer.
    """
    if kvk := values.get("kvk_number"):
        return "kvk", kvk
    mark = next((values[name] for name in CONTACT_MARKS if values.get(name)), "")
    return (values["company_name"].casefold(), mark.casefold()) if mark and values.get("company_name") else None


class KnownInterests:
    """The interests of the employers of these rows, by their work."""

    def __init__(self, parsed_rows: list[ParsedRow]) -> None:
        self.by_start: dict[tuple[*Work, str | None], int] = {}
        self.open: dict[Work, dict[str, int]] = defaultdict(dict)
        self.closed_keys: set[int] = set()
        self.by_employer: dict[int | None, list[OfferedWork]] = defaultdict(list)
        interests = EmployerInterest.objects.confirmed().filter(
            employer_id__in_batch=list({parsed_row.employer_id for parsed_row in parsed_rows})
        )
        names = ("pk", "employer_id", "work_description", "start_date", "status", "reference", "archived_at")
        for interest in interests.order_by("-pk").values_list(*names, named=True):
            pk, description, reference = interest.pk, interest.work_description, interest.reference
            start = interest.start_date.isoformat() if interest.start_date else None
            work = (interest.employer_id, description.casefold())
            work_from, is_closed = (*work, start), interest.status == InterestStatus.CLOSED
            if not interest.archived_at:
                offered = OfferedWork(pk, reference, fold(description).split(), start, is_closed)
                self.by_employer[interest.employer_id].append(offered)
            if is_closed:
                self.closed_keys.add(pk)
                self.by_start.setdefault(work_from, pk)
                continue
            self.by_start[work_from] = pk
            if description:
                self.open[work][reference] = pk

    def find(self, work: Work, parsed_row: ParsedRow) -> int | None:
        """Return the key of the interest in this work from the start date of a row.

        A row without a start date is about a closed interest only if no other one is open in the same work.
        """
        key = self.by_start.get((*work, parsed_row.given.get("start_date")))
        has_other = work in self.open or parsed_row.is_other_person
        return None if key in self.closed_keys and "start_date" not in parsed_row.given and has_other else key

    def find_similar(self, parsed_row: ParsedRow) -> list[OfferedWork]:
        """Return the interests in nearly the work of a row, the open ones first and of these the newest."""
        words, start = fold(parsed_row.given.get("work_description", "")).split(), parsed_row.given.get("start_date")
        similar = [interest for interest in self.by_employer[parsed_row.employer_id] if interest.may_be(words, start)]
        return sorted(similar, key=lambda interest: interest.is_closed)


class InterestMatcher:
    validated_together: tuple[str, ...] = ("start_date", "end_date")

    def __init__(self, run: ImportRun, resource: RecordResource) -> None:
        self.run, self.policy, self.resource = run, run.policy, resource
        if not CLOSING_FIELDS.isdisjoint(run.fields):
            self.validated_together = (*self.validated_together, *sorted(CLOSING_FIELDS))

    def match(self, parsed_rows: list[ParsedRow]) -> None:
        references = [parsed_row.reference for parsed_row in parsed_rows if parsed_row.reference]
        rows = EmployerInterest.objects.confirmed().filter(reference__in_batch=references) if references else ()
        by_reference = {row.reference: (row.pk, row.employer_id) for row in rows}
        by_number, by_contact = self._find_by_number(parsed_rows), self._find_by_contact(parsed_rows)
        others = self._find_rows_of_other_employers(parsed_rows, by_reference)
        for parsed_row in parsed_rows:
            values = parsed_row.given
            if not (reference := parsed_row.reference):
                by_line = by_contact.get(parsed_row.line)
                parsed_row.employer_id = by_number.get(values["kvk_number"]) if "kvk_number" in values else by_line
                continue
            if reference not in by_reference:
                parsed_row.refuse(
                    "reference", _("There is no interest with this reference. Correct it or leave the cell blank.")
                )
                continue
            parsed_row.target_id, parsed_row.employer_id = by_reference[reference]
            if parsed_row.line in others:
                parsed_row.refuse("reference", str(OTHER_EMPLOYERS_REFERENCE))
                continue
            # The employer columns must belong to the employer of that interest.
            kvk = values.get("kvk_number")
            if kvk and by_number.get(kvk, parsed_row.employer_id) != parsed_row.employer_id:
                parsed_row.refuse(
                    "kvk_number", _("Another employer has this KvK number. Correct it or leave the cell blank.")
                )
            names = [name for name in EMPLOYER_COLUMNS if name in parsed_row.given]
            if parsed_row.employer_id is None and names:
                parsed_row.refuse(names[0], _("This sign-up is linked to no employer yet. Take it over first."))
        self._match_by_work(parsed_rows)

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        by_key = current_values(self.resource, keys, names)
        counted = {"positions": (AT_WORK, Placement.objects.at_work())}
        counted |= {"status": (BEFORE_WORK, Placement.objects.before_work())}
        for name in counted.keys() & set(names):
            extra, placements = counted[name]
            those = placements.filter(interest_id__in_batch=list(keys)).order_by()
            for key, count in those.values_list("interest").annotate(count=Count("pk")):
                by_key[key][extra] = count
        return by_key

    def find_errors(self, parsed_row: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        errors = EmployerInterest.find_errors(current if current is not None else parsed_row.given)
        if parsed_row.given.get("status") == InterestStatus.UNCONFIRMED and (
            current is None or "status" in parsed_row.changes
        ):
            errors["status"] = _("Only a sign-up on the site can be unconfirmed. Choose another status.")
        is_new_employer = current is None and not parsed_row.employer_id
        if is_new_employer and IDENTIFYING_FIELDS.isdisjoint(parsed_row.given | parsed_row.errors):
            errors["contact_name"] = CONTACT_MISSING
        if current is None or "closing_reason" in parsed_row.changes:
            values = {"status": InterestStatus.NEW.value} | (parsed_row.given if current is None else current)
            errors |= EmployerInterest.find_reason_errors(values["status"], values.get("closing_reason"))
        if current is not None and EmployerInterest.is_closing(*parsed_row.changes.get("status", ("", ""))):
            errors |= EmployerInterest.find_closing_errors(current.get(BEFORE_WORK, 0))
        if current is not None and "positions" in parsed_row.changes:
            errors |= EmployerInterest.find_position_errors(current["positions"], current.get(AT_WORK, 0))
        return errors

    def match_condition(self) -> str:
        return "TRUE"

    def outdated_condition(self) -> str:
        """See Matcher: another employer has the KvK number of the row now."""
        # A condition by hand, since the ORM can't compare values in the JSON of staged rows with another table.
        number = sql.scalar("r.given", ("kvk_number",), Employer._meta.get_field("kvk_number"))
        another = "(r.employer_id IS NULL OR NOT (e.id = r.employer_id))"
        return sql.exists(Employer, "e", f"e.kvk_number = {number} AND NOT (e.kvk_number = '') AND {another}")

    @staticmethod
    def _find_by_number(rows: list[ParsedRow]) -> dict[str, int]:
        """Return the employers with the KvK numbers of these rows, by number."""
        numbers = [row.given["kvk_number"] for row in rows if "kvk_number" in row.given]
        return dict(Employer.objects.filter(kvk_number__in_batch=numbers).values_list("kvk_number", "pk"))

    @staticmethod
    def _find_by_contact(rows: list[ParsedRow]) -> dict[int, int]:
        """Return the employers of the rows without a KvK number or a reference, by line."""
        rows = [
            row for row in rows if not row.reference and "kvk_number" not in row.given and "company_name" in row.given
        ]
        same_contact = Q(pk__in=())
        for name in CONTACT_MARKS:
            if texts := {row.given[name] for row in rows if name in row.given}:
                same_contact |= Q(**{f"{name}__in_batch": list(texts)})
        by_name: dict[str, list[Employer]] = defaultdict(list)
        for employer in Employer.objects.filter(same_contact).only("company_name", *CONTACT_MARKS):
            by_name[employer.company_name.casefold()].append(employer)
        return {
            row.line: match.pk
            for row in rows
            if (match := find_same_contact(row.given, by_name[row.given["company_name"].casefold()]))
        }

    @staticmethod
    def _find_rows_of_other_employers(
        parsed_rows: list[ParsedRow], by_reference: dict[str, tuple[int, int | None]]
    ) -> set[int]:
        """Return the lines with the reference of an interest of another employer than the one that they name.

        That has another name and another KvK number, or else e-mail address, or else telephone number; or the name is
        that of another employer.
        """
        rows = [
            (row, key)
            for row in parsed_rows
            if "company_name" in row.given and (key := by_reference.get(row.reference, (0, None))[1])
        ]
        if not rows:
            return set()
        employers = Employer.objects.in_bulk({key for _row, key in rows})
        names = {row.given["company_name"] for row, _key in rows}
        named = set(Employer.objects.filter(company_name__in_batch=list(names)).values_list("company_name", flat=True))
        lines = set()
        for row, key in rows:
            employer, name = employers[key], row.given["company_name"]
            if fold_company_name(employer.company_name) == fold_company_name(name):
                continue
            pairs = [(getattr(employer, field), row.given.get(field)) for field in ("kvk_number", "email", "phone")]
            own, other = next(((own, other) for own, other in pairs if own and other), ("", ""))
            if own != other or (not other and name in named):
                lines.add(row.line)
        return lines

    def _match_by_work(self, parsed_rows: list[ParsedRow]) -> None:
        """Match rows without a reference to the interest of their employer with the same work and start date.

        An open interest counts before a closed one. A row without a start date is about the only open interest in the
        same work too, unless another row matched that one. Open interests in the same work are else similar, since
        their start date may have changed; see `_match_by_similar_work` for nearly the same work. The other rows add an
        interest: they get the current values of their employer, and the changes of these values.
        """
        rows = [row for row in parsed_rows if row.employer_id and not row.target_id]
        interests = KnownInterests(rows)
        unmatched: list[tuple[ParsedRow, dict[str, int]]] = []
        for parsed_row in rows:
            work = (parsed_row.employer_id, parsed_row.given.get("work_description", "").casefold())
            parsed_row.target_id = interests.find(work, parsed_row)
            if not parsed_row.target_id and not parsed_row.is_other_person and work in interests.open:
                unmatched.append((parsed_row, interests.open[work]))
        matched = {parsed_row.target_id for parsed_row in parsed_rows}
        for parsed_row, same_work in unmatched:
            if len(same_work) == 1 and "start_date" not in parsed_row.given and matched.isdisjoint(same_work.values()):
                parsed_row.target_id = next(iter(same_work.values()))
            else:
                parsed_row.similar = [*same_work][:MAX_SIMILAR]
        self._match_by_similar_work(parsed_rows, interests)
        new = [parsed_row for parsed_row in rows if not parsed_row.target_id]
        if not new or self.policy == ImportRun.Policy.NEW:
            return
        resource = EmployerResource()
        known = current_values(resource, {row.employer_id or 0 for row in new}, list(resource.sheet_fields()))
        for parsed_row in new:
            parsed_row.employer_values = known[parsed_row.employer_id or 0]
            parsed_row.changes = changes(parsed_row.employer_values, parsed_row.given, self.policy)

    def _match_by_similar_work(self, parsed_rows: list[ParsedRow], interests: KnownInterests) -> None:
        """List the interests in nearly the work of each row without a match, unless another line is about them.

        A row matches the only one of these that had its work and start date before, or that an earlier list gave them
        for.
        """
        similar_by_line = {
            row.line: similar
            for row in parsed_rows
            if row.employer_id
            and not (row.target_id or row.similar or row.is_other_person)
            and (similar := interests.find_similar(row))
        }
        if not similar_by_line:
            return
        keys = {interest.pk for similar in similar_by_line.values() for interest in similar}
        others = self.run.rows.filter(target_id__in_batch=list(keys))
        lines = {row.line for row in parsed_rows}
        listed = {key for line, key in others.values_list("line", "target_id") if line not in lines}
        listed |= {row.target_id for row in parsed_rows if row.target_id}
        earlier_works = find_earlier_works(keys - listed)
        for row in parsed_rows:
            similar = [interest for interest in similar_by_line.get(row.line, ()) if interest.pk not in listed]
            work, start = fold(row.given.get("work_description", "")), row.given.get("start_date")
            same = [interest.pk for interest in similar if (interest.pk, work, start) in earlier_works]
            if len(same) == 1:
                row.target_id = same[0]
                listed.add(row.target_id)
            else:
                row.similar = row.similar or [interest.reference for interest in similar][:MAX_SIMILAR]
