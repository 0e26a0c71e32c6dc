"""A list may give an open interest without its start date, or with another one."""

from datetime import date
from typing import Any

import pytest

from dossiers.models import ClosingReason, Employer, EmployerInterest, ImportRun
from dossiers.spreadsheets.imports import row_corrections, staging
from dossiers.spreadsheets.imports.warnings import collect_warnings

from ..models.factories import make_interest
from .imports import Lists, decide_on_older_values
from .imports import apply as apply_run
from .undo import INTERESTS, JOB, get_kept_reasons, read_records, undo_import

BAKER = JOB | {"Werk": "Broodbakker"}
FEBRUARY, MARCH = ({"Vanaf": f"01-0{month}-2027"} for month in (2, 3))


@pytest.fixture
def interest(lists: Lists) -> EmployerInterest:
    """The open interest of an earlier list, from February on."""
    lists.apply(BAKER | FEBRUARY, **INTERESTS)
    return EmployerInterest.objects.get()


def preview(lists: Lists, *rows: dict[str, Any]) -> ImportRun:
    run = lists.preview(*rows, **INTERESTS)
    assert run.state == ImportRun.State.PREVIEWED
    return run


@pytest.mark.parametrize("start", [{}, {"Vanaf": ""}])
def test_work_without_a_start_date_is_the_only_open_interest_in_that_work(lists: Lists, interest, start) -> None:
    [row] = lists.preview_rows(BAKER | start | {"Werk": "broodbakker"}, **INTERESTS)
    assert row["action"] == "unchanged"
    [row] = lists.preview_rows(BAKER | start, **INTERESTS)
    assert row["action"] == "unchanged"
    run = lists.apply(BAKER | start | {"Plekken": "7"}, **INTERESTS)
    interest.refresh_from_db()
    assert (interest.positions, interest.start_date, EmployerInterest.objects.count()) == (7, date(2027, 2, 1), 1)
    undo_import(run)
    interest.refresh_from_db()
    assert interest.positions == 4 and get_kept_reasons(run) == {}


def test_other_work_without_a_start_date_is_another_interest(lists: Lists, interest) -> None:
    [row] = lists.preview_rows(JOB | {"Werk": "Banketbakker"}, **INTERESTS)
    assert row["action"] == "new"


def test_the_same_work_at_another_employer_is_another_interest(lists: Lists, interest) -> None:
    other = BAKER | {"Bedrijf": "Molen", "KvK": "76543210", "E-mail": "an@molen.example"}
    assert [row["action"] for row in lists.preview_rows(other | MARCH, other, **INTERESTS)] == ["new", "new"]


def test_a_closed_interest_in_the_same_work_is_no_open_one(lists: Lists, interest) -> None:
    EmployerInterest.objects.update(status="closed")
    [row] = lists.preview_rows(BAKER | MARCH, **INTERESTS)
    assert row["action"] == "new"


def test_a_closed_interest_in_the_same_work_waits_for_a_choice_if_the_line_has_no_date(lists: Lists, interest) -> None:
    EmployerInterest.objects.update(status="closed")
    [row] = lists.preview_rows(BAKER, **INTERESTS)
    assert (row["action"], row["similar"]) == ("similar", [interest.reference])


def test_an_open_interest_counts_before_a_closed_one_with_the_same_start_date(lists: Lists, interest) -> None:
    newer = make_interest(employer=interest.employer, work_description="Broodbakker", start_date=interest.start_date)
    EmployerInterest.objects.filter(pk=interest.pk).update(status="closed")
    run = preview(lists, BAKER | FEBRUARY | {"Plekken": "7"})
    assert run.rows.get().target_id == newer.pk


def test_an_open_interest_counts_before_a_closed_one_if_both_the_line_and_the_latter_have_no_date(
    lists: Lists, interest
) -> None:
    make_interest(employer=interest.employer, work_description="Broodbakker", status="closed")
    run = preview(lists, BAKER | {"Plekken": "7"})
    assert run.rows.get().target_id == interest.pk


def test_another_interest_than_the_open_one_is_not_a_closed_one(lists: Lists, interest) -> None:
    closed, other = (make_interest(employer=interest.employer, work_description="Broodbakker") for _number in range(2))
    EmployerInterest.objects.filter(pk=closed.pk).update(status="closed")
    EmployerInterest.objects.filter(pk=other.pk).update(start_date="2027-04-01")
    run = preview(lists, BAKER)
    assert run.rows.get().action == "similar"
    row_corrections.another_record(run, run.rows.get())
    assert run.rows.get().action == "new"


