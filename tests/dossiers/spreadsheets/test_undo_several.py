"""Undoing several lists that changed one value brings back the value before all of them, in whatever order."""

from itertools import permutations

import pytest

from dossiers.models import ContactMoment, Dossier, Employer, EmployerInterest, ImportRun, InterestStatus, Supply
from dossiers.spreadsheets.undo.plan import Plan
from dossiers.spreadsheets.undo.planner import plan_undo

from ..api.conftest import ApiClient
from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import make_placement
from .imports import AZC, PERSON, WERKCORPORATIE, Lists, apply, decide_on_older_values
from .undo import INTERESTS, JOB, NUMBERED, undo_import

BOOKKEEPER = PERSON | {"Beroep": "boekhouder", "Telefoon": "06 0000 0202"}
ADMINISTRATOR = PERSON | {"Beroep": "administrateur", "Telefoon": "06 0000 0050"}
CONTROLLER = PERSON | {"Beroep": "controller", "Telefoon": "06 0000 0060"}
MANAGER = PERSON | {"Beroep": "manager", "Telefoon": "06 0000 0070"}


def apply_with_new_person(lists: Lists, row: dict[str, str], name: str, **kwargs: str) -> ImportRun:
    """Apply a list with a person whom no other list has, so that an undo is not refused if it leaves all the rest."""
    return lists.apply(row, {"Voornaam": name, "Achternaam": "Nieuw", "Geboortedatum": "1-1-1980"}, **kwargs)


def get_values() -> tuple[str, str]:
    dossier = Dossier.objects.get(given_name="Selam")
    return dossier.profession, dossier.phone


def apply_in_turn(lists: Lists, *rows: dict[str, str], senders: tuple[str, ...]) -> list[ImportRun]:
    names = ("Abel", "Biniam", "Caleb")
    return [
        apply_with_new_person(lists, row, name, organisation=sender)
        for row, name, sender in zip(rows, names, senders, strict=False)
    ]


@pytest.mark.parametrize("other", [AZC, WERKCORPORATIE], ids=["one sender", "two senders"])
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_original_values_come_back_when_all_lists_are_undone(lists: Lists, other: str, order) -> None:
    lists.apply(BOOKKEEPER)
    before = get_values()
    runs = apply_in_turn(lists, ADMINISTRATOR, CONTROLLER, MANAGER, senders=(AZC, other, AZC))
    for index in order:
        undo_import(runs[index])
        in_force = [run for run in runs if run.state == ImportRun.State.APPLIED]
        if in_force:
            assert get_values()[0] == in_force[-1].rows.get(action="changed").given["profession"]
    assert get_values() == before


def test_a_value_that_the_second_of_two_undone_lists_had_changed_back_is_not_said_to_be_restored(lists: Lists) -> None:
    lists.apply(BOOKKEEPER)
    first = apply_with_new_person(lists, ADMINISTRATOR, "Abel")
    second = apply(decide_on_older_values(lists.preview(BOOKKEEPER), use_older=True))
    row, before = second.rows.get(action="changed"), get_values()
    undo_import(first)
    plan = plan_undo(second)
    assert not plan.restored().exists() and plan.reasons[row.pk] == {"profession": ["back"], "phone": ["back"]}
    steps = Dossier.history.count()
    assert undo_import(second).state == ImportRun.State.UNDONE
    assert get_values() == before and Dossier.history.count() == steps, "the timeline says nothing either"
    assert not Plan.from_undone(second).restored().exists()


@pytest.mark.parametrize("other", [AZC, WERKCORPORATIE], ids=["one sender", "two senders"])
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_values_that_several_lists_gave_alike_go_with_the_last_of_them(lists: Lists, other: str, order) -> None:
    lists.apply(BOOKKEEPER)
    before = get_values()
    runs = apply_in_turn(lists, ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, senders=(AZC, other, AZC))
    for index in order:
        assert get_values()[0] == "administrateur"
        planned = plan_undo(runs[index])
        undo_import(runs[index])
        shown = [[row.line for row in plan.restored()] for plan in (planned, Plan.from_undone(runs[index]))]
    assert get_values() == before
    assert shown == [[2], [2]] and not planned.left(), "the last undo says that it restores the person"
    assert Dossier.history.filter(given_name="Selam").first().import_run == runs[order[-1]]


