"""Tests of the warnings after a user is saved: work that stays in this name, and a user without a role."""

import re

from django.contrib.auth.models import Group
from django.urls import reverse

from dossiers.models import FollowUp, InterestStatus, Organisation, Status
from dossiers.models.rights import COORDINATORS, PARTNERS

from ..models.factories import make_dossier, make_interest
from ..models.placements import today
from .pages import form_data, raw, text


def save_user(client, user, **changes):
    """Save the edit form of a user with some fields changed, and return the page that follows."""
    address = reverse("wagtailusers_users:edit", args=[user.pk])
    data = form_data(client.get(address)) | {"password1": "", "password2": ""} | changes
    return client.post(address, {name: value for name, value in data.items() if value is not None}, follow=True)


def make_work(user) -> None:
    for status in (Status.INTAKE, Status.AVAILABLE, Status.COMPLETED):
        make_dossier(coordinator=user, status=status)
    action = FollowUp.objects.create(text="Bellen", due_on=today(), owner=user)
    FollowUp.objects.create(text="Gebeld", due_on=today(), owner=user).mark_done(user)
    for status in (InterestStatus.NEW, InterestStatus.CLOSED):
        make_interest(owner=user, status=status)
    assert not action.is_unassigned


def test_who_switches_off_a_user_is_told_what_stays_in_this_name(admin_client, make_user):
    user = make_user("weg", COORDINATORS, first_name="Wim", last_name="Weg")
    make_work(user)
    assert "Wim Weg kan niet meer" not in text(save_user(admin_client, user))
    page = save_user(admin_client, user, is_active=None)
    assert "Op deze naam staan nog: 2 dossiers, 1 actie en 1 werkgeversinteresse." in text(page)
    links = re.findall(r'href="([^"]+(?:coordinator|owner)=\d+[^"]*)"', raw(page))
    counts = [
        admin_client.get(link.replace("&amp;", "&")).context["page_obj"].paginator.count
        for link in dict.fromkeys(links)
    ]
    assert counts == [2, 1, 1]
    bulk = reverse("wagtail_bulk_action", args=["auth", "user", "set_active_state"])
    bulk = f"{bulk}?id={user.pk}&next={reverse('wagtailusers_users:index')}"
    assert "2 dossiers" in text(admin_client.post(bulk, {"mark_as_active": "False"}, follow=True))
    assert "2 dossiers" not in text(admin_client.post(bulk, {"mark_as_active": "True"}, follow=True))


def test_who_saves_a_user_without_a_role_is_told_that_the_user_can_not_get_in(admin_client, make_user):
    user = make_user("nieuw", first_name="Nel", last_name="Nieuw")
    assert "Nel Nieuw heeft nog geen rol" in text(save_user(admin_client, user))
    role = Group.objects.get(name=COORDINATORS).pk
    assert "nog geen rol" not in text(save_user(admin_client, user, groups=[role]))


def test_who_saves_partner_staff_without_an_organisation_is_told_to_tick_the_user_there(admin_client, make_user):
    user = make_user("nieuw", PARTNERS, first_name="Nel", last_name="Nieuw")
    warning = "Nel Nieuw heeft de rol Partnermedewerkers, maar hoort nog niet bij een organisatie"
    page = save_user(admin_client, user)
    assert warning in text(page) and "nog geen rol" not in text(page)
    assert f'href="{reverse("wagtailusers_users:edit", args=[user.pk])}"' in raw(page)
    assert warning not in text(save_user(admin_client, user, is_active=None))
    Organisation.objects.create(name="Opvang").staff.add(user)
    assert warning not in text(save_user(admin_client, user, is_active="on"))
