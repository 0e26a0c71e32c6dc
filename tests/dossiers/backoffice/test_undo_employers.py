"""Tests of what the pages of an undo say about the employers in a list of employer interests."""

import pytest

from dossiers.models import Employer, EmployerInterest, ImportRun

from ..models.factories import make_interest
from ..spreadsheets.imports import Lists
from ..spreadsheets.undo import INTERESTS, JOB
from .pages import text
from .test_apply import import_url
from .test_undo import undo_import_page

BAKERY = {**JOB, "Bedrijf": "Bakkerij", "KvK": "76543210"}
GARDEN = {**JOB, "Bedrijf": "Tuin", "KvK": "87654321"}
ANOTHER = "er is nog een andere interesse van deze werkgever"


@pytest.fixture
def lists(base_data, tmp_path) -> Lists:
    return Lists(tmp_path)


def read_tabs(client, name: str, run: ImportRun) -> dict[str, str]:
    return {tab: text(client.get(import_url(name, run), {"show": tab})) for tab in ("removed", "restored", "staying")}


def edit_notes(interest: EmployerInterest) -> None:
    interest.notes = "Belt op maandag"
    interest.save()


def test_employers_are_counted_and_shown_alike_before_and_after_an_undo(coordinator_client, lists: Lists) -> None:
    lists.apply(JOB | {"Plaats": "Ens"}, **INTERESTS)
    run = lists.apply(JOB | {"Werk": "Sorteren", "Plaats": "Urk"}, BAKERY, GARDEN, **INTERESTS)
    make_interest(employer=Employer.objects.get(company_name="Bakkerij"))
    before = read_tabs(coordinator_client, "_undo", run)
    undone = text(undo_import_page(coordinator_client, run))
    after = read_tabs(coordinator_client, "", run)
    assert set(Employer.objects.values_list("company_name", "city")) == {("Kwekerij", "Ens"), ("Bakkerij", "")}
    for page in (*before.values(), undone, *after.values()):
        assert "verwijderd: 3 werkgeversinteresses, en 1 werkgever" in page
        assert "teruggezet: 0 werkgeversinteresses, en 1 werkgever" in page
        assert f"staan: 0 werkgeversinteresses, en 1 werkgever ({ANOTHER})" in page
    goes = f"De werkgever blijft: {ANOTHER} De werkgeversinteresse wordt verwijderd."
    went = f"De werkgever bleef: {ANOTHER} De werkgeversinteresse is verwijderd."
    for tab in ("removed", "staying"):
        assert goes in before[tab] and went in after[tab]
    for tab in ("removed", "restored"):
        assert "De werkgever wordt teruggezet: Plaats Urk → Ens De werkgeversinteresse wordt" in before[tab]
        assert "De werkgever is teruggezet: Plaats Urk → Ens De werkgeversinteresse is" in after[tab]
    assert "Bakkerij" not in before["restored"] and "Kwekerij" not in before["staying"]


def test_an_interest_of_which_only_the_employer_is_put_back_is_not_counted(coordinator_client, lists: Lists) -> None:
    lists.apply(JOB | {"Plaats": "Ens"}, BAKERY, **INTERESTS)
    run = lists.apply(JOB | {"Plaats": "Urk"}, BAKERY | {"Plekken": "6"}, **INTERESTS)
    before = text(coordinator_client.get(import_url("_undo", run)))
    after = text(undo_import_page(coordinator_client, run))
    for page in (before, after):
        assert "teruggezet: 1 werkgeversinteresse, en 1 werkgever" in page
        assert "Plaats Urk → Ens" in page and "Plekken 6 → 4" in page


def test_the_value_before_the_list_is_shown_once_where_several_lines_changed_an_employer(
    coordinator_client, lists: Lists
) -> None:
    lists.apply(JOB | {"Plaats": "Ens"}, **INTERESTS)
    run = lists.apply(
        *(JOB | {"Werk": work, "Plaats": city} for work, city in (("A", "Urk"), ("B", "Nagele"))), **INTERESTS
    )
    page = text(coordinator_client.get(import_url("_undo", run), {"show": "restored"}))
    assert "en 1 werkgever" in page and "Plaats Nagele → Ens" in page and "Urk" not in page


