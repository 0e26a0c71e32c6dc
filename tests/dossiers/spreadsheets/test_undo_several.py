"""Undoing several lists that changed one value brings back the value before all of them, in whatever order."""

from itertools import permutations

import pytest

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun

from .imports import AZC, PERSON, WERKCORPORATIE, Lists
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
