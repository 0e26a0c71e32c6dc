"""An import can be undone as a whole, once and within thirty days; history shows both."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, Supply
from dossiers.models.change_set import NotUndone
from dossiers.models.rights import COORDINATORS
from dossiers.orphaned_work import release_orphans
from dossiers.progress import Progress
from dossiers.spreadsheets.imports import apply
from dossiers.spreadsheets.undo import undo as undo_undo
from dossiers.spreadsheets.undo.plan import Plan
from dossiers.spreadsheets.undo.planner import plan_undo

from .imports import PERSON, WERKCORPORATIE, Lists
from .undo import CHANGED, FULL, INTERESTS, JOB, NUMBERED, OTHER, get_kept_reasons, read_records, undo_import

# Restored records


def test_created_records_are_deleted(lists: Lists, coordinator) -> None:
    before = read_records()
    undo_import(lists.apply(FULL, OTHER))
    assert read_records() == before and not Dossier.objects.exists()


def test_every_changed_value_is_restored(lists: Lists, coordinator, make_user) -> None:
    make_user("ander", COORDINATORS)
    lists.apply(FULL, OTHER)
    before = read_records()
    run = lists.apply(CHANGED, OTHER)
    assert read_records() != before and len(run.rows.get(action="changed").changes) == 9
    undo_import(run)
    assert read_records() == before


def test_a_value_that_was_empty_becomes_empty_again(lists: Lists, coordinator) -> None:
    lists.apply(NUMBERED)
    before = read_records()
    undo_import(lists.apply(FULL))
    assert read_records() == before


def test_the_supply_of_an_unchanged_row_is_restored(lists: Lists) -> None:
    lists.apply(PERSON)
    before = read_records()
    run = lists.apply(NUMBERED)
    assert run.counts()["unchanged"] == 1 and Supply.objects.get().external_id == "P1"
    undo_import(run)
    assert read_records() == before


def test_a_supply_added_by_another_organisation_is_deleted(lists: Lists) -> None:
    lists.apply(NUMBERED)
    before = read_records()
    run = lists.apply(NUMBERED | {"Beroep": "kok"}, organisation=WERKCORPORATIE)
    assert Supply.objects.count() == 2
    undo_import(run)
    assert read_records() == before


def test_interests_and_employers_are_deleted_and_restored(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    before = read_records()
    new = JOB | {"Bedrijf": "Kas Zon", "KvK": "76543210", "E-mail": "kas@zon.example"}
    run = lists.apply(
        JOB | {"Plekken": "7", "Plaats": "Ens"}, JOB | {"Werk": "Sorteren", "Plaats": "Ens"}, new,
        new | {"Werk": "Poten"}, **INTERESTS,
    )  # fmt: skip
    assert (Employer.objects.count(), EmployerInterest.objects.count()) == (2, 4)
    assert plan_undo(run).employers == 1
    undo_import(run)
    assert read_records() == before


def test_an_employer_changed_by_several_rows_has_a_single_undo_in_the_history(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    run = lists.apply(JOB | {"Plaats": "Ens"}, JOB | {"Werk": "Sorteren", "Plaats": "Ens"}, **INTERESTS)
    undo_import(run)
    steps = Employer.history.filter(history_change_reason="Import ongedaan gemaakt")
    assert [(step.history_type, step.city) for step in steps] == [("~", "")]


def test_several_imports_can_be_undone_in_reverse_order(lists: Lists, coordinator) -> None:
    empty = read_records()
    first = lists.apply(FULL)
    second = lists.apply(FULL | {"Beroep": "lasser"})
    undo_import(second)
    undo_import(first)
    assert read_records() == empty


# Plans, history and log


def test_the_history_and_the_log_record_the_undo(lists: Lists, coordinator) -> None:
    lists.apply(NUMBERED)
    run = undo_import(lists.apply(NUMBERED | {"Beroep": "kok"}, OTHER), coordinator)
    changed, removed = Dossier.history.exclude(history_change_reason=None).order_by("history_type")
    assert {changed.history_type, removed.history_type} == {"~", "-"}
    for step in (changed, removed):
        assert (step.history_user, step.import_run) == (coordinator, run)
        assert step.history_change_reason == "Import ongedaan gemaakt"
    entries = ModelLogEntry.objects.filter(user=coordinator).values_list("action", "deleted")
    assert sorted(entries) == [("wagtail.delete", True), ("wagtail.edit", False)]
    assert (run.state, run.undone_by) == (ImportRun.State.UNDONE, coordinator)
    assert timezone.now() - run.undone_at < timedelta(minutes=1)


def test_the_history_of_an_undo_has_the_restored_sectors(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    undo_import(lists.apply(FULL | {"Sectoren": "Techniek"}))
    assert [step.sector_names for step in Dossier.history.all()] == ["Bouw, Zorg", "Techniek", "Bouw, Zorg"]


def test_the_plan_predicts_the_undo_and_changes_nothing(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Beroep": "lasser"}, OTHER, {**OTHER, "Voornaam": "Navid", "Extern nummer": "P3"})
    navid = Dossier.objects.get(given_name="Navid")
    navid.profession = "bakker"
    navid.save()
    before, plan = read_records(), plan_undo(run)
    lines = [sorted(r.line for r in rows) for rows in (plan.removed(), plan.restored(), plan.left())]
    assert lines == [[3], [2], [4]] and read_records() == before
    done = Plan.from_undone(undo_import(run))
    assert (done.reasons, done.left_entirely) == (plan.reasons, plan.left_entirely)


def test_the_query_count_does_not_grow_with_the_number_of_rows(lists: Lists) -> None:
    def count_queries(count: int) -> int:
        rows = [NUMBERED | {"Extern nummer": f"P{n}", "Voornaam": "abcdefghij"[n] * 9} for n in range(count)]
        lists.apply(*rows)
        run = lists.apply(*({**row, "Beroep": "kok", "Sectoren": "Zorg"} for row in rows))
        assert run.counts()["changed"] == count
        with CaptureQueriesContext(connection) as queries:
            undo_import(run)
        return len(queries)

    assert count_queries(2) == count_queries(9)


# Refusals and errors


def test_a_second_undo_is_refused_and_does_nothing(lists: Lists) -> None:
    run = undo_import(lists.apply(NUMBERED))
    with pytest.raises(NotUndone, match="al ongedaan gemaakt"):
        run.claim_undo(None)
    undo_undo.undo(run)  # a worker that was killed starts its task again
    assert Dossier.history.count() == 2


def test_of_two_simultaneous_undos_the_second_is_refused(lists: Lists) -> None:
    run = lists.apply(NUMBERED)
    same = ImportRun.objects.get(pk=run.pk)
    run.claim_undo(None)
    with pytest.raises(NotUndone, match="Iemand anders"):
        same.claim_undo(None)


def test_an_undo_after_thirty_days_is_refused(lists: Lists) -> None:
    run = lists.apply(NUMBERED)
    run.applied_at = timezone.now() - timedelta(days=30, minutes=1)
    with pytest.raises(NotUndone, match="30 dagen"):
        run.claim_undo(None)
    run.applied_at += timedelta(minutes=2)
    run.claim_undo(None)


def test_an_undo_of_an_unapplied_import_is_refused(lists: Lists) -> None:
    run = lists.preview(NUMBERED)
    with pytest.raises(NotUndone, match="niets"):
        run.claim_undo(None)


def test_an_exception_rolls_the_undo_back(lists: Lists, monkeypatch) -> None:
    monkeypatch.setattr(apply, "BATCH", 1)
    run = lists.apply(NUMBERED, OTHER)
    before, real, done = read_records(), undo_undo.DossierUndo.undo, []

    def crash(self, rows) -> None:
        if done:
            raise OSError("the disk is full")
        done.append(rows)
        real(self, rows)

    monkeypatch.setattr(undo_undo.DossierUndo, "undo", crash)
    with pytest.raises(OSError, match="full"):
        undo_import(run)
    assert release_orphans() == 1
    run.refresh_from_db()
    assert done and read_records() == before and not get_kept_reasons(run)
    assert run.state == ImportRun.State.APPLIED and "niets ongedaan" in run.reason
    monkeypatch.setattr(undo_undo.DossierUndo, "undo", real)
    undo_import(run)
    assert not Dossier.objects.exists()


def test_progress_is_reported_during_the_undo(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "BATCH", 1)
    run, progress = lists.apply(NUMBERED, OTHER), []
    monkeypatch.setattr(Progress, "report", lambda self, done, total=None: progress.append((done, total)))
    undo_import(run)
    assert progress == [(1, 2), (2, 2)]
