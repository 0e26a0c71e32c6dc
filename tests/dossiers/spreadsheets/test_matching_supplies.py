"""A partner's upload is compared only with earlier supplies of the same organisation."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Action, Dossier, ImportProfile, ImportRun, Organisation, Supply
from dossiers.models.change_set import NotApplied
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.report import report

from ..models.factories import make_dossier
from .imports import AZC, PERSON, WERKCORPORATIE, apply

OWN = {"by_partner": True, "with_partner": True}
NUMBERED = {"Extern nummer": "P1", **PERSON}


def test_who_was_supplied_before_by_number_is_unchanged(lists):
    lists.apply(NUMBERED)
    [row] = lists.preview_rows(NUMBERED, **OWN)
    assert (row["action"], row["errors"]) == ("unchanged", {})


def test_what_is_new_and_what_is_old_is_what_was_given_last_whatever_the_dossier_says(lists):
    lists.apply(NUMBERED | {"Beroep": "kok"})
    Dossier.objects.update(profession="bakker")
    [row] = lists.preview_rows(NUMBERED | {"Beroep": "ober"}, **OWN)
    assert (row["action"], row["changes"]) == ("changed", {"profession": ["kok", "ober"]})


def test_somebody_without_a_number_is_found_by_name_and_date_of_birth(lists):
    lists.apply(PERSON)
    [row] = lists.preview_rows(PERSON | {"Voornaam": "SELAM"}, **OWN)
    assert row["action"] == "changed"


def test_a_number_is_added_to_somebody_who_had_none(lists):
    lists.apply(PERSON)
    [row] = lists.preview_rows(NUMBERED, **OWN)
    assert row["action"] == "unchanged"


def test_two_numbers_are_two_people(lists):
    lists.apply(NUMBERED)
    [row] = lists.preview_rows(NUMBERED | {"Extern nummer": "P2"}, **OWN)
    assert row["action"] == "new"


def test_a_number_that_was_given_to_somebody_else_is_an_error(lists):
    lists.apply(NUMBERED)
    other = {"Extern nummer": "P1", "Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1985"}
    [row] = lists.preview_rows(other, **OWN)
    assert row["action"] == "error"
    assert list(row["errors"]) == ["external_id"]


def test_who_is_no_longer_in_the_list_is_absent(lists):
    lists.apply(
        NUMBERED, {"Extern nummer": "P2", "Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1985"}
    )
    run = lists.preview(NUMBERED, **OWN)
    assert report(run)["absent"] == ["P2"]


@pytest.mark.parametrize("supplied_by_another", [True, False])
def test_somebody_with_a_dossier_that_this_organisation_did_not_supply_is_new_and_like_nobody(
    lists, supplied_by_another
):
    if supplied_by_another:
        lists.apply(NUMBERED, organisation=WERKCORPORATIE)
    else:
        make_dossier(given_name="Selam", family_name="Haille", profession="bakker")
    run = lists.preview(NUMBERED, **OWN)
    row = run.rows.get()
    assert (row.action, row.similar, row.target_id) == (Action.NEW, [], None)


def test_no_query_asks_a_dossier(lists):
    lists.apply(NUMBERED)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run = lists.preview(PERSON, **OWN)
    assert run.counts()["unchanged"] == 1
    assert [query["sql"] for query in captured if 'FROM "dossiers_dossier"' in query["sql"]] == []


def test_a_column_of_the_municipality_itself_is_left_out_also_when_a_profile_knows_it(lists):
    azc = Organisation.objects.named(AZC)
    ImportProfile.objects.create(
        name="AZC", record="dossiers", organisation=azc, columns={"Stand": "status"}, fixed={"coordinator": "jan"}
    )
    make_dossier(reference="D-2024-0001")
    run = lists.preview(
        PERSON | {"Referentie": "D-2024-0001", "Status": "beschikbaar", "Stand": "x", "Begeleider": "jan"}, **OWN
    )
    assert run.fields == ["given_name", "family_name", "date_of_birth"]
    assert run.counts() == dict.fromkeys(run.counts(), 0) | {"new": 1}


def test_the_same_list_mailed_to_a_coordinator_keeps_those_columns(lists):
    run = lists.preview(PERSON | {"Status": "beschikbaar"})
    assert "status" in run.fields


def test_a_line_is_mended_by_the_same_comparison(lists):
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED | {"Geboortedatum": "31-02-1990"}, **OWN)
    row = run.rows.get(action=Action.ERROR)
    row_corrections.correct_cell(run, row, "date_of_birth", "12-03-1990")
    assert row.action == Action.UNCHANGED


def test_it_can_not_be_applied_before_a_coordinator_opened_it(lists):
    run = lists.preview(NUMBERED, **OWN)
    with pytest.raises(NotApplied):
        apply(run)
    assert not Dossier.objects.exists()


def test_opened_by_a_coordinator_it_is_compared_with_all_dossiers_and_taken_over(lists, partner):
    known = make_dossier(given_name="Selam", family_name="Haille")
    run = lists.preview(NUMBERED, **OWN)
    assert run.send(partner)
    assert run.open_for_coordinator()
    staging.stage(run)
    assert run.rows.get().similar == [known.reference]
    row_corrections.another_person(run, run.rows.get())
    apply(run)
    supply = Supply.objects.get()
    assert (supply.external_id, supply.organisation.name) == ("P1", AZC)
    assert supply.dossier != known


def test_returned_it_holds_nothing_that_a_coordinator_found(lists, partner):
    known = make_dossier(given_name="Selam", family_name="Haille")
    run = lists.preview(NUMBERED, **OWN)
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    row_corrections.same_person(run, run.rows.get(), known)
    assert run.send_back("Wie is dit?")
    assert not run.rows.exists()
    run.open_for_partner()
    staging.stage(run)
    assert known.reference not in str(run.decided) + str(report(run))
    assert run.rows.get().action == Action.NEW


def test_what_is_left_out_by_the_partner_stays_left_out(lists, partner):
    run = lists.preview(NUMBERED, **OWN)
    row_corrections.leave_out(run, list(run.rows.all()))
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    assert run.rows.get().action == Action.SKIPPED


def test_nothing_is_sent_opened_or_returned_twice(lists, partner):
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


def test_a_coordinators_own_preview_is_not_returned_to_a_partner(lists):
    run = lists.preview(NUMBERED)
    assert not run.send_back("Van wie?")
    assert run.rows.exists()


def test_coordinators_see_it_only_when_it_was_sent(lists, partner, coordinator):
    run = lists.preview(NUMBERED, **OWN)
    assert run not in ImportRun.objects.visible_to(coordinator)
    run.send(partner)
    assert run in ImportRun.objects.visible_to(coordinator)
    assert run in ImportRun.objects.waiting()


@pytest.mark.parametrize(("sender", "second_number"), [(OWN, "new"), ({}, "similar")])
def test_a_person_with_a_number_on_one_line_and_without_on_another_is_a_duplicate(lists, sender, second_number):
    namesakes = [NUMBERED | {"Voornaam": "Omar", "Extern nummer": number} for number in ("P2", "P3")]
    rows = lists.preview_rows(NUMBERED, *namesakes, PERSON, **sender)
    actions = [row["action"] for row in rows]
    assert actions == ["error", "new", second_number, "error"], "two numbers may be two people, so that is no error"
    assert "regel 5" in rows[0]["errors"]["family_name"][0] and "regel 2" in rows[3]["errors"]["family_name"][0]
