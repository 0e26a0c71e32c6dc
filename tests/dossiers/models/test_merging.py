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


def test_a_merge_fills_empty_fields_from_the_other_and_keeps_values_that_both_have(base_data):
    target = make_dossier(given_name="Selam", profession="", email="s@example.org", in_reception="unknown")
    source = make_dossier(given_name="Selaam", profession="lasser", email="", in_reception="no")
    merge_dossiers(target, source)
    assert (target.given_name, target.profession, target.email) == ("Selam", "lasser", "s@example.org")
    assert target.in_reception == "no"
    assert not Dossier.objects.filter(pk=source.pk).exists()


def test_a_merge_takes_the_chosen_values(base_data, coordinator):
    target = make_dossier(profession="kok", date_of_birth=date(1990, 3, 12), email="s@example.org")
    source = make_dossier(profession="lasser", date_of_birth=date(1990, 12, 3), email="", coordinator=coordinator)
    merge_dossiers(target, source, profession="other", date_of_birth="kept", email="other", coordinator="other")
    assert (target.profession, target.date_of_birth, target.email) == ("lasser", date(1990, 3, 12), "")
    assert target.coordinator == coordinator


def test_a_merge_ignores_choices_of_unknown_sides_and_fields(base_data):
    target, source = make_dossier(profession="kok"), make_dossier(profession="lasser")
    merge_dossiers(target, source, profession="both", hours_per_week="other", pk="other", reference="other")
    assert target.profession == "kok"
    assert target.reference != source.reference


def test_a_merge_joins_notes_and_languages_unless_a_side_is_chosen(base_data):
    def make_dossiers_with_notes():
        return (
            make_dossier(notes="Belt graag.", languages=["ar", "en"]),
            make_dossier(notes="Mailt.", languages=["en", "ti"]),
        )

    (target, source), (second_target, second_source) = make_dossiers_with_notes(), make_dossiers_with_notes()
    merge_dossiers(target, source)
    assert (target.notes, target.languages) == ("Belt graag.\n\nMailt.", ["ar", "en", "ti"])
    merge_dossiers(second_target, second_source, notes="other", languages="kept")
    assert (second_target.notes, second_target.languages) == ("Mailt.", ["ar", "en"])


def test_a_merge_unites_sectors_and_moves_supplies(base_data):
    target, source = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Bouw", "Logistiek"])
    first, second = create_supply(target, number="P1"), create_supply(source, "Werkcorporatie", "W1")
    merge_dossiers(target, source)
    assert set(target.sectors.values_list("name", flat=True)) == {"Zorg", "Bouw", "Logistiek"}
    assert set(target.supplies.all()) == {first, second}


@pytest.mark.parametrize(
    ("target_status", "source_status", "merged_status"),
    [
        (Status.AVAILABLE, Status.WORKING, Status.WORKING),
        (Status.WORKING, Status.AVAILABLE, Status.WORKING),
        (Status.MATCHED, Status.WORKING, Status.WORKING),
        (Status.WORKING, Status.MATCHED, Status.WORKING),
        (Status.INTAKE, Status.AVAILABLE, Status.AVAILABLE),
    ],
)
def test_a_status_that_follows_from_placements_cannot_be_chosen(base_data, target_status, source_status, merged_status):
    target, source = make_dossier(status=target_status), make_dossier(status=source_status)
    merge_dossiers(target, source, status="other" if merged_status != target_status else "kept")
    assert target.status == merged_status
    target, source = make_dossier(status=target_status), make_dossier(status=source_status)
    (status,) = [difference for difference in find_differences(target, source) if difference.field.name == "status"]
    assert (len(status.options) == 1) == (Status.WORKING in (target_status, source_status))


def test_a_merge_keeps_and_reports_both_numbers_of_one_organisation(base_data):
    target, source = make_dossier(), make_dossier()
    create_supply(target, number="P1")
    create_supply(source, number="P2")
    create_supply(source, "Werkcorporatie", "W1")
    assert find_shared_suppliers(target, source) == [("AZC Luttelgeest", ["P1", "P2"])]
    merge_dossiers(target, source)
    assert set(target.supplies.values_list("external_id", flat=True)) == {"P1", "P2", "W1"}


def test_a_merge_is_in_the_history_and_log_of_both_dossiers(base_data, coordinator):
    target, source = make_dossier(), make_dossier(sectors=["Zorg"])
    key, reference = source.pk, source.reference
    with translation.override("en"):
        merge_dossiers(target, source, coordinator)
    step, last = target.history.first(), Dossier.history.filter(id=key).first()
    assert (step.history_type, step.history_change_reason) == ("~", f"Merged with {reference}")
    assert (last.history_type, last.history_change_reason) == ("-", f"Merged into {target.reference}")
    assert (step.sector_names, last.sector_names) == ("Zorg", "Zorg")
    assert {step.history_user, last.history_user} == {coordinator}
    entries = {entry.object_id: entry for entry in ModelLogEntry.objects.filter(user=coordinator)}
    assert entries[str(target.pk)].action == "dossiers.merge"
    assert entries[str(target.pk)].data == {"reference": reference}
    assert entries[str(key)].action == "dossiers.merged_away"
    assert entries[str(key)].data == {"reference": target.reference}


