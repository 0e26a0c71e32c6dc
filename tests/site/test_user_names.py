"""Each account has its own user name, in whatever case."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import PASSWORD, LoggedIn

REFUSED = "De gebruikersnaam “{}” bestaat al."
NAMES = {"first_name": "Piet", "last_name": "Voorbeeld", "email": "piet@example.org", "is_active": "on"}

pytestmark = pytest.mark.usefixtures("base_data")


def test_a_user_name_that_differs_only_in_case_is_refused_and_the_own_name_can_change_its_case(
    admin_client: LoggedIn,
) -> None:
    User.objects.create_user("ângela", "angela@example.org")
    piet = User.objects.create_user("piet", "piet@example.org")
    edit = reverse("wagtailusers_users:edit", args=[piet.pk])
    for name in ("ÂNGELA", "â\N{FULLWIDTH LATIN SMALL LETTER N}gela"):
        page = admin_client.post(edit, NAMES | {"username": name})
        assert page.status_code == 200
        assert REFUSED.format("ângela") in strip_tags(page.content.decode()), name
    assert set(User.objects.exclude(username="admin").values_list("username", flat=True)) == {"piet", "ângela"}

    assert admin_client.post(edit, NAMES | {"username": "Piet"}).status_code == 302


def test_the_command_refuses_a_superuser_whose_name_differs_only_in_case() -> None:
    User.objects.create_user("beheerder")
    with pytest.raises(CommandError, match="beheerder"):
        call_command("createsuperuser", interactive=False, username="Beheerder", email="b@example.org")
    call_command("createsuperuser", interactive=False, username="beheer", email="b@example.org", verbosity=0)
    assert User.objects.get(is_superuser=True).username == "beheer"


def test_two_existing_users_whose_names_differ_only_in_case_log_in_and_can_be_deactivated(
    admin_client: LoggedIn,
) -> None:
    users = [User.objects.create_user(name, f"{name}-mail@example.org", PASSWORD) for name in ("partner", "Partner")]
    for user in users:
        client = LoggedIn()
        client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
        assert client.session.get("_auth_user_id") == str(user.pk)
    unknown = LoggedIn()
    unknown.post(reverse("account_login"), {"login": "PARTNER", "password": PASSWORD})
    assert "_auth_user_id" not in unknown.session, "it could be either"

    data = {"username": "Partner", "first_name": "P", "last_name": "P", "email": "partner2@example.org"}
    assert admin_client.post(reverse("wagtailusers_users:edit", args=[users[1].pk]), data).status_code == 302
    assert not User.objects.get(username="Partner").is_active
