"""All login URLs lead to one login, which locks out after wrong passwords."""

import logging
import re
import time
from urllib.parse import unquote

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from config.logins.second_factor import SHOWN
from dossiers.management.demo_logins import make_logins
from tests.conftest import PASSWORD

LOGIN = "/inloggen/"


def sign_in(client, login="editor", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("address", ["/beheer/login/", "/_util/login/", "/en/_util/login/"])
def test_wagtails_login_urls_redirect_to_the_login_and_accept_no_password(client, editor, address):
    for answer in (
        client.get(address, {"next": "/beheer/pages/"}),
        client.post(f"{address}?next=/beheer/pages/", {"username": "editor", "password": PASSWORD}),
    ):
        assert answer.status_code == 302
        assert unquote(answer.url) == f"{LOGIN}?next=/beheer/pages/"
    assert not is_signed_in(client)


def test_wagtails_password_reset_urls_redirect_to_ours(client, editor):
    for path in ("", "done/", "confirm/MQ/abc-123/", "complete/"):
        for answer in (client.get(f"/beheer/password_reset/{path}"), client.post(f"/beheer/password_reset/{path}")):
            assert answer.url == "/inloggen/vergeten/"


def test_the_account_page_has_no_password_form(client, editor):
    client.force_login(editor)
    page = client.get("/beheer/account/").content.decode()
    assert 'type="password"' not in page
    assert reverse("mfa_index") in page


def test_a_username_or_an_email_address_logs_in_and_redirects_to_the_requested_page(client, editor):
    answer = client.post(LOGIN, {"login": "editor@example.nl", "password": PASSWORD, "next": "/beheer/pages/"})
    assert answer.url == "/beheer/pages/"
    assert is_signed_in(client)
    client.logout()
    assert sign_in(client).url == "/beheer/"


def test_a_login_does_not_redirect_to_another_host(client, editor):
    answer = client.post(LOGIN, {"login": "editor", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.url == "/beheer/"


def test_the_session_key_changes_at_the_login_and_the_session_lasts_eight_hours(client, editor):
    client.get(LOGIN)
    session = client.session
    session["kept"] = "before"
    session.save()
    before = client.cookies["sessionid"].value
    sign_in(client)
    assert client.cookies["sessionid"].value != before
    assert not get_user_model().objects.filter(pk__isnull=True).exists()
    assert client.session.get_expiry_age() == 8 * 3600
    assert client.cookies["sessionid"]["max-age"] == "", "gone when the browser closes"


def test_there_is_no_public_registration(client, base_data):
    for path in ("signup/", "aanmelden/", "social/", "email/"):
        assert client.get(f"{LOGIN}{path}").status_code == 404
    assert "signup" not in client.get(LOGIN).content.decode()


def test_a_user_without_backoffice_access_gets_a_403_without_a_redirect_loop(client, make_user):
    client.force_login(make_user("somebody"))
    answer = client.get("/beheer/", follow=True)
    assert answer.status_code == 403
    assert "somebody" in answer.content.decode()
    assert len(answer.redirect_chain) == 1


def test_the_read_api_does_not_accept_basic_authentication(client, admin):
    import base64

    header = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
    answer = client.get("/api/v2/pages/", headers={"Authorization": header})
    assert answer.wsgi_request.user.is_anonymous
    assert answer.renderer_context["request"].user.is_anonymous


def test_only_a_post_signs_out(client, editor):
    client.force_login(editor)
    for address in ("/beheer/logout/", "/inloggen/uit/", "/inloggen/beveiliging/overal-uit/"):
        for ask in (client.get, client.head):
            answer = ask(address)
            assert "sessionid" not in answer.cookies, address
    assert client.get("/beheer/logout/").url == "/inloggen/uit/"
    assert "Uitloggen?" in client.get("/inloggen/uit/").content.decode()
    assert client.get("/beheer/").status_code == 200
    client.post("/beheer/logout/")
    assert client.get("/beheer/").status_code == 302


class TestLockout:
    def test_five_wrong_passwords_lock_the_username_with_a_message(self, client, editor):
        for _try in range(5):
            assert "horen niet bij elkaar" in sign_in(client, password="wrong").content.decode()
        page = sign_in(client).content.decode()
        assert "Wacht 15 minuten" in page
        assert not is_signed_in(client)

    def test_another_username_is_not_locked(self, client, editor, reader):
        for _try in range(6):
            sign_in(client, password="wrong")
        assert sign_in(client, "reader").status_code == 302

    def test_the_lock_ends_after_fifteen_minutes(self, client, editor, monkeypatch):
        for _try in range(6):
            sign_in(client, password="wrong")
        later = timezone.now().timestamp() + 15 * 60 + 1
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
        assert sign_in(client).status_code == 302

    def test_an_address_that_tries_many_usernames_is_locked(self, client, editor, base_data):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong")
        assert "Wacht 15 minuten" in sign_in(client).content.decode()
        assert sign_in(client, REMOTE_ADDR="192.0.2.9").status_code == 302

    def test_the_client_address_behind_a_proxy_is_the_one_seen_by_the_proxy(self, client, editor, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(20):  # the visitor forges the first of the two addresses
            forged = {"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"}
            sign_in(client, f"name{number}", "wrong", headers=forged)
        refused = sign_in(client, headers={"X-Forwarded-For": "198.51.100.99, 192.0.2.1"})
        assert "Wacht 15 minuten" in refused.content.decode()
        assert sign_in(client, headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 302

    def test_forwarded_headers_are_ignored_without_a_proxy(self, client, editor):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        refused = sign_in(client, headers={"X-Forwarded-For": "198.51.100.99"})
        assert "Wacht 15 minuten" in refused.content.decode()

    @pytest.mark.parametrize("spellings", [
        [{"HTTP_HOST": f"testserver:{port}"} for port in (80, 81, 8000, 8443, 9000)],
        [{"HTTP_HOST": host} for host in ("testserver", "testserver.", "TESTSERVER", "TestServer:80", "testserver.:1")],
    ])  # fmt: skip
    def test_failed_logins_are_counted_together_for_all_host_names(self, client, editor, spellings):
        for spelling in spellings:
            sign_in(client, password="wrong", **spelling)
        assert "Wacht 15 minuten" in sign_in(client).content.decode()

    def test_the_username_and_the_email_address_of_a_user_count_together(self, client, editor):
        for login in ("editor", "Editor", "editor@example.nl", "EDITOR@example.nl", "EDITOR"):
            sign_in(client, login, "wrong")
        assert "Wacht 15 minuten" in sign_in(client).content.decode()

    def test_an_ipv6_network_counts_as_one_address(self, client, editor):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong", REMOTE_ADDR=f"2001:db8:1:{number:x}::{number:x}")
        assert "Wacht 15 minuten" in sign_in(client, REMOTE_ADDR="2001:db8:1:ff::1").content.decode()
        assert sign_in(client, REMOTE_ADDR="2001:db8:1:100::1").status_code == 302

    def test_ipv4_addresses_in_ipv6_notation_are_counted_separately(self, client, editor):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong", REMOTE_ADDR="::ffff:192.0.2.1")
        assert "Wacht 15 minuten" in sign_in(client, REMOTE_ADDR="192.0.2.1").content.decode()
        assert sign_in(client, REMOTE_ADDR="::ffff:192.0.2.2").status_code == 302

    def test_too_many_requests_get_a_dutch_error_page(self, client, base_data):
        for _visit in range(31):
            answer = client.post(LOGIN, {}, REMOTE_ADDR="192.0.2.7")
        assert answer.status_code == 429
        assert "Wacht een minuut" in answer.content.decode()


class TestRefusalsInTheLog:
    @pytest.fixture(autouse=True)
    def at_warning(self, caplog):
        caplog.set_level(logging.WARNING, "config.logins.failures")

    def test_a_failed_login_is_logged_with_the_username_and_the_address(self, client, editor, caplog):
        sign_in(client, password="geheim-en-fout", REMOTE_ADDR="192.0.2.5")
        assert caplog.messages == ["Failed login: editor, from 192.0.2.5"]

    def test_a_password_typed_as_a_username_is_not_logged(self, client, editor, caplog):
        sign_in(client, login=PASSWORD, password="x")
        assert caplog.messages == ["Failed login: a name that nobody has, from 127.0.0.1"]

    def test_a_lockout_is_logged(self, client, editor, caplog):
        for _try in range(6):
            sign_in(client, "editor@example.nl", "wrong")
        assert caplog.messages[-1] == "Locked out: editor@example.nl, from 127.0.0.1"

    def test_a_successful_login_is_not_logged(self, client, editor, caplog):
        sign_in(client)
        assert caplog.messages == []


class TestForgottenPassword:
    def ask(self, client, address):
        answer = client.post("/inloggen/vergeten/", {"email": address}, follow=True)
        return re.sub(r"csrf\S+", "", answer.content.decode())

    def test_the_response_is_the_same_for_a_known_and_an_unknown_email_address(self, client, editor):
        assert self.ask(client, "editor@example.nl") == self.ask(client, "nobody@example.nl")
        known, unknown = mail.outbox
        assert known.to == ["editor@example.nl"]
        assert "/inloggen/vergeten/" in known.body
        assert unknown.to == ["nobody@example.nl"]
        assert "/inloggen/vergeten/" not in unknown.body

    @pytest.mark.parametrize("address", ["editor@example.nl", "nobody@example.nl"])
    def test_a_mailbox_gets_at_most_three_emails_an_hour_and_ten_a_day(self, client, editor, address, monkeypatch):
        begun, asked = time.time(), 0
        for hour in range(5):
            monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda at=begun + hour * 3601: at)
            for _each in range(4):
                asked += 1
                spelling = address.upper() if asked % 2 else address
                last = client.post("/inloggen/vergeten/", {"email": spelling}, REMOTE_ADDR=f"192.0.2.{asked}")
            assert last.status_code == 429
            assert len(mail.outbox) == min(3 * (hour + 1), 10)
        assert "Vraag het over een uur opnieuw" in last.content.decode()

    def test_a_network_gets_at_most_twenty_emails_an_hour(self, client, editor):
        for number in range(21):
            client.post("/inloggen/vergeten/", {"email": f"een{number}@example.nl"}, REMOTE_ADDR=f"2001:db8::{number}")
        assert len(mail.outbox) == 20

    def test_the_link_sets_a_new_password_once_and_does_not_log_in(self, client, editor, settings):
        settings.BASE_URL = "https://www.example.nl"
        self.ask(client, "editor@example.nl")
        link = re.search(r"https://www\.example\.nl(/\S+)", mail.outbox[0].body)[1]
        form = client.get(link, follow=True)
        action = form.redirect_chain[-1][0]
        done = client.post(action, {"password1": "een-lang-nieuw-woord", "password2": "een-lang-nieuw-woord"})
        assert done.url == "/inloggen/vergeten/klaar/"
        assert not is_signed_in(client)
        assert sign_in(client, password="een-lang-nieuw-woord").status_code == 302
        client.logout()
        assert "werkt niet meer" in client.get(link, follow=True).content.decode()

    def test_two_different_passwords_are_refused_in_dutch(self, client, editor):
        self.ask(client, "editor@example.nl")
        link = re.search(r"(/inloggen/\S+)", mail.outbox[0].body)[1]
        action = client.get(link, follow=True).redirect_chain[-1][0]
        page = client.post(action, {"password1": "een-lang-nieuw-woord", "password2": "iets-anders-dan-dat"})
        assert "niet gelijk" in page.content.decode()

    def test_a_former_email_address_gets_no_link(self, client, editor):
        self.ask(client, "editor@example.nl")
        get_user_model().objects.filter(pk=editor.pk).update(email="new@example.nl")
        mail.outbox.clear()
        self.ask(client, "editor@example.nl")
        assert "/inloggen/vergeten/" not in mail.outbox[0].body


class TestDemoLogins:
    @pytest.fixture
    def demo(self, base_data):
        return make_logins()

    def test_a_demo_user_logs_in_without_a_second_factor_in_a_demo(self, client, demo):
        assert sign_in(client, "coordinator", "pilot-demo").status_code == 302
        assert client.get("/beheer/dossiers/").status_code == 200
        assert SHOWN not in client.session

    def test_a_demo_user_cannot_log_in_in_production(self, client, demo, settings):
        settings.MODE = "production"
        demo["admin"].set_password("another-password-by-now")
        demo["admin"].save()
        assert sign_in(client, "admin", "another-password-by-now").url == "/inloggen/niet-actief/"
        assert not is_signed_in(client)

    def test_an_earlier_session_of_a_demo_user_ends_in_production(self, client, demo, settings):
        sign_in(client, "coordinator", "pilot-demo")
        settings.MODE = "production"
        assert client.get("/beheer/dossiers/").url.startswith(LOGIN)

    def test_the_demo_password_is_refused_in_production_for_every_user(self, client, make_user, settings):
        user = make_user("somebody-real")
        user.set_password("pilot-demo")
        user.save()
        settings.MODE = "production"
        assert "horen niet bij elkaar" in sign_in(client, "somebody-real", "pilot-demo").content.decode()
        settings.MODE = "demo"
        assert sign_in(client, "somebody-real", "pilot-demo").status_code == 302

    def test_a_real_user_with_the_username_of_a_demo_user_needs_a_second_factor(self, client, coordinator):
        sign_in(client, "coordinator")
        assert client.get("/beheer/dossiers/").url == "/inloggen/beveiliging/app/"


@pytest.mark.parametrize("credentials", [{"login": "a" * 1_000_000}, {"password": "x" * 1_000_000}, {"login": "a\0b"}])
def test_invalid_credentials_are_refused_with_an_error_at_their_field(client, editor, credentials):
    answer = sign_in(client, **credentials)
    assert answer.status_code == 200 and not is_signed_in(client)
    assert answer.context["form"].errors.keys() == credentials.keys()
