"""A date that was remembered as the meaning of a word is forgotten, since it held for one list."""

from importlib import import_module

import pytest
from django.apps import apps

from dossiers.models import ImportProfile, Organisation, RecordKind

from .imports import AZC, WERKCORPORATIE

migration = import_module("dossiers.migrations.0049_forget_remembered_dates")


@pytest.mark.usefixtures("base_data")
def test_the_dates_of_former_times_go_from_the_profiles_and_the_other_answers_stay() -> None:
    answers = {"available_from": {"zsm": None, "later": "*"}, "hours_per_week": {"fulltime": "36"}}
    dates = {"available_from": answers["available_from"] | {"maart": "1 maart 2027", "mei": "01-05-2027"}}
    for name, values in ((AZC, answers | dates), (WERKCORPORATIE, answers)):
        sender = Organisation.objects.named(name)
        ImportProfile.objects.create(name=name, record=RecordKind.DOSSIERS, organisation=sender, values=values)
    migration.forget_dates(apps, None)
    assert list(ImportProfile.objects.values_list("values", flat=True)) == [answers, answers]
