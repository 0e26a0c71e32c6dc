"""Each field of each model that can hold a person is in the retention map."""

import pytest
from django.apps import apps

from dossiers.forgetting.retention_map import (
    DELETED_MODELS,
    EMPLOYER_MODELS,
    HISTORY_FIELDS,
    MODELS_WITHOUT_PEOPLE,
    PERSON_MODELS,
    SHARED_MODELS,
    get_histories,
)

JUDGED = PERSON_MODELS | EMPLOYER_MODELS | SHARED_MODELS
OURS = ("dossiers", "access_log", "workers")


def get_field_names(model) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def test_every_model_is_in_the_retention_map():
    ours = {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    historical = {history._meta.label for history in get_historical_models()}
    assert ours - historical == {
        label for label in [*JUDGED, *DELETED_MODELS, *MODELS_WITHOUT_PEOPLE] if label.split(".")[0] in OURS
    }


def get_historical_models():
    return [model.history.model for model in apps.get_app_config("dossiers").get_models() if hasattr(model, "history")]


@pytest.mark.parametrize("label", JUDGED)
def test_every_field_of_a_mapped_model_is_in_the_retention_map(label):
    assert get_field_names(apps.get_model(label)) == JUDGED[label].all


def test_no_field_is_mapped_twice():
    for label, chosen in JUDGED.items():
        sets = [chosen.emptied, chosen.replaced, chosen.kept, chosen.masked, chosen.elsewhere]
        assert sum(map(len, sets)) == len(chosen.all), label


def test_every_field_of_a_history_is_a_field_of_the_record_or_is_mapped():
    for label, history in get_histories():
        assert get_field_names(history) - get_field_names(apps.get_model(label)) <= HISTORY_FIELDS.all, label


def test_every_model_in_the_retention_map_exists():
    assert [label for label in [*JUDGED, *DELETED_MODELS, *MODELS_WITHOUT_PEOPLE] if not model_exists(label)] == []


def model_exists(label: str) -> bool:
    known = {model._meta.label for model in apps.get_models()}
    return label in known or label == "wagtailsearch.SQLiteFTSIndexEntry"  # on SQLite alone
