"""Tests of inviting users, and of their status in the list."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import APIToken, ModelLogEntry

from dossiers.emails.invitations import InvitationEmail
from dossiers.models import Organisation
from dossiers.models.rights import COORDINATORS, PARTNERS, READERS
from dossiers.models.user_status import INVITE
from tests.site.test_second_factor import SET_UP

from .pages import text

ADD, USERS = reverse("wagtailusers_users:add"), reverse("wagtailusers_users:index")
PASSWORD = "een-lang-nieuw-woord"


def invite(client, *roles, **changes):
    """Send the form and return the page that follows."""
    groups = [group.pk for group in Group.objects.filter(name__in=roles or [COORDINATORS])]
    names = {"first_name": "Nel", "last_name": "Nieuw", "email": "nel@example.org", "groups": groups}
    return client.post(ADD, names | changes, follow=True)


def change(client, name, user):
    return client.post(reverse(f"wagtailusers_users:{name}", args=[user.pk]), follow=True)


def get_link(number=-1):
    return re.search(r"https?://[^/]+(/inloggen/uitnodiging/\S+)", mail.outbox[number].body)[1]


def open_link(link):
    """Open a link in a new browser and return it with the page."""
    browser = Client()
    return browser, browser.get(link, follow=True)


def choose_password(link):
    """Choose a password in a new browser and return the page that follows."""
    browser, page = open_link(link)
    data = {"password1": PASSWORD, "password2": PASSWORD}
    return browser.post(page.redirect_chain[-1][0], data, follow=True)


def move_invitation_back(user, **ago):
    """Move the invitation into the past, and send its e-mail now if its link still works."""
    entries = ModelLogEntry.objects.filter(action=INVITE, object_id=str(user.pk))
    for entry in entries:
        ModelLogEntry.objects.filter(pk=entry.pk).update(timestamp=entry.timestamp - timedelta(**ago))
    if email := InvitationEmail.find(user.pk):
        email.send()


def is_closed(link):
    return "Deze uitnodiging werkt niet meer" in text(open_link(link)[1])


def test_an_invited_colleague_chooses_a_password_and_sets_up_the_second_factor(admin_client):
    page = invite(admin_client, PARTNERS, organisations=[Organisation.objects.first().pk])
    assert "Nel Nieuw krijgt op nel@example.org een e-mail met een link die werkt tot" in text(page)
    user = User.objects.get(username="nel")
    assert user.groups.get().name == PARTNERS and user.organisations.get() == Organisation.objects.first()
    assert not user.has_usable_password() and mail.outbox[0].to == ["nel@example.org"]
    assert "uitgenodigd" in text(page)

    link = get_link()
    assert "Uw gebruikersnaam is nel" in text(open_link(link)[1])
    assert choose_password(link).redirect_chain[-1][0] == SET_UP, "of the second factor"
    assert is_closed(link), "it was used"
    assert "nog geen tweede factor" in text(admin_client.get(USERS, {"status": "active"}))
    assert Client().post("/inloggen/", {"login": "nel@example.org", "password": PASSWORD}).status_code == 302


def test_a_link_ends_when_the_list_says_also_if_the_mail_was_late(admin_client, settings):
    invite(admin_client)
    user = User.objects.get(username="nel")
    move_invitation_back(user, days=2)
    late = get_link()
    assert len(mail.outbox) == 2 and not is_closed(late)
    move_invitation_back(user, days=1, minutes=1)
    assert len(mail.outbox) == 2, "a link that ended is not sent any more"
    assert "link werkte tot" in text(admin_client.get(USERS))
    settings.PASSWORD_RESET_TIMEOUT = 86400
    assert is_closed(late)


def test_a_new_invitation_ends_the_link_of_the_earlier_one(admin_client):
    invite(admin_client)
    user = User.objects.get(username="nel")
    page = admin_client.get(reverse("wagtailusers_users:invite_again", args=[user.pk]))
    assert "nel@example.org" in text(page) and len(mail.outbox) == 1
    change(admin_client, "invite_again", user)
    assert is_closed(get_link(0)) and not is_closed(get_link(1))
    choose_password(get_link(1))
    assert "Er is niets gewijzigd" in text(change(admin_client, "invite_again", user))
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("way", ["block", "bulk", "form"])
def test_a_revoked_invitation_opens_nothing_also_after_the_user_is_activated(admin_client, way):
    invite(admin_client)
    user = User.objects.get(username="nel")
    bulk = reverse("wagtail_bulk_action", args=["auth", "user", "set_active_state"])
    names = {"username": "nel", "first_name": "N", "last_name": "N", "email": user.email}
    if way == "block":
        change(admin_client, "block", user)
    elif way == "bulk":
        admin_client.post(f"{bulk}?id={user.pk}", {"mark_as_active": "False"})
    else:
        admin_client.post(reverse("wagtailusers_users:edit", args=[user.pk]), names)
    user.refresh_from_db()
    assert not user.is_active and is_closed(get_link())
    admin_client.post(f"{bulk}?id={user.pk}", {"mark_as_active": "True"})
    assert is_closed(get_link())


def test_inviting_an_address_that_exists_says_who_that_is_and_what_can_be_done(admin_client, make_user):
    invite(admin_client)
    nel, active = User.objects.get(username="nel"), make_user("jan", first_name="Jan", last_name="Hier")
    blocked = make_user("weg", first_name="Wim", last_name="Weg", is_active=False)
    for user, status, action in ((nel, "uitgenodigd", "invite_again"), (active, "actief", "edit"),
                                 (blocked, "geblokkeerd", "unblock")):  # fmt: skip
        page = invite(admin_client, email=user.email.upper())
        assert page.status_code == 200
        assert f"Dit is het adres van {user.get_full_name()}" in text(page) and status in text(page)
        assert reverse(f"wagtailusers_users:{action}", args=[user.pk]) in page.content.decode()
    assert len(mail.outbox) == 1 and User.objects.count() == 4


def test_a_blocked_user_is_let_in_again_with_the_password_or_with_a_new_invitation(admin_client, make_user):
    invite(admin_client)
    nel, jan = User.objects.get(username="nel"), make_user("jan", READERS)
    key, _token = APIToken.create_token(user=jan, name="Sleutel")
    for user in (nel, jan):
        change(admin_client, "block", user)
        user.refresh_from_db()
        assert not user.is_active
    key.refresh_from_db()
    assert key.revoked_at
    assert "geblokkeerd" in text(admin_client.get(USERS, {"status": "blocked"}))
    for user in (nel, jan):
        change(admin_client, "unblock", user)
        user.refresh_from_db()
        assert user.is_active
    assert [len(mail.outbox), mail.outbox[-1].to] == [2, ["nel@example.org"]]
    assert is_closed(get_link(0)) and not is_closed(get_link(1))


@pytest.mark.parametrize(
    ("roles", "changes", "error"),
    [
        ([PARTNERS], {}, "Kies de organisatie"),
        ([READERS], {"organisations": True}, "Een organisatie hoort bij de rol Partnermedewerkers"),
        ([], {"groups": []}, "Kies een rol"),
        ([READERS], {"email": "geen adres"}, "e-mailadres"),
        ([READERS], {"first_name": "123456782"}, "burgerservicenummer"),
    ],
)
def test_an_invitation_that_can_not_be_right_is_refused(admin_client, roles, changes, error):
    if "organisations" in changes:
        changes = {"organisations": [Organisation.objects.first().pk]}
    page = invite(admin_client, *roles, **changes)
    assert error in text(page)
    assert not User.objects.filter(first_name="Nel").exists() and not mail.outbox


def test_a_corrected_address_gets_the_invitation_and_the_earlier_link_ends(admin_client):
    invite(admin_client)
    edit = reverse("wagtailusers_users:edit", args=[User.objects.get(username="nel").pk])
    names = {"username": "nel", "first_name": "Nelly", "last_name": "Nieuw", "is_active": "on"}
    admin_client.post(edit, names | {"email": "nel@example.org"})
    assert len(mail.outbox) == 1
    page = admin_client.post(edit, names | {"email": "nelly@example.org"}, follow=True)
    assert "Nelly Nieuw krijgt op nelly@example.org een e-mail" in text(page)
    assert [message.to for message in mail.outbox] == [["nel@example.org"], ["nelly@example.org"]]
    assert is_closed(get_link(0)) and not is_closed(get_link(1))


def test_two_colleagues_with_the_same_name_before_the_at_sign_get_two_user_names(admin_client, make_user):
    make_user("Nel")
    invite(admin_client)
    invite(admin_client, email="nel@example.com")
    assert set(User.objects.filter(first_name="Nel").values_list("username", flat=True)) == {"nel-2", "nel-3"}


def test_an_invited_user_gets_no_link_by_asking_for_a_new_password(admin_client):
    invite(admin_client)
    Client().post("/inloggen/vergeten/", {"email": "nel@example.org"})
    assert "/inloggen/" not in mail.outbox[-1].body


def test_only_who_may_add_users_invites_and_nobody_blocks_oneself_or_an_administrator(as_user, admin, make_user):
    invite(as_user(admin))
    nel, helper = User.objects.get(username="nel"), make_user("helper")
    rights = {name: Permission.objects.get(codename=name) for name in ("access_admin", "change_user", "add_user")}
    helper.user_permissions.set([rights["access_admin"], rights["change_user"]])
    page = as_user(helper).get(USERS)
    assert page.status_code == 200 and "Uitnodiging" not in text(page) and "Collega uitnodigen" not in text(page)
    for name in ("invite_again", "block"):
        change(as_user(helper), name, nel)
    assert len(mail.outbox) == 1 and User.objects.get(pk=nel.pk).is_active
    assert invite(as_user(helper), email="nog@example.org").status_code in (200, 403)
    assert not User.objects.filter(email="nog@example.org").exists()

    helper.user_permissions.add(rights["add_user"])
    for user in (admin, helper):
        change(as_user(helper), "block", user)
        assert User.objects.get(pk=user.pk).is_active
    invite(as_user(helper), email="nog@example.org", is_superuser="on")
    assert not User.objects.get(email="nog@example.org").is_superuser
    change(as_user(helper), "block", nel)
    assert not User.objects.get(pk=nel.pk).is_active


def test_the_form_of_a_user_has_the_roles_and_the_organisations(admin_client, partner):
    address = reverse("wagtailusers_users:edit", args=[partner.pk])
    assert "AZC Luttelgeest" in text(admin_client.get(address))
    other = Organisation.objects.exclude(staff=partner).first()
    names = {"username": "partner", "first_name": "P", "last_name": "P", "email": partner.email, "is_active": "on"}
    data = names | {"groups": [group.pk for group in partner.groups.all()], "organisations": [other.pk]}
    assert admin_client.post(address, data).status_code == 302
    assert list(partner.organisations.all()) == [other]


def test_the_list_of_users_shows_each_role_with_its_organisation(admin_client, partner):
    organisation = partner.organisations.get().name
    assert f"{partner.groups.get().name} ({organisation})" in text(
        admin_client.get(reverse("wagtailusers_users:index"))
    )


def test_a_user_who_never_logged_in_has_a_dash_and_no_empty_cell(admin_client, make_user) -> None:
    make_user("nel")
    cells = BeautifulSoup(admin_client.get(reverse("wagtailusers_users:index")).content, "html.parser").select(
        "td.last-login"
    )
    assert len(cells) >= 2 and all(cell.text.strip() for cell in cells) and "–" in [cell.text.strip() for cell in cells]
