"""Each account has its own e-mail address."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.admin.forms.account import NameEmailForm

from tests.conftest import LoggedIn
from tests.site.test_concurrent_saves import PERSON

REFUSED = "Een ander account heeft dit e-mailadres al."
NAMES = {"first_name": "Piet", "last_name": "Voorbeeld"}

pytestmark = pytest.mark.usefixtures("base_data")


def test_a_second_account_with_the_same_email_address_is_refused_in_each_form(admin_client: LoggedIn) -> None:
    piet = User.objects.create_user("piet", "piet@example.org", **NAMES)
    other = User.objects.create_user("jan", "jan@example.org")
    add, edit = reverse("wagtailusers_users:add"), reverse("wagtailusers_users:edit", args=[other.pk])
    for url, refused in ((add, "Dit is het adres van Piet Voorbeeld"), (edit, REFUSED)):
        page = admin_client.post(url, PERSON | {"username": "nieuw", "email": "Piet@Example.org"})
        assert page.status_code == 200
        assert refused in strip_tags(page.content.decode())
    assert not NameEmailForm(NAMES | {"email": "PIET@example.org"}, instance=other).is_valid()

    own = reverse("wagtailusers_users:edit", args=[piet.pk])
    data = NAMES | {"username": "piet", "is_active": "on", "email": "Piet@example.org"}
    assert admin_client.post(own, data).status_code == 302, "the own address in another case"
    assert admin_client.post(add, PERSON).status_code == 302


def test_an_existing_account_with_a_shared_email_address_can_be_deactivated(admin_client: LoggedIn) -> None:
    User.objects.create_user("piet", "piet@example.org")
    double = User.objects.create_user("piet2", "piet@example.org")
    data = NAMES | {"username": "piet2", "email": "piet@example.org"}
    assert admin_client.post(reverse("wagtailusers_users:edit", args=[double.pk]), data).status_code == 302
    double.refresh_from_db()
    assert not double.is_active
