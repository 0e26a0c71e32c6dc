"""A contact that is not the one of the employer after the import stands in the remarks of the interest."""

from typing import Any

import pytest

from dossiers.models import Employer, EmployerInterest, ImportRun
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.file_parts.answers import answer_parts
from dossiers.spreadsheets.imports.file_parts.parts import parts_of
from dossiers.spreadsheets.imports.remarks.contacts import CONTACTS
from tests.dossiers.spreadsheets.imports import correct_cell

from .imports import Lists, decide_on_older_values
from .imports import apply as apply_run
from .undo import INTERESTS, JOB, get_kept_reasons, read_records, undo_import

AN = JOB | {"Telefoon": "0612345678"}
BEA = JOB | {"Contactpersoon": "Bea", "E-mail": "bea@kwekerij.example", "Telefoon": "0687654321", "Werk": "Inpakken"}
AN_SENTENCE = "Contactpersoon volgens de lijst: An, 06 12345678, an@kwekerij.example"
BEA_SENTENCE = "Contactpersoon volgens de lijst: Bea, 06 87654321, bea@kwekerij.example"


def preview(lists: Lists, *rows: dict[str, Any], **kwargs: Any) -> ImportRun:
    run = lists.preview(*rows, **INTERESTS, **kwargs)
    assert run.state == ImportRun.State.PREVIEWED
    return run


def read_notes() -> dict[str, str]:
    return dict(EmployerInterest.objects.values_list("work_description", "notes"))


def test_the_contact_of_the_earlier_line_stands_in_the_remarks_of_its_interest(lists: Lists) -> None:
    run = preview(lists, AN, BEA)
    assert "komen in de opmerkingen van hun interesse" in run.warnings[0]
    apply_run(run)
    assert Employer.objects.get().contact_name == "Bea"
    assert read_notes() == {"Oogsten": AN_SENTENCE, "Inpakken": ""}


def test_the_contact_is_added_to_the_remarks_that_the_line_has(lists: Lists) -> None:
    apply_run(preview(lists, AN | {"Opmerkingen": "Belt graag"}, BEA))
    assert read_notes()["Oogsten"] == f"Belt graag\n{AN_SENTENCE}"


def test_a_list_with_two_contacts_of_an_employer_changes_nothing_when_it_comes_again(lists: Lists) -> None:
    rows = (AN | {"Opmerkingen": "Belt graag"}, BEA)
    apply_run(preview(lists, *rows))
    assert [row["changes"] for row in lists.preview_rows(*rows, **INTERESTS)] == [{}, {}]


def test_a_contact_that_goes_to_the_remarks_leaves_no_number_at_the_employer(lists: Lists) -> None:
    apply_run(preview(lists, BEA | {"Telefoon": ""}))
    apply_run(preview(lists, AN, BEA | {"Telefoon": ""}))
    assert Employer.objects.get().contact_name == "Bea" and Employer.objects.get().phone == ""
    assert read_notes() == {"Oogsten": AN_SENTENCE, "Inpakken": ""}


def test_the_contact_stays_in_the_remarks_if_a_later_list_has_only_that_line(lists: Lists) -> None:
    apply_run(preview(lists, AN | {"Opmerkingen": "Belt graag"}, BEA))
    [row] = lists.preview_rows(BEA | {"Werk": "Oogsten", "Opmerkingen": "Belt graag"}, **INTERESTS)
    assert "notes" not in row["changes"]


def test_another_contact_of_the_same_line_replaces_the_earlier_one(lists: Lists) -> None:
    apply_run(preview(lists, AN, BEA))
    run = preview(lists, AN | {"Contactpersoon": "Cor"}, BEA)
    apply_run(decide_on_older_values(run, use_older=True))
    assert read_notes()["Oogsten"] == AN_SENTENCE.replace("An,", "Cor,")


def test_an_undo_takes_the_contact_back(lists: Lists) -> None:
    apply_run(preview(lists, AN, AN | {"Werk": "Inpakken"}))
    before = read_records()
    run = apply_run(preview(lists, AN, BEA))
    assert read_notes()["Oogsten"] == AN_SENTENCE
    undo_import(run)
    assert read_records() == before and get_kept_reasons(run) == {}


def test_the_contact_is_not_added_if_the_user_says_so(lists: Lists) -> None:
    run = preview(lists, AN, BEA)
    [part] = parts_of(run)
    assert part.words == "De contactpersoon op regel 2 staat na de import niet bij de werkgever."
    answer_parts(run, [part], {CONTACTS: False})
    staging.stage(run)
    assert "opmerkingen" not in run.warnings[0]
    apply_run(run)
    assert read_notes() == {"Oogsten": "", "Inpakken": ""}


def test_the_contact_that_a_list_replaces_stands_in_the_remarks(lists: Lists) -> None:
    apply_run(preview(lists, AN))
    run = preview(lists, BEA)
    [part] = parts_of(run)
    assert part.words == "Regel 2 vervangt de contactpersoon van een werkgever."
    before = read_records()
    apply_run(run)
    assert read_notes()["Inpakken"] == "Contactpersoon vóór deze lijst: An, 06 12345678, an@kwekerij.example"
    assert lists.preview_rows(BEA, **INTERESTS)[0]["changes"] == {}, "the same list adds nothing"
    undo_import(run)
    assert read_records() == before


def test_another_number_of_the_same_contact_replaces_nobody(lists: Lists) -> None:
    apply_run(preview(lists, AN))
    run = preview(lists, AN | {"Telefoon": "0611111111"})
    assert run.rows.get().changes.keys() == {"phone"} and parts_of(run) == []


@pytest.mark.parametrize("policy", [ImportRun.Policy.FILL, ImportRun.Policy.NEW])
def test_a_contact_that_a_list_does_not_replace_stands_in_the_remarks_of_the_new_interest(lists: Lists, policy) -> None:
    apply_run(preview(lists, AN))
    apply_run(preview(lists, BEA, policy=policy))
    assert Employer.objects.get().contact_name == "An" and read_notes() == {"Oogsten": "", "Inpakken": BEA_SENTENCE}


def test_a_list_that_only_fills_what_is_empty_adds_nothing_to_the_remarks_of_a_known_interest(lists: Lists) -> None:
    apply_run(preview(lists, AN | {"Opmerkingen": "Belt graag"}))
    [row] = lists.preview_rows(BEA | {"Werk": "Oogsten"}, policy=ImportRun.Policy.FILL, **INTERESTS)
    assert row["changes"] == {}


def test_a_line_whose_contact_is_corrected_has_no_other_contact_any_more(lists: Lists) -> None:
    run = preview(lists, AN, BEA)
    for field, text in (("contact_name", "Bea"), ("email", "bea@kwekerij.example"), ("phone", "0687654321")):
        correct_cell(run, run.rows.get(line=2), field, text)
    assert CONTACTS not in run.asked and run.rows.get(line=2).changes == {}
    correct_cell(run, run.rows.get(line=2), "contact_name", "An")
    assert run.rows.get(line=2).changes == {"notes": ["", BEA_SENTENCE.replace("Bea,", "An,")]}


def test_lines_with_the_same_contact_add_nothing(lists: Lists) -> None:
    run = preview(lists, AN, AN | {"Werk": "Inpakken"})
    assert parts_of(run) == [] and run.columns[-1]["field"] != "notes"
