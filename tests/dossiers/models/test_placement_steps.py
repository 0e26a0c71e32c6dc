"""A placement takes its steps in order, on days that can be, and none for which something is missing."""

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
from dossiers.models.placements.step_requirements import find_missing_requirements

from .factories import make_dossier, make_employer, make_interest, make_sign_up
from .placements import days_ago, get_end_reason, make_placement, make_ready_dossier, today

pytestmark = pytest.mark.usefixtures("base_data")


def codes(placement: Placement, step: Step) -> list[str]:
    return [one.code for one in find_missing_requirements(placement, step, today())]


def why(action, *args, **kwargs) -> list[str]:
    with pytest.raises(StepRefused) as refused:
        action(*args, **kwargs)
    return [one.code for one in refused.value.requirements]


def test_the_whole_way_from_proposed_to_ended():
    one = make_placement(Step.ENDED)
    assert [step for step, _day in one.reached_steps] == list(Step)
    assert [span.days for _from, _to, span in one.lead_times] == [10] * 5
    assert one.reference.startswith("P-")
    assert [(record.status, record.history_type) for record in one.history.all()][-1] == ("proposed", "+")


def test_the_dossier_follows_its_placements():
    dossier = make_ready_dossier()
    one = make_placement(Step.PROPOSED, dossier)
    dossier.refresh_from_db()
    assert dossier.status == Status.MATCHED
    other = make_placement(Step.WORKING, Dossier.objects.get(pk=dossier.pk))
    dossier.refresh_from_db()
    assert dossier.status == Status.WORKING
    take_step(other, Step.ENDED, today(), end_reason=get_end_reason())
    dossier.refresh_from_db()
    assert dossier.status == Status.MATCHED
    take_step(one, Step.ENDED, today(), end_reason=get_end_reason())
    dossier.refresh_from_db()
    assert dossier.status == Status.AVAILABLE


def test_who_works_can_be_completed_and_no_other_status_can_be_set_while_placed():
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


def test_a_completed_dossier_stays_so_when_its_placement_ends():
    one = make_placement(Step.WORKING)
    Dossier.objects.filter(pk=one.dossier_id).update(status=Status.COMPLETED)
    take_step(one, Step.ENDED, today(), end_reason=get_end_reason())
    assert Dossier.objects.get(pk=one.dossier_id).status == Status.COMPLETED


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"expectation_talk_on": None}, "expectation_talk"),
        ({"privacy_notice_on": None}, "privacy_notice"),
        ({"work_right": WorkRight.NONE}, "work_right"),
        ({"status": Status.WITHDRAWN}, "closed"),
    ],
)
def test_nobody_is_proposed_without_the_talk_the_notice_and_a_right_to_work(fields, code):
    assert code in why(propose, make_ready_dossier(**fields), make_interest())
    assert not Placement.objects.exists()


def test_who_waits_still_can_be_proposed_but_no_permit_is_requested():
    dossier = make_ready_dossier(
        application_date=days_ago(60), in_reception=InReception.UNKNOWN, document_expires_on=None
    )
    one = make_placement(Step.INTERVIEW, dossier, begun=20)
    found = find_missing_requirements(one, Step.PERMIT_REQUESTED, today())
    assert [each.code for each in found] == ["waiting_time", "reception", "document"]
    assert found[0].rule == Regulation.objects.get_in_force(Regulation.WAITING_TIME, today()).title
    assert why(take_step, one, Step.PERMIT_REQUESTED, today()) == ["waiting_time", "reception", "document"]


def test_a_talk_after_the_day_of_the_step_does_not_count():
    dossier = make_ready_dossier(expectation_talk_on=days_ago(5))
    assert why(propose, dossier, make_interest(), days_ago(6)) == ["expectation_talk"]
    assert propose(dossier, make_interest(), days_ago(5))


def test_an_employer_hears_nothing_before_the_candidate_agreed():
    one = make_placement()
    assert codes(one, Step.INTERVIEW) == ["agreement", "shared"]
    assert why(record_shared_data, one, {}, today()) == ["agreement"]
    one = record_agreement(one, days_ago(3))
    assert why(record_shared_data, one, {}, days_ago(4)) == ["agreement"]
    one = record_shared_data(one, {"given_name": "Selam"}, today())
    assert one.shared == {"given_name": "Selam"}
    assert codes(one, Step.INTERVIEW) == []


def test_nothing_is_shared_but_the_fixed_list():
    one = record_agreement(make_placement(), today())
    with pytest.raises(ValueError, match="SHARED"):
        record_shared_data(one, {"family_name": "Haile"}, today())
    assert "family_name" not in SHARED_FIELDS


