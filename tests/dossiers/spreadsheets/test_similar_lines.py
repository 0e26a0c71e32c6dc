"""Rows of a list that are similar to each other are handled like rows that are similar to a dossier."""

from itertools import product

import openpyxl
import pytest
from django.contrib.auth.models import User

from dossiers.backoffice.partners.rejected_rows import build_rejected_rows
from dossiers.models import Action, Dossier, ImportRow, ImportRun, Supply
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.continuation import continue_run, find_line_decisions
from dossiers.spreadsheets.imports.error_workbook import build_error_workbook
from dossiers.spreadsheets.imports.warnings import collect_warnings
from dossiers.spreadsheets.matching import similar_people
from dossiers.spreadsheets.matching.similar_people import MAX_SIMILAR_LINES, build_person, find_similar_lines
from tests.dossiers.spreadsheets.imports import correct_cell

from ..models.factories import make_dossier
from .imports import PERSON, Lists, apply

FARID = {"Voornaam": "Farid", "Achternaam": "Noori", "Geboortedatum": "01-01-1994", "Telefoon": "06-12345678"}
OTHER_FARID = {**FARID, "Telefoon": "06-87654321"}


def test_a_row_similar_to_an_earlier_row_is_similar(lists: Lists) -> None:
    rows = lists.preview_rows(
        FARID,
        {**FARID, "Achternaam": "Nouri"},
        {**FARID, "Geboortedatum": "17-08-1971"},
        {**FARID, "Geboortedatum": "18-08-1985", "Telefoon": ""},
        {**FARID, "Voornaam": "Bilal", "Achternaam": "Saïd"},
        {**FARID, "Voornaam": "Said", "Achternaam": "Bilal"},
    )
    similar = [(row["action"], row["similar_lines"]) for row in rows]
    assert similar == [("new", []), ("similar", [2]), ("similar", [2, 3]), ("new", []), ("new", []), ("similar", [6])]
    assert not any(row["similar"] for row in rows), "there is no dossier"


def test_a_row_with_a_similar_given_name_and_the_same_contact_is_similar(lists: Lists) -> None:
    rows = lists.preview_rows(
        {"Voornaam": "Mariam", "Achternaam": "Qasemi", "Geboortedatum": "01-01-1995", "E-mail": "mariam@example.org"},
        {"Voornaam": "Mariam", "Achternaam": "Qassemi", "Geboortedatum": "02-03-1996", "E-mail": "mariam@example.org"},
        {"Voornaam": "Samira", "Achternaam": "Qasemi", "Geboortedatum": "05-06-1998", "E-mail": "mariam@example.org"},
    )
    assert [row["similar_lines"] for row in rows] == [[], [2], []], "a family shares an address"


@pytest.mark.parametrize(
    ("name", "other", "phone", "is_similar"),
    [
        ("Mohammed Elsayed", "Mohamed El Sayed", "", True),
        ("Noor Alhamwi", "Noor Al-Hamwi", "", True),
        ("Jusuf Tesfay", "Yusuf Tesfay", "", True),
        ("Tesfay Yusuf", "Yusuf Tesfai", "", True),
        ("Mohammed Elsayed", "Mohamed Ibrahim", "06-12345678", True),
        ("Mohammed Elsayed", "Mohamed Ibrahim", "", False),
        ("Bilal Elsayed", "Samira Elsayed", "06-12345678", False),
    ],
)
def test_two_people_born_on_one_day_are_similar_by_name_or_by_a_contact(
    lists: Lists, name: str, other: str, phone: str, is_similar: bool
) -> None:
    first, second = (
        FARID | {"Voornaam": given_name, "Achternaam": family_name, "Telefoon": phone}
        for given_name, _, family_name in (name.partition(" "), other.partition(" "))
    )
    assert [row["similar_lines"] for row in lists.preview_rows(first, second)] == [[], [2] if is_similar else []]


