"""Cells in which only a sign stands for nothing, such as “-”."""

import pytest

from dossiers.models import OwnField, RecordKind
from dossiers.spreadsheets.imports import staging

from .imports import PERSON, Lists
from .undo import JOB

ROW = PERSON | {"Extern nummer": "A1"}


@pytest.mark.parametrize("sign", ["-", "–", "--", "?", ".", "n.v.t.", "nvt", "N/A", "N.v.t"])
def test_a_cell_with_only_a_sign_for_nothing_is_blank(lists: Lists, sign: str) -> None:
    columns = ("Beroep", "Opmerkingen", "Telefoon", "Tussenvoegsel", "Uren", "Niveau Nederlands", "Talen", "Sectoren")
    lists.apply(ROW | {"Beroep": "kok", "Uren": "20"})
    run = lists.preview(
        ROW | dict.fromkeys(columns, sign), PERSON | {"Voornaam": "Omar"} | dict.fromkeys(columns, sign)
    )
    assert [(row.action, row.changes) for row in run.rows.order_by("line")] == [("unchanged", {}), ("new", {})]
    assert not run.asked["words"] and not {*columns} & run.rows.get(line=3).given.keys()
    assert "profession" not in run.rows.get(line=3).given


def test_such_a_sign_is_no_part_of_a_joined_text_and_leaves_the_field_to_another_column(lists: Lists) -> None:
    run = lists.preview(ROW | {"Opm": "belt graag", "Vrij": "-", "Mobiel": "?", "Tel vast": "0321-123456"})
    columns = {"Opm": "notes:join", "Vrij": "notes:labelled", "Mobiel": "phone", "Tel vast": "phone:fallback"}
    run.decided = {"columns": columns}
    staging.stage(run, lists.last_file)
    values = run.rows.get().given
    assert (values["notes"], values["phone"]) == ("belt graag", "+31321123456")


def test_a_dash_in_a_yes_or_no_column_and_a_sign_that_is_a_choice_keep_their_meaning(lists: Lists) -> None:
    run = lists.preview(ROW | {"Rijbewijs": "x"}, PERSON | {"Voornaam": "Omar", "Rijbewijs": "-"})
    assert run.asked["words"] == {"driving_licence": {"-": 1}}, "it may mean no"
    choice = OwnField.objects.create(
        record=RecordKind.DOSSIERS, label="Inburgering", kind=OwnField.Kind.CHOICE, choices=["ja", "n.v.t."]
    )
    assert lists.preview(ROW | {"Inburgering": "n.v.t."}).rows.get().given[choice.key] == "n.v.t."


@pytest.mark.parametrize("cell", ["geen eis", "Geen eisen", "maakt niet uit", "geen", "nvt", "Niet nodig."])
def test_an_employer_who_demands_no_level_of_dutch_leaves_it_blank(lists: Lists, cell: str) -> None:
    run = lists.preview(JOB | {"Taaleis": cell}, record="employer_interest")
    assert not run.asked["words"] and run.counts()["new"] == 1
    assert "dutch_level_required" not in run.rows.get().given


def test_a_word_for_no_demand_is_asked_about_where_it_may_mean_something(lists: Lists) -> None:
    run = lists.preview(ROW | {"Niveau Nederlands": "geen"}, PERSON | {"Voornaam": "Omar", "Vervoer": "geen eis"})
    assert run.asked["words"] == {"dutch_level": {"geen": 1}, "transport": {"geen eis": 1}}
    run = lists.preview(JOB | {"Taaleis": "geen?"}, record="employer_interest")
    assert run.asked["words"] == {"dutch_level_required": {"geen?": 1}}