def test_lists_that_repeated_what_a_later_list_changed_are_named_too_in_the_order_to_undo(lists: Lists) -> None:
    lists.apply(BOOKKEEPER | {"Opmerkingen": "Belt"})
    before = get_values()
    remarks = [{"Opmerkingen": text} for text in ("Kookt", "Kookt\nLast", "Kookt\nLast", "Kookt\nLast")]
    rows = [ADMINISTRATOR, CONTROLLER, CONTROLLER | {"Uren per week": "8"}, CONTROLLER | {"Uren per week": "16"}]
    runs = [
        apply_with_new_person(lists, row | remark, name, organisation=sender)
        for row, remark, name, sender in zip(
            rows, remarks, ("Abel", "Biniam", "Caleb", "Dawit"), (WERKCORPORATIE, AZC, AZC, AZC), strict=True
        )
    ]
    runs_to_undo = [*plan_undo(runs[0]).later_change_sets, runs[0]]
    assert runs_to_undo == runs[::-1]
    for run in runs_to_undo:
        assert not plan_undo(run).later_change_sets
        undo_import(run)
    assert get_values() == before and Dossier.objects.get(given_name="Selam").notes == "Belt"


def test_a_line_that_two_lists_added_to_a_text_goes_with_the_last_of_them(lists: Lists) -> None:
    lists.apply(BOOKKEEPER | {"Opmerkingen": "Belt op maandag"}, organisation=WERKCORPORATIE)
    remark = PERSON | {"Opmerkingen": "Wil leren lassen"}
    first, second = apply_in_turn(lists, remark, remark, senders=(AZC, AZC))
    assert Dossier.objects.get(given_name="Selam").notes == "Belt op maandag\nWil leren lassen"
    undo_import(first)
    undo_import(second)
    assert Dossier.objects.get().notes == "Belt op maandag"


def test_a_value_that_two_lists_gave_alike_stays_if_somebody_changed_it(lists: Lists) -> None:
    lists.apply(BOOKKEEPER)
    _profession, phone = get_values()
    first, second = apply_in_turn(lists, ADMINISTRATOR, ADMINISTRATOR, senders=(AZC, AZC))
    undo_import(first)
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.profession = "bakker"
    dossier.save()
    undo_import(second)
    assert get_values() == ("bakker", phone)


def test_a_value_that_somebody_typed_again_after_a_change_stays(lists: Lists) -> None:
    lists.apply(BOOKKEEPER)
    _profession, phone = get_values()
    first, second = apply_in_turn(lists, ADMINISTRATOR, ADMINISTRATOR, senders=(AZC, AZC))
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.profession = "bakker"
    dossier.save()
    undo_import(first)
    dossier.refresh_from_db()
    dossier.profession = "administrateur"
    dossier.save()
    undo_import(second)
    assert get_values() == ("administrateur", phone)


@pytest.mark.parametrize("column", ["Beroep", "Achternaam", "Sectoren"])
def test_a_value_that_somebody_typed_last_stays_although_the_list_gave_the_same(lists: Lists, column: str) -> None:
    lists.apply(NUMBERED | {"Beroep": "kok", "Sectoren": "Zorg"})
    run = apply_with_new_person(lists, NUMBERED | {column: "Bouw"}, "Abel")
    dossier = Dossier.objects.get(given_name="Selam")
    given = [dossier.profession, dossier.family_name, [*dossier.sectors.all()]]
    for profession, family_name, sectors in [["slager", "Anders", []], given]:
        dossier.profession, dossier.family_name = profession, family_name
        dossier.sectors.set(sectors)
        dossier.save()
    plan = plan_undo(run)
    reasons = plan.reasons[run.rows.get(action="changed").pk]
    assert not plan.restored().exists() and all(codes == ["edited"] for codes in reasons.values())
    undo_import(run)
    dossier.refresh_from_db()
    assert [dossier.profession, dossier.family_name, [*dossier.sectors.all()]] == given


@pytest.mark.parametrize("by_merge", [False, True], ids=["API", "merge"])
def test_a_value_that_the_api_or_a_merge_wrote_last_stays_although_the_list_gave_the_same(
    lists: Lists, coordinator, by_merge: bool
) -> None:
    lists.apply(BOOKKEEPER)
    run = apply_with_new_person(lists, ADMINISTRATOR, "Abel")
    dossier = Dossier.objects.get(given_name="Selam")
    api = ApiClient(coordinator)
    for profession in ("slager", "administrateur")[: 1 if by_merge else 2]:
        assert api.patch_with_etag(f"dossiers/{dossier.reference}", {"profession": profession}).status_code == 200
    if by_merge:
        merge_dossiers(dossier, make_dossier(profession="administrateur"), coordinator, profession="other")
    assert get_values()[0] == "administrateur"
    plan = plan_undo(run)
    assert plan.reasons[run.rows.get(action="changed").pk] == {"profession": ["edited"]}


def test_a_merge_that_was_undone_holds_no_value(lists: Lists, coordinator) -> None:
    lists.apply(BOOKKEEPER)
    before, run = get_values(), apply_with_new_person(lists, ADMINISTRATOR, "Abel")
    other = make_dossier(profession="slager")
    undo_merge(merge_dossiers(Dossier.objects.get(given_name="Selam"), other, coordinator, profession="other"))
    undo_import(run)
    assert get_values() == before


