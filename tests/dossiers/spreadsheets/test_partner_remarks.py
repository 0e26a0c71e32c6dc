"""A partner's remark is added to the notes of staff, or replaces the partner's own remark; partners can't see them."""

import openpyxl
import pytest

from dossiers.backoffice.partners.rejected_rows import build_rejected_rows
from dossiers.models import Dossier, ImportRun, Supply
from dossiers.models.text_fields import MAX_TEXT_LENGTH
from dossiers.spreadsheets.comparison import append_lines, replace_lines, replace_other_lines
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.continuation import find_line_decisions
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.report import report
from dossiers.spreadsheets.imports.row_corrections import accept_cell
from dossiers.spreadsheets.undo.planner import plan_undo
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, WERKCORPORATIE, apply, decide_on_older_values
from .undo import OTHER, undo_import

BY_PARTNER = {"by_partner": True}
STAFF_NOTE = "Fietst samen met een collega."
REMARK = PERSON | {"Opmerkingen": "Zoekt een kamer."}


@pytest.fixture
def noted_dossier(lists) -> Dossier:
    lists.apply(PERSON)
    Dossier.objects.update(notes=STAFF_NOTE)
    return Dossier.objects.get()


def test_a_partner_remark_is_appended_once_to_the_notes_and_can_be_undone(lists, noted_dossier, coordinator):
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


def test_a_corrected_remark_replaces_the_previous_one_and_can_be_undone(lists, noted_dossier):
    lists.apply(REMARK, **BY_PARTNER)
    before, after = (f"{STAFF_NOTE}\nZoekt een {wish}." for wish in ("kamer", "huis"))
    corrected = REMARK | {"Opmerkingen": "Zoekt een huis."}
    run = lists.preview(corrected, **BY_PARTNER)
    assert report(run)["rows"][0]["changes"] == {"notes": [before, after]}
    run = lists.apply(corrected, **BY_PARTNER)
    noted_dossier.refresh_from_db()
    assert (noted_dossier.notes, Supply.objects.get().values["notes"]) == (after, "Zoekt een huis.")
    undo_import(run)
    noted_dossier.refresh_from_db()
    assert (noted_dossier.notes, Supply.objects.get().values["notes"]) == (before, "Zoekt een kamer.")


def test_a_remark_that_staff_changed_is_not_replaced(lists, noted_dossier):
    lists.apply(REMARK, **BY_PARTNER)
    Dossier.objects.update(notes="Zoekt een kamer in Emmeloord.")
    [row] = lists.preview_rows(REMARK | {"Opmerkingen": "Zoekt een huis."}, **BY_PARTNER)
    assert row["changes"]["notes"][1] == "Zoekt een kamer in Emmeloord.\nZoekt een huis."


def test_a_remark_of_another_organisation_is_not_replaced(lists, noted_dossier):
    lists.apply(REMARK, **BY_PARTNER)
    other = REMARK | {"Opmerkingen": "Zoekt een huis."}
    [row] = lists.preview_rows(other, organisation=WERKCORPORATIE, **BY_PARTNER)
    assert row["changes"]["notes"][1] == f"{STAFF_NOTE}\nZoekt een kamer.\nZoekt een huis."


def test_an_unsent_partner_list_is_compared_with_the_remarks_of_the_partner_only(lists, noted_dossier):
    [row] = lists.preview_rows(REMARK, by_partner=True, with_partner=True)
    assert row["changes"] == {"notes": ["", "Zoekt een kamer."]}


def test_a_list_without_a_sender_replaces_the_notes(lists, noted_dossier):
    [row] = lists.preview_rows(REMARK, organisation=None)
    assert row["changes"] == {"notes": [STAFF_NOTE, "Zoekt een kamer."]}


def test_the_first_remark_in_a_list_that_a_coordinator_uploads_is_added_below_the_notes(lists, noted_dossier):
    [row] = lists.preview_rows(REMARK)
    assert row["changes"] == {"notes": [STAFF_NOTE, f"{STAFF_NOTE}\nZoekt een kamer."]}
    [own_export] = lists.preview_rows(REMARK | {"Kenmerk": noted_dossier.reference})
    assert own_export["changes"] == {"notes": [STAFF_NOTE, "Zoekt een kamer."]}


