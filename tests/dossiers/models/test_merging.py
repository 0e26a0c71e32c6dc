"""Two dossiers of one person become one."""

from datetime import date

import pytest
from django.db import IntegrityError, models
from django.utils import translation
from wagtail.models import ModelLogEntry

from dossiers.models import Dossier, EmployerInterest, Merge, Sector, Status
from dossiers.models.change_set import NotApplied
from dossiers.models.merges.merge import find_differences, find_shared_suppliers, get_version_mark, merge
from dossiers.models.merges.reassign import reassign, restore_references

from ..spreadsheets.imports import Lists
from .factories import make_dossier, make_employer, make_interest
from .merges import create_supply, get_state, merge_dossiers, undo_merge


@pytest.fixture
def lists(base_data, tmp_path) -> Lists:
    return Lists(tmp_path)


# --- Merging ---


def test_what_one_lacks_comes_from_the_other_and_what_both_have_stays(base_data):
    kept = make_dossier(given_name="Selam", profession="", email="s@example.org", in_reception="unknown")
    other = make_dossier(given_name="Selaam", profession="lasser", email="", in_reception="no")
    merge_dossiers(kept, other)
    assert (kept.given_name, kept.profession, kept.email) == ("Selam", "lasser", "s@example.org")
    assert kept.in_reception == "no"
    assert not Dossier.objects.filter(pk=other.pk).exists()


def test_what_was_chosen_is_what_it_gets(base_data, coordinator):
    kept = make_dossier(profession="kok", date_of_birth=date(1990, 3, 12), email="s@example.org")
    other = make_dossier(profession="lasser", date_of_birth=date(1990, 12, 3), email="", coordinator=coordinator)
    merge_dossiers(kept, other, profession="other", date_of_birth="kept", email="other", coordinator="other")
    assert (kept.profession, kept.date_of_birth, kept.email) == ("lasser", date(1990, 3, 12), "")
    assert kept.coordinator == coordinator


def test_a_side_that_there_is_not_is_no_choice(base_data):
    kept, other = make_dossier(profession="kok"), make_dossier(profession="lasser")
    merge_dossiers(kept, other, profession="both", hours_per_week="other", pk="other", reference="other")
    assert kept.profession == "kok"
    assert kept.reference != other.reference


def test_notes_and_languages_of_both_are_kept_unless_one_is_chosen(base_data):
    def two():
        return (
            make_dossier(notes="Belt graag.", languages=["ar", "en"]),
            make_dossier(notes="Mailt.", languages=["en", "ti"]),
        )

    (kept, other), (kept_2, other_2) = two(), two()
    merge_dossiers(kept, other)
    assert (kept.notes, kept.languages) == ("Belt graag.\n\nMailt.", ["ar", "en", "ti"])
    merge_dossiers(kept_2, other_2, notes="other", languages="kept")
    assert (kept_2.notes, kept_2.languages) == ("Mailt.", ["ar", "en"])


def test_sectors_are_united_and_supplies_move(base_data):
    kept, other = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Bouw", "Logistiek"])
    first, second = create_supply(kept, number="P1"), create_supply(other, "Werkcorporatie", "W1")
    merge_dossiers(kept, other)
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
    merge_dossiers(kept, other, status="other" if after != kept_status else "kept")
    assert kept.status == after
    kept, other = make_dossier(status=kept_status), make_dossier(status=other_status)
    (status,) = [one for one in find_differences(kept, other) if one.field.name == "status"]
    assert (len(status.options) == 1) == (Status.WORKING in (kept_status, other_status))


def test_both_numbers_of_one_organisation_stay_and_are_told(base_data):
    kept, other = make_dossier(), make_dossier()
    create_supply(kept, number="P1")
    create_supply(other, number="P2")
    create_supply(other, "Werkcorporatie", "W1")
    assert find_shared_suppliers(kept, other) == [("AZC Luttelgeest", ["P1", "P2"])]
    merge_dossiers(kept, other)
    assert set(kept.supplies.values_list("external_id", flat=True)) == {"P1", "P2", "W1"}


