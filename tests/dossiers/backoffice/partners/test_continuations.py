"""Continuations of a partner's list that was taken over in part: discarded, undone and begun again."""

import pytest
from django.urls import reverse

from dossiers.models import ImportRun

from ..pages import raw, text
from .lists import SELAM, page_url, send_list
from .test_older_lists import open_list
from .test_undone_lists import undo


@pytest.fixture
def run(partner_client, coordinator_client) -> ImportRun:
    """A list of which one line was taken over, and one was left open."""
    run = send_list(partner_client, SELAM, "P2;Omar;Abdi;99-99-1985;kok")
    open_list(coordinator_client, run)
    coordinator_client.post(reverse("dossiers_import_apply", args=[run.pk]), {"good_rows_only": "yes"})
    run.refresh_from_db()
    return run


def continue_list(coordinator_client, run: ImportRun) -> ImportRun:
    coordinator_client.post(reverse("dossiers_import_continue", args=[run.pk]))
    return ImportRun.objects.latest("pk")


def decide(coordinator_client, later: ImportRun) -> None:
    """Correct the open line and import the continuation."""
    row = later.rows.get(line=3)
    typed = {f"cell-{row.pk}-date_of_birth": "01-02-1985"}
    for data in (typed, {}):
        coordinator_client.post(reverse("dossiers_import_apply", args=[later.pk]), data)
    later.refresh_from_db()
    assert later.state == ImportRun.State.APPLIED


def test_a_continuation_that_is_in_the_way_of_an_undo_can_be_thrown_away(partner_client, coordinator_client, run):
    later = continue_list(coordinator_client, run)
    assert "of gooi die weg" in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    discard = reverse("dossiers_import_discard", args=[later.pk])
    assert discard in raw(coordinator_client.get(reverse("dossiers_import", args=[later.pk])))
    partner_client.post(page_url("discard", later))
    assert ImportRun.objects.filter(pk=later.pk).exists(), "it is with the coordinator"
    coordinator_client.post(discard)
    assert not ImportRun.objects.filter(pk=later.pk).exists()
    undo(coordinator_client, run)


def test_a_continuation_that_the_partner_sent_again_is_to_be_returned_or_imported(
    partner_client, coordinator_client, run
):
    later = continue_list(coordinator_client, run)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[later.pk]), {"word": "Klopt de datum?"})
    partner_client.post(page_url("reopen", later))
    typed = {f"cell-{later.rows.get(line=3).pk}-date_of_birth": "01-02-1985"}
    partner_client.post(page_url("send", later), typed)
    open_list(coordinator_client, later)
    page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert "of stuur die terug naar de partner" in page and "gooi die weg" not in page
    coordinator_client.post(reverse("dossiers_import_discard", args=[later.pk]))
    assert ImportRun.objects.filter(pk=later.pk).exists(), "it has what the partner typed"


def test_who_was_taken_over_and_reverted_is_not_said_to_be_refused(partner_client, coordinator_client, run):
    later = continue_list(coordinator_client, run)
    decide(coordinator_client, later)
    for undone in (later, run):
        undo(coordinator_client, undone)
    for undone in (later, run):
        shown = text(partner_client.get(page_url("list", undone)))
        assert "Een begeleider heeft deze regel niet overgenomen" not in shown


def test_a_second_continuation_has_a_name_of_its_own_and_the_undone_one_is_marked(coordinator_client, run):
    first = continue_list(coordinator_client, run)
    decide(coordinator_client, first)
    undo(coordinator_client, first)
    second = continue_list(coordinator_client, run)
    assert (first.file_name, second.file_name) == ("lijst.csv (vervolg 1)", "lijst.csv (vervolg 2)")
    shown = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert f"Voortgezet in {first.description} door coordinator: ongedaan gemaakt." in shown
    assert f"Voortgezet in {second.description} door coordinator: " in shown


def test_the_page_of_a_list_and_that_of_its_continuation_name_who_has_it(partner_client, coordinator_client, run):
    later = continue_list(coordinator_client, run)
    assert f"Vervolg op {run.description} ." in text(
        coordinator_client.get(reverse("dossiers_import", args=[later.pk]))
    )
    coordinator_client.post(reverse("dossiers_import_send_back", args=[later.pk]), {"word": "Klopt de datum?"})
    page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert f"Voortgezet in {later.description} door coordinator: terug naar AZC Luttelgeest." in page
    page = text(coordinator_client.get(reverse("dossiers_import", args=[later.pk])))
    assert "Deze lijst ligt weer bij AZC Luttelgeest om te verbeteren." in page
    page = text(partner_client.get(page_url("list", run)))
    assert f"Voortgezet in {later.description} door coordinator: terug bij u." in page


def test_a_continuation_with_the_partner_continues_the_first_list_once_the_one_between_is_undone(
    partner_client, coordinator_client
):
    first = send_list(partner_client, SELAM, "P2;Omar;Abdi;99-99-1985;kok", "P3;Parisa;Noor;99-99-1986;kok")
    open_list(coordinator_client, first)
    apply_page, good = "dossiers_import_apply", {"good_rows_only": "yes"}
    coordinator_client.post(reverse(apply_page, args=[first.pk]), good)
    second = continue_list(coordinator_client, first)
    typed = {f"cell-{second.rows.get(line=3).pk}-date_of_birth": "01-02-1985"}
    for data in (typed, good):
        coordinator_client.post(reverse(apply_page, args=[second.pk]), data)
    third = continue_list(coordinator_client, second)
    coordinator_client.post(reverse("dossiers_import_send_back", args=[third.pk]), {"word": "Klopt de datum?"})
    undo(coordinator_client, second)
    partner_client.post(page_url("reopen", third))
    page = coordinator_client.post(reverse("dossiers_import_continue", args=[first.pk]), follow=True)
    assert "AZC Luttelgeest werkt nog aan lijst.csv (vervolg 2), waarin deze regels staan." in text(page)
    assert "AZC Luttelgeest werkt daar nog aan" in text(page) and "stuur die terug naar de partner" not in text(page)
    assert reverse("dossiers_import", args=[third.pk]) not in raw(page), "coordinators do not see it now"
    assert ImportRun.objects.count() == 3
    typed = {f"cell-{third.rows.get(line=line).pk}-date_of_birth": f"0{line}-02-1985" for line in (3, 4)}
    partner_client.post(page_url("send", third), typed)
    open_list(coordinator_client, third)
    coordinator_client.post(reverse(apply_page, args=[third.pk]))
    third.refresh_from_db()
    assert (third.state, third.rows.filter(action="new").count()) == (ImportRun.State.APPLIED, 2)
    page = raw(coordinator_client.get(reverse("dossiers_import", args=[first.pk])))
    assert reverse("dossiers_import", args=[third.pk]) in page
    assert reverse("dossiers_import_continue", args=[first.pk]) not in page
    assert "Nog niet beslist" not in text(partner_client.get(page_url("list", first)))
    first.refresh_from_db()
    assert f"Maak eerst ongedaan, in deze volgorde: {third.description}." in first.find_undo_refusal()