def test_a_remark_that_makes_the_notes_too_long_is_an_error(lists, noted_dossier):
    Dossier.objects.update(notes="x" * (MAX_TEXT_LENGTH - 5))
    [row] = lists.preview_rows(REMARK, **BY_PARTNER)
    assert row["action"] == "error"
    assert f"{MAX_TEXT_LENGTH}" in row["errors"]["notes"][0]


def read_workbook(run: ImportRun) -> dict[str, str]:
    """Return the cells of the only row of the workbook that goes back to the sender, by header."""
    with build_error_workbook(run) as file:
        header, row = openpyxl.load_workbook(file).active.values
    return dict(zip(header, row, strict=True))


@pytest.mark.parametrize("sender", [BY_PARTNER, {}], ids=["sent by a partner", "uploaded"])
def test_a_note_of_a_coordinator_does_not_go_out_with_the_workbook(lists, sender):
    run = lists.preview(REMARK | {"Beroep": "kok", "Status": "intake"}, **sender)
    typed = {"notes": "Belt elke dag, lastig.", "profession": "bakker"} | ({} if sender else {"status": "beschikbaar"})
    for name, text in typed.items():
        correct_cell(run, run.rows.get(), name, text)
    cells = read_workbook(run)
    assert (cells["Opmerkingen"], cells["Status"]) == ("Zoekt een kamer.", "intake")
    assert cells["Beroep"] == "bakker", "a correction of what the partner gives is theirs to see"
    assert run.rows.get().given["notes"] == "Belt elke dag, lastig.", "and the note is still imported"


def test_a_note_of_a_coordinator_does_not_return_with_the_list(lists, partner):
    run = lists.preview(REMARK | {"Beroep": "kok"}, by_partner=True, with_partner=True)
    correct_cell(run, run.rows.get(), "notes", "Zoekt een kamer in Emmeloord.")
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    correct_cell(run, run.rows.get(), "notes", "Belt elke dag, lastig.")
    correct_cell(run, run.rows.get(), "profession", "bakker")
    run.send_back("Klopt dit?")
    run.open_for_partner()
    staging.stage(run)
    assert run.rows.get().given["notes"] == "Zoekt een kamer in Emmeloord.", "what the partner typed last"
    assert "lastig" not in str(report(run)) and run.rows.get().given["profession"] == "bakker"
    assert read_workbook(run)["Opmerkingen"] == "Zoekt een kamer in Emmeloord."


def test_a_confirmed_number_in_a_remark_stays_in_a_returned_list(lists, partner):
    remark = "order 123456782"
    run = lists.preview(PERSON | {"Opmerkingen": remark}, by_partner=True, with_partner=True)
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    correct_cell(run, run.rows.get(), "notes", remark, confirmed=True)
    run.send_back("Klopt dit?")
    run.open_for_partner()
    staging.stage(run)
    assert run.rows.get().given["notes"] == remark


@pytest.mark.parametrize("before", ["", "Zoekt een kamer."], ids=["blank", "over a remark"])
@pytest.mark.parametrize("confirmed_later", [False, True], ids=["at once", "later"])
def test_a_number_in_a_note_of_a_coordinator_makes_it_no_text_of_the_list(lists, partner, before, confirmed_later):
    run = lists.preview(PERSON | {"Opmerkingen": before}, by_partner=True, with_partner=True)
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    for confirmed in (False, True) if confirmed_later else (True,):
        correct_cell(run, run.rows.get(), "notes", "Lastig, order 123456782", confirmed=confirmed)
    assert run.rows.get().given["notes"] == "Lastig, order 123456782"
    assert read_workbook(run)["Opmerkingen"] == (before or None)
    run.send_back("Klopt dit?")
    run.open_for_partner()
    staging.stage(run)
    assert run.rows.get().given.get("notes") == (before or None) and "Lastig" not in str(report(run))
    assert read_workbook(run)["Opmerkingen"] == (before or None)
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    assert run.rows.get().given["notes"] == "Lastig, order 123456782", "once it is back"


