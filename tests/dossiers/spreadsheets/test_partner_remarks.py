"""A partner's remark is added to the notes of staff, which partners can't see, and never replaces them."""

import pytest

from dossiers.models import Dossier, Supply
from dossiers.models.text_fields import MAX_TEXT_LENGTH
from dossiers.spreadsheets.comparison import append_lines
from dossiers.spreadsheets.imports.report import report

from .imports import PERSON
from .undo import undo_import

BY_PARTNER = {"by_partner": True}
STAFF_NOTE = "Fietst samen met een collega."
REMARK = PERSON | {"Opmerkingen": "Zoekt een kamer."}


@pytest.fixture
def noted_dossier(lists) -> Dossier:
    lists.apply(PERSON)
    Dossier.objects.update(notes=STAFF_NOTE)
    return Dossier.objects.get()


def test_a_remark_of_a_partner_is_added_once_below_the_note_of_staff_and_an_undo_restores_it(
    lists, noted_dossier, coordinator
):
    both = f"{STAFF_NOTE}\nZoekt een kamer."
    run = lists.preview(REMARK, **BY_PARTNER)
    [row] = report(run)["rows"]
    assert row["changes"] == {"notes": [STAFF_NOTE, both]}
    run = lists.apply(REMARK, **BY_PARTNER)
    noted_dossier.refresh_from_db()
    assert noted_dossier.notes == both
    assert Supply.objects.get().values["notes"] == "Zoekt een kamer."
    [again] = lists.preview_rows(REMARK, **BY_PARTNER)
    assert again["action"] == "unchanged"
    undo_import(run)
    noted_dossier.refresh_from_db()
    assert noted_dossier.notes == STAFF_NOTE


def test_a_partner_sees_only_its_own_remarks_in_a_list_that_is_not_sent(lists, noted_dossier):
    [row] = lists.preview_rows(REMARK, by_partner=True, with_partner=True)
    assert row["changes"] == {"notes": ["", "Zoekt een kamer."]}


def test_the_list_of_a_coordinator_replaces_the_note(lists, noted_dossier):
    [row] = lists.preview_rows(REMARK)
    assert row["changes"] == {"notes": [STAFF_NOTE, "Zoekt een kamer."]}


def test_a_remark_that_does_not_fit_below_the_note_is_an_error_of_its_line(lists, noted_dossier):
    Dossier.objects.update(notes="x" * (MAX_TEXT_LENGTH - 5))
    [row] = lists.preview_rows(REMARK, **BY_PARTNER)
    assert row["action"] == "error"
    assert f"{MAX_TEXT_LENGTH}" in row["errors"]["notes"][0]


@pytest.mark.parametrize(
    ("current", "lines", "expected"),
    [
        ("", "Een.", "Een."),
        ("Een.\r\nTwee  en drie.", "Twee en drie.", "Een.\r\nTwee  en drie."),
        ("Een.", "Ee", "Een.\nEe"),
        ("Een.\nTwee.\nDrie.", "Twee.\nDrie.", "Een.\nTwee.\nDrie."),
    ],
)
def test_lines_are_appended_unless_the_text_has_them(current, lines, expected):
    assert append_lines(current, lines) == expected