@pytest.mark.parametrize("changed", ["kept", "other"])
def test_a_dossier_changed_since_the_preview_is_not_merged(base_data, changed):
    dossiers = {"kept": make_dossier(), "other": make_dossier()}
    shown = get_version_mark(dossiers["kept"], dossiers["other"])
    dossiers[changed].save()
    before = get_state()
    with pytest.raises(NotApplied):
        merge(dossiers["kept"].pk, dossiers["other"].pk, {}, None, shown)
    assert get_state() == before
    assert not Merge.objects.exists()


def test_a_dossier_is_not_merged_with_itself_or_with_one_that_is_gone(base_data):
    target, source = make_dossier(), make_dossier()
    shown = get_version_mark(target, source)
    Dossier.objects.filter(pk=source.pk).delete()
    for key in (target.pk, source.pk):
        with pytest.raises(NotApplied):
            merge(target.pk, key, {}, None, shown)
    assert Dossier.objects.get() == target


def test_a_merge_that_would_duplicate_a_unique_record_is_refused_and_writes_nothing(base_data, monkeypatch):
    target, source = make_dossier(), make_dossier()
    create_supply(source)
    before = get_state()

    update = models.QuerySet.update

    def refuse_update(self, **values):
        if self.model._meta.model_name == "supply":
            raise IntegrityError
        return update(self, **values)

    monkeypatch.setattr(models.QuerySet, "update", refuse_update)
    with translation.override("en"), pytest.raises(NotApplied, match="supply"):
        merge_dossiers(target, source)
    monkeypatch.undo()
    assert get_state() == before


# --- Whatever points at a record ---


def test_all_references_to_a_record_are_reassigned_and_restored(db):
    old_employer, new_employer = make_employer(), make_employer()
    interest, own = make_interest(employer=old_employer), make_interest(employer=new_employer)
    moved = reassign(old_employer, new_employer, None, "moved")
    assert set(EmployerInterest.objects.filter(employer=new_employer)) == {interest, own}
    assert interest.history.first().history_change_reason == "moved"
    restore_references(moved, new_employer, old_employer, None, "back")
    assert EmployerInterest.objects.get(employer=old_employer) == interest
    assert EmployerInterest.objects.get(employer=new_employer) == own


def test_a_shared_link_is_reassigned_once_and_restored_to_both(base_data):
    zorg, bouw = Sector.objects.get(name="Zorg"), Sector.objects.get(name="Bouw")
    dossier_in_both, dossier_in_one = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Zorg"])
    before = get_state()["sectors"]
    moved = reassign(zorg, bouw, None, "moved")
    assert get_state()["sectors"] == [(dossier_in_both.pk, "Bouw"), (dossier_in_one.pk, "Bouw")]
    restore_references(moved, bouw, zorg, None, "back")
    assert get_state()["sectors"] == before


# --- The old reference ---


def test_the_old_reference_finds_the_merged_dossier(base_data):
    target, source, third = make_dossier(), make_dossier(), make_dossier()
    merge_record = merge_dossiers(target, source)
    assert list(Dossier.objects.search(source.reference.lower())) == [target]
    assert list(Dossier.objects.search(third.reference)) == [third]
    undo_merge(merge_record)
    assert Dossier.objects.search(source.reference).get().pk == merge_record.other_id


def test_a_row_with_the_old_reference_changes_the_merged_dossier(lists):
    target, source = make_dossier(profession="kok"), make_dossier(profession="kok")
    merge_record = merge_dossiers(target, source)
    row = {"Referentie": source.reference, "Beroep": "lasser"}
    lists.apply(row)
    target.refresh_from_db()
    assert target.profession == "lasser"
    undo_merge(merge_record)
    lists.apply(row | {"Beroep": "bakker"})
    assert Dossier.objects.get(reference=source.reference).profession == "bakker"
    target.refresh_from_db()
    assert target.profession == "lasser"


@pytest.mark.parametrize(
    ("role", "visible_count"), [("coordinator", 1), ("admin", 1), ("partner", 0), ("editor", 0), ("reader", 0)]
)
def test_only_users_who_may_change_dossiers_see_merges(base_data, request, role, visible_count):
    merge_dossiers(make_dossier(), make_dossier())
    assert Merge.objects.visible_to(request.getfixturevalue(role)).count() == visible_count


# --- Surnames ---


@pytest.mark.parametrize(
    ("kept", "other", "choices", "full_name"),
    [
        (("", "van den Berg"), ("van den", "Berg"), {}, "Sanne van den Berg"),
        (("van den", "Berg"), ("", "van den Berg"), {"family_name": "other"}, "Sanne van den Berg"),
        (("", "Berg"), ("van den", "Berg"), {}, "Sanne van den Berg"),
        (("", "Jansen"), ("de", "Vries"), {}, "Sanne Jansen"),
        (("", "Jansen"), ("de", "Vries"), {"family_name": "other"}, "Sanne de Vries"),
        (("de", "Vries"), ("", "Jansen"), {"family_name": "other", "name_prefix": "kept"}, "Sanne Jansen"),
    ],
)
def test_a_merge_takes_prefix_and_family_name_from_one_dossier(base_data, kept, other, choices, full_name):
    is_same = " ".join(kept).strip() == " ".join(other).strip()
    dossiers = [
        make_dossier(given_name="Sanne", name_prefix=prefix, family_name=name) for prefix, name in (kept, other)
    ]
    differing = {difference.field.name for difference in find_differences(*dossiers)}
    assert differing & {"name_prefix", "family_name"} == (set() if is_same else {"family_name"})
    before = get_state()
    merge_record = merge_dossiers(*dossiers, **choices)
    assert dossiers[0].full_name == full_name
    undo_merge(merge_record)
    assert get_state() == before
