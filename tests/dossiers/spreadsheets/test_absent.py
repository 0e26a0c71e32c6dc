"""Dossiers that are no longer in a list are changed only as the coordinator chose in the preview."""

from datetime import date

import pytest
from wagtail.models import ModelLogEntry

from dossiers.backoffice.timeline import shown_step
from dossiers.models import ClosingReason, Dossier, ImportRow, ImportRun, Organisation, Status, Supply
from dossiers.spreadsheets.imports import absent, absent_people, row_corrections
from dossiers.spreadsheets.imports import apply as imports_apply
from dossiers.spreadsheets.imports.report import report
from dossiers.spreadsheets.provenance import timeline
from dossiers.spreadsheets.resources import DossierResource

from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply
from .undo import read_records, undo_import

SELAM = {**PERSON, "Extern nummer": "P1"}
OMAR = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "P2"}
NEW_OMAR = OMAR | {"Extern nummer": "N1"}
NAVID = {"Voornaam": "Navid", "Achternaam": "Ahmadi", "Geboortedatum": "2-2-1985", "Extern nummer": "P3"}
SARA = {"Voornaam": "Sara", "Achternaam": "Noor", "Geboortedatum": "2-2-1986", "Extern nummer": "N2"}


def get_close_as_moved_choice() -> str:
    """Return the choice that closes a dossier because the person moved."""
    return f"close:{ClosingReason.objects.get(side='candidate', name='Verhuisd naar een andere opvang').pk}"


def get_supply_pk(number: str) -> int:
    return Supply.objects.get(external_id=number).pk


def get_dossier(name: str) -> Dossier:
    return Dossier.objects.get(given_name=name)


def get_absent_rows(run: ImportRun) -> dict[str, ImportRow]:
    return {row.given["external_id"]: row for row in run.rows.filter(action="absent")}


def without_number(person: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in person.items() if name != "Extern nummer"}


def get_absent_names(run: ImportRun) -> list[str]:
    keys = run.rows.filter(action="absent").values("target_id")
    return sorted(Dossier.objects.filter(pk__in=keys).values_list("given_name", flat=True))


@pytest.fixture
def run(lists: Lists, coordinator) -> ImportRun:
    """A previewed list without Omar and Navid, who are in the list that was imported before."""
    lists.apply(SELAM, OMAR, NAVID)
    return lists.preview(SELAM | {"Beroep": "kok"}, user=coordinator)


def test_absent_people_are_not_changed_by_default(run: ImportRun) -> None:
    assert absent.count_choices(run) == 0 and {
        absent.get_choice(run, row) for row in get_absent_rows(run).values()
    } == {"nothing"}
    history = Dossier.history.count()
    apply(run)
    assert get_dossier("Omar").status == Status.REGISTERED and get_dossier("Omar").notes == ""
    assert Dossier.history.count() == history + 1  # of the row in the list


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([NEW_OMAR], id="similar"),
        pytest.param([OMAR | {"Extern nummer": "N1", "Voornaam": "Omer"}], id="similar spelling"),
        pytest.param([NEW_OMAR, NEW_OMAR], id="one new number on two lines"),
        pytest.param([NEW_OMAR, {**SARA, "Extern nummer": "N1"}], id="the new number of another line"),
        pytest.param([OMAR | {"Extern nummer": "P3"}, NAVID], id="the known number of another line"),
        pytest.param([OMAR | {"Extern nummer": "", "Geboortedatum": "niet bekend"}], id="no date of birth"),
        pytest.param([OMAR | {"Extern nummer": "", "Geboortedatum": "", "Achternaam": "van ABDÍ"}], id="folded name"),
        pytest.param([NEW_OMAR | {"Geboortedatum": "", "Voornaam": "Omer"}], id="similar spelling, no date of birth"),
        pytest.param([NEW_OMAR | {"Geboortedatum": "31-2-1980", "Voornaam": "Omar Ali"}], id="more words, wrong date"),
        pytest.param([NEW_OMAR | {"Voornaam": ""}], id="no given name"),
        pytest.param([NEW_OMAR | {"Voornaam": "Omar Abdi", "Achternaam": ""}], id="full name in one column"),
        pytest.param([NEW_OMAR | {"Referentie": "D-2020-9999"}], id="unknown reference"),
    ],
)
def test_nobody_is_absent_to_whom_an_undecided_row_may_refer(lists: Lists, listed: list[dict[str, str]]) -> None:
    lists.apply(SELAM, OMAR, NAVID)
    run = lists.preview(SELAM, *listed)
    waiting = run.rows.filter(action__in=("error", "similar"))
    assert waiting and "P2" not in get_absent_rows(run) and report(run)["counts"]["absent"] == len(get_absent_rows(run))
    row_corrections.leave_out(run, list(waiting))
    assert "P2" not in get_absent_rows(run), "who is left out stands in the list"
    absent.choose_all(run, get_close_as_moved_choice())
    apply(run)
    assert get_dossier("Omar").status == Status.REGISTERED