@pytest.mark.parametrize("kind", [{}, {"by_partner": True}], ids=["uploaded", "sent by a partner"])
def test_a_confirmed_number_in_a_remark_is_what_the_sender_supplied(lists, coordinator, kind):
    run = lists.preview(PERSON | {"Opmerkingen": "order 123456782"}, **kind)
    row = run.rows.get()
    correct_cell(run, row, "notes", row.bad["notes"], confirmed=True)
    apply(run)
    assert Supply.objects.get().values["notes"] == "order 123456782"


def test_a_text_that_a_partner_typed_and_a_coordinator_accepted_stays_that_of_the_partner(lists, partner):
    run = lists.preview(PERSON | {"Opmerkingen": ""}, by_partner=True, with_partner=True)
    correct_cell(run, run.rows.get(), "notes", "order 123456782")
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    accept_cell(run, run.rows.get(), "notes")
    assert read_workbook(run)["Opmerkingen"] == "order ***"
    apply(run)
    assert Supply.objects.get().values["notes"] == "order ***"


NOTE = "Belt elke dag, lastig."


def apply_with_note(run: ImportRun, **typed: str) -> ImportRun:
    """Import a list of one line in which a coordinator typed a note."""
    for name, text in ({"notes": NOTE} | typed).items():
        correct_cell(run, run.rows.get(), name, text)
    return apply(run)


@pytest.mark.parametrize("sender", [BY_PARTNER, {}], ids=["sent by a partner", "uploaded"])
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_a_note_of_a_coordinator_is_not_stored_as_what_the_sender_supplied(lists, coordinator, sender, known):
    if known:
        lists.apply(PERSON, **sender)
    typed = {"profession": "bakker"} | ({} if sender else {"status": "beschikbaar"})
    run = apply_with_note(lists.preview(REMARK | {"Beroep": "kok", "Status": "intake"}, **sender), **typed)
    supplied = Supply.objects.get().values
    assert supplied["notes"] == "Zoekt een kamer." and supplied.get("status") == (None if sender else "intake")
    assert supplied["profession"] == "bakker", "a correction of what the partner gives is theirs to see"
    assert Dossier.objects.get().notes == NOTE
    if known:
        undo_import(run)
        assert "notes" not in Supply.objects.get().values


@pytest.mark.parametrize("sender", [BY_PARTNER, {}], ids=["sent by a partner", "uploaded"])
def test_a_note_that_a_coordinator_adds_leaves_what_the_sender_supplied_before(lists, coordinator, sender):
    lists.apply(REMARK, **sender)
    before = Supply.objects.get().values
    run = apply_with_note(lists.preview(PERSON | {"Opmerkingen": ""}, **sender))
    assert Supply.objects.get().values == before
    if sender:
        assert run.counts_for_sender["unchanged"] == 1
    assert not plan_undo(run).find_supply_changes(run.rows.get())
    undo_import(run)
    assert Supply.objects.get().values == before


def test_a_new_remark_of_the_sender_stands_beside_the_note_of_a_coordinator(lists, coordinator):
    apply_with_note(lists.preview(PERSON | {"Opmerkingen": ""}, **BY_PARTNER))
    lists.apply(REMARK, **BY_PARTNER)
    assert Dossier.objects.get().notes == f"{NOTE}\nZoekt een kamer."
    lists.apply(REMARK | {"Opmerkingen": "Zoekt een huis."}, **BY_PARTNER)
    assert Dossier.objects.get().notes == f"{NOTE}\nZoekt een huis."


def test_a_remark_that_a_coordinator_emptied_stays_what_the_sender_supplied(lists, coordinator):
    apply_with_note(lists.preview(REMARK, **BY_PARTNER), notes="")
    assert (Supply.objects.get().values["notes"], Dossier.objects.get().notes) == ("Zoekt een kamer.", "")


def test_a_note_of_a_coordinator_that_was_not_taken_over_is_not_shown_as_what_the_partner_sent(lists, coordinator):
    lists.apply(PERSON, **BY_PARTNER)
    run = apply_with_note(lists.preview(REMARK, **BY_PARTNER))
    run.rows.update(withheld={"notes": NOTE})
    [rejected] = build_rejected_rows(run, [*run.rows.all()], find_line_decisions(run))
    assert "Zoekt een kamer." in str(rejected.errors) and "lastig" not in str(rejected.errors)


