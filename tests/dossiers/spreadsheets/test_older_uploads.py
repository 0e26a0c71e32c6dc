"""A list that a coordinator uploaded before another one of the same sender is the older one of the two."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.absent import CONTACT, AbsentDossiers, choose_all, count_choices
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from tests.dossiers.spreadsheets.imports import correct_cell

from ..backoffice.pages import press, text
from .imports import PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values
from .undo import INTERESTS, JOB

OMAR = {"Extern nummer": "W703", "Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1985"}
OLDER = PERSON | {"Extern nummer": "W701", "Uren per week": "40", "Beroep": "kok", "Rijbewijs": "misschien"}
NEWER = OLDER | {"Uren per week": "24", "Beroep": "bakker", "Rijbewijs": "ja"}


def find_question(run: ImportRun) -> Part | None:
    return next((part for part in parts_of(run) if part.is_older), None)


def correct(run: ImportRun, name: str, text_of_cell: str) -> ImportRun:
    """Correct a cell of the first line."""
    correct_cell(run, run.rows.get(line=2), name, text_of_cell)
    run.refresh_from_db()
    return run


def go_on_with(run: ImportRun, user: User) -> ImportRun:
    continuation = continue_run(run, user)
    assert continuation
    staging.stage(continuation)
    return continuation


@pytest.fixture
def older_run(lists: Lists) -> ImportRun:
    """The older list, of which the line with an error was not imported."""
    return lists.apply(OLDER, OMAR, good_rows_only=True)


@pytest.mark.parametrize(("button", "hours"), [("Nieuwere gegevens houden", 24), ("Toch deze gegevens", 40)])
def test_going_on_with_a_list_asks_before_it_puts_back_what_a_newer_list_replaced(
    lists, older_run, coordinator, client, button, hours
):
    newer_run = lists.apply(NEWER, OMAR)
    continuation = correct(go_on_with(older_run, coordinator), "driving_licence", "nee")
    client.force_login(coordinator)
    page = client.get(reverse("dossiers_import", args=[continuation.pk]))
    shown = text(page)
    assert f"Deze lijst is eerder geüpload dan “{newer_run.file_name}”" in shown
    assert "oudere gegevens terugzetten van 1 persoon: Selam Haile (Beroep, Uren per week)" in shown
    assert f"Nu: 24 In de lijst: 40 ouder dan {newer_run.file_name}" in shown
    press(client, page, button)
    client.post(reverse("dossiers_import_apply", args=[continuation.pk]))
    continuation.refresh_from_db()
    dossier = Dossier.objects.get(given_name="Selam")
    assert (continuation.state, dossier.hours_per_week) == ("applied", hours)
    assert dossier.driving_licence is False, "what was answered since is new"


def test_the_newer_list_again_repeats_nothing_older_after_its_values_stayed(lists, older_run, coordinator):
    lists.apply(NEWER, OMAR)
    continuation = correct(go_on_with(older_run, coordinator), "driving_licence", "ja")
    apply(decide_on_older_values(continuation, use_older=False))
    again = lists.preview(NEWER, OMAR)
    assert again.counts()["unchanged"] == 2 and not find_question(again)


def test_going_on_with_a_list_asks_about_what_was_changed_in_another_way_since(lists, older_run, coordinator):
    lists.apply(NEWER, OMAR)
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.hours_per_week, dossier._change_reason = 32, "Via de API"
    dossier.save()
    question = find_question(correct(go_on_with(older_run, coordinator), "driving_licence", "nee"))
    assert question and "Deze lijst is geüpload op" in question.words
    assert "sindsdien gewijzigd: Uren per week van Selam Haile" in question.words


def test_going_on_with_a_list_of_employers_asks_too(lists, coordinator):
    older = JOB | {"Plaats": "Ens", "Plekken": "veel"}
    older_run = lists.apply(older, JOB | {"Werk": "Sorteren", "KvK": "76543210"}, good_rows_only=True, **INTERESTS)
    newer_run = lists.apply(older | {"Plaats": "Urk", "Plekken": "3"}, **INTERESTS)
    continuation = correct(go_on_with(older_run, coordinator), "positions", "2")
    question = find_question(continuation)
    assert question and f"eerder geüpload dan “{newer_run.file_name}”" in question.words
    assert "(Plaats)" in question.words
    apply(decide_on_older_values(continuation, use_older=False))
    assert (Employer.objects.get(kvk_number=JOB["KvK"]).city, EmployerInterest.objects.count()) == ("Urk", 2)


def test_a_list_that_was_uploaded_before_an_imported_one_asks_which_values_count(lists):
    first, second = lists.preview(OLDER | {"Rijbewijs": "ja"}), lists.preview(NEWER)
    apply(second)
    staging.stage(first)
    question = find_question(first)
    assert question and f"eerder geüpload dan “{second.file_name}”" in question.words
    first = correct(first, "hours_per_week", "36")
    assert "(Beroep)" in find_question(first).words, "what is typed now is newer"
    apply(decide_on_older_values(first, use_older=False))
    dossier = Dossier.objects.get()
    assert (dossier.profession, dossier.hours_per_week) == ("bakker", 36)


def test_a_list_that_is_older_than_another_one_names_the_text_of_a_coordinator_too(lists, coordinator):
    values = NEWER | {"Opmerkingen": "Notitie 1"}
    lists.apply(values)
    dossier = Dossier.objects.get()
    dossier.notes, dossier._history_user = "Notitie 1\nMIJN TEKST", coordinator
    dossier.save()
    first, second = (lists.preview(values | {"Opmerkingen": text}) for text in ("Notitie 2", "Notitie 3"))
    apply(decide_on_older_values(second, use_older=False))
    staging.stage(first)
    words = find_question(first).words
    assert f"eerder geüpload dan “{second.file_name}”" in words
    assert words.endswith("1 regel van deze lijst zou tekst van coordinator verwijderen: Selam Haile (Opmerkingen).")
    apply(decide_on_older_values(first, use_older=False))
    dossier.refresh_from_db()
    assert dossier.notes == "Notitie 3\nMIJN TEKST"


def test_nobody_knows_whether_an_uploaded_list_is_older_than_one_that_was_uploaded_before_it(lists, older_run):
    lists.apply(NEWER)
    later = lists.preview(OLDER | {"Uren per week": "20", "Beroep": "ober", "Rijbewijs": "ja"})
    assert not find_question(later)


def test_nobody_knows_which_of_the_uploaded_lists_of_two_senders_is_older(lists):
    first = lists.preview(OLDER | {"Rijbewijs": "ja"})
    lists.apply({name: value for name, value in NEWER.items() if name != "Extern nummer"}, organisation=WERKCORPORATIE)
    staging.stage(first)
    assert first.rows.get().action == "changed" and not find_question(first)


def test_a_corrected_workbook_of_errors_is_as_old_as_its_list(lists, older_run):
    newer_run = lists.apply(NEWER, OMAR)
    corrected = lists.preview(OLDER | {"Rijbewijs": "nee", f"Reden (import {older_run.pk})": ""})
    assert corrected.continues == older_run
    question = find_question(corrected)
    assert question and f"eerder geüpload dan “{newer_run.file_name}”" in question.words


def test_nothing_is_done_with_somebody_who_is_in_a_newer_list_when_going_on_with_an_older_one(
    lists, older_run, coordinator
):
    feven = {"Extern nummer": "W704", "Voornaam": "Feven", "Achternaam": "Tesfay", "Geboortedatum": "25-06-1991"}
    lists.apply(NEWER, OMAR, feven)
    continuation = go_on_with(older_run, coordinator)
    absent = list(continuation.rows.filter(action="absent"))
    assert [row.given for row in absent] == [{"external_id": "W704"}]
    refusal = AbsentDossiers(continuation, absent).find_refusal(absent[0], CONTACT)
    assert refusal == "deze persoon is intussen opnieuw aangeleverd."
    choose_all(continuation, CONTACT)
    assert count_choices(continuation) == 0


@pytest.mark.parametrize("channel", ["mail", "folder"])
def test_a_list_that_arrived_before_an_imported_one_asks_which_values_count(lists, channel):
    first = lists.preview(OLDER | {"Rijbewijs": "ja"}, channel=channel)
    second = lists.apply(NEWER, channel=channel)
    staging.stage(first)
    question = find_question(first)
    assert question and f"eerder verstuurd dan “{second.file_name}”" in question.words
