"""Findings, contact moments and actions about a candidate and an employer."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone

from dossiers.models import ContactMoment, Dossier, Finding, FindingCategory, FollowUp, Placement, Step

from .factories import make_dossier, make_employer, make_interest
from .placements import days_ago, make_placement, today

pytestmark = pytest.mark.usefixtures("base_data")


def make_finding(code: str = "taal", **fields) -> Finding:
    category = FindingCategory.objects.get(code=code)
    defaults = {"side": Finding.Side.CANDIDATE, "description": "Nog weinig Nederlands."}
    return Finding(category=category, **defaults | fields)


def saved(record):
    record.full_clean()
    record.save()
    return record


def test_a_finding_is_a_draft_until_a_coordinator_confirms_it(coordinator):
    finding = saved(make_finding())
    assert list(Finding.objects.drafts()) == [finding] and not Finding.objects.confirmed().exists()
    finding.confirm(coordinator)
    assert list(Finding.objects.confirmed()) == [finding] and finding.confirmed_by == coordinator
    moment = finding.confirmed_at
    finding.confirm(coordinator)
    assert finding.confirmed_at == moment


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"noticed_on": today() + timedelta(days=1)}, "noticed_on"),
        ({"noticed_on": days_ago(3), "solved_on": days_ago(4)}, "solved_on"),
        ({"solved_on": today() + timedelta(days=1)}, "solved_on"),
        ({"description": "BSN 123456782"}, "description"),
    ],
)
def test_a_finding_with_impossible_values_is_refused(fields, field):
    with pytest.raises(ValidationError) as refused:
        make_finding(**fields).full_clean()
    assert list(refused.value.message_dict) == [field]


def test_a_dossier_with_findings_or_contact_moments_cannot_be_deleted_and_its_actions_go_with_it():
    dossier = make_dossier()
    FollowUp.objects.create(dossier=dossier, text="Bel terug", due_on=today())
    for work in (make_finding(dossier=dossier), ContactMoment(dossier=dossier, text="Kennisgemaakt")):
        saved(work)
        with pytest.raises(ProtectedError):
            Dossier.objects.filter(pk=dossier.pk).delete()
        work.delete()
    dossier.delete()
    assert not FollowUp.objects.exists()


def test_a_category_with_findings_cannot_be_deleted():
    finding = saved(make_finding())
    with pytest.raises(ProtectedError):
        finding.category.delete()


def test_a_finding_about_a_placement_is_also_about_its_candidate_and_employer():
    placement = make_placement()
    finding = saved(make_finding(placement=placement))
    dossier_finding = saved(make_finding(dossier=make_dossier()))
    for record in (placement.dossier, placement.interest, placement.interest.employer, placement):
        assert list(Finding.objects.about(record)) == [finding]
    assert list(Finding.objects.about(dossier_finding.dossier)) == [dossier_finding]


def test_a_contact_moment_names_a_person_or_employer_and_is_not_in_the_future():
    with pytest.raises(ValidationError, match="met wie"):
        ContactMoment(text="Gebeld").full_clean()
    with pytest.raises(ValidationError, match="nog komen"):
        ContactMoment(employer=make_employer(), text="Gebeld", held_on=today() + timedelta(days=1)).full_clean()
    assert saved(ContactMoment(employer=make_employer(), text="Gebeld")).held_on == today()


def test_an_action_is_due_from_its_day_until_it_is_done(coordinator):
    action = saved(FollowUp(text="Bellen", due_on=today(), interest=make_interest()))
    saved(FollowUp(text="Later", due_on=today() + timedelta(days=1)))
    assert list(FollowUp.objects.due(today())) == [action]
    action.mark_done(coordinator)
    assert not FollowUp.objects.due(today()).exists() and action.done_by == coordinator
    action.reopen()
    assert list(FollowUp.objects.due(today())) == [action]


def test_actions_owned_by_a_coordinator_include_those_without_an_active_owner(coordinator, make_user):
    owners = (coordinator, None, make_user("left", is_active=False), make_user("other"))
    actions = [saved(FollowUp(text="Bellen", due_on=today(), owner=owner)) for owner in owners]
    assert set(FollowUp.objects.owned_by(coordinator)) == set(actions[:3])
    assert [action.is_unassigned for action in actions] == [False, True, True, False]


def test_a_rule_makes_one_action_per_occasion_and_people_make_any_number():
    FollowUp.objects.create(text="Bellen", due_on=today())
    FollowUp.objects.create(text="Bellen", due_on=today())
    FollowUp.objects.create(text="Bellen", due_on=today(), rule="permit", occasion="7")
    with pytest.raises(IntegrityError):
        FollowUp.objects.create(text="Bellen", due_on=today(), rule="permit", occasion="7")


@pytest.mark.parametrize("model", [Finding, ContactMoment, FollowUp])
def test_partners_and_readers_see_no_findings_contact_moments_or_actions(model, partner, reader, coordinator):
    saved(make_finding())
    saved(ContactMoment(employer=make_employer(), text="Gebeld"))
    saved(FollowUp(text="Bellen", due_on=today()))
    assert model.objects.visible_to(coordinator).count() == 1
    assert not model.objects.visible_to(partner).exists()
    assert not model.objects.visible_to(reader).exists()


def test_an_anonymised_dossier_gets_no_new_findings_or_contact_moments(base_data):
    placement = make_placement(Step.ENDED)
    Dossier.objects.filter(pk=placement.dossier.pk).update(anonymised_at=timezone.now())
    placement = Placement.objects.get(pk=placement.pk)
    for record in (
        make_finding(dossier=placement.dossier),
        make_finding(placement=placement),
        ContactMoment(placement=placement, text="x"),
    ):
        with pytest.raises(ValidationError, match="geanonimiseerd"):
            record.full_clean()