@pytest.mark.parametrize(
    "listed",
    [
        {**OMAR, "Extern nummer": "", "Geboortedatum": "3-7-1991", "Uren": "veel"},
        {**OMAR, "Extern nummer": "", "Geboortedatum": "niet bekend", "Voornaam": "Ahmed"},
        {**SARA, "Extern nummer": "", "Geboortedatum": "1-1-1980", "Uren": "veel"},
        {**NAVID, "Uren": "veel"},
        {**OMAR, "Extern nummer": "", "Geboortedatum": "3-7-1991", "Voornaam": "Omer", "Uren": "veel"},
        {**NAVID, "Voornaam": "Omer", "Achternaam": "Abdi", "Geboortedatum": ""},
    ],
    ids=[
        "another date of birth",
        "another name",
        "the same date of birth only",
        "a row that matched another person",
        "a similar name and another date of birth",
        "a similar name and the number of another person",
    ],
)
def test_a_person_to_whom_no_undecided_row_refers_is_absent(lists: Lists, listed: dict[str, str]) -> None:
    lists.apply(SELAM, OMAR, NAVID)
    assert "P2" in get_absent_rows(lists.preview(SELAM, listed))


def test_nobody_is_absent_from_a_list_with_too_many_unknown_names_without_date_of_birth(
    lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.apply(SELAM, OMAR, NAVID)
    monkeypatch.setattr(absent_people, "MAX_NAMES_COMPARED", 1)
    assert not get_absent_rows(lists.preview(SELAM, SARA | {"Geboortedatum": ""}))


def test_people_are_counted_anew_when_a_row_is_decided(lists: Lists) -> None:
    lists.apply(SELAM, OMAR, NAVID)
    run = lists.preview(SELAM, NEW_OMAR)
    absent.choose_all(run, get_close_as_moved_choice())
    row_corrections.another_record(run, run.rows.get(action="similar"))
    assert get_absent_rows(run).keys() == {"P2", "P3"}
    assert absent.count_choices(run) == 1, "the choice was made for the people who were absent then"
    row_corrections.same_record(run, run.rows.get(line=3), get_dossier("Omar"))
    assert get_absent_rows(run).keys() == {"P3"}
    apply(run)
    assert get_dossier("Omar").status == Status.REGISTERED and get_dossier("Navid").status == Status.WITHDRAWN


def test_an_earlier_choice_is_not_applied_to_somebody_to_whom_a_corrected_row_may_refer(lists: Lists) -> None:
    lists.apply(SELAM, OMAR)
    run = lists.preview(SELAM, SARA)
    absent.choose_all(run, get_close_as_moved_choice())
    assert absent.count_choices(run) == 1
    texts = {"given_name": "Omar", "family_name": "Abdi", "date_of_birth": "niet bekend"}
    row_corrections.correct_cells(run, [row_corrections.Correction(run.rows.get(line=3), texts)])
    assert absent.count_choices(run) == 0
    apply(run, good_rows_only=True)
    assert get_dossier("Omar").status == Status.REGISTERED


def test_people_are_counted_anew_when_a_row_comes_out_otherwise_while_it_is_applied(lists: Lists) -> None:
    lists.apply(SELAM, OMAR)
    run = lists.preview(SELAM, SARA)
    absent.choose_all(run, get_close_as_moved_choice())
    omar = get_dossier("Omar")
    omar.given_name, omar.family_name, omar.date_of_birth = "Sara", "Noor", date(1986, 2, 2)
    omar.save()
    apply(run)
    assert run.state == ImportRun.State.PREVIEWED and run.counts() | {"similar": 1, "absent": 0} == run.counts()


def test_a_partner_sees_nobody_as_absent_who_is_in_the_list_with_another_number_or_in_error(lists: Lists) -> None:
    lists.apply(SELAM, OMAR, NAVID)
    Dossier.objects.filter(given_name="Navid").update(given_name="Sara", family_name="Noor")
    run = lists.preview(SELAM, NEW_OMAR, SARA | {"Geboortedatum": "niet bekend"}, by_partner=True, with_partner=True)
    assert get_absent_rows(run).keys() == {"P3"}, "a partner learns nothing about the name in a dossier"


def test_choices_about_absent_people_are_not_copied_to_a_continued_import(run: ImportRun, lists: Lists) -> None:
    absent.choose_all(run, get_close_as_moved_choice())
    mended = lists.preview(SELAM | {f"Reden (import {run.pk})": ""})
    assert mended.continues == run and absent.count_choices(mended) == 0
    apply(mended)
    assert get_dossier("Omar").status == get_dossier("Navid").status == Status.REGISTERED


def test_closing_sets_the_status_and_reason_and_is_recorded(run: ImportRun, coordinator) -> None:
    absent.choose(run, {get_supply_pk("P2"): get_close_as_moved_choice()})
    apply(run)
    closed = get_dossier("Omar")
    assert (closed.status, closed.closing_reason.name) == (Status.WITHDRAWN, "Verhuisd naar een andere opvang")
    assert get_absent_rows(run)["P2"].changes == {
        "status": ["registered", "withdrawn"], "closing_reason": ["", "Verhuisd naar een andere opvang"],
    }  # fmt: skip
    step = closed.history.first()
    assert (step.status, step.history_user, step.import_run) == ("withdrawn", coordinator, run)
    assert ModelLogEntry.objects.for_instance(closed).get(user=coordinator).action == "wagtail.edit"
    assert get_dossier("Navid").status == Status.REGISTERED and not get_absent_rows(run)["P3"].changes


def test_the_contact_choice_appends_a_dated_line_to_the_notes(run: ImportRun) -> None:
    Dossier.objects.filter(given_name="Omar").update(notes="Belt liever niet\n")
    absent.choose(run, {get_supply_pk("P2"): "contact"})
    apply(run)
    first, second = get_dossier("Omar").notes.split("\n")
    assert first == "Belt liever niet"
    assert "niet meer in de lijst van AZC Luttelgeest" in second and second[:10].count("-") == 2


def test_a_choice_for_one_person_overrides_the_choice_for_all(run: ImportRun) -> None:
    absent.choose_all(run, "contact")
    absent.choose(run, {get_supply_pk("P3"): "nothing"})
    assert absent.count_choices(run) == 1
    apply(run)
    assert get_dossier("Omar").notes and not get_dossier("Navid").notes


def test_a_choice_for_all_replaces_earlier_choices(run: ImportRun) -> None:
    absent.choose(run, {get_supply_pk("P3"): get_close_as_moved_choice()})
    absent.choose_all(run, "nothing")
    assert absent.count_choices(run) == 0


def test_absent_people_are_closed_in_batches(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(absent, "BATCH", 1)
    absent.choose_all(run, get_close_as_moved_choice())
    apply(run)
    assert Dossier.objects.filter(status=Status.WITHDRAWN).count() == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"status": "completed"}, "gesloten"), ({"status": "working"}, "plaatsing")],
)
def test_a_dossier_closed_or_placed_in_the_meantime_is_reported_and_not_changed(
    run: ImportRun, fields, message
) -> None:
    absent.choose_all(run, get_close_as_moved_choice())
    Dossier.objects.filter(given_name="Omar").update(**fields)
    apply(run)
    assert get_dossier("Omar").status == fields["status"]
    assert message in get_absent_rows(run)["P2"].errors["status"][0]
    assert get_dossier("Navid").status == Status.WITHDRAWN


