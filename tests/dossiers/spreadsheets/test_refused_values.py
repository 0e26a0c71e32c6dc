"""A value that a coordinator emptied, corrected or kept out is asked about when its sender repeats it."""

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.file_parts.part import Part
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.newer_values.overwritten import NewerValues
from dossiers.spreadsheets.imports.row_corrections import Correction, correct_cells

from .imports import PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values, preview
from .undo import undo_import

QUIN = PERSON | {"Extern nummer": "Q1"}
QUINS_CELLS = {"E-mail": "quin@example.org", "Opmerkingen": "Zoekt een kamer", "Status": "afgerond"}


def find_question(run: ImportRun) -> Part | None:
    return next((part for part in parts_of(run) if part.is_older), None)


def get_words(run: ImportRun) -> str:
    question = find_question(run)
    return question.words if question else ""


def correct(run: ImportRun, **texts: str) -> ImportRun:
    """Correct cells of the first line in the preview."""
    correct_cells(run, [Correction(run.rows.get(line=2), texts)])
    run.refresh_from_db()
    return run


def keep(run: ImportRun) -> ImportRun:
    """Import a list with the answer that the data of the dossiers stay."""
    return apply(decide_on_older_values(run, use_older=False))


@pytest.mark.parametrize("policy", ["update", "fill"])
def test_what_was_emptied_in_the_preview_is_asked_about_when_the_same_file_comes_again(lists: Lists, policy) -> None:
    run = lists.preview(QUIN | QUINS_CELLS)
    apply(correct(run, email="", notes="", status="beschikbaar"))
    file = lists.last_file
    for _time in range(2):
        again = preview(file, policy=policy)
        words = "1 regel van deze lijst herhaalt wat niet is overgenomen uit een eerdere lijst: Selam Haile ("
        assert words in get_words(again) and "E-mail" in get_words(again) and "Opmerkingen" in get_words(again)
        row = again.rows.get()
        newer = NewerValues(again).find([row])[row.target_id]["email"]
        shown = " ".join(render_to_string("dossiers/imports/_newer_value.html", {"newer": newer}).split())
        assert shown.startswith("herhaalt wat niet is overgenomen uit") and newer.run.file_name in shown
        keep(again)
        dossier = Dossier.objects.get()
        assert (dossier.email, dossier.notes, dossier.status) == ("", "", "available")
    apply(decide_on_older_values(preview(file, policy=policy), use_older=True))
    dossier = Dossier.objects.get()
    assert (dossier.email, dossier.notes) == ("quin@example.org", "Zoekt een kamer")
    assert not find_question(preview(file, policy="fill"))


def test_a_status_that_was_emptied_in_the_preview_does_not_close_the_dossier_later(lists: Lists) -> None:
    apply(correct(lists.preview(QUIN | {"Status": "teruggetrokken"}), status=""))
    assert Dossier.objects.get().status == "registered"
    again = preview(lists.last_file)
    assert "(Status)" in get_words(again)
    keep(again)
    assert Dossier.objects.get().status == "registered"


def test_another_value_than_the_emptied_one_is_news(lists: Lists) -> None:
    apply(correct(lists.preview(QUIN | QUINS_CELLS), email="", notes=""))
    run = lists.preview(QUIN | {"E-mail": "selam@example.org", "Opmerkingen": "Zoekt een huis"})
    assert not find_question(run)
    apply(run)
    assert Dossier.objects.get().notes == "Zoekt een huis"
    again = lists.preview(QUIN | {"E-mail": "quin@example.org"})
    assert "(E-mail)" in get_words(again), "the sender repeats what was emptied"


def test_what_another_sender_gives_was_not_refused(lists: Lists) -> None:
    apply(correct(lists.preview(QUIN | QUINS_CELLS), email=""))
    other = PERSON | {"E-mail": "quin@example.org"}
    assert not find_question(lists.preview(other, organisation=WERKCORPORATIE))
    assert "(E-mail)" in get_words(lists.preview(other, organisation=None)), "it may be a list of anybody"


def test_what_was_emptied_beside_a_value_of_the_dossier_is_asked_about_too(lists: Lists) -> None:
    lists.apply(QUIN | {"Telefoon": "06 12001001"})
    apply(correct(lists.preview(QUIN | {"Telefoon": "06 12001002"}), phone=""))
    again = preview(lists.last_file)
    assert "(Telefoon)" in get_words(again)
    keep(again)
    assert Dossier.objects.get().phone == "+31612001001"


