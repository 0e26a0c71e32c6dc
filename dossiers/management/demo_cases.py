"""Creates the demo's findings, contact moments, actions, expenses, milestones and pilot."""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from dossiers.management.demo_files import Row, field_values, moment, read_rows
from dossiers.models import (
    ContactMoment,
    Dossier,
    Employer,
    EmployerInterest,
    Expense,
    Finding,
    FindingCategory,
    FollowUp,
    Milestone,
    Pilot,
    Supply,
)


def make_cases(today: date, users: dict[str, User]) -> None:
    """Create these records from the files; raises ValidationError if a row is invalid."""
    coordinator = users["coordinator"]
    for row in read_rows("findings.csv"):
        finding = _kept(
            Finding(
                **field_values(Finding, row, today),
                **_about(row),
                category=FindingCategory.objects.get(code=row["category"]),
                noted_by=coordinator,
            )
        )
        if not row["draft"]:
            finding.confirm(coordinator)
    for row in read_rows("contacts.csv"):
        _kept(ContactMoment(**field_values(ContactMoment, row, today), **_about(row), user=coordinator))
    for row in read_rows("actions.csv"):
        action = _kept(FollowUp(**field_values(FollowUp, row, today), **_about(row), owner=users.get(row["owner"])))
        if row["done"]:
            action.done_at, action.done_by = moment(action.due_on), coordinator
            action.save()
    for row in read_rows("expenses.csv"):
        _kept(Expense(**field_values(Expense, row, today), **_about(row)))
    for row in read_rows("milestones.csv"):
        _kept(Milestone(**field_values(Milestone, row, today)))
    pilot = Pilot.load()
    for name, value in field_values(Pilot, read_rows("pilot.csv")[0], today).items():
        setattr(pilot, name, value)
    _kept(pilot)


def _about(row: Row) -> dict[str, Dossier | Employer | EmployerInterest | None]:
    """Return what a row is about, by the candidate's number, the employer's name and the work that it offers."""
    candidate = Supply.objects.get(external_id=row["candidate"]).dossier if row["candidate"] else None
    employer = Employer.objects.get(company_name=row["employer"]) if row["employer"] else None
    if work := row.get("work_description"):
        return {"interest": EmployerInterest.objects.get(employer=employer, work_description=work)}
    return {"dossier": candidate, "employer": employer}


def _kept(record: Model) -> Any:
    record.full_clean()
    record.save()
    return record
