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


def get_stored_values(model=Dossier) -> list[dict]:
    return list(model.objects.order_by("pk").values_list("extra", flat=True))


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize(("model", "make"), [(Dossier, make_dossier), (EmployerInterest, make_interest)])
def test_each_kind_of_own_field_can_be_changed_and_undone(coordinator_client, coordinator, model, make, name):
    make_field_of_each_kind("dossiers" if model is Dossier else "employer_interest")
    typed, value, words = TYPED[name]
    full, empty = make(extra={name: TYPED[name][1], "own_x": 1}), make()
    other = make(extra={"own_y": 2})
    change = preview(coordinator_client, model, name, typed)
    page = text(coordinator_client.get(change_url(change)))
    assert f"→ {words}" in page and "wordt gewijzigd: 2" in page and "heeft deze waarde al en blijft gelijk: 1" in page
    assert get_stored_values(model) == [{name: value, "own_x": 1}, {}, {"own_y": 2}]
    press(coordinator_client, change)
    assert get_stored_values(model) == [{name: value, "own_x": 1}, {name: value}, {"own_y": 2, name: value}]
    step = other.history.first()
    assert (step.extra, step.history_user) == ({"own_y": 2, name: value}, coordinator)
    assert step.history_change_reason == f"Bulkwijziging {change.pk}"
    empty.refresh_from_db()
    empty.full_clean()
    assert f"→ {words}" in text(coordinator_client.get(url(model, "inspect", empty.pk)))
    assert full.history.count() == 1
    press(coordinator_client, change, "undo/")
    assert get_stored_values(model) == [{name: value, "own_x": 1}, {}, {"own_y": 2}]


@pytest.mark.parametrize(("name", "nothing"), [(name, "unknown" if name == "own_vca" else "") for name in TYPED])
def test_an_own_field_can_be_emptied_and_restored(coordinator_client, name, nothing):
    make_field_of_each_kind()
    make_dossier(extra={name: TYPED[name][1], "own_x": 1})
    change = apply_change(coordinator_client, Dossier, name, nothing)
    assert get_stored_values() == [{"own_x": 1}]
    press(coordinator_client, change, "undo/")
    assert get_stored_values() == [{name: TYPED[name][1], "own_x": 1}]


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("own_mentor", "bsn 123456782", "bewaren wij niet"),
        ("own_mentor", "x" * 501, "500"),
        ("own_schoenmaat", "groot", "is geen getal"),
        ("own_schoenmaat", "123456782", "999999"),
        ("own_gezien_op", "31-02-2026", "datum"),
        ("own_vaste_dag", "Zondag", "keuze"),
    ],
)
def test_a_value_that_the_form_refuses_is_refused(coordinator_client, name, typed, message):
    make_field_of_each_kind()
    make_dossier()
    response = coordinator_client.post(list_url(Dossier, id="all"), {"field": name, f"to_{name}": typed})
    assert response.status_code == 200 and message in text(response)
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize("kind", ["text", "number", "date", "yes_no", "choice"])
def test_a_required_field_cannot_be_emptied(coordinator_client, kind):
    own_field = make_own_field("Mentor", kind, required=True, **({"choices": ["Ja"]} if kind == "choice" else {}))
    make_dossier()
    for nothing in ({f"to_{own_field.key}": "unknown" if kind == "yes_no" else ""}, {}):
        response = coordinator_client.post(list_url(Dossier, id="all"), {"field": own_field.key} | nothing)
        assert response.status_code == 200 and "Vul in wat “Mentor” wordt." in text(response)
    assert not BulkChange.objects.exists()


def test_filling_a_required_field_needs_no_other_required_field(coordinator_client):
    """Otherwise two fields that became required could not be filled in bulk."""
    first, _second = make_own_field("Mentor", required=True), make_own_field("Maat", required=True)
    make_dossier()
    apply_change(coordinator_client, Dossier, first.key, "An")
    assert get_stored_values() == [{first.key: "An"}]


