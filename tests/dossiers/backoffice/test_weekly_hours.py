"""Tests of the weekly hours of a candidate over all placements, and of the confirmation above a full week."""

import pytest

from dossiers.models import Placement, Step, WorkRight

from ..models.factories import make_employer, make_interest
from ..models.placements import make_placement, make_ready_dossier
from .pages import form_data, text, url
from .test_placements import get_status, placement_url, submit
from .test_proposals import proposal_url, submit_proposal

pytestmark = pytest.mark.usefixtures("base_data")
WORKED = "Werkt al: Kas Zon, 32 uur per week. Samen met dit werk: 64 uur per week."
QUESTION = "Ja, 64 uur per week is de bedoeling"
REFUSAL = "Dit is meer dan 40 uur per week. Vink het vakje aan als dat de bedoeling is."


def make_work_of_32_hours(step: Step = Step.WORKING) -> Placement:
    employer = make_employer(company_name="Kas Zon")
    return make_placement(
        step, make_ready_dossier(work_right=WorkRight.FREE), make_interest(employer=employer), hours_per_week=32
    )


def make_second_placement(work: Placement, hours: int | None, step: Step = Step.INTERVIEW) -> Placement:
    placement = make_placement(step, work.dossier)
    Placement.objects.filter(pk=placement.pk).update(hours_per_week=hours)
    return placement


def test_a_start_above_a_full_week_needs_a_confirmation(coordinator_client):
    placement = make_second_placement(make_work_of_32_hours(), 32)
    page = text(coordinator_client.get(placement_url(placement)))
    assert WORKED in page and QUESTION in page
    page = text(submit(coordinator_client, placement, "step", step="working"))
    assert REFUSAL in page and "is niet vastgelegd" in page
    assert get_status(placement) == Step.INTERVIEW
    submit(coordinator_client, placement, "step", step="working", hours_confirmed="on")
    assert get_status(placement) == Step.WORKING


def test_hours_within_a_full_week_need_no_confirmation(coordinator_client):
    placement = make_second_placement(make_work_of_32_hours(), 8)
    page = text(coordinator_client.get(placement_url(placement)))
    assert "Samen met dit werk: 40 uur per week." in page and "de bedoeling" not in page
    submit(coordinator_client, placement, "step", step="working")
    assert get_status(placement) == Step.WORKING


def test_missing_hours_are_named(coordinator_client):
    placement = make_second_placement(make_work_of_32_hours(), None)
    assert "De uren van dit werk zijn niet ingevuld." in text(coordinator_client.get(placement_url(placement)))
    Placement.objects.exclude(pk=placement.pk).update(hours_per_week=None)
    assert "Werkt al: Kas Zon, uren niet ingevuld." in text(coordinator_client.get(placement_url(placement)))


def test_moving_a_card_leads_to_the_confirmation(coordinator_client):
    placement = make_second_placement(make_work_of_32_hours(), 32)
    page = submit(coordinator_client, placement, "step", step="working", board="")
    assert page.redirect_chain[-1][0] == f"{placement_url(placement)}?step=working#step-working"
    assert QUESTION in text(page) and get_status(placement) == Step.INTERVIEW


@pytest.mark.parametrize("typed", ["32", "9" * 5000, "-1", "twee"])
def test_a_proposal_with_too_many_hours_needs_a_confirmation(coordinator_client, typed):
    work, offer = make_work_of_32_hours(), make_interest(hours_per_week=8)
    assert "Samen met dit werk: 40 uur per week." in text(
        coordinator_client.get(proposal_url(dossier=work.dossier, interest=offer))
    )
    page = text(submit_proposal(coordinator_client, work.dossier, offer, hours_per_week=typed))
    assert Placement.objects.count() == 1
    if typed == "32":
        assert QUESTION in page and REFUSAL in page
        submit_proposal(coordinator_client, work.dossier, offer, hours_per_week=typed, hours_confirmed="on")
        assert Placement.objects.count() == 2


def test_the_form_needs_a_confirmation_only_for_changed_hours(coordinator_client):
    placement = make_second_placement(make_work_of_32_hours(), 8)
    edit = url(Placement, "edit", placement.pk)
    page = coordinator_client.get(edit)
    assert "Samen met dit werk: 40 uur per week." in text(page) and "de bedoeling" not in text(page)
    page = coordinator_client.post(edit, form_data(page, hours_per_week="32"))
    assert QUESTION in text(page) and REFUSAL in text(page)
    coordinator_client.post(edit, form_data(page, hours_per_week="32", hours_confirmed="on"))
    assert Placement.objects.get(pk=placement.pk).hours_per_week == 32
    coordinator_client.post(edit, form_data(coordinator_client.get(edit), notes="In de avond"))
    assert Placement.objects.get(pk=placement.pk).notes == "In de avond"


def test_undoing_an_end_needs_a_confirmation(coordinator_client):
    ended = make_work_of_32_hours(Step.ENDED)
    employer = make_employer(company_name="Kas Maan")
    make_placement(Step.WORKING, ended.dossier, make_interest(employer=employer), hours_per_week=32)
    assert QUESTION in text(coordinator_client.get(url(Placement, "back", ended.pk)))
    assert REFUSAL in text(submit(coordinator_client, ended, "back"))
    assert get_status(ended) == Step.ENDED
    submit(coordinator_client, ended, "back", hours_confirmed="on")
    assert get_status(ended) == Step.WORKING
