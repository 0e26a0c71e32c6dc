"""The question about newer values says that a list would remove text of others only if it would."""

import pytest

from dossiers.models import Dossier
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.file_parts import find_open_question_about_older_values, parts_of
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import PERSON, Lists, apply, decide_on_older_values
from .test_remembered_parts import LABELLED, read, send

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