def test_the_lines_that_are_similar_are_those_that_a_comparison_of_each_with_each_finds(lists: Lists) -> None:
    names = ("Farid", "Noori"), ("Farid", "Nouri"), ("Noori", "Farid"), ("Amina", "van Noori"), ("Amina", "Noori")
    dates = "1994-01-02", "1994-02-01", "1994-01-05", "1971-08-17"
    people = [
        {"given_name": given_name, "family_name": family_name, "date_of_birth": date, "phone": phone}
        for (given_name, family_name), date, phone in product(names, dates, ("+31612345678", ""))
    ]
    people = people[::7] + people[::9] + people[::5]
    run = lists.preview(FARID)
    run.rows.all().delete()
    ImportRow.objects.bulk_create(
        ImportRow(run=run, line=line, action=Action.NEW, given=values) for line, values in enumerate(people)
    )
    similar = find_similar_lines(run.rows.all())
    for line, values in enumerate(people):
        earlier = [other for other in range(line) if build_person(other, people[other]).may_be(values)]
        assert similar.get(line, []) == earlier[:MAX_SIMILAR_LINES]


@pytest.mark.parametrize("most", [0, 40])
def test_the_lines_of_people_who_were_born_on_one_day_are_compared_by_their_words(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar_people, "MAX_PEOPLE_COMPARED", most)
    names = (
        "Selam Haile", "Selam Haile Woldu", "S. Haile", "Selma Hayle", "Selam Hailemariam", "Senait Haile", "H. Selam",
        "Selam", "Haile Woldu", "Woldu Haile Selassie", "Omar Abdi", "O. Abdi Hassan", "Abdirahman Omar", "S. H.",
    )  # fmt: skip
    people = [
        {"given_name": given_name, "family_name": family_name, "date_of_birth": "1990-01-01"}
        for given_name, _, family_name in (name.partition(" ") for name in names)
    ]
    index = similar_people.SameDayIndex()
    for line, values in enumerate(people):
        earlier = {other for other in range(line) if build_person(other, people[other]).may_be(values)}
        spellings = similar_people.spell_name(values)
        assert index.find_keys("1990-01-01", spellings) == earlier
        index.add(line, "1990-01-01", spellings)


def test_similar_rows_can_be_skipped_or_marked_as_another_person(lists: Lists) -> None:
    run = lists.preview(FARID, {**FARID, "Achternaam": "Nouri"}, {**FARID, "Achternaam": "Noury"})
    row_corrections.leave_out(run, [run.rows.get(line=2)])
    rows = [(row.action, row.similar) for row in run.rows.all()]
    assert rows == [("skipped", []), ("new", []), ("similar", [3])], "a line that is left out is nobody"
    row_corrections.another_record(run, run.rows.get(line=4))
    staging.stage(run)
    assert [row.action for row in run.rows.all()] == ["skipped", "new", "new"], "the answer is kept"
    row_corrections.take_in(run, [run.rows.get(line=2)])
    correct_cell(run, run.rows.get(line=2), "given_name", "Bilal")
    assert [row.action for row in run.rows.all()] == ["new", "new", "new"]
    apply(run)
    assert Dossier.objects.count() == 3


def test_similar_rows_give_a_partner_a_warning_and_a_coordinator_a_question(lists: Lists) -> None:
    run = lists.preview(FARID, {**FARID, "Achternaam": "Nouri"}, by_partner=True, with_partner=True)
    assert run.counts()["new"] == 2
    assert "Regel 3 lijkt op regel 2." in " ".join(collect_warnings(run))
    run.with_partner = False
    staging.stage(run)
    assert [row.similar for row in run.rows.all()] == [[], [2]]
    assert "lijkt op regel" not in " ".join(collect_warnings(run))
    [rejected] = build_rejected_rows(run, [run.rows.get(line=3)], find_line_decisions(run))
    assert rejected.errors == [("Dubbel in de lijst", "Deze regel lijkt op regel 2 van uw lijst.")]


