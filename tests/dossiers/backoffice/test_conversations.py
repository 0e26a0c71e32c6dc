"""One form records what was said, what happens now and a finding, and ticks off what is done."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from access_log.models import AccessLogEntry
from dates.format import format_date
from dossiers.backoffice.activity.subjects import get_record_url, get_talk_url
from dossiers.models import ContactMoment, Dossier, Finding, FindingCategory, FollowUp
from dossiers.models.activity.follow_up import STOP

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.placements import days_ago, make_placement, today
from .pages import form_data, raw, text

TODAY = f"{today():%d-%m-%Y}"
TALK = {"kind": "call", "held_on": TODAY}
ACTION = {"action-text": "Rooster opvragen", "action-due_on": TODAY}
SAID = "Kan pas na twaalven."


@pytest.fixture
def dossier(base_data) -> Dossier:
    return make_dossier(phone="+31612345678")


@pytest.fixture
def finding(base_data) -> dict[str, Any]:
    category = FindingCategory.objects.get(code="taal")
    return {"finding-category": category.pk, "finding-side": "candidate", "finding-description": "Spreekt weinig."}


def send(client: Any, record: Any, **values: Any) -> Any:
    """Send the form of a talk about the record with these values, and follow the redirect."""
    address = get_talk_url(record)
    return client.post(address, form_data(client.get(address)) | values, follow=True)


def list_saved() -> list[int]:
    return [model.objects.count() for model in (ContactMoment, FollowUp, Finding)]


def test_a_call_an_action_and_a_finding_are_saved_at_once_with_a_link_to_each(
    coordinator_client, coordinator, dossier, finding
):
    page = send(coordinator_client, dossier, text=SAID, **ACTION, **finding)
    assert page.redirect_chain == [(get_record_url(dossier), 302)]
    contact, action, barrier = (model.objects.get() for model in (ContactMoment, FollowUp, Finding))
    assert (contact.kind, contact.held_on, contact.text, contact.user) == ("call", today(), SAID, coordinator)
    assert (action.text, action.due_on, action.owner) == ("Rooster opvragen", today(), coordinator)
    assert (barrier.category.code, barrier.noted_by, barrier.is_draft) == ("taal", coordinator, False)
    assert {contact.dossier, action.dossier, barrier.dossier} == {dossier}
    assert f"Opgeslagen: telefoongesprek {TODAY}, actie {TODAY}, belemmering:" in text(page).replace(" ,", ",")
    for record in (contact, action, barrier):
        assert f'<a href="{get_record_url(record)}">{record}</a>' in raw(page)


@pytest.mark.parametrize(
    ("values", "saved"), [({"text": SAID}, [1, 0, 0]), (ACTION, [0, 1, 0]), ({"text": SAID} | ACTION, [1, 1, 0])]
)
def test_only_the_parts_that_are_filled_in_are_saved(coordinator_client, dossier, values, saved):
    send(coordinator_client, dossier, **values)
    assert list_saved() == saved


def test_an_empty_form_is_refused(coordinator_client, dossier):
    assert "Er is nog niets ingevuld." in text(send(coordinator_client, dossier))
    assert list_saved() == [0, 0, 0]


@pytest.mark.parametrize(
    ("left_out", "field"),
    [("action-text", "action-text"), ("action-due_on", "action-due_on"), ("finding-side", "finding-side")],
)
def test_a_part_that_lacks_something_says_what_and_nothing_is_saved(
    coordinator_client, dossier, finding, left_out, field
):
    values = {"text": SAID} | (ACTION if left_out in ACTION else finding)
    page = send(coordinator_client, dossier, **values | {left_out: ""})
    assert list(page.context["form"].errors) == [field]
    assert list_saved() == [0, 0, 0] and SAID in raw(page)


@pytest.mark.parametrize("field", ["text", "action-text", "finding-description"])
def test_a_bsn_is_refused_in_each_text_and_what_was_typed_stays(coordinator_client, dossier, finding, field):
    values = {"text": SAID} | ACTION | finding
    page = send(coordinator_client, dossier, **values | {field: "BSN 123456782"})
    assert list(page.context["form"].errors) == [field] and "burgerservicenummer" in text(page)
    for name, value in values.items():
        assert field == name or str(page.context["form"].data[name]) == str(value)
    assert list_saved() == [0, 0, 0]


def test_a_name_in_a_finding_is_asked_about(coordinator_client, dossier, finding):
    make_dossier(given_name="Zebenay", family_name="Testfamilie")
    values = finding | {"finding-description": "Zebenay spreekt weinig."}
    page = send(coordinator_client, dossier, **values)
    assert "“Zebenay” mag blijven staan" in text(page) and list_saved() == [0, 0, 0]
    send(coordinator_client, dossier, **values, **{"finding-names_confirmed": "Zebenay"})
    assert list_saved() == [0, 0, 1]


def test_ticked_actions_are_done_with_the_same_form(coordinator_client, coordinator, colleague, dossier):
    ours, other, theirs = (FollowUp.objects.create(dossier=dossier, text=name, due_on=today()) for name in "abc")
    elsewhere = FollowUp.objects.create(dossier=make_dossier(), text="Elders", due_on=today())
    address = get_talk_url(dossier)
    page = coordinator_client.get(address)
    assert [open_action.action for open_action in page.context["actions"]] == [ours, other, theirs]
    theirs.mark_done(colleague)
    page = coordinator_client.post(address, form_data(page) | {"done": [ours.pk, theirs.pk]}, follow=True)
    assert "Gedaan: a." in text(page) and "“c” is al gedaan, door" in text(page)
    for action, user in ((ours, coordinator), (other, None), (theirs, colleague)):
        action.refresh_from_db()
        assert action.done_by == user
    refused = send(coordinator_client, dossier, done=[elsewhere.pk])
    assert "done" in refused.context["form"].errors
    elsewhere.refresh_from_db()
    assert not elsewhere.is_done


def test_it_is_reached_from_the_page_of_each_record_and_leads_back_there(coordinator_client, base_data):
    placement = make_placement()
    interest = placement.interest
    for record in (placement.dossier, interest.employer, interest, placement):
        assert f'href="{get_talk_url(record)}"' in raw(coordinator_client.get(get_record_url(record)))
        values = {"text": SAID} | ({"with_whom": "employer"} if record == placement else {})
        assert send(coordinator_client, record, **values).redirect_chain[0][0] == get_record_url(record)
    assert ContactMoment.objects.about(interest.employer).count() == 3


@pytest.mark.parametrize(("with_whom", "field"), [("candidate", "dossier"), ("employer", "employer")])
def test_a_talk_about_a_placement_is_with_the_candidate_or_the_employer(coordinator_client, with_whom, field):
    placement = make_placement()
    page = send(coordinator_client, placement, text=SAID)
    assert list(page.context["form"].errors) == ["with_whom"]
    send(coordinator_client, placement, text=SAID, with_whom=with_whom)
    contact = ContactMoment.objects.get()
    assert contact.placement == placement and getattr(contact, field) is not None
    assert len(contact.subjects) == 2


def test_the_search_leads_to_the_form_of_a_talk(coordinator_client, dossier):
    start = reverse("dossiers_talk_start")
    assert f'href="{start}"' in raw(coordinator_client.get(reverse("dossiers_search"), {"q": "gesprek"}))
    assert coordinator_client.get(start, {"q": "0612345678"}).url == get_talk_url(dossier)
    make_employer(company_name=f"{dossier.family_name} Techniek")
    page = raw(coordinator_client.get(start, {"q": dossier.family_name}))
    assert f'href="{get_talk_url(dossier)}"' in page and "/employer/" in page


def test_a_forgotten_person_who_is_found_leads_to_the_page_that_says_so(coordinator_client, dossier):
    Dossier.objects.update(anonymised_at=timezone.now())
    page = coordinator_client.get(reverse("dossiers_talk_start"), {"q": dossier.reference})
    assert page.url == get_record_url(dossier)


def test_an_action_that_asks_for_an_outcome_leads_to_it_and_has_no_tick(coordinator_client, dossier):
    Dossier.objects.update(withdrawal_requested_on=today())
    FollowUp.objects.create(dossier=dossier, text="Bellen", due_on=today(), occasion=STOP)
    page = raw(coordinator_client.get(get_talk_url(dossier)))
    assert reverse("dossiers_withdrawal", args=[dossier.pk]) in page and 'name="done"' not in page


def test_parts_that_a_user_may_not_add_are_not_shown_nor_saved(as_user, make_user, dossier):
    user = make_user("afdeling")
    names = ("access_admin", "view_dossier", "view_followup", "add_contactmoment", "view_contactmoment")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    action = FollowUp.objects.create(dossier=dossier, text="Bellen", due_on=today())
    client = as_user(user)
    page = client.get(get_talk_url(dossier))
    assert list(page.context["form"].parts) == ["contactmoment"] and "Bellen" in text(page)
    for words in ("Wat gebeurt er nu?", "Een bevinding", "verwachtingengesprek", 'name="done"'):
        assert words not in raw(page)
    send(client, dossier, text=SAID, expectation="on", done=[action.pk], **ACTION)
    dossier.refresh_from_db()
    action.refresh_from_db()
    assert dossier.expectation_talk_on is None and not action.is_done and not FollowUp.objects.exclude(pk=action.pk)
    user.user_permissions.remove(Permission.objects.get(codename="add_contactmoment"))
    client = as_user(type(user).objects.get(pk=user.pk))
    assert client.get(get_talk_url(dossier)).status_code in (302, 403)
    assert get_talk_url(dossier) not in raw(client.get(get_record_url(dossier)))


def test_opening_the_form_of_a_placement_is_in_the_log_of_its_candidate(coordinator_client):
    placement = make_placement()
    coordinator_client.get(get_talk_url(placement))
    assert AccessLogEntry.objects.get().about == placement.dossier.reference


def test_what_was_typed_about_an_employer_who_is_gone_comes_back(coordinator_client):
    interest = make_interest()
    address = get_talk_url(interest)
    interest.delete()
    page = text(coordinator_client.post(address, TALK | {"text": SAID} | ACTION))
    assert SAID in page and "Wat te doen Rooster opvragen" in page


def test_the_expectation_talk_is_recorded_with_its_text(coordinator_client, coordinator):
    dossier = make_dossier()
    day = f"{days_ago(2):%d-%m-%Y}"
    send(coordinator_client, dossier, held_on=day, text="Uitgelegd wat de pilot is.", expectation="on", notice="on")
    dossier.refresh_from_db()
    assert (dossier.expectation_talk_on, dossier.privacy_notice_on) == (days_ago(2), days_ago(2))
    contact = ContactMoment.objects.get()
    assert (contact.dossier, contact.text, contact.user) == (dossier, "Uitgelegd wat de pilot is.", coordinator)


def test_a_later_talk_keeps_the_day_of_the_first_and_says_so(coordinator_client):
    dossier = make_dossier(expectation_talk_on=days_ago(9), privacy_notice_on=days_ago(8))
    steps = Dossier.history.count()
    values = {"text": "Nog eens"}
    first, second = f"eerder vastgelegd, op {format_date(days_ago(9))},", f"op {format_date(days_ago(8))},"
    response = text(send(coordinator_client, dossier, **values, expectation="on"))
    assert f"Het verwachtingengesprek is al {first}" in response and second not in response
    response = text(send(coordinator_client, dossier, **values, expectation="on", notice="on"))
    assert first in response and second in response
    assert "blijft staan" not in text(send(coordinator_client, dossier, **values))
    dossier.refresh_from_db()
    assert (dossier.expectation_talk_on, dossier.privacy_notice_on) == (days_ago(9), days_ago(8))
    assert ContactMoment.objects.count() == 3 and Dossier.history.count() == steps


def test_a_talk_on_the_planned_day_keeps_it_without_a_word_and_an_earlier_one_replaces_it(coordinator_client):
    dossier = make_dossier(expectation_talk_on=today())
    values = {"text": "Uitgelegd", "expectation": "on"}
    for day, steps in ((today(), 1), (days_ago(3), 2)):
        response = send(coordinator_client, dossier, **values, held_on=f"{day:%d-%m-%Y}")
        assert "Opgeslagen: telefoongesprek" in text(response) and "blijft staan" not in text(response)
        dossier.refresh_from_db()
        assert (dossier.expectation_talk_on, Dossier.history.count()) == (day, steps)


@pytest.mark.parametrize(
    "invalid_data",
    [
        {"held_on": "1-1-2099", "text": "x"},
        {"held_on": "1-1-202", "text": "x"},
        {"text": ""},
        {"text": "BSN 123456782"},
    ],
)
def test_an_invalid_talk_is_refused_and_nothing_is_stored(coordinator_client, invalid_data):
    dossier = make_dossier()
    response = send(coordinator_client, dossier, **{"expectation": "on"} | invalid_data)
    assert set(response.context["form"].errors) <= {"held_on", "text"}
    dossier.refresh_from_db()
    assert dossier.expectation_talk_on is None and not ContactMoment.objects.exists()
