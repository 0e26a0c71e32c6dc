"""A prefix and a family name are matched, changed and undone together, in whichever column of a list they stand."""

from typing import Any

import pytest

from dossiers.models import Dossier, ImportRun, Supply
from dossiers.models.dossiers.surnames import split_surname
from dossiers.spreadsheets.comparison import changes
from dossiers.spreadsheets.imports import row_corrections
from dossiers.spreadsheets.matching.similar_people import find_similar_dossiers

from ..models.factories import make_dossier
from .imports import AZC, WERKCORPORATIE, Lists, apply, decide_on_older_values
from .undo import undo_import

UPDATE, FILL = ImportRun.Policy.UPDATE, ImportRun.Policy.FILL


def build_row(surname: str | tuple[str, str], **more: str) -> dict[str, str]:
    """Return a row with a surname in one column, or in two."""
    name = {"Voornaam": "Karin", "Geboortedatum": "02-01-1980", "Telefoon": "06 12340001"}
    if isinstance(surname, tuple):
        return name | {"Tussenvoegsel": surname[0], "Achternaam": surname[1]} | more
    return name | {"Achternaam": surname} | more


def get_surnames() -> list[tuple[str, str]]:
    return list(Dossier.objects.order_by("pk").values_list("name_prefix", "family_name"))


@pytest.mark.parametrize(
    ("prefix", "name", "parts"),
    [
        ("", "van der Meer", ("van der", "Meer")),
        ("", "op de Kamp", ("op de", "Kamp")),
        ("", "v.d. Berg", ("v.d.", "Berg")),
        ("el", "el Khatib", ("el", "Khatib")),
        ("van", "van der Meer", ("van der", "Meer")),
        ("van", "der Meer", ("van der", "Meer")),
        ("de", "Vries", ("de", "Vries")),
        ("", "Al Masri", ("", "Al Masri")),
        ("", "de", ("", "de")),
        ("", "Meer van Dam", ("", "Meer van Dam")),
        ("", "van de van de van de van de van de Meer", ("", "van de van de van de van de van de Meer")),
    ],
)
def test_a_surname_is_what_prefix_and_family_name_say_together(prefix: str, name: str, parts: tuple[str, str]) -> None:
    assert split_surname(prefix, name) == parts


@pytest.mark.parametrize(
    ("prefix", "name"), [("van der", "Meer"), ("van den", "Berg"), ("ten", "Brinke"), ("op de", "Kamp"),
                         ("el", "Khatib"), ("de", "Vries"), ("v.d.", "Berg")],
)  # fmt: skip
def test_a_family_name_with_its_prefix_is_the_same_person(lists: Lists, prefix: str, name: str) -> None:
    whole = f"{prefix} {name}"
    lists.apply(build_row((prefix, name)))
    for surname in (whole, ("", whole), (prefix, whole), whole[0].upper() + whole[1:], name):
        [row] = lists.preview_rows(build_row(surname), organisation=WERKCORPORATIE)
        assert (row["action"], row["changes"]) == ("unchanged", {}), surname
    lists.apply(build_row(whole), organisation=WERKCORPORATIE)
    assert get_surnames() == [(prefix, name)]


def test_a_new_family_name_with_its_prefix_is_stored_in_two_fields(lists: Lists) -> None:
    lists.apply(build_row("van der Meer"))
    assert get_surnames() == [("van der", "Meer")]
    [row] = lists.preview_rows(build_row(("van der", "Meer"), Beroep="kok"))
    assert row["changes"] == {"profession": ["", "kok"]}


@pytest.mark.parametrize(("stored", "listed"), [("van der Meer", ("van der", "Meer")), ("El Khatib", ("el", "Khatib"))])
def test_a_dossier_whose_family_name_has_the_prefix_is_matched_too(
    lists: Lists, stored: str, listed: tuple[str, str]
) -> None:
    dossier = make_dossier(given_name="Karin", family_name=stored, date_of_birth="1980-01-02")
    row = lists.preview(build_row(listed)).rows.get()
    assert row.target_id == dossier.pk and list(row.changes) == ["phone"]
    [row] = lists.preview_rows(build_row(listed, Geboortedatum="02-01-1981"))
    assert (row["action"], row["similar"]) == ("similar", [dossier.reference])


def test_a_row_that_is_said_to_be_the_same_person_gets_no_prefix_twice(lists: Lists) -> None:
    lists.apply(build_row(("el", "Khatib")))
    reference = Dossier.objects.get().reference
    run = lists.preview(build_row("el Khatib", Geboortedatum="02-01-1981"), organisation=WERKCORPORATIE)
    row_corrections.same_record(run, run.rows.get(), Dossier.objects.get(reference=reference))
    assert list(run.rows.get().changes) == ["date_of_birth"]
    apply(run)
    assert get_surnames() == [("el", "Khatib")]


