"""Finds the employers that a line or a form may be about.

Similar is the same name, nearly the same name unless both have a KvK number, or the same KvK number, e-mail address or
telephone number.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from rapidfuzz import fuzz, process

from dossiers.models import Employer
from dossiers.models.employers.company_names import strip_legal_form
from dossiers.models.employers.employer import EmployerQuerySet
from dossiers.spreadsheets.comparison import MIN_NAME_SIMILARITY
from dossiers.spreadsheets.values import fold

UNIQUE_VALUES = ("kvk_number", "email", "phone")
MAX_SIMILAR = 10  # that are asked about; a number or address that more have says nothing about who they are


def fold_company_name(name: str) -> str:
    """Return the name without case, spaces, punctuation, legal form and leading article, to compare names by."""
    return strip_legal_form(fold(name)).replace(" ", "")


def find_similar_employers(employer: Employer, changed: Collection[str], visible: EmployerQuerySet) -> list[Employer]:
    """Return the other visible employers that may be the same because of the changed fields; see the module."""
    others = visible.exclude(pk=employer.pk)
    sharing = Q(pk__in=())
    for name in UNIQUE_VALUES:
        field: Any = Employer._meta.get_field(name)
        with suppress(ValidationError):  # which the form reports by itself
            if name in changed and (value := field.to_python(getattr(employer, name))):
                sharing |= Q(**{name: value})
    keys = set(others.filter(sharing).values_list("pk", flat=True)[:MAX_SIMILAR])
    if "company_name" in changed and (typed := fold_company_name(employer.company_name)):
        names = {
            pk: folded
            for pk, name, kvk_number in others.values_list("pk", "company_name", "kvk_number").iterator()
            if (folded := fold_company_name(name)) == typed or not (employer.kvk_number and kvk_number)
        }
        similar = process.extract(typed, names, scorer=fuzz.ratio, score_cutoff=MIN_NAME_SIMILARITY, limit=MAX_SIMILAR)
        keys |= {key for _name, _score, key in similar}
    return list(others.filter(pk__in=keys)[:MAX_SIMILAR])
