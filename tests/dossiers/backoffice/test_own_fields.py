"""Tests of own fields, from adding one to its use on every page of a record."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from dossiers.models import Dossier, EmployerInterest, ImportProfile, OwnField

from ..models.making import make_dossier, make_interest
from ..models.merged import joined, parted, state
from ..models.own import make_own, one_of_each
from .pages import filled_in, raw, text, url

KEPT = {
    "own_mentor": "An", "own_schoenmaat": 42.5, "own_gezien_op": "2026-02-01", "own_vaste_dag": "Maandag",
    "own_vca": True,
}  # fmt: skip
FIELD = {"record": "dossiers", "label": "Vaste dag", "kind": "choice", "choices": "Maandag\n\n Vrijdag \nMaandag",
         "order": "10", "in_use": "on"}  # fmt: skip


def add(desk, **changes):
    return desk.post(url(OwnField, "add"), FIELD | changes)


# --- Under Lists ---


def test_a_coordinator_adds_one(desk):
    assert url(OwnField, "list") in raw(desk.get("/beheer/"))
    assert add(desk).status_code == 302
    own = OwnField.objects.get()
    assert (own.key, own.choices, own.in_use) == ("own_vaste_dag", ["Maandag", "Vrijdag"], True)
    assert "Vaste dag" in text(desk.get(url(OwnField, "list")))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"label": "Nationaliteit"}, "niet bewaard mag worden"),
        ({"label": "Functie"}, "een woord voor het veld Beroep"),
        ({"choices": ""}, "Schrijf 1 tot 60 keuzes op"),
        ({"choices": "Ma\nma."}, "houden deze keuzes niet uit elkaar"),
        ({"choices": "Maandag\nreligie"}, "niet bewaard mag worden"),
    ],
)
def test_what_can_not_be_is_refused_with_the_reason(desk, changes, why):
    response = add(desk, **changes)
    assert response.status_code == 200 and why in text(response) and not OwnField.objects.exists()


def test_the_list_says_yes_and_no_and_no_english_to_who_listens(desk):
    make_own("Maat")
    page = text(desk.get(url(OwnField, "list")))
    assert " ja " in page and " nee " in page
    assert "True" not in page and "False" not in page


def test_what_can_not_change_says_why(desk):
    own = make_own("Vaste dag", choices=["Maandag", "Vrijdag"])
    make_dossier(extra={own.key: "Maandag"})
    page = desk.get(url(OwnField, "edit", own.pk))
    assert "Bij 1 record is dit veld ingevuld" in text(page)
    response = desk.post(url(OwnField, "edit", own.pk), FIELD | {"kind": "text", "choices": "Vrijdag"})
    assert "“Maandag” (1)" in text(response)
    own.refresh_from_db()
    assert (own.kind, own.choices) == ("choice", ["Maandag", "Vrijdag"])


def test_deleting_one_says_how_many_records_lose_a_value(desk):
    own = make_own("Mentor")
    dossiers = [make_dossier(extra={own.key: "An"}), make_dossier(extra={own.key: "Bo"}), make_dossier()]
    page = text(desk.get(url(OwnField, "delete", own.pk)))
    assert "wat bij 2 records in “Mentor” staat" in page and "uit gebruik" in page
    desk.post(url(OwnField, "delete", own.pk))
    for dossier in dossiers:
        dossier.refresh_from_db()
    assert [dossier.extra for dossier in dossiers] == [{}, {}, {}] and not OwnField.objects.exists()


def test_deleting_one_without_values_just_asks(desk):
    assert "Daarmee verdwijnt" not in text(desk.get(url(OwnField, "delete", make_own("Mentor").pk)))


def test_deleting_many_says_it_too(desk):
    fields = [make_own("Mentor"), make_own("VCA", "yes_no")]
    dossier = make_dossier(extra={"own_mentor": "An", "own_vca": False})
    address = reverse("wagtail_bulk_action", args=["dossiers", "ownfield", "delete"])
    address += "?" + "&".join(f"id={own.pk}" for own in fields)
    page = text(desk.get(address))
    assert "1 record in “Mentor”" in page and "1 record in “VCA”" in page
    assert desk.post(address).status_code == 302
    dossier.refresh_from_db()
    assert dossier.extra == {} and not OwnField.objects.exists()


def test_their_list_asks_the_database_as_often_for_many_as_for_few(desk):
    def queries(count: int) -> int:
        for _one in range(count):
            make_own(f"Veld {OwnField.objects.count()}")
            make_own(f"Veld {OwnField.objects.count()}", record="employer_interest")
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(url(OwnField, "list")).status_code == 200
        return len(asked)

    queries(1)
    assert queries(2) == queries(20)


def test_a_column_that_was_left_out_before_comes_in_from_now_on(desk):
    columns = {"vaste dag": None, "Volgnummer": None, "Naam": "given_name"}
    profile = ImportProfile.objects.create(name="AZC", record="dossiers", columns=columns)
    other = ImportProfile.objects.create(name="Werkgevers", record="employer_interest", columns=columns)
    add(desk)
    profile.refresh_from_db()
    other.refresh_from_db()
    assert profile.columns == {"Volgnummer": None, "Naam": "given_name"} and other.columns == columns


# --- The form ---


@pytest.mark.parametrize(("model", "make"), [(Dossier, make_dossier), (EmployerInterest, make_interest)])
def test_a_form_has_a_field_for_each_and_keeps_what_is_filled_in(desk, model, make):
    one_of_each("dossiers" if model is Dossier else "employer_interest")
    record = make()
    page = desk.get(url(model, "edit", record.pk))
    assert "Eigen velden" in text(page)
    typed = {"own_mentor": " An ", "own_schoenmaat": "42,5", "own_gezien_op": "01-02-2026",
             "own_vaste_dag": "Maandag", "own_vca": "true"}  # fmt: skip
    assert desk.post(url(model, "edit", record.pk), filled_in(page, **typed)).status_code == 302
    record.refresh_from_db()
    assert record.extra == KEPT
    record.full_clean()


def test_each_stands_in_the_form_once(desk):
    one_of_each()
    page = raw(desk.get(url(Dossier, "add")))
    assert {name: len(re.findall(f'name="{name}"', page)) for name in KEPT} == dict.fromkeys(KEPT, 1)


def test_saving_what_one_opened_changes_nothing_and_emptying_it_takes_it_away(desk):
    one_of_each()
    make_own("Vroeger", in_use=False)
    dossier = make_dossier(extra=KEPT | {"own_vroeger": "iets"})
    page = desk.get(url(Dossier, "edit", dossier.pk))
    desk.post(url(Dossier, "edit", dossier.pk), filled_in(page))
    dossier.refresh_from_db()
    assert dossier.extra == KEPT | {"own_vroeger": "iets"}
    page = desk.get(url(Dossier, "edit", dossier.pk))
    empty = {"own_mentor": "", "own_schoenmaat": "", "own_gezien_op": "", "own_vaste_dag": "", "own_vca": "unknown"}
    assert desk.post(url(Dossier, "edit", dossier.pk), filled_in(page, **empty)).status_code == 302
    dossier.refresh_from_db()
    assert dossier.extra == {"own_vroeger": "iets"}


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("own_mentor", "bsn 123456782", "bewaren wij niet"),
        ("own_schoenmaat", "groot", "is geen getal"),
        ("own_schoenmaat", "123456782", "999999"),
        ("own_gezien_op", "ooit", "datum"),
        ("own_vaste_dag", "Zondag", "keuze"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_saved(desk, name, typed, why):
    one_of_each()
    dossier = make_dossier(extra=KEPT)
    page = desk.get(url(Dossier, "edit", dossier.pk))
    response = desk.post(url(Dossier, "edit", dossier.pk), filled_in(page, profession="kok", **{name: typed}))
    assert response.status_code == 200 and why in " ".join(response.context["form"].errors[name])
    dossier.refresh_from_db()
    assert (dossier.extra, dossier.profession) == (KEPT, "")


@pytest.mark.parametrize("kind", ["text", "number", "date", "yes_no"])
def test_a_required_one_is_asked(desk, kind):
    make_own("Mentor", kind, required=True)
    page = desk.get(url(Dossier, "add"))
    data = filled_in(page, given_name="Selam", family_name="Haile", date_of_birth="12-03-1990")
    assert "own_mentor" in desk.post(url(Dossier, "add"), data).context["form"].errors
    typed = {"text": "An", "number": "3", "date": "01-02-2026", "yes_no": "false"}[kind]
    assert desk.post(url(Dossier, "add"), data | {"own_mentor": typed}).status_code == 302


def test_without_own_fields_there_is_no_tab_for_them(desk):
    make_own("Mentor", in_use=False)
    assert "Eigen velden" not in text(desk.get(url(Dossier, "add"))).partition("Opslaan")[0].rpartition("Notities")[2]


# --- Read ---


def test_a_records_page_shows_them_in_words_and_its_timeline_tells_of_them(desk, coordinator):
    one_of_each()
    dossier = make_dossier(extra=KEPT)
    dossier.extra = KEPT | {"own_schoenmaat": 43, "own_vca": False}
    dossier._history_user = coordinator
    dossier.save()
    page = text(desk.get(url(Dossier, "inspect", dossier.pk)))
    assert "Schoenmaat 43" in page and "Gezien op 01-02-2026" in page and "VCA nee" in page
    assert "Schoenmaat 42,5 → 43" in page and "VCA ja → nee" in page


def test_the_timeline_still_tells_of_a_field_out_of_use(desk):
    own = make_own("Mentor")
    dossier = make_dossier(extra={own.key: "An"})
    dossier.extra = {own.key: "Bo"}
    dossier.save()
    OwnField.objects.update(in_use=False)
    page = text(desk.get(url(Dossier, "inspect", dossier.pk)))
    assert "Mentor An → Bo" in page and "Mentor Bo" not in page


def test_a_list_shows_those_that_were_chosen_for_it_and_is_ordered_by_them(desk):
    one_of_each()
    OwnField.objects.filter(key="own_schoenmaat").update(in_list=True)
    make_dossier(given_name="Groot", extra={"own_schoenmaat": 42.5})
    make_dossier(given_name="Klein", extra={"own_schoenmaat": 9})
    page = text(desk.get(url(Dossier, "list") + "?ordering=extra__own_schoenmaat"))
    assert page.index("Klein") < page.index("Groot") and "42,5" in page and "Mentor" not in page.partition("Groot")[2]
    csv = raw(desk.get(url(Dossier, "export", "csv") + "?what=shown"))
    assert "Schoenmaat" in csv and "42,5" in csv and "Mentor" not in csv


def test_a_list_is_filtered_by_them_and_says_so(desk):
    one_of_each()
    make_dossier(given_name="Maandagmens", extra={"own_vaste_dag": "Maandag"})
    make_dossier(given_name="Woensdagmens", extra={"own_vaste_dag": "Woensdag"})
    page = text(desk.get(url(Dossier, "list") + "?own_vaste_dag=Maandag"))
    assert "Maandagmens" in page and "Woensdagmens" not in page and "Vaste dag: Maandag" in page
    assert "Schoenmaat: 40,5 - alles" in text(desk.get(url(Dossier, "list") + "?own_schoenmaat_min=40.5"))


def test_a_list_asks_the_database_as_often_for_many_as_for_few(desk):
    one_of_each()
    OwnField.objects.update(in_list=True)

    def queries(count: int) -> int:
        for _one in range(count):
            make_dossier(extra=KEPT)
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(url(Dossier, "list")).status_code == 200
        return len(asked)

    queries(1)
    assert queries(4) == queries(40)


def test_search_does_not_look_in_them(desk):
    make_dossier(given_name="Selam", extra={make_own("Mentor").key: "Vindmij"})
    assert "Selam" not in text(desk.get(url(Dossier, "list") + "?q=Vindmij"))


# --- Merging ---


def test_merging_takes_what_one_has_and_asks_where_both_have_one(desk):
    one_of_each()
    make_own("Vroeger", in_use=False)
    kept = make_dossier(extra={"own_mentor": "An", "own_vca": False})
    other = make_dossier(extra={"own_mentor": "Bo", "own_schoenmaat": 40, "own_vroeger": "iets"})
    page = text(desk.get(reverse("dossiers_merge", args=[kept.pk, other.pk])))
    assert "Mentor" in page and "Schoenmaat" in page and "Vroeger" in page
    stood = state()
    done = joined(kept, other, own_mentor="other")
    assert kept.extra == {"own_mentor": "Bo", "own_vca": False, "own_schoenmaat": 40, "own_vroeger": "iets"}
    told = text(desk.get(reverse("dossiers_merge_undo", args=[done.pk])))
    assert "Mentor" in told and "An" in told
    parted(done)
    assert state() == stood


def test_undoing_a_merge_leaves_what_was_changed_since(base_data):
    make_own("Mentor")
    kept, other = make_dossier(extra={"own_mentor": "An"}), make_dossier(extra={"own_mentor": "Bo"})
    done = joined(kept, other, own_mentor="other")
    kept.extra = {"own_mentor": "Cis"}
    kept.save()
    assert parted(done).left == {"own_mentor": "edited"}
    kept.refresh_from_db()
    assert kept.extra == {"own_mentor": "Cis"} and Dossier.objects.get(pk=other.pk).extra == {"own_mentor": "Bo"}


# --- What coordinators edit without a developer is a list under Lists ---


@pytest.mark.parametrize("path", ["import-profiles", "action-rules", "email-texts", "own-fields", "sectors"])
def test_what_they_edit_is_a_list(desk, path):
    assert f"/beheer/{path}/" in raw(desk.get("/beheer/"))
    assert desk.get(f"/beheer/{path}/").status_code == 200


def test_a_change_of_a_field_is_in_its_history(desk):
    add(desk)
    own = OwnField.objects.get()
    desk.post(url(OwnField, "edit", own.pk), FIELD | {"label": "Beschikbare dag"})
    assert ModelLogEntry.objects.for_instance(own).count() == 2
    assert "Beschikbare dag" in text(desk.get(url(OwnField, "history", own.pk)))