def test_an_agreement_is_not_older_than_the_proposal_nor_still_to_come():
    one = make_placement(begun=10)
    assert why(record_agreement, one, days_ago(11)) == ["before"]
    assert why(record_agreement, one, today() + timedelta(days=1)) == ["future"]


def test_paid_work_needs_a_permit_in_force():
    one = make_placement(Step.INTERVIEW)
    assert why(take_step, one, Step.WORKING, today()) == ["permit"]
    assert why(take_step, one, Step.PERMIT_GRANTED, today()) == ["permit_requested"]
    one = take_step(one, Step.PERMIT_REQUESTED, days_ago(30))
    assert why(take_step, one, Step.PERMIT_GRANTED, today()) == ["permit_until"]
    one = take_step(one, Step.PERMIT_GRANTED, days_ago(20), permit_valid_until=days_ago(1))
    assert why(take_step, one, Step.WORKING, today()) == ["permit_ended"]
    assert take_step(one, Step.WORKING, days_ago(1)).status == Step.WORKING


@pytest.mark.parametrize(
    ("fields", "kind"), [({"work_right": WorkRight.FREE}, WorkKind.PAID), ({}, WorkKind.VOLUNTEERING)]
)
def test_no_permit_for_who_is_free_to_work_and_for_volunteering(fields, kind):
    dossier = make_ready_dossier(
        application_date=None, in_reception=InReception.UNKNOWN, document_expires_on=None, **fields
    )
    one = make_placement(Step.INTERVIEW, dossier, kind=kind)
    assert Step.PERMIT_REQUESTED not in one.next_steps
    assert why(take_step, one, Step.PERMIT_REQUESTED, today()) == ["no_permit_needed"]
    assert take_step(one, Step.WORKING, today()).status == Step.WORKING


def test_volunteering_is_not_paid():
    with pytest.raises(ValidationError, match="loon"):
        propose(make_ready_dossier(), make_interest(), kind=WorkKind.VOLUNTEERING, wage_agreed="14.50")


def test_no_more_at_work_than_there_are_places():
    interest = make_interest(positions=1)
    first = make_placement(Step.PERMIT_GRANTED, interest=interest)
    second = make_placement(Step.PERMIT_GRANTED, interest=EmployerInterest.objects.get(pk=interest.pk))
    take_step(first, Step.WORKING, today())
    assert why(take_step, second, Step.WORKING, today()) == ["place"]
    assert why(propose, make_ready_dossier(), EmployerInterest.objects.get(pk=interest.pk)) == ["place"]


@pytest.mark.parametrize("status", [InterestStatus.CLOSED, InterestStatus.UNCONFIRMED])
def test_a_closed_offer_takes_nobody(status):
    assert why(propose, make_ready_dossier(), make_interest(status=status)) == ["interest_closed"]


def test_a_sign_up_is_taken_over_first():
    assert why(propose, make_ready_dossier(), make_sign_up()) == ["not_taken_over"]


def test_one_candidate_has_one_open_placement_at_an_offer():
    one = make_placement()
    with pytest.raises(ValidationError, match="al een plaatsing"):
        propose(Dossier.objects.get(pk=one.dossier_id), one.interest)
    take_step(one, Step.ENDED, today(), end_reason=get_end_reason())
    assert propose(Dossier.objects.get(pk=one.dossier_id), one.interest)


def test_steps_come_in_order_on_days_that_can_be():
    one = make_placement(Step.PERMIT_REQUESTED, begun=50)
    assert why(take_step, one, Step.INTERVIEW, today()) == ["order"]
    assert why(take_step, one, Step.PERMIT_GRANTED, days_ago(31), permit_valid_until=today()) == ["before"]
    assert why(take_step, one, Step.ENDED, today() + timedelta(days=1), end_reason=get_end_reason()) == ["future"]
    ended = take_step(one, Step.ENDED, today(), end_reason=get_end_reason())
    assert ended.next_steps == []
    assert "order" in why(take_step, ended, Step.WORKING, today())


def test_an_end_says_why():
    assert why(take_step, make_placement(), Step.ENDED, today()) == ["end_reason"]


def test_a_refused_permit_is_an_end_with_its_day():
    one = make_placement(Step.PERMIT_REQUESTED)
    one = take_step(one, Step.ENDED, today(), end_reason=get_end_reason("Vergunning geweigerd"), refused=True)
    assert (one.permit_refused_on, one.status) == (today(), Step.ENDED)


def test_an_agreement_is_not_put_after_what_the_employer_was_told():
    one = record_shared_data(record_agreement(make_placement(begun=10), days_ago(9)), {}, days_ago(8))
    assert why(record_agreement, one, days_ago(7)) == ["shared"]
    assert record_agreement(one, days_ago(8)).candidate_agreed_on == days_ago(8)


