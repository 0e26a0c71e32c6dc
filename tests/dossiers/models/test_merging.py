"""Two dossiers of one person become one, and two again."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from dossiers.models import ClosingReason, Dossier, EmployerInterest, Merge, Organisation, Sector, Status, Supply
from dossiers.models.merging import NotMerged, differences, merge, seen, supplied_twice
from dossiers.models.moving import move, move_back
from dossiers.models.unmerging import NotUndone, plan, undo

from ..spreadsheets.importing import Lists
from .making import make_dossier, make_employer, make_interest


@pytest.fixture
def lists(base_data, tmp_path) -> Lists:
    return Lists(tmp_path)


def supply(dossier: Dossier, organisation: str = "AZC Luttelgeest", number: str = "") -> Supply:
    sender = Organisation.objects.named(organisation)
    return Supply.objects.create(dossier=dossier, organisation=sender, external_id=number, values={"phone": number})


def joined(kept: Dossier, other: Dossier, user=None, **choices: str) -> Merge:
    """The two as they are now, merged."""
    kept.refresh_from_db()
    other.refresh_from_db()
    done = merge(kept.pk, other.pk, choices, user, seen(kept, other))
    kept.refresh_from_db()
    return done


def parted(done: Merge, user=None):
    return undo(done.pk, user, seen(Dossier.objects.get(merges=done)))


def state(*, but: tuple[str, ...] = ("changed_at",)) -> dict:
    """All dossiers, their sectors and all supplies."""
    columns = [field.attname for field in Dossier._meta.concrete_fields if field.name not in but]
    return {
        "dossiers": list(Dossier.objects.order_by("pk").values(*columns)),
        "sectors": sorted(Dossier.sectors.through.objects.values_list("dossier_id", "sector__name")),
        "supplies": list(Supply.objects.order_by("pk").values()),
    }


# --- Merging ---


def test_what_one_lacks_comes_from_the_other_and_what_both_have_stays(base_data):
    kept = make_dossier(given_name="Selam", profession="", email="s@example.org", in_reception="unknown")
    other = make_dossier(given_name="Selaam", profession="lasser", email="", in_reception="no")
    joined(kept, other)
    assert (kept.given_name, kept.profession, kept.email) == ("Selam", "lasser", "s@example.org")
    assert kept.in_reception == "no"
    assert not Dossier.objects.filter(pk=other.pk).exists()


def test_what_was_chosen_is_what_it_gets(base_data, coordinator):
    kept = make_dossier(profession="kok", date_of_birth=date(1990, 3, 12), email="s@example.org")
    other = make_dossier(profession="lasser", date_of_birth=date(1990, 12, 3), email="", coordinator=coordinator)
    joined(kept, other, profession="other", date_of_birth="kept", email="other", coordinator="other")
    assert (kept.profession, kept.date_of_birth, kept.email) == ("lasser", date(1990, 3, 12), "")
    assert kept.coordinator == coordinator


def test_a_side_that_there_is_not_is_no_choice(base_data):
    kept, other = make_dossier(profession="kok"), make_dossier(profession="lasser")
    joined(kept, other, profession="both", hours_per_week="other", pk="other", reference="other")
    assert kept.profession == "kok"
    assert kept.reference != other.reference


def test_notes_and_languages_of_both_are_kept_unless_one_is_chosen(base_data):
    def two():
        return (
            make_dossier(notes="Belt graag.", languages=["ar", "en"]),
            make_dossier(notes="Mailt.", languages=["en", "ti"]),
        )

    (kept, other), (kept_2, other_2) = two(), two()
    joined(kept, other)
    assert (kept.notes, kept.languages) == ("Belt graag.\n\nMailt.", ["ar", "en", "ti"])
    joined(kept_2, other_2, notes="other", languages="kept")
    assert (kept_2.notes, kept_2.languages) == ("Mailt.", ["ar", "en"])


def test_sectors_are_united_and_supplies_move(base_data):
    kept, other = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Bouw", "Logistiek"])
    first, second = supply(kept, number="P1"), supply(other, "Werkcorporatie", "W1")
    joined(kept, other)
    assert set(kept.sectors.values_list("name", flat=True)) == {"Zorg", "Bouw", "Logistiek"}
    assert set(kept.supplies.all()) == {first, second}


@pytest.mark.parametrize(
    ("kept_status", "other_status", "after"),
    [
        (Status.AVAILABLE, Status.WORKING, Status.WORKING),
        (Status.WORKING, Status.AVAILABLE, Status.WORKING),
        (Status.MATCHED, Status.WORKING, Status.WORKING),
        (Status.WORKING, Status.MATCHED, Status.WORKING),
        (Status.INTAKE, Status.AVAILABLE, Status.AVAILABLE),
    ],
)
def test_a_status_that_follows_from_placements_is_no_choice(base_data, kept_status, other_status, after):
    kept, other = make_dossier(status=kept_status), make_dossier(status=other_status)
    joined(kept, other, status="other" if after != kept_status else "kept")
    assert kept.status == after
    kept, other = make_dossier(status=kept_status), make_dossier(status=other_status)
    (status,) = [one for one in differences(kept, other) if one.field.name == "status"]
    assert (len(status.options) == 1) == (Status.WORKING in (kept_status, other_status))


def test_both_numbers_of_one_organisation_stay_and_are_told(base_data):
    kept, other = make_dossier(), make_dossier()
    supply(kept, number="P1")
    supply(other, number="P2")
    supply(other, "Werkcorporatie", "W1")
    assert supplied_twice(kept, other) == [("AZC Luttelgeest", ["P1", "P2"])]
    joined(kept, other)
    assert set(kept.supplies.values_list("external_id", flat=True)) == {"P1", "P2", "W1"}


def test_history_and_log_tell_both_sides(base_data, coordinator):
    kept, other = make_dossier(), make_dossier(sectors=["Zorg"])
    key, reference = other.pk, other.reference
    with translation.override("en"):
        joined(kept, other, coordinator)
    step, last = kept.history.first(), Dossier.history.filter(id=key).first()
    assert (step.history_type, step.history_change_reason) == ("~", f"Merged with {reference}")
    assert (last.history_type, last.history_change_reason) == ("-", f"Merged into {kept.reference}")
    assert (step.sector_names, last.sector_names) == ("Zorg", "Zorg")
    assert {step.history_user, last.history_user} == {coordinator}
    entries = {entry.object_id: entry for entry in ModelLogEntry.objects.filter(user=coordinator)}
    assert entries[str(kept.pk)].action == "dossiers.merge"
    assert entries[str(kept.pk)].data == {"reference": reference}
    assert entries[str(key)].action == "dossiers.merged_away"
    assert entries[str(key)].data == {"reference": kept.reference}


@pytest.mark.parametrize("changed", ["kept", "other"])
def test_what_was_changed_since_it_was_shown_is_not_merged(base_data, changed):
    both = {"kept": make_dossier(), "other": make_dossier()}
    shown = seen(both["kept"], both["other"])
    both[changed].save()
    before = state()
    with pytest.raises(NotMerged):
        merge(both["kept"].pk, both["other"].pk, {}, None, shown)
    assert state() == before
    assert not Merge.objects.exists()


def test_a_dossier_is_not_merged_with_itself_or_with_one_that_is_gone(base_data):
    kept, other = make_dossier(), make_dossier()
    shown = seen(kept, other)
    Dossier.objects.filter(pk=other.pk).delete()
    for key in (kept.pk, other.pk):
        with pytest.raises(NotMerged):
            merge(kept.pk, key, {}, None, shown)
    assert Dossier.objects.get() == kept


def test_something_that_can_not_be_there_twice_is_told_and_nothing_is_written(base_data, monkeypatch):
    kept, other = make_dossier(), make_dossier()
    supply(other)
    before = state()

    def twice(self, **values):
        from django.db import IntegrityError

        raise IntegrityError

    monkeypatch.setattr(models.QuerySet, "update", twice)
    with translation.override("en"), pytest.raises(NotMerged, match="supply"):
        joined(kept, other)
    monkeypatch.undo()
    assert state() == before


# --- Whatever points at a record ---


def test_what_points_at_a_record_is_found_without_naming_it(db):
    one, two = make_employer(), make_employer()
    interest, own = make_interest(employer=one), make_interest(employer=two)
    moved = move(one, two, None, "moved")
    assert set(EmployerInterest.objects.filter(employer=two)) == {interest, own}
    assert interest.history.first().history_change_reason == "moved"
    move_back(moved, two, one, None, "back")
    assert EmployerInterest.objects.get(employer=one) == interest
    assert EmployerInterest.objects.get(employer=two) == own


def test_what_both_are_linked_to_is_linked_once_and_later_again_to_both(base_data):
    zorg, bouw = Sector.objects.get(name="Zorg"), Sector.objects.get(name="Bouw")
    both, one = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Zorg"])
    before = state()["sectors"]
    moved = move(zorg, bouw, None, "moved")
    assert state()["sectors"] == [(both.pk, "Bouw"), (one.pk, "Bouw")]
    move_back(moved, bouw, zorg, None, "back")
    assert state()["sectors"] == before


# --- The old reference ---


def test_the_old_reference_finds_the_kept_dossier(base_data):
    kept, other, third = make_dossier(), make_dossier(), make_dossier()
    done = joined(kept, other)
    assert list(Dossier.objects.search(other.reference.lower())) == [kept]
    assert list(Dossier.objects.search(third.reference)) == [third]
    parted(done)
    assert Dossier.objects.search(other.reference).get().pk == done.other_id


def test_a_row_with_the_old_reference_reaches_the_kept_dossier(lists):
    kept, other = make_dossier(profession="kok"), make_dossier(profession="kok")
    done = joined(kept, other)
    row = {"Referentie": other.reference, "Beroep": "lasser"}
    lists.apply(row)
    kept.refresh_from_db()
    assert kept.profession == "lasser"
    parted(done)
    lists.apply(row | {"Beroep": "bakker"})
    assert Dossier.objects.get(reference=other.reference).profession == "bakker"
    kept.refresh_from_db()
    assert kept.profession == "lasser"


def test_a_chain_of_merges_leads_to_the_last_and_is_undone_from_its_end(base_data):
    first, second, third = make_dossier(profession="kok"), make_dossier(profession="lasser"), make_dossier()
    before = state()
    inner = joined(second, first, profession="other")
    outer = joined(third, second)
    assert list(Dossier.objects.search(first.reference)) == [third]
    with pytest.raises(NotUndone, match=second.reference):
        parted(inner)
    parted(outer)
    parted(inner)
    assert state() == before


# --- Undoing ---

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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=FIELDS, other=FIELDS, of_kept=SUPPLIES, of_other=SUPPLIES, choices=CHOICES)
def test_merged_and_undone_all_is_as_it_was(base_data, kept, other, of_kept, of_other, choices):
    Dossier.objects.all().delete()
    two = make_dossier(**kept), make_dossier(**other)
    for number, (dossier, organisation) in enumerate([(two[0], o) for o in of_kept] + [(two[1], o) for o in of_other]):
        supply(dossier, organisation, str(number) if number % 2 else "")
    Dossier.objects.filter(pk=two[1].pk).update(created_at=timezone.now() - timedelta(days=9, microseconds=7))
    before = state()
    done = joined(*two, **choices)
    assert Dossier.objects.count() == 1
    assert Supply.objects.filter(dossier=two[0]).count() == len(of_kept) + len(of_other)
    found = parted(done)
    assert state() == before
    assert (found.left, found.gone, found.added, found.incomplete) == ({}, [], [], [])


def test_an_undo_is_in_history_and_log_of_both(base_data, coordinator):
    kept, other = make_dossier(), make_dossier(sectors=["Zorg"])
    with translation.override("en"):
        parted(joined(kept, other), coordinator)
    for dossier, kind, sectors in ((kept, "~", ""), (other, "+", "Zorg")):
        step = Dossier.history.filter(id=Dossier.objects.get(reference=dossier.reference).pk).first()
        assert (step.history_type, step.history_change_reason) == (kind, "Merge undone")
        assert (step.history_user, step.sector_names) == (coordinator, sectors)
    entries = ModelLogEntry.objects.filter(action="dossiers.unmerge", user=coordinator)
    assert {entry.data["reference"] for entry in entries} == {kept.reference, other.reference}


def test_what_was_edited_since_stays_and_is_named(base_data):
    kept = make_dossier(profession="", location="", sectors=["Zorg"])
    other = make_dossier(profession="lasser", location="Ens", sectors=["Bouw"])
    done = joined(kept, other)
    kept.profession = "bakker"
    kept.save()
    kept.sectors.add(Sector.objects.get(name="Logistiek"))
    done = Merge.objects.get()
    assert plan(done).left == {"profession": "edited", "sectors": "edited"}
    assert plan(done).restored == {"location": ["", "Ens"]}
    found = parted(done)
    kept.refresh_from_db()
    done.refresh_from_db()
    assert (kept.profession, kept.location, kept.sectors.count()) == ("bakker", "", 3)
    assert found.left == done.left == {"profession": "edited", "sectors": "edited"}
    assert Dossier.objects.get(reference=other.reference).profession == "lasser"


def test_what_was_deleted_or_came_since_is_told_in_numbers(base_data):
    kept, other = make_dossier(), make_dossier()
    supply(kept, number="P1")
    gone, comes_back = supply(other, number="P2"), supply(other, "Werkcorporatie", "W1")
    done = joined(kept, other)
    gone.delete()
    since = supply(kept, number="P3")
    with translation.override("en"):
        found = plan(done)
    assert (found.returning, found.gone, found.added) == (["1 supply"], ["1 supply"], ["1 supply"])
    parted(done)
    assert Supply.objects.get(dossier=done.other_id) == comes_back
    assert since.pk in kept.supplies.values_list("pk", flat=True)


def test_a_value_that_is_no_longer_in_its_list_stays_empty_and_is_named(base_data, make_user):
    reason = ClosingReason.objects.filter(side="candidate").first()
    leaving = make_user("leaving")
    kept, other = make_dossier(coordinator=leaving), make_dossier(closing_reason=reason, sectors=["Zorg", "Bouw"])
    done = joined(kept, other, coordinator="other", closing_reason="kept")
    get_user_model().objects.filter(pk=leaving.pk).delete()
    reason.delete()
    Sector.objects.get(name="Zorg").delete()
    found = parted(done)
    back = Dossier.objects.get(reference=other.reference)
    assert set(found.incomplete) == {"closing_reason", "sectors"}
    assert found.left["coordinator"] == "unknown"
    assert (back.closing_reason, [sector.name for sector in back.sectors.all()]) == (None, ["Bouw"])


def test_it_is_undone_once_and_no_values_of_it_are_kept(base_data, coordinator):
    done = joined(make_dossier(), make_dossier())
    parted(done, coordinator)
    done.refresh_from_db()
    assert (done.undone_by, done.snapshot, done.changes, done.moved) == (coordinator, {}, {}, {})
    before = state()
    with pytest.raises(NotUndone):
        parted(done)
    assert state() == before


@pytest.mark.parametrize(("days", "allowed"), [(29, True), (31, False)])
def test_it_can_be_undone_for_thirty_days(base_data, days, allowed):
    done = joined(make_dossier(), make_dossier())
    Merge.objects.update(merged_at=timezone.now() - timedelta(days=days))
    assert Merge.objects.outlived(timezone.now()).exists() is not allowed
    if allowed:
        parted(done)
    else:
        with pytest.raises(NotUndone, match="30"):
            parted(done)
    assert Dossier.objects.count() == (2 if allowed else 1)


def test_it_is_not_undone_when_the_kept_one_changed_since_the_preview(base_data):
    kept = make_dossier()
    done = joined(kept, make_dossier())
    shown = seen(kept)
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
    before = state()
    first_done, last_done = joined(kept, second, profession="other"), joined(kept, third, profession="other")
    with pytest.raises(NotUndone, match=third.reference):
        parted(first_done)
    parted(last_done)
    parted(first_done)
    assert state() == before


@pytest.mark.parametrize(
    ("who", "sees"), [("coordinator", 1), ("admin", 1), ("partner", 0), ("editor", 0), ("reader", 0)]
)
def test_only_who_may_change_dossiers_sees_merges(base_data, request, who, sees):
    joined(make_dossier(), make_dossier())
    assert Merge.objects.visible_to(request.getfixturevalue(who)).count() == sees
