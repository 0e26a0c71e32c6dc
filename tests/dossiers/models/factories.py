"""Factories of records with only the required values."""

from datetime import date
from itertools import count
from typing import Any

from dossiers.models import Dossier, Employer, EmployerInterest

number = count(1)


def make_dossier(**fields: Any) -> Dossier:
    """Create a dossier with a unique name; `sectors` are names."""
    from dossiers.models import Sector

    sectors = fields.pop("sectors", ())
    sequence = next(number)
    defaults = {"given_name": f"Selam{sequence}", "family_name": f"Haile{sequence}", "date_of_birth": date(1990, 3, 12)}
    dossier = Dossier.objects.create(**defaults | fields)
    dossier.sectors.set(Sector.objects.filter(name__in=sectors))
    return dossier


def make_employer(**fields: Any) -> Employer:
    sequence = next(number)
    defaults = {
        "company_name": f"Kas {sequence}",
        "contact_name": f"Anneke {sequence}",
        "email": f"kas{sequence}@example.org",
    }
    return Employer.objects.create(**defaults | fields)


def make_interest(**fields: Any) -> EmployerInterest:
    """Create an interest of a new employer, or of none with `employer=None`."""
    if "employer" not in fields:
        fields["employer"] = make_employer()
    return EmployerInterest.objects.create(**{"work_description": "Tomaten plukken"} | fields)


CONTACT = {
    "company_name": "Plukkerij Voorbeeld",
    "kvk_number": "90000999",
    "contact_name": "Henk de Fictie",
    "email": "henk@example.org",
    "phone": "+31527000160",
    "postcode": "8315 AZ",
    "city": "Luttelgeest",
}


def make_sign_up(**fields: Any) -> EmployerInterest:
    """Create a confirmed sign-up of the site that was not taken over yet; `given` changes its contact."""
    contact = CONTACT | fields.pop("given", {})
    return make_interest(**{"employer": None, "contact_given": contact} | fields)
