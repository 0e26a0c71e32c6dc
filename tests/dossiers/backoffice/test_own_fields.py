"""Tests of own fields, from adding one to its use on every page of a record."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from dossiers.models import Dossier, EmployerInterest, ImportProfile, OwnField

from ..models.factories import make_dossier, make_interest
from ..models.merges import get_state, merge_dossiers, undo_merge
from ..models.own_fields import make_field_of_each_kind, make_own_field
from .pages import form_data, raw, text, url

KEPT = {
    "own_mentor": "An", "own_schoenmaat": 42.5, "own_gezien_op": "2026-02-01", "own_vaste_dag": "Maandag",
    "own_vca": True,
}  # fmt: skip
FIELD = {"record": "dossiers", "label": "Vaste dag", "kind": "choice", "choices": "Maandag\n\n Vrijdag \nMaandag",
         "order": "10", "in_use": "on"}  # fmt: skip


def add_own_field(coordinator_client, **changes):
    return coordinator_client.post(url(OwnField, "add"), FIELD | changes)


# --- Under Settings ---


def test_a_coordinator_adds_an_own_field(coordinator_client):
    assert url(OwnField, "list") in raw(coordinator_client.get("/beheer/settings/"))
    assert add_own_field(coordinator_client).status_code == 302
    own_field = OwnField.objects.get()
    assert (own_field.choices, own_field.in_use) == (["Maandag", "Vrijdag"], True)
    assert "Vaste dag" in text(coordinator_client.get(url(OwnField, "list")))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": "Nationaliteit"}, "niet bewaard mag worden"),
        ({"label": "Functie"}, "een woord voor het veld Beroep"),
        ({"choices": ""}, "Schrijf 1 tot 60 keuzes op"),
        ({"choices": "Ma\nma."}, "houden deze keuzes niet uit elkaar"),
        ({"choices": "Maandag\nreligie"}, "niet bewaard mag worden"),
    ],
)
def test_an_invalid_own_field_is_refused_with_the_reason(coordinator_client, changes, message):
    response = add_own_field(coordinator_client, **changes)
    assert response.status_code == 200 and message in text(response) and not OwnField.objects.exists()


def test_the_list_shows_yes_and_no_in_dutch(coordinator_client):
    make_own_field("Maat")
    page = text(coordinator_client.get(url(OwnField, "list")))
    assert " ja " in page and " nee " in page
    assert "True" not in page and "False" not in page


def test_a_used_choice_or_kind_cannot_be_changed(coordinator_client):
    own_field = make_own_field("Vaste dag", choices=["Maandag", "Vrijdag"])
    make_dossier(extra={own_field.key: "Maandag"})
    page = coordinator_client.get(url(OwnField, "edit", own_field.pk))
    assert "Dit veld is 1 keer ingevuld" in text(page)
    response = coordinator_client.post(
        url(OwnField, "edit", own_field.pk), FIELD | {"kind": "text", "choices": "Vrijdag"}
    )
    assert "“Maandag” (1)" in text(response)
    own_field.refresh_from_db()
    assert (own_field.kind, own_field.choices) == ("choice", ["Maandag", "Vrijdag"])


def test_deleting_a_field_says_how_many_records_lose_a_value(coordinator_client):
    own_field = make_own_field("Mentor")
    dossiers = [make_dossier(extra={own_field.key: "An"}), make_dossier(extra={own_field.key: "Bo"}), make_dossier()]
    page = text(coordinator_client.get(url(OwnField, "delete", own_field.pk)))
    assert "wat in “Mentor” is ingevuld (2 keer)" in page and "uit gebruik" in page
    coordinator_client.post(url(OwnField, "delete", own_field.pk))
    for dossier in dossiers:
        dossier.refresh_from_db()
    assert [dossier.extra for dossier in dossiers] == [{}, {}, {}] and not OwnField.objects.exists()


def test_deleting_a_field_without_values_has_no_warning(coordinator_client):
    assert "Daarmee verdwijnt" not in text(coordinator_client.get(url(OwnField, "delete", make_own_field("Mentor").pk)))


def test_deleting_many_fields_says_how_many_records_lose_a_value(coordinator_client):
    fields = [make_own_field("Mentor"), make_own_field("VCA", "yes_no")]
    dossier = make_dossier(extra={"own_mentor": "An", "own_vca": False})
    address = reverse("wagtail_bulk_action", args=["dossiers", "ownfield", "delete"])
    address += "?" + "&".join(f"id={own_field.pk}" for own_field in fields)
    page = text(coordinator_client.get(address))
    assert "“Mentor” is ingevuld (1 keer)" in page and "“VCA” is ingevuld (1 keer)" in page
    assert coordinator_client.post(address).status_code == 302
    dossier.refresh_from_db()
    assert dossier.extra == {} and not OwnField.objects.exists()


def test_the_list_of_own_fields_has_a_constant_number_of_queries(coordinator_client):
    def count_queries(count: int) -> int:
        for _number in range(count):
            make_own_field(f"Veld {OwnField.objects.count()}")
            make_own_field(f"Veld {OwnField.objects.count()}", record="employer_interest")
        with CaptureQueriesContext(connection) as captured:
            assert coordinator_client.get(url(OwnField, "list")).status_code == 200
        return len(captured)

    count_queries(1)
    assert count_queries(2) == count_queries(20)


def test_a_new_field_is_no_longer_ignored_by_import_profiles(coordinator_client):
    columns = {"vaste dag": None, "Volgnummer": None, "Naam": "given_name"}
    profile = ImportProfile.objects.create(name="AZC", record="dossiers", columns=columns)
    other_profile = ImportProfile.objects.create(name="Werkgevers", record="employer_interest", columns=columns)
    add_own_field(coordinator_client)
    profile.refresh_from_db()
    other_profile.refresh_from_db()
    assert profile.columns == {"Volgnummer": None, "Naam": "given_name"} and other_profile.columns == columns


# --- The form ---


@pytest.mark.parametrize(("model", "make"), [(Dossier, make_dossier), (EmployerInterest, make_interest)])
def test_the_form_of_a_record_stores_each_own_field(coordinator_client, model, make):
    make_field_of_each_kind("dossiers" if model is Dossier else "employer_interest")
    record = make()
    page = coordinator_client.get(url(model, "edit", record.pk))
    assert "Eigen velden" in text(page)
    typed = {"own_mentor": " An ", "own_schoenmaat": "42,5", "own_gezien_op": "01-02-2026",
             "own_vaste_dag": "Maandag", "own_vca": "true"}  # fmt: skip
    assert coordinator_client.post(url(model, "edit", record.pk), form_data(page, **typed)).status_code == 302
    record.refresh_from_db()
    assert record.extra == KEPT
    record.full_clean()


def test_each_own_field_is_in_the_form_once(coordinator_client):
    make_field_of_each_kind()
    page = raw(coordinator_client.get(url(Dossier, "add")))
    assert {name: len(re.findall(f'name="{name}"', page)) for name in KEPT} == dict.fromkeys(KEPT, 1)


def test_saving_an_unchanged_form_keeps_values_and_emptying_removes_them(coordinator_client):
    make_field_of_each_kind()
    make_own_field("Vroeger", in_use=False)
    dossier = make_dossier(extra=KEPT | {"own_vroeger": "iets"})
    page = coordinator_client.get(url(Dossier, "edit", dossier.pk))
    coordinator_client.post(url(Dossier, "edit", dossier.pk), form_data(page))
    dossier.refresh_from_db()
    assert dossier.extra == KEPT | {"own_vroeger": "iets"}
    page = coordinator_client.get(url(Dossier, "edit", dossier.pk))
    empty = {"own_mentor": "", "own_schoenmaat": "", "own_gezien_op": "", "own_vaste_dag": "", "own_vca": "unknown"}
    assert coordinator_client.post(url(Dossier, "edit", dossier.pk), form_data(page, **empty)).status_code == 302
    dossier.refresh_from_db()
    assert dossier.extra == {"own_vroeger": "iets"}


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("own_mentor", "bsn 123456782", "bewaren wij niet"),
        ("own_schoenmaat", "groot", "is geen getal"),
        ("own_schoenmaat", "123456782", "999999"),
        ("own_gezien_op", "ooit", "datum"),
        ("own_vaste_dag", "Zondag", "keuze"),
    ],
)
def test_an_invalid_value_is_refused_and_nothing_is_saved(coordinator_client, name, typed, message):
    make_field_of_each_kind()
    dossier = make_dossier(extra=KEPT)
    page = coordinator_client.get(url(Dossier, "edit", dossier.pk))
    response = coordinator_client.post(
        url(Dossier, "edit", dossier.pk), form_data(page, profession="kok", **{name: typed})
    )
    assert response.status_code == 200 and message in " ".join(response.context["form"].errors[name])
    dossier.refresh_from_db()
    assert (dossier.extra, dossier.profession) == (KEPT, "")


@pytest.mark.parametrize("kind", ["text", "number", "date", "yes_no"])
def test_a_required_own_field_must_be_filled_in(coordinator_client, kind):
    make_own_field("Mentor", kind, required=True)
    page = coordinator_client.get(url(Dossier, "add"))
    data = form_data(page, given_name="Selam", family_name="Haile", date_of_birth="12-03-1990")
    assert "own_mentor" in coordinator_client.post(url(Dossier, "add"), data).context["form"].errors
    typed = {"text": "An", "number": "3", "date": "01-02-2026", "yes_no": "false"}[kind]
    assert coordinator_client.post(url(Dossier, "add"), data | {"own_mentor": typed}).status_code == 302


def test_without_own_fields_there_is_no_tab_for_them(coordinator_client):
    make_own_field("Mentor", in_use=False)
    assert (
        "Eigen velden"
        not in text(coordinator_client.get(url(Dossier, "add"))).partition("Opslaan")[0].rpartition("Notities")[2]
    )


# --- Read ---


def test_the_page_and_timeline_of_a_record_show_own_fields(coordinator_client, coordinator):
    make_field_of_each_kind()
    dossier = make_dossier(extra=KEPT)
    dossier.extra = KEPT | {"own_schoenmaat": 43, "own_vca": False}
    dossier._history_user = coordinator
    dossier.save()
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert "Schoenmaat 43" in page and "Gezien op 01-02-2026" in page and "VCA nee" in page
    assert "Schoenmaat 42,5 → 43" in page and "VCA ja → nee" in page


def test_the_timeline_shows_a_field_out_of_use(coordinator_client):
    own_field = make_own_field("Mentor")
    dossier = make_dossier(extra={own_field.key: "An"})
    dossier.extra = {own_field.key: "Bo"}
    dossier.save()
    OwnField.objects.update(in_use=False)
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert "Mentor An → Bo" in page and "Mentor Bo" not in page


def test_a_list_shows_and_orders_by_own_fields_chosen_for_it(coordinator_client):
    make_field_of_each_kind()
    OwnField.objects.filter(key="own_schoenmaat").update(in_list=True)
    make_dossier(given_name="Groot", extra={"own_schoenmaat": 42.5})
    make_dossier(given_name="Klein", extra={"own_schoenmaat": 9})
    page = text(coordinator_client.get(url(Dossier, "list") + "?ordering=extra__own_schoenmaat"))
    assert page.index("Klein") < page.index("Groot") and "42,5" in page and "Mentor" not in page.partition("Groot")[2]
    csv = raw(coordinator_client.get(url(Dossier, "export", "csv") + "?what=shown"))
    assert "Schoenmaat" in csv and "42,5" in csv and "Mentor" not in csv


def test_a_list_can_be_filtered_by_own_fields(coordinator_client):
    make_field_of_each_kind()
    make_dossier(given_name="Maandagmens", extra={"own_vaste_dag": "Maandag"})
    make_dossier(given_name="Woensdagmens", extra={"own_vaste_dag": "Woensdag"})
    page = text(coordinator_client.get(url(Dossier, "list") + "?own_vaste_dag=Maandag"))
    assert "Maandagmens" in page and "Woensdagmens" not in page and "Vaste dag: Maandag" in page
    assert "Schoenmaat: 40,5 - alles" in text(coordinator_client.get(url(Dossier, "list") + "?own_schoenmaat_min=40.5"))


def test_a_filter_on_a_text_of_an_own_field_disregards_diacritics(coordinator_client):
    make_own_field("Mentor")
    make_dossier(given_name="Begeleid", extra={"own_mentor": "Mevrouw Yılmazer"})
    make_dossier(given_name="Alleen", extra={"own_mentor": "Mevrouw Demir"})
    page = text(coordinator_client.get(url(Dossier, "list") + "?own_mentor=yilmázer"))
    assert "Begeleid" in page and "Alleen" not in page


def test_a_list_with_own_fields_has_a_constant_number_of_queries(coordinator_client):
    make_field_of_each_kind()
    OwnField.objects.update(in_list=True)

    def count_queries(count: int) -> int:
        for _number in range(count):
            make_dossier(extra=KEPT)
        with CaptureQueriesContext(connection) as captured:
            assert coordinator_client.get(url(Dossier, "list")).status_code == 200
        return len(captured)

    count_queries(1)
    assert count_queries(4) == count_queries(40)


def test_search_ignores_own_fields(coordinator_client):
    make_dossier(given_name="Selam", extra={make_own_field("Mentor").key: "Vindmij"})
    assert "Selam" not in text(coordinator_client.get(url(Dossier, "list") + "?q=Vindmij"))


# --- Merging ---


def test_a_merge_fills_own_fields_and_offers_a_choice(coordinator_client):
    make_field_of_each_kind()
    make_own_field("Vroeger", in_use=False)
    target = make_dossier(extra={"own_mentor": "An", "own_vca": False})
    source = make_dossier(extra={"own_mentor": "Bo", "own_schoenmaat": 40, "own_vroeger": "iets"})
    page = text(coordinator_client.get(reverse("dossiers_merge", args=[target.pk, source.pk])))
    assert "Mentor" in page and "Schoenmaat" in page and "Vroeger" in page
    state_before = get_state()
    merge = merge_dossiers(target, source, own_mentor="other")
    assert target.extra == {"own_mentor": "Bo", "own_vca": False, "own_schoenmaat": 40, "own_vroeger": "iets"}
    page_text = text(coordinator_client.get(reverse("dossiers_merge_undo", args=[merge.pk])))
    assert "Mentor" in page_text and "An" in page_text
    undo_merge(merge)
    assert get_state() == state_before


def test_undoing_a_merge_keeps_later_changes_of_own_fields(base_data):
    make_own_field("Mentor")
    target, source = make_dossier(extra={"own_mentor": "An"}), make_dossier(extra={"own_mentor": "Bo"})
    merge = merge_dossiers(target, source, own_mentor="other")
    target.extra = {"own_mentor": "Cis"}
    target.save()
    assert undo_merge(merge).left == {"own_mentor": "edited"}
    target.refresh_from_db()
    assert target.extra == {"own_mentor": "Cis"} and Dossier.objects.get(pk=source.pk).extra == {"own_mentor": "Bo"}


# --- What coordinators edit without a developer is a list under Settings ---


@pytest.mark.parametrize("path", ["import-profiles", "action-rules", "email-texts", "own-fields", "sectors"])
def test_coordinators_can_edit_each_list(coordinator_client, path):
    assert f"/beheer/{path}/" in raw(coordinator_client.get("/beheer/settings/"))
    assert coordinator_client.get(f"/beheer/{path}/").status_code == 200


def test_a_change_of_a_field_is_in_its_history(coordinator_client):
    add_own_field(coordinator_client)
    own_field = OwnField.objects.get()
    coordinator_client.post(url(OwnField, "edit", own_field.pk), FIELD | {"label": "Beschikbare dag"})
    assert ModelLogEntry.objects.for_instance(own_field).count() == 2
    assert "Beschikbare dag" in text(coordinator_client.get(url(OwnField, "history", own_field.pk)))
