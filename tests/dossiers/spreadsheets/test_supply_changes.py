"""An import that only adds a supply of a known person, or changes its number, tells it and can be undone."""

import pytest

from dossiers.models import Dossier, ImportRun, Organisation, Supply
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.provenance import timeline
from dossiers.spreadsheets.resources import DossierResource
from dossiers.spreadsheets.undo.planner import plan_undo

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers
from .imports import PERSON, WERKCORPORATIE, Lists, apply
from .undo import undo_import

NUMBERED = {**PERSON, "Extern nummer": "P1"}
OF_ANOTHER = {**PERSON, "Extern nummer": "Q-77"}


SIMILAR = {**PERSON, "Voornaam": "Selma"}


def preview_same_person(lists: Lists, row: dict[str, str], dossier: Dossier, **options) -> ImportRun:
    """Preview a list whose similar row is said to be about the person of a dossier."""
    run = lists.preview(row, **options)
    assert run.rows.exclude(action="absent").get().similar == [dossier.reference]
    row_corrections.same_record(run, run.rows.exclude(action="absent").get(), dossier)
    return run


def find_changes(run: ImportRun) -> list[tuple[str, str | None]]:
    """Return (action, number before) of the rows that change a supply."""
    return list(run.rows.changing_supplies().values_list("action", "number_before"))


def read_timeline() -> list[str]:
    return [step.reason for step in timeline(Dossier, Dossier.objects.get().pk, DossierResource())]


