"""Tests that an export has the whole text of a column that the page shortens."""

import json
from typing import Any

import pytest
from django.db import models
from django.http import QueryDict
from wagtail.snippets.models import get_snippet_models

from dossiers.backoffice.list_exports import ExportableListViewSetMixin
from dossiers.models import ContactMoment, Expense, FollowUp, ImportProfile, Milestone, OwnField, RecordKind
from dossiers.models.text_fields import CharField, TextField

from ..models.factories import make_employer
from ..models.placements import make_placement, today
from ..models.test_activity import make_finding, saved
from .pages import raw, text, url
from .test_exports import rows

LENGTH = 500  # characters


def get_long_text(field: models.Field) -> str:
    """Return a text of LENGTH characters, or of as many as fit, that starts with the name of its field."""
    return f"{field.name} {'een lang verhaal ' * LENGTH}"[: min(LENGTH, field.max_length or LENGTH)].strip()


def get_text_fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if type(field) in (CharField, TextField)]


@pytest.fixture
def exportable_models(coordinator_client, coordinator) -> list[Any]:
    """The models whose lists can be exported, each with one record of which every text is long."""
    placement = make_placement()
    saved(make_finding(dossier=placement.dossier))
    saved(ContactMoment(dossier=placement.dossier, text="x", user=coordinator))
    saved(FollowUp(dossier=placement.dossier, text="x", due_on=today(), owner=coordinator))
    Expense.objects.create(description="x", amount=1, category="guidance")
    Milestone.objects.create(title="x", planned_on=today())
    ImportProfile.objects.create(name="AZC", record=RecordKind.DOSSIERS)
    OwnField.objects.create(record="dossiers", key="x", label="x", kind="text")
    exportable = [
        model for model in get_snippet_models() if isinstance(model.snippet_viewset, ExportableListViewSetMixin)
    ]
    for model in exportable:
        record = model._default_manager.order_by("pk").first()
        texts = {field.name: get_long_text(field) for field in get_text_fields(model)}
        model._default_manager.filter(pk=record.pk).update(**texts)
    return exportable


def test_no_exported_column_shortens_its_text(coordinator_client, coordinator, exportable_models):
    assert {"Finding", "ContactMoment", "Dossier"} <= {model.__name__ for model in exportable_models}
    for model in exportable_models:
        list_view = model.snippet_viewset.build_list_view(coordinator, QueryDict())
        chosen = ",".join(getattr(list_view, "available_columns", {}))
        for query in ({"what": "shown"}, {"what": "all"}, {"what": "shown", "columns": chosen}):
            exported = rows(coordinator_client.get(url(model, "export", "xlsx"), query), "xlsx")
            cells = [cell for row in exported for cell in row.values() if isinstance(cell, str)]
            assert [cell for cell in cells if "…" in cell] == [], model
            for field in get_text_fields(model):
                starting_so = [cell for cell in cells if cell.startswith(f"{field.name} een lang verhaal")]
                assert all(cell.startswith(get_long_text(field)) for cell in starting_so), (model, field.name)


def test_the_page_shortens_a_text_that_its_export_has_whole(coordinator_client, coordinator):
    story = "Gebeld over de proefdag. " * 20 + "Volgende week opnieuw."
    saved(ContactMoment(employer=make_employer(), text=story, user=coordinator))
    page = text(coordinator_client.get(url(ContactMoment, "list")))
    assert "Gebeld over de proefdag." in page and "…" in page and "Volgende week opnieuw." not in page
    (row,) = rows(coordinator_client.get(url(ContactMoment, "export", "xlsx")), "xlsx")
    assert row["Waarover"] == story
    (contact,) = json.loads(raw(coordinator_client.get(url(ContactMoment, "export", "json"))))
    assert contact["text"] == story
