"""Matches the rows of a partner's upload to earlier supplies of the same organisation; dossiers are not read."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from dossiers.models import Dossier, ImportRun, Supply
from dossiers.models.dossiers.surnames import Surname
from dossiers.spreadsheets.imports.decisions import SUPPLY
from dossiers.spreadsheets.imports.parsed_rows import ParsedRow
from dossiers.spreadsheets.resources import RecordResource

PERSON = ("given_name", "family_name", "date_of_birth")


class SupplyMatcher:
    """Matches by the organisation's own number, else by name and date of birth; `target_id` is the key of a supply.

    A correction on a person's own page matches the supply of that page, whatever was changed in it.
    It never sets `similar`, since a partner may not learn which dossiers exist; a coordinator sees that later.
    """

    validated_together: tuple[str, ...] = ()

    def __init__(self, run: ImportRun, resource: RecordResource) -> None:
        self.resource = resource
        self.own = Supply.objects.filter(organisation=run.organisation_id)
        self.decided_supply = find_decided_supply(run)
        self.empty = {name: field.widget.empty for name, field in resource.sheet_fields().items()}

    def match(self, parsed_rows: list[ParsedRow]) -> None:
        numbers = list(
            {parsed_row.given["external_id"] for parsed_row in parsed_rows if "external_id" in parsed_row.given}
        )
        supplies = (
            self.own.filter(external_id__in_batch=numbers).exclude(external_id="") if numbers else self.own.none()
        )
        by_number = {number: (pk, values) for pk, number, values in _rows(supplies)}
        rest = []
        for parsed_row in parsed_rows:
            row_values = parsed_row.given
            is_identified = all(name in row_values for name in PERSON)
            supply = by_number.get(row_values.get("external_id", ""))
            if self.decided_supply:
                if supply and supply[0] != self.decided_supply.pk:
                    parsed_row.refuse("external_id", _("You gave this number to somebody else before. Check it."))
                else:
                    parsed_row.target_id = parsed_row.supply_id = self.decided_supply.pk
            elif supply:
                pk, values = supply
                if (
                    is_identified
                    and all(name in values for name in PERSON)
                    and row_values["date_of_birth"] != values["date_of_birth"]
                    and name_key(row_values) != name_key(values)
                ):
                    parsed_row.refuse("external_id", _("You gave this number to somebody else before. Check it."))
                else:
                    parsed_row.target_id = parsed_row.supply_id = pk
            elif is_identified:
                rest.append(parsed_row)
        if rest:
            self._match_by_person(rest)

    def current(self, keys: Iterable[int], names: list[str]) -> dict[int, dict[str, Any]]:
        """Return the values that the organisation supplied last; `changed_at` is the moment of that."""
        rows = self.own.filter(pk__in_batch=list(keys)).values_list("pk", "last_seen", "values")
        return {
            pk: {"changed_at": seen}
            | {name: values.get(name, self.empty[name]) for name in names if name != "external_id"}
            for pk, seen, values in rows.iterator()
        }

    def find_errors(self, parsed_row: ParsedRow, current: dict[str, Any] | None) -> dict[str, Any]:
        """Return the errors of dates only, since a partner's list has no status column."""
        return Dossier.find_date_errors(parsed_row.given if current is None else current)

    def match_condition(self) -> str:
        return "TRUE"

    def outdated_condition(self) -> str:
        return "FALSE"

    def _match_by_person(self, parsed_rows: list[ParsedRow]) -> None:
        """Match rows by name and date of birth if the row or the supply has no number.

        Two different numbers are two people, even if their names and dates of birth are the same. Of several people
        that fit, only the one is matched of whom the values of the row were given before.
        """
        days = list({parsed_row.given["date_of_birth"] for parsed_row in parsed_rows})
        condition: dict[str, Any] = {"born__in_batch": days}
        supplies = self.own.annotate(born=KeyTextTransform("date_of_birth", "values")).filter(**condition)
        if all("external_id" in parsed_row.given for parsed_row in parsed_rows):
            supplies = supplies.filter(external_id="")
        people: dict[Any, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
        for pk, number, values in _rows(supplies):
            people[values["date_of_birth"], name_key(values)].append((pk, number, values))
        for parsed_row in parsed_rows:
            own_number = parsed_row.given.get("external_id")
            same = people[parsed_row.given["date_of_birth"], name_key(parsed_row.given)]
            fitting = [(pk, values) for pk, number, values in same if not own_number or not number]
            if len(fitting) > 1:
                fitting = [(pk, values) for pk, values in fitting if was_supplied_before(parsed_row.given, values)]
            if len(fitting) == 1:
                parsed_row.target_id = parsed_row.supply_id = fitting[0][0]


def find_decided_supply(run: ImportRun) -> Supply | None:
    """Return the supply whose page the person was corrected on; the only row of the run is about that person."""
    if (key := run.decided.get(SUPPLY)) is None:
        return None
    return Supply.objects.not_anonymised().filter(organisation=run.organisation_id, pk=key).first()


def was_supplied_before(values: dict[str, Any], supplied_values: dict[str, Any]) -> bool:
    """Whether these values of a row are all among those that an organisation supplied; its number may be new."""
    return all(supplied_values.get(name) == value for name, value in values.items() if name != "external_id")


def _rows(supplies: Any) -> Iterable[tuple[int, str, dict[str, Any]]]:
    return supplies.order_by("pk").values_list("pk", "external_id", "values").iterator()


def name_key(values: dict[str, Any]) -> tuple[str, str]:
    """Return what the values of two people with the same name have in common, whatever the case of the letters.

    A prefix is no part of it, since many lists leave it out.
    """
    return values.get("given_name", "").casefold(), Surname.from_values(values).key
