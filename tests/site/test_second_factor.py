"""Every page of the backoffice requires a second factor."""

import base64
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from config.checks import check_encryption
from config.logins import encryption
from dossiers.models.rights import AUTHORS
from tests.conftest import PASSWORD

from ..dossiers.models.factories import make_dossier

SET_UP = "/inloggen/beveiliging/app/"


@pytest.fixture
def client() -> Client:
    """A client whose logins have a password only."""
    return Client()


@pytest.fixture
def author(make_user):
    return make_user("author", AUTHORS)


def make_code(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(client, user):
    return client.post("/inloggen/", {"login": user.get_username(), "password": PASSWORD})


def set_up(client) -> str:
    """Set up a second factor in the forms and return its key."""
    secret = client.get(SET_UP).context["form"].secret
    answer = client.post(SET_UP, {"code": make_code(secret)})
    assert answer.url == "/inloggen/beveiliging/herstelcodes/"
    return secret


@pytest.mark.parametrize("role", ["admin", "coordinator", "partner", "editor", "author", "reader"])
def test_every_backoffice_url_redirects_a_user_without_a_second_factor_to_its_setup(client, request, role):
    user = request.getfixturevalue(role)
    dossier = make_dossier(given_name="Selamawit")
    sign_in(client, user)
    for address in (
        "/beheer/", "/beheer/dossiers/", f"/beheer/dossiers/edit/{dossier.pk}/", "/beheer/dossiers/export/csv/",
        "/beheer/partner/people/", "/beheer/partner/people/export/csv/", "/beheer/imports/new/dossiers/",
        "/beheer/api/main/pages/", "/beheer/documents/", "/beheer/account/", "/beheer/no-such-page/",
    ):  # fmt: skip
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer.url == SET_UP, address
    assert type(dossier).objects.get().given_name == "Selamawit"


def test_a_user_without_backoffice_access_gets_a_403_instead_of_the_setup(client, make_user):
    sign_in(client, make_user("somebody"))
    assert client.get("/beheer/", follow=True).status_code == 403


def test_a_user_without_a_second_factor_is_anonymous_outside_the_backoffice(client, coordinator):
    sign_in(client, coordinator)
    for address in ("/documenten/1/lijst.pdf", "/", "/api/v2/pages/"):
        assert client.get(address).wsgi_request.user.is_anonymous, address


def test_a_user_without_a_second_factor_can_log_out(client, coordinator):
    sign_in(client, coordinator)
    client.post("/beheer/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_the_setup_gives_access_and_the_next_login_requires_a_code(client, coordinator):
    sign_in(client, coordinator)
    secret = set_up(client)
    assert client.get("/beheer/dossiers/").status_code == 200
    client.post("/beheer/logout/")
    assert sign_in(client, coordinator).url == "/inloggen/code/"
    assert client.get("/beheer/dossiers/").url.startswith("/inloggen/")
    assert "klopt niet" in client.post("/inloggen/code/", {"code": "000000"}).content.decode()
    assert client.post("/inloggen/code/", {"code": make_code(secret, 1)}).url == "/beheer/"
    assert client.get("/beheer/dossiers/").status_code == 200


@pytest.mark.parametrize("role", ["coordinator", "editor"])
@pytest.mark.parametrize(
    "address",
    [
        "/beheer/", "/inloggen/", "/inloggen/beveiliging/", "/inloggen/beveiliging/app/weg/",
        "/inloggen/beveiliging/herstelcodes/", "/inloggen/beveiliging/wachtwoord/",
    ],
)  # fmt: skip
def test_earlier_sessions_end_when_a_second_factor_is_set_up(client, request, role, address):
    """A stolen password opens a session before the owner sets up a second factor."""
    user = request.getfixturevalue(role)
    thief = Client()
    sign_in(thief, user)
    sign_in(client, user)
    set_up(client)
    assert thief.get(address).url.startswith("/inloggen/?next=")
    assert "_auth_user_id" not in thief.session
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_five_wrong_codes_lock_the_user(client, coordinator, caplog):
    secret = generate_totp_secret()
    TOTP.activate(coordinator, secret)
    sign_in(client, coordinator)
    for _try in range(5):
        client.post("/inloggen/code/", {"code": "000000"})
    page = client.post("/inloggen/code/", {"code": make_code(secret)}).content.decode()
    assert "Wacht 15 minuten" in page
    assert client.get("/beheer/").status_code == 302
    assert caplog.messages == ["Wrong code: coordinator, from 127.0.0.1"] * 5 + [
        "Locked out of the second factor: coordinator, from 127.0.0.1"
    ]


def test_a_user_who_removes_the_second_factor_must_set_up_a_new_one(client, coordinator):
    sign_in(client, coordinator)
    set_up(client)
    assert client.get("/inloggen/beveiliging/app/weg/").status_code == 200
    client.post("/inloggen/beveiliging/app/weg/")
    assert not Authenticator.objects.exists()
    assert client.get("/beheer/dossiers/").url == SET_UP


def test_a_change_long_after_the_login_requires_the_password_again(client, coordinator, monkeypatch):
    sign_in(client, coordinator)
    set_up(client)
    later = time.time() + 3600
    monkeypatch.setattr("config.logins.adapter.time.time", lambda: later)
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time.time", lambda: later)
    assert client.get("/inloggen/beveiliging/app/weg/").url.startswith("/inloggen/opnieuw/")
    assert client.get("/inloggen/beveiliging/herstelcodes/").url.startswith("/inloggen/opnieuw/")


class TestLostTelephone:
    def test_remove_second_factor_ends_all_sessions_of_the_user(self, client, coordinator, editor):
        sign_in(client, coordinator)
        set_up(client)
        other = Client()
        sign_in(other, editor)
        set_up(other)
        call_command("remove_second_factor", "coordinator")
        assert client.get("/beheer/dossiers/").url.startswith("/inloggen/?next=")
        assert other.get("/beheer/").status_code == 200
        sign_in(client, coordinator)
        assert client.get("/beheer/dossiers/").url == SET_UP

    def test_remove_second_factor_refuses_an_unknown_user_or_one_without_a_second_factor(self, coordinator):
        with pytest.raises(CommandError, match="no user called 'nobody'"):
            call_command("remove_second_factor", "nobody")
        with pytest.raises(CommandError, match="has no second factor"):
            call_command("remove_second_factor", "coordinator")

    def test_remove_second_factor_also_removes_recovery_codes(self, coordinator):
        TOTP.activate(coordinator, generate_totp_secret())
        RecoveryCodes.activate(coordinator)
        call_command("remove_second_factor", "coordinator")
        assert not Authenticator.objects.exists()


# --- How the secrets are stored ---


def get_stored_value(user, name="secret") -> str:
    return Authenticator.objects.get(user=user, data__has_key=name).data[name]


def test_the_secrets_are_stored_encrypted(client, coordinator):
    sign_in(client, coordinator)
    secret = set_up(client)
    codes = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES))
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    assert get_stored_value(coordinator).startswith("gAAAA") and get_stored_value(coordinator, "seed").startswith(
        "gAAAA"
    )
    assert codes.validate_code(codes.get_unused_codes()[0])