def test_a_surname_that_the_second_of_two_undone_lists_had_changed_back_is_not_said_to_be_restored(
    lists: Lists,
) -> None:
    lists.apply(NUMBERED)
    first = apply_with_new_person(lists, NUMBERED | {"Achternaam": "Visserman"}, "Abel")
    second = apply(decide_on_older_values(lists.preview(NUMBERED), use_older=True))
    undo_import(first)
    assert not plan_undo(second).restored().exists()


def test_a_value_edited_by_hand_between_two_undone_lists_stays(lists: Lists) -> None:
    lists.apply(BOOKKEEPER)
    first = apply_with_new_person(lists, ADMINISTRATOR, "Abel")
    Dossier.objects.update(profession="bakker")
    second = apply_with_new_person(lists, CONTROLLER, "Biniam", organisation=WERKCORPORATIE)
    undo_import(first)
    undo_import(second)
    assert get_values()[0] == "bakker"


def test_a_value_that_another_list_in_force_gave_too_comes_back(lists: Lists) -> None:
    lists.apply(BOOKKEEPER)
    first, same, last = apply_in_turn(
        lists, ADMINISTRATOR, ADMINISTRATOR, CONTROLLER, senders=(AZC, WERKCORPORATIE, WERKCORPORATIE)
    )
    undo_import(first)
    undo_import(last)
    assert get_values()[0] == "administrateur" and same.state == ImportRun.State.APPLIED


def test_both_parts_of_the_original_surname_come_back(lists: Lists) -> None:
    lists.apply(NUMBERED | {"Achternaam": "de Haan"})
    first, second = (
        apply_with_new_person(lists, NUMBERED | {"Achternaam": surname}, name)
        for surname, name in (("Visserman", "Abel"), ("Bakkerij", "Biniam"))
    )
    undo_import(first)
    undo_import(second)
    dossier = Dossier.objects.get()
    assert (dossier.name_prefix, dossier.family_name) == ("de", "Haan")


def test_the_original_values_of_an_interest_and_its_employer_come_back_when_two_lists_are_undone(lists: Lists) -> None:
    lists.apply(JOB | {"Plaats": "Ens"}, **INTERESTS)
    first, second = (
        lists.apply(JOB | changes, JOB | {"Werk": work}, **INTERESTS)
        for changes, work in (
            ({"Plaats": "Urk", "Plekken": "6"}, "Sorteren"),
            ({"Plaats": "Tollebeek", "Plekken": "8"}, "Inpakken"),
        )
    )
    undo_import(first)
    undo_import(second)
    assert Employer.objects.get().city == "Ens" and EmployerInterest.objects.get().positions == 4


def test_an_interest_is_not_closed_again_by_an_undo_while_a_candidate_is_proposed_there(lists: Lists) -> None:
    lists.apply(JOB | {"Status": "gesloten"}, **INTERESTS)
    closed = EmployerInterest.objects.get()
    reopened = lists.apply(JOB | {"Referentie": closed.reference, "Status": "contact gehad"}, **INTERESTS)
    make_placement(interest=EmployerInterest.objects.get())
    undo_import(reopened)
    assert EmployerInterest.objects.get().status == InterestStatus.CONTACTED


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_values_that_two_lists_gave_alike_for_an_interest_and_its_employer_come_back(lists: Lists, order) -> None:
    lists.apply(JOB | {"Plaats": "Ens"}, **INTERESTS)
    changed = JOB | {"Plaats": "Urk", "Plekken": "6"}
    runs = [lists.apply(changed, changed | {"Werk": work}, **INTERESTS) for work in ("Sorteren", "Inpakken")]
    for index in order:
        assert Employer.objects.get().city == "Urk"
        undo_import(runs[index])
    assert Employer.objects.get().city == "Ens" and EmployerInterest.objects.get().positions == 4


@pytest.mark.parametrize("other", [AZC, WERKCORPORATIE], ids=["one sender", "two senders"])
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_person_of_the_first_list_goes_when_all_lists_are_undone(lists: Lists, other: str, order) -> None:
    runs = apply_in_turn(lists, BOOKKEEPER, ADMINISTRATOR, ADMINISTRATOR, senders=(AZC, other, AZC))
    for index in order:
        assert Dossier.objects.filter(given_name="Selam").exists()
        undo_import(runs[index])
    assert not Dossier.objects.exists() and not Supply.objects.exists()
    assert Dossier.history.filter(given_name="Selam").first().import_run == runs[order[-1]]


