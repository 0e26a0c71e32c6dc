"""An undone merge restores both dossiers, except for later changes."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from dossiers.models import ClosingReason, Dossier, Merge, OwnField, Placement, Sector, Status, Step, Supply
from dossiers.models.change_set import NotUndone
from dossiers.models.merges.merge import get_version_mark
from dossiers.models.merges.undo import plan_undo, undo
from dossiers.models.placements.placement_steps import record_agreement, take_step
from dossiers.models.placements.status_sync import sync_after_deletion, sync_statuses

from .factories import make_dossier
from .merges import create_supply, get_state, merge_dossiers, undo_merge
from .placements import get_end_reason, make_placement, make_ready_dossier, today

TEXTS = st.sampled_from(["", "kok", "lasser", "é, ';\n%"])
FIELDS = st.fixed_dictionaries(
    {
        "given_name": st.sampled_from(["Selam", "Selaam", "Çelik"]),
        "profession": TEXTS,
        "notes": TEXTS,
        "languages": st.lists(st.sampled_from(["ar", "en", "ti"]), unique=True),
        "hours_per_week": st.sampled_from([None, 1, 40]),
        "driving_licence": st.sampled_from([None, True, False]),
        "available_from": st.sampled_from([None, date(2026, 1, 31)]),
        "in_reception": st.sampled_from(["yes", "no", "unknown", ""]),
        "work_right": st.sampled_from(["permit_needed", "free", ""]),
        "status": st.sampled_from(Status.values),
        "sectors": st.lists(st.sampled_from(["Zorg", "Bouw", "Logistiek"]), unique=True),
    }
)
SUPPLIES = st.lists(st.sampled_from(["AZC Luttelgeest", "Werkcorporatie"]), max_size=3)
CHOICES = st.dictionaries(
    st.sampled_from(["profession", "notes", "status", "languages"]), st.sampled_from(["kept", "other", "both"])
)


@settings(max_examples=25)
@given(target=FIELDS, source=FIELDS, target_supplies=SUPPLIES, source_supplies=SUPPLIES, choices=CHOICES)
def test_an_undone_merge_restores_everything(base_data, target, source, target_supplies, source_supplies, choices):
    Dossier.objects.all().delete()
    dossiers = make_dossier(**target), make_dossier(**source)
    for number, (dossier, organisation) in enumerate(
        [(dossiers[0], organisation_name) for organisation_name in target_supplies]
        + [(dossiers[1], organisation_name) for organisation_name in source_supplies]
    ):
        create_supply(dossier, organisation, str(number) if number % 2 else "")
    Dossier.objects.filter(pk=dossiers[1].pk).update(created_at=timezone.now() - timedelta(days=9, microseconds=7))
    before = get_state()
    merge_record = merge_dossiers(*dossiers, **choices)
    assert Dossier.objects.count() == 1
    assert Supply.objects.filter(dossier=dossiers[0]).count() == len(target_supplies) + len(source_supplies)
    plan = undo_merge(merge_record)
    assert get_state() == before
    assert (plan.left, plan.gone, plan.added, plan.incomplete) == ({}, [], [], [])


def test_what_changed_after_the_merge_stays_with_the_kept_dossier_and_is_named(base_data):
    shoe_size = OwnField.objects.create(record="dossiers", label="Schoenmaat", kind=OwnField.Kind.NUMBER)
    merge_dossiers(make_dossier(hours_per_week=16, sectors=["Zorg"]), make_dossier(hours_per_week=24, sectors=["Zorg"]))
    assert plan_undo(Merge.objects.get()).left == {}
    dossier = Dossier.objects.get()
    dossier.hours_per_week, dossier.extra = 12, {shoe_size.key: 42}
    dossier.save()
    dossier.sectors.set(Sector.objects.filter(name="Bouw"))
    assert plan_undo(Merge.objects.get()).left == dict.fromkeys(("hours_per_week", shoe_size.key, "sectors"), "edited")
    undo_merge(Merge.objects.get())
    assert set(Dossier.objects.values_list("hours_per_week", flat=True)) == {12, 24}


def test_an_undo_is_in_history_and_log_of_both(base_data, coordinator):
    target, source = make_dossier(), make_dossier(sectors=["Zorg"])
    with translation.override("en"):
        undo_merge(merge_dossiers(target, source), coordinator)
    for dossier, kind, sectors in ((target, "~", ""), (source, "+", "Zorg")):
        step = Dossier.history.filter(id=Dossier.objects.get(reference=dossier.reference).pk).first()
        assert (step.history_type, step.history_change_reason) == (kind, "Merge undone")
        assert (step.history_user, step.sector_names) == (coordinator, sectors)
    entries = ModelLogEntry.objects.filter(action="dossiers.unmerge", user=coordinator)
    assert {entry.data["reference"] for entry in entries} == {target.reference, source.reference}


def test_later_edits_stay_and_are_named(base_data):
    target = make_dossier(profession="", location="", sectors=["Zorg"])
    source = make_dossier(profession="lasser", location="Ens", sectors=["Bouw"])
    merge_record = merge_dossiers(target, source)
    target.profession = "bakker"
    target.save()
    target.sectors.add(Sector.objects.get(name="Logistiek"))
    merge_record = Merge.objects.get()
    assert plan_undo(merge_record).left == {"profession": "edited", "sectors": "edited"}
    assert plan_undo(merge_record).restored == {"location": ["", "Ens"]}
    plan = undo_merge(merge_record)
    target.refresh_from_db()
    merge_record.refresh_from_db()
    assert (target.profession, target.location, target.sectors.count()) == ("bakker", "", 3)
    assert plan.left == merge_record.left == {"profession": "edited", "sectors": "edited"}
    assert Dossier.objects.get(reference=source.reference).profession == "lasser"


def test_the_undo_plan_counts_records_deleted_or_added_since(base_data):
    target, source = make_dossier(), make_dossier()
    create_supply(target, number="P1")
    deleted_supply, returning_supply = create_supply(source, number="P2"), create_supply(source, "Werkcorporatie", "W1")
    merge_record = merge_dossiers(target, source)
    deleted_supply.delete()
    added_supply = create_supply(target, number="P3")
    with translation.override("en"):
        plan = plan_undo(merge_record)
    assert (plan.returning, plan.gone, plan.added) == (["1 supply"], ["1 supply"], ["1 supply"])
    undo_merge(merge_record)
    assert Supply.objects.get(dossier=merge_record.other_id) == returning_supply
    assert added_supply.pk in target.supplies.values_list("pk", flat=True)


def test_a_value_deleted_from_its_list_stays_empty_and_is_named(base_data, make_user):
    reason = ClosingReason.objects.filter(side="candidate").first()
    leaving = make_user("leaving")
    target = make_dossier(coordinator=leaving, status=Status.WITHDRAWN)
    source = make_dossier(closing_reason=reason, sectors=["Zorg", "Bouw"], status=Status.WITHDRAWN)
    merge_record = merge_dossiers(target, source, coordinator="other", closing_reason="kept")
    get_user_model().objects.filter(pk=leaving.pk).delete()
    reason.delete()
    Sector.objects.get(name="Zorg").delete()
    plan = undo_merge(merge_record)
    restored = Dossier.objects.get(reference=source.reference)
    assert set(plan.incomplete) == {"closing_reason", "sectors"}
    assert plan.left["coordinator"] == "unknown"
    assert (restored.closing_reason, [sector.name for sector in restored.sectors.all()]) == (None, ["Bouw"])


def test_a_merge_is_undone_once_and_then_holds_no_values(base_data, coordinator):
    merge_record = merge_dossiers(make_dossier(), make_dossier())
    undo_merge(merge_record, coordinator)
    merge_record.refresh_from_db()
    assert (merge_record.undone_by, merge_record.snapshot, merge_record.changes, merge_record.moved) == (
        coordinator,
        {},
        {},
        {},
    )
    before = get_state()
    with pytest.raises(NotUndone):
        undo_merge(merge_record)
    assert get_state() == before


@pytest.mark.parametrize(("days", "allowed"), [(29, True), (31, False)])
def test_a_merge_can_be_undone_for_thirty_days(base_data, days, allowed):
    merge_record = merge_dossiers(make_dossier(), make_dossier())
    Merge.objects.update(applied_at=timezone.now() - timedelta(days=days))
    assert Merge.objects.expired(timezone.now()).exists() is not allowed
    if allowed:
        undo_merge(merge_record)
    else:
        with pytest.raises(NotUndone, match="30"):
            undo_merge(merge_record)
    assert Dossier.objects.count() == (2 if allowed else 1)


def test_a_merge_is_not_undone_when_the_dossier_changed_since_the_preview(base_data):
    target = make_dossier()
    merge_record = merge_dossiers(target, make_dossier())
    shown = get_version_mark(target)
    target.save()
    with pytest.raises(NotUndone):
        undo(merge_record.pk, None, shown)
    assert Dossier.objects.get() == target


def test_later_merges_into_the_same_dossier_must_be_undone_first(base_data):
    target, second, third = (
        make_dossier(profession="kok"),
        make_dossier(profession="lasser"),
        make_dossier(profession="x"),
    )
    before = get_state()
    first_merge, last_merge = (
        merge_dossiers(target, second, profession="other"),
        merge_dossiers(target, third, profession="other"),
    )
    with pytest.raises(NotUndone, match=third.reference):
        undo_merge(first_merge)
    undo_merge(last_merge)
    undo_merge(first_merge)
    assert get_state() == before


def test_a_chain_of_merges_is_undone_from_its_end(base_data):
    first, second, third = make_dossier(profession="kok"), make_dossier(profession="lasser"), make_dossier()
    before = get_state()
    inner = merge_dossiers(second, first, profession="other")
    outer = merge_dossiers(third, second)
    assert list(Dossier.objects.search(first.reference)) == [third]
    with pytest.raises(NotUndone, match=second.reference):
        undo_merge(inner)
    undo_merge(outer)
    undo_merge(inner)
    assert get_state() == before


def test_an_undone_merge_derives_the_status_from_the_placements_again(base_data):
    placement = make_placement()
    target, source = make_dossier(), Dossier.objects.get(pk=placement.dossier_id)
    merge_record = merge_dossiers(target, source)
    assert Dossier.objects.get(pk=target.pk).placements.count() == 1
    take_step(
        placement, Step.ENDED, today(), end_reason=get_end_reason()
    )  # as a page has it that was opened before the merge
    undo_merge(merge_record)
    assert Dossier.objects.get(pk=source.pk).status == Status.AVAILABLE


def test_an_undone_merge_derives_the_statuses_when_the_placements_were_deleted_since(base_data):
    kept, other = make_placement(Step.WORKING).dossier, make_placement().dossier
    merge_record = merge_dossiers(kept, other)
    kept.placements.all().delete()
    Dossier.objects.filter(pk=kept.pk).update(status=Status.AVAILABLE)
    undo_merge(merge_record)
    assert set(Dossier.objects.values_list("status", flat=True)) == {Status.AVAILABLE}


def test_the_plan_of_an_undo_tells_the_status_that_the_placements_give(base_data):
    kept, other = make_placement().dossier, make_placement(Step.WORKING).dossier
    merge_record = merge_dossiers(kept, other, status="other")
    take_step(kept.placements.exclude(status=Step.WORKING).get(), Step.ENDED, today(), end_reason=get_end_reason())
    assert plan_undo(Merge.objects.get()).restored["status"] == [Status.AVAILABLE, Status.WORKING]
    undo_merge(merge_record)
    kept.refresh_from_db()
    assert kept.status == Status.AVAILABLE


def merge_with_placed(**fields):
    """Merge a dossier that has a placement into one that has none, and return both, the merge and the placement."""
    placement = make_placement(dossier=make_ready_dossier(status=Status.AVAILABLE))
    target = make_dossier(**fields)
    merge_record = merge_dossiers(target, placement.dossier)
    placement.refresh_from_db()
    assert target.status == Status.MATCHED
    return target, Dossier(pk=merge_record.other_id), merge_record, placement


def get_status(dossier: Dossier) -> str:
    return Dossier.objects.get(pk=dossier.pk).status


def end_or_work_or_delete(placement: Placement, how: str) -> None:
    if how == "delete":
        with sync_after_deletion(Placement.objects.filter(pk=placement.pk)):
            placement.delete()
        return
    if how == "work":
        record_agreement(placement, today())
        Placement.objects.filter(pk=placement.pk).update(status=Step.WORKING, working_on=today())
        sync_statuses(Placement.objects.get(pk=placement.pk))
    else:
        take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())


@pytest.mark.parametrize(("how", "meanwhile"), [("work", "working"), ("end", "available"), ("delete", "registered")])
def test_the_status_from_before_a_merge_comes_back_after_the_placement_that_came_moved_on(base_data, how, meanwhile):
    target, source, merge_record, placement = merge_with_placed(status=Status.REGISTERED)
    end_or_work_or_delete(placement, how)
    assert get_status(target) == meanwhile
    merge_record = Merge.objects.get()
    plan = plan_undo(merge_record)
    assert "status" not in plan.left
    assert plan.restored.get("status") == (None if how == "delete" else [Status.REGISTERED, meanwhile])
    undo_merge(merge_record)
    assert get_status(target) == Status.REGISTERED and Merge.objects.get().left == {}
    assert get_status(source) == {"work": Status.WORKING}.get(how, Status.AVAILABLE)


def test_a_status_that_somebody_chose_after_the_placement_ended_stays_and_is_named(base_data):
    target, _source, _merge, placement = merge_with_placed(status=Status.REGISTERED)
    end_or_work_or_delete(placement, "end")
    dossier = Dossier.objects.get(pk=target.pk)
    dossier.status = Status.INTAKE
    dossier.save()
    merge_record = Merge.objects.get()
    assert plan_undo(merge_record).left == {"status": "edited"}
    undo_merge(merge_record)
    assert get_status(target) == Status.INTAKE


def test_a_dossier_closed_while_guidance_ends_stays_closed_and_the_undo_says_so(base_data):
    target, _source, _merge, _placement = merge_with_placed(status=Status.REGISTERED)
    dossier = Dossier.objects.get(pk=target.pk)
    dossier.status = Status.COMPLETED
    dossier.save()
    merge_record = Merge.objects.get()
    assert plan_undo(merge_record).left["status"] == "edited"
    undo_merge(merge_record)
    assert get_status(target) == Status.COMPLETED


def test_a_dossier_that_got_a_placement_of_its_own_since_stays_matched(base_data):
    target, _source, _merge, _placement = merge_with_placed(status=Status.REGISTERED)
    Dossier.objects.filter(pk=target.pk).update(expectation_talk_on=today(), privacy_notice_on=today())
    own = make_placement(dossier=Dossier.objects.get(pk=target.pk), begun=0)
    merge_record = Merge.objects.get()
    assert plan_undo(merge_record).left.keys() & {"status"} == set()
    undo_merge(merge_record)
    assert get_status(target) == Status.MATCHED
    end_or_work_or_delete(Placement.objects.get(pk=own.pk), "end")
    assert get_status(target) == Status.AVAILABLE


def test_the_undo_tells_the_status_of_a_dossier_that_lost_its_own_placement_since(base_data):
    kept, other = make_placement().dossier, make_placement().dossier
    own = kept.placements.get()
    merge_dossiers(kept, other)
    end_or_work_or_delete(own, "end")
    assert get_status(kept) == Status.MATCHED
    merge_record = Merge.objects.get()
    assert plan_undo(merge_record).restored["status"] == [Status.AVAILABLE, Status.MATCHED]
    undo_merge(merge_record)
    assert get_status(kept) == Status.AVAILABLE


@pytest.mark.django_db
def test_an_undone_merge_names_the_dossier_that_was_kept_then_after_a_merge_the_other_way():
    first, second = make_dossier(), make_dossier()
    merge_record = merge_dossiers(second, first)
    undo_merge(merge_record)
    merge_dossiers(first, second)
    merge_record.refresh_from_db()
    assert merge_record.kept_heading == merge_record.kept_reference == second.reference
