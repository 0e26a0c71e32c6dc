"""The button of an undo does what its page promised, or nothing if something changed since."""

from pathlib import Path

import pytest

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.forgetting.employers import anonymize_contact
from dossiers.models import BulkChange, Dossier, Employer, EmployerInterest, ImportRun

from ..spreadsheets.imports import PERSON, Lists
from ..spreadsheets.undo import INTERESTS, JOB, OTHER
from .bulk import apply_change, change_url
from .pages import text
from .test_apply import import_url

CHANGED = "Er is nog niets ongedaan gemaakt"


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def open_undo(client, url: str) -> dict[str, str]:
    """Return what the form of an open page of an undo sends."""
    return {"promised": client.get(url).context["promised"]}


def edit(name: str, **values: str) -> None:
    dossier = Dossier.objects.get(given_name=name)
    for field, value in values.items():
        setattr(dossier, field, value)
    dossier.save()


def test_an_old_tab_of_the_undo_of_a_bulk_change_asks_again_if_it_would_do_less_now(coordinator_client, lists):
    lists.apply(PERSON, OTHER)
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    url = change_url(change, "undo/")
    old_tab = open_undo(coordinator_client, url)
    edit("Omar", location="Bant")
    page = text(coordinator_client.post(url, old_tab, follow=True))
    change.refresh_from_db()
    assert CHANGED in page and "Komt terug 1 Blijft 1" in page
    assert change.state == BulkChange.State.APPLIED and Dossier.objects.get(given_name="Selam").location == "Ens"
    page = text(coordinator_client.post(url, open_undo(coordinator_client, url), follow=True))
    assert CHANGED not in page and "Teruggezet 1" in page
    assert Dossier.objects.get(given_name="Selam").location == ""


def test_an_old_tab_of_the_undo_of_a_list_asks_again_if_it_would_do_less_now(coordinator_client, lists):
    run = lists.apply(PERSON, OTHER)
    url = import_url("_undo", run)
    old_tab = open_undo(coordinator_client, url)
    edit("Omar", location="Bant")
    page = text(coordinator_client.post(url, old_tab, follow=True))
    run.refresh_from_db()
    assert CHANGED in page and "verwijderd: 1 dossier" in page and run.state == ImportRun.State.APPLIED
    page = text(coordinator_client.post(url, open_undo(coordinator_client, url), follow=True))
    assert CHANGED not in page and [dossier.given_name for dossier in Dossier.objects.all()] == ["Omar"]


def test_an_old_tab_of_the_undo_of_a_list_asks_again_if_an_employer_was_forgotten(coordinator_client, lists):
    lists.apply(JOB, **INTERESTS)
    gamma = JOB | {"Bedrijf": "Gamma", "KvK": "76543210", "E-mail": "bo@gamma.example"}
    run = lists.apply(JOB | {"Plekken": "6"}, gamma, **INTERESTS)
    url = import_url("_undo", run)
    old_tab = open_undo(coordinator_client, url)
    EmployerInterest.objects.filter(employer__company_name="Gamma").update(status="closed")
    anonymize_contact(Employer.objects.get(company_name="Gamma"))
    page = text(coordinator_client.post(url, old_tab, follow=True))
    forgotten = "1 werkgever in deze import is verwijderd, of de contactpersoon ervan is vergeten"
    assert CHANGED in page and forgotten in page and "verwijderd: 0 werkgeversinteresses" in page
    assert forgotten in text(coordinator_client.get(import_url("", run)))
    page = text(coordinator_client.post(url, open_undo(coordinator_client, url), follow=True))
    assert CHANGED not in page and forgotten in page
    assert Employer.objects.count() == 2 and EmployerInterest.objects.filter(positions=6).count() == 0


def test_an_old_tab_of_the_undo_of_a_list_asks_again_if_a_person_was_forgotten(coordinator_client, lists):
    run = lists.apply(PERSON, OTHER)
    url = import_url("_undo", run)
    old_tab = open_undo(coordinator_client, url)
    edit("Omar", status="withdrawn")
    changed_tab = open_undo(coordinator_client, url)
    anonymize_dossier(Dossier.objects.get(given_name="Omar").pk, None, "proef")
    for tab in (old_tab, changed_tab):
        page = text(coordinator_client.post(url, tab, follow=True))
        assert CHANGED in page and "1 persoon in deze import is vergeten of verwijderd" in page
