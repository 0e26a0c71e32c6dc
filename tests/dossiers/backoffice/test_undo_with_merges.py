"""The undo of a list whose people were merged since, and of the merge."""

from pathlib import Path

import pytest
from django.urls import reverse

from dossiers.models import BulkChange, ContactMoment, Dossier, ImportRun, Merge, Step, Supply

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import make_placement, make_ready_dossier
from ..spreadsheets.imports import WERKCORPORATIE, Lists
from .bulk import apply_change, change_url, press
from .pages import raw, text
from .test_apply import import_url
from .test_undo import undo_import_page

YARA, ZEKI, WOUT = (
    {"Voornaam": name, "Achternaam": "Derin", "Geboortedatum": f"0{number}-03-1990", "Extern nummer": f"O-{number}"}
    for number, name in enumerate(("Yara", "Zeki", "Wout"), 1)
)
SUPPLIED = "wat Werkcorporatie over ieder aanleverde staat er weer zoals vóór deze import"
EXCEPT = f"{SUPPLIED}, behalve over 1 persoon van wie het dossier daarna is samengevoegd"
FIRST = "in deze volgorde: "


@pytest.fixture
def lists(base_data: None, tmp_path: Path) -> Lists:
    return Lists(tmp_path)


def apply(lists: Lists, *rows: dict[str, str]) -> ImportRun:
    return lists.apply(*rows, organisation=WERKCORPORATIE)


def get_dossier(name: str) -> Dossier:
    return Dossier.objects.get(given_name=name)


def merge_zeki_into_yara() -> Merge:
    return merge_dossiers(get_dossier("Yara"), get_dossier("Zeki"))


def undo_url(merge: Merge) -> str:
    return reverse("dossiers_merge_undo", args=[merge.pk])


def get_page(client, run: ImportRun, **query: str):
    return client.get(import_url("_undo", run), query)


def get_numbers() -> list[str]:
    return sorted(Supply.objects.values_list("external_id", flat=True))


