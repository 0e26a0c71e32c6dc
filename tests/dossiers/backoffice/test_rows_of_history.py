"""Tests of rows of editable lists to which only the history of records refers."""

import pytest

from dossiers.models import ClosingReason, Dossier, FindingCategory, Status

from ..models.factories import make_dossier
from ..models.test_activity import make_finding
from .bulk import apply_change, change_url
from .pages import text, url

pytestmark = pytest.mark.usefixtures("base_data")


def change_field(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def test_a_closing_reason_that_the_history_names_is_not_deleted(coordinator_client):
    first, second = (ClosingReason.objects.create(side="candidate", name=name) for name in ("Eerste", "Tweede"))
    dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=first)
    change_field(dossier, closing_reason=second)
    page = text(coordinator_client.post(url(ClosingReason, "delete", first.pk), follow=True))
    assert "de geschiedenis van 1 dossier" in page
    assert ClosingReason.objects.filter(pk=first.pk).exists()
    unused = ClosingReason.objects.create(side="candidate", name="Nooit")
    coordinator_client.post(url(ClosingReason, "delete", unused.pk))
    assert not ClosingReason.objects.filter(pk=unused.pk).exists()


def test_a_finding_category_that_the_history_names_is_not_deleted(coordinator_client):
    first, second = (FindingCategory.objects.create(name=name, code=name.lower()) for name in ("Eerste", "Tweede"))
    finding = make_finding(dossier=make_dossier())
    change_field(finding, category=first)
    change_field(finding, category=second)
    page = text(coordinator_client.post(url(FindingCategory, "delete", first.pk), follow=True))
    assert "de geschiedenis van 1" in page and FindingCategory.objects.filter(pk=first.pk).exists()


def test_the_undo_says_in_dutch_that_a_former_reason_is_gone(coordinator_client):
    first, second = (ClosingReason.objects.create(side="candidate", name=name) for name in ("Eerste", "Tweede"))
    make_dossier(status=Status.WITHDRAWN, closing_reason=first)
    change = apply_change(coordinator_client, Dossier, "closing_reason", second.pk)
    first.delete()  # in another way than by the page, which refuses it
    page = text(coordinator_client.get(change_url(change, "undo/")))
    assert "instance with id" not in page and "de vorige waarde staat niet meer in de keuzelijst" in page.lower()
