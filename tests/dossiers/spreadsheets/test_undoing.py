"""An import can be taken back: what it made goes, what it changed comes back, what people did since stays."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRow, ImportRun, Organisation, Sector, Supply
from dossiers.spreadsheets import applying, undo_plan, undoing
from dossiers.spreadsheets.progress import Progress

from ..models.making import make_interest
from .importing import PERSON, WERKCORPORATIE, Lists

NUMBERED = {**PERSON, "Extern nummer": "P1"}
OTHER = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "P2"}
FULL = NUMBERED | {
    "Talen": "Turks", "Beroep": "kok", "Sectoren": "Zorg; Bouw", "Uren per week": "36", "Rijbewijs": "ja",
    "Beschikbaar vanaf": "1-2-2027", "Begeleider": "coordinator", "Niveau Nederlands": "A1",
}  # fmt: skip
CHANGED = FULL | {
    "Talen": "Engels, Farsi", "Beroep": "lasser", "Sectoren": "Techniek", "Uren per week": "20", "Rijbewijs": "nee",
    "Beschikbaar vanaf": "1-3-2027", "Begeleider": "ander", "Niveau Nederlands": "B1", "E-mail": "s@example.org",
}  # fmt: skip
JOB = {"Bedrijf": "Kwekerij", "KvK": "01234567", "Contactpersoon": "An", "E-mail": "an@kwekerij.example",
       "Werk": "Oogsten", "Plekken": "4"}  # fmt: skip
INTERESTS = {"record": "employer_interest"}
MOMENTS = {"changed_at": None}


def undo(run: ImportRun, user=None) -> ImportRun:
    undoing.begin(run)
    undoing.undo(run, user)
    return run


def left() -> dict:
    """All records as they stand, but for when they were last saved."""
    return {
        "dossiers": [d | MOMENTS for d in Dossier.objects.order_by("pk").values()],
        "sectors": sorted(Dossier.sectors.through.objects.values_list("dossier_id", "sector__name")),
        "supplies": list(Supply.objects.order_by("pk").values()),
        "employers": [e | MOMENTS for e in Employer.objects.order_by("pk").values()],
        "interests": [i | MOMENTS for i in EmployerInterest.objects.order_by("pk").values()],
    }


def kept(run: ImportRun) -> dict[int, dict]:
    return {row.line: row.kept for row in run.rows.exclude(kept=None)}


# What comes back


def test_what_an_import_made_goes(lists: Lists, coordinator) -> None:
    before = left()
    undo(lists.apply(FULL, OTHER))
    assert left() == before and not Dossier.objects.exists()


def test_every_value_that_an_import_changed_comes_back(lists: Lists, coordinator, make_user) -> None:
    make_user("ander")
    lists.apply(FULL, OTHER)
    before = left()
    run = lists.apply(CHANGED, OTHER)
    assert left() != before and len(run.rows.get(action="changed").changes) == 9
    undo(run)
    assert left() == before


def test_a_value_that_was_empty_is_empty_again(lists: Lists, coordinator) -> None:
    lists.apply(NUMBERED)
    before = left()
    undo(lists.apply(FULL))
    assert left() == before


def test_a_supply_is_as_it_was_also_of_a_line_that_changed_nothing(lists: Lists) -> None:
    lists.apply(PERSON)
    before = left()
    run = lists.apply(NUMBERED)
    assert run.counts()["unchanged"] == 1 and Supply.objects.get().external_id == "P1"
    undo(run)
    assert left() == before


def test_a_supply_that_another_organisation_added_goes(lists: Lists) -> None:
    lists.apply(NUMBERED)
    before = left()
    run = lists.apply(NUMBERED | {"Beroep": "kok"}, organisation=WERKCORPORATIE)
    assert Supply.objects.count() == 2
    undo(run)
    assert left() == before


def test_interests_and_their_employers_go_and_come_back(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    before = left()
    new = JOB | {"Bedrijf": "Kas Zon", "KvK": "76543210", "E-mail": "kas@zon.example"}
    run = lists.apply(
        JOB | {"Plekken": "7", "Plaats": "Ens"}, JOB | {"Werk": "Sorteren", "Plaats": "Ens"}, new,
        new | {"Werk": "Poten"}, **INTERESTS,
    )  # fmt: skip
    assert (Employer.objects.count(), EmployerInterest.objects.count()) == (2, 4)
    assert undo_plan.plan(run).employers == 1
    undo(run)
    assert left() == before


def test_an_employer_changed_by_several_lines_has_one_step_of_the_undo(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    run = lists.apply(JOB | {"Plaats": "Ens"}, JOB | {"Werk": "Sorteren", "Plaats": "Ens"}, **INTERESTS)
    undo(run)
    steps = Employer.history.filter(history_change_reason="Import ongedaan gemaakt")
    assert [(step.history_type, step.city) for step in steps] == [("~", "")]


def test_imports_are_undone_one_after_the_other_last_one_first(lists: Lists, coordinator) -> None:
    empty = left()
    first = lists.apply(FULL)
    second = lists.apply(FULL | {"Beroep": "lasser"})
    undo(second)
    undo(first)
    assert left() == empty


# What stays


def test_a_new_dossier_that_somebody_edited_since_stays(lists: Lists) -> None:
    run = lists.apply(NUMBERED, OTHER)
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.notes = "Belde vandaag"
    dossier.save()
    undo(run)
    assert kept(run) == {2: {"record": ["edited"]}}
    assert [d.given_name for d in Dossier.objects.all()] == ["Selam"] and Supply.objects.get().external_id == "P1"


def test_a_new_dossier_that_another_organisation_supplied_since_stays(lists: Lists) -> None:
    run = lists.apply(NUMBERED, OTHER)
    Supply.objects.create(
        dossier=Dossier.objects.get(given_name="Selam"), organisation=Organisation.objects.named(WERKCORPORATIE)
    )
    undo(run)
    assert kept(run) == {2: {"record": ["dossiers.supply"]}} and Dossier.objects.count() == 1


def test_a_new_dossier_that_came_in_a_later_import_stays(lists: Lists) -> None:
    run = lists.apply(NUMBERED, OTHER)
    lists.apply(NUMBERED, OTHER | {"Extern nummer": "P9", "Voornaam": "Ander", "Achternaam": "Mens"})
    undo(run)
    assert kept(run)[2]["record"][0] == "imported" and 3 not in kept(run)
    assert sorted(d.given_name for d in Dossier.objects.all()) == ["Ander", "Selam"]


def test_whatever_points_at_a_record_keeps_it() -> None:
    """Placements and the like come later: every relation counts, the record's own lists and history do not."""
    pointing = {relation.related_model.__name__ for relation in undo_plan.relations(Employer)}
    assert pointing == {"EmployerInterest"}
    assert {relation.related_model.__name__ for relation in undo_plan.relations(Dossier)} >= {"Supply"}
    assert Dossier.sectors.through not in [relation.related_model for relation in undo_plan.relations(Dossier)]
    assert Dossier.sectors.through in [relation.related_model for relation in undo_plan.relations(Sector)]


