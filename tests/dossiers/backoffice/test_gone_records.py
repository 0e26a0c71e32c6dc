"""A form that was open while its record was merged, removed or anonymised says so and returns what was typed."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import ContactMoment, Dossier, Finding, FollowUp, Placement
from dossiers.models.rights import COORDINATORS
from tests.conftest import LoggedIn

from ..models.factories import make_dossier, make_employer, make_interest
from ..models.merges import merge_dossiers
from ..models.placements import make_placement, today
from .pages import form_data, raw, text, url

TYPED = "Komt dinsdag langs."
GONE = "Er is niets opgeslagen: dit bestaat niet (meer)."


@pytest.fixture
def talk() -> dict[str, str]:
    return {"kind": "call", "held_on": f"{today():%d-%m-%Y}", "text": TYPED}


def remove(record: Any, colleague: Any) -> None:
    client = LoggedIn()
    client.force_login(colleague)
    assert client.post(url(type(record), "delete", record.pk)).status_code == 302
    assert not type(record).objects.filter(pk=record.pk).exists()


@pytest.fixture
def colleague(make_user) -> Any:
    return make_user("collega", COORDINATORS, first_name="Anna", last_name="Collega")


@pytest.mark.parametrize("form", ["talk", "moved", "propose"])
def test_a_form_of_a_dossier_that_was_merged_says_into_which_and_returns_what_was_typed(coordinator_client, talk, form):
    remaining, other = make_dossier(), make_dossier()
    if form == "propose":
        address = f"{url(Placement, 'add')}?dossier={other.pk}&interest={make_interest().pk}"
        typed, shown = {"day": talk["held_on"], "hours_per_week": 17}, "17"
    else:
        address, typed = (
            reverse("dossiers_talk_dossier" if form == "talk" else f"dossiers_{form}", args=[other.pk]),
            talk | {"day": talk["held_on"], "location": "Zeewolde"},
        )
        shown = TYPED if form == "talk" else "Zeewolde"
    merge_dossiers(remaining, other)
    answer = coordinator_client.post(address, typed)
    assert answer.status_code == 404 and f"samengevoegd met {remaining.reference}" in text(answer)
    assert shown in text(answer) and url(Dossier, "edit", remaining.pk) in raw(answer)


def test_a_form_of_a_record_that_a_colleague_removed_says_who_did_and_returns_what_was_typed(
    coordinator_client, colleague
):
    contact = ContactMoment.objects.create(dossier=make_dossier(), text="Gebeld")
    edit = url(ContactMoment, "edit", contact.pk)
    typed = form_data(coordinator_client.get(edit), text=TYPED)
    remove(contact, colleague)
    page = text(coordinator_client.post(edit, typed))
    assert re.search(r"Er is niets opgeslagen: dit is op [\d-]+ [\d:]+ verwijderd door Anna Collega\.", page)
    assert TYPED in page and "csrfmiddlewaretoken" not in page


def test_a_step_of_a_placement_that_was_removed_says_so(coordinator_client, colleague):
    placement = make_placement()
    agreed = url(Placement, "agreed", placement.pk)
    remove(placement, colleague)
    page = text(coordinator_client.post(agreed, {"day": "morgen", "seen_at": "x"}))
    assert "verwijderd door Anna Collega" in page and "morgen" in page


def test_a_form_of_a_record_that_never_existed_claims_no_removal(coordinator_client, talk):
    page = text(coordinator_client.post(reverse("dossiers_talk_dossier", args=[999_999]), talk))
    assert GONE in page and TYPED in page and "verwijderd" not in page


def test_what_was_typed_about_somebody_who_was_anonymised_does_not_come_back(coordinator_client, talk):
    dossier = make_dossier(status="withdrawn")
    action = url(ContactMoment, "edit", ContactMoment.objects.create(dossier=dossier, text=TYPED).pk)
    contact = form_data(coordinator_client.get(action))
    anonymize_dossier(dossier.pk, None, "proef")
    ContactMoment.objects.all().delete()
    for address, typed in ((reverse("dossiers_talk_dossier", args=[dossier.pk]), talk), (action, contact)):
        answer = coordinator_client.post(address, typed)
        assert answer.status_code == 404 and TYPED not in raw(answer)
        assert "de gegevens van deze persoon zijn gewist" in text(answer)


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_a_user_who_may_not_see_a_record_cannot_tell_it_from_one_that_never_existed(
    as_user, request, colleague, talk, role
):
    remaining, merged, erased = make_dossier(), make_dossier(), make_dossier(status="withdrawn")
    merge_dossiers(remaining, merged)
    anonymize_dossier(erased.pk, None, "proef")
    client = as_user(request.getfixturevalue(role))
    keys = (remaining.pk, merged.pk, erased.pk, 999_999)
    answers = [client.post(reverse("dossiers_talk_dossier", args=[key]), talk) for key in keys]
    assert {answer.status_code for answer in answers} == {404}
    assert len({text(answer) for answer in answers}) == 1
    assert "samengevoegd" not in text(answers[0])


@pytest.mark.parametrize("page", ["add", "edit"])
def test_a_form_in_which_a_merged_dossier_was_chosen_says_so_and_offers_the_one_that_stayed(coordinator_client, page):
    remaining, other = make_dossier(), make_dossier()
    if page == "add":
        address = f"{url(ContactMoment, 'add')}?dossier={other.pk}"
    else:
        address = url(ContactMoment, "edit", ContactMoment.objects.create(dossier=other, text="Gebeld").pk)
    typed = form_data(coordinator_client.get(address), text=TYPED)
    merge_dossiers(remaining, other)
    answer = coordinator_client.post(address, typed)
    assert f"{other.reference} is op {today():%d-%m-%Y} samengevoegd met {remaining.reference}." in text(answer)
    assert TYPED in raw(answer) and answer.context["form"]["dossier"].value() == str(remaining.pk)
    if page == "add":
        assert coordinator_client.post(address, form_data(answer)).url == url(Dossier, "inspect", remaining.pk)
        assert ContactMoment.objects.get().dossier == remaining


@pytest.mark.parametrize("model", [ContactMoment, Finding, FollowUp])
def test_a_form_in_which_a_removed_employer_was_chosen_says_who_removed_it(coordinator_client, colleague, model):
    employer = make_employer()
    address = f"{url(model, 'add')}?employer={employer.pk}"
    typed = form_data(coordinator_client.get(address), text=TYPED, description=TYPED)
    remove(employer, colleague)
    answer = coordinator_client.post(address, typed)
    assert "verwijderd door Anna Collega" in text(answer) and TYPED in raw(answer)
    assert not model.objects.exists()


def test_a_user_who_may_not_see_dossiers_is_not_told_of_a_merge_by_a_form(as_user, make_user):
    user = make_user("afdeling")
    codenames = ("access_admin", "add_contactmoment", "view_contactmoment")
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    remaining, other = make_dossier(), make_dossier()
    merge_dossiers(remaining, other)
    typed = {"kind": "call", "held_on": f"{today():%d-%m-%Y}", "text": TYPED}
    answers = [as_user(user).post(url(ContactMoment, "add"), typed | {"dossier": key}) for key in (other.pk, 999_999)]
    assert TYPED in raw(answers[0]) and text(answers[0]) == text(answers[1])