def test_a_delivery_that_stays_with_a_merged_dossier_is_the_exception_to_what_comes_back(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    merge_zeki_into_yara()
    page = text(get_page(coordinator_client, run))
    assert EXCEPT in page and "Alles blijft: daarna samengevoegd" in page
    page = text(undo_import_page(coordinator_client, run))
    assert EXCEPT in page and "Alles bleef: daarna samengevoegd" in page
    assert get_numbers() == ["O-1", "O-2"]


def test_the_delivery_of_two_people_of_one_list_who_were_merged_goes_and_the_page_says_so(coordinator_client, lists):
    run = apply(lists, YARA, ZEKI, WOUT)
    merge_zeki_into_yara()
    page = text(get_page(coordinator_client, run))
    assert SUPPLIED in page and "behalve" not in page and "Alles blijft" not in page
    assert page.count("die Werkcorporatie als eigen gegevens ziet, wordt verwijderd.") == 2
    page = text(undo_import_page(coordinator_client, run))
    assert get_numbers() == [] and "Alleen de aanlevering 2" in page and "Alles bleef" not in page


def test_a_merge_is_to_be_undone_first_and_that_helps(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    merge = merge_zeki_into_yara()
    page = get_page(coordinator_client, run)
    assert f"{FIRST}Samenvoeging van {merge.reference} met {merge.kept_reference} " in text(page).replace("  ", " ")
    assert raw(page).count(f'href="{undo_url(merge)}"') == 2, "in the list and as a button"
    undo_merge(merge)
    undo_import_page(coordinator_client, run)
    assert [dossier.given_name for dossier in Dossier.objects.all()] == ["Yara"] and get_numbers() == ["O-1"]


def test_a_merge_that_replaced_what_a_list_wrote_is_to_be_undone_first_and_that_helps(coordinator_client, lists):
    apply(lists, YARA | {"Beroep": "kok"}, ZEKI | {"Beroep": "lasser"})
    run = apply(lists, YARA | {"Beroep": "kapper"})
    merge = merge_dossiers(get_dossier("Yara"), get_dossier("Zeki"), profession="other")
    page = get_page(coordinator_client, run)
    assert f"{FIRST}Samenvoeging van {merge.reference} met {merge.kept_reference} " in text(page).replace("  ", " ")
    undo_merge(merge)
    undo_import_page(coordinator_client, run)
    assert get_dossier("Yara").profession == "kok"


@pytest.mark.parametrize("is_typed_after", [True, False])
def test_a_merge_is_not_to_be_undone_first_if_somebody_typed_the_value(coordinator_client, lists, is_typed_after):
    apply(lists, YARA | {"Beroep": "kok"}, ZEKI | {"Beroep": "lasser"})
    run = apply(lists, YARA | {"Beroep": "kapper"})
    if is_typed_after:
        merge_dossiers(get_dossier("Yara"), get_dossier("Zeki"), profession="other")
    yara = get_dossier("Yara")
    yara.profession = "bakker"
    yara.save()
    if not is_typed_after:
        merge_dossiers(yara, get_dossier("Zeki"), profession="other")
    page = text(get_page(coordinator_client, run))
    assert "Beroep blijft: daarna gewijzigd" in page and FIRST not in page


def test_of_several_merges_into_one_dossier_the_last_is_to_be_undone_first(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI)
    merges = [merge_zeki_into_yara()]
    apply(lists, WOUT)
    merges.insert(0, merge_dossiers(get_dossier("Yara"), get_dossier("Wout")))
    advice = text(get_page(coordinator_client, run)).partition(FIRST)[2]
    first, second = (advice.index(f"Samenvoeging van {merge.reference} met") for merge in merges)
    assert first < second


def test_a_merge_that_can_be_undone_no_more_is_not_to_be_undone_first(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI)
    merge = merge_zeki_into_yara()
    merge.forget()
    merge.save()
    page = text(get_page(coordinator_client, run))
    assert "daarna samengevoegd" in page and FIRST not in page and "Draai eerst" not in page


def test_a_merge_is_to_be_undone_before_a_bulk_change_too(coordinator_client, lists):
    apply(lists, YARA, ZEKI)
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    merge = merge_zeki_into_yara()
    assert raw(coordinator_client.get(change_url(change, "undo/"))).count(f'href="{undo_url(merge)}"') == 2


def test_people_of_a_list_who_were_merged_and_parted_go_with_it(coordinator_client, lists):
    run = apply(lists, YARA, ZEKI)
    undo_merge(merge_zeki_into_yara())
    undo_import_page(coordinator_client, run)
    assert not Dossier.objects.exists()
    merge = Merge.objects.get()
    page = text(coordinator_client.get(reverse("dossiers_merges")))
    assert f"{merge.kept_reference} {merge.reference}" in page and "ongedaan gemaakt op" in page


def open_undo(client, merge: Merge) -> dict[str, str]:
    """Return what the form of an open page of the undo of a merge sends."""
    context = client.get(undo_url(merge)).context
    return {name: context[name] for name in ("seen", "promised")}


def undo_merge_page(client, merge: Merge) -> str:
    return text(client.post(undo_url(merge), open_undo(client, merge), follow=True))


def test_who_only_an_undone_list_made_goes_with_the_undo_of_the_merge(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    page = text(coordinator_client.get(undo_url(merge)))
    goes = f"{merge.reference} wordt verwijderd: alleen {run.description} had dit dossier gemaakt"
    assert goes in page and Dossier.objects.count() == 1, "nothing happened yet"
    page = undo_merge_page(coordinator_client, merge)
    assert f"{merge.reference} is verwijderd: alleen {run.description}" in page and "eigen dossier" not in page
    assert [dossier.given_name for dossier in Dossier.objects.all()] == ["Yara"] and get_numbers() == ["O-1"]
    page = text(coordinator_client.get(import_url("", run)))
    assert "verwijderd: 2 dossiers" in page and "samengevoegd" not in page


def test_both_people_of_an_undone_list_go_with_the_undo_of_their_merge(coordinator_client, lists):
    run = apply(lists, YARA, ZEKI, WOUT)
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    undo_merge_page(coordinator_client, merge)
    assert not Dossier.objects.exists() and not Supply.objects.exists()


def test_what_an_undone_list_changed_is_put_back_with_the_undo_of_the_merge(coordinator_client, lists):
    apply(lists, YARA, ZEKI | {"Beroep": "kok", "Verblijfplaats": "Ens"})
    run = apply(lists, WOUT, ZEKI | {"Beroep": "bakker", "Verblijfplaats": "Bant"})
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    page = text(coordinator_client.get(undo_url(merge)))
    assert f"{merge.reference}: wat {run.description} wijzigde, wordt teruggezet: Verblijfplaats, Beroep" in page
    undo_merge_page(coordinator_client, merge)
    zeki = get_dossier("Zeki")
    assert (zeki.profession, zeki.location) == ("kok", "Ens")
    assert [supply.values["profession"] for supply in zeki.supplies.all()] == ["kok"]


def test_a_supply_that_was_put_back_before_the_undo_of_the_merge_is_not_said_to_be_newer(coordinator_client, lists):
    apply(lists, ZEKI | {"Beroep": "kok"})
    run = apply(lists, ZEKI | {"Beroep": "bakker"}, YARA)
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    undo_merge_page(coordinator_client, merge)
    assert [supply.values["profession"] for supply in get_dossier("Zeki").supplies.all()] == ["kok"]
    page = text(coordinator_client.get(import_url("", run)))
    assert "daarna opnieuw aangeleverd" not in page and "bleef" not in page


@pytest.fixture
def change_of_all(coordinator_client, lists) -> BulkChange:
    """Return a bulk change of the dossiers of two lists."""
    apply(lists, YARA | {"Verblijfplaats": "Urk"}, WOUT)
    apply(lists, ZEKI | {"Verblijfplaats": "Ens"})
    return apply_change(coordinator_client, Dossier, "location", "Blok Z")


def test_what_an_undone_bulk_change_changed_is_put_back_with_the_undo_of_the_merge(coordinator_client, change_of_all):
    merge = merge_zeki_into_yara()
    assert "Gebleven bij het ongedaan maken 1" in press(coordinator_client, change_of_all, "undo/")
    page = text(coordinator_client.get(undo_url(merge)))
    assert "Dit wordt ook ongedaan gemaakt, omdat de lijst of bulkwijziging al ongedaan is gemaakt" in page
    assert f"{merge.reference}: wat {change_of_all} wijzigde, wordt teruggezet: Verblijfplaats" in page
    page = undo_merge_page(coordinator_client, merge)
    assert f"{merge.reference}: wat {change_of_all} wijzigde, is teruggezet: Verblijfplaats" in page
    assert (get_dossier("Yara").location, get_dossier("Zeki").location) == ("Urk", "Ens")
    page = text(coordinator_client.get(change_url(change_of_all)))
    assert "Teruggezet 3" in page and "Gebleven" not in page


def test_the_kept_dossier_gets_its_own_value_back_from_before_an_undone_bulk_change(coordinator_client, lists):
    apply(lists, YARA | {"Verblijfplaats": "Urk"}, WOUT, ZEKI | {"Verblijfplaats": "Ens"})
    keys = [get_dossier(name).pk for name in ("Yara", "Wout")]
    change = apply_change(coordinator_client, Dossier, "location", "Blok Z", id=keys)
    merge = merge_dossiers(get_dossier("Yara"), get_dossier("Zeki"), location="other")
    press(coordinator_client, change, "undo/")
    assert get_dossier("Yara").location == "Ens"
    undo_merge_page(coordinator_client, merge)
    assert (get_dossier("Yara").location, get_dossier("Zeki").location) == ("Urk", "Ens")


def test_what_a_bulk_change_in_force_set_too_stays_after_the_undo_of_the_merge(coordinator_client, change_of_all):
    keys = [get_dossier("Zeki").pk, make_dossier().pk]
    apply_change(coordinator_client, Dossier, "location", "Blok Z", id=keys)
    merge = merge_zeki_into_yara()
    press(coordinator_client, change_of_all, "undo/")
    assert str(change_of_all) not in text(coordinator_client.get(undo_url(merge)))
    undo_merge_page(coordinator_client, merge)
    assert get_dossier("Zeki").location == "Blok Z"
    assert "Ook zo gezet in een latere bulkwijziging" in text(coordinator_client.get(change_url(change_of_all)))


@pytest.mark.parametrize("is_list_first", [True, False])
def test_what_a_list_and_then_a_bulk_change_changed_is_put_back_if_both_were_undone(
    coordinator_client, lists, is_list_first
):
    apply(lists, YARA, ZEKI | {"Verblijfplaats": "Ens"})
    run = apply(lists, ZEKI | {"Verblijfplaats": "Bant"}, WOUT)
    change = apply_change(coordinator_client, Dossier, "location", "Blok Z")
    merge = merge_zeki_into_yara()
    if is_list_first:
        undo_import_page(coordinator_client, run)
    press(coordinator_client, change, "undo/")
    if not is_list_first:
        undo_import_page(coordinator_client, run)
    undo_merge_page(coordinator_client, merge)
    assert (get_dossier("Yara").location, get_dossier("Zeki").location) == ("", "Ens")


@pytest.mark.parametrize("is_list_first", [True, False])
def test_who_only_an_undone_list_made_goes_though_an_undone_bulk_change_changed_that_dossier_too(
    coordinator_client, lists, is_list_first
):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    change = apply_change(coordinator_client, Dossier, "location", "Blok Z")
    merge = merge_zeki_into_yara()
    if is_list_first:
        undo_import_page(coordinator_client, run)
    press(coordinator_client, change, "undo/")
    if not is_list_first:
        undo_import_page(coordinator_client, run)
    goes = f"{merge.reference} wordt verwijderd"
    assert text(coordinator_client.get(undo_url(merge))).count(goes) == 1
    assert f"{merge.reference} is verwijderd" in undo_merge_page(coordinator_client, merge)
    assert [dossier.given_name for dossier in Dossier.objects.all()] == ["Yara"] and get_numbers() == ["O-1"]
    assert "samengevoegd" not in text(coordinator_client.get(change_url(change)))
    assert "samengevoegd" not in text(coordinator_client.get(import_url("", run)))


def test_who_has_something_attached_stays_a_dossier_without_the_delivery(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    ContactMoment.objects.create(dossier=get_dossier("Zeki"), text="Kennisgemaakt")
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    page = text(coordinator_client.get(undo_url(merge)))
    assert f"{merge.reference}: de aanlevering in {run.description} wordt verwijderd" in page
    assert "eigen dossier" in undo_merge_page(coordinator_client, merge)
    assert get_dossier("Zeki") and get_numbers() == ["O-1"]
    page = text(coordinator_client.get(import_url("", run)))
    assert "Het dossier bleef: er hoort een contactmoment bij" in page and "samengevoegd" not in page


def test_what_a_list_in_force_has_too_stays_after_the_undo_of_the_merge(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    lists.apply(ZEKI | {"Beroep": "kok"})
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    undo_merge_page(coordinator_client, merge)
    assert get_dossier("Zeki").profession == "kok"


def test_what_only_the_other_person_had_does_not_come_back_with_a_later_change(coordinator_client, lists):
    apply(lists, YARA, ZEKI | {"Telefoon": "06 12000001", "Verblijfplaats": "Ens", "Sectoren": "Zorg"})
    merge = merge_zeki_into_yara()
    later = apply(lists, YARA | {"Telefoon": "06 12000009", "Sectoren": "Techniek"})
    change = apply_change(coordinator_client, Dossier, "location", "Bant")
    undo_merge_page(coordinator_client, merge)
    coordinator_client.post(change_url(change, "undo/"))
    undo_import_page(coordinator_client, later)
    yara, zeki = get_dossier("Yara"), get_dossier("Zeki")
    assert (yara.phone, yara.location, [*yara.sectors.all()]) == ("", "", [])
    assert (zeki.phone, zeki.location) == ("+31612000001", "Ens")
    assert "12000001" not in str([*later.rows.values_list("changes", flat=True)])


def test_the_page_of_a_bulk_change_tells_no_other_past_after_the_undo_of_a_merge(coordinator_client, lists):
    apply(lists, YARA | {"Verblijfplaats": "Urk"}, ZEKI | {"Verblijfplaats": "Ens"})
    merge = merge_dossiers(get_dossier("Yara"), get_dossier("Zeki"), location="other")
    change = apply_change(coordinator_client, Dossier, "location", "Bant")
    assert "Ens → Bant" in text(coordinator_client.get(change_url(change)))
    undo_merge_page(coordinator_client, merge)
    page = text(coordinator_client.get(change_url(change)))
    assert "… → Bant De vorige waarde is uit de tijd van een samenvoeging die daarna ongedaan is gemaakt" in page
    assert "Urk" not in page and "Ens" not in page
    assert "Bant → Urk" in text(coordinator_client.get(change_url(change, "undo/")))
    coordinator_client.post(change_url(change, "undo/"))
    assert get_dossier("Yara").location == "Urk"


def test_a_later_list_and_bulk_change_of_the_kept_dossier_are_to_be_undone_before_the_merge_and_that_helps(
    coordinator_client, lists
):
    apply(lists, YARA, ZEKI | {"Telefoon": "06 12000001", "Verblijfplaats": "Ens", "Sectoren": "Zorg"})
    merge = merge_zeki_into_yara()
    later = apply(lists, YARA | {"Telefoon": "06 12000009", "Sectoren": "Techniek", "Beroep": "kok"})
    change = apply_change(coordinator_client, Dossier, "location", "Bant")
    page = coordinator_client.get(undo_url(merge))
    assert "Dit blijft zoals het nu is" in text(page) and "Telefoon (daarna gewijzigd)" in text(page)
    advice = text(page).partition(FIRST)[2]
    assert advice.index(str(change)) < advice.index(later.description)
    assert raw(page).count(f'href="{change_url(change, "undo/")}"') == 2, "in the list and as a button"
    coordinator_client.post(change_url(change, "undo/"))
    undo_import_page(coordinator_client, later)
    page = text(coordinator_client.get(undo_url(merge)))
    assert FIRST not in page and "Dit blijft zoals het nu is" not in page
    for restored in ("Telefoon 06 12000001 → –", "Sectoren Zorg → –", "Verblijfplaats Ens → –"):
        assert restored in page
    undo_merge_page(coordinator_client, merge)
    yara = get_dossier("Yara")
    assert (yara.phone, yara.location, yara.profession, [*yara.sectors.all()]) == ("", "", "", [])


def test_a_status_that_a_bulk_change_set_after_a_merge_stays_and_is_named_with_what_to_undo_first(
    coordinator_client, lists
):
    apply(lists, YARA, ZEKI)
    merge = merge_zeki_into_yara()
    change = apply_change(coordinator_client, Dossier, "status", "available")
    page = text(coordinator_client.get(undo_url(merge)))
    assert "Status (daarna gewijzigd)" in page and str(change) in page.partition(FIRST)[2]
    coordinator_client.post(change_url(change, "undo/"))
    page = text(coordinator_client.get(undo_url(merge)))
    assert "Dit blijft zoals het nu is" not in page and FIRST not in page


def test_a_status_that_follows_from_a_placement_after_a_merge_is_not_named(coordinator_client, base_data):
    dossier = make_ready_dossier()
    merge = merge_dossiers(dossier, make_dossier())
    make_placement(Step.PROPOSED, dossier=dossier)
    assert "Status (daarna" not in text(coordinator_client.get(undo_url(merge)))


def test_what_somebody_typed_after_a_merge_is_freed_by_no_list(coordinator_client, lists):
    apply(lists, YARA, ZEKI | {"Beroep": "kok"})
    merge = merge_zeki_into_yara()
    apply(lists, YARA | {"Beroep": "ober"})
    yara = get_dossier("Yara")
    yara.profession = "bakker"
    yara.save()
    page = text(coordinator_client.get(undo_url(merge)))
    assert "Beroep (daarna gewijzigd)" in page and FIRST not in page


def test_nothing_is_said_to_come_back_with_dossiers_that_go(coordinator_client, lists):
    run = apply(lists, YARA, ZEKI | {"Beroep": "kok"}, WOUT)
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    page = text(coordinator_client.get(undo_url(merge)))
    assert page.count("wordt verwijderd: alleen") == 2
    assert "Dit komt terug" not in page and "Dit blijft" not in page


def test_a_delivery_that_goes_is_not_said_to_go_back(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    ContactMoment.objects.create(dossier=get_dossier("Zeki"), text="Kennisgemaakt")
    merge = merge_zeki_into_yara()
    undo_import_page(coordinator_client, run)
    page = text(coordinator_client.get(undo_url(merge)))
    assert f"terug naar {merge.reference}: 1 contactmoment" in page.replace(": 1 contactmomenten", "")


def test_an_old_tab_of_the_undo_of_a_merge_asks_again_if_a_list_was_undone_meanwhile(coordinator_client, lists):
    apply(lists, YARA)
    run = apply(lists, ZEKI, WOUT)
    merge = merge_zeki_into_yara()
    old_tab = open_undo(coordinator_client, merge)
    undo_import_page(coordinator_client, run)
    page = text(coordinator_client.post(undo_url(merge), old_tab, follow=True))
    assert "Er is intussen iets gewijzigd" in page and f"{merge.reference} wordt verwijderd" in page
    assert Dossier.objects.count() == 1


def test_of_three_dossiers_merged_in_a_chain_the_one_of_an_undone_list_goes_with_its_own_merge(
    coordinator_client, lists
):
    apply(lists, YARA, WOUT)
    run = apply(lists, ZEKI, ZEKI | {"Voornaam": "Bram", "Extern nummer": "O-9"})
    merges = [merge_zeki_into_yara()]
    merges.append(merge_dossiers(get_dossier("Wout"), get_dossier("Yara")))
    undo_import_page(coordinator_client, run)
    page = text(coordinator_client.get(undo_url(merges[1])))
    assert "Dit komt terug" in page and "wordt verwijderd" not in page
    undo_merge_page(coordinator_client, merges[1])
    assert {dossier.given_name for dossier in Dossier.objects.all()} == {"Yara", "Wout"}
    page = text(coordinator_client.get(undo_url(merges[0])))
    assert f"{merges[0].reference} wordt verwijderd" in page and "Dit komt terug" not in page
    undo_merge_page(coordinator_client, merges[0])
    assert {dossier.given_name for dossier in Dossier.objects.all()} == {"Yara", "Wout"}
    assert get_numbers() == ["O-1", "O-3"]
    page = text(coordinator_client.get(reverse("dossiers_merges")))
    assert page.count("ongedaan gemaakt op") == 2


def test_the_undo_of_a_list_names_what_its_people_left_elsewhere_by_an_undone_merge(coordinator_client, lists):
    apply(lists, YARA | {"Opmerkingen": "eigen opm"})
    run = apply(lists, ZEKI | {"Opmerkingen": "azc opm"})
    merge = merge_zeki_into_yara()
    yara = get_dossier("Yara")
    yara.notes += " en meer"
    yara.save()
    undo_merge(merge)
    left = f"In {yara.heading} bleef na het samenvoegen staan: opmerkingen"
    assert left in text(get_page(coordinator_client, run))
    undo_import_page(coordinator_client, run)
    assert not Dossier.objects.filter(given_name="Zeki").exists()
    address = import_url("", run) + "?show=removed"
    assert left in text(coordinator_client.get(address))
    yara = get_dossier("Yara")
    yara.notes = "eigen opm"
    yara.save()
    assert left not in text(coordinator_client.get(address))


@pytest.mark.parametrize("brought", ["", "zeki@azc.example"])
def test_what_somebody_typed_after_a_merge_is_not_said_to_be_left_by_it(coordinator_client, lists, brought):
    apply(lists, YARA)
    run = apply(lists, ZEKI | {"E-mail": brought})
    merge = merge_zeki_into_yara()
    yara = get_dossier("Yara")
    assert yara.email == brought
    yara.email = "yara@thuis.example"
    yara.save()
    undo_merge(merge)
    assert Merge.objects.get().left == {"email": "edited"}
    assert "bleef na het samenvoegen" not in text(get_page(coordinator_client, run))


def test_only_what_a_merge_took_over_is_said_to_stay_in_the_dossier(coordinator_client, lists):
    kept = YARA | {"E-mail": "yara@azc.example", "Opmerkingen": "eigen opm", "Talen": "Farsi"}
    other = {"Achternaam": "Baran", "E-mail": "zeki@azc.example", "Beroep": "kok", "Talen": "Turks"}
    run = apply(lists, kept, ZEKI | other | {"Opmerkingen": "azc opm"})
    merge_zeki_into_yara()
    page = text(get_page(coordinator_client, run, show="staying"))
    fields = page.partition("Baran")[2].partition("In het dossier blijft: ")[2].partition(".")[0]
    assert {*fields.split(", ")} == {"Talen", "Beroep", "Opmerkingen"}