def test_a_closed_interest_stays_closed_if_a_list_gives_it_again(lists: Lists, interest) -> None:
    EmployerInterest.objects.update(status="closed", closing_reason=ClosingReason.objects.get(name="Plekken vervuld"))
    run = preview(lists, BAKER | FEBRUARY | {"Status": "contact gehad", "Plekken": "7"})
    assert run.rows.get().changes == {"positions": [4, 7]}
    assert collect_warnings(run)[1:] == [
        "De status van regel 2 wordt niet overgenomen: een import opent een gesloten interesse alleen als de "
        "referentie op de regel staat."
    ]
    apply_run(decide_on_older_values(run, use_older=True))
    interest.refresh_from_db()
    assert (interest.status, str(interest.closing_reason)) == ("closed", "Plekken vervuld")
    assert "wordt niet overgenomen" in collect_warnings(run)[-1]


def test_a_closed_interest_is_opened_by_a_line_with_its_reference(lists: Lists, interest) -> None:
    EmployerInterest.objects.update(status="closed")
    [row] = lists.preview_rows({"Referentie": interest.reference, "Status": "contact gehad"}, **INTERESTS)
    assert row["changes"]["status"] == ["closed", "contacted"]


def test_a_line_that_closes_an_interest_says_so(lists: Lists, interest) -> None:
    new = JOB | {"Werk": "Planten", "Status": "gesloten"}
    run = preview(lists, BAKER | FEBRUARY | {"Status": "gesloten"}, new)
    assert collect_warnings(run)[1:] == [
        "Met de status op regel 3 wordt een nieuwe interesse meteen gesloten. Wijzig de status als dat niet de "
        "bedoeling is.",
        "Met de status op regel 2 wordt een bestaande interesse gesloten. Wijzig de status als dat niet de "
        "bedoeling is.",
    ]


def test_the_same_work_from_another_day_waits_for_a_choice(lists: Lists, interest) -> None:
    [row] = lists.preview_rows(BAKER | MARCH, **INTERESTS)
    assert (row["action"], row["similar"]) == ("similar", [interest.reference])


def test_the_interest_that_the_user_chose_gets_the_new_start_date(lists: Lists, interest) -> None:
    before = read_records()
    run = preview(lists, BAKER | MARCH)
    row_corrections.same_record(run, run.rows.get(), interest)
    assert run.rows.get().changes == {"start_date": ["2027-02-01", "2027-03-01"]}
    staging.stage(run)
    assert run.rows.get().action == "changed", "the choice stays when the list is read again"
    apply_run(run)
    assert EmployerInterest.objects.get().start_date == date(2027, 3, 1)
    undo_import(run)
    assert read_records() == before and get_kept_reasons(run) == {}


def test_another_interest_is_added_once_the_user_said_so(lists: Lists, interest) -> None:
    before = read_records()
    run = preview(lists, BAKER | MARCH)
    row_corrections.another_record(run, run.rows.get())
    assert run.rows.get().action == "new"
    apply_run(run)
    assert EmployerInterest.objects.count() == 2 and Employer.objects.count() == 1
    undo_import(run)
    assert read_records() == before and get_kept_reasons(run) == {}


def test_work_without_a_start_date_waits_for_a_choice_if_several_are_open(lists: Lists, interest) -> None:
    run = preview(lists, BAKER | MARCH)
    row_corrections.another_record(run, run.rows.get())
    apply_run(run)
    newest, _oldest = references = list(EmployerInterest.objects.values_list("reference", flat=True))
    [row] = lists.preview_rows(BAKER, **INTERESTS)
    assert (row["action"], row["similar"]) == ("similar", references)
    EmployerInterest.objects.exclude(reference=newest).update(status="closed")
    [row] = lists.preview_rows(BAKER, **INTERESTS)
    assert row["action"] == "unchanged"


def test_work_without_a_start_date_beside_the_known_one_waits_for_a_choice(lists: Lists, interest) -> None:
    rows = lists.preview_rows(BAKER | FEBRUARY, BAKER | {"Plekken": "2"}, **INTERESTS)
    assert [row["action"] for row in rows] == ["unchanged", "similar"]


def test_a_reference_in_the_list_needs_no_choice(lists: Lists, interest) -> None:
    [row] = lists.preview_rows(BAKER | MARCH | {"Referentie": interest.reference}, **INTERESTS)
    assert row["changes"] == {"start_date": ["2027-02-01", "2027-03-01"]}


def test_an_interest_that_came_since_the_preview_is_asked_about_before_a_second_one_is_written(lists: Lists) -> None:
    run = preview(lists, BAKER | MARCH)
    lists.apply(BAKER | FEBRUARY, **INTERESTS)
    apply_run(run)
    assert (run.state, run.rows.get().action) == ("previewed", "similar")
    assert EmployerInterest.objects.count() == 1


def test_only_new_interests_leaves_the_known_one_out(lists: Lists, interest) -> None:
    [row] = lists.preview_rows(BAKER | {"Plekken": "7"}, policy=ImportRun.Policy.NEW, **INTERESTS)
    assert row["action"] == "skipped"