@pytest.mark.parametrize(
    ("now", "listed", "policy", "after"),
    [
        (("de", "Vries"), ("", "Jansen"), UPDATE, ("", "Jansen")),
        (("de", "Vries"), ("ten", "Brinke"), UPDATE, ("ten", "Brinke")),
        (("de", "Vries"), ("", "Vries"), UPDATE, None),
        (("el", "Khatib"), ("", "Khattib"), UPDATE, ("el", "Khattib")),
        (("", "van den Berg"), ("van den", "Berg"), UPDATE, None),
        (("", "van den Berg"), ("", "berg"), UPDATE, ("van den", "berg")),
        (("van den", "Berg"), ("", "Van den Berg"), UPDATE, None),
        (("", "Berg"), ("van den", "Berg"), UPDATE, ("van den", "Berg")),
        (("ten", "Berg"), ("van den", "Berg"), UPDATE, ("van den", "Berg")),
        (("", "Berg"), ("van den", "Berg"), FILL, ("van den", "Berg")),
        (("", "Jansen"), ("van den", "Berg"), FILL, None),
        (("ten", "Berg"), ("van den", "Berg"), FILL, None),
    ],
)
def test_prefix_and_family_name_change_together_or_not_at_all(
    now: tuple[str, str], listed: tuple[str, str], policy: Any, after: tuple[str, str] | None
) -> None:
    current = dict(zip(("name_prefix", "family_name"), now, strict=True))
    values = dict(zip(("name_prefix", "family_name"), listed, strict=True))
    changed = current | {name: new for name, (_old, new) in changes(current, values, policy).items()}
    assert (changed["name_prefix"], changed["family_name"]) == (after or now)


def test_another_family_name_without_a_prefix_replaces_both_and_the_undo_restores_both(lists: Lists) -> None:
    lists.apply(build_row(("de", "Vries"), **{"Extern nummer": "P1"}))
    run = lists.apply(build_row("Jansen", **{"Extern nummer": "P1"}))
    assert get_surnames() == [("", "Jansen")]
    assert Supply.objects.get().values["name_prefix"] == ""
    undo_import(run)
    assert get_surnames() == [("de", "Vries")]


def test_a_plainer_spelling_of_a_surname_keeps_the_prefix_and_the_better_spelling(lists: Lists) -> None:
    lists.apply(build_row(("el", "Şahin"), **{"Extern nummer": "P1"}))
    make_dossier(given_name="Sanne", family_name="van den Berg", date_of_birth="1980-01-02")
    rows = build_row("Sahin", **{"Extern nummer": "P1"}), build_row("berg") | {"Voornaam": "Sanne", "Telefoon": ""}
    assert [row["action"] for row in lists.preview_rows(*rows)] == ["unchanged", "unchanged"]


def test_an_undo_leaves_both_when_one_was_changed_since(lists: Lists) -> None:
    lists.apply(build_row("Jansen", **{"Extern nummer": "P1", "Beroep": "kok"}))
    run = lists.apply(build_row(("de", "Vries"), **{"Extern nummer": "P1", "Beroep": "lasser"}))
    dossier = Dossier.objects.get()
    dossier.family_name = "Vriesman"
    dossier.save()
    undo_import(run)
    dossier.refresh_from_db()
    assert (dossier.full_name, dossier.profession) == ("Karin de Vriesman", "kok")


def test_a_newer_family_name_that_stays_keeps_its_prefix(lists: Lists) -> None:
    lists.apply(build_row(("de", "Vries"), **{"Extern nummer": "P1"}))
    dossier = Dossier.objects.get()
    dossier.family_name = "Jansen"
    dossier.save()
    run = lists.preview(build_row(("ten", "Vries"), **{"Extern nummer": "P1"}))
    assert run.rows.get().changes == {"name_prefix": ["de", "ten"], "family_name": ["Jansen", "Vries"]}
    decide_on_older_values(run, use_older=False)
    assert run.rows.get().changes == {}


def test_partners_are_compared_with_their_own_surnames_in_either_spelling(lists: Lists, partner: Any) -> None:
    lists.apply(build_row(("van der", "Meer")))
    [row] = lists.preview_rows(build_row("van der Meer"), organisation=AZC, by_partner=True)
    assert row["action"] == "unchanged"


def test_a_typed_family_name_is_split_and_compared_with_both_spellings(base_data: None) -> None:
    known = make_dossier(given_name="Pieter", name_prefix="de", family_name="Vries")
    typed = Dossier(given_name="Pieter", family_name="de Vries", date_of_birth=known.date_of_birth)
    assert find_similar_dossiers(typed) == [known]
    typed.full_clean(exclude=["reference"])
    assert (typed.name_prefix, typed.family_name, typed.full_name) == ("de", "Vries", "Pieter de Vries")
