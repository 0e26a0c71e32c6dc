"""A person who is anonymised while somebody submits a form about them stays anonymised."""

import pytest
from django.urls import reverse

from dossiers.forgetting.anonymize import FORGOTTEN, anonymize_dossier
from dossiers.models import Dossier, Finding, FindingCategory, FollowUp
from tests.concurrency import run_interleaved

from ..models.factories import make_dossier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed(base_data) -> Dossier:
    return make_dossier(status="withdrawn")


def test_an_action_that_is_gone_does_not_come_back_as_done(coordinator_client, closed):
    action = FollowUp.objects.create(dossier=closed, text="Bel Selam terug", due_on="2026-01-01")
    done = reverse("dossiers_settle", args=[action.pk])
    late, _gone = run_interleaved(
        lambda: coordinator_client.post(done), lambda: anonymize_dossier(closed.pk, None, "proef")
    )
    assert late.status_code == 404
    assert not FollowUp.objects.exists() and not FollowUp.history.exists()


def test_a_finding_that_is_confirmed_has_no_words_again(coordinator_client, closed):
    category = FindingCategory.objects.first()
    finding = Finding.objects.create(dossier=closed, category=category, side="candidate", description="Selam is ziek")
    confirm = reverse("dossiers_confirm_finding", args=[finding.pk])
    run_interleaved(lambda: coordinator_client.post(confirm), lambda: anonymize_dossier(closed.pk, None, "proef"))
    finding.refresh_from_db()
    assert (finding.description, finding.is_draft) == (str(FORGOTTEN), False)
    assert not Finding.history.filter(description__contains="Selam").exists()