def test_an_employer_that_stays_with_an_edited_interest_of_the_list_has_that_as_its_reason(
    coordinator_client, lists: Lists
) -> None:
    run = lists.apply(JOB, BAKERY, **INTERESTS)
    edit_notes(EmployerInterest.objects.get(employer__company_name="Bakkerij"))
    before = text(coordinator_client.get(import_url("_undo", run)))
    after = text(undo_import_page(coordinator_client, run))
    stays = "een interesse van deze werkgever in deze lijst blijft staan"
    assert f"De werkgever blijft: {stays}" in before and "De werkgeversinteresse blijft: daarna gewijzigd" in before
    for page in (before, after):
        assert "verwijderd: 1 werkgeversinteresse, en 1 werkgever" in page
        assert "staan: 1 werkgeversinteresse, en 1 werkgever" in page and "andere interesse" not in page


def test_an_interest_that_goes_with_its_undone_list_is_counted_though_its_employer_stays(
    coordinator_client, lists: Lists
) -> None:
    first = lists.apply(JOB, GARDEN, **INTERESTS)
    second = lists.apply(JOB, BAKERY, **INTERESTS)
    make_interest(employer=Employer.objects.get(company_name="Kwekerij"))
    undo_import_page(coordinator_client, first)
    before = text(coordinator_client.get(import_url("_undo", second)))
    after = text(undo_import_page(coordinator_client, second))
    assert EmployerInterest.objects.count() == 1
    for page in (before, after):
        assert "verwijderd: 2 werkgeversinteresses, waarvan 1 gemaakt door een eerdere import" in page
        assert f"staan: 0 werkgeversinteresses, en 1 werkgever ({ANOTHER})" in page


def test_values_of_an_employer_are_put_back_though_each_interest_stays(coordinator_client, lists: Lists) -> None:
    lists.apply(JOB | {"Plaats": "Ens"}, **INTERESTS)
    run = lists.apply(JOB | {"Werk": "Sorteren", "Plaats": "Urk"}, **INTERESTS)
    edit_notes(EmployerInterest.objects.get(work_description="Sorteren"))
    page = text(undo_import_page(coordinator_client, run))
    assert "teruggezet: 0 werkgeversinteresses, en 1 werkgever" in page and Employer.objects.get().city == "Ens"


def test_an_employer_whose_values_changed_and_changed_back_in_the_list_has_no_step_of_its_undo(
    coordinator_client, lists: Lists
) -> None:
    lists.apply(JOB | {"Plaats": "Ens"}, BAKERY | {"Plaats": "Ens"}, **INTERESTS)
    rows = [JOB | {"Werk": work, "Plaats": city} for work, city in (("A", "Urk"), ("B", "Ens"))]
    run = lists.apply(*rows, BAKERY | {"Plaats": "Urk"}, **INTERESTS)
    employer, bakery = Employer.objects.get(company_name="Kwekerij"), Employer.objects.get(company_name="Bakkerij")
    steps = employer.history.count(), bakery.history.count()
    undo_import_page(coordinator_client, run)
    assert set(Employer.objects.values_list("city", flat=True)) == {"Ens"}
    assert (employer.history.count(), bakery.history.count()) == (steps[0], steps[1] + 1)


def test_an_interest_that_the_undo_deleted_itself_was_not_deleted_later(coordinator_client, lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    run = lists.apply(JOB | {"Werk": "Sorteren", "Plaats": "Urk", "Postcode": "8321 AA"}, **INTERESTS)
    employer = Employer.objects.get()
    employer.city = "Tollebeek"
    employer.save()
    undo_import_page(coordinator_client, run)
    page = read_tabs(coordinator_client, "", run)["staying"]
    assert "Plaats" in page and "De werkgeversinteresse is verwijderd." in page
    assert "later verwijderd" not in page.casefold()


def test_an_interest_that_is_deleted_after_the_undo_was_deleted_later(coordinator_client, lists: Lists) -> None:
    lists.apply(JOB, **INTERESTS)
    run = lists.apply(JOB | {"Plekken": "6"}, BAKERY, **INTERESTS)
    interest = EmployerInterest.objects.get(employer__company_name="Kwekerij")
    interest.positions = 7
    interest.save()
    undo_import_page(coordinator_client, run)
    EmployerInterest.objects.get().delete()
    assert "Later verwijderd" in read_tabs(coordinator_client, "", run)["staying"]