def test_what_cannot_be_done_is_neither_chosen_for_all_nor_counted(run: ImportRun) -> None:
    Dossier.objects.filter(given_name="Omar").update(status="working")
    absent.choose_all(run, "contact")
    assert absent.count_choices(run) == 2, "somebody at work can be called"
    absent.choose_all(run, get_close_as_moved_choice())
    assert absent.count_choices(run) == 1
    Dossier.objects.update(status="registered")
    apply(run)
    assert get_dossier("Omar").status == Status.REGISTERED, "the preview said that nothing would be done"
    assert get_dossier("Navid").status == Status.WITHDRAWN


def test_a_choice_that_becomes_impossible_is_not_counted_any_more(run: ImportRun) -> None:
    absent.choose_all(run, get_close_as_moved_choice())
    Dossier.objects.filter(given_name="Omar").update(status="working")
    assert absent.count_choices(run) == 1


def test_a_person_supplied_again_in_the_meantime_is_reported_and_not_changed(run: ImportRun, lists: Lists) -> None:
    absent.choose_all(run, get_close_as_moved_choice())
    lists.apply(OMAR)
    apply(run)
    assert (
        get_dossier("Omar").status == Status.REGISTERED
        and "opnieuw aangeleverd" in get_absent_rows(run)["P2"].errors["status"][0]
    )


