"""Creates the demo's records from fixtures/demo/, with a history since the day on which each was registered."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from dossiers.actions.generate import apply_rules
from dossiers.management.demo_cases import make_cases
from dossiers.management.demo_evaluations import make_evaluations
from dossiers.management.demo_files import Row, field_values, moment, read_rows, relative_day
from dossiers.management.demo_logins import make_logins
from dossiers.management.demo_own_fields import make_own_fields, own_values
from dossiers.management.demo_placements import Days, PlacedRow
from dossiers.models import (
    CLOSED_STATUSES,
    CONTACT_FIELDS,
    PLACED_STATUSES,
    ClosingReason,
    Dossier,
    Employer,
    EmployerInterest,
    InterestStatus,
    Organisation,
    Sector,
    Status,
    Supply,
)

SUPPLIERS = {"azc_luttelgeest": "AZC Luttelgeest", "werkcorporatie": "Werkcorporatie"}
SUPPLIED_FIELDS = (
    *("given_name", "name_prefix", "family_name", "date_of_birth", "phone", "email", "languages", "dutch_level"),
    *("education_level", "profession", "hours_per_week", "application_date", "driving_licence"),
)
# The values of a record on its first day, before anyone worked on it.
FIRST_DAY: dict[type[Dossier | EmployerInterest], dict[str, Any]] = {
    Dossier: {
        "status": Status.REGISTERED,
        "expectation_talk_on": None,
        "privacy_notice_on": None,
        "closing_reason": None,
    },
    EmployerInterest: {"status": InterestStatus.NEW, "closing_reason": None},
}
# The status in which a placement can be proposed, and the statuses that staff set after it.
READY = {Dossier: Status.AVAILABLE, EmployerInterest: InterestStatus.NEW}
CLOSED = {*CLOSED_STATUSES, InterestStatus.CLOSED}


def is_demo_loaded() -> bool:
    """Whether any of the demo's records exists."""
    numbers = [row[column] for row in read_rows("dossiers.csv") for column in SUPPLIERS if row[column]]
    kvk_numbers = [row["kvk_number"] for row in read_rows("employers.csv")]
    return (
        Supply.objects.filter(organisation__name__in=SUPPLIERS.values(), external_id__in=numbers).exists()
        or Employer.objects.filter(kvk_number__in=kvk_numbers).exists()
    )


@transaction.atomic
def load_demo(today: date) -> dict[str, int]:
    """Create the logins and records in one transaction; return the number of each kind.

    Raises ValidationError if a row is invalid.
    """
    make_own_fields()
    loader = Loader(today, make_logins())
    employers = [loader.make_employer(row) for row in read_rows("employers.csv")]
    interests = [loader.make_interest(row) for row in read_rows("interests.csv")]
    interests += [loader.make_sign_up(row) for row in read_rows("sign_ups.csv")]
    dossiers = [loader.make_dossier(row) for row in read_rows("dossiers.csv")]
    placements = loader.make_placements()
    make_cases(today, loader.users)
    apply_rules(today)
    make_evaluations(today, loader.users)
    return {
        "dossiers": len(dossiers),
        "employers": len(employers),
        "interests": len(interests),
        "placements": placements,
    }


