"""A placement takes its steps in order, on possible days, and only when nothing is missing."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import (
    Dossier,
    EmployerInterest,
    FollowUp,
    InReception,
    InterestStatus,
    Placement,
    Regulation,
    Status,
    Step,
    WorkKind,
    WorkRight,
)
from dossiers.models.candidate_page.answers import find_yes, record_answer
from dossiers.models.placements.placement_steps import (
    SHARED_FIELDS,
    StepRefused,
    propose,
    record_agreement,
    record_shared_data,
    take_step,
)
from dossiers.models.placements.step_requirements import find_missing_requirements, with_later_no

from .factories import make_dossier, make_employer, make_interest, make_sign_up
from .placements import days_ago, get_end_reason, make_placement, make_ready_dossier, today

pytestmark = pytest.mark.usefixtures("base_data")


def get_missing_codes(placement: Placement, step: Step) -> list[str]:
    return [requirement.code for requirement in find_missing_requirements(placement, step, today())]


def get_refusal_codes(action, *args, **kwargs) -> list[str]:
    with pytest.raises(StepRefused) as refused:
        action(*args, **kwargs)
    return [requirement.code for requirement in refused.value.requirements]


def test_a_placement_takes_all_steps_from_proposed_to_ended():
    placement = make_placement(Step.ENDED)
    assert [step for step, _day in placement.reached_steps] == list(Step)
    assert [span.days for _from, _to, span in placement.lead_times] == [10] * 5
    assert placement.reference.startswith("P-")
    assert [(record.status, record.history_type) for record in placement.history.all()][-1] == ("proposed", "+")


def test_the_status_of_a_dossier_follows_its_placements():
    dossier = make_ready_dossier()
    placement = make_placement(Step.PROPOSED, dossier)
    dossier.refresh_from_db()
    assert dossier.status == Status.MATCHED
    other = make_placement(Step.WORKING, Dossier.objects.get(pk=dossier.pk))
    dossier.refresh_from_db()
    assert dossier.status == Status.WORKING
    take_step(other, Step.ENDED, today(), end_reason=get_end_reason())
    dossier.refresh_from_db()
    assert dossier.status == Status.MATCHED
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    dossier.refresh_from_db()
    assert dossier.status == Status.AVAILABLE


def test_a_placed_dossier_can_only_be_set_to_completed_once_it_is_working():
    working = make_placement(Step.WORKING).dossier
    working.status = Status.AVAILABLE
    with pytest.raises(ValidationError, match="Beëindig"):
        working.full_clean()
    working.status = Status.COMPLETED
    working.full_clean()
    matched = make_placement(Step.PROPOSED).dossier
    for status in (Status.COMPLETED, Status.WITHDRAWN, Status.INTAKE):
        matched.status = status
        with pytest.raises(ValidationError):
            matched.full_clean()


def test_a_completed_dossier_stays_completed_when_its_placement_ends():
    placement = make_placement(Step.WORKING)
    Dossier.objects.filter(pk=placement.dossier_id).update(status=Status.COMPLETED)
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert Dossier.objects.get(pk=placement.dossier_id).status == Status.COMPLETED


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"expectation_talk_on": None}, "expectation_talk"),
        ({"privacy_notice_on": None}, "privacy_notice"),
        ({"work_right": WorkRight.NONE}, "work_right"),
        ({"status": Status.WITHDRAWN}, "closed"),
    ],
)
def test_a_proposal_needs_the_talk_the_notice_a_right_to_work_and_an_open_dossier(fields, code):
    assert code in get_refusal_codes(propose, make_ready_dossier(**fields), make_interest())
    assert not Placement.objects.exists()


def test_a_candidate_in_the_waiting_time_can_be_proposed_but_no_permit_can_be_requested():
    dossier = make_ready_dossier(
        application_date=days_ago(60), in_reception=InReception.UNKNOWN, document_expires_on=None
    )
    placement = make_placement(Step.INTERVIEW, dossier, begun=20)
    requirements = find_missing_requirements(placement, Step.PERMIT_REQUESTED, today())
    assert [requirement.code for requirement in requirements] == ["waiting_time", "reception", "document"]
    assert requirements[0].rule == Regulation.objects.get_in_force(Regulation.WAITING_TIME, today()).title
    assert get_refusal_codes(take_step, placement, Step.PERMIT_REQUESTED, today()) == [
        "waiting_time",
        "reception",
        "document",
    ]


def test_a_talk_after_the_day_of_the_proposal_does_not_count():
    dossier = make_ready_dossier(expectation_talk_on=days_ago(5))
    assert get_refusal_codes(propose, dossier, make_interest(), days_ago(6)) == ["expectation_talk"]
    assert propose(dossier, make_interest(), days_ago(5))


def test_no_data_is_shared_before_the_candidate_agrees():
    placement = make_placement()
    assert get_missing_codes(placement, Step.INTERVIEW) == ["agreement", "shared"]
    assert get_refusal_codes(record_shared_data, placement, {}, today()) == ["agreement"]
    placement = record_agreement(placement, days_ago(3))
    assert get_refusal_codes(record_shared_data, placement, {}, days_ago(4)) == ["agreement"]
    placement = record_shared_data(placement, {"given_name": "Selam"}, today())
    assert placement.shared == {"given_name": "Selam"}
    assert get_missing_codes(placement, Step.INTERVIEW) == []


def test_each_time_that_an_employer_was_told_counts_until_it_is_taken_back():
    placement = record_agreement(make_placement(begun=9), days_ago(9))
    assert placement.find_sharings() == []
    placement = record_shared_data(placement, {"profession": "kelner"}, days_ago(8))
    placement.notes = "Belt terug"
    placement.save()
    placement = record_shared_data(placement, {"profession": "kok"}, days_ago(8))
    placement = record_shared_data(placement, {"profession": "kok"}, days_ago(4))
    first, second, third = (days_ago(8), {"profession": "kelner"}), (days_ago(8), {"profession": "kok"}), days_ago(4)
    assert placement.find_sharings() == [(third, {"profession": "kok"}), second, first]
    placement.shared_on, placement.shared = None, {}
    placement.save()
    assert placement.find_sharings() == []
    placement = record_shared_data(placement, {"profession": "bakker"}, days_ago(3))
    assert placement.find_sharings() == [(days_ago(3), {"profession": "bakker"})]


def test_only_the_fixed_fields_can_be_shared():
    placement = record_agreement(make_placement(), today())
    with pytest.raises(ValueError, match="SHARED"):
        record_shared_data(placement, {"family_name": "Haile"}, today())
    assert "family_name" not in SHARED_FIELDS


def test_an_agreement_before_the_proposal_or_in_the_future_is_refused():
    placement = make_placement(begun=10)
    assert get_refusal_codes(record_agreement, placement, days_ago(11)) == ["before"]
    assert get_refusal_codes(record_agreement, placement, today() + timedelta(days=1)) == ["future"]


def test_paid_work_needs_a_valid_permit():
    placement = make_placement(Step.INTERVIEW)
    assert get_refusal_codes(take_step, placement, Step.WORKING, today()) == ["permit"]
    assert get_refusal_codes(take_step, placement, Step.PERMIT_GRANTED, today()) == ["permit_requested"]
    placement = take_step(placement, Step.PERMIT_REQUESTED, days_ago(30))
    assert get_refusal_codes(take_step, placement, Step.PERMIT_GRANTED, today()) == ["permit_until"]
    placement = take_step(placement, Step.PERMIT_GRANTED, days_ago(20), permit_valid_until=days_ago(1))
    assert get_refusal_codes(take_step, placement, Step.WORKING, today()) == ["permit_ended"]
    assert take_step(placement, Step.WORKING, days_ago(1)).status == Step.WORKING


@pytest.mark.parametrize(
    ("fields", "kind"), [({"work_right": WorkRight.FREE}, WorkKind.PAID), ({}, WorkKind.VOLUNTEERING)]
)
def test_free_candidates_and_volunteers_need_no_permit(fields, kind):
    dossier = make_ready_dossier(
        application_date=None, in_reception=InReception.UNKNOWN, document_expires_on=None, **fields
    )
    placement = make_placement(Step.INTERVIEW, dossier, kind=kind)
    assert Step.PERMIT_REQUESTED not in placement.next_steps
    assert get_refusal_codes(take_step, placement, Step.PERMIT_REQUESTED, today()) == ["no_permit_needed"]
    assert take_step(placement, Step.WORKING, today()).status == Step.WORKING


def test_a_wage_for_volunteering_is_refused():
    with pytest.raises(ValidationError, match="loon"):
        propose(make_ready_dossier(), make_interest(), kind=WorkKind.VOLUNTEERING, wage_agreed="14.50")


def test_an_interest_takes_no_more_people_than_its_positions():
    interest = make_interest(positions=1)
    first = make_placement(Step.PERMIT_GRANTED, interest=interest)
    second = make_placement(Step.PERMIT_GRANTED, interest=EmployerInterest.objects.get(pk=interest.pk))
    take_step(first, Step.WORKING, today())
    assert get_refusal_codes(take_step, second, Step.WORKING, today()) == ["place"]
    assert get_refusal_codes(propose, make_ready_dossier(), EmployerInterest.objects.get(pk=interest.pk)) == ["place"]


@pytest.mark.parametrize("status", [InterestStatus.CLOSED, InterestStatus.UNCONFIRMED])
def test_a_closed_or_unconfirmed_interest_takes_no_proposals(status):
    assert get_refusal_codes(propose, make_ready_dossier(), make_interest(status=status)) == ["interest_closed"]


def test_a_sign_up_takes_no_proposals_before_it_is_taken_over():
    assert get_refusal_codes(propose, make_ready_dossier(), make_sign_up()) == ["not_taken_over"]


def test_a_candidate_has_one_open_placement_at_an_interest():
    placement = make_placement()
    with pytest.raises(ValidationError, match="al een plaatsing"):
        propose(Dossier.objects.get(pk=placement.dossier_id), placement.interest)
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert propose(Dossier.objects.get(pk=placement.dossier_id), placement.interest)


def test_steps_out_of_order_or_on_impossible_days_are_refused():
    placement = make_placement(Step.PERMIT_REQUESTED, begun=50)
    assert get_refusal_codes(take_step, placement, Step.INTERVIEW, today()) == ["order"]
    assert get_refusal_codes(take_step, placement, Step.PERMIT_GRANTED, days_ago(31), permit_valid_until=today()) == [
        "before"
    ]
    assert get_refusal_codes(
        take_step, placement, Step.ENDED, today() + timedelta(days=1), end_reason=get_end_reason()
    ) == ["future"]
    ended = take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert ended.next_steps == []
    assert "order" in get_refusal_codes(take_step, ended, Step.WORKING, today())


def test_an_end_needs_a_reason():
    assert get_refusal_codes(take_step, make_placement(), Step.ENDED, today()) == ["end_reason"]


def test_a_refused_permit_ends_the_placement_and_records_the_day():
    placement = make_placement(Step.PERMIT_REQUESTED)
    placement = take_step(
        placement, Step.ENDED, today(), end_reason=get_end_reason("Vergunning geweigerd"), refused=True
    )
    assert (placement.permit_refused_on, placement.status) == (today(), Step.ENDED)


def test_an_agreement_after_the_day_of_sharing_is_refused():
    placement = record_shared_data(record_agreement(make_placement(begun=10), days_ago(9)), {}, days_ago(8))
    assert get_refusal_codes(record_agreement, placement, days_ago(7)) == ["shared"]
    assert record_agreement(placement, days_ago(8)).candidate_agreed_on == days_ago(8)


def test_after_a_candidate_declines_nothing_is_agreed_or_shared_until_they_change_their_mind():
    placement = record_agreement(make_placement(begun=10), days_ago(9))
    record_answer(placement, agrees=False)
    assert get_refusal_codes(record_agreement, placement, today()) == ["declined"]
    assert get_refusal_codes(record_shared_data, placement, {}, today()) == ["declined"]
    assert "declined" in get_refusal_codes(take_step, placement, Step.INTERVIEW, today())
    assert get_refusal_codes(lambda *args: record_agreement(*args, changed_mind=True), placement, days_ago(1)) == [
        "declined"
    ]
    placement = record_agreement(placement, today(), changed_mind=True)
    assert (placement.candidate_declined_on, placement.candidate_agreed_on) == (today(), today())
    assert not FollowUp.objects.open().exists()
    assert record_shared_data(placement, {}, today()).shared_on == today()
    record_answer(placement, agrees=False)  # too late for the rule, and news for the coordinator
    assert Placement.objects.get().candidate_agreed_on == today() and FollowUp.objects.open().exists()


def test_nothing_is_agreed_or_shared_with_an_employer_whose_interest_is_closed():
    placement = make_placement(begun=10)
    EmployerInterest.objects.update(status=InterestStatus.CLOSED)
    assert get_refusal_codes(record_agreement, placement, today()) == ["interest_closed"]
    assert "interest_closed" in get_refusal_codes(record_shared_data, placement, {}, today())


def test_a_yes_of_the_candidate_after_a_no_needs_no_confirmation():
    placement = make_placement(begun=10)
    for agrees in (False, True):
        record_answer(placement, agrees=agrees)
    assert record_agreement(placement, today()).candidate_declined_on is None


def test_an_action_for_an_answer_is_done_by_the_user_who_does_what_it_asks(coordinator):
    agreed_placement, declined_placement = make_placement(begun=10), make_placement(begun=10)
    record_answer(agreed_placement, agrees=True)
    record_agreement(agreed_placement, today(), user=coordinator)
    record_answer(declined_placement, agrees=False)
    take_step(declined_placement, Step.ENDED, today(), end_reason=get_end_reason(), user=coordinator)
    for placement in (agreed_placement, declined_placement):
        action = FollowUp.objects.get(placement=placement)
        assert action.is_done and action.done_by == coordinator and not action.has_lapsed
    changed_mind, ended = make_placement(begun=10), make_placement(begun=10)
    record_answer(changed_mind, agrees=False)
    record_agreement(changed_mind, today(), changed_mind=True, user=coordinator)
    record_answer(ended, agrees=True)
    take_step(ended, Step.ENDED, today(), end_reason=get_end_reason(), user=coordinator)
    for placement in (changed_mind, ended):
        assert FollowUp.objects.get(placement=placement).has_lapsed, "something else was done"


def test_actions_for_answers_lapse_when_the_agreement_is_recorded_or_the_placement_ends():
    agreed_placement, declined_placement = make_placement(begun=10), make_placement(begun=10)
    for agrees in (False, True):
        record_answer(agreed_placement, agrees=agrees)
    assert find_yes(agreed_placement) == today()
    record_agreement(agreed_placement, today())
    assert FollowUp.objects.filter(placement=agreed_placement).latest("pk").done_note == "Het akkoord is vastgelegd."
    record_answer(agreed_placement, agrees=True)  # no news
    record_answer(declined_placement, agrees=False)
    assert find_yes(declined_placement) is None
    take_step(declined_placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert not FollowUp.objects.open().exists()


def test_an_interview_before_the_day_of_sharing_is_refused():
    placement = record_shared_data(record_agreement(make_placement(begun=10), days_ago(9)), {}, days_ago(5))
    assert get_refusal_codes(take_step, placement, Step.INTERVIEW, days_ago(6)) == ["shared"]


def get_refusal(action, *args) -> str:
    with pytest.raises(StepRefused) as refused:
        action(*args)
    return str(refused.value)


def test_a_step_on_a_day_before_a_condition_was_met_says_from_which_day_it_can_be():
    talk_on, notice_on, agreed_on, shared_on = (days_ago(days) for days in (9, 8, 7, 6))
    dossier, interest = make_ready_dossier(expectation_talk_on=talk_on, privacy_notice_on=notice_on), make_interest()
    refusal = (
        f"het verwachtingengesprek was pas op {talk_on:%d-%m-%Y}: kies die dag of later; "
        f"de privacyverklaring is pas op {notice_on:%d-%m-%Y} gegeven: kies die dag of later"
    )
    assert get_refusal(propose, dossier, interest, days_ago(10)) == refusal
    placement = record_agreement(propose(dossier, interest, notice_on), agreed_on)
    too_early = f"het akkoord was pas op {agreed_on:%d-%m-%Y}: kies die dag of later"
    assert get_refusal(record_shared_data, placement, {}, notice_on) == too_early
    placement = record_shared_data(placement, {}, shared_on)
    told_later = f"de werkgever hoorde het pas op {shared_on:%d-%m-%Y}: kies die dag of later"
    assert get_refusal(take_step, placement, Step.INTERVIEW, notice_on) == f"{too_early}; {told_later}"
    told_before = f"de werkgever hoorde het al op {shared_on:%d-%m-%Y}: kies die dag of eerder"
    assert get_refusal(record_agreement, placement, today()) == told_before
    assert take_step(placement, Step.INTERVIEW, shared_on).status == Step.INTERVIEW


def test_a_talk_that_is_still_to_come_is_missing():
    dossier = make_ready_dossier(expectation_talk_on=today() + timedelta(days=1))
    assert get_refusal(propose, dossier, make_interest(), days_ago(1)) == "verwachtingengesprek"


def test_a_closed_dossier_cannot_be_reopened_while_the_candidate_works():
    placement = make_placement(Step.WORKING)
    dossier = Dossier.objects.get(pk=placement.dossier_id)
    dossier.status = Status.COMPLETED
    dossier.full_clean()
    dossier.save()
    dossier.status = Status.AVAILABLE
    with pytest.raises(ValidationError, match="Beëindig"):
        dossier.full_clean()


def test_an_interest_keeps_its_employer_after_an_agreement_and_its_taken_positions():
    interest = make_interest(positions=2)
    record_agreement(make_placement(interest=interest), today())
    interest = EmployerInterest.objects.get(pk=interest.pk)
    interest.employer = make_employer()
    with pytest.raises(ValidationError, match="akkoord"):
        interest.full_clean()
    full_interest = make_placement(Step.WORKING, interest=make_interest(positions=2)).interest
    make_placement(Step.WORKING, interest=EmployerInterest.objects.get(pk=full_interest.pk))
    full_interest = EmployerInterest.objects.get(pk=full_interest.pk)
    full_interest.positions = 1
    with pytest.raises(ValidationError, match="2 mensen"):
        full_interest.full_clean()


def test_an_interest_is_matched_while_data_of_a_candidate_is_shared():
    interest = make_interest(status=InterestStatus.NEW)
    placement = make_placement(Step.PROPOSED, interest=interest)
    assert EmployerInterest.objects.get(pk=interest.pk).status == InterestStatus.NEW
    placement = record_shared_data(record_agreement(placement, today()), {"given_name": "Selam"}, today())
    assert EmployerInterest.objects.get(pk=interest.pk).status == InterestStatus.MATCHED
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert EmployerInterest.objects.get(pk=interest.pk).status == InterestStatus.CONTACTED


def test_partners_and_readers_see_no_placements(partner, reader, coordinator):
    make_placement()
    assert not Placement.objects.visible_to(partner).exists()
    assert not Placement.objects.visible_to(reader).exists()
    assert Placement.objects.visible_to(coordinator).count() == 1


def test_notes_with_a_bsn_are_refused():
    placement = make_placement()
    placement.notes = "BSN 123456782"
    with pytest.raises(ValidationError):
        placement.full_clean()


def test_a_status_set_by_hand_places_nobody():
    dossier = make_dossier(status=Status.AVAILABLE)
    dossier.status = Status.WORKING
    with pytest.raises(ValidationError):
        dossier.full_clean()


def test_a_no_after_the_employer_was_told_blocks_the_next_step_until_somebody_dealt_with_it():
    placement = make_placement(Step.PROPOSED)
    record_agreement(placement, today())
    placement = record_shared_data(Placement.objects.get(), {"given_name": "Amal"}, today())
    record_answer(placement, agrees=False)
    assert get_refusal_codes(take_step, placement, Step.INTERVIEW, today()) == ["later_no"]
    assert get_missing_codes(with_later_no(Placement.objects).get(), Step.INTERVIEW) == ["later_no"]
    FollowUp.objects.get(occasion="candidate:no").resolve("Blijft erbij.")
    assert take_step(placement, Step.INTERVIEW, today()).status == Step.INTERVIEW