def get_marks(run: ImportRun) -> dict[int, tuple[str, list[int], bool]]:
    rows = run.rows.exclude(action="absent").order_by("line")
    return {row.line: (row.action, sorted(row.similar_lines), row.double) for row in rows}


EDITS = [
    (3, "family_name", "Noori"),
    (4, "date_of_birth", "01-01-1994"),
    (2, "date_of_birth", "02-02-1980"),
    (2, "date_of_birth", "01-04-1994"),
    (5, "phone", "06-12345678"),
    (5, "given_name", "Farid"),
    (6, "external_id", "P1"),
    (6, "external_id", "P6"),
    (7, "date_of_birth", "04-01-1994"),
    (2, "family_name", "Nuri"),
    (8, "date_of_birth", "01-01-1994"),
    (8, "date_of_birth", "09-01-1970"),
]


def test_each_edit_marks_the_lines_that_reading_the_list_again_marks(lists: Lists) -> None:
    people = ["Farid Noori", "Farid Nouri", "Farida Noor", "Bilal Said", "Omar Abdi", "Noori Farid", "Abdi Omar"]
    rows = [
        {
            "Extern nummer": f"P{number}",
            "Voornaam": given_name,
            "Achternaam": family_name,
            "Geboortedatum": f"{13 + number}-08-198{number}" if number else "01-01-1994",
            "Telefoon": "06-12345678" if number in (0, 2) else f"06-1234500{number}",
        }
        for number, (given_name, _space, family_name) in enumerate(name.partition(" ") for name in people)
    ]
    run = lists.preview(*rows)
    for line, field, text in EDITS:
        correct_cell(run, run.rows.exclude(action="absent").get(line=line), field, text)
        marks = get_marks(run)
        staging.stage(run)
        assert marks == get_marks(run), (line, field, text)


def test_leaving_one_of_two_similar_lines_out_settles_the_other_and_taking_it_in_asks_again(lists: Lists) -> None:
    run = lists.preview(FARID, {**FARID, "Achternaam": "Nouri"})
    row_corrections.leave_out(run, [run.rows.get(line=2)])
    assert get_marks(run)[3] == ("new", [], False)
    row_corrections.take_in(run, [run.rows.get(line=2)])
    assert get_marks(run)[3] == ("similar", [2], True)


def leave_undecided(run: ImportRun, coordinator: User) -> ImportRun:
    """Import the rows that need no choice, and return the preview of the rest."""
    apply(run, good_rows_only=True)
    continuation = continue_run(run, coordinator)
    assert continuation
    staging.stage(continuation)
    return continuation


def test_of_two_new_people_with_one_name_and_date_of_birth_the_second_waits_and_can_be_somebody_else(
    lists: Lists,
) -> None:
    run = lists.preview(FARID, OTHER_FARID, PERSON)
    assert [row.action for row in run.rows.order_by("line")] == ["new", "similar", "new"], "good rows are not blocked"
    row_corrections.another_record(run, run.rows.get(line=3))
    apply(run)
    assert sorted(Dossier.objects.filter(given_name="Farid").values_list("phone", flat=True)) == [
        "+31612345678",
        "+31687654321",
    ]


def test_of_two_new_rows_that_are_one_person_the_second_is_left_out(lists: Lists) -> None:
    run = lists.preview(FARID, OTHER_FARID)
    row_corrections.leave_out(run, [run.rows.get(line=3)])
    apply(run)
    assert Dossier.objects.get().phone == "+31612345678"


@pytest.mark.parametrize("sender", [{}, {"by_partner": True, "with_partner": True}])
def test_a_list_with_two_people_of_one_name_and_date_of_birth_asks_nothing_the_second_time(
    lists: Lists, sender: dict[str, bool]
) -> None:
    run = lists.preview(FARID, OTHER_FARID)
    row_corrections.another_record(run, run.rows.get(line=3))
    apply(run)
    again = lists.preview(OTHER_FARID, FARID, **sender)
    assert again.counts()["unchanged"] == 2 and not collect_warnings(again)
    supplied = [Supply.objects.get(pk=row.supply_id).values["phone"] for row in again.rows.order_by("line")]
    assert supplied == ["+31687654321", "+31612345678"], "each line is about its own person"


