"""The question about newer values says that a list would remove text of others only if it would."""

import pytest

from dossiers.backoffice.imports.previews import build_shown_rows
from dossiers.backoffice.imports.question_fields import PartQuestion
from dossiers.models import Dossier, EmployerInterest
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.file_parts.parts import part_warnings, parts_of
from dossiers.spreadsheets.resources import RESOURCES
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply, decide_on_older_values
from .test_remembered_parts import LABELLED, read, send
from .undo import INTERESTS, JOB

OWN_LINE = "Belafspraak 9-12 met Rima"
LONGER = "alleen ochtend tot 12 uur"


def add_line(user) -> None:
    dossier = Dossier.objects.get()
    dossier._history_user, dossier.notes = user, f"{dossier.notes}\n{OWN_LINE}"
    dossier.save()


def get_words(run) -> str:
    return " ".join(part.words for part in parts_of(run) if part.is_older)


@pytest.mark.parametrize("use_older", [True, False])
@pytest.mark.parametrize(
    "first", [{"Opm": "alleen ochtend", "Bijz": "kent Ali"}, {"Opm": "alleen ochtend", "Bijz": ""}]
)
def test_a_changed_part_of_a_text_leaves_the_line_of_a_coordinator_and_says_nothing_about_it(
    lists: Lists, coordinator, first, use_older
):
    send(lists, LABELLED, first)
    run = read(lists, LABELLED, {"Opm": LONGER, "Bijz": ""}, user=coordinator)
    add_line(coordinator)
    staging.stage(run)
    assert OWN_LINE in run.rows.get().changes["notes"][1]
    question = find_open_question_about_older_values(run)
    assert "sindsdien gewijzigd: Opmerkingen van Selam Haile" in question.words
    decide_on_older_values(run, use_older=use_older)
    assert get_words(run) == question.words and "verwijderen" not in question.words
    apply(run)
    assert OWN_LINE in Dossier.objects.get().notes


def test_a_text_that_replaces_the_whole_one_still_removes_the_line_of_a_coordinator_after_the_answer(
    lists, coordinator
):
    lists.apply(PERSON | {"Opmerkingen": "alleen ochtend"})
    run = lists.preview(PERSON | {"Opmerkingen": LONGER}, user=coordinator)
    add_line(coordinator)
    staging.stage(run)
    decide_on_older_values(run, use_older=False)
    assert "1 regel van deze lijst zou tekst van coordinator verwijderen: Selam Haile (Opmerkingen)." in get_words(run)


def test_a_remark_that_is_refused_again_removes_nothing_from_the_list_of_a_partner(lists, coordinator):
    lists.apply(PERSON | {"Opmerkingen": "alleen ochtend"}, by_partner=True, user=coordinator)
    add_line(coordinator)
    rows = PERSON | {"Opmerkingen": "alleen ochtend\nte laat"}
    run = lists.preview(rows, by_partner=True, user=coordinator)
    correct_cell(run, run.rows.get(), "notes", "alleen ochtend")
    apply(run)
    run = lists.preview(rows | {"Telefoon": "06-12345678"}, by_partner=True, user=coordinator)
    question = find_open_question_about_older_values(run)
    decide_on_older_values(run, use_older=False)
    assert get_words(run) == question.words and "verwijderen" not in question.words


NOTHING_CHANGES = "Nog niet beslist. Als u laat staan wat er nu staat, verandert hier niets."
SENDER_CHANGES = "Nog niet beslist. Als u de tekst van anderen laat staan, veranderen alleen de regels van de afzender."
LIST_ADDS = "Nog niet beslist. Als u de tekst laat staan, komt alleen erbij wat in deze lijst nieuw is."
SENDER_ONLY = "In een tekst kunnen alleen de regels van de afzender veranderen."


def get_hints(run) -> dict[str, str]:
    [row] = build_shown_rows(run, list(run.rows.all()))
    return {change.field: change.hint for change in row.changes}


def get_kept_values(run) -> dict[str, str]:
    """Return what the question says that each field becomes if the user keeps what is there now."""
    question = find_open_question_about_older_values(run)
    shown = PartQuestion.build(run, RESOURCES[run.record]().sheet_fields(), question)
    assert shown.headers[-1] == "Als u het laat staan"
    return {row.cells[0]: row.cells[-1] for row in shown.rows}