def test_a_record_with_another_invalid_field_is_left_unchanged(coordinator_client):
    own_field = make_own_field("Mentor")
    make_dossier(date_of_birth=timezone.localdate() - timedelta(days=6000)), make_dossier()
    change = preview(coordinator_client, Dossier, own_field.key, "An")
    page = text(coordinator_client.get(change_url(change) + "?show=refused"))
    assert "wordt gewijzigd: 1" in page and "Geboortedatum: Een kandidaat is 18 jaar of ouder" in page
    press(coordinator_client, change)
    assert get_stored_values() == [{}, {own_field.key: "An"}]


def test_the_page_offers_own_fields_in_use_of_the_same_record(coordinator_client):
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


def test_a_field_changed_since_the_preview_is_refused(coordinator_client):
    make_dossier()
    for label, options, typed, changes, message in (
        ("Mentor", {}, "An", {"in_use": False}, "Dit veld is uit gebruik"),
        ("Dag", {"choices": ["Ma"]}, "Ma", {"choices": ["Dinsdag"]}, "Kies uit: Dinsdag"),
        ("Maat", {"kind": "number"}, "42", {"kind": "text"}, "past niet meer bij het veld"),
    ):
        own_field = make_own_field(label, **options)
        change = preview(coordinator_client, Dossier, own_field.key, typed)
        OwnField.objects.filter(pk=own_field.pk).update(**changes)
        assert message in press(coordinator_client, change) + text(
            coordinator_client.get(change_url(change) + "?show=refused")
        ), label
        assert get_stored_values() == [{}]


def test_a_change_of_a_field_out_of_use_is_undone_once_it_is_in_use_again(coordinator_client):
    own_field = make_own_field("Mentor")
    make_dossier(extra={own_field.key: "An"}), make_dossier()
    change = apply_change(coordinator_client, Dossier, own_field.key, "Bo")
    OwnField.objects.update(in_use=False)
    page = text(coordinator_client.get(change_url(change, "undo/") + "?show=stays"))
    assert page.count("Dit veld is uit gebruik") == 3, "of each record, and why nothing can be undone"
    assert "Wijzig of verwijder" not in page
    OwnField.objects.update(in_use=True, required=True)
    press(coordinator_client, change, "undo/")
    assert get_stored_values() == [{own_field.key: "An"}, {}]


def test_deleting_a_field_deletes_its_values_from_bulk_changes(coordinator_client):
    own_field, other_field = make_own_field("Mentor"), make_own_field("Maat")
    make_dossier(extra={own_field.key: "An"})
    applied, previewed = (
        apply_change(coordinator_client, Dossier, own_field.key, "Bo"),
        preview(coordinator_client, Dossier, own_field.key, "Cis"),
    )
    untouched = apply_change(coordinator_client, Dossier, other_field.key, "42")
    own_field.delete()
    for change in (applied, previewed):
        change.refresh_from_db()
        assert (change.given, change.rows.count()) == (None, 0)
        page = text(coordinator_client.get(change_url(change)))
        assert "een verwijderd veld" in page and "Bo" not in page and "Cis" not in page
    assert "kan niet meer ongedaan" in press(coordinator_client, applied, "undo/")
    press(coordinator_client, previewed)
    assert get_stored_values() == [{other_field.key: "42"}]
    assert untouched.rows.count() == 1
    make_own_field("Mentor")
    press(coordinator_client, previewed)
    assert get_stored_values() == [{other_field.key: "42"}]


def test_the_list_of_bulk_changes_has_a_constant_number_of_queries(coordinator_client):
    own_field = make_own_field("Schoenmaat van de kandidaat die bij de Werkcorporatie w", "number")
    make_dossier()

    def count_queries(count: int) -> int:
        for _number in range(count):
            apply_change(coordinator_client, Dossier, own_field.key, BulkChange.objects.count() + 1)
        with CaptureQueriesContext(connection) as captured:
            page = text(coordinator_client.get("/beheer/bulk-changes/"))
        assert f"Dossiers: {own_field.label}" in page
        return len(captured)

    count_queries(1)
    assert count_queries(2) == count_queries(10)


def test_checking_an_own_field_adds_no_queries_per_record(coordinator_client):
    own_field = make_own_field("Mentor")
    for _number in range(10):
        make_dossier(extra={own_field.key: "An"})

    def count_queries(field: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            preview(coordinator_client, Dossier, field, "Bo")
        return len(captured)

    count_queries("location")
    assert count_queries(own_field.key) - count_queries("location") < 10
