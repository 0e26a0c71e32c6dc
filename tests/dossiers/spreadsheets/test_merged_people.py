"""Lists that give people again whose dossiers were merged into others."""

import pytest

from dossiers.models import Action, Dossier, ImportRun, Merge, Supply
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.matching.similar_people import find_similar_dossiers
from tests.dossiers.spreadsheets.imports import correct_cell

from ..models.merges import merge_dossiers, undo_merge
from .imports import WERKCORPORATIE, Lists, apply, decide_on_older_values

CONTACT = {"Telefoon": "06-12300003", "E-mail": "nour@example.org"}
KEPT = {"Voornaam": "Nour", "Achternaam": "Al Khatib", "Geboortedatum": "05-06-1991", **CONTACT}
MERGED = {**KEPT, "Achternaam": "Al-Khatib", "Geboortedatum": "06-05-1991"}
NUMBERED_KEPT, NUMBERED_MERGED = {**KEPT, "Extern nummer": "X-1"}, {**MERGED, "Extern nummer": "X-2"}


def merge_rows(lists: Lists, *people: dict, **choices: str) -> Merge:
    """Import two people in lists of their own, as two dossiers, and merge the second one into the first."""
    for person in people:
        run = lists.preview(person)
        if run.rows.filter(action=Action.SIMILAR).exists():
            row_corrections.another_record(run, run.rows.get())
            staging.stage(run)
        apply(run)
    return merge_dossiers(*Dossier.objects.order_by("pk"), **choices)


def get_rows(run: ImportRun) -> list[tuple]:
    return [(row.action, row.target_id, row.supply_id, row.changes) for row in run.rows.order_by("pk")]


@pytest.mark.parametrize("people", [(KEPT, MERGED), (NUMBERED_KEPT, NUMBERED_MERGED)])
def test_a_merged_person_is_recognised_by_what_the_sender_supplied(lists: Lists, people: tuple) -> None:
    merge = merge_rows(lists, *people)
    supplies = list(Supply.objects.order_by("pk").values_list("pk", "values"))
    for person, (supply, _values) in zip(people, supplies, strict=True):
        run = lists.preview(person)
        assert get_rows(run) == [(Action.UNCHANGED, merge.kept_id, supply, {})]
        apply(run)
    assert Dossier.objects.count() == 1
    assert list(Supply.objects.order_by("pk").values_list("pk", "values")) == supplies
    [row] = lists.preview(people[1] | {"Beroep": "kok"}).rows.all()
    assert (row.target_id, row.changes) == (merge.kept_id, {"profession": ["", "kok"]}), "a new value is a change"
    undo_merge(merge)
    assert get_rows(lists.preview(people[1]))[0] == (Action.UNCHANGED, merge.other_id, supplies[1][0], {})


@pytest.mark.parametrize("people", [(KEPT, MERGED), (NUMBERED_KEPT, NUMBERED_MERGED)])
def test_both_rows_of_a_merged_person_are_duplicates_and_nobody_is_absent(lists: Lists, people: tuple) -> None:
    kept_pk = merge_rows(lists, *people).kept_id
    run = lists.preview(*people)
    rows = list(run.rows.order_by("line"))
    assert [(row.action, row.target_id, row.changes) for row in rows] == [(Action.ERROR, kept_pk, {})] * 2
    assert [list(row.errors.values()) for row in rows] == [
        [[f"Dezelfde persoon staat ook op regel {line}. Laat een van deze regels weg."]] for line in (3, 2)
    ]
    row_corrections.leave_out(run, [rows[1]])
    assert [row.action for row in run.rows.order_by("line")] == [Action.UNCHANGED, Action.SKIPPED], "nobody is absent"
    apply(run)
    assert Dossier.objects.get().family_name == "Al Khatib"


def test_a_value_typed_in_the_preview_replaces_that_of_the_kept_dossier(lists: Lists) -> None:
    merge_rows(lists, KEPT, {**MERGED, "Beroep": "kok"})
    Dossier.objects.update(profession="lasser")
    run = lists.preview({**MERGED, "Beroep": "kok"})
    assert run.rows.get().changes == {}
    correct_cell(run, run.rows.get(), "profession", "kok")
    assert run.rows.get().changes == {"profession": ["lasser", "kok"]}


def test_a_number_of_a_merged_person_is_refused_for_somebody_else(lists: Lists) -> None:
    merge_rows(lists, NUMBERED_KEPT, NUMBERED_MERGED)
    [row] = lists.preview_rows({**NUMBERED_MERGED, "Voornaam": "Omar", "Geboortedatum": "01-02-1980"})
    assert "iemand anders" in row["errors"]["external_id"][0]


def test_a_person_whose_dossier_was_corrected_is_recognised_by_what_the_sender_supplied(lists: Lists) -> None:
    lists.apply(KEPT)
    dossier = Dossier.objects.get()
    dossier.given_name, dossier.date_of_birth = "Nura", "1990-01-02"
    dossier.save()
    [row] = lists.preview(KEPT).rows.all()
    assert (row.target_id, row.supply_id) == (dossier.pk, Supply.objects.get().pk)


