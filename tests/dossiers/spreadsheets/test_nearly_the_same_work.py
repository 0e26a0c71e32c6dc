"""A list may give the work of a known interest in other words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import EmployerInterest, ImportRun
from dossiers.spreadsheets.imports import row_corrections
from dossiers.spreadsheets.imports.open_questions import count_open_questions
from dossiers.spreadsheets.imports.warnings import collect_warnings

from ..models.factories import make_interest
from .imports import Lists, apply, decide_on_older_values
from .test_repeated_values import edit
from .undo import INTERESTS, JOB

KITCHEN = JOB | {"Werk": "Keukenhulp"}
KITCHEN_AND_DISHES = JOB | {"Werk": "Keukenhulp en afwas"}
STATUSES = ["new", "closed"]


@pytest.fixture
def interest(lists: Lists) -> EmployerInterest:
    lists.apply(KITCHEN, **INTERESTS)
    return EmployerInterest.objects.get()


def get_actions(lists: Lists, *rows: dict[str, str]) -> list[str]:
    return [row["action"] for row in lists.preview_rows(*rows, **INTERESTS)]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(
    "work", ["Keukenhulp en afwas", "Afwas/keukenhulp", "Keukenhulpen", "Keukenhlup", "Keuken hulp", "Keuken-hulp"]
)
def test_nearly_the_same_work_waits_for_a_choice(lists, interest, status, work):
    EmployerInterest.objects.update(status=status)
    [row] = lists.preview_rows(JOB | {"Werk": work}, **INTERESTS)
    assert (row["action"], row["similar"]) == ("similar", [interest.reference])


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("work", ["Magazijn", "Medewerker keuken", "Schoonmaak en afwas"])
def test_other_work_is_new_without_a_question(lists, interest, status, work):
    EmployerInterest.objects.update(status=status)
    run = lists.preview(JOB | {"Werk": work}, **INTERESTS)
    assert run.rows.get().action == "new" and count_open_questions(run, []).count == 0


def test_a_number_or_a_letter_tells_two_kinds_of_work_apart(lists):
    lists.apply(JOB | {"Werk": "Chauffeur B"}, JOB | {"Werk": "Productie lijn 1"}, **INTERESTS)
    assert get_actions(lists, JOB | {"Werk": "Chauffeur C"}, JOB | {"Werk": "Productie lijn 2"}) == ["new", "new"]


def test_nearly_the_same_work_at_another_employer_is_new(lists, interest):
    other = KITCHEN_AND_DISHES | {"Bedrijf": "Molen", "KvK": "76543210", "E-mail": "an@molen.example"}
    assert get_actions(lists, other) == ["new"]


def test_an_employer_without_a_kvk_number_is_asked_about_too(lists):
    unnumbered = {"KvK": ""}
    lists.apply(KITCHEN | unnumbered, **INTERESTS)
    assert get_actions(lists, KITCHEN_AND_DISHES | unnumbered) == ["similar"]


def test_a_closed_interest_from_another_day_or_in_the_archive_is_not_asked_about(lists):
    february, march = {"Vanaf": "01-02-2027"}, {"Vanaf": "01-03-2027"}
    lists.apply(KITCHEN | february, **INTERESTS)
    assert get_actions(lists, KITCHEN_AND_DISHES | march) == ["similar"]
    EmployerInterest.objects.update(status="closed")
    assert get_actions(lists, KITCHEN_AND_DISHES | march) == ["new"]
    assert get_actions(lists, KITCHEN_AND_DISHES | february) == ["similar"]
    EmployerInterest.objects.update(archived_at=timezone.now())
    assert get_actions(lists, KITCHEN_AND_DISHES | february) == ["new"]


def test_open_interests_are_named_before_closed_ones(lists, interest):
    newer = make_interest(employer=interest.employer, work_description="Keukenhulp afwas", status="closed")
    [row] = lists.preview_rows(KITCHEN_AND_DISHES, **INTERESTS)
    assert row["similar"] == [interest.reference, newer.reference]


def test_a_list_that_names_the_known_work_too_means_another_interest(lists, interest):
    run = lists.preview(KITCHEN, KITCHEN_AND_DISHES, **INTERESTS)
    rows = list(run.rows.order_by("line"))
    assert [row.action for row in rows] == ["unchanged", "new"]
    row_corrections.recheck_lines(run, rows[1:])
    assert run.rows.get(line=3).action == "new", "also if that line is read again without the other one"
    by_reference = {"Werk": "Keuken", "Kenmerk": interest.reference}
    assert get_actions(lists, KITCHEN_AND_DISHES | {"Kenmerk": ""}, JOB | by_reference) == ["new", "changed"]


def test_two_lines_of_a_new_employer_with_nearly_the_same_work_are_two_interests_without_a_question(lists):
    run = lists.preview(KITCHEN, KITCHEN_AND_DISHES, **INTERESTS)
    assert [row.action for row in run.rows.all()] == ["new", "new"]
    assert collect_warnings(run) == []


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("policy", [ImportRun.Policy.UPDATE, ImportRun.Policy.FILL])
def test_the_answer_that_it_is_the_same_interest_holds_for_the_next_list(lists, interest, status, policy):
    EmployerInterest.objects.update(status=status)
    run = lists.preview(KITCHEN_AND_DISHES, policy=policy, **INTERESTS)
    row_corrections.same_record(run, run.rows.get(), interest)
    apply(run)
    interest.refresh_from_db()
    changed = policy == ImportRun.Policy.UPDATE
    assert interest.work_description == ("Keukenhulp en afwas" if changed else "Keukenhulp")
    again = lists.preview(KITCHEN_AND_DISHES, policy=policy, **INTERESTS)
    assert (again.rows.get().action, again.rows.get().target_id) == ("unchanged", interest.pk)
    assert EmployerInterest.objects.count() == 1


def test_a_list_without_dates_is_asked_about_a_dated_interest_once(lists):
    lists.apply(KITCHEN | {"Vanaf": "01-02-2027"}, **INTERESTS)
    EmployerInterest.objects.update(status="closed")
    run = lists.preview(KITCHEN, **INTERESTS)
    assert run.rows.get().action == "similar"
    row_corrections.same_record(run, run.rows.get(), EmployerInterest.objects.get())
    apply(run)
    assert get_actions(lists, KITCHEN) == ["unchanged"]


@pytest.mark.parametrize("status", STATUSES)
def test_the_answer_that_it_is_another_interest_holds_for_the_next_list(lists, interest, status):
    EmployerInterest.objects.update(status=status)
    run = lists.preview(KITCHEN_AND_DISHES, **INTERESTS)
    row_corrections.another_record(run, run.rows.get())
    apply(run)
    assert get_actions(lists, KITCHEN_AND_DISHES) == ["unchanged"]
    assert get_actions(lists, KITCHEN, KITCHEN_AND_DISHES) == ["unchanged", "unchanged"]


def test_the_work_that_an_interest_had_before_is_still_that_interest(lists, interest):
    edit(interest, work_description="Keukenhulp en bar")
    run = decide_on_older_values(lists.preview(KITCHEN, **INTERESTS), use_older=False)
    assert (run.rows.get().action, run.rows.get().target_id) == ("unchanged", interest.pk)
    apply(run)
    assert EmployerInterest.objects.get().work_description == "Keukenhulp en bar"


def test_an_interest_that_came_since_the_preview_is_asked_about_before_a_second_one_is_written(lists):
    run = lists.preview(KITCHEN_AND_DISHES, **INTERESTS)
    lists.apply(KITCHEN, **INTERESTS)
    apply(run)
    assert (run.state, run.rows.get().action) == (ImportRun.State.PREVIEWED, "similar")
    assert EmployerInterest.objects.count() == 1


def test_a_list_of_many_lines_takes_as_many_queries_as_one_of_two(lists, interest):
    queries = []
    for count in (2, 60):
        rows = [JOB | {"Werk": f"Keukenhulp en taak {number}"} for number in range(count)]
        with CaptureQueriesContext(connection) as context:
            run = lists.preview(*rows, **INTERESTS)
        assert set(run.rows.values_list("action", flat=True)) == {"similar"}
        queries.append(len(context))
    assert queries[0] == queries[1]
