"""The errors of constraints are in plain words, at the field in which people mend them."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import override

from dossiers.models import Employer, ImportProfile, Regulation

OUR_APPS = ("dossiers", "pilot_pages", "access_log", "page_cache")


def test_no_constraint_shows_its_name_in_the_database():
    constraints = [
        constraint
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS
        for constraint in model._meta.constraints
        # Of a constraint on fields without a condition Django names the fields.
        if getattr(constraint, "condition", None) or not getattr(constraint, "fields", ())
    ]
    with override("nl"):
        shown = [
            constraint.name for constraint in constraints if constraint.name in constraint.get_violation_error_message()
        ]
    assert constraints and not shown


@pytest.mark.parametrize(
    ("model", "fields", "marked", "words"),
    [
        (Regulation, {"key": "proef", "title": "Proef", "statement": "Zo is het."}, "valid_from", "begint"),
        (
            Regulation,
            {"key": "proef", "title": "Proef", "statement": "Zo is het.", "valid_from": date(2026, 7, 1)},
            "valid_from",
            "andere eerste dag",
        ),
        (ImportProfile, {"record": "dossiers"}, "organisation", "Kies een organisatie"),
        (
            Employer,
            {"company_name": "Proef", "kvk_number": "90000004", "contact_name": "A", "email": "a@example.nl"},
            "kvk_number",
            "KvK-nummer",
        ),
    ],
)
def test_a_record_that_exists_already_is_refused_at_its_field(base_data, model, fields, marked, words):
    model.objects.create(**fields)
    with override("nl"), pytest.raises(ValidationError) as refusal:
        model(**fields).full_clean(exclude=["name"] if model is ImportProfile else None)
    assert set(refusal.value.message_dict) == {marked}
    assert words in refusal.value.messages[0]