def test_an_employer_stays_when_something_else_points_at_it(lists: Lists) -> None:
    run = lists.apply(JOB, **INTERESTS)
    mine = make_interest(employer=Employer.objects.get())
    undo(run)
    assert kept(run) == {2: {"employer": ["dossiers.employerinterest"]}}
    assert EmployerInterest.objects.get() == mine


def test_a_value_that_somebody_edited_since_stays_and_the_others_come_back(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Beroep": "lasser", "Sectoren": "Techniek", "Uren per week": "20"})
    dossier = Dossier.objects.get()
    dossier.profession = "bakker"
    dossier.save()
    dossier.sectors.add(Sector.objects.get(name="Zorg"))
    undo(run)
    assert kept(run) == {2: {"profession": ["edited"], "sectors": ["edited"]}}
    dossier.refresh_from_db()
    assert (dossier.profession, dossier.hours_per_week) == ("bakker", 36)
    assert sorted(dossier.sectors.values_list("name", flat=True)) == ["Techniek", "Zorg"]


def test_what_a_later_import_changed_stays_and_is_named(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Beroep": "lasser", "Uren per week": "20"})
    lists.apply(FULL | {"Beroep": "bakker", "Uren per week": "20"})
    undo(run)
    assert kept(run) == {2: {"profession": ["edited"], "supply": ["renewed"]}}
    dossier = Dossier.objects.get()
    assert (dossier.profession, dossier.hours_per_week) == ("bakker", 36)
    assert Supply.objects.get().values["profession"] == "bakker"


def test_an_employer_edited_since_keeps_what_was_edited(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    run = lists.apply(JOB | {"Plaats": "Ens", "Postcode": "8311bf"}, **INTERESTS)
    employer = Employer.objects.get()
    employer.city = "Urk"
    employer.save()
    undo(run)
    employer.refresh_from_db()
    assert (employer.city, employer.postcode) == ("Urk", "") and kept(run) == {2: {"city": ["edited"]}}


def test_a_number_that_another_employer_took_meanwhile_does_not_come_back(lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    reference = EmployerInterest.objects.get().reference
    run = lists.apply({"Referentie": reference, "KvK": "76543210"}, **INTERESTS)
    Employer.objects.create(company_name="Kas", contact_name="Bo", email="b@example.org", kvk_number="01234567")
    undo(run)
    assert kept(run) == {2: {"kvk_number": ["taken"]}}
    assert Employer.objects.get(company_name="Kwekerij").kvk_number == "76543210"


def test_a_record_that_is_gone_already_holds_nothing_up(lists: Lists, coordinator) -> None:
    lists.apply(FULL, OTHER)
    run = lists.apply(FULL | {"Beroep": "lasser", "Sectoren": "Zorg"}, OTHER | {"Beroep": "kok"})
    Dossier.objects.get(given_name="Selam").delete()
    undo(run)
    assert kept(run) == {2: {"record": ["gone"]}} and Dossier.objects.get().profession == ""


def test_a_list_whose_former_word_is_gone_is_named(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Sectoren": "Techniek", "Beroep": "lasser"})
    Sector.objects.filter(name="Zorg").update(name="Zorg en welzijn")
    undo(run)
    assert kept(run) == {2: {"sectors": ["unknown"]}} and Dossier.objects.get().profession == "kok"


# What is told


def test_history_and_log_tell_the_import_and_its_undo(lists: Lists, coordinator) -> None:
    lists.apply(NUMBERED)
    run = undo(lists.apply(NUMBERED | {"Beroep": "kok"}, OTHER), coordinator)
    changed, removed = Dossier.history.exclude(history_change_reason=None).order_by("history_type")
    assert {changed.history_type, removed.history_type} == {"~", "-"}
    for step in (changed, removed):
        assert (step.history_user, step.import_run) == (coordinator, run)
        assert step.history_change_reason == "Import ongedaan gemaakt"
    told = ModelLogEntry.objects.filter(user=coordinator).values_list("action", "deleted")
    assert sorted(told) == [("wagtail.delete", True), ("wagtail.edit", False)]
    assert (run.state, run.undone_by) == (ImportRun.State.UNDONE, coordinator)
    assert timezone.now() - run.undone_at < timedelta(minutes=1)


def test_the_history_of_an_undo_has_the_sectors_that_came_back(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    undo(lists.apply(FULL | {"Sectoren": "Techniek"}))
    assert [step.sector_names for step in Dossier.history.all()] == ["Bouw, Zorg", "Techniek", "Bouw, Zorg"]


def test_the_plan_tells_what_the_undo_then_does_and_changes_nothing(lists: Lists, coordinator) -> None:
    lists.apply(FULL)
    run = lists.apply(FULL | {"Beroep": "lasser"}, OTHER, {**OTHER, "Voornaam": "Navid", "Extern nummer": "P3"})
    Dossier.objects.get(given_name="Navid").save()
    before, plan = left(), undo_plan.plan(run)
    told = [sorted(r.line for r in rows) for rows in (plan.removed(), plan.restored(), plan.staying())]
    assert told == [[3], [2], [4]] and left() == before
    done = undo_plan.Plan.of_undone(undo(run))
    assert (done.kept, done.whole) == (plan.kept, plan.whole)


def test_more_lines_ask_the_database_no_more_often(lists: Lists) -> None:
    def asked(count: int) -> int:
        several = [NUMBERED | {"Extern nummer": f"P{n}", "Voornaam": "abcdefghij"[n] * 9} for n in range(count)]
        lists.apply(*several)
        run = lists.apply(*({**one, "Beroep": "kok", "Sectoren": "Zorg"} for one in several))
        assert run.counts()["changed"] == count
        with CaptureQueriesContext(connection) as queries:
            undo(run)
        return len(queries)

    assert asked(2) == asked(9)


# What is refused, and what goes wrong


def test_a_second_undo_is_refused_and_does_nothing(lists: Lists) -> None:
    run = undo(lists.apply(NUMBERED))
    with pytest.raises(undoing.NotUndone, match="al ongedaan gemaakt"):
        undoing.begin(run)
    undoing.undo(run, None)  # a worker that was killed starts its task again
    assert Dossier.history.count() == 2


def test_two_who_undo_at_once_do_it_once(lists: Lists) -> None:
    run = lists.apply(NUMBERED)
    same = ImportRun.objects.get(pk=run.pk)
    undoing.begin(run)
    with pytest.raises(undoing.NotUndone, match="Iemand anders"):
        undoing.begin(same)


def test_after_thirty_days_it_is_refused(lists: Lists) -> None:
    run = lists.apply(NUMBERED)
    run.applied_at = timezone.now() - timedelta(days=30, minutes=1)
    with pytest.raises(undoing.NotUndone, match="30 dagen"):
        undoing.begin(run)
    run.applied_at += timedelta(minutes=2)
    undoing.begin(run)


def test_what_was_not_applied_is_refused(lists: Lists) -> None:
    run = lists.preview(NUMBERED)
    with pytest.raises(undoing.NotUndone, match="niets"):
        undoing.begin(run)


def test_a_crash_in_the_middle_leaves_everything_as_the_import_left_it(lists: Lists, monkeypatch) -> None:
    monkeypatch.setattr(applying, "BATCH", 1)
    run = lists.apply(NUMBERED, OTHER)
    before, real, done = left(), undoing.DossierUndo.undo, []

    def crash(self, rows) -> None:
        if done:
            raise OSError("the disk is full")
        done.append(rows)
        real(self, rows)

    monkeypatch.setattr(undoing.DossierUndo, "undo", crash)
    with pytest.raises(OSError, match="full"):
        undo(run)
    run.refresh_from_db()
    assert done and left() == before and not kept(run)
    assert run.state == ImportRun.State.APPLIED and "niets ongedaan" in run.reason
    monkeypatch.setattr(undoing.DossierUndo, "undo", real)
    undo(run)
    assert not Dossier.objects.exists()


def test_progress_is_told_while_it_undoes(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH", 1)
    run, seen = lists.apply(NUMBERED, OTHER), []
    monkeypatch.setattr(Progress, "report", lambda self, done, total=None: seen.append((done, total)))
    undo(run)
    assert seen == [(1, 2), (2, 2)]


# Whatever is imported

texts = st.sampled_from(["kok", "lasser", "", "O'Neil % 'x'", 'ij"s'])
person = st.fixed_dictionaries(
    {
        "Beroep": texts,
        "Sectoren": st.sampled_from(["", "Zorg", "Bouw; Zorg", "Techniek"]),
        "Talen": st.sampled_from(["", "Turks", "Engels, Farsi"]),
        "Uren per week": st.sampled_from(["", "8", "36"]),
        "Rijbewijs": st.sampled_from(["", "ja", "nee"]),
        "Beschikbaar vanaf": st.sampled_from(["", "1-2-2027"]),
        "Begeleider": st.sampled_from(["", "coordinator"]),
    }
)
job = st.fixed_dictionaries(
    {
        "Plaats": st.sampled_from(["", "Ens", "Urk"]),
        "Plekken": st.sampled_from(["", "3"]),
        "Werktalen": st.sampled_from(["", "Engels"]),
        "Sector": st.sampled_from(["", "Landbouw"]),
    }
)
NAMES = {"P1": "Selam", "P2": "Omar", "P3": "Navid", "P4": "Yusra"}
who = st.dictionaries(st.sampled_from(sorted(NAMES)), person, min_size=1)
where = st.dictionaries(st.sampled_from(["01234567", "76543210", "11112222"]), job, min_size=1)
whatever = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def people(values: dict[str, dict]) -> list[dict]:
    return [
        {"Extern nummer": number, "Voornaam": NAMES[number], "Achternaam": "Abdi", "Geboortedatum": "1-1-1980"} | more
        for number, more in values.items()
    ]


def jobs(values: dict[str, dict]) -> list[dict]:
    return [
        {"Bedrijf": f"Kas {kvk}", "KvK": kvk, "Contactpersoon": "An", "E-mail": "a@b.example", "Werk": "Oogsten"} | more
        for kvk, more in values.items()
    ]


@whatever
@given(before=who, after=who, policy=st.sampled_from(["update", "fill", "new"]))
def test_apply_and_undo_leaves_dossiers_as_they_were(lists: Lists, coordinator, before, after, policy) -> None:
    with transaction.atomic():
        lists.apply(*people(before))
        stood = left()
        undo(lists.apply(*people(after), policy=policy))
        assert left() == stood and not ImportRow.objects.exclude(kept=None).exists()
        transaction.set_rollback(True)


@whatever
@given(before=where, after=where)
def test_apply_and_undo_leaves_interests_and_employers_as_they_were(lists: Lists, before, after) -> None:
    with transaction.atomic():
        lists.apply(*jobs(before), **INTERESTS)
        stood = left()
        undo(lists.apply(*jobs(after), **INTERESTS))
        assert left() == stood and not ImportRow.objects.exclude(kept=None).exists()
        transaction.set_rollback(True)