def test_after_the_candidates_no_nothing_is_agreed_or_told_until_they_changed_their_mind():
    one = record_agreement(make_placement(begun=10), days_ago(9))
    record_answer(one, agrees=False)
    assert why(record_agreement, one, today()) == ["declined"]
    assert why(record_shared_data, one, {}, today()) == ["declined"]
    assert "declined" in why(take_step, one, Step.INTERVIEW, today())
    assert why(lambda *args: record_agreement(*args, changed_mind=True), one, days_ago(1)) == ["declined"]
    one = record_agreement(one, today(), changed_mind=True)
    assert (one.candidate_declined_on, one.candidate_agreed_on) == (today(), today())
    assert not FollowUp.objects.open().exists()
    assert record_shared_data(one, {}, today()).shared_on == today()
    record_answer(one, agrees=False)  # too late for the rule, and news for the coordinator
    assert Placement.objects.get().candidate_agreed_on == today() and FollowUp.objects.open().exists()


def test_the_candidates_own_yes_after_a_no_needs_no_confirmation():
    one = make_placement(begun=10)
    for agrees in (False, True):
        record_answer(one, agrees=agrees)
    assert record_agreement(one, today()).candidate_declined_on is None


def test_the_actions_of_the_candidates_answers_lapse_once_they_are_recorded_or_the_placement_ends():
    one, two = make_placement(begun=10), make_placement(begun=10)
    for agrees in (False, True):
        record_answer(one, agrees=agrees)
    assert find_yes(one) == today()
    record_agreement(one, today())
    assert FollowUp.objects.filter(placement=one).latest("pk").done_note == "Het akkoord is vastgelegd."
    record_answer(one, agrees=True)  # no news
    record_answer(two, agrees=False)
    assert find_yes(two) is None
    take_step(two, Step.ENDED, today(), end_reason=get_end_reason())
    assert not FollowUp.objects.open().exists()


def test_an_interview_is_not_before_the_day_on_which_the_employer_was_told():
    one = record_shared_data(record_agreement(make_placement(begun=10), days_ago(9)), {}, days_ago(5))
    assert why(take_step, one, Step.INTERVIEW, days_ago(6)) == ["shared"]


def test_a_closed_dossier_is_not_reopened_while_somebody_is_at_work():
    one = make_placement(Step.WORKING)
    dossier = Dossier.objects.get(pk=one.dossier_id)
    dossier.status = Status.COMPLETED
    dossier.full_clean()
    dossier.save()
    dossier.status = Status.AVAILABLE
    with pytest.raises(ValidationError, match="Beëindig"):
        dossier.full_clean()


def test_the_employer_to_whom_a_candidate_agreed_stays_and_so_do_the_places_taken():
    interest = make_interest(positions=2)
    record_agreement(make_placement(interest=interest), today())
    interest = EmployerInterest.objects.get(pk=interest.pk)
    interest.employer = make_employer()
    with pytest.raises(ValidationError, match="akkoord"):
        interest.full_clean()
    taken = make_placement(Step.WORKING, interest=make_interest(positions=2)).interest
    make_placement(Step.WORKING, interest=EmployerInterest.objects.get(pk=taken.pk))
    taken = EmployerInterest.objects.get(pk=taken.pk)
    taken.positions = 1
    with pytest.raises(ValidationError, match="2 mensen"):
        taken.full_clean()


def test_the_offer_is_matched_while_its_employer_knows_of_somebody():
    interest = make_interest(status=InterestStatus.NEW)
    one = make_placement(Step.PROPOSED, interest=interest)
    assert EmployerInterest.objects.get(pk=interest.pk).status == InterestStatus.NEW
    one = record_shared_data(record_agreement(one, today()), {"given_name": "Selam"}, today())
    assert EmployerInterest.objects.get(pk=interest.pk).status == InterestStatus.MATCHED
    take_step(one, Step.ENDED, today(), end_reason=get_end_reason())
    assert EmployerInterest.objects.get(pk=interest.pk).status == InterestStatus.CONTACTED


def test_who_may_not_see_placements_sees_none(partner, reader, coordinator):
    make_placement()
    assert not Placement.objects.visible_to(partner).exists()
    assert not Placement.objects.visible_to(reader).exists()
    assert Placement.objects.visible_to(coordinator).count() == 1


def test_notes_take_no_bsn():
    one = make_placement()
    one.notes = "BSN 123456782"
    with pytest.raises(ValidationError):
        one.full_clean()


def test_nobody_is_placed_by_setting_a_status():
    dossier = make_dossier(status=Status.AVAILABLE)
    dossier.status = Status.WORKING
    with pytest.raises(ValidationError):
        dossier.full_clean()