def test_a_remark_for_all_lines_of_an_uploaded_list_is_not_what_its_sender_supplied(lists, coordinator):
    decided = {"fixed": {"notes": NOTE}}
    other = OTHER | {"Opmerkingen": "Fietst."}
    apply(lists.preview(PERSON | {"Extern nummer": "P1"}, other, decided=decided))
    assert [supply.values.get("notes") for supply in Supply.objects.order_by("external_id")] == [None, "Fietst."]
    assert set(Dossier.objects.values_list("notes", flat=True)) == {NOTE, "Fietst."}


PHONES = {"columns": {"Tel vast": "phone:fallback", "Mobiel": "phone"}}
NUMBERS = PERSON | {"Tel vast": "0321-123456", "Mobiel": "06-12345678"}


@pytest.mark.parametrize("more", [{}, {"Opmerkingen": ""}], ids=["without remarks", "blank remark"])
@pytest.mark.parametrize("typed", [False, True])
def test_a_remark_for_all_lines_beside_a_number_that_is_left_over_is_not_the_senders(lists, coordinator, more, typed):
    run = lists.preview(NUMBERS | more, decided=PHONES | {"fixed": {"notes": NOTE}})
    number = "Tel vast: 0321-123456"
    if typed:
        correct_cell(run, run.rows.get(), "notes", f"{NOTE} Echt.\n{number}")
    apply(run)
    supply, notes = Supply.objects.get(), f"{NOTE}{' Echt.' * typed}\n{number}"
    assert (Dossier.objects.get().notes, supply.values["notes"]) == (notes, number)
    assert typed or "lastig" not in str(supply.parts)
    assert not plan_undo(run).find_supply_changes(run.rows.get())
    later = lists.preview(NUMBERS | {"Opmerkingen": "Belt graag.", "Tel vast": "0321-111111"}, decided=PHONES)
    apply(decide_on_older_values(later, use_older=False))
    assert set(Dossier.objects.get().notes.splitlines()) >= {*notes.splitlines()[:1], "Belt graag."}
    assert Supply.objects.get().values["notes"] == "Belt graag.\nTel vast: 0321-111111"


def test_a_remark_for_all_lines_takes_no_earlier_remark_of_the_sender_out_beside_a_number(lists, coordinator):
    apply(lists.preview(NUMBERS | {"Opmerkingen": "Belt graag."}, decided=PHONES))
    row, decided = NUMBERS | {"Opmerkingen": "", "Tel vast": "0321-111111"}, PHONES | {"fixed": {"notes": NOTE}}
    apply(lists.preview(row, decided=decided))
    supply = Supply.objects.get()
    assert {*Dossier.objects.get().notes.splitlines()} == {NOTE, "Belt graag.", "Tel vast: 0321-111111"}
    assert supply.values["notes"] == "Belt graag.\nTel vast: 0321-111111" and "lastig" not in str(supply.parts)
    assert lists.preview(row, decided=decided).rows.get().action == "unchanged"


def test_a_newer_list_asks_before_it_replaces_a_remark_for_all_lines(lists, coordinator):
    lists.apply(REMARK)
    run = lists.preview(PERSON | {"Opmerkingen": ""}, decided={"fixed": {"notes": NOTE}})
    apply(decide_on_older_values(run, use_older=True))
    assert Supply.objects.get().values["notes"] == REMARK["Opmerkingen"]
    later = lists.preview(PERSON | {"Opmerkingen": "Zoekt een huis."})
    assert find_open_question_about_older_values(later)
    apply(decide_on_older_values(later, use_older=False))
    assert {*Dossier.objects.get().notes.splitlines()} == {NOTE, "Zoekt een huis."}


def test_a_remark_for_all_lines_of_a_partner_is_theirs_beside_a_number(lists):
    apply(lists.preview(NUMBERS, by_partner=True, decided=PHONES | {"fixed": {"notes": "Woont in het azc."}}))
    assert Supply.objects.get().values["notes"] == "Woont in het azc.\nTel vast: 0321-123456"