def test_an_unencrypted_secret_still_works_and_migrate_encrypts_it(coordinator):
    secret = generate_totp_secret()
    plain = Authenticator.objects.create(user=coordinator, type=Authenticator.Type.TOTP, data={"secret": secret})
    assert TOTP(plain).validate_code(make_code(secret))
    encryption.encrypt_stored()
    assert get_stored_value(coordinator) != secret
    assert TOTP(Authenticator.objects.get()).validate_code(make_code(secret, 1))


def test_rotated_keys_still_decrypt_the_secrets(coordinator, settings):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    secret = generate_totp_secret()
    TOTP.activate(coordinator, secret)  # with the key that SECRET_KEY makes
    for keys in ([old], [new, old], [new]):
        settings.ENCRYPTION_KEYS = keys
        assert encryption.decrypt(get_stored_value(coordinator)) == secret
        encryption.encrypt_stored()
        assert Fernet(keys[0]).decrypt(get_stored_value(coordinator)).decode() == secret


def test_a_former_secret_key_still_decrypts_the_secrets(coordinator, settings):
    secret = generate_totp_secret()
    TOTP.activate(coordinator, secret)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert encryption.decrypt(get_stored_value(coordinator)) == secret
    encryption.encrypt_stored()
    settings.SECRET_KEY_FALLBACKS = []
    assert encryption.decrypt(get_stored_value(coordinator)) == secret


def test_a_secret_with_a_lost_key_accepts_no_code_and_check_deploy_reports_it(coordinator, settings, caplog):
    TOTP.activate(coordinator, generate_totp_secret())
    before = get_stored_value(coordinator)
    settings.SECRET_KEY = "another"
    instance = Authenticator.objects.get()
    assert not TOTP(instance).validate_code(make_code(base64.b32encode(b"").decode()))
    assert "A second factor can't be read" in caplog.text
    encryption.encrypt_stored()
    assert get_stored_value(coordinator) == before  # nothing is lost: the key may come back
    assert [message.id for message in check_encryption()] == ["config.W003", "config.E002"]
