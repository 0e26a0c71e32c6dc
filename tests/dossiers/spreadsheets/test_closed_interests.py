"""A list that changes a closed interest asks first."""

import pytest
from django.urls import reverse

from dossiers.models import ClosingReason, Employer, EmployerInterest, InterestStatus
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports.file_parts.parts import part_warnings

from ..backoffice.pages import press, text
from .imports import apply, correct_cell, decide_on_older_values
from .test_repeated_values import edit, find_question
from .undo import INTERESTS, JOB

WORDS = "1 regel van deze lijst wijzigt een gesloten interesse: Kwekerij (Plekken)."


@pytest.fixture
def interest(lists, base_data) -> EmployerInterest:
    lists.apply(JOB, **INTERESTS)
    interest = EmployerInterest.objects.get()
    edit(
        interest,
        status=InterestStatus.CLOSED,
        closing_reason=ClosingReason.objects.filter(side=ClosingReason.Side.EMPLOYER).first(),
    )
    return interest


@pytest.mark.parametrize(("use_older", "positions"), [(False, 4), (True, 7)])
def test_a_list_asks_before_it_changes_a_closed_interest(lists, interest, use_older, positions):
    run = lists.preview(JOB | {"Plekken": "7", "Plaats": "Urk"}, **INTERESTS)
    assert find_question(run).words == WORDS
    with pytest.raises(NotApplied):
        apply(run)
    apply(decide_on_older_values(run, use_older=use_older))
    interest.refresh_from_db()
    assert (interest.positions, interest.status) == (positions, "closed")
    assert Employer.objects.get().city == "Urk", "the employer is not closed"


def test_the_preview_asks_whether_a_closed_interest_is_changed_and_says_what_was_answered(
    lists, interest, coordinator, client
):
    client.force_login(coordinator)
    run = lists.preview(JOB | {"Plekken": "7"}, **INTERESTS)
    url = reverse("dossiers_import", args=[run.pk])
    page = client.get(url)
    assert f"{WORDS} Toch wijzigen?" in text(page) and "wijzigt een gesloten interesse Nog niet beslist." in text(page)
    closed = "1 interesse in deze lijst is gesloten"
    assert closed not in text(page), "the question says so already"
    assert closed in text(press(client, page, "Laten zoals het is"))
    run.refresh_from_db()
    assert part_warnings(run) == [f"{WORDS} Wat er nu staat, blijft staan."]
    assert run.counts()["unchanged"] == 1


def test_a_list_asks_nothing_about_an_open_interest_or_one_that_it_opens_by_its_reference(lists, interest):
    run = lists.preview(JOB | {"Plekken": "7", "Kenmerk": interest.reference, "Status": "nieuw"}, **INTERESTS)
    assert find_question(run).words.endswith("herhaalt oudere gegevens, die daarna zijn gewijzigd: Kwekerij (Status).")
    apply(decide_on_older_values(run, use_older=True))
    assert EmployerInterest.objects.get().positions == 7
    assert find_question(lists.preview(JOB | {"Plekken": "9"}, **INTERESTS)) is None


def test_a_value_that_a_user_types_for_a_closed_interest_is_not_asked_about(lists, interest):
    run = lists.preview(JOB | {"Plekken": "7"}, **INTERESTS)
    correct_cell(run, run.rows.get(), "positions", "8")
    assert find_question(run) is None