def test_a_supply_that_is_added_is_counted_told_in_the_history_and_undone(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview(OF_ANOTHER, organisation=WERKCORPORATIE, by_partner=True)
    assert find_changes(run) == [("unchanged", None)] and run.count_supply_changes() == (1, 0, 1)
    apply(run)
    assert find_changes(run) == [("unchanged", None)]
    assert read_timeline()[0] == "Vanaf nu aangeleverd door Werkcorporatie (Q-77)"
    assert not ImportRun.objects.with_nothing_new().get(pk=run.pk).nothing_new
    plan = plan_undo(run)
    assert [row.line for row in plan.returned_supplies()] == [2] and not plan.leaves_everything
    undo_import(run)
    assert Supply.objects.get().external_id == "P1"
    assert read_timeline()[0] == "Import ongedaan gemaakt: aanlevering verwijderd"


def test_a_supply_that_is_added_beside_a_changed_value_is_told_too(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.apply(OF_ANOTHER | {"Beroep": "kok"}, organisation=WERKCORPORATIE)
    assert run.count_supply_changes() == (1, 0, 0)
    step, _made = timeline(Dossier, Dossier.objects.get().pk, DossierResource())
    assert step.reason == "Vanaf nu aangeleverd door Werkcorporatie (Q-77)"
    assert [(change.label, change.new) for change in step.changes] == [("Beroep", "kok")]


def test_a_number_that_changes_is_counted_told_in_the_history_and_undone(lists: Lists) -> None:
    lists.apply(PERSON)
    run = lists.preview(NUMBERED)
    assert find_changes(run) == [("unchanged", "")] and run.count_supply_changes() == (0, 1, 1)
    apply(run)
    assert find_changes(run) == [("unchanged", "")]
    assert read_timeline()[0] == "Nieuw nummer van AZC Luttelgeest: P1"
    undo_import(run)
    assert Supply.objects.get().external_id == ""
    assert read_timeline()[0] == "Import ongedaan gemaakt: het oude nummer is terug"


def test_another_number_of_somebody_whom_the_sender_supplied_already_adds_nobody(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = preview_same_person(lists, SIMILAR | {"Extern nummer": "P9"}, Dossier.objects.get())
    assert find_changes(run) == [("changed", "P1")] and run.count_supply_changes() == (0, 1, 0)
    apply(run)
    assert find_changes(run) == [("changed", "P1")] and run.count_supply_changes() == (0, 1, 0)
    assert read_timeline()[0] == "Nieuw nummer van AZC Luttelgeest: P9"
    assert {supply.external_id for supply in Supply.objects.all()} == {"P1", "P9"}, "both numbers are known"
    undo_import(run)
    assert Supply.objects.get().external_id == "P1"
    assert read_timeline()[0] == "Import ongedaan gemaakt: het oude nummer is terug"


@pytest.mark.parametrize("repeated", [NUMBERED, PERSON])
def test_what_the_same_organisation_repeats_changes_no_supply(lists: Lists, repeated: dict) -> None:
    lists.apply(NUMBERED)
    run = lists.apply(repeated, by_partner=True)
    assert find_changes(run) == [] and run.count_supply_changes() == (0, 0, 0)
    assert Dossier.objects.get().history.count() == 1
    assert ImportRun.objects.with_nothing_new().get(pk=run.pk).nothing_new


def test_a_row_with_only_our_reference_changes_no_supply(lists: Lists) -> None:
    lists.apply(NUMBERED)
    reference = Dossier.objects.get().reference
    assert find_changes(lists.apply({"Referentie": reference, "Beroep": "kok"}, organisation=WERKCORPORATIE)) == []
    run = lists.preview({"Referentie": reference, "Extern nummer": "W-1"}, organisation=WERKCORPORATIE)
    assert find_changes(run) == [("unchanged", None)]


def test_a_long_name_of_an_organisation_leaves_room_for_the_number_in_the_history(lists: Lists) -> None:
    lists.apply(NUMBERED)
    long_name = Organisation.objects.create(name="100% d'Werk" * 9).name
    run = lists.apply({**PERSON, "Extern nummer": "9" * 39}, organisation=long_name)
    assert run.state == ImportRun.State.APPLIED
    assert (
        read_timeline()[0].startswith("Vanaf nu aangeleverd door 100% d'Werk") and f"({'9' * 39})" in read_timeline()[0]
    )


def test_the_undo_of_added_supplies_is_not_refused_because_a_changed_value_stays(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.apply(OF_ANOTHER | {"Beroep": "kok"}, organisation=WERKCORPORATIE)
    dossier = Dossier.objects.get()
    dossier.profession = "lasser"
    dossier.save()
    undo_import(run)
    dossier.refresh_from_db()
    assert (run.state, dossier.profession) == (ImportRun.State.UNDONE, "lasser")
    assert Supply.objects.get().external_id == "P1"


def test_a_supply_that_was_deleted_meanwhile_is_added_again_only_if_its_dossier_is_there(lists: Lists) -> None:
    first = lists.apply(NUMBERED)
    added = lists.apply(OF_ANOTHER, organisation=WERKCORPORATIE)
    run = lists.preview(OF_ANOTHER, organisation=WERKCORPORATIE)
    assert find_changes(run) == []
    undo_import(added)
    assert find_changes(run) == [("unchanged", None)]
    undo_import(first)
    assert find_changes(run) == []


def test_a_supply_that_went_with_a_merged_dossier_stays_and_the_refusal_says_why(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.apply(OF_ANOTHER, organisation=WERKCORPORATIE)
    merge_dossiers(make_dossier(), Dossier.objects.get(given_name="Selam"))
    undo_import(run)
    assert run.state == ImportRun.State.APPLIED and "in deze volgorde: Samenvoeging van" in run.reason
    assert Supply.objects.filter(external_id="Q-77").exists()


@pytest.mark.parametrize("by_partner", [False, True])
def test_a_similar_person_without_a_number_who_is_said_to_be_the_same_is_supplied_by_the_sender(
    lists: Lists, by_partner: bool
) -> None:
    lists.apply(NUMBERED | {"Voornaam": "Selma"})
    run = preview_same_person(lists, PERSON, Dossier.objects.get(), organisation=WERKCORPORATIE, by_partner=by_partner)
    assert run.count_supply_changes().added == 1
    staging.stage(run)
    assert run.count_supply_changes().added == 1, "the list was read again"
    apply(run)
    supply = Supply.objects.get(organisation__name=WERKCORPORATIE)
    assert (supply.dossier.given_name, supply.external_id) == ("Selam", "")
    assert supply.values == {"given_name": "Selam", "family_name": "Haile", "date_of_birth": "1990-03-12"}
    assert read_timeline()[0] == "Vanaf nu aangeleverd door Werkcorporatie"
    undo_import(run)
    assert Supply.objects.get().external_id == "P1" and Dossier.objects.get().given_name == "Selma"


def test_somebody_who_was_said_to_be_the_same_is_recognised_in_the_next_list_and_missed_in_a_list_without(
    lists: Lists,
) -> None:
    lists.apply(NUMBERED | {"Uren per week": "30"})
    dossier = Dossier.objects.get()
    similar = SIMILAR | {"Uren per week": "30"}
    apply(preview_same_person(lists, similar, dossier, organisation=WERKCORPORATIE))
    dossier.refresh_from_db()
    lists.apply(NUMBERED | {"Voornaam": "Selma", "Uren per week": "20"})
    run = lists.preview(similar, organisation=WERKCORPORATIE)
    assert run.rows.get().target_id == dossier.pk
    [question] = parts_of(run)
    assert "herhaalt oudere gegevens" in question.words
    run = lists.preview({**PERSON, "Voornaam": "Omar", "Achternaam": "Abdi"}, organisation=WERKCORPORATIE)
    assert run.rows.get(action="absent").target_id == dossier.pk
