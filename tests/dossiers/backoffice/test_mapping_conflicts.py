"""Tests of answers about a list that another user has continued with."""

import pytest
from django.urls import reverse

from dossiers.models import ImportRun, Supply
from tests.concurrency import run_interleaved

from .partners.lists import SELAM, page_url
from .partners.lists import upload as upload_own
from .test_uploading import people, upload

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_during_the_import_changes_nothing(coordinator_client):
    upload(coordinator_client, people("Selam;Haile;12-03-1990;P1"))
    run = ImportRun.objects.get()
    words, apply = (reverse(f"dossiers_import_{name}", args=[run.pk]) for name in ("questions", "apply"))
    response, _result = run_interleaved(
        lambda: coordinator_client.post(words, follow=True), lambda: coordinator_client.post(apply)
    )
    run.refresh_from_db()
    assert (run.state, run.counts()["new"]) == (ImportRun.State.APPLIED, 1)
    assert run.applied_at and Supply.objects.exists()
    assert "valt niets meer te beslissen" in response.content.decode()


def test_a_list_that_was_sent_meanwhile_stays_sent(as_user, partner):
    partner_client = as_user(partner)
    run = upload_own(partner_client, SELAM)
    run_interleaved(
        lambda: partner_client.post(page_url("questions", run)), lambda: partner_client.post(page_url("send", run))
    )
    run.refresh_from_db()
    assert run.state == ImportRun.State.SENT
