"""The creation, the revocation and the permissions of API keys."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import APIToken

from access_log.models import KeyUse
from config.api.keys import WRONG_KEY_LIMIT, find_active_key, lacks_second_factor
from config.environment import PRODUCTION
from dossiers.models.rights import READERS
from tests.conftest import PASSWORD, LoggedIn

PAGE = "/beheer/api-keys/"


def make_key(client) -> str:
    answer = client.post(PAGE, {"name": "Koppeling met de kassa"})
    assert "no-store" in answer.headers["Cache-Control"]
    return re.search(r"wagtail_\w{20,}", answer.content.decode())[0]


def log_in(client: Client, user, ago: int = 0) -> Client:
    """Log in with a password a number of seconds ago."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def give_second_factor(user) -> None:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


@pytest.fixture
def reader(reader):
    give_second_factor(reader)
    return reader


@pytest.fixture
def reader_client(client, reader) -> Client:
    return log_in(client, reader)


def test_creating_a_key_long_after_the_login_requires_the_password_again(client, make_user):
    user = make_user("laat", READERS)
    log_in(client, user, ago=3600)
    asked = client.post(PAGE, {"name": "Koppeling & kassa"})
    assert asked.url.startswith("/inloggen/opnieuw/?next=")
    assert not APIToken.objects.exists()
    assert client.post(asked.url, {"password": "geraden"}).status_code == 200
    back = client.post(asked.url, {"password": PASSWORD})
    assert 'value="Koppeling &amp; kassa"' in client.get(back.url).content.decode()
    assert make_key(client)


def test_removing_the_second_factor_revokes_the_keys_of_the_user(client, coordinator, reader):
    TOTP.activate(coordinator, generate_totp_secret())
    (_own, text), (_other, reader_key) = (APIToken.create_token(user=user, name="x") for user in (coordinator, reader))
    call_command("remove_second_factor", "coordinator")
    TOTP.activate(coordinator, generate_totp_secret())
    assert (find_active_key(text), find_active_key(reader_key).user) == (None, reader)


def test_a_key_is_shown_once(reader_client, reader):
    text = make_key(reader_client)
    assert find_active_key(text).user == reader
    page = reader_client.get(PAGE).content.decode()
    assert "Koppeling met de kassa" in page
    assert text not in page


def test_a_form_that_is_sent_again_makes_no_second_key(reader_client, reader):
    make_key(reader_client)
    again = reader_client.post(PAGE, {"name": "Koppeling met de kassa", "latest": ""}, follow=True).content.decode()
    assert "Er is nu geen sleutel gemaakt" in again and "“Koppeling met de kassa”" in again
    first = APIToken.objects.get(user=reader)
    reader_client.post(PAGE, {"name": "De tweede", "latest": reader_client.get(PAGE).context["form"]["latest"].value()})
    assert list(APIToken.objects.exclude(pk=first.pk).values_list("name", flat=True)) == ["De tweede"]


def test_a_key_is_revoked_after_a_page_that_asks_and_is_refused_then(reader_client):
    text = make_key(reader_client)
    key = APIToken.objects.get()
    revoke = f"{PAGE}{key.pk}/revoke/"
    keys = reader_client.get(PAGE).content.decode()
    assert f'href="{revoke}"' in keys and f'action="{revoke}"' not in keys
    question = reader_client.get(revoke).content.decode()
    assert "“Koppeling met de kassa”" in question and "De sleutel is nooit gebruikt." in question
    KeyUse.objects.create(key_id=key.pk, at=timezone.now())
    assert "De sleutel is voor het laatst gebruikt op" in reader_client.get(revoke).content.decode()
    assert find_active_key(text)
    assert reader_client.post(revoke).status_code == 302
    assert find_active_key(text) is None
    assert "Er zijn geen sleutels." in reader_client.get(PAGE).content.decode()


