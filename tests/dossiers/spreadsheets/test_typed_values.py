"""Tests of values that users typed, in a form or in the preview of a list: whose they are, and what overwrites them."""

from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone

from dossiers.backoffice.timeline import timeline
from dossiers.models import Dossier, ImportRun
from dossiers.models.change_set import UNDO_WITHIN
from dossiers.spreadsheets.expiry import destroy_expired
from dossiers.spreadsheets.imports.newer_values import NewerValues
from dossiers.spreadsheets.imports.row_corrections import correct_cell
from dossiers.spreadsheets.resources import DossierResource

from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply

SELAM = PERSON | {"Extern nummer": "A1", "Telefoon": "06 12001006"}


def find_source(lists: Lists, name: str, row: dict[str, str]) -> str:
    """Return where the preview of another sender's list says the present value of a field comes from."""
    run = lists.preview(PERSON | row, organisation=WERKCORPORATIE)
    [row_with_change] = run.rows.all()
    assert name in row_with_change.changes
    source = NewerValues(run).find_sources([row_with_change])[row_with_change.target_id].get(name)
    return " ".join(render_to_string("dossiers/imports/_source.html", {"source": source}).split()) if source else ""


def type_in_preview(run: ImportRun, name: str, text: str) -> None:
    correct_cell(run, run.rows.get(), name, text)


def test_a_value_that_a_coordinator_typed_in_a_preview_is_not_said_to_be_of_the_list(lists, coordinator):
    run = lists.preview(SELAM | {"Beschikbaar vanaf": "31-02-2027", "Beroep": "kok"}, user=coordinator)
    type_in_preview(run, "available_from", "28-02-2027")
    apply(run)
    source = find_source(lists, "available_from", {"Beschikbaar vanaf": "01-03-2027"})
    assert source.startswith(f"nu door {coordinator} ingevuld bij het overnemen") and run.file_name in source
    assert find_source(lists, "profession", {"Beroep": "ober"}).startswith(f"nu volgens {AZC}")


def test_a_value_for_all_lines_is_not_said_to_be_of_the_list(lists, coordinator):
    run = lists.preview(SELAM, user=coordinator, decided={"fixed": {"profession": "kok"}})
    apply(run)
    assert "ingevuld bij het overnemen" in find_source(lists, "profession", {"Beroep": "ober"})


def test_an_answer_about_a_word_is_not_said_to_be_of_the_list(lists, coordinator):
    run = lists.preview(
        SELAM | {"Uren per week": "fulltime"},
        PERSON | {"Voornaam": "Omar", "Extern nummer": "A2", "Uren per week": "36"},
        user=coordinator,
        decided={"words": {"hours_per_week": {"fulltime": "36"}}},
    )
    apply(run)
    source = find_source(lists, "hours_per_week", {"Uren per week": "20"})
    assert source.startswith("nu volgens een antwoord bij het overnemen") and run.file_name in source
    assert find_source(lists, "hours_per_week", {"Voornaam": "Omar", "Uren per week": "20"}).startswith(
        "nu volgens AZC"
    )


def test_a_default_is_of_nobody(lists, coordinator):
    lists.apply(SELAM, user=coordinator)
    assert find_source(lists, "status", {"Status": "intake"}) == ""


def test_the_history_says_what_was_typed_in_the_preview(lists, coordinator):
    row = SELAM | {"Beschikbaar vanaf": "31-02-2027", "Uren per week": "fulltime"}
    run = lists.preview(row, user=coordinator, decided={"words": {"hours_per_week": {"fulltime": "36"}}})
    type_in_preview(run, "available_from", "28-02-2027")
    apply(run)
    [step] = timeline(DossierResource(), Dossier.objects.get().pk, coordinator)
    assert step.source == (
        f"{run.file_name}, regel 2; ingevuld of beantwoord bij het overnemen: Uren per week, Beschikbaar vanaf"
    )


def test_it_stays_known_who_filled_in_a_value_after_the_lines_are_destroyed(lists, coordinator):
    run = lists.preview(SELAM | {"Beschikbaar vanaf": "31-02-2027"}, user=coordinator)
    type_in_preview(run, "available_from", "28-02-2027")
    apply(run)
    long_ago = timezone.now() - UNDO_WITHIN - timedelta(days=1)
    ImportRun.objects.update(created_at=long_ago, applied_at=long_ago)
    destroy_expired()
    run.refresh_from_db()
    assert "28-02-2027" not in str(run.decided)
    assert "ingevuld bij het overnemen" in find_source(lists, "available_from", {"Beschikbaar vanaf": "01-03-2027"})
