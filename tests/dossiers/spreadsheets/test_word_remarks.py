"""A word in a column of dates or numbers leaves its field empty and is added to the remarks, if the user says so."""

import pytest

from dossiers.models import Dossier, ImportProfile, ImportRun
from dossiers.spreadsheets.imports import profiles, staging
from dossiers.spreadsheets.imports.decisions import TO_REMARKS

from .imports import PERSON, Lists, apply
from .test_decisions import answer_questions, upload
from .undo import JOB, NUMBERED

OMAR = PERSON | {"Voornaam": "Omar"}
DAY, HOURS = "Beschikbaar vanaf", "Uren"


def send(lists: Lists, *rows: dict[str, str], **words: dict[str, str | None]) -> ImportRun:
    run = lists.preview(*rows)
    if words:
        run.decided = {"words": words}
        staging.stage(run, lists.last_file)
        profiles.save_profile(run)
    return apply(run)


def get_notes() -> dict[str, list[str]]:
    return {name: notes.splitlines() for name, notes in Dossier.objects.values_list("given_name", "notes")}


def test_zsm_with_and_without_points_is_one_question(lists: Lists) -> None:
    spellings = {"Haile": "zsm", "Abdi": "z.s.m.", "Woldu": "Z.S.M.", "Nassar": "z.s.m"}
    rows = [PERSON | {"Achternaam": name, DAY: word} for name, word in spellings.items()]
    run = upload(lists, *rows)
    assert run.asked["words"] == {"available_from": {"zsm": 4}}
    run = answer_questions(run, words={"available_from": {"zsm": TO_REMARKS}})
    assert run.counts()["new"] == 4 and run.asked["words"] == {}
    assert run.rows.get(line=3).given["notes"] == "Beschikbaar vanaf: z.s.m.", "as the list writes it"


def test_a_word_is_added_to_the_remarks_with_its_column_and_not_twice(lists: Lists) -> None:
    rows = [
        PERSON | {DAY: "zsm", HOURS: "32-36", "Opmerkingen": "belt graag"},
        OMAR | {DAY: "z.s.m.", HOURS: "32-36", "Opmerkingen": ""},
    ]
    send(lists, *rows, available_from={"zsm": TO_REMARKS}, hours_per_week={"32-36": TO_REMARKS})
    notes = {
        "Selam": ["belt graag", "Beschikbaar vanaf: zsm", "Uren: 32-36"],
        "Omar": ["Beschikbaar vanaf: z.s.m.", "Uren: 32-36"],
    }
    assert get_notes() == notes
    assert not Dossier.objects.exclude(available_from=None, hours_per_week=None)
    assert ImportProfile.objects.get().values["hours_per_week"] == {"32-36": TO_REMARKS}
    run = lists.preview(*rows)
    assert run.counts()["unchanged"] == 2, "the answer is remembered"
    apply(run)
    assert get_notes() == notes


def test_a_list_without_remarks_gets_the_words_too(lists: Lists) -> None:
    for _week in (1, 2):
        send(lists, PERSON | {HOURS: "32-36"}, OMAR | {HOURS: "32-36"}, hours_per_week={"32-36": TO_REMARKS})
        assert get_notes() == {"Selam": ["Uren: 32-36"], "Omar": ["Uren: 32-36"]}


@pytest.mark.parametrize(("cell", "notes"), [("36", []), ("", ["Uren: 32-36"]), ("-", ["Uren: 32-36"])])
def test_a_number_takes_the_place_of_the_word_and_a_blank_cell_leaves_it(lists: Lists, cell: str, notes: list) -> None:
    send(lists, PERSON | {HOURS: "32-36"}, OMAR | {HOURS: "32-36"}, hours_per_week={"32-36": TO_REMARKS})
    send(lists, PERSON | {HOURS: cell})
    assert get_notes() == {"Selam": notes, "Omar": ["Uren: 32-36"]}
    assert Dossier.objects.get(given_name="Selam").hours_per_week == (36 if cell == "36" else None)


def test_a_word_that_is_left_empty_is_no_remark(lists: Lists) -> None:
    send(lists, PERSON | {HOURS: "32-36"}, OMAR | {HOURS: "32-36"}, hours_per_week={"32-36": None})
    assert get_notes() == {"Selam": [], "Omar": []}


def test_a_word_in_a_column_that_counts_where_another_is_empty_becomes_a_remark_too(lists: Lists) -> None:
    run = lists.preview(PERSON | {"Uren": "32-36", "Uren 2": ""}, OMAR | {"Uren": "", "Uren 2": "32-36"})
    columns = {"Uren": "hours_per_week", "Uren 2": "hours_per_week:fallback"}
    run.decided = {"columns": columns, "words": {"hours_per_week": {"32-36": TO_REMARKS}}}
    staging.stage(run, lists.last_file)
    assert [row.given["notes"] for row in run.rows.order_by("line")] == ["Uren: 32-36", "Uren 2: 32-36"]
    assert not run.rows.filter(given__has_key="hours_per_week")


@pytest.mark.parametrize("record", ["dossiers", "employer_interest"])
@pytest.mark.parametrize(("hours", "notes"), [(None, []), ("8", []), ("", []), ("zsm", ["Uren: zsm"])])
def test_a_remark_of_which_no_column_is_remembered_is_emptied_also_beside_such_a_column(
    lists: Lists, record, hours, notes
) -> None:
    row = JOB if record == "employer_interest" else NUMBERED
    lists.apply(row | {"Opmerkingen": "Belt graag\nZoekt snel"}, record=record)
    ImportRun.objects.update(format={"kind": "form"})  # so that nobody knows that it was its only column
    run = lists.preview(row | {"Opmerkingen": "leegmaken"} | ({} if hours is None else {HOURS: hours}), record=record)
    run.decided = {"words": {"hours_per_week": {"zsm": TO_REMARKS}}}
    staging.stage(run, lists.last_file)
    old, new = run.rows.get().changes["notes"]
    assert (old.splitlines(), new.splitlines()) == (["Belt graag", "Zoekt snel"], notes)


def test_a_remark_of_a_column_that_is_not_emptied_stays_beside_such_a_column(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Opmerkingen": "Belt graag"})
    send(lists, NUMBERED | {"Opmerkingen": "", HOURS: "zsm"}, hours_per_week={"zsm": TO_REMARKS})
    run = lists.preview(NUMBERED | {"Opmerkingen": "", HOURS: "8"})
    assert run.rows.get().changes["notes"] == ["Belt graag\nUren: zsm", "Belt graag"]
