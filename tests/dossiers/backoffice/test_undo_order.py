"""The undo of a list names all later lists that go first, in an order in which each of them can be undone."""

from pathlib import Path

import pytest

from dossiers.models import Dossier, ImportRun
from dossiers.spreadsheets.imports import staging
from dossiers.spreadsheets.imports.continuation import continue_run
from dossiers.spreadsheets.undo.planner import plan_undo
from tests.dossiers.spreadsheets.imports import correct_cell

from ..spreadsheets.imports import Lists, apply
from ..spreadsheets.undo import NUMBERED, OTHER, undo_import
from .pages import text
from .test_apply import import_url

WRONG = OTHER | {"Geboortedatum": "31-02-1980"}


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def apply_in_two_parts(lists: Lists, user) -> tuple[ImportRun, ImportRun]:
    """Import Selam, and Omar in a continuation of the list, after his date of birth is corrected."""
    run = lists.apply(NUMBERED, WRONG, good_rows_only=True)
    later = continue_run(run, user)
    assert later
    staging.stage(later)
    correct_cell(later, later.rows.get(action="error"), "date_of_birth", OTHER["Geboortedatum"])
    return run, apply(later)


def test_the_continuation_of_a_later_list_that_only_supplied_somebody_again_goes_before_it(
    coordinator_client, coordinator, lists: Lists
) -> None:
    first = lists.apply(NUMBERED)
    second, continuation = apply_in_two_parts(lists, coordinator)
    third = lists.apply(OTHER)
    names = [run.description for run in (third, continuation, second)]
    page = text(coordinator_client.get(import_url("_undo", first)))
    assert [page.index(name) for name in names] == sorted(page.index(name) for name in names)
    for change_set in plan_undo(first).later_change_sets:
        assert isinstance(change_set, ImportRun)
        change_set.refresh_from_db()
        assert undo_import(change_set).state == ImportRun.State.UNDONE
    undo_import(first)
    assert not Dossier.objects.exists()


def test_a_continued_list_names_the_later_lists_with_its_people_and_those_of_the_continuation(
    coordinator_client, coordinator, lists: Lists
) -> None:
    first, continuation = apply_in_two_parts(lists, coordinator)
    later = [lists.apply(row) for row in (OTHER, NUMBERED)]
    page = text(coordinator_client.get(import_url("", first)))
    order = [*reversed(later), continuation]
    steps = page.partition("in deze volgorde:")[2]
    assert [steps.index(run.description) for run in order] == sorted(steps.index(run.description) for run in order)
    refusal = text(coordinator_client.get(import_url("_undo", first), follow=True))
    assert f"in deze volgorde: {'; '.join(run.description for run in order)}." in refusal
    for run in order:
        assert undo_import(run).state == ImportRun.State.UNDONE
    undo_import(first)
    assert not Dossier.objects.exists()