@pytest.mark.parametrize("of_partner", ["", "Woont in het azc."])
def test_a_remark_for_all_lines_that_a_coordinator_sets_in_a_sent_list_is_not_the_partners(
    lists, partner, coordinator, of_partner
):
    run = lists.preview(PERSON, by_partner=True, with_partner=True)
    run.fill_in_all_lines({"notes": of_partner} if of_partner else {})
    staging.stage(run)
    run.send(partner)
    run.open_for_coordinator()
    run.fill_in_all_lines({"notes": "Eerste poging."})
    run.fill_in_all_lines({"notes": NOTE, "profession": "kok"})
    staging.stage(run)
    run.send_back("Klopt dit?")
    run.open_for_partner()
    staging.stage(run)
    assert run.rows.get().given.get("notes", "") == of_partner and "lastig" not in str(run.decided)
    run.send(partner)
    run.open_for_coordinator()
    run.fill_in_all_lines({"notes": NOTE})
    staging.stage(run)
    apply(run)
    assert Dossier.objects.get().notes == NOTE
    assert Supply.objects.get().values.get("notes", "") == of_partner
    assert run.fixed_for_partner == ({"notes": of_partner} if of_partner else {}), "with which an improved list is read"


@pytest.mark.parametrize(
    ("current", "lines", "expected"),
    [
        ("", "Een.", "Een."),
        ("Een.\r\nTwee  en drie.", "Twee en drie.", "Een.\r\nTwee  en drie."),
        ("Een.", "Ee", "Een.\nEe"),
        ("Een.\nTwee.\nDrie.", "Twee.\nDrie.", "Een.\nTwee.\nDrie."),
        ("Een.\nTwee.", "Een.\nDrie.", "Een.\nTwee.\nDrie."),
    ],
)
def test_lines_are_appended_unless_the_text_already_contains_the_same_lines(current, lines, expected):
    assert append_lines(current, lines) == expected


@pytest.mark.parametrize(
    ("current", "previous", "lines", "expected"),
    [
        ("Een.\nTwee.\nDrie.", "Twee.", "Vier.", "Een.\nVier.\nDrie."),
        ("Een.\r\nTwee  en\ndrie.", "Twee en\ndrie.", "Vier.", "Een.\nVier."),
        ("Een.", "Twee.", "Vier.", "Een.\nVier."),
        ("Een.", "", "Vier.", "Een.\nVier."),
        ("Een.\nTwee.", "Een.", "Twee.", "Twee."),
        ("Een.\nTwee.", "Een.\nTwee.", "Een.", "Een."),
        ("Een.\nTwee.", "Een.", "Een.\nTwee.", "Een.\nTwee."),
        ("Een.  \nTwee.", "Een.", "Een.", "Een.  \nTwee."),
    ],
)
def test_lines_replace_the_previous_ones_if_the_text_contains_these(current, previous, lines, expected):
    assert replace_lines(current, previous, lines) == expected


@pytest.mark.parametrize(
    ("current", "kept", "lines", "expected"),
    [
        ("Een.", [], "Twee.", "Twee."),
        ("Een.", ["Een."], "Twee.", "Een.\nTwee."),
        ("Een.\nTwee.", ["Twee."], "Drie.", "Drie.\nTwee."),
        ("Een.\r\nTwee.", ["Een."], "Twee.", "Een.\r\nTwee."),
        ("Een.\nTwee.\nDrie.", ["Twee.", "Vier."], "Vijf.", "Vijf.\nTwee."),
        ("Een.\nTwee.", ["Een."], "Een.\nDrie.", "Een.\nDrie."),
        ("Een.\nTwee.", ["Een.\nTwee."], "Twee.", "Een.\nTwee."),
        ("Een.\nTwee.", ["Een.\nTwee."], "Een.\nDrie.", "Een.\nTwee.\nDrie."),
    ],
)
def test_lines_replace_all_others_except_those_that_are_kept(current, kept, lines, expected):
    assert replace_other_lines(current, kept, lines) == expected
