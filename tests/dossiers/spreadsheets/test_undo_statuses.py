"""After an undo a status is what it would be without the import, including later changes of placements."""

import pytest
from django.utils import timezone

from dossiers.models import Dossier, EmployerInterest, InterestStatus, Placement, Status, Step
from dossiers.models.placements.placement_steps import (
    SHARED_FIELDS,
    propose,
    record_agreement,
    record_shared_data,
    take_step,
    undo_last_step,
)
from dossiers.spreadsheets.undo.planner import plan_undo

from ..models.factories import make_employer, make_interest
from ..models.placements import get_end_reason, make_placement, make_ready_dossier, today
from .imports import Lists
from .undo import INTERESTS, get_kept_reasons, undo_import, undo_refused

pytestmark = pytest.mark.usefixtures("base_data")


def import_values(lists: Lists, record: Dossier | EmployerInterest, **values: str):
    """Import these values for a record."""
    headers = {"status": "Status", "closing_reason": "Afsluitreden", "positions": "Plekken"}
    row = {"Referentie": record.reference} | {headers[name]: value for name, value in values.items()}
    run = lists.apply(row, **(INTERESTS if isinstance(record, EmployerInterest) else {}))
    assert run.rows.get().action == "changed", run.rows.get().errors
    return run


def get_status(record: Dossier | EmployerInterest) -> str:
    record.refresh_from_db()
    return record.status


def share_data(placement: Placement) -> Placement:
    return record_shared_data(record_agreement(placement, today()), dict.fromkeys(SHARED_FIELDS, "–"), today())


def test_a_candidate_whose_placement_ended_in_the_meantime_becomes_available(lists: Lists) -> None:
    placement = make_placement(Step.WORKING)
    run = import_values(lists, placement.dossier, status="afgerond")
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert plan_undo(run).replaced_changes == {run.rows.get().pk: {"status": [Status.AVAILABLE, Status.COMPLETED]}}
    undo_import(run)
    assert get_status(placement.dossier) == Status.AVAILABLE
    step = Dossier.history.filter(id=placement.dossier_id).latest()
    assert (step.status, step.history_change_reason) == (Status.AVAILABLE, "Import ongedaan gemaakt")
    assert run.rows.get().changes == {"status": ["available", "completed"]}


def test_a_candidate_whose_start_was_reverted_in_the_meantime_becomes_matched(lists: Lists) -> None:
    placement = make_placement(Step.WORKING)
    run = import_values(lists, placement.dossier, status="afgerond")
    undo_last_step(placement)
    undo_import(run)
    assert get_status(placement.dossier) == Status.MATCHED


def test_a_candidate_with_a_placement_at_work_becomes_working_again(lists: Lists) -> None:
    placement = make_placement(Step.WORKING)
    undo_import(run := import_values(lists, placement.dossier, status="afgerond"))
    assert get_status(placement.dossier) == Status.WORKING and not get_kept_reasons(run)


def test_a_candidate_placed_in_the_meantime_remains_matched(lists: Lists) -> None:
    dossier = make_ready_dossier(status=Status.INTAKE)
    run = import_values(lists, dossier, status="beschikbaar")
    placement = propose(dossier, make_interest())
    assert undo_refused(run) == {2: {"status": ["edited"]}} and get_status(dossier) == Status.MATCHED
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert get_status(dossier) == Status.AVAILABLE


def test_a_candidate_placed_and_ended_in_the_meantime_remains_available(lists: Lists) -> None:
    dossier = make_ready_dossier(status=Status.INTAKE)
    run = import_values(lists, dossier, status="beschikbaar")
    take_step(propose(dossier, make_interest()), Step.ENDED, today(), end_reason=get_end_reason())
    assert undo_refused(run) == {2: {"status": ["edited"]}} and get_status(dossier) == Status.AVAILABLE


def test_a_dossier_closed_by_the_import_is_reopened(lists: Lists) -> None:
    dossier = make_ready_dossier()
    undo_import(run := import_values(lists, dossier, status="gestopt", closing_reason="Wil niet meer meedoen"))
    assert get_status(dossier) == Status.AVAILABLE and dossier.closing_reason is None and not get_kept_reasons(run)


def test_each_status_follows_from_the_placements_of_its_own_dossier(lists: Lists) -> None:
    stopped, works = make_placement(Step.WORKING), make_placement(Step.WORKING)
    rows = [{"Referentie": placement.dossier.reference, "Status": "afgerond"} for placement in (stopped, works)]
    run = lists.apply(*rows)
    take_step(stopped, Step.ENDED, today(), end_reason=get_end_reason())
    undo_import(run)
    assert [get_status(placement.dossier) for placement in (stopped, works)] == [Status.AVAILABLE, Status.WORKING]


# Interests


def test_an_interest_whose_only_placement_ended_in_the_meantime_becomes_contacted(lists: Lists) -> None:
    placement = make_placement(Step.WORKING)
    assert get_status(placement.interest) == InterestStatus.MATCHED
    run = import_values(lists, placement.interest, status="gesloten")
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    undo_import(run)
    assert get_status(placement.interest) == InterestStatus.CONTACTED


def test_an_interest_of_which_the_only_placement_is_gone_becomes_contacted(lists: Lists) -> None:
    ended, deleted = make_placement(Step.WORKING), make_placement(Step.WORKING)
    runs = [import_values(lists, placement.interest, status="gesloten") for placement in (ended, deleted)]
    take_step(ended, Step.ENDED, today(), end_reason=get_end_reason())
    deleted.delete()
    for run, placement in zip(runs, (ended, deleted), strict=True):
        assert plan_undo(run).replaced_changes == {run.rows.get().pk: {"status": ["contacted", "closed"]}}
        undo_import(run)
        assert get_status(placement.interest) == InterestStatus.CONTACTED


def test_a_status_that_the_placements_give_by_now_counts_as_put_back_already(lists: Lists) -> None:
    placement = share_data(make_placement())
    run = import_values(lists, placement.interest, status="contact gehad")
    placement.delete()
    undo_import(run)
    assert get_kept_reasons(run) == {2: {"status": ["back"]}}
    assert get_status(placement.interest) == InterestStatus.CONTACTED


def test_a_status_set_by_staff_is_restored_regardless_of_the_placements(lists: Lists) -> None:
    placement = make_placement(Step.WORKING)
    Placement.objects.update(changed_at=timezone.now())
    for former in (InterestStatus.CONTACTED, InterestStatus.MATCHED):
        EmployerInterest.objects.update(status=former)
        undo_import(import_values(lists, placement.interest, status="gesloten"))
        assert get_status(placement.interest) == former


def test_positions_are_not_restored_below_the_number_of_people_at_work(lists: Lists) -> None:
    interest = make_interest(employer=make_employer(), positions=1)
    make_placement(Step.WORKING, interest=interest)
    run = import_values(lists, interest, positions="2")
    make_placement(Step.WORKING, interest=interest)
    assert undo_refused(run) == {2: {"positions": ["at_work"]}}
    interest.refresh_from_db()
    assert interest.positions == 2


def test_positions_are_restored_when_nobody_started_to_work(lists: Lists) -> None:
    interest = make_interest(employer=make_employer(), positions=1)
    undo_import(run := import_values(lists, interest, positions="2"))
    interest.refresh_from_db()
    assert interest.positions == 1 and not get_kept_reasons(run)
