"""Tests of bulk changes: they change exactly the selected records, as previewed."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import ModelLogEntry

from dossiers.models import BulkChange, ClosingReason, Dossier, EmployerInterest, FollowUp, Sector, Status, Step

from ..models.factories import make_dossier, make_interest
from ..models.placements import make_placement
from .bulk import apply_change, change_url, get_sectors, get_values, list_url, press, preview
from .pages import form_data, text, url

# Which records


def test_all_selects_the_records_that_match_the_filter_and_the_search(coordinator_client):
    for given_name, status in (("Selam", "intake"), ("Selam", "available"), ("Tesfay", "intake")):
        make_dossier(given_name=given_name, status=status)
    apply_change(coordinator_client, Dossier, "location", "Emmeloord", status="intake", q="selam")
    assert get_values() == ["Emmeloord", "", ""]


def test_the_list_of_bulk_changes_says_how_to_begin_if_nothing_was_changed(coordinator_client):
    page = text(coordinator_client.get("/beheer/bulk-changes/"))
    assert "Vink in een lijst regels aan en kies “Wijzigen…”." in page


def test_only_selected_records_are_changed(coordinator_client):
    first, _second, third = (make_dossier() for _number in range(3))
    apply_change(coordinator_client, Dossier, "location", "Emmeloord", id=[first.pk, third.pk])
    assert get_values() == ["Emmeloord", "", "Emmeloord"]


@pytest.mark.parametrize(
    "query", [{"sectors": 99999}, {"status": "flying"}, {"schoenmaat": "42"}, {"id": ["x", "9" * 30]}]
)
def test_all_selects_nothing_if_a_filter_does_not_exist(coordinator_client, query):
    make_dossier()
    response = coordinator_client.get(list_url(Dossier, **({"id": "all"} | query)), follow=True)
    assert "Vink eerst een regel aan" in text(response)


def test_a_change_without_a_selection_is_refused(coordinator_client):
    make_dossier()
    response = coordinator_client.get(list_url(Dossier, "change", status="registered"), follow=True)
    assert "Vink eerst een regel aan, of alles in deze lijst" in text(response)


def test_an_export_without_a_selection_contains_the_filtered_list(coordinator_client):
    make_dossier(given_name="Selam"), make_dossier(given_name="Tesfay"), make_dossier(status="available")
    page = text(coordinator_client.get(list_url(Dossier, "export", status="registered")))
    assert "2 dossiers Er is geen regel aangevinkt: dit is de hele lijst" in page
    assert "Selam" in page and "Tesfay" in page
    assert "hele lijst" not in text(coordinator_client.get(list_url(Dossier, "export", id="all")))
    empty_page = coordinator_client.get(list_url(Dossier, "export", status="withdrawn"), follow=True)
    assert "Vink eerst een regel aan, of alles in deze lijst" in text(empty_page)


# What is shown before


def test_the_preview_counts_and_shows_old_and_new_and_writes_nothing(coordinator_client):
    make_dossier(given_name="Selam", location="Luttelgeest")
    make_dossier(given_name="Tesfay", location="Emmeloord")
    page = text(coordinator_client.get(change_url(preview(coordinator_client, Dossier, "location", "Emmeloord"))))
    assert "2 dossiers Verblijfplaats → Emmeloord wordt gewijzigd: 1 heeft deze waarde al en blijft gelijk: 1" in page
    assert "Nu 1 dossier wijzigen" in page
    assert "Selam" in page.split("Wie Wat")[1] and "Luttelgeest → Emmeloord" in page
    assert get_values() == ["Luttelgeest", "Emmeloord"]


def test_a_value_that_the_form_refuses_is_refused_with_its_reason(coordinator_client):
    matched, free = make_placement(Step.INTERVIEW).dossier, make_dossier(status="available")
    change = preview(coordinator_client, Dossier, "status", "withdrawn")
    page = text(coordinator_client.get(change_url(change) + "?show=refused"))
    assert "geweigerd en blijft gelijk: 1" in page
    assert "Er is nog een plaatsing. Beëindig die eerst" in page
    assert matched.heading in page
    press(coordinator_client, change)
    matched.refresh_from_db(), free.refresh_from_db()
    assert (matched.status, free.status) == ("matched", "withdrawn")


@pytest.mark.parametrize("status", [Status.MATCHED, Status.WORKING])
def test_placement_statuses_cannot_be_set_in_bulk(coordinator_client, status):
    make_dossier(status="available")
    response = coordinator_client.post(list_url(Dossier, id="all"), {"field": "status", "to_status": status})
    assert response.status_code == 200
    assert "deze keuze is er niet" in text(response).lower()
    assert not BulkChange.objects.exists()


def test_a_record_with_another_invalid_field_is_named_and_left_unchanged(coordinator_client):
    make_dossier(given_name="Te jong", date_of_birth=timezone.localdate() - timedelta(days=6000))
    page = text(coordinator_client.get(change_url(preview(coordinator_client, Dossier, "location", "Emmeloord"))))
    assert "Geboortedatum: Een kandidaat is 18 jaar of ouder" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"field": "family_name"},
        {"field": "sectors_add"},
        {"field": "privacy_notice_on", "to_privacy_notice_on": "31-02-2026"},
    ],
)
def test_an_invalid_choice_shows_the_form_again(coordinator_client, data):
    make_dossier()
    assert coordinator_client.post(list_url(Dossier, id="all"), data).status_code == 200
    assert not BulkChange.objects.exists()


def test_the_page_names_the_missing_choice(coordinator_client):
    make_dossier()
    where = list_url(Dossier, id="all")
    page = coordinator_client.get(where)
    assert "bulk-change.js" in page.content.decode()
    untouched = {
        control["name"]: (control.find("option", selected=True) or control.find("option"))["value"]
        for control in BeautifulSoup(page.content, "html.parser").select(".bulk-value select")
    }
    assert "zet het rondje voor de naam aan" in text(coordinator_client.post(where, untouched))
    page = text(coordinator_client.post(where, untouched | {"to_location": "Emmeloord"}))
    assert "U vulde “Verblijfplaats” in. Zet het rondje aan" in page
    assert "Vul in wat “Sectoren erbij” wordt." in text(coordinator_client.post(where, {"field": "sectors_add"}))


def test_an_impossible_day_is_refused_and_stays_as_typed(coordinator_client):
    make_dossier()
    typed = {"field": "privacy_notice_on", "to_privacy_notice_on": "31-02-2026"}
    response = coordinator_client.post(list_url(Dossier, id="all"), typed)
    assert "Deze datum bestaat niet. Schrijf dag-maand-jaar" in text(response)
    assert 'value="31-02-2026"' in response.content.decode()
    preview_page = text(
        coordinator_client.get(change_url(preview(coordinator_client, Dossier, "privacy_notice_on", "01-06-0202")))
    )
    assert "Controleer het jaar van deze datum" in preview_page


def test_a_typed_bsn_is_refused(coordinator_client):
    action = FollowUp.objects.create(text="Bellen", due_on=timezone.localdate())
    FollowUp.objects.filter(pk=action.pk).update(text="Bellen over 111222333")
    page = text(coordinator_client.get(change_url(preview(coordinator_client, FollowUp, "due_on", "01-12-2030"))))
    assert "→ 01-12-2030" in page, "a number that was kept before is not asked about again"
    make_dossier()
    typed = {"field": "location", "to_location": "bsn 123456782"}
    assert "BSN" in text(coordinator_client.post(list_url(Dossier, id="all"), typed))
    assert not BulkChange.objects.filter(field="location").exists()


# What is written


def test_each_record_is_saved_with_a_history_reason_that_names_the_change(coordinator_client, coordinator):
    dossier = make_dossier()
    change = apply_change(coordinator_client, Dossier, "sectors_add", [Sector.objects.get(name="Zorg").pk])
    step = dossier.history.first()
    assert (step.sector_names, step.history_user) == ("Zorg", coordinator)
    assert step.history_change_reason == f"Bulkwijziging {change.pk}"
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert f"Bulkwijziging {change.pk}" in page
    assert ModelLogEntry.objects.get(object_id=str(dossier.pk)).action == "wagtail.edit"


def test_history_and_log_equal_those_of_a_form(coordinator_client):
    by_form, in_bulk = make_dossier(sectors=["Zorg", "Bouw"]), make_dossier(sectors=["Zorg", "Bouw"])
    page = coordinator_client.get(url(Dossier, "edit", by_form.pk))
    coordinator_client.post(url(Dossier, "edit", by_form.pk), form_data(page, location="Emmeloord"))
    apply_change(coordinator_client, Dossier, "location", "Emmeloord", id=[in_bulk.pk])
    own_fields = {"id", "reference", "given_name", "family_name", "created_at", "changed_at"}
    history_fields = {"history_id", "history_date", "history_change_reason"}
    first, second = (
        {field.name: getattr(dossier.history.first(), field.name) for field in Dossier.history.model._meta.fields}
        for dossier in (by_form, in_bulk)
    )
    assert {name for name in first if first[name] != second[name]} <= own_fields | history_fields
    assert first["sector_names"] == "Bouw, Zorg"
    first, second = (
        ModelLogEntry.objects.filter(object_id=str(dossier.pk))
        .values("action", "user", "content_changed", "data")
        .get()
        for dossier in (by_form, in_bulk)
    )
    assert first == second
    in_bulk.refresh_from_db()
    assert in_bulk.changed_at == in_bulk.history.first().changed_at > in_bulk.created_at


def test_sectors_are_added_to_and_removed_from_each_record(coordinator_client):
    care, building = (Sector.objects.get(name=name) for name in ("Zorg", "Bouw"))
    first, second = make_dossier(sectors=["Zorg"]), make_dossier(sectors=["Bouw", "Techniek"])
    apply_change(coordinator_client, Dossier, "sectors_add", [care.pk, building.pk])
    assert (get_sectors(first), get_sectors(second)) == (["Bouw", "Zorg"], ["Bouw", "Techniek", "Zorg"])
    apply_change(coordinator_client, Dossier, "sectors_remove", [building.pk])
    assert (get_sectors(first), get_sectors(second)) == (["Zorg"], ["Techniek", "Zorg"])


@pytest.mark.parametrize(("field", "value", "shown"), [
    ("coordinator", "colleague", "colleague"), ("coordinator", "", "(leegmaken)"), ("in_reception", "yes", "ja"),
    ("privacy_notice_on", "01-10-2026", "01-10-2026"), ("closing_reason", "reason", "Verhuisd"),
])  # fmt: skip
def test_each_field_of_a_dossier_can_be_changed(coordinator_client, colleague, coordinator, field, value, shown):
    make_dossier(coordinator=coordinator, status="withdrawn" if field == "closing_reason" else "registered")
    reason = ClosingReason.objects.create(side=ClosingReason.Side.CANDIDATE, name="Verhuisd")
    typed = {"colleague": colleague.pk, "reason": reason.pk}.get(value, value)
    change = preview(coordinator_client, Dossier, field, typed)
    assert f"→ {shown}" in text(coordinator_client.get(change_url(change)))
    press(coordinator_client, change)
    stored = Dossier.objects.values_list(field, flat=True).get()
    assert str(stored if stored is not None else "") == {"01-10-2026": "2026-10-01"}.get(str(typed), str(typed))


def test_interests_get_an_owner_and_are_closed_with_a_reason(coordinator_client, colleague):
    interest, reason = make_interest(), ClosingReason.objects.filter(side=ClosingReason.Side.EMPLOYER).first()
    for field, value in (("owner", colleague.pk), ("status", "closed"), ("closing_reason", reason.pk)):
        apply_change(coordinator_client, EmployerInterest, field, value)
    interest.refresh_from_db()
    assert (interest.owner, interest.closing_reason, interest.status) == (colleague, reason, "closed")


@pytest.mark.parametrize(("model", "side"), [(Dossier, "candidate"), (EmployerInterest, "employer")])
def test_only_closing_reasons_of_the_same_side_are_offered_and_accepted(coordinator_client, model, side):
    make_dossier(), make_interest()
    reasons = set(ClosingReason.objects.filter(side=side))
    offered = coordinator_client.get(list_url(model, id="all")).context["form"].values["closing_reason"].queryset
    assert set(offered) == reasons
    other_reason = ClosingReason.objects.exclude(side=side).first()
    assert (
        coordinator_client.post(
            list_url(model, id="all"), {"field": "closing_reason", "to_closing_reason": other_reason.pk}
        ).status_code
        == 200
    )
    assert not BulkChange.objects.exists()


def test_actions_can_be_assigned_moved_and_completed_in_bulk(coordinator_client, coordinator, colleague):
    action = FollowUp.objects.create(text="Bellen", due_on=timezone.localdate())
    apply_change(coordinator_client, FollowUp, "owner", colleague.pk)
    apply_change(coordinator_client, FollowUp, "due_on", "01-12-2030")
    done = apply_change(coordinator_client, FollowUp, "done", "done")
    action.refresh_from_db()
    assert (action.owner, f"{action.due_on}", action.done_by, action.is_done) == (
        colleague, "2030-12-01", coordinator, True
    )  # fmt: skip
    press(coordinator_client, done, "undo/")
    action.refresh_from_db()
    assert (action.done_by, action.is_done) == (None, False)


def test_undoing_a_bulk_reopening_restores_who_completed_an_action_and_when(coordinator_client, colleague):
    action = FollowUp.objects.create(text="Bellen", due_on=timezone.localdate())
    action.mark_done(colleague)
    before = (action.done_at, action.done_by)
    press(coordinator_client, apply_change(coordinator_client, FollowUp, "done", "open"), "undo/")
    action.refresh_from_db()
    assert (action.done_at, action.done_by) == before


# Exactly what was shown


def test_a_record_added_since_the_preview_is_shown_first(coordinator_client):
    make_dossier(status="intake")
    change = preview(coordinator_client, Dossier, "location", "Emmeloord", status="intake")
    make_dossier(given_name="Laat", status="intake")
    page = press(coordinator_client, change)
    assert "Sinds u keek is de lijst veranderd" in page and "Laat" in page and "2 dossiers" in page
    assert get_values() == ["", ""]
    page = press(coordinator_client, change)
    assert get_values() == ["Emmeloord", "Emmeloord"]
    assert "Sinds u keek is de lijst veranderd" not in page and "Gewijzigd: 2" in page


def test_a_record_saved_since_the_preview_is_shown_first(coordinator_client):
    dossier = make_dossier(location="Luttelgeest")
    change = preview(coordinator_client, Dossier, "location", "Emmeloord")
    dossier.location = "Nagele"
    dossier.save()
    assert "Nagele → Emmeloord" in press(coordinator_client, change)
    assert get_values() == ["Nagele"]


def test_a_value_deleted_since_the_preview_is_refused(coordinator_client, colleague):
    make_dossier()
    change = preview(coordinator_client, Dossier, "coordinator", colleague.pk)
    colleague.delete()
    page = press(coordinator_client, change)
    assert "Sinds u keek" in page and "geweigerd en blijft gelijk: 1" in page
    assert change.state == BulkChange.State.PREVIEWED


def test_applying_a_bulk_change_twice_changes_nothing_more(coordinator_client):
    dossier = make_dossier()
    change = apply_change(coordinator_client, Dossier, "location", "Emmeloord")
    steps = dossier.history.count()
    assert "niets meer te wijzigen" in press(coordinator_client, change)
    assert dossier.history.count() == steps