def test_a_merged_person_of_another_sender_is_similar(lists: Lists) -> None:
    merge = merge_rows(lists, {**KEPT, "Telefoon": "", "E-mail": ""}, {**MERGED, "Telefoon": "", "E-mail": ""})
    dossier = merge.kept
    row = {**MERGED, "Telefoon": "", "E-mail": ""}
    run = lists.preview({**row, "Voornaam": "Mohammed"}, organisation=WERKCORPORATIE)
    assert run.rows.get().action == Action.NEW
    assert lists.preview(row, organisation=WERKCORPORATIE).rows.get().similar == [dossier.reference]
    typed = Dossier(given_name="Nour", family_name="Al-Khatib", date_of_birth="1991-05-06")
    assert find_similar_dossiers(typed) == [dossier], "a form follows the same rule"
    assert find_similar_dossiers(dossier) == []


def test_a_list_that_was_previewed_before_the_merge_is_compared_again(lists: Lists) -> None:
    for person in (NUMBERED_KEPT, MERGED):
        run = lists.preview(person)
        if run.rows.filter(action=Action.SIMILAR).exists():
            row_corrections.another_record(run, run.rows.get())
            staging.stage(run)
        apply(run)
    run = lists.preview(MERGED)
    merge_dossiers(*Dossier.objects.order_by("pk"))
    assert "1 regel nu een andere uitkomst" in apply(run).reason
    assert get_rows(run) == [(Action.UNCHANGED, Dossier.objects.get().pk, Supply.objects.get(external_id="").pk, {})]


@pytest.mark.parametrize(("use_older", "level"), [(False, "B1"), (True, "A1")])
@pytest.mark.parametrize("is_supplied_since", [False, True], ids=["agreed at the merge", "supplied since"])
def test_a_value_of_a_merged_person_that_another_sender_changed_since_is_asked_about(
    lists: Lists, is_supplied_since: bool, use_older: bool, level: str
) -> None:
    at_merge, repeated = {"Taalniveau": "A2" if is_supplied_since else "A1"}, {"Taalniveau": "A1"}
    dossier = merge_rows(lists, NUMBERED_KEPT | at_merge, NUMBERED_MERGED | at_merge).kept
    if is_supplied_since:
        lists.apply(NUMBERED_KEPT | repeated)
    lists.apply(KEPT | {"Taalniveau": "B1"}, organisation=WERKCORPORATIE)
    lists.apply(NUMBERED_MERGED | {"Taalniveau": "B1"})  # of another number, which changes nothing
    run = lists.preview(NUMBERED_KEPT | repeated)
    assert get_rows(run)[0][3] == {"dutch_level": ["B1", "A1"]}
    question = find_open_question_about_older_values(run)
    assert (
        question
        and "herhaalt oudere gegevens, die daarna zijn gewijzigd: Nour Al Khatib (Niveau Nederlands)" in question.words
    )
    apply(decide_on_older_values(run, use_older=use_older))
    dossier.refresh_from_db()
    assert dossier.dutch_level == level


def test_a_value_that_a_merge_decided_against_stays_so_when_another_sender_changes_it(lists: Lists) -> None:
    dossier = merge_rows(lists, KEPT | {"Taalniveau": "A1"}, NUMBERED_MERGED | {"Taalniveau": "A2"}).kept
    lists.apply(KEPT | {"Taalniveau": "B1"}, organisation=WERKCORPORATIE)
    run = lists.preview(NUMBERED_MERGED | {"Taalniveau": "A2"})
    assert (run.rows.get().target_id, run.rows.get().changes) == (dossier.pk, {})


def test_the_surname_of_a_merged_person_is_asked_about_as_a_whole(lists: Lists) -> None:
    kept = KEPT | {"Achternaam": "van den Berg"}
    dossier = merge_rows(lists, kept, KEPT | {"Achternaam": "el Berg", "Geboortedatum": "06-05-1991"}).kept
    dossier.name_prefix, dossier.family_name = "van", "Dam"
    dossier.save()
    run = lists.preview(kept)
    assert run.rows.get().changes == {"name_prefix": ["van", "van den"], "family_name": ["Dam", "Berg"]}
    assert find_open_question_about_older_values(run)
    run = lists.preview(KEPT | {"Achternaam": "el Berg", "Geboortedatum": "06-05-1991"})
    assert run.rows.get().changes == {}, "the merge decided against the prefix"


def test_a_remark_of_the_sender_that_came_by_a_merge_is_no_text_of_the_user_who_merged(lists: Lists) -> None:
    lists.apply(KEPT | {"Opmerkingen": "belt graag"}, organisation=WERKCORPORATIE)
    merge = merge_rows(lists, MERGED | {"Opmerkingen": "kan dinsdag"}, notes="both")
    run = lists.preview(MERGED | {"Opmerkingen": "kan donderdag"})
    assert find_open_question_about_older_values(run) is None
    assert run.rows.get(target_id=merge.kept_id).changes["notes"][1] == "belt graag\nkan donderdag"
