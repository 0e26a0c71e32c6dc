"""A word in a column of dates or numbers leaves its field empty and is added to the remarks, if the user says so."""

import pytest
from django.contrib.auth.models import User

from dossiers.models import Dossier, ImportProfile, ImportRun, Supply
from dossiers.spreadsheets.imports import profiles, staging
from dossiers.spreadsheets.imports.decisions import TO_REMARKS
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.imports.row_corrections import cell_reader

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


TWO_WORDS = {"hours_per_week": {"24+": TO_REMARKS}, "notes": {"wissen": "leegmaken"}}


def add_line_of_coordinator(user: User) -> None:
    dossier = Dossier.objects.get(given_name="Selam")
    dossier._history_user, dossier.notes = user, f"{dossier.notes}\nWoont bij zijn zus"
    dossier.save()


@pytest.mark.parametrize("by_partner", [False, True])
@pytest.mark.parametrize("word", ["wissen", "leegmaken"])
@pytest.mark.parametrize("hours", ["40", "24+", ""])
def test_the_answer_that_a_word_empties_the_remarks_holds_beside_a_word_of_another_column(
    lists: Lists, coordinator, hours, word, by_partner
) -> None:
    rows = [PERSON | {"Opmerkingen": "Belt graag"}, OMAR | {"Opmerkingen": "Fietst"}]
    lists.apply(*rows, by_partner=by_partner)
    add_line_of_coordinator(coordinator)
    emptied = [rows[0] | {"Opmerkingen": word, HOURS: hours}, rows[1] | {HOURS: "24+"}]
    run = lists.preview(*emptied, by_partner=by_partner)
    run.decided = {"words": TWO_WORDS}
    staging.stage(run, lists.last_file)
    profiles.save_profile(run)
    assert not find_open_question_about_older_values(run), "what others wrote stays"
    apply(run)
    added = ["Uren: 24+"] if hours == "24+" else []
    assert get_notes() == {"Selam": [*added, "Woont bij zijn zus"], "Omar": ["Fietst", "Uren: 24+"]}
    supply = Supply.objects.get(dossier__given_name="Selam")
    assert supply.values["notes"].splitlines() == added
    assert lists.preview(*emptied, by_partner=by_partner).counts()["unchanged"] == 2, "the answers are remembered"
    lists.apply(rows[0] | {"Opmerkingen": "Belt weer", HOURS: ""}, rows[1], by_partner=by_partner)
    assert {*get_notes()["Selam"]} == {"Belt weer", *added, "Woont bij zijn zus"}


@pytest.mark.parametrize("hours", ["40", "24+"])
def test_a_word_that_is_read_as_a_blank_cell_leaves_the_remark_of_before(lists: Lists, hours) -> None:
    rows = [PERSON | {"Opmerkingen": "Belt graag"}, OMAR]
    lists.apply(*rows)
    words = TWO_WORDS | {"notes": {"wissen": None}}
    send(lists, rows[0] | {"Opmerkingen": "Wissen", HOURS: hours}, OMAR | {HOURS: "24+"}, **words)
    assert get_notes()["Selam"] == ["Belt graag", *(["Uren: 24+"] if hours == "24+" else [])]


@pytest.mark.parametrize("columns", [{"Opm": "notes"}, {"Opm": "notes:labelled", "Bijz": "notes:labelled"}])
def test_a_word_that_seems_to_empty_the_remarks_is_asked_about_also_if_a_line_is_added(lists: Lists, columns) -> None:
    rows = [PERSON | {"Opm": "Belt graag", "Bijz": "Kent Ali"}, OMAR | {HOURS: "24+"}]
    decided = {"columns": columns, "words": {"hours_per_week": {"24+": TO_REMARKS}}}
    lists.apply(*rows, decided=decided)
    run = lists.preview(rows[0] | {"Opm": "verwijderen", HOURS: "24+"}, rows[1], decided=decided)
    assert run.asked["words"] == {"notes": {"verwijderen": 1}}
    row = run.rows.get(action="error")
    assert "“verwijderen” maakt hier niets leeg" in row.errors["notes"][0] and "24+" in row.bad["notes"]
    reader = cell_reader(run)
    assert reader.find_rows_with_words(run, run.asked["words"], 5)[("notes", "verwijderen")] == [row]
    assert not reader.accepts("notes", row.bad["notes"], row.parts["notes"])
    run.decided["words"]["notes"] = {"verwijderen": "leegmaken"}
    staging.stage(run)
    assert run.asked["words"] == {} and run.asked["answered_words"]["notes"] == ["verwijderen"]
    apply(run)
    others = ["Bijz: Kent Ali"] if len(columns) > 1 else []
    assert get_notes()["Selam"] == [*others, "Uren: 24+"]


def test_a_word_that_empties_one_of_several_columns_leaves_what_the_others_give(lists: Lists) -> None:
    decided = {
        "columns": {"Taal 1": "languages:join", "Taal 2": "languages:join"},
        "words": {"languages": {"wissen": "leegmaken"}},
    }
    lists.apply(PERSON | {"Taal 1": "Turks", "Taal 2": "Engels"}, decided=decided)
    lists.apply(PERSON | {"Taal 1": "wissen", "Taal 2": "Frans"}, decided=decided)
    assert Dossier.objects.get().languages == ["fr"]
    lists.apply(PERSON | {"Taal 1": "wissen", "Taal 2": ""}, decided=decided)
    assert Dossier.objects.get().languages == ["fr"]


def test_a_word_in_a_longer_remark_or_in_another_column_empties_nothing(lists: Lists) -> None:
    rows = [PERSON | {"Opmerkingen": "kamer is\nleeg", HOURS: "24+"}, OMAR | {HOURS: "leeg"}]
    run = lists.preview(*rows)
    run.decided = {"words": {"hours_per_week": {"24+": TO_REMARKS, "leeg": TO_REMARKS}}}
    staging.stage(run, lists.last_file)
    assert run.counts()["new"] == 2
    apply(run)
    assert get_notes() == {"Selam": ["kamer is", "leeg", "Uren: 24+"], "Omar": ["Uren: leeg"]}
