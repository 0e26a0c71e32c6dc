"""Tests of actions, findings and contact moments about a candidate or an employer."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access_log.models import AccessLogEntry
from dossiers.backoffice.activity.name_questions import NamesField
from dossiers.models import ContactMoment, Dossier, Employer, Finding, FindingCategory, FollowUp, Placement

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.placements import days_ago, make_placement, today
from ..models.test_activity import make_finding, saved
from .pages import form_data, raw, text, url
from .test_exports import rows

MODELS = (Finding, ContactMoment, FollowUp)


def get_add_url(model, **record) -> str:
    ((name, related),) = record.items()
    return f"{url(model, 'add')}?{name}={related.pk}"


# --- Recorded in one step ---


@pytest.mark.parametrize("make", [make_dossier, make_employer, make_interest, make_placement])
def test_a_finding_is_recorded_from_a_record_in_one_step(coordinator_client, coordinator, make):
    record = make()
    name = {"employerinterest": "interest"}.get(record._meta.model_name, record._meta.model_name)
    address = get_add_url(Finding, **{name: record})
    form = coordinator_client.get(address)
    category = FindingCategory.objects.get(code="taal")
    data = form_data(form, category=category.pk, side="candidate", description="Nog weinig Nederlands.")
    response = coordinator_client.post(address, data)
    finding = Finding.objects.get()
    assert finding.subjects == [record] and finding.noted_by == coordinator
    assert not finding.is_draft, "who may confirm stands for his own"
    assert response.url == url(type(record), "inspect", record.pk)


def test_a_finding_can_be_kept_as_a_draft_and_confirmed_later(coordinator_client, coordinator):
    address = get_add_url(Finding, dossier=make_dossier())
    category = FindingCategory.objects.get(code="taal")
    coordinator_client.post(
        address,
        form_data(
            coordinator_client.get(address), category=category.pk, side="candidate", description="Taal", as_draft="on"
        ),
    )
    finding = Finding.objects.get()
    assert finding.is_draft
    page = coordinator_client.get(url(Finding, "edit", finding.pk))
    confirm = reverse("dossiers_confirm_finding", args=[finding.pk])
    assert confirm in raw(page) and "Dit is een concept" in text(page)
    coordinator_client.post(confirm)
    assert Finding.objects.confirmed().get().confirmed_by == coordinator
    assert confirm not in raw(coordinator_client.get(url(Finding, "edit", finding.pk)))


def test_a_name_in_a_draft_is_asked_about_before_it_is_confirmed(coordinator_client, coordinator):
    make_dossier(given_name="Guled", family_name="Warsame")
    finding = saved(make_finding(description="Guled Warsame mist de bus.", tried="Fiets van Guled."))
    confirm = reverse("dossiers_confirm_finding", args=[finding.pk])
    asked = coordinator_client.post(confirm)
    finding.refresh_from_db()
    assert finding.is_draft and asked.status_code == 200
    assert "Namen in de tekst" in text(asked) and "“Guled Warsame” mag blijven staan" in text(asked)
    assert "Guled Warsame mist de bus." in text(asked) and "Fiets van Guled." in text(asked)
    assert url(Finding, "edit", finding.pk) in raw(asked), "the way to take the name out"
    assert "checked" in raw(coordinator_client.post(confirm, {"names_confirmed": ["Guled"]})), "a tick is kept"
    assert Finding.objects.drafts().exists(), "each name has its own tick"
    names = ["Guled", "Guled Warsame"]
    assert coordinator_client.post(confirm, {"names_confirmed": names}).status_code == 302
    assert Finding.objects.confirmed().get().confirmed_by == coordinator
    assert coordinator_client.post(confirm).status_code == 302, "what is confirmed is not asked about again"


def test_a_refused_finding_keeps_what_was_typed(coordinator_client):
    address = get_add_url(Finding, dossier=make_dossier())
    response = coordinator_client.post(
        address, form_data(coordinator_client.get(address), description="Wel getypt", side="process")
    )
    assert response.status_code == 200 and "Wel getypt" in raw(response)
    assert not Finding.objects.exists()


def test_several_names_in_a_finding_are_asked_about_in_the_plural():
    with pytest.raises(ValidationError, match="“Amira”, “Feven” zijn namen van mensen met een dossier"):
        NamesField(["Amira", "Feven"]).clean([])


def test_a_name_in_a_finding_is_asked_about_before_it_is_saved(coordinator_client):
    address = get_add_url(Finding, dossier=make_dossier(given_name="Samer", family_name="Taal"))
    category = FindingCategory.objects.get(code="taal")
    data = form_data(
        coordinator_client.get(address),
        category=category.pk,
        side="candidate",
        description="Met Samer geoefend.",
        result="taal",
    )
    asked = coordinator_client.post(address, data)
    assert not Finding.objects.exists() and "Met Samer geoefend." in raw(asked)
    assert "“Samer” is een naam van iemand met een dossier" in text(asked) and "“Samer” mag blijven staan" in text(
        asked
    )
    assert "“samer” is een naam" in text(
        coordinator_client.post(address, data | {"description": "Met samer geoefend."})
    )
    coordinator_client.post(address, data | {"description": "Met Taal geoefend.", "names_confirmed": ["Samer"]})
    assert not Finding.objects.exists(), "a tick is for the name beside it"
    coordinator_client.post(address, data | {"names_confirmed": ["Samer"]})
    finding = Finding.objects.get()
    edit = url(Finding, "edit", finding.pk)
    coordinator_client.post(edit, form_data(coordinator_client.get(edit), tried="Met Samer herhaald."))
    finding.refresh_from_db()
    assert finding.tried == "Met Samer herhaald.", "a name that was accepted is not asked about again"


def test_a_name_in_a_finding_is_asked_about_with_and_without_its_diacritics(coordinator_client):
    address = get_add_url(Finding, dossier=make_dossier(given_name="Aydin", family_name="Nuur"))
    category = FindingCategory.objects.get(code="taal").pk
    typed = {"category": category, "side": "candidate", "description": "Met Áydın en Nu\u0308ur geoefend."}
    data = form_data(coordinator_client.get(address), **typed)
    asked = coordinator_client.post(address, data)
    assert "“Nu\u0308ur”, “Áydın” zijn namen van mensen met een dossier" in text(asked)
    coordinator_client.post(address, data | {"description": "Met Aydına en Nüu geoefend."})
    assert Finding.objects.exists()


def test_categories_stand_in_groups(coordinator_client):
    page = raw(coordinator_client.get(url(Finding, "add")))
    assert '<optgroup label="Belemmering: regelgeving">' in page and '<optgroup label="Kans">' in page


def test_a_contact_moment_is_recorded_and_says_by_whom(coordinator_client, coordinator):
    employer = make_employer()
    address = get_add_url(ContactMoment, employer=employer)
    coordinator_client.post(address, form_data(coordinator_client.get(address), kind="call", text="Teruggebeld"))
    contact = ContactMoment.objects.get()
    assert (contact.employer, contact.user, contact.held_on) == (employer, coordinator, today())
    assert "Teruggebeld" in text(coordinator_client.get(url(Employer, "inspect", employer.pk)))


def test_a_page_of_one_action_shows_what_is_empty_local_time_full_names_and_words(coordinator_client, coordinator):
    User.objects.update(first_name="Noor", last_name="Jansen")
    action = saved(FollowUp(text="Bellen", due_on=today(), owner=coordinator))
    FollowUp.objects.update(done_at=datetime(2026, 1, 5, 10, 38, tzinfo=UTC), done_by=coordinator)
    page = text(coordinator_client.get(url(FollowUp, "inspect", action.pk)))
    assert "Gedaan 05-01-2026 11:38" in page and "Gedaan door Noor Jansen" in page
    assert "Leeg: Dossier, " in page and "Gemaakt door de regel." in page and "None" not in page
    finding = saved(make_finding(by_employer=True))
    page = text(coordinator_client.get(url(Finding, "inspect", finding.pk)))
    assert "ja" in page and "True" not in page and "None" not in page


def test_an_action_is_ones_own_unless_said_otherwise_and_is_done_with_one_button(coordinator_client, coordinator):
    dossier = make_dossier()
    address = get_add_url(FollowUp, dossier=dossier)
    coordinator_client.post(
        address, form_data(coordinator_client.get(address), text="Bellen", due_on=f"{today():%d-%m-%Y}")
    )
    action = FollowUp.objects.get()
    assert action.owner == coordinator
    listing = coordinator_client.get(url(FollowUp, "list"))
    done = reverse("dossiers_settle", args=[action.pk])
    assert done in raw(listing) and "csrfmiddlewaretoken" in raw(listing)
    response = coordinator_client.post(done, {"back": url(Dossier, "inspect", dossier.pk)})
    assert response.url == url(Dossier, "inspect", dossier.pk)
    action.refresh_from_db()
    assert action.done_by == coordinator
    coordinator_client.post(done, {"undo": "yes"})
    action.refresh_from_db()
    assert not action.is_done


def test_the_second_who_ticks_off_an_action_hears_who_did_it(coordinator_client, as_user, colleague):
    User.objects.filter(pk=colleague.pk).update(first_name="Noor", last_name="Jansen")
    action = saved(FollowUp(text="Bellen", due_on=today()))
    done = reverse("dossiers_settle", args=[action.pk])
    assert "Gedaan: Bellen." in text(as_user(colleague).post(done, follow=True))
    page = text(coordinator_client.post(done, follow=True))
    assert f"“Bellen” is al gedaan, door Noor Jansen op {today():%d-%m-%Y}." in page and "Gedaan: Bellen." not in page
    action.refresh_from_db()
    assert action.done_by == colleague


def test_actions_that_are_done_stand_below_those_to_do(coordinator_client, coordinator):
    for name, days in (("Gisteren", 1), ("Lang geleden", 90), ("Al gedaan", 100)):
        saved(FollowUp(text=name, due_on=days_ago(days), owner=coordinator))
    FollowUp.objects.get(text="Al gedaan").mark_done(coordinator)
    page = coordinator_client.get(url(FollowUp, "list"))
    assert [action.text for action in page.context["object_list"]] == ["Lang geleden", "Gisteren", "Al gedaan"]
    page = coordinator_client.get(url(FollowUp, "list"), {"ordering": "text"})
    assert [action.text for action in page.context["object_list"]] == ["Al gedaan", "Gisteren", "Lang geleden"]


def test_done_leads_to_no_other_site(coordinator_client):
    action = saved(FollowUp(text="Bellen", due_on=today()))
    response = coordinator_client.post(reverse("dossiers_settle", args=[action.pk]), {"back": "https://example.org/"})
    assert response.url == url(FollowUp, "list")


# --- Lists ---


@pytest.mark.parametrize("model", MODELS)
def test_a_list_asks_the_database_as_often_for_40_as_for_10(coordinator_client, coordinator, model):
    def add(count: int) -> None:
        for _number in range(count):
            interest = make_interest()
            saved(make_finding(interest=interest, dossier=make_dossier()))
            saved(ContactMoment(interest=interest, text="x", user=coordinator))
            saved(FollowUp(interest=interest, text="x", due_on=today(), owner=coordinator))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert coordinator_client.get(url(model, "list")).status_code == 200
        return len(captured)

    add(10)
    queries()
    few = queries()
    add(30)
    assert queries() == few


def test_findings_go_out_with_what_was_tried_and_without_names(coordinator_client):
    dossier = make_dossier(family_name="Opvallend")
    saved(make_finding(dossier=dossier, tried="Taalcafé", result="Beter"))
    (row,) = rows(coordinator_client.get(url(Finding, "export", "csv")))
    assert (row["Wat er geprobeerd is"], row["Resultaat"], row["Over"]) == ("Taalcafé", "Beter", dossier.reference)
    assert "Opvallend" not in str(row)


def test_drafts_and_unsolved_ones_are_found_by_filter(coordinator_client, coordinator):
    saved(make_finding(description="Concept"))
    done = saved(make_finding(description="Opgelost", solved_on=today()))
    done.confirm(coordinator)
    assert [
        f.description for f in coordinator_client.get(url(Finding, "list"), {"draft": "true"}).context["object_list"]
    ] == ["Concept"]
    assert [
        f.description
        for f in coordinator_client.get(url(Finding, "list"), {"unsolved": "false"}).context["object_list"]
    ] == ["Opgelost"]
    assert coordinator_client.get(url(Finding, "list"), {"q": "opgel"}).context["object_list"][0] == done


# --- Who may not ---


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_others_see_and_record_none_of_it(as_user, request, role):
    dossier = make_dossier()
    finding, action = (
        saved(make_finding(dossier=dossier)),
        saved(FollowUp(text="Bellen", due_on=today(), dossier=dossier)),
    )
    client = as_user(request.getfixturevalue(role))
    for model in MODELS:
        for address in (url(model, "list"), url(model, "add"), url(model, "export", "csv")):
            assert client.get(address).status_code != 200
    for address in (
        url(Finding, "inspect", finding.pk),
        url(Finding, "edit", finding.pk),
        reverse("dossiers_talk_dossier", args=[dossier.pk]),
        reverse("dossiers_moved", args=[dossier.pk]),
    ):
        assert client.get(address).status_code != 200
    client.post(reverse("dossiers_confirm_finding", args=[finding.pk]))
    client.post(reverse("dossiers_settle", args=[action.pk]))
    client.post(reverse("dossiers_moved", args=[dossier.pk]), {"location": "Elders", "what": "close"})
    assert Finding.objects.get().is_draft and not FollowUp.objects.get().is_done
    assert Dossier.objects.get().location != "Elders"


def test_a_record_that_one_may_not_see_fills_in_nothing(coordinator_client):
    hidden = make_interest(status="unconfirmed")
    form = coordinator_client.get(get_add_url(Finding, interest=hidden)).context["form"]
    assert form.instance.interest is None


def test_done_in_a_filtered_list_leads_back_to_the_whole_page_of_it(coordinator_client):
    saved(FollowUp(text="Bellen", due_on=today()))
    rows_alone = raw(coordinator_client.get(url(FollowUp, "list_results"), {"q": "bel"}))
    assert f'name="back" value="{url(FollowUp, "list")}?q=bel"' in rows_alone


def test_taking_out_a_list_and_opening_a_placement_are_noted(coordinator_client):
    saved(make_finding())
    placement = make_placement()
    coordinator_client.get(url(Finding, "export", "csv"))
    coordinator_client.get(url(Placement, "inspect", placement.pk))
    entries = list(AccessLogEntry.objects.order_by("pk").values_list("what", "about", "count"))
    assert entries == [
        (AccessLogEntry.What.EXPORTED, "bevindingen", 1),
        (AccessLogEntry.What.READ, placement.dossier.reference, None),
    ]
