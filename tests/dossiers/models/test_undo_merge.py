"""A merge taken back: both dossiers as they were, but for what people did since."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from dossiers.models import ClosingReason, Dossier, Merge, Sector, Status, Step, Supply
from dossiers.models.change_set import NotUndone
from dossiers.models.merges.merge import get_version_mark
from dossiers.models.merges.undo import plan_undo, undo
from dossiers.models.placements.placement_steps import take_step

from .factories import make_dossier
from .merges import create_supply, get_state, merge_dossiers, undo_merge
from .placements import get_end_reason, make_placement, today

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


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=FIELDS, other=FIELDS, of_kept=SUPPLIES, of_other=SUPPLIES, choices=CHOICES)
def test_merged_and_undone_all_is_as_it_was(base_data, kept, other, of_kept, of_other, choices):
    Dossier.objects.all().delete()
    two = make_dossier(**kept), make_dossier(**other)
    for number, (dossier, organisation) in enumerate([(two[0], o) for o in of_kept] + [(two[1], o) for o in of_other]):
        create_supply(dossier, organisation, str(number) if number % 2 else "")
    Dossier.objects.filter(pk=two[1].pk).update(created_at=timezone.now() - timedelta(days=9, microseconds=7))
    before = get_state()
    done = merge_dossiers(*two, **choices)
    assert Dossier.objects.count() == 1
    assert Supply.objects.filter(dossier=two[0]).count() == len(of_kept) + len(of_other)
    found = undo_merge(done)
    assert get_state() == before
    assert (found.left, found.gone, found.added, found.incomplete) == ({}, [], [], [])


def test_an_undo_is_in_history_and_log_of_both(base_data, coordinator):
    kept, other = make_dossier(), make_dossier(sectors=["Zorg"])
    with translation.override("en"):
        undo_merge(merge_dossiers(kept, other), coordinator)
    for dossier, kind, sectors in ((kept, "~", ""), (other, "+", "Zorg")):
        step = Dossier.history.filter(id=Dossier.objects.get(reference=dossier.reference).pk).first()
        assert (step.history_type, step.history_change_reason) == (kind, "Merge undone")
        assert (step.history_user, step.sector_names) == (coordinator, sectors)
    entries = ModelLogEntry.objects.filter(action="dossiers.unmerge", user=coordinator)
    assert {entry.data["reference"] for entry in entries} == {kept.reference, other.reference}


def test_what_was_edited_since_stays_and_is_named(base_data):
    kept = make_dossier(profession="", location="", sectors=["Zorg"])
    other = make_dossier(profession="lasser", location="Ens", sectors=["Bouw"])
    done = merge_dossiers(kept, other)
    kept.profession = "bakker"
    kept.save()
    kept.sectors.add(Sector.objects.get(name="Logistiek"))
    done = Merge.objects.get()
    assert plan_undo(done).left == {"profession": "edited", "sectors": "edited"}
    assert plan_undo(done).restored == {"location": ["", "Ens"]}
    found = undo_merge(done)
    kept.refresh_from_db()
    done.refresh_from_db()
    assert (kept.profession, kept.location, kept.sectors.count()) == ("bakker", "", 3)
    assert found.left == done.left == {"profession": "edited", "sectors": "edited"}
    assert Dossier.objects.get(reference=other.reference).profession == "lasser"


def test_what_was_deleted_or_came_since_is_told_in_numbers(base_data):
    kept, other = make_dossier(), make_dossier()
    create_supply(kept, number="P1")
    gone, comes_back = create_supply(other, number="P2"), create_supply(other, "Werkcorporatie", "W1")
    done = merge_dossiers(kept, other)
    gone.delete()
    since = create_supply(kept, number="P3")
    with translation.override("en"):
        found = plan_undo(done)
    assert (found.returning, found.gone, found.added) == (["1 supply"], ["1 supply"], ["1 supply"])
    undo_merge(done)
    assert Supply.objects.get(dossier=done.other_id) == comes_back
    assert since.pk in kept.supplies.values_list("pk", flat=True)


def test_a_value_that_is_no_longer_in_its_list_stays_empty_and_is_named(base_data, make_user):
    reason = ClosingReason.objects.filter(side="candidate").first()
    leaving = make_user("leaving")
    kept, other = make_dossier(coordinator=leaving), make_dossier(closing_reason=reason, sectors=["Zorg", "Bouw"])
    done = merge_dossiers(kept, other, coordinator="other", closing_reason="kept")
    get_user_model().objects.filter(pk=leaving.pk).delete()
    reason.delete()
    Sector.objects.get(name="Zorg").delete()
    found = undo_merge(done)
    back = Dossier.objects.get(reference=other.reference)
    assert set(found.incomplete) == {"closing_reason", "sectors"}
    assert found.left["coordinator"] == "unknown"
    assert (back.closing_reason, [sector.name for sector in back.sectors.all()]) == (None, ["Bouw"])


def test_it_is_undone_once_and_no_values_of_it_are_kept(base_data, coordinator):
    done = merge_dossiers(make_dossier(), make_dossier())
    undo_merge(done, coordinator)
    done.refresh_from_db()
    assert (done.undone_by, done.snapshot, done.changes, done.moved) == (coordinator, {}, {}, {})
    before = get_state()
    with pytest.raises(NotUndone):
        undo_merge(done)
    assert get_state() == before


@pytest.mark.parametrize(("days", "allowed"), [(29, True), (31, False)])
def test_it_can_be_undone_for_thirty_days(base_data, days, allowed):
    done = merge_dossiers(make_dossier(), make_dossier())
    Merge.objects.update(applied_at=timezone.now() - timedelta(days=days))
    assert Merge.objects.expired(timezone.now()).exists() is not allowed
    if allowed:
        undo_merge(done)
    else:
        with pytest.raises(NotUndone, match="30"):
            undo_merge(done)
    assert Dossier.objects.count() == (2 if allowed else 1)


def test_it_is_not_undone_when_the_kept_one_changed_since_the_preview(base_data):
    kept = make_dossier()
    done = merge_dossiers(kept, make_dossier())
    shown = get_version_mark(kept)
    kept.save()
    with pytest.raises(NotUndone):
        undo(done.pk, None, shown)
    assert Dossier.objects.get() == kept


def test_later_merges_into_the_same_dossier_are_undone_first(base_data):
    kept, second, third = (
        make_dossier(profession="kok"),
        make_dossier(profession="lasser"),
        make_dossier(profession="x"),
    )
    before = get_state()
    first_done, last_done = (
        merge_dossiers(kept, second, profession="other"),
        merge_dossiers(kept, third, profession="other"),
    )
    with pytest.raises(NotUndone, match=third.reference):
        undo_merge(first_done)
    undo_merge(last_done)
    undo_merge(first_done)
    assert get_state() == before


def test_a_chain_of_merges_leads_to_the_last_and_is_undone_from_its_end(base_data):
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


def test_a_status_that_follows_from_placements_follows_again_when_a_merge_is_undone(base_data):
    one = make_placement()
    kept, other = make_dossier(), Dossier.objects.get(pk=one.dossier_id)
    done = merge_dossiers(kept, other)
    assert Dossier.objects.get(pk=kept.pk).placements.count() == 1
    take_step(
        one, Step.ENDED, today(), end_reason=get_end_reason()
    )  # as a page has it that was opened before the merge
    undo_merge(done)
    assert Dossier.objects.get(pk=other.pk).status == Status.AVAILABLE
