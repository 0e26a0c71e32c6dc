"""A list that comes while two dossiers are merged by mistake remains about each of the two people after the undo."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from dossiers.backoffice.timeline import timeline
from dossiers.forgetting.anonymize import anonymize_deleted, anonymize_dossier, find_obstacles
from dossiers.forgetting.personal_data import Person
from dossiers.models import BulkRow, Deletion, Dossier, ImportRow, ImportRun, OwnField, Status, Supply
from dossiers.spreadsheets.imports.file_parts.older_values import find_open_question_about_older_values
from dossiers.spreadsheets.resources import DossierResource

from ..backoffice.bulk import apply_change, change_url
from ..backoffice.pages import text, url
from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge
from ..spreadsheets.imports import WERKCORPORATIE, Lists, apply, decide_on_older_values, preview
from ..spreadsheets.undo import undo_import

pytestmark = pytest.mark.usefixtures("base_data")

PHONE = "06 33330003"
STORED_PHONE = "+31633330003"
STAYS = {"Extern nummer": "A1", "Voornaam": "Selam", "Achternaam": "Haile", "Geboortedatum": "12-03-1990"}
OTHER = {"Extern nummer": "A2", "Voornaam": "Omar", "Achternaam": "Said", "Geboortedatum": "01-02-1988"}
ERASED = "Een oudere waarde: de vorige is uit de tijd van een samenvoeging die daarna ongedaan is gemaakt."


class Mistake:
    """Two people, merged by mistake while a list gave a telephone number of the second one, and parted again."""

    def __init__(self, lists: Lists, *, finishes: bool = True, **choices: str) -> None:
        lists.apply(STAYS, OTHER)
        self.stays, self.other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
        Dossier.objects.update(status=Status.WITHDRAWN)
        merged = merge_dossiers(self.stays, self.other, **choices)
        self.run = preview(lists.file(OTHER | {"Telefoonnummer": PHONE}))
        if finishes:
            apply(self.run)
        assert self.run.rows.get(line=2).target_id == self.stays.pk
        undo_merge(merged)


@pytest.fixture
def lists(tmp_path) -> Lists:
    return Lists(tmp_path)


def open_page(client, dossier: Dossier) -> str:
    return text(client.get(reverse("dossiers_anonymise", args=[dossier.pk])))


def delete(client, dossier: Dossier) -> None:
    client.post(url(Dossier, "delete", dossier.pk))
    assert not Dossier.objects.filter(pk=dossier.pk).exists()


def get_phones(dossier: Dossier) -> set[str]:
    return set(Dossier.history.filter(id=dossier.pk).values_list("phone", flat=True))


def test_the_page_of_forgetting_the_one_names_what_the_list_left_in_the_other(coordinator_client, lists):
    mistake = Mistake(lists)
    assert Dossier.objects.get(pk=mistake.stays.pk).phone == STORED_PHONE
    page = open_page(coordinator_client, mistake.other)
    assert f"In {mistake.stays.heading} bleef na het samenvoegen staan: telefoon" in page
    anonymize_dossier(mistake.other.pk, None, "op verzoek")
    assert not mistake.run.rows.exists()
    written = Dossier.history.filter(id=mistake.stays.pk, phone=STORED_PHONE)
    assert set(written.values_list("import_run", "history_change_reason")) == {
        (None, "Gewijzigd door een lijst met iemand die vergeten is"),
        (None, "Samenvoeging ongedaan gemaakt"),
    }


def test_before_a_merge_is_undone_the_page_tells_whose_value_a_line_of_a_list_gave(coordinator_client, lists):
    lists.apply(STAYS, OTHER)
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merge = merge_dossiers(stays, other)
    lists.apply(STAYS | {"Beroep": "kok"})
    lists.apply(OTHER | {"Telefoonnummer": PHONE, "E-mail": "omar@example.org"})
    stays.refresh_from_db()
    stays.email = "typed@example.org"
    stays.save()
    address = reverse("dossiers_merge_undo", args=[merge.pk])
    lines = {value.what: value.line for value in coordinator_client.get(address).context["left"]}
    assert lines.keys() == {f"{label} (daarna gewijzigd)" for label in ("Telefoon", "E-mail", "Beroep")}
    assert lines["Telefoon (daarna gewijzigd)"].endswith(f", over {other.reference}")
    assert lines["Beroep (daarna gewijzigd)"].endswith(f", over {stays.reference}")
    assert lines["Beroep (daarna gewijzigd)"].startswith("regel ")
    assert lines["E-mail (daarna gewijzigd)"] == "", "nobody can tell whose a value is that a user typed"
    page = text(coordinator_client.get(address))
    assert "Gegeven door regel 2 van" in page and "tenzij een lijst het gaf" in page


def test_what_was_corrected_before_goes_from_the_history_too(coordinator_client, lists):
    mistake = Mistake(lists)
    stays = Dossier.objects.get(pk=mistake.stays.pk)
    stays.phone = ""
    stays.save()
    anonymize_dossier(mistake.other.pk, None, "op verzoek")
    assert get_phones(stays) == {""}


def test_the_history_keeps_what_lists_gave_of_the_one_who_stays_and_what_was_undone(coordinator_client, lists):
    lists.apply(STAYS | {"Beroep": "kok"}, OTHER | {"Beroep": "lasser"})
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    Dossier.objects.update(status=Status.WITHDRAWN)
    merged = merge_dossiers(stays, other, profession="other")
    of_stays = lists.apply(STAYS | {"Beroep": "kapper"})
    of_other = lists.apply(OTHER | {"Beroep": "bakker"})
    undo_merge(merged)
    undo_import(of_other)
    anonymize_dossier(other.pk, None, "op verzoek")
    steps = Dossier.history.filter(id=stays.pk).order_by("history_id").values_list("profession", "import_run")
    assert [profession for profession, _run in steps] == ["kok", "kok", "kapper", "kapper", "kapper", "kapper"]
    assert (steps[2], steps[5]) == (("kapper", of_stays.pk), ("kapper", None))
    newest, *_rest = timeline(DossierResource(out_of_use=True), stays.pk, AnonymousUser())
    assert (newest.what, newest.changes) == ("Import ongedaan gemaakt", [])


@pytest.mark.parametrize("is_undone", [True, False])
def test_a_list_of_the_one_who_stays_keeps_nothing_of_the_other_as_a_former_value(lists, is_undone):
    lists.apply(STAYS, OTHER | {"Telefoonnummer": PHONE, "Beroep": "lasser", "Opmerkingen": "wk opm"})
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    Dossier.objects.update(status=Status.WITHDRAWN)
    merged = merge_dossiers(stays, other, phone="other", profession="other", notes="both")
    run = lists.apply(STAYS | {"Telefoonnummer": "06 33330009", "Beroep": "kapper"})
    waiting = lists.preview(STAYS | {"Telefoonnummer": "06 33330008", "Opmerkingen": "belt graag"})
    if is_undone:
        undo_import(run)
    undo_merge(merged)
    anonymize_dossier(other.pk, None, "op verzoek")
    texts = [*Dossier.history.values_list("phone", "profession"), *ImportRow.objects.values_list("changes", "given")]
    assert not any(word in str(texts) for word in (STORED_PHONE, "lasser", "wk opm"))
    assert run.rows.get().changes["profession"] == ["", "kapper"] and waiting.rows.exists()


def test_an_applied_list_keeps_no_remark_of_the_other(lists):
    lists.apply(STAYS | {"Opmerkingen": "belt graag"})
    lists.apply(OTHER | {"Opmerkingen": "wk opm"}, organisation=WERKCORPORATIE)
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    Dossier.objects.update(status=Status.WITHDRAWN)
    merged = merge_dossiers(stays, other, notes="both")
    run = lists.apply(STAYS | {"Opmerkingen": "mailt graag"})
    assert run.rows.get().changes["notes"][1] == "mailt graag\nwk opm"
    undo_merge(merged)
    stays = Dossier.objects.get(pk=stays.pk)
    stays.notes = "mailt graag"
    stays.save()
    anonymize_dossier(other.pk, None, "op verzoek")
    assert run.rows.get().changes["notes"] == ["belt graag", "mailt graag"]


def test_what_was_replaced_after_the_undo_goes_too(coordinator_client, lists):
    lists.apply(STAYS, OTHER)
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merged = merge_dossiers(stays, other)
    lists.apply(OTHER | {"Telefoonnummer": PHONE, "Verblijfplaats": "Opvangboot"})
    undo_merge(merged)
    run = lists.apply(STAYS | {"Telefoonnummer": "06 33330009"})
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    bulk_rows = change.rows.filter(record_id=stays.pk)
    assert (run.rows.get(target_id=stays.pk).changes["phone"][0], bulk_rows.get().old) == (STORED_PHONE, "Opvangboot")
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(other.pk, None, "op verzoek")
    assert run.rows.get(target_id=stays.pk).changes["phone"] == ["", "+31633330009"]
    assert bulk_rows.get().old == "" and get_phones(stays) == {"", "+31633330009"}


def test_what_a_user_typed_while_they_were_one_comes_back_when_a_later_list_is_undone(lists):
    lists.apply(STAYS | {"Telefoonnummer": "06 33330009"}, OTHER)
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merged = merge_dossiers(stays, other)
    stays.phone, stays.languages = "+31633330007", ["en", "fr"]
    stays.save()
    undo_merge(merged)
    run = decide_on_older_values(
        lists.preview(STAYS | {"Telefoonnummer": "06 33330006", "Talen": "nl"}), use_older=True
    )
    apply(run)
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(other.pk, None, "op verzoek")
    undo_import(run)
    stays.refresh_from_db()
    assert (stays.phone, stays.languages) == ("+31633330007", ["en", "fr"])


def take_over(lists: Lists, row: dict[str, str]) -> ImportRun:
    """Import a list whose values replace newer ones."""
    return apply(decide_on_older_values(lists.preview(row), use_older=True))


def test_what_a_list_gave_of_the_one_who_stays_comes_back_when_a_later_list_is_undone(lists):
    first = {"Telefoonnummer": "06 33330001", "Opmerkingen": "Selam een"}
    lists.apply(STAYS | first, OTHER | {"Telefoonnummer": PHONE, "Opmerkingen": "Omar een"})
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merged = merge_dossiers(stays, other)
    take_over(lists, STAYS | {"Telefoonnummer": "06 33330002", "Opmerkingen": "Selam twee"})
    take_over(lists, OTHER | {"Telefoonnummer": "06 33330004", "Opmerkingen": "Omar drie"})
    undo_merge(merged)
    later = take_over(lists, STAYS | {"Telefoonnummer": "06 33330005", "Opmerkingen": "Selam vier"})
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(other.pk, None, "op verzoek")
    steps = str([*Dossier.history.filter(id=stays.pk).values_list("phone", "notes")])
    assert "Omar" not in steps and "33330004" not in steps
    undo_import(later)
    stays.refresh_from_db()
    assert (stays.phone, stays.notes) == ("+31633330002", "Selam twee")


def test_a_remark_beside_that_of_the_other_comes_back_when_a_later_list_is_undone(lists):
    lists.apply(STAYS | {"Opmerkingen": "Selam een"})
    lists.apply(OTHER | {"Opmerkingen": "Omar een"}, organisation=WERKCORPORATIE)
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merged = merge_dossiers(stays, other, notes="both")
    lists.apply(STAYS | {"Opmerkingen": "Selam drie"})
    lists.apply(OTHER | {"Opmerkingen": "Omar vier"}, organisation=WERKCORPORATIE)
    undo_merge(merged)
    stays.refresh_from_db()
    assert stays.notes.splitlines() == ["Selam drie", "Omar vier"]
    stays.notes = "Selam drie"
    stays.save()
    later = lists.apply(STAYS | {"Opmerkingen": "Selam zes"})
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(other.pk, None, "op verzoek")
    undo_import(later)
    stays.refresh_from_db()
    assert stays.notes == "Selam drie"
    assert "Omar" not in str([*Dossier.history.filter(id=stays.pk).values_list("notes")])


def test_a_remark_that_was_typed_while_they_were_one_is_still_asked_about(lists):
    lists.apply(STAYS | {"Opmerkingen": "Kadi een"}, OTHER | {"Opmerkingen": "Nene is alleen"})
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merged = merge_dossiers(stays, other, notes="both")
    stays.notes += "\nwil naar Urk"
    stays.save()
    undo_merge(merged)
    apply(decide_on_older_values(lists.preview(STAYS | {"Opmerkingen": "Kadi twee"}), use_older=False))
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(other.pk, None, "op verzoek")
    stays.refresh_from_db()
    assert stays.notes.split("\n\n") == ["Kadi twee", "Nene is alleen\nwil naar Urk"]
    assert find_open_question_about_older_values(lists.preview(STAYS | {"Opmerkingen": "Kadi drie"}))


@pytest.mark.parametrize("state", ["applied", "undone", "waiting"])
def test_a_list_of_the_other_keeps_nothing_of_the_one_who_stays(coordinator_client, lists, state):
    lists.apply(STAYS | {"Telefoonnummer": "06 33330009", "Opmerkingen": "belt graag"}, OTHER)
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    Dossier.objects.update(status=Status.WITHDRAWN)
    merged = merge_dossiers(stays, other)
    run = lists.preview(OTHER | {"Telefoonnummer": PHONE, "Opmerkingen": "mailt graag"})
    assert run.rows.get().changes["phone"] == ["+31633330009", STORED_PHONE]
    if state != "waiting":
        apply(run)
    if state == "undone":
        undo_import(run)
    undo_merge(merged)
    anonymize_dossier(stays.pk, None, "op verzoek")
    page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert other.reference in page and stays.reference not in page
    assert "33330009" not in page and "belt graag" not in page
    texts = str([*ImportRow.objects.values_list("changes", "given", "kept")])
    assert "33330009" not in texts and "belt graag" not in texts


def test_a_bulk_change_keeps_nothing_of_the_other_as_a_former_value(coordinator_client, lists):
    lists.apply(STAYS, OTHER | {"Verblijfplaats": "Opvangboot"})
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merged = merge_dossiers(stays, other, location="other")
    change = apply_change(coordinator_client, Dossier, "location", "Ens")
    coordinator_client.post(change_url(change, "undo/"), follow=True)
    undo_merge(merged)
    Dossier.objects.update(status=Status.WITHDRAWN)
    assert "Opvangboot" in str([*BulkRow.objects.values_list("old")])
    anonymize_dossier(other.pk, None, "op verzoek")
    assert "Opvangboot" not in str(
        [*BulkRow.objects.values_list("old", "former"), *Dossier.history.values_list("location")]
    )


class Moved:
    """Two people, merged by mistake while a coordinator typed where they stay, and then `change_next` changed it."""

    def __init__(self, lists: Lists, place: str, change_next: Callable[[], Any]) -> None:
        lists.apply(STAYS | {"Verblijfplaats": "Nagele"}, OTHER | {"Verblijfplaats": "Opvangboot"})
        self.stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
        merged = merge_dossiers(self.stays, other)
        self.stays.location = place
        self.stays.save()
        self.next = change_next()
        assert "location" in undo_merge(merged).left
        Dossier.objects.update(status=Status.WITHDRAWN)
        anonymize_dossier(other.pk, None, "op verzoek")

    @property
    def places(self) -> list[str]:
        """The places in the history, each once."""
        steps = Dossier.history.filter(id=self.stays.pk).order_by("history_id").values_list("location", flat=True)
        return [place for place, _steps in groupby(steps)]


def test_what_a_user_typed_while_they_were_one_comes_back_when_a_bulk_change_is_undone(coordinator_client, lists):
    moved = Moved(lists, "Tollebeek", partial(apply_change, coordinator_client, Dossier, "location", "Marknesse"))
    assert moved.places == ["Nagele", "Tollebeek", "Marknesse"]
    page = text(coordinator_client.get(change_url(moved.next, "undo/")))
    assert "vorige waarde komt terug: 1" in page and "Marknesse → Tollebeek" in page and "samenvoeging" not in page
    coordinator_client.post(change_url(moved.next, "undo/"))
    assert Dossier.objects.get(pk=moved.stays.pk).location == "Tollebeek"


def test_what_a_user_typed_while_they_were_one_comes_back_when_a_list_of_that_time_is_undone(lists):
    moved = Moved(lists, "Tollebeek", lambda: take_over(lists, STAYS | {"Verblijfplaats": "Rutten"}))
    assert moved.next.rows.get().changes["location"] == ["Tollebeek", "Rutten"]
    undo_import(moved.next)
    assert moved.places == ["Nagele", "Tollebeek", "Rutten", "Tollebeek"]


@pytest.mark.parametrize(("others", "restored"), [("rood", "groen"), ("groen", None)])
def test_own_fields_that_a_user_typed_while_they_were_one_come_back_unless_they_may_be_of_the_other(
    lists, others, restored
):
    kinds = OwnField.Kind
    fields = {
        kind: OwnField.objects.create(record="dossiers", label=label, kind=kind, choices=choices).key
        for kind, label, choices in (
            (kinds.NUMBER, "Schoenmaat", []),
            (kinds.CHOICE, "Kleur", ["rood", "groen", "blauw"]),
            (kinds.DATE, "Cursus", []),
            (kinds.TEXT, "Weetje", []),
        )
    }
    lists.apply(STAYS, OTHER | {"Kleur": others})
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    merged = merge_dossiers(stays, other)
    typed = {kinds.NUMBER: 43, kinds.CHOICE: "groen", kinds.DATE: "2026-04-04", kinds.TEXT: "Eigen tekst"}
    stays.extra = {fields[kind]: value for kind, value in typed.items()}
    stays.save()
    run = take_over(lists, STAYS | {"Schoenmaat": "45", "Kleur": "blauw", "Cursus": "05-05-2026", "Weetje": "Ander"})
    undo_merge(merged)
    Dossier.objects.update(status=Status.WITHDRAWN)
    anonymize_dossier(other.pk, None, "op verzoek")
    assert "Eigen tekst" not in str([*run.rows.values_list("changes")])
    undo_import(run)
    stays.refresh_from_db()
    values = [stays.extra.get(fields[kind]) for kind in (kinds.NUMBER, kinds.CHOICE, kinds.DATE, kinds.TEXT)]
    assert values == [43, restored, "2026-04-04", None]


@pytest.mark.parametrize("place", ["opvangboot", "Opvangboot, hut 3"])
def test_a_typed_value_with_something_of_the_other_goes_and_no_older_one_is_called_the_former(
    coordinator_client, lists, place
):
    moved = Moved(lists, place, partial(apply_change, coordinator_client, Dossier, "location", "Marknesse"))
    assert moved.places == ["Nagele", "Marknesse"] and place not in str(BulkRow.objects.values_list("old", "former"))
    page = text(coordinator_client.get(change_url(moved.next, "undo/")))
    assert "vorige waarde komt terug: 0" in page and "van een samenvoeging: 1" in page
    assert f"Marknesse → Nagele {ERASED}" in page


def test_a_name_in_what_a_user_typed_while_they_were_one_goes_with_the_person(coordinator_client, lists):
    change_next = partial(apply_change, coordinator_client, Dossier, "location", "Marknesse")
    moved = Moved(lists, "bij Omar Said thuis", change_next)
    assert moved.places == ["Nagele", "bij … thuis", "Marknesse"]
    assert "Omar" not in str(BulkRow.objects.values_list("old", "former"))


def test_the_data_of_a_person_do_not_tell_what_a_mistaken_merge_brought(coordinator_client, lists):
    lists.apply(STAYS, OTHER | {"Telefoonnummer": PHONE})
    stays, other = (Dossier.objects.get(given_name=name) for name in ("Selam", "Omar"))
    undo_merge(merge_dossiers(stays, other, phone="other"))
    page = text(coordinator_client.get(reverse("dossiers_person_file", args=[stays.pk, "html"])))
    assert "06 33330003" not in page and other.reference not in page.replace(f"Samengevoegd met {other.reference}", "")
    assert "niet getoond: toen was een ander dossier met dit dossier samengevoegd" in page


def test_forgetting_the_other_leaves_the_line_of_the_list(coordinator_client, lists):
    mistake = Mistake(lists)
    anonymize_dossier(mistake.stays.pk, None, "op verzoek")
    row = mistake.run.rows.get()
    assert row.given["phone"] == STORED_PHONE
    mistake.run.refresh_from_db()
    assert mistake.run.forgotten_rows == 0
    assert Person(mistake.other).own_rows.filter(pk=row.pk).exists()


def test_it_leaves_the_line_of_a_list_that_is_not_finished_too(coordinator_client, lists):
    mistake = Mistake(lists, finishes=False)
    assert mistake.stays.pk not in find_obstacles([mistake.stays, mistake.other])
    obstacle = find_obstacles([mistake.stays, mistake.other])[mistake.other.pk]
    assert f"import {mistake.run.pk} " in obstacle
    anonymize_dossier(mistake.stays.pk, None, "op verzoek")
    assert mistake.run.rows.get().given["phone"] == STORED_PHONE
    for _time in ("it asks to look again, since the line matches another dossier now", "it is written"):
        mistake.run.refresh_from_db()
        apply(mistake.run)
    assert Dossier.objects.get(pk=mistake.other.pk).phone == STORED_PHONE


def test_a_deleted_one_is_forgotten_without_the_other(coordinator_client, lists):
    mistake = Mistake(lists)
    delete(coordinator_client, mistake.other)
    page = text(coordinator_client.get(reverse("dossiers_forget_deleted", args=[mistake.other.pk])))
    assert "Deze persoon heeft een dossier" not in page
    anonymize_deleted(mistake.other.pk, None, "op verzoek")
    assert not Dossier.objects.get(pk=mistake.stays.pk).anonymised_at
    assert not mistake.run.rows.exists() and set(Supply.objects.values_list("external_id", flat=True)) == {"A1"}


def test_a_deleted_one_whose_name_the_other_had_for_a_while_is_forgotten_without_it(coordinator_client, lists):
    names = dict.fromkeys(["given_name", "family_name", "date_of_birth"], "other")
    mistake = Mistake(lists, **names)
    delete(coordinator_client, mistake.other)
    anonymize_deleted(mistake.other.pk, None, "op verzoek")
    assert Dossier.objects.get(pk=mistake.stays.pk).given_name == "Selam"


def test_the_line_comes_back_when_the_deleted_dossier_is_restored(coordinator_client, lists):
    mistake = Mistake(lists)
    delete(coordinator_client, mistake.other)
    assert not mistake.run.rows.exists()
    coordinator_client.post(reverse("dossiers_deletion_undo", args=[Deletion.objects.get().pk]))
    assert mistake.run.rows.exists()
    undo_import(mistake.run)
    assert not Dossier.objects.get(pk=mistake.stays.pk).phone


def test_the_file_of_the_one_holds_nothing_of_the_other(coordinator_client, lists):
    mistake = Mistake(lists)
    assert not Person(mistake.stays).own_rows.filter(run=mistake.run).exists()


def test_a_line_with_our_own_reference_is_about_the_dossier_with_that_reference(lists):
    stays, other = make_dossier(status=Status.WITHDRAWN), make_dossier(given_name="Omar", status=Status.WITHDRAWN)
    merged = merge_dossiers(stays, other)
    run = lists.apply({"Referentie": other.reference, "Telefoonnummer": PHONE}, organisation=None)
    undo_merge(merged)
    assert not Person(stays).own_rows.exists() and Person(other).own_rows.get().run == run


def test_a_list_that_is_still_with_a_partner_keeps_the_line_of_somebody_else(lists):
    key = 9_999  # of a supply and of another person's dossier
    lists.apply(OTHER)
    Supply.objects.update(id=key)
    stranger, other = make_dossier(pk=key), Dossier.objects.get(given_name="Omar")
    Dossier.objects.update(status=Status.WITHDRAWN)
    draft = lists.preview(OTHER | {"Telefoonnummer": PHONE}, by_partner=True, with_partner=True)
    assert draft.rows.get().target_id == key
    assert find_obstacles([stranger, other]).keys() == {other.pk}
    anonymize_dossier(stranger.pk, None, "op verzoek")
    assert draft.rows.get().given["phone"] == STORED_PHONE
