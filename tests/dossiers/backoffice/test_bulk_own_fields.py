"""Tests of bulk changes of own fields, which have the same validation as the form of a record."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import BulkChange, Dossier, EmployerInterest, OwnField

from ..models.factories import make_dossier, make_interest
from ..models.own_fields import make_field_of_each_kind, make_own_field
from .bulk import apply_change, change_url, list_url, press, preview
from .pages import raw, text, url

TYPED = {
    "own_mentor": (" An ", "An", "An"), "own_schoenmaat": ("42,5", 42.5, "42,5"),
    "own_gezien_op": ("01-02-2026", "2026-02-01", "01-02-2026"), "own_vaste_dag": ("Maandag", "Maandag", "Maandag"),
    "own_vca": ("false", False, "nee"),
}  # fmt: skip


def kept(model=Dossier) -> list[dict]:
    return list(model.objects.order_by("pk").values_list("extra", flat=True))


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize(("model", "make"), [(Dossier, make_dossier), (EmployerInterest, make_interest)])
def test_each_kind_is_set_shown_told_and_undone(coordinator_client, coordinator, model, make, name):
    make_field_of_each_kind("dossiers" if model is Dossier else "employer_interest")
    typed, value, words = TYPED[name]
    full, empty = make(extra={name: TYPED[name][1], "own_x": 1}), make()
    other = make(extra={"own_y": 2})
    change = preview(coordinator_client, model, name, typed)
    page = text(coordinator_client.get(change_url(change)))
    assert f"→ {words}" in page and "wordt gewijzigd: 2" in page and "heeft deze waarde al en blijft gelijk: 1" in page
    assert kept(model) == [{name: value, "own_x": 1}, {}, {"own_y": 2}]
    press(coordinator_client, change)
    assert kept(model) == [{name: value, "own_x": 1}, {name: value}, {"own_y": 2, name: value}]
    step = other.history.first()
    assert (step.extra, step.history_user) == ({"own_y": 2, name: value}, coordinator)
    assert step.history_change_reason == f"Bulkwijziging {change.pk}"
    empty.refresh_from_db()
    empty.full_clean()
    assert f"→ {words}" in text(coordinator_client.get(url(model, "inspect", empty.pk)))
    assert full.history.count() == 1
    press(coordinator_client, change, "undo/")
    assert kept(model) == [{name: value, "own_x": 1}, {}, {"own_y": 2}]


@pytest.mark.parametrize(("name", "nothing"), [(name, "unknown" if name == "own_vca" else "") for name in TYPED])
def test_one_is_emptied_and_comes_back(coordinator_client, name, nothing):
    make_field_of_each_kind()
    make_dossier(extra={name: TYPED[name][1], "own_x": 1})
    change = apply_change(coordinator_client, Dossier, name, nothing)
    assert kept() == [{"own_x": 1}]
    press(coordinator_client, change, "undo/")
    assert kept() == [{name: TYPED[name][1], "own_x": 1}]


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("own_mentor", "bsn 123456782", "bewaren wij niet"),
        ("own_mentor", "x" * 501, "500"),
        ("own_schoenmaat", "groot", "is geen getal"),
        ("own_schoenmaat", "123456782", "999999"),
        ("own_gezien_op", "31-02-2026", "datum"),
        ("own_vaste_dag", "Zondag", "keuze"),
    ],
)
def test_what_its_form_refuses_is_refused_here(coordinator_client, name, typed, why):
    make_field_of_each_kind()
    make_dossier()
    response = coordinator_client.post(list_url(Dossier, id="all"), {"field": name, f"to_{name}": typed})
    assert response.status_code == 200 and why in text(response)
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize("kind", ["text", "number", "date", "yes_no", "choice"])
def test_a_required_one_is_not_emptied(coordinator_client, kind):
    own = make_own_field("Mentor", kind, required=True, **({"choices": ["Ja"]} if kind == "choice" else {}))
    make_dossier()
    for nothing in ({f"to_{own.key}": "unknown" if kind == "yes_no" else ""}, {}):
        response = coordinator_client.post(list_url(Dossier, id="all"), {"field": own.key} | nothing)
        assert response.status_code == 200 and "Vul in wat “Mentor” wordt." in text(response)
    assert not BulkChange.objects.exists()


def test_filling_one_asks_for_no_other_required_one(coordinator_client):
    """Otherwise two fields that became required could not be filled in bulk."""
    first, _second = make_own_field("Mentor", required=True), make_own_field("Maat", required=True)
    make_dossier()
    apply_change(coordinator_client, Dossier, first.key, "An")
    assert kept() == [{first.key: "An"}]


def test_what_a_form_would_refuse_elsewhere_leaves_the_record(coordinator_client):
    own = make_own_field("Mentor")
    make_dossier(date_of_birth=timezone.localdate() - timedelta(days=6000)), make_dossier()
    change = preview(coordinator_client, Dossier, own.key, "An")
    page = text(coordinator_client.get(change_url(change) + "?show=refused"))
    assert "wordt gewijzigd: 1" in page and "Geboortedatum: Een kandidaat is 18 jaar of ouder" in page
    press(coordinator_client, change)
    assert kept() == [{}, {own.key: "An"}]


def test_the_page_offers_those_of_this_record_that_are_in_use_as_its_form_does(coordinator_client):
    make_own_field("Mentor")
    make_own_field("Vaste dag", choices=["Maandag"])
    make_own_field("Vroeger", in_use=False)
    make_own_field("Ploeg", record="employer_interest")
    make_dossier(), make_interest()
    page = raw(coordinator_client.get(list_url(Dossier, id="all")))
    assert 'name="to_own_mentor"' in page and "own_vroeger" not in page and "own_ploeg" not in page
    assert "(leegmaken)" in page
    assert 'name="to_own_ploeg"' in raw(coordinator_client.get(list_url(EmployerInterest, id="all")))
    response = coordinator_client.post(list_url(Dossier, id="all"), {"field": "own_vroeger", "to_own_vroeger": "x"})
    assert response.status_code == 200 and not BulkChange.objects.exists()


def test_what_became_of_the_field_since_the_preview_refuses_it_in_words(coordinator_client):
    make_dossier()
    for label, told, typed, alter, why in (
        ("Mentor", {}, "An", {"in_use": False}, "Dit veld is uit gebruik"),
        ("Dag", {"choices": ["Ma"]}, "Ma", {"choices": ["Dinsdag"]}, "Kies uit: Dinsdag"),
        ("Maat", {"kind": "number"}, "42", {"kind": "text"}, "past niet meer bij het veld"),
    ):
        own = make_own_field(label, **told)
        change = preview(coordinator_client, Dossier, own.key, typed)
        OwnField.objects.filter(pk=own.pk).update(**alter)
        assert why in press(coordinator_client, change) + text(
            coordinator_client.get(change_url(change) + "?show=refused")
        ), label
        assert kept() == [{}]


def test_an_undo_waits_until_the_field_is_in_use_again(coordinator_client):
    own = make_own_field("Mentor")
    make_dossier(extra={own.key: "An"}), make_dossier()
    change = apply_change(coordinator_client, Dossier, own.key, "Bo")
    OwnField.objects.update(in_use=False)
    page = text(coordinator_client.get(change_url(change, "undo/") + "?show=stays"))
    assert page.count("Dit veld is uit gebruik") == 2
    OwnField.objects.update(in_use=True, required=True)
    press(coordinator_client, change, "undo/")
    assert kept() == [{own.key: "An"}, {}]


def test_deleting_the_field_deletes_what_bulk_changes_know_of_its_values(coordinator_client):
    own, other = make_own_field("Mentor"), make_own_field("Maat")
    make_dossier(extra={own.key: "An"})
    done, shown = (
        apply_change(coordinator_client, Dossier, own.key, "Bo"),
        preview(coordinator_client, Dossier, own.key, "Cis"),
    )
    untouched = apply_change(coordinator_client, Dossier, other.key, "42")
    own.delete()
    for change in (done, shown):
        change.refresh_from_db()
        assert (change.given, change.rows.count()) == (None, 0)
        page = text(coordinator_client.get(change_url(change)))
        assert "een verwijderd veld" in page and "Bo" not in page and "Cis" not in page
    assert "kan niet meer ongedaan" in press(coordinator_client, done, "undo/")
    press(coordinator_client, shown)
    assert kept() == [{other.key: "42"}]
    assert untouched.rows.count() == 1
    make_own_field("Mentor")
    press(coordinator_client, shown)
    assert kept() == [{other.key: "42"}]


def test_all_bulk_changes_name_the_field_with_as_many_questions_for_many_as_for_few(coordinator_client):
    own = make_own_field("Schoenmaat van de kandidaat die bij de Werkcorporatie w", "number")
    make_dossier()

    def queries(count: int) -> int:
        for _number in range(count):
            apply_change(coordinator_client, Dossier, own.key, BulkChange.objects.count() + 1)
        with CaptureQueriesContext(connection) as captured:
            page = text(coordinator_client.get("/beheer/bulk-changes/"))
        assert f"Dossiers: {own.label}" in page
        return len(captured)

    queries(1)
    assert queries(2) == queries(10)


def test_checking_an_own_field_asks_the_database_for_no_record_more_than_another_does(coordinator_client):
    own = make_own_field("Mentor")
    for _number in range(10):
        make_dossier(extra={own.key: "An"})

    def asked_for(field: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            preview(coordinator_client, Dossier, field, "Bo")
        return len(captured)

    asked_for("location")
    assert asked_for(own.key) - asked_for("location") < 10