def test_a_person_whom_only_undone_lists_supplied_stays_if_somebody_worked_with_the_dossier(lists: Lists) -> None:
    first, second = apply_in_turn(lists, BOOKKEEPER, ADMINISTRATOR, senders=(AZC, AZC))
    undo_import(first)
    ContactMoment.objects.create(dossier=Dossier.objects.get(given_name="Selam"), text="Kennisgemaakt")
    undo_import(second)
    assert get_values()[0] == "boekhouder"
    assert not Supply.objects.exists(), "nobody is left as supplied by imports that were undone"


def record_talk(dossier: Dossier) -> None:
    ContactMoment.objects.create(dossier=dossier, text="Kennisgemaakt")


def edit_notes(dossier: Dossier) -> None:
    dossier.notes = "Belt op maandag"
    dossier.save()


@pytest.mark.parametrize("last", [CONTROLLER, BOOKKEEPER], ids=["a changed value", "the same values"])
@pytest.mark.parametrize(
    ("work", "reason"), [(record_talk, "dossiers.contactmoment"), (edit_notes, "edited")], ids=["talk", "edit"]
)
def test_who_stays_after_the_last_undo_is_counted_with_the_reason(lists: Lists, last, work, reason: str) -> None:
    first, second = apply_in_turn(lists, BOOKKEEPER, last, senders=(AZC, AZC))
    work(Dossier.objects.get(given_name="Selam"))
    undo_import(first)
    planned = plan_undo(second)
    undo_import(second)
    for shown in (planned, Plan.from_undone(second)):
        (row,) = shown.left()
        assert row.target_id == Dossier.objects.get().pk and shown.reasons == {row.pk: {"creation": [reason]}}
        assert list(shown.returned_supplies()) == [row], "what was supplied about the person is deleted"
        assert shown.removed().count() == 1 and not shown.leaves_everything


def test_an_interest_and_an_employer_that_stay_after_the_last_undo_are_counted(lists: Lists) -> None:
    first, second = (
        lists.apply(JOB | {"Plekken": positions}, JOB | {"Werk": work}, **INTERESTS)
        for positions, work in (("6", "Sorteren"), ("8", "Inpakken"))
    )
    undo_import(first)
    interest = EmployerInterest.objects.get(work_description="Oogsten")
    interest.notes = "Belt op maandag"
    interest.save()
    employer = Employer.objects.get()
    employer.city = "Ens"
    employer.save()
    undo_import(second)
    (row,) = Plan.from_undone(second).left()
    assert row.target_id == interest.pk and row.kept["creation"] == ["edited"] and "edited" in row.kept["employer"]


def test_a_person_whom_a_list_only_misses_is_not_counted_in_its_undo(lists: Lists) -> None:
    first, second = apply_in_turn(lists, BOOKKEEPER, PERSON | {"Voornaam": "Omar"}, senders=(AZC, AZC))
    record_talk(Dossier.objects.get(given_name="Selam"))
    undo_import(first)
    assert second.rows.filter(action="absent") and not plan_undo(second).left()


def test_a_person_edited_between_two_undone_lists_stays(lists: Lists) -> None:
    first = apply_with_new_person(lists, BOOKKEEPER, "Abel")
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.notes = "Belt op maandag"
    dossier.save()
    second = apply_with_new_person(lists, CONTROLLER, "Biniam")
    undo_import(first)
    undo_import(second)
    assert Dossier.objects.get().notes == "Belt op maandag"


def test_a_person_who_stayed_before_the_later_list_came_stays(lists: Lists) -> None:
    first = apply_with_new_person(lists, BOOKKEEPER, "Abel")
    dossier = Dossier.objects.get(given_name="Selam")
    dossier.notes = "Belt op maandag"
    dossier.save()
    undo_import(first)
    second = apply_with_new_person(lists, CONTROLLER, "Biniam")
    undo_import(second)
    assert get_values()[0] == "boekhouder"


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_what_an_organisation_supplied_before_two_undone_lists_comes_back(lists: Lists, order) -> None:
    lists.apply(BOOKKEEPER | {"Extern nummer": "P1"})
    before = list(Supply.objects.values())
    runs = [
        apply_with_new_person(lists, row | {"Extern nummer": "P1"}, name)
        for row, name in ((ADMINISTRATOR, "Abel"), (CONTROLLER, "Biniam"))
    ]
    for index in order:
        undo_import(runs[index])
    assert list(Supply.objects.values()) == before


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_an_interest_and_an_employer_of_the_first_list_go_when_both_lists_are_undone(lists: Lists, order) -> None:
    runs = [
        lists.apply(JOB | {"Plekken": positions}, {**JOB, "Bedrijf": name, "KvK": kvk, "Werk": "Sorteren"}, **INTERESTS)
        for positions, name, kvk in (("6", "Kas", "12345678"), ("8", "Tuin", "87654321"))
    ]
    for index in order:
        undo_import(runs[index])
    assert not EmployerInterest.objects.exists() and not Employer.objects.exists()
