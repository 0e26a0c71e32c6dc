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


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("address", ["/beheer/login/", "/_util/login/", "/en/_util/login/"])
def test_wagtails_own_logins_lead_to_it_and_take_no_password(client, editor, address):
    for answer in (
        client.get(address, {"next": "/beheer/pages/"}),
        client.post(f"{address}?next=/beheer/pages/", {"username": "editor", "password": PASSWORD}),
    ):
        assert answer.status_code == 302
        assert unquote(answer.url) == f"{LOGIN}?next=/beheer/pages/"
    assert not signed_in(client)


def test_wagtails_own_pages_for_a_forgotten_password_lead_to_ours(client, editor):
    for path in ("", "done/", "confirm/MQ/abc-123/", "complete/"):
        for answer in (client.get(f"/beheer/password_reset/{path}"), client.post(f"/beheer/password_reset/{path}")):
            assert answer.url == "/inloggen/vergeten/"


def test_the_account_page_offers_no_password_of_its_own(client, editor):
    client.force_login(editor)
    page = client.get("/beheer/account/").content.decode()
    assert 'type="password"' not in page
    assert reverse("mfa_index") in page


def test_a_name_or_an_address_gets_in_and_goes_on_to_the_page_that_was_wanted(client, editor):
    answer = client.post(LOGIN, {"login": "editor@example.nl", "password": PASSWORD, "next": "/beheer/pages/"})
    assert answer.url == "/beheer/pages/"
    assert signed_in(client)
    client.logout()
    assert sign_in(client).url == "/beheer/"