def test_a_line_that_may_be_about_either_of_two_namesakes_is_asked_about_instead_of_guessed(lists: Lists) -> None:
    run = lists.preview(FARID, OTHER_FARID)
    row_corrections.another_record(run, run.rows.get(line=3))
    apply(run)
    again = lists.preview({**FARID, "Telefoon": "06-11223344"})
    row = again.rows.exclude(action="absent").get()
    assert (row.action, sorted(row.similar)) == ("similar", sorted(Dossier.objects.values_list("reference", flat=True)))
    assert not again.rows.filter(action="absent").exists()


def test_two_lines_with_the_name_and_date_of_birth_of_one_dossier_can_be_two_people(lists: Lists) -> None:
    lists.apply(FARID)
    dossier = Dossier.objects.get()
    run = lists.preview(OTHER_FARID, FARID)
    first, second = run.rows.order_by("line")
    assert (first.action, first.similar) == ("similar", [dossier.reference, 3])
    assert (second.action, second.similar) == ("similar", [dossier.reference, 2])
    row_corrections.another_record(run, first)
    assert get_marks(run) == {2: ("new", [], False), 3: ("unchanged", [], False)}
    marks = get_marks(run)
    staging.stage(run)
    assert get_marks(run) == marks
    apply(run)
    dossier.refresh_from_db()
    assert (dossier.phone, Dossier.objects.count()) == ("+31612345678", 2)


def test_two_lines_of_which_a_user_says_that_both_are_one_dossier_are_errors(lists: Lists) -> None:
    lists.apply(FARID)
    run = lists.preview(FARID, OTHER_FARID)
    for line in (2, 3):
        row_corrections.same_record(run, run.rows.get(line=line), Dossier.objects.get())
    assert [row.action for row in run.rows.order_by("line")] == ["error", "error"]
    row_corrections.leave_out(run, [run.rows.get(line=2)])
    assert get_marks(run)[3] == ("changed", [], False)


def test_a_namesake_who_waited_can_be_somebody_else_after_the_first_was_imported(
    lists: Lists, coordinator: User
) -> None:
    run = leave_undecided(lists.preview(FARID, OTHER_FARID), coordinator)
    row = run.rows.get(line=3)
    assert (row.action, row.similar) == ("similar", [Dossier.objects.get().reference, 2])
    row_corrections.another_record(run, row)
    apply(run)
    assert Dossier.objects.count() == 2


def test_the_workbook_for_the_sender_says_why_a_line_waits_and_names_no_dossier(lists: Lists) -> None:
    make_dossier(given_name="Selam", family_name="Haille", date_of_birth="1990-03-12")
    run = lists.preview(FARID, OTHER_FARID, PERSON)
    with build_error_workbook(run) as file:
        reasons = [row[-1] for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)][1:]
    assert reasons == [
        None,
        "Deze regel lijkt op regel 2. Gaan ze over één persoon? Laat dan een van deze regels weg.",
        "Een begeleider kan nog over deze regel beslissen.",
    ]


def test_a_partner_is_warned_about_two_lines_of_one_name_and_sends_both(lists: Lists, partner: User) -> None:
    run = lists.preview(FARID, OTHER_FARID, by_partner=True, with_partner=True)
    assert run.counts()["new"] == 2 and "Regel 3 lijkt op regel 2." in " ".join(collect_warnings(run))
    run.send(partner)
    run.open_for_coordinator()
    staging.stage(run)
    assert get_marks(run) == {2: ("new", [], False), 3: ("similar", [2], True)}
    [rejected] = build_rejected_rows(run, [run.rows.get(line=3)], find_line_decisions(run))
    assert rejected.errors == [("Dubbel in de lijst", "Dezelfde persoon staat ook op regel 2 van uw lijst.")]
