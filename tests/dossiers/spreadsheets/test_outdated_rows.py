"""Rows of an open preview are outdated once the records that they match change."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Dossier, ImportRow, ImportRun
from dossiers.spreadsheets.imports import apply, row_corrections
from dossiers.spreadsheets.imports.apply import find_outdated_rows

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers
from .imports import PERSON, WERKCORPORATIE, Lists
from .undo import undo_import

NUMBERED = {**PERSON, "Extern nummer": "P1"}
JOB = {"Bedrijf": "Kwekerij", "E-mail": "info@kwekerij.example", "Contactpersoon": "An", "Werk": "Oogsten"}


def undo_the_first_import() -> None:
    undo_import(ImportRun.objects.earliest("pk"))


def merge_the_dossier() -> None:
    merge_dossiers(make_dossier(), Dossier.objects.get(given_name="Selam"))


def edit_the_dossier() -> None:
    Dossier.objects.get().save()


@pytest.mark.parametrize("change", [undo_the_first_import, merge_the_dossier, edit_the_dossier])
@pytest.mark.parametrize("cells", [{}, {"Beroep": "kok"}, {"policy": "new"}])
def test_a_row_is_outdated_when_its_dossier_was_changed_or_removed(
    lists: Lists, change: Callable[[], None], cells: dict[str, str]
) -> None:
    policy = {"policy": cells["policy"]} if "policy" in cells else {}
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED | ({} if policy else cells), organisation=WERKCORPORATIE, **policy)
    assert not find_outdated_rows(run).exists()
    change()
    assert find_outdated_rows(run).get().line == 2


def test_a_row_is_not_outdated_by_another_dossier_or_once_it_is_left_out(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED)
    make_dossier()
    assert not find_outdated_rows(run).exists()
    row_corrections.leave_out(run, list(run.rows.all()))
    undo_the_first_import()
    assert not find_outdated_rows(run).exists()


def test_a_row_of_a_partner_is_outdated_when_its_supply_was_changed(lists: Lists) -> None:
    lists.apply(NUMBERED)
    run = lists.preview(NUMBERED, by_partner=True, with_partner=True)
    assert not find_outdated_rows(run).exists() and ImportRow.objects.filter(run=run).get().action == "unchanged"
    lists.apply(NUMBERED)
    assert find_outdated_rows(run).exists()


def test_a_row_is_outdated_when_its_interest_is_gone(lists: Lists) -> None:
    first = lists.apply(JOB, record="employer_interest")
    run = lists.preview(JOB, record="employer_interest")
    assert not find_outdated_rows(run).exists()
    undo_import(first)
    assert find_outdated_rows(run).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics")
def test_the_supplies_of_the_sender_are_read_once_and_not_for_each_row(lists: Lists) -> None:
    run = lists.preview(NUMBERED)
    with CaptureQueriesContext(connection) as captured:
        apply.claim(run, good_rows_only=False)
        apply.apply(run, run.user)
    statement, *_others = [query["sql"] for query in captured if "json_extract(r.given, '$.reference')" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}".replace("%", "%%"))
        plan = [step for *_numbers, step in cursor.fetchall()]
    assert sum("dossiers_supply_organisation_id" in step for step in plan) == 1