class Loader:
    """Creates records from rows; it holds the day, the users and the records that others refer to."""

    def __init__(self, today: date, users: dict[str, User]) -> None:
        self.today = today
        self.users = users
        self.suppliers = {
            column: Organisation.objects.get_or_create(name=name)[0] for column, name in SUPPLIERS.items()
        }
        self.sectors = {sector.name: sector for sector in Sector.objects.all()}
        self.reasons = {(reason.side, reason.name): reason for reason in ClosingReason.objects.all()}
        self.employers: dict[str, Employer] = {}
        self.placements = read_rows("placements.csv")
        self.candidates: dict[str, Dossier | None] = {row["candidate"]: None for row in self.placements}
        self.offers: dict[tuple[str, str], EmployerInterest | None] = dict.fromkeys(map(_offer, self.placements))
        self.days = Days(users["coordinator"])
        self.own_values = own_values()

    def make_dossier(self, row: Row) -> Dossier:
        """Create a dossier with its sectors, its supplies and its history."""
        dossier = Dossier(
            **field_values(Dossier, row, self.today),
            coordinator=self.users.get(row["coordinator"]),
            closing_reason=self.reason(ClosingReason.Side.CANDIDATE, row),
            extra=self.own_values[row["azc_luttelgeest"] or row["werkcorporatie"],],
        )
        status = dossier.status
        if status in PLACED_STATUSES:
            dossier.status = Status.AVAILABLE  # `clean` refuses a status that only placements may set
        dossier.full_clean(exclude=["reference"])
        dossier.status = status
        number = next((row[column] for column in SUPPLIERS if row[column] in self.candidates), "")
        if number:
            self.candidates[number] = dossier
        first, *later = self.steps(dossier, row, row["expectation_talk_on"] if number else "")
        self.keep(dossier, *first)
        dossier.sectors.set([self.sector(name.strip()) for name in row["sectors"].split(",") if name])
        dossier.record_sectors_in_history()
        for step in later:
            self.keep(dossier, *step)
        self.make_supplies(dossier, row)
        self.set_dates(dossier, row)
        return dossier

    def make_supplies(self, dossier: Dossier, row: Row) -> None:
        """Create the supplies of a dossier, with the values that a list of candidates has."""
        values = {name: getattr(dossier, name) for name in SUPPLIED_FIELDS}
        for name in ("date_of_birth", "application_date"):
            values[name] = values[name].isoformat() if values[name] else None
        values["sectors"] = sorted(dossier.sectors.values_list("name", flat=True))
        for column, organisation in self.suppliers.items():
            if row[column]:
                supply = Supply(
                    dossier=dossier,
                    organisation=organisation,
                    external_id=row[column],
                    values={name: value for name, value in values.items() if value not in (None, "", [])},
                    first_seen=self.moment(row["registered"]),
                    last_seen=self.moment(row["last_step"] or row["registered"]),
                )
                supply.full_clean()
                supply.save()

    def make_employer(self, row: Row) -> Employer:
        employer = Employer(**field_values(Employer, row, self.today), sector=self.sector(row["sector"]))
        employer.full_clean()
        employer.save()
        self.employers[employer.company_name] = employer
        return employer

    def make_interest(self, row: Row) -> EmployerInterest:
        interest = EmployerInterest(
            **field_values(EmployerInterest, row, self.today),
            employer=self.employers[row["employer"]],
            owner=self.users.get(row["owner"]),
            closing_reason=self.reason(ClosingReason.Side.EMPLOYER, row),
            extra=self.own_values[_offer(row)],
        )
        interest.full_clean(exclude=["reference"])
        placed = _offer(row) in self.offers
        if placed:
            self.offers[_offer(row)] = interest
        for step in self.steps(interest, row, row["registered"] if placed else ""):
            self.keep(interest, *step)
        self.set_dates(interest, row)
        return interest

    def make_placements(self) -> int:
        """Run the events of all placements, and the closing of records, in the order of their days."""
        for row in self.placements:
            dossier, interest = self.candidates[row["candidate"]], self.offers[_offer(row)]
            assert dossier and interest  # noqa: S101  (each line names records of the other files; the tests read all)
            PlacedRow(row, dossier, interest, self.today).gather(self.days)
        self.days.run()
        return len(self.placements)

    def make_sign_up(self, row: Row) -> EmployerInterest:
        """Create a sign-up that no coordinator took over yet, which has contact data and no employer."""
        contact = Employer(**{field: row[field] for field in CONTACT_FIELDS})
        contact.clean_fields()
        interest = EmployerInterest(
            **field_values(EmployerInterest, row, self.today),
            contact_given={field: getattr(contact, field) for field in CONTACT_FIELDS},
            confirmed_at=self.moment(row["confirmed"]) if row["confirmed"] else None,
        )
        interest.full_clean(exclude=["reference"])
        interest.save()
        self.set_dates(interest, row)
        return interest

    def steps(
        self, record: Dossier | EmployerInterest, row: Row, placed_from: str
    ) -> Sequence[tuple[str, dict[str, Any]]]:
        """Return the days on which the record changed, in order, each with its new values.

        `placed_from` is the day from which a record has placements, or "". After that day its status follows from the
        placements, and only its closing is added as an event.
        """
        first = FIRST_DAY[type(record)]
        now = {name: getattr(record, name) for name in first}
        if placed_from:
            if now["status"] in CLOSED:
                self.days.add(self.day(row["last_step"]), partial(self.change, record, now))
            ready = now | {"status": READY[type(record)], "closing_reason": None}
            return [(row["registered"], first), *([(placed_from, ready)] if ready != first else [])]
        if not row["last_step"]:
            return [(row["registered"], now)]
        return [(row["registered"], first), (row["last_step"], now)]

    def keep(self, record: Dossier | EmployerInterest, day: str, values: dict[str, Any]) -> None:
        """Save the record with these values; its history has that day and the demo's coordinator."""
        for name, value in values.items():
            setattr(record, name, value)
        vars(record).update(_history_date=self.moment(day), _history_user=self.users["coordinator"])
        record.save()

    def change(self, record: Dossier | EmployerInterest, values: dict[str, Any], _day: date) -> list[Model]:
        """Save the current version of a record with these values, as an event of a day."""
        stored = type(record)._default_manager.get(pk=record.pk)
        for name, value in values.items():
            setattr(stored, name, value)
        stored.full_clean()
        stored.save()
        return [stored]

    def set_dates(self, record: Dossier | EmployerInterest, row: Row) -> None:
        """Set `created_at` and `changed_at`, to which Django gave the moment of loading."""
        created, changed = self.moment(row["registered"]), self.moment(row.get("last_step") or row["registered"])
        type(record)._default_manager.filter(pk=record.pk).update(created_at=created, changed_at=changed)

    def sector(self, name: str) -> Sector:
        """Return the sector with this name; it is created if staff removed it from the list."""
        if name not in self.sectors:
            self.sectors[name] = Sector.objects.create(name=name)
        return self.sectors[name]

    def reason(self, side: str, row: Row) -> ClosingReason | None:
        """Return the closing reason that the row names; it is created if staff removed it from the list."""
        name = row["closing_reason"]
        if name and (side, name) not in self.reasons:
            self.reasons[side, name] = ClosingReason.objects.create(side=side, name=name)
        return self.reasons.get((side, name))

    def day(self, text: str) -> date:
        date_ = relative_day(text, self.today)
        assert date_ is not None  # noqa: S101  (every row has its days; the tests read them all)
        return date_

    def moment(self, text: str) -> datetime:
        return moment(self.day(text))


def _offer(row: Row) -> tuple[str, str]:
    """Return the key of an interest in these files."""
    return row["employer"], row["work_description"]
