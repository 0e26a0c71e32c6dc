"""Tests of the warnings about other open placements of a candidate who starts to work."""

import pytest

from dossiers.models import Dossier, FollowUp, Placement, Step, WorkRight
from dossiers.models.placements.placement_steps import undo_last_step

from ..models.factories import make_employer, make_interest
from ..models.placements import make_placement, make_ready_dossier, today
from .pages import raw, text, url
from .test_placements import act, page_of, status

pytestmark = pytest.mark.usefixtures("base_data")
BUTTON = "Beëindig: ander werk gevonden"


def two(step: Step) -> tuple[Placement, Placement]:
    """Return two placements of one candidate: at Kas Zon in this step, and proposed to Kas Maan."""
    dossier = make_ready_dossier(given_name="Selam", family_name="Haile", work_right=WorkRight.FREE)
    here, there = (make_interest(employer=make_employer(company_name=name)) for name in ("Kas Zon", "Kas Maan"))
    return make_placement(step, dossier, here), make_placement(Step.PROPOSED, dossier, there)


def dossier_page(coordinator_client, placement: Placement) -> str:
    return text(coordinator_client.get(url(Dossier, "inspect", placement.dossier_id)))


def end(coordinator_client, placement: Placement, **more):
    return act(coordinator_client, placement, "other_work", **more)


@pytest.mark.parametrize("way", [{}, {"board": ""}])
def test_who_records_a_start_reads_at_once_what_stays_open_and_finds_an_action(coordinator_client, way):
    here, there = two(Step.INTERVIEW)
    assert "Ook elders voorgesteld" in text(coordinator_client.get(page_of(here)))
    page_text = text(act(coordinator_client, here, "step", step="working", **way))
    assert "Selam Haile heeft nog 1 andere plaatsing open: Kas Maan (voorgesteld)" in page_text
    assert status(there) == Step.PROPOSED
    assert [action.placement for action in FollowUp.objects.open()] == [there]


def test_a_start_without_another_proposal_says_nothing_of_it(coordinator_client):
    placement = make_placement(Step.INTERVIEW, make_ready_dossier(work_right=WorkRight.FREE))
    assert "andere plaatsing" not in text(act(coordinator_client, placement, "step", step="working"))
    assert not FollowUp.objects.exists()


def test_it_is_said_on_the_dossier_both_placements_the_board_and_the_list(coordinator_client):
    here, there = two(Step.WORKING)
    for page in (dossier_page(coordinator_client, here), text(coordinator_client.get(page_of(here)))):
        assert "Nog open naast dit werk" in page and "Kas Maan" in page and BUTTON in page
    page = text(coordinator_client.get(page_of(there)))
    assert f"Selam Haile is sinds {here.working_on:%d-%m-%Y} aan het werk bij Kas Zon" in page and BUTTON in page
    for name in ("board", "list"):
        assert text(coordinator_client.get(url(Placement, name))).count("Werkt al bij Kas Zon") == 1


def test_one_button_ends_it_with_its_reason_settles_the_action_and_leads_back(coordinator_client):
    here, there = two(Step.INTERVIEW)
    act(coordinator_client, here, "step", step="working")
    back = url(Dossier, "inspect", here.dossier_id)
    answer = end(coordinator_client, there, back=back)
    assert answer.redirect_chain == [(back, 302)]
    there.refresh_from_db()
    assert (there.status, there.ended_on, str(there.end_reason)) == (Step.ENDED, today(), "Ander werk gevonden")
    assert not FollowUp.objects.open().exists()
    assert BUTTON not in text(answer) and status(here) == Step.WORKING


def test_a_start_that_is_taken_back_settles_the_action_and_its_repetition_brings_it_back(coordinator_client):
    here, _there = two(Step.INTERVIEW)
    act(coordinator_client, here, "step", step="working")
    act(coordinator_client, here, "back")
    assert not FollowUp.objects.open().exists()
    act(coordinator_client, here, "step", step="working")
    assert FollowUp.objects.open().count() == FollowUp.objects.count() == 1


def test_the_button_ends_nothing_twice_nor_what_changed_meanwhile(coordinator_client):
    here, there = two(Step.WORKING)
    assert "intussen gewijzigd" in text(end(coordinator_client, there, seen_at="2026-01-01T00:00:00+00:00"))
    assert status(there) == Step.PROPOSED
    end(coordinator_client, there)
    assert "staat al op “beëindigd”" in text(end(coordinator_client, there))
    undo_last_step(there)
    assert status(here) == Step.WORKING


def test_it_leads_to_no_other_site(coordinator_client):
    _here, there = two(Step.WORKING)
    assert end(coordinator_client, there, back="https://example.org/").redirect_chain == [(page_of(there), 302)]


def test_nobody_ends_it_without_the_right_and_a_click_alone_changes_nothing(coordinator_client, as_user, make_user):
    _here, there = two(Step.WORKING)
    assert act(as_user(make_user("nobody")), there, "other_work").status_code in (403, 404)
    coordinator_client.get(url(Placement, "other_work", there.pk))
    assert status(there) == Step.PROPOSED


def test_a_dossier_at_work_with_nothing_else_open_says_nothing(coordinator_client):
    here = make_placement(Step.WORKING)
    assert 'id="elsewhere"' not in raw(coordinator_client.get(url(Dossier, "inspect", here.dossier_id)))
    assert 'id="elsewhere"' not in raw(coordinator_client.get(page_of(here)))