def test_a_dossier_deleted_in_the_meantime_is_skipped(run: ImportRun) -> None:
    absent.choose_all(run, get_close_as_moved_choice())
    get_dossier("Omar").delete()
    apply(run)
    assert run.state == ImportRun.State.APPLIED and get_dossier("Navid").status == Status.WITHDRAWN


def test_choices_about_absent_people_survive_restaging(run: ImportRun) -> None:
    absent.choose(run, {get_supply_pk("P2"): "contact"})
    absent_people.replace_rows(run)
    assert {number: absent.get_choice(run, row) for number, row in get_absent_rows(run).items()} == {
        "P2": "contact", "P3": "nothing",
    }  # fmt: skip


def test_people_of_another_organisation_are_never_absent(lists: Lists) -> None:
    lists.apply(OMAR, organisation=WERKCORPORATIE)
    run = lists.preview(SELAM)
    absent.choose_all(run, get_close_as_moved_choice())
    apply(run)
    assert get_dossier("Omar").status == Status.REGISTERED


def test_an_exception_rolls_the_closings_back(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    absent.choose_all(run, get_close_as_moved_choice())

    def crash(*_args: object) -> None:
        real(*_args)
        raise OSError("the disk is full")

    real = imports_apply.absent.apply_choices
    monkeypatch.setattr(imports_apply.absent, "apply_choices", crash)
    with pytest.raises(OSError, match="full"):
        apply(run)
    assert not Dossier.objects.filter(status=Status.WITHDRAWN).exists() and get_dossier("Selam").profession == ""


def test_undoing_the_import_reverts_changes_to_absent_people(run: ImportRun) -> None:
    before = read_records()
    absent.choose(run, {get_supply_pk("P2"): get_close_as_moved_choice(), get_supply_pk("P3"): "contact"})
    undo_import(apply(run))
    assert read_records() == before
    assert get_dossier("Omar").history.first().history_change_reason == "Import ongedaan gemaakt"


def test_a_person_who_is_not_in_the_list_has_no_line_of_it_in_the_history(run: ImportRun) -> None:
    absent.choose_all(run, "contact")
    apply(run)
    undo_import(run)
    steps = timeline(Dossier, get_dossier("Omar").pk, DossierResource())[:2]
    assert [(step.run, step.line) for step in steps] == [(run, None)] * 2
    assert {shown_step(step, may_open=False).source for step in steps} == {f"niet meer in {run.file_name}"}


def test_undoing_a_partner_import_restores_statuses_that_partners_cannot_set(lists: Lists) -> None:
    lists.apply(SELAM, OMAR)
    before = read_records()
    run = lists.preview(SELAM, by_partner=True)
    absent.choose_all(run, get_close_as_moved_choice())
    apply(run)
    assert get_dossier("Omar").status == Status.WITHDRAWN
    undo_import(run)
    assert read_records() == before


def test_undoing_does_not_revert_notes_edited_since(run: ImportRun) -> None:
    absent.choose(run, {get_supply_pk("P2"): "contact", get_supply_pk("P3"): get_close_as_moved_choice()})
    apply(run)
    omar = get_dossier("Omar")
    omar.notes += "\nGebeld: woont nu in Ens"
    omar.save()
    undo_import(run)
    assert get_dossier("Omar").notes.endswith("woont nu in Ens") and get_absent_rows(run)["P2"].kept == {
        "notes": ["edited"]
    }
    assert get_dossier("Navid").status == Status.REGISTERED


def test_everybody_whom_the_sender_supplied_is_compared_with_or_without_a_number(lists: Lists) -> None:
    lists.apply(*(without_number(person) for person in (SELAM, OMAR)))
    lists.apply(NAVID)
    lists.apply(without_number(SARA), organisation=WERKCORPORATIE)
    for with_partner in (False, True):
        run = lists.preview(without_number(SELAM), by_partner=with_partner, with_partner=with_partner)
        assert get_absent_names(run) == ["Navid", "Omar"] and report(run)["absent"] == ["P3"]
        assert run.worth_sending and not absent_people.has_new_people_only(run)
        run = lists.preview(SELAM, NAVID, by_partner=with_partner, with_partner=with_partner)
        assert get_absent_names(run) == ["Omar"] and report(run)["absent"] == []
        waiting = without_number(OMAR) | {"Geboortedatum": "niet bekend"}
        run = lists.preview(without_number(SELAM), waiting, by_partner=with_partner, with_partner=with_partner)
        assert get_absent_names(run) == ["Navid"]
    Dossier.objects.filter(given_name="Omar").update(status="completed")
    assert get_absent_names(lists.preview(without_number(SELAM))) == ["Navid"]
    typed = lists.preview(without_number(SELAM))
    typed.format = {"kind": "form"}
    absent_people.replace_rows(typed)
    assert get_absent_names(typed) == [], "a single person is not a list"


def test_an_absent_person_without_a_number_can_be_closed(lists: Lists, coordinator) -> None:
    lists.apply(*(without_number(person) for person in (SELAM, OMAR, NAVID)))
    run = lists.preview(without_number(SELAM), user=coordinator)
    absent.choose(run, {Supply.objects.get(dossier=get_dossier("Omar")).pk: get_close_as_moved_choice()})
    before = read_records()
    apply(run)
    assert get_dossier("Omar").status == Status.WITHDRAWN and get_dossier("Navid").status == Status.REGISTERED
    undo_import(run)
    assert read_records() == before


def test_a_list_of_new_people_only_is_recognised(lists: Lists) -> None:
    lists.apply(without_number(OMAR))
    run = lists.preview(without_number(SARA))
    assert get_absent_names(run) == ["Omar"] and absent_people.has_new_people_only(run)
    run = lists.preview(without_number(SARA), without_number(OMAR) | {"Voornaam": "Omer"})
    assert not absent_people.has_new_people_only(run), "somebody may be known"


def test_a_person_supplied_with_several_numbers_is_absent_once_and_not_with_one_of_them_listed(lists: Lists) -> None:
    lists.apply(SELAM, OMAR, NAVID)
    Supply.objects.filter(external_id="P3").update(dossier=get_dossier("Omar"))
    Supply.objects.create(dossier=get_dossier("Omar"), organisation=Organisation.objects.named(AZC), values={})
    for with_partner in (False, True):
        run = lists.preview(SELAM, by_partner=with_partner, with_partner=with_partner)
        assert get_absent_rows(run).keys() == {"P2"} and run.counts()["absent"] == 1
        run = lists.preview(SELAM, NAVID, by_partner=with_partner, with_partner=with_partner)
        assert run.counts()["absent"] == 0


def test_people_are_counted_anew_when_another_list_of_the_sender_was_imported_meanwhile(
    run: ImportRun, lists: Lists
) -> None:
    absent.choose_all(run, get_close_as_moved_choice())
    assert get_absent_rows(run).keys() == {"P2", "P3"}
    lists.apply(SARA)
    apply(run)
    rows = get_absent_rows(run)
    assert run.state == ImportRun.State.APPLIED and rows.keys() == {"N2", "P2", "P3"}
    assert get_dossier("Sara").status == Status.REGISTERED and not rows["N2"].changes, "nobody decided about Sara"
    assert get_dossier("Navid").status == Status.WITHDRAWN


def test_who_was_closed_meanwhile_is_not_counted_as_absent_unless_something_was_chosen(run: ImportRun) -> None:
    absent.choose(run, {get_supply_pk("P3"): "contact"})
    Dossier.objects.filter(given_name__in=["Omar", "Navid"]).update(status=Status.COMPLETED)
    apply(run)
    assert get_absent_rows(run).keys() == {"P3"} and "gesloten" in str(get_absent_rows(run)["P3"].errors)


def test_closing_an_absent_person_who_found_work_completes_the_dossier_and_the_choice_says_so(run: ImportRun) -> None:
    reasons = ClosingReason.objects.filter(side="candidate")
    assert {label for code, label in absent.options() if code.startswith("close")} == {
        f"Sluiten als {'afgerond' if name == 'Werk gevonden' else 'teruggetrokken'}: {name}"
        for name in reasons.values_list("name", flat=True)
    }
    absent.choose(run, {get_supply_pk("P2"): f"close:{reasons.get(name='Werk gevonden').pk}"})
    absent.choose(run, {get_supply_pk("P3"): get_close_as_moved_choice()})
    before = read_records()
    apply(run)
    assert get_dossier("Omar").status == Status.COMPLETED and get_dossier("Navid").status == Status.WITHDRAWN
    undo_import(run)
    assert read_records() == before
