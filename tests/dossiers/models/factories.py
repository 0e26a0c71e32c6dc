"""Records with the least that they need."""

from datetime import date
from itertools import count
from typing import Any

from dossiers.models import Dossier, Employer, EmployerInterest

number = count(1)


def make_dossier(**fields: Any) -> Dossier:
    """Somebody with a name of their own; `sectors` are names."""
    from dossiers.models import Sector

    sectors = fields.pop("sectors", ())
    one = next(number)
    defaults = {"given_name": f"Selam{one}", "family_name": f"Haile{one}", "date_of_birth": date(1990, 3, 12)}
    dossier = Dossier.objects.create(**defaults | fields)
    dossier.sectors.set(Sector.objects.filter(name__in=sectors))
    return dossier


def make_employer(**fields: Any) -> Employer:
    one = next(number)
    defaults = {"company_name": f"Kas {one}", "contact_name": f"Anneke {one}", "email": f"kas{one}@example.org"}
    return Employer.objects.create(**defaults | fields)


def make_interest(**fields: Any) -> EmployerInterest:
    """An interest of an employer, unless it is given as `employer=None`."""
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
    """A confirmed sign-up of the site, that nobody took over yet; `given` changes its contact."""
    given = CONTACT | fields.pop("given", {})
    return make_interest(**{"employer": None, "contact_given": given} | fields)