def test_a_login_leads_to_no_other_site(client, editor):
    answer = client.post(LOGIN, {"login": "editor", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.url == "/beheer/"


def test_a_session_is_another_one_after_the_login_and_lasts_eight_hours(client, editor):
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


def test_nobody_signs_up(client, base_data):
    for path in ("signup/", "aanmelden/", "social/", "email/"):
        assert client.get(f"{LOGIN}{path}").status_code == 404
    assert "signup" not in client.get(LOGIN).content.decode()


def test_who_may_not_enter_the_backoffice_is_told_so_and_does_not_go_round(client, make_user):
    client.force_login(make_user("somebody"))
    answer = client.get("/beheer/", follow=True)
    assert answer.status_code == 403
    assert "somebody" in answer.content.decode()
    assert len(answer.redirect_chain) == 1


def test_an_api_takes_no_name_and_password(client, admin):
    import base64

    header = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
    answer = client.get("/api/v2/pages/", headers={"Authorization": header})
    assert answer.wsgi_request.user.is_anonymous
    assert answer.renderer_context["request"].user.is_anonymous


def test_only_the_press_of_a_button_signs_out(client, editor):
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
    def test_five_wrong_passwords_lock_a_name_and_say_for_how_long(self, client, editor):
        for _try in range(5):
            assert "horen niet bij elkaar" in sign_in(client, password="wrong").content.decode()
        page = sign_in(client).content.decode()
        assert "Wacht 15 minuten" in page
        assert not signed_in(client)

    def test_another_name_is_not_locked_with_it(self, client, editor, reader):
        for _try in range(6):
            sign_in(client, password="wrong")
        assert sign_in(client, "reader").status_code == 302

    def test_after_fifteen_minutes_it_opens_again(self, client, editor, monkeypatch):
        for _try in range(6):
            sign_in(client, password="wrong")
        later = timezone.now().timestamp() + 15 * 60 + 1
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
        assert sign_in(client).status_code == 302

    def test_one_address_that_tries_many_names_is_locked_too(self, client, editor, base_data):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong")
        assert "Wacht 15 minuten" in sign_in(client).content.decode()
        assert sign_in(client, REMOTE_ADDR="192.0.2.9").status_code == 302

    def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(self, client, editor, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(20):  # the first of the two is what the visitor made up
            forged = {"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"}
            sign_in(client, f"name{number}", "wrong", headers=forged)
        refused = sign_in(client, headers={"X-Forwarded-For": "198.51.100.99, 192.0.2.1"})
        assert "Wacht 15 minuten" in refused.content.decode()
        assert sign_in(client, headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 302

    def test_without_a_proxy_nobody_chooses_an_address(self, client, editor):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong", headers={"X-Forwarded-For": f"198.51.100.{number}"})
        refused = sign_in(client, headers={"X-Forwarded-For": "198.51.100.99"})
        assert "Wacht 15 minuten" in refused.content.decode()

    @pytest.mark.parametrize("spellings", [
        [{"HTTP_HOST": f"testserver:{port}"} for port in (80, 81, 8000, 8443, 9000)],
        [{"HTTP_HOST": host} for host in ("testserver", "testserver.", "TESTSERVER", "TestServer:80", "testserver.:1")],
    ])  # fmt: skip
    def test_the_name_by_which_the_site_was_asked_opens_no_new_count(self, client, editor, spellings):
        for spelling in spellings:
            sign_in(client, password="wrong", **spelling)
        assert "Wacht 15 minuten" in sign_in(client).content.decode()

    def test_name_and_address_of_one_login_count_together(self, client, editor):
        for login in ("editor", "Editor", "editor@example.nl", "EDITOR@example.nl", "EDITOR"):
            sign_in(client, login, "wrong")
        assert "Wacht 15 minuten" in sign_in(client).content.decode()

    def test_a_network_of_ipv6_counts_as_one_address_and_the_next_is_not_held_up(self, client, editor):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong", REMOTE_ADDR=f"2001:db8:1:{number:x}::{number:x}")
        assert "Wacht 15 minuten" in sign_in(client, REMOTE_ADDR="2001:db8:1:ff::1").content.decode()
        assert sign_in(client, REMOTE_ADDR="2001:db8:1:100::1").status_code == 302

    def test_addresses_of_ipv4_written_as_ipv6_count_apart(self, client, editor):
        for number in range(20):
            sign_in(client, f"name{number}", "wrong", REMOTE_ADDR="::ffff:192.0.2.1")
        assert "Wacht 15 minuten" in sign_in(client, REMOTE_ADDR="192.0.2.1").content.decode()
        assert sign_in(client, REMOTE_ADDR="::ffff:192.0.2.2").status_code == 302

    def test_too_many_visits_are_told_in_dutch(self, client, base_data):
        for _visit in range(31):
            answer = client.post(LOGIN, {}, REMOTE_ADDR="192.0.2.7")
        assert answer.status_code == 429
        assert "Wacht een minuut" in answer.content.decode()


class TestRefusalsInTheLog:
    @pytest.fixture(autouse=True)
    def at_warning(self, caplog):
        caplog.set_level(logging.WARNING, "config.logins.failures")

    def test_a_wrong_password_is_told_with_the_name_and_the_address(self, client, editor, caplog):
        sign_in(client, password="geheim-en-fout", REMOTE_ADDR="192.0.2.5")
        assert caplog.messages == ["Failed login: editor, from 192.0.2.5"]

    def test_a_password_typed_as_a_name_is_not_told(self, client, editor, caplog):
        sign_in(client, login=PASSWORD, password="x")
        assert caplog.messages == ["Failed login: a name that nobody has, from 127.0.0.1"]

    def test_a_lockout_is_told(self, client, editor, caplog):
        for _try in range(6):
            sign_in(client, "editor@example.nl", "wrong")
        assert caplog.messages[-1] == "Locked out: editor@example.nl, from 127.0.0.1"

    def test_who_gets_in_is_not_told(self, client, editor, caplog):
        sign_in(client)
        assert caplog.messages == []


class TestForgottenPassword:
    def ask(self, client, address):
        answer = client.post("/inloggen/vergeten/", {"email": address}, follow=True)
        return re.sub(r"csrf\S+", "", answer.content.decode())

    def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(self, client, editor):
        assert self.ask(client, "editor@example.nl") == self.ask(client, "nobody@example.nl")
        known, unknown = mail.outbox
        assert known.to == ["editor@example.nl"]
        assert "/inloggen/vergeten/" in known.body
        assert unknown.to == ["nobody@example.nl"]
        assert "/inloggen/vergeten/" not in unknown.body

    @pytest.mark.parametrize("address", ["editor@example.nl", "nobody@example.nl"])
    def test_a_mailbox_gets_three_an_hour_and_ten_a_day_from_whoever_asks(self, client, editor, address, monkeypatch):
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

    def test_one_network_asks_for_twenty_an_hour(self, client, editor):
        for number in range(21):
            client.post("/inloggen/vergeten/", {"email": f"een{number}@example.nl"}, REMOTE_ADDR=f"2001:db8::{number}")
        assert len(mail.outbox) == 20

    def test_the_link_sets_a_new_password_once_and_logs_nobody_in(self, client, editor, settings):
        settings.BASE_URL = "https://www.example.nl"
        self.ask(client, "editor@example.nl")
        link = re.search(r"https://www\.example\.nl(/\S+)", mail.outbox[0].body)[1]
        form = client.get(link, follow=True)
        action = form.redirect_chain[-1][0]
        done = client.post(action, {"password1": "een-lang-nieuw-woord", "password2": "een-lang-nieuw-woord"})
        assert done.url == "/inloggen/vergeten/klaar/"
        assert not signed_in(client)
        assert sign_in(client, password="een-lang-nieuw-woord").status_code == 302
        client.logout()
        assert "werkt niet meer" in client.get(link, follow=True).content.decode()

    def test_two_different_passwords_are_refused_in_dutch(self, client, editor):
        self.ask(client, "editor@example.nl")
        link = re.search(r"(/inloggen/\S+)", mail.outbox[0].body)[1]
        action = client.get(link, follow=True).redirect_chain[-1][0]
        page = client.post(action, {"password1": "een-lang-nieuw-woord", "password2": "iets-anders-dan-dat"})
        assert "niet gelijk" in page.content.decode()

    def test_an_address_that_was_changed_gets_no_link_any_more(self, client, editor):
        self.ask(client, "editor@example.nl")
        get_user_model().objects.filter(pk=editor.pk).update(email="new@example.nl")
        mail.outbox.clear()
        self.ask(client, "editor@example.nl")
        assert "/inloggen/vergeten/" not in mail.outbox[0].body


class TestDemoLogins:
    @pytest.fixture
    def demo(self, base_data):
        return make_logins()

    def test_in_a_demo_they_get_in_without_a_second_factor(self, client, demo):
        assert sign_in(client, "coordinator", "pilot-demo").status_code == 302
        assert client.get("/beheer/dossiers/").status_code == 200
        assert SHOWN not in client.session

    def test_in_production_they_do_not_get_in_at_all(self, client, demo, settings):
        settings.MODE = "production"
        demo["admin"].set_password("another-password-by-now")
        demo["admin"].save()
        assert sign_in(client, "admin", "another-password-by-now").url == "/inloggen/niet-actief/"
        assert not signed_in(client)

    def test_nor_does_a_session_of_before(self, client, demo, settings):
        sign_in(client, "coordinator", "pilot-demo")
        settings.MODE = "production"
        assert client.get("/beheer/dossiers/").url.startswith(LOGIN)

    def test_nor_their_password_with_another_login(self, client, make_user, settings):
        user = make_user("somebody-real")
        user.set_password("pilot-demo")
        user.save()
        settings.MODE = "production"
        assert "horen niet bij elkaar" in sign_in(client, "somebody-real", "pilot-demo").content.decode()
        settings.MODE = "demo"
        assert sign_in(client, "somebody-real", "pilot-demo").status_code == 302

    def test_a_real_account_of_such_a_name_needs_a_second_factor(self, client, coordinator):
        sign_in(client, "coordinator")
        assert client.get("/beheer/dossiers/").url == "/inloggen/beveiliging/app/"


@pytest.mark.parametrize("credentials", [{"login": "a" * 1_000_000}, {"password": "x" * 1_000_000}, {"login": "a\0b"}])
def test_what_nobody_types_is_refused_in_words(client, editor, credentials):
    answer = sign_in(client, **credentials)
    assert answer.status_code == 200 and not signed_in(client)
    assert answer.context["form"].errors.keys() == credentials.keys()