@pytest.mark.parametrize("has_phone", [False, True], ids=["text only", "beside a value"])
def test_the_question_and_the_preview_say_of_each_field_what_becomes_of_it_if_it_stays(lists, coordinator, has_phone):
    lists.apply(PERSON | {"Opmerkingen": "alleen ochtend"})
    add_line(coordinator)
    row = PERSON | {"Opmerkingen": LONGER}
    if has_phone:
        dossier = Dossier.objects.get()
        dossier.phone, dossier._history_user = "+31655550001", coordinator
        dossier.save()
        row["Telefoon"] = "06 12001006"
    run = lists.preview(row)
    phone = {"Telefoon": "06 55550001"} if has_phone else {}
    assert get_kept_values(run) == {"Opmerkingen": f"{LONGER}\n{OWN_LINE}"} | phone
    assert get_hints(run) == {"notes": SENDER_CHANGES} | ({"phone": NOTHING_CHANGES} if has_phone else {})
    stays = "Wat er nu staat, blijft staan." if has_phone else "Wat anderen schreven, blijft staan."
    assert find_open_question_about_older_values(run).refusal == f"{stays} {SENDER_ONLY}"
    decide_on_older_values(run, use_older=False)
    assert get_hints(run) == {"notes": ""}, "it is decided"
    outcome = "Zoals het was: 1 gegeven. " if has_phone else ""
    outcome += "Gewijzigd: alleen regels van de afzender, in 1 tekst."
    assert [part.refusal for part in parts_of(run) if part.is_older] == [f"{stays} {outcome}"]
    apply(run)
    assert [part.refusal for part in parts_of(run) if part.is_older] == [f"{stays} {outcome}"], "the result says it too"
    dossier = Dossier.objects.get()
    assert (dossier.notes, dossier.phone) == (f"{LONGER}\n{OWN_LINE}", "+31655550001" if has_phone else "")


def test_of_a_list_without_a_sender_it_is_said_that_its_lines_are_added_to_a_text_that_stays(lists, coordinator):
    lists.apply(JOB | {"Opmerkingen": "alleen ochtend"}, **INTERESTS)
    interest = EmployerInterest.objects.get()
    interest._history_user, interest.notes = coordinator, f"{interest.notes}\n{OWN_LINE}"
    interest.save()
    run = lists.preview(JOB | {"Opmerkingen": LONGER}, **INTERESTS)
    text = f"alleen ochtend\n{OWN_LINE}\n{LONGER}"
    assert (get_kept_values(run), get_hints(run)) == ({"Opmerkingen": text}, {"notes": LIST_ADDS})
    refusal = find_open_question_about_older_values(run).refusal
    assert refusal == "Die tekst blijft staan; wat in deze lijst nieuw is, komt erbij."
    apply(decide_on_older_values(run, use_older=False))
    assert EmployerInterest.objects.get().notes == text
    outcome = "Toegevoegd: wat in deze lijst nieuw is, aan 1 tekst."
    assert [part.refusal for part in parts_of(run) if part.is_older] == [
        f"Wat anderen schreven, blijft staan. {outcome}"
    ]


def test_a_preview_of_values_that_a_user_chose_to_use_says_no_more_that_it_is_not_decided(lists, coordinator):
    lists.apply(PERSON | {"Opmerkingen": "alleen ochtend"})
    add_line(coordinator)
    run = decide_on_older_values(lists.preview(PERSON | {"Opmerkingen": LONGER}), use_older=True)
    assert get_hints(run) == {"notes": ""}


def test_a_new_line_beside_one_that_was_refused_before_is_said_to_be_added(lists, coordinator):
    run = lists.preview(PERSON | {"Opmerkingen": "alleen ochtend\nte laat"}, user=coordinator)
    correct_cell(run, run.rows.get(), "notes", "alleen ochtend")
    apply(run)
    run = lists.preview(PERSON | {"Opmerkingen": "alleen ochtend\nte laat\nbelt graag"}, user=coordinator)
    assert get_kept_values(run) == {"Opmerkingen": "alleen ochtend\nbelt graag"}
    assert find_open_question_about_older_values(run).refusal == f"De nieuwere gegevens blijven staan. {SENDER_ONLY}"
    decide_on_older_values(run, use_older=False)
    outcome = "Gewijzigd: alleen regels van de afzender, in 1 tekst."
    assert part_warnings(run)[0].endswith(f"De nieuwere gegevens blijven staan. {outcome}")
    apply(run)
    assert Dossier.objects.get().notes == "alleen ochtend\nbelt graag"


def test_after_the_answer_it_is_said_how_many_other_values_of_the_lines_change(lists, coordinator):
    other = PERSON | {"Voornaam": "Omar", "Extern nummer": "A2"}
    row = PERSON | {"Extern nummer": "A1", "Telefoon": "06 12001006", "Beroep": "kok"}
    lists.apply(row, other)
    dossier = Dossier.objects.get(given_name="Selam")
    dossier._history_user, dossier.phone = coordinator, "+31655550001"
    dossier.save()
    run = lists.preview(row | {"Beroep": "ober", "Uren per week": "20"}, other | {"Beroep": "arts"})
    decide_on_older_values(run, use_older=False)
    stays = (
        "De nieuwere gegevens blijven staan. Zoals het was: 1 gegeven. Ook gewijzigd: 2 andere gegevens op deze regels."
    )
    assert part_warnings(run)[0].endswith(stays)
    apply(run)
    dossier.refresh_from_db()
    assert (dossier.phone, dossier.profession, dossier.hours_per_week) == ("+31655550001", "ober", 20)
