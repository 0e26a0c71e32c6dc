"""A partner's upload is compared only with earlier supplies of the same organisation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Action, Dossier, ImportProfile, ImportRun, Organisation, Supply
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.report import report
from tests.dossiers.spreadsheets.imports import correct_cell

from ..models.factories import make_dossier
from .imports import AZC, PERSON, WERKCORPORATIE, apply

OWN = {"by_partner": True, "with_partner": True}
NUMBERED = {"Extern nummer": "P1", **PERSON}


def test_a_person_supplied_before_with_the_same_number_is_unchanged(lists):
    lists.apply(NUMBERED)
    [row] = lists.preview_rows(NUMBERED, **OWN)
    assert (row["action"], row["errors"]) == ("unchanged", {})


def test_changes_are_relative_to_the_last_supply_and_not_to_the_dossier(lists):
    lists.apply(NUMBERED | {"Beroep": "kok"})
    Dossier.objects.update(profession="bakker")
    [row] = lists.preview_rows(NUMBERED | {"Beroep": "ober"}, **OWN)
    assert (row["action"], row["changes"]) == ("changed", {"profession": ["kok", "ober"]})


def test_a_person_without_a_number_is_matched_by_name_and_date_of_birth(lists):
    lists.apply(PERSON)
    [row] = lists.preview_rows(PERSON | {"Voornaam": "SELAM", "Beroep": "kok"}, **OWN)
    assert (row["action"], list(row["changes"])) == ("changed", ["profession"])


def test_adding_a_number_to_a_known_person_is_not_a_change(lists):
    lists.apply(PERSON)
    [row] = lists.preview_rows(NUMBERED, **OWN)
    assert row["action"] == "unchanged"


def test_different_numbers_are_different_people(lists):
    lists.apply(NUMBERED)
    [row] = lists.preview_rows(NUMBERED | {"Extern nummer": "P2"}, **OWN)
    assert row["action"] == "new"


def test_a_number_of_another_person_is_an_error(lists):
    lists.apply(NUMBERED)
    other = {"Extern nummer": "P1", "Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1985"}
    [row] = lists.preview_rows(other, **OWN)
    assert row["action"] == "error"
    assert list(row["errors"]) == ["external_id"]


def test_a_person_no_longer_in_the_list_is_absent(lists):
    lists.apply(
        NUMBERED, {"Extern nummer": "P2", "Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1985"}
    )
    run = lists.preview(NUMBERED, **OWN)
    assert report(run)["absent"] == ["P2"]


@pytest.mark.parametrize("supplied_by_another", [True, False])
def test_a_person_not_supplied_by_this_organisation_is_new_and_not_similar(lists, supplied_by_another):
    if supplied_by_another:
        lists.apply(NUMBERED, organisation=WERKCORPORATIE)
    else:
        make_dossier(given_name="Selam", family_name="Haille", profession="bakker")
    run = lists.preview(NUMBERED, **OWN)
    row = run.rows.get()
    assert (row.action, row.similar, row.target_id) == (Action.NEW, [], None)


def test_no_query_reads_a_dossier(lists):
    lists.apply(NUMBERED)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run = lists.preview(PERSON, **OWN)
    assert run.counts()["unchanged"] == 1
    assert [query["sql"] for query in captured if 'FROM "dossiers_dossier"' in query["sql"]] == []


def test_columns_reserved_for_the_municipality_are_ignored_even_with_a_profile(lists):
    azc = Organisation.objects.named(AZC)
    ImportProfile.objects.create(name="AZC", record="dossiers", organisation=azc, columns={"Stand": "status"})
    make_dossier(reference="D-2024-0001")
    run = lists.preview(
        PERSON | {"Referentie": "D-2024-0001", "Status": "beschikbaar", "Stand": "x", "Begeleider": "jan"},
        decided={"fixed": {"coordinator": "jan"}},
        **OWN,
    )
    assert run.fields == ["given_name", "name_prefix", "family_name", "date_of_birth"]
    assert run.counts() == dict.fromkeys(run.counts(), 0) | {"new": 1}


def test_columns_reserved_for_the_municipality_are_read_for_a_coordinator(lists):
    run = lists.preview(PERSON | {"Status": "beschikbaar"})
    assert "status" in run.fields


def test_a_corrected_row_is_compared_with_the_supplies_too(lists):
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED | {"Geboortedatum": "31-02-1990"}, **OWN)
    row = run.rows.get(action=Action.ERROR)
    correct_cell(run, row, "date_of_birth", "12-03-1990")
    assert row.action == Action.UNCHANGED


def test_a_partner_list_cannot_be_applied_before_a_coordinator_opened_the_list(lists):
    run = lists.preview(NUMBERED, **OWN)
    with pytest.raises(NotApplied):
        apply(run)
    assert not Dossier.objects.exists()


def test_a_list_opened_by_a_coordinator_is_compared_with_all_dossiers(lists, partner):
    known = make_dossier(given_name="Selam", family_name="Haille")
    run = lists.preview(NUMBERED, **OWN)
    assert run.send(partner)
    assert run.open_for_coordinator()
    staging.stage(run)
    assert run.rows.get().similar == [known.reference]
    row_corrections.another_record(run, run.rows.get())
    apply(run)
    supply = Supply.objects.get()
    assert (supply.external_id, supply.organisation.name) == ("P1", AZC)
    assert supply.dossier != known


def test_a_returned_list_contains_no_findings_of_the_coordinator(lists, partner):
    known = make_dossier(given_name="Selam", family_name="Haille")
    run = lists.preview(NUMBERED, **OWN)
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    row_corrections.same_record(run, run.rows.get(), known)
    assert run.send_back("Wie is dit?")
    assert not run.rows.exists()
    run.open_for_partner()
    staging.stage(run)
    assert known.reference not in str(run.decided) + str(report(run))
    assert run.rows.get().action == Action.NEW


def test_rows_skipped_by_the_partner_remain_skipped(lists, partner):
    run = lists.preview(NUMBERED, **OWN)
    row_corrections.leave_out(run, list(run.rows.all()))
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    assert run.rows.get().action == Action.SKIPPED


def test_a_list_cannot_be_sent_opened_or_returned_twice(lists, partner):
    run = lists.preview(NUMBERED, **OWN)
    again = ImportRun.objects.get(pk=run.pk)
    assert not run.open_for_coordinator()
    assert not run.send_back("Nog niet verstuurd")
    assert run.send(partner)
    assert not again.send(partner)
    assert run.open_for_coordinator()
    assert not again.open_for_coordinator()
    staging.stage(run)
    assert run.send_back("Graag aanvullen")
    assert not again.send_back("Nog eens")
    assert (run.state, run.with_partner, run.returned_word) == ("returned", True, "Graag aanvullen")


def test_a_list_of_a_coordinator_cannot_be_returned_to_a_partner(lists):
    run = lists.preview(NUMBERED)
    assert not run.send_back("Van wie?")
    assert run.rows.exists()


def test_coordinators_see_a_partner_list_only_after_sending(lists, partner, coordinator):
    run = lists.preview(NUMBERED, **OWN)
    assert run not in ImportRun.objects.visible_to(coordinator)
    run.send(partner)
    assert run in ImportRun.objects.visible_to(coordinator)
    assert run in ImportRun.objects.waiting()


@pytest.mark.parametrize(("sender", "second"), [(OWN, "new"), ({}, "similar")])
def test_a_person_on_two_rows_with_and_without_a_number_is_asked_about(lists, sender, second):
    namesakes = [NUMBERED | {"Voornaam": "Omar", "Extern nummer": number} for number in ("P2", "P3")]
    rows = lists.preview_rows(NUMBERED, *namesakes, PERSON, **sender)
    assert [row["action"] for row in rows] == ["new", "new", second, second]
    assert [row["similar_lines"] for row in rows] == ([[], [], [3], [2]] if second == "similar" else [[]] * 4)
