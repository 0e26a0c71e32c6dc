"""A person who is anonymised while somebody submits a form about them stays anonymised."""

import pytest
from django.urls import reverse

from dossiers.forgetting.anonymize import FORGOTTEN, anonymize_dossier
from dossiers.models import Dossier, Finding, FindingCategory, FollowUp
from tests.concurrency import run_interleaved

from ..models.factories import make_dossier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed_dossier(base_data) -> Dossier:
    return make_dossier(status="withdrawn")


def test_a_deleted_action_is_not_restored_as_done(coordinator_client, closed_dossier):
    action = FollowUp.objects.create(dossier=closed_dossier, text="Bel Selam terug", due_on="2026-01-01")
    done_url = reverse("dossiers_settle", args=[action.pk])
    response, _result = run_interleaved(
        lambda: coordinator_client.post(done_url), lambda: anonymize_dossier(closed_dossier.pk, None, "proef")
    )
    assert response.status_code == 404
    assert not FollowUp.objects.exists() and not FollowUp.history.exists()


def test_confirming_a_finding_does_not_restore_its_text(coordinator_client, closed_dossier):
    category = FindingCategory.objects.first()
    finding = Finding.objects.create(
        dossier=closed_dossier, category=category, side="candidate", description="Selam is ziek"
    )
    confirm = reverse("dossiers_confirm_finding", args=[finding.pk])
    run_interleaved(
        lambda: coordinator_client.post(confirm), lambda: anonymize_dossier(closed_dossier.pk, None, "proef")
    )
    finding.refresh_from_db()
    assert (finding.description, finding.is_draft) == (str(FORGOTTEN), False)
    assert not Finding.history.filter(description__contains="Selam").exists()
