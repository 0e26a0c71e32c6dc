"""Tests of the warnings about other open placements of a candidate who starts to work."""

import pytest

from dossiers.models import Dossier, FollowUp, Placement, Step, WorkRight
from dossiers.models.placements.placement_steps import undo_last_step

from ..models.factories import make_employer, make_interest
from ..models.placements import make_placement, make_ready_dossier, today
from .pages import raw, text, url
from .test_placements import get_status, placement_url, submit

pytestmark = pytest.mark.usefixtures("base_data")
BUTTON = "Beëindig: ander werk gevonden"


def make_two_placements(step: Step) -> tuple[Placement, Placement]:
    """Return two placements of one candidate: at Kas Zon in this step, and proposed to Kas Maan."""
    dossier = make_ready_dossier(given_name="Selam", family_name="Haile", work_right=WorkRight.FREE)
    first_interest, second_interest = (
        make_interest(employer=make_employer(company_name=name)) for name in ("Kas Zon", "Kas Maan")
    )
    return make_placement(step, dossier, first_interest), make_placement(Step.PROPOSED, dossier, second_interest)


def get_dossier_page(coordinator_client, placement: Placement) -> str:
    return text(coordinator_client.get(url(Dossier, "inspect", placement.dossier_id)))


def end_placement(coordinator_client, placement: Placement, **more):
    return submit(coordinator_client, placement, "other_work", **more)


@pytest.mark.parametrize("options", [{}, {"board": ""}])
def test_recording_a_start_names_open_placements_and_creates_an_action(coordinator_client, options):
    started, other = make_two_placements(Step.INTERVIEW)
    assert "Ook elders voorgesteld" in text(coordinator_client.get(placement_url(started)))
    page_text = text(submit(coordinator_client, started, "step", step="working", **options))
    assert "Selam Haile heeft nog 1 andere plaatsing open: Kas Maan (voorgesteld)" in page_text
    assert get_status(other) == Step.PROPOSED
    assert [action.placement for action in FollowUp.objects.open()] == [other]


def test_a_start_without_another_proposal_shows_no_warning(coordinator_client):
    placement = make_placement(Step.INTERVIEW, make_ready_dossier(work_right=WorkRight.FREE))
    assert "andere plaatsing" not in text(submit(coordinator_client, placement, "step", step="working"))
    assert not FollowUp.objects.exists()


def test_the_warning_is_on_the_dossier_both_placements_the_board_and_the_list(coordinator_client):
    started, other = make_two_placements(Step.WORKING)
    for page in (get_dossier_page(coordinator_client, started), text(coordinator_client.get(placement_url(started)))):
        assert "Nog open naast dit werk" in page and "Kas Maan" in page and BUTTON in page
    page = text(coordinator_client.get(placement_url(other)))
    assert f"Selam Haile is sinds {started.working_on:%d-%m-%Y} aan het werk bij Kas Zon" in page and BUTTON in page
    for name in ("board", "list"):
        assert text(coordinator_client.get(url(Placement, name))).count("Werkt al bij Kas Zon") == 1


def test_one_button_ends_the_other_placement_and_completes_its_action(coordinator_client):
    started, other = make_two_placements(Step.INTERVIEW)
    submit(coordinator_client, started, "step", step="working")
    back_url = url(Dossier, "inspect", started.dossier_id)
    answer = end_placement(coordinator_client, other, back=back_url)
    assert answer.redirect_chain == [(back_url, 302)]
    other.refresh_from_db()
    assert (other.status, other.ended_on, str(other.end_reason)) == (Step.ENDED, today(), "Ander werk gevonden")
    assert not FollowUp.objects.open().exists()
    assert BUTTON not in text(answer) and get_status(started) == Step.WORKING


def test_undoing_a_start_completes_the_action_and_repeating_it_reopens_it(coordinator_client):
    started, _other = make_two_placements(Step.INTERVIEW)
    submit(coordinator_client, started, "step", step="working")
    submit(coordinator_client, started, "back")
    assert not FollowUp.objects.open().exists()
    submit(coordinator_client, started, "step", step="working")
    assert FollowUp.objects.open().count() == FollowUp.objects.count() == 1


def test_the_button_refuses_an_ended_or_changed_placement(coordinator_client):
    started, other = make_two_placements(Step.WORKING)
    assert "intussen gewijzigd" in text(end_placement(coordinator_client, other, seen_at="2026-01-01T00:00:00+00:00"))
    assert get_status(other) == Step.PROPOSED
    end_placement(coordinator_client, other)
    assert "staat al op “beëindigd”" in text(end_placement(coordinator_client, other))
    undo_last_step(other)
    assert get_status(started) == Step.WORKING


def test_the_button_does_not_redirect_to_another_site(coordinator_client):
    _started, other = make_two_placements(Step.WORKING)
    assert end_placement(coordinator_client, other, back="https://example.org/").redirect_chain == [
        (placement_url(other), 302)
    ]


def test_ending_a_placement_needs_permission_and_a_post_request(coordinator_client, as_user, make_user):
    _started, other = make_two_placements(Step.WORKING)
    assert submit(as_user(make_user("nobody")), other, "other_work").status_code in (403, 404)
    coordinator_client.get(url(Placement, "other_work", other.pk))
    assert get_status(other) == Step.PROPOSED


def test_a_working_dossier_without_other_placements_shows_no_warning(coordinator_client):
    started = make_placement(Step.WORKING)
    assert 'id="elsewhere"' not in raw(coordinator_client.get(url(Dossier, "inspect", started.dossier_id)))
    assert 'id="elsewhere"' not in raw(coordinator_client.get(placement_url(started)))