@pytest.mark.parametrize("ago", [0, 3600])
def test_a_purpose_with_a_bsn_is_refused_before_the_password_is_asked(client, reader, ago):
    page = log_in(client, reader, ago).post(PAGE, {"name": "bsn 123456782"}).content.decode()
    assert "Hier staat een burgerservicenummer (BSN)" in page
    with pytest.raises(CommandError, match="BSN"):
        call_command("make_token", "reader", "bsn 123456782")
    assert not APIToken.objects.exists()


def test_only_its_user_and_administrators_can_see_or_revoke_a_key(client, reader, editor, admin):
    key, _text = APIToken.create_token(user=reader, name="Van de lezer")
    client.force_login(editor)
    revoke = f"{PAGE}{key.pk}/revoke/"
    assert "Van de lezer" not in client.get(PAGE).content.decode()
    assert (client.get(revoke).status_code, client.post(revoke).status_code) == (404, 404)
    client.force_login(admin)
    assert "Van de lezer" in client.get(PAGE).content.decode()
    assert "De sleutel is van reader." in client.get(revoke).content.decode()
    client.post(revoke)
    key.refresh_from_db()
    assert key.revoked_at


def test_a_key_of_an_inactive_user_is_refused(reader):
    _key, text = APIToken.create_token(user=reader, name="x")
    assert find_active_key(text)
    reader.is_active = False
    reader.save()
    assert find_active_key(text) is None


def test_the_key_of_a_demo_user_is_refused_in_production(client, reader, settings):
    reader.email = "reader@example.org"
    reader.save()
    _key, text = APIToken.create_token(user=reader, name="x")
    assert ask(client, text).status_code == 200
    settings.MODE = PRODUCTION
    assert ask(client, text).status_code == 401


@pytest.mark.parametrize("text", ["", "wagtail_", "wagtail_" + "a" * 33, "geheim\0", "é" * 40])
def test_a_malformed_key_is_refused_without_a_query(db, text):
    with CaptureQueriesContext(connection) as queries:
        assert find_active_key(text) is None
    assert len(queries) == 0


def test_every_role_needs_a_second_factor_for_a_key(editor):
    assert lacks_second_factor(editor)
    give_second_factor(editor)
    assert not lacks_second_factor(editor)


NEW = "een-lang-nieuw-woord"


def change_password(reader, client):
    log_in(client, reader)
    passwords = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    page = client.get("/inloggen/beveiliging/wachtwoord/").content.decode()
    assert page.count("API-sleutels die u maakte") == 1
    assert client.post("/inloggen/beveiliging/wachtwoord/", passwords).status_code == 302


def reset_password(reader, client):
    client.post("/inloggen/vergeten/", {"email": reader.email})
    link = re.search(r"(/inloggen/vergeten/\S+)", mail.outbox[0].body)[1]
    action = client.get(link, follow=True).redirect_chain[-1][0]
    assert client.post(action, {"password1": NEW, "password2": NEW}).status_code == 302


def have_an_administrator_set_a_password(reader, client):
    reader.set_password(NEW)
    reader.save()


def get_deactivated(reader, client):
    reader.is_active = False
    reader.save()


def get_deactivated_in_bulk(reader, client):
    administrator = get_user_model().objects.create_superuser("beheer", "beheer@example.nl", PASSWORD)
    client.force_login(administrator)
    address = f"/beheer/bulk/auth/user/set_active_state/?id={reader.pk}"
    assert client.post(address, {"mark_as_active": "False"}).status_code == 302
    assert not get_user_model().objects.get(pk=reader.pk).is_active


def sign_out_everywhere(reader, client):
    other = log_in(LoggedIn(), reader)
    log_in(client, reader)
    assert client.post("/inloggen/beveiliging/overal-uit/").url == "/inloggen/"
    for browser in (client, other):
        assert browser.get("/beheer/").url.startswith("/inloggen/")