def test_a_corrected_cell_that_was_put_back_refuses_nothing(lists: Lists) -> None:
    run = correct(lists.preview(QUIN | QUINS_CELLS), email="")
    apply(correct(run, email="quin@example.org"))
    Dossier.objects.update(email="")
    assert "(E-mail)" not in get_words(preview(lists.last_file))


@pytest.mark.parametrize("kind", [{}, {"by_partner": True}], ids=["uploaded", "sent by a partner"])
def test_a_line_of_a_remark_that_was_removed_does_not_come_back(lists: Lists, coordinator, kind) -> None:
    both = QUIN | {"Opmerkingen": "Zoekt werk\nIs zwanger"}
    apply(correct(lists.preview(both, **kind), notes="Zoekt werk"))
    again = preview(lists.last_file, **kind)
    assert "(Opmerkingen)" in get_words(again)
    keep(again)
    assert Dossier.objects.get().notes == "Zoekt werk"
    more = lists.preview(QUIN | {"Opmerkingen": "Zoekt werk\nIs zwanger\nFietst"}, **kind)
    assert "(Opmerkingen)" in get_words(more)
    keep(more)
    assert Dossier.objects.get().notes == "Zoekt werk\nFietst", "what is new in the list is added"
    assert "(Opmerkingen)" in get_words(lists.preview(both, **kind))


def test_a_removed_line_stays_away_when_the_text_of_a_coordinator_stays(lists: Lists, coordinator) -> None:
    apply(correct(lists.preview(QUIN | {"Opmerkingen": "Zoekt werk\nIs zwanger"}), notes="Zoekt werk"))
    dossier = Dossier.objects.get()
    dossier.notes, dossier._history_user = "Zoekt werk\nBelt graag", coordinator
    dossier.save()
    again = preview(lists.last_file)
    assert find_question(again).is_text_only
    keep(again)
    dossier.refresh_from_db()
    assert dossier.notes == "Zoekt werk\nBelt graag"


FIRST = QUIN | {"Telefoon": "06 12003301", "Uren per week": "24", "Opmerkingen": "in de bouw"}
SECOND = QUIN | {"Telefoon": "06 12009901", "Uren per week": "30", "Opmerkingen": "in de zorg"}


def get_values() -> tuple[str, int | None, str]:
    dossier = Dossier.objects.get()
    return dossier.phone, dossier.hours_per_week, dossier.notes


@pytest.fixture
def refused_run(lists: Lists) -> ImportRun:
    """A list that was uploaded before another one and imported after it, with the answer that the newer data stay."""
    first = lists.preview(FIRST)
    lists.apply(SECOND)
    staging.stage(first)
    assert "eerder geüpload" in get_words(first)
    keep(first)
    assert get_values() == ("+31612009901", 30, "in de zorg")
    return first


def test_the_answer_to_keep_the_newer_data_is_remembered_when_the_same_file_comes_again(lists, refused_run) -> None:
    for _time in range(2):
        again = lists.preview(FIRST)
        words = get_words(again)
        assert all(column in words for column in ("Telefoon", "Uren per week", "Opmerkingen")), words
        keep(again)
        assert get_values() == ("+31612009901", 30, "in de zorg")


def test_another_file_that_repeats_some_refused_values_is_asked_about_these_only(lists, refused_run) -> None:
    run = lists.preview(FIRST | {"Uren per week": "36", "Opmerkingen": "in de bouw\nfietst", "Beroep": "kok"})
    assert "(Telefoon, Opmerkingen)" in get_words(run)
    keep(run)
    assert get_values() == ("+31612009901", 36, "in de zorg\nfietst")
    assert Dossier.objects.get().profession == "kok"


def test_a_refused_value_that_was_taken_over_after_all_is_refused_no_more(lists, refused_run) -> None:
    apply(decide_on_older_values(lists.preview(FIRST), use_older=True))
    assert get_values() == ("+31612003301", 24, "in de bouw")
    assert not find_question(lists.preview(FIRST | {"Beroep": "kok"}))


def test_a_sent_list_may_return_to_a_refused_value_after_another_was_taken_over(lists, refused_run) -> None:
    sent = {"by_partner": True, "sent_at": timezone.now()}
    assert "Uren per week" in get_words(lists.preview(QUIN | {"Uren per week": "24"}, **sent))
    lists.apply(QUIN | {"Uren per week": "36"})
    assert not find_question(lists.preview(QUIN | {"Uren per week": "24"}, **sent))


def test_an_undone_import_refused_nothing(lists, refused_run) -> None:
    undo_import(refused_run)
    assert not find_question(lists.preview(FIRST))
