"""How a row finds its employer and which of that employer's interests it is about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from dossiers.models import Employer, EmployerInterest, ImportRun, InterestStatus, Placement
from dossiers.spreadsheets import sql
from dossiers.spreadsheets.comparison import changes, current_values
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.resources import EMPLOYER_COLUMNS, EmployerResource, RecordResource

Key = tuple[str, str]
AT_WORK = "at_work"  # beside an interest's columns: how many work there


def employer_key(values: dict[str, Any]) -> Key | None:
    """What an employer is found by: its KvK number, else its name and e-mail; None when the row gives neither."""
    if kvk := values.get("kvk_number"):
        return "kvk", kvk
    if values.get("company_name") and values.get("email"):
        return values["company_name"].casefold(), values["email"]
    return None


class InterestMatcher:
    ruled: tuple[str, ...] = ("start_date", "end_date")

    def __init__(self, run: ImportRun, resource: RecordResource) -> None:
        self.policy, self.resource = run.policy, resource

    def match(self, drafts: list[ParsedRow]) -> None:
        by_reference = self._referenced(drafts)
        employers = self._employers(drafts)
        for draft in drafts:
            if reference := draft.given.get("reference"):
                if reference in by_reference:
                    draft.target_id, draft.employer_id = by_reference[reference]
                    self._refuse_other_employer(draft, employers)
                else:
                    draft.refuse(
                        "reference", _("There is no interest with this reference. Correct it or leave the cell blank.")
                    )
            elif key := employer_key(draft.given):
                draft.employer_id = employers.get(key)
        self._by_work([draft for draft in drafts if draft.employer_id and not draft.target_id])
        self._compare_employers([draft for draft in drafts if draft.employer_id and not draft.target_id])

    @staticmethod
    def _refuse_other_employer(draft: ParsedRow, employers: dict[Key, int]) -> None:
        """A reference already says whose interest it is: what the row gives of an employer has to be theirs."""
        kvk = draft.given.get("kvk_number")
        if kvk and employers.get(("kvk", kvk), draft.employer_id) != draft.employer_id:
            draft.refuse("kvk_number", _("Another employer has this KvK number. Correct it or leave the cell blank."))
        if draft.employer_id is None and (names := [name for name in EMPLOYER_COLUMNS if name in draft.given]):
            draft.refuse(names[0], _("This sign-up is linked to no employer yet. Take it over first."))

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        by_key = current_values(self.resource, keys, names)
        if "positions" in names:
            working = Placement.objects.at_work().filter(interest_id__in_batch=list(keys)).order_by()
            for key, count in working.values_list("interest").annotate(count=Count("pk")):
                by_key[key][AT_WORK] = count
        return by_key

    def step_errors(self, draft: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        errors = EmployerInterest.find_errors(current if current is not None else draft.given)
        if draft.given.get("status") == InterestStatus.UNCONFIRMED and (current is None or "status" in draft.changes):
            errors["status"] = _("Only a sign-up on the site can be unconfirmed. Choose another status.")
        if current is not None and "positions" in draft.changes:
            errors |= EmployerInterest.find_position_errors(current["positions"], current.get(AT_WORK, 0))
        return errors

    def may_reach(self) -> str:
        return "TRUE"

    def may_be_outdated(self) -> str:
        """Another employer has the number that they give by now."""
        number = sql.scalar("r.given", ("kvk_number",), Employer._meta.get_field("kvk_number"))
        another = "(r.employer_id IS NULL OR NOT (e.id = r.employer_id))"
        return sql.exists(Employer, "e", f"e.kvk_number = {number} AND NOT (e.kvk_number = '') AND {another}")

    @staticmethod
    def _referenced(drafts: list[ParsedRow]) -> dict[str, tuple[int, int | None]]:
        references = [draft.given["reference"] for draft in drafts if "reference" in draft.given]
        rows = EmployerInterest.objects.confirmed().filter(reference__in_batch=references) if references else ()
        return {row.reference: (row.pk, row.employer_id) for row in rows}

    @staticmethod
    def _employers(drafts: list[ParsedRow]) -> dict[Key, int]:
        """Employers that are there already, by what a row finds them by."""
        numbers = [d.given["kvk_number"] for d in drafts if "kvk_number" in d.given]
        mails = [d.given["email"] for d in drafts if "email" in d.given and "kvk_number" not in d.given]
        employers: dict[Key, int] = {}
        for pk, kvk in Employer.objects.filter(kvk_number__in_batch=numbers).values_list("pk", "kvk_number"):
            employers["kvk", kvk] = pk
        for pk, name, email in Employer.objects.filter(email__in_batch=mails).values_list(
            "pk", "company_name", "email"
        ):
            employers.setdefault((name.casefold(), email), pk)
        return employers

    def _compare_employers(self, drafts: list[ParsedRow]) -> None:
        """What is known of the employers that get a new interest, and what these rows would change of them."""
        if not drafts or self.policy == ImportRun.Policy.NEW:
            return
        fields = EmployerResource()
        names = list(fields.sheet_fields())
        known = current_values(fields, {draft.employer_id for draft in drafts if draft.employer_id}, names)
        for draft in drafts:
            draft.beside = known[draft.employer_id or 0]
            draft.changes = changes(draft.beside, draft.given, self.policy)

    @staticmethod
    def _by_work(drafts: list[ParsedRow]) -> None:
        """One employer may have many interests, told apart by the work and the first day."""
        interests = EmployerInterest.objects.confirmed().filter(
            employer_id__in_batch=list({draft.employer_id for draft in drafts})
        )
        rows = interests.order_by("-pk").values_list("employer_id", "work_description", "start_date", "pk")
        by_work = {(row[0], row[1].casefold(), row[2].isoformat() if row[2] else None): row[3] for row in rows}
        for draft in drafts:
            values = draft.given
            work = (draft.employer_id or 0, values.get("work_description", "").casefold(), values.get("start_date"))
            draft.target_id = by_work.get(work)