def test_history_and_log_tell_both_sides(base_data, coordinator):
    kept, other = make_dossier(), make_dossier(sectors=["Zorg"])
    key, reference = other.pk, other.reference
    with translation.override("en"):
        merge_dossiers(kept, other, coordinator)
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
    shown = get_version_mark(both["kept"], both["other"])
    both[changed].save()
    before = get_state()
    with pytest.raises(NotApplied):
        merge(both["kept"].pk, both["other"].pk, {}, None, shown)
    assert get_state() == before
    assert not Merge.objects.exists()


def test_a_dossier_is_not_merged_with_itself_or_with_one_that_is_gone(base_data):
    kept, other = make_dossier(), make_dossier()
    shown = get_version_mark(kept, other)
    Dossier.objects.filter(pk=other.pk).delete()
    for key in (kept.pk, other.pk):
        with pytest.raises(NotApplied):
            merge(kept.pk, key, {}, None, shown)
    assert Dossier.objects.get() == kept


def test_something_that_can_not_be_there_twice_is_told_and_nothing_is_written(base_data, monkeypatch):
    kept, other = make_dossier(), make_dossier()
    create_supply(other)
    before = get_state()

    update = models.QuerySet.update

    def twice(self, **values):
        if self.model._meta.model_name == "supply":
            raise IntegrityError
        return update(self, **values)

    monkeypatch.setattr(models.QuerySet, "update", twice)
    with translation.override("en"), pytest.raises(NotApplied, match="supply"):
        merge_dossiers(kept, other)
    monkeypatch.undo()
    assert get_state() == before


# --- Whatever points at a record ---


def test_what_points_at_a_record_is_found_without_naming_it(db):
    one, two = make_employer(), make_employer()
    interest, own = make_interest(employer=one), make_interest(employer=two)
    moved = reassign(one, two, None, "moved")
    assert set(EmployerInterest.objects.filter(employer=two)) == {interest, own}
    assert interest.history.first().history_change_reason == "moved"
    restore_references(moved, two, one, None, "back")
    assert EmployerInterest.objects.get(employer=one) == interest
    assert EmployerInterest.objects.get(employer=two) == own


def test_what_both_are_linked_to_is_linked_once_and_later_again_to_both(base_data):
    zorg, bouw = Sector.objects.get(name="Zorg"), Sector.objects.get(name="Bouw")
    both, one = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Zorg"])
    before = get_state()["sectors"]
    moved = reassign(zorg, bouw, None, "moved")
    assert get_state()["sectors"] == [(both.pk, "Bouw"), (one.pk, "Bouw")]
    restore_references(moved, bouw, zorg, None, "back")
    assert get_state()["sectors"] == before


# --- The old reference ---


def test_the_old_reference_finds_the_kept_dossier(base_data):
    kept, other, third = make_dossier(), make_dossier(), make_dossier()
    done = merge_dossiers(kept, other)
    assert list(Dossier.objects.search(other.reference.lower())) == [kept]
    assert list(Dossier.objects.search(third.reference)) == [third]
    undo_merge(done)
    assert Dossier.objects.search(other.reference).get().pk == done.other_id


def test_a_row_with_the_old_reference_reaches_the_kept_dossier(lists):
    kept, other = make_dossier(profession="kok"), make_dossier(profession="kok")
    done = merge_dossiers(kept, other)
    row = {"Referentie": other.reference, "Beroep": "lasser"}
    lists.apply(row)
    kept.refresh_from_db()
    assert kept.profession == "lasser"
    undo_merge(done)
    lists.apply(row | {"Beroep": "bakker"})
    assert Dossier.objects.get(reference=other.reference).profession == "bakker"
    kept.refresh_from_db()
    assert kept.profession == "lasser"


@pytest.mark.parametrize(
    ("who", "sees"), [("coordinator", 1), ("admin", 1), ("partner", 0), ("editor", 0), ("reader", 0)]
)
def test_only_who_may_change_dossiers_sees_merges(base_data, request, who, sees):
    merge_dossiers(make_dossier(), make_dossier())
    assert Merge.objects.visible_to(request.getfixturevalue(who)).count() == sees
