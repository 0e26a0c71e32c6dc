"""Tests of answers about a list that another user has continued with."""

import pytest
from django.urls import reverse

from dossiers.models import ImportRun, Supply
from tests.at_once import overtaken

from .partners.lists import SELAM, page
from .partners.lists import upload as upload_own
from .test_uploading import people, upload

pytestmark = pytest.mark.django_db(transaction=True)


def test_while_it_is_applied_the_answer_changes_nothing(desk):
    upload(desk, people("Selam;Haile;12-03-1990;P1"))
    run = ImportRun.objects.get()
    words, apply = (reverse(f"dossiers_import_{name}", args=[run.pk]) for name in ("words", "apply"))
    late, _applied = overtaken(lambda: desk.post(words, follow=True), lambda: desk.post(apply))
    run.refresh_from_db()
    assert (run.state, run.counts()["new"]) == (ImportRun.State.APPLIED, 1)
    assert run.applied_at and Supply.objects.exists()
    assert "valt niets meer te beslissen" in late.content.decode()


def test_a_list_that_was_sent_meanwhile_stays_sent(as_user, partner):
    own = as_user(partner)
    run = upload_own(own, SELAM)
    overtaken(lambda: own.post(page("words", run)), lambda: own.post(page("send", run)))
    run.refresh_from_db()
    assert run.state == ImportRun.State.SENT