@pytest.mark.parametrize("end", [
    change_password, reset_password, have_an_administrator_set_a_password, get_deactivated, get_deactivated_in_bulk,
    sign_out_everywhere,
])  # fmt: skip
def test_keys_are_revoked_when_the_password_or_the_account_changes(client, reader, coordinator, end):
    give_second_factor(coordinator)
    (_key, text), (_other, other_key) = (APIToken.create_token(user=user, name="x") for user in (reader, coordinator))
    end(reader, client)
    get_user_model().objects.update(is_active=True)
    assert (find_active_key(text), find_active_key(other_key).user) == (None, coordinator)


def test_rehashing_the_same_password_does_not_revoke_keys(reader, settings):
    _key, text = APIToken.create_token(user=reader, name="x")
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[::-1]
    before = reader.password
    assert reader.check_password(PASSWORD)
    assert reader.password != before
    assert find_active_key(text).user == reader


def test_signing_out_everywhere_requires_a_post(reader_client):
    assert reader_client.get("/inloggen/beveiliging/overal-uit/").status_code == 405
    assert reader_client.get("/inloggen/beveiliging/").status_code == 200


def test_the_pages_of_keys_require_a_second_factor(coordinator):
    client = Client()
    client.force_login(coordinator)
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE, {"name": "x"}).status_code == 302
    assert not APIToken.objects.exists()


def test_make_token_prints_a_valid_key(reader, capsys):
    call_command("make_token", "reader", "Proef")
    assert find_active_key(capsys.readouterr().out.strip()).name == "Proef"


def test_make_token_refuses_a_user_without_a_second_factor(coordinator):
    with pytest.raises(CommandError, match="no second factor"):
        call_command("make_token", "coordinator", "Proef")
    with pytest.raises(CommandError, match="no active user"):
        call_command("make_token", "niemand", "Proef")


def ask(client, text: str | None, path: str = "/api/pilot/me"):
    return client.get(path, headers={"Authorization": f"Bearer {text}"} if text is not None else {})


def test_a_request_with_a_key_identifies_the_user_and_records_the_use(client, reader):
    key, text = APIToken.create_token(user=reader, name="x")
    assert ask(client, text).json()["username"] == "reader"
    assert KeyUse.objects.get().key_id == key.pk
    key.refresh_from_db()
    assert key.last_used_at is None  # that would be a write into the main database


def test_a_second_request_does_not_record_the_use_again(client, reader):
    _key, text = APIToken.create_token(user=reader, name="x")
    ask(client, text)
    first = KeyUse.objects.get().at
    ask(client, text)
    assert KeyUse.objects.get().at == first


@pytest.mark.parametrize("text", [None, "", "wagtail_nee", "Basic x"])
def test_a_request_without_a_valid_key_gets_a_401_with_the_scheme(client, db, text):
    response = ask(client, text)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_browser_session_is_not_accepted_as_a_key(admin_client):
    assert admin_client.get("/api/pilot/me").status_code == 401


def test_a_coordinator_without_a_second_factor_gets_a_403_with_an_explanation(client, coordinator):
    _key, text = APIToken.create_token(user=coordinator, name="x")
    response = ask(client, text)
    assert response.status_code == 403
    assert "tweede factor" in response.json()["detail"]


def test_wrong_keys_are_rate_limited_for_a_whole_ipv6_network(client, db):
    for number in range(WRONG_KEY_LIMIT.most):
        address = {"REMOTE_ADDR": f"2001:db8::{number + 1:x}"}
        assert client.get("/api/pilot/me", headers={"Authorization": "Bearer x"}, **address).status_code == 401
    response = client.get("/api/pilot/me", headers={"Authorization": "Bearer x"}, REMOTE_ADDR="2001:db8::ffff")
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60


def test_wrong_keys_are_rate_limited(client, reader):
    _key, text = APIToken.create_token(user=reader, name="x")
    for _number in range(WRONG_KEY_LIMIT.most):
        assert ask(client, "wagtail_nee").status_code == 401
    assert ask(client, "wagtail_nee").status_code == 429
    assert ask(client, text).status_code == 429
