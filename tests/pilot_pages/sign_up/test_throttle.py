"""The limits protect the form, the mail server and the mailboxes of strangers against floods."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from dossiers.models import EmployerInterest, InterestStatus
from dossiers.models.employers import withdrawal
from pilot_pages.models import SignUpPage
from pilot_pages.sign_up import records
from pilot_pages.sign_up.throttle import BY_ADDRESS, BY_EMAIL, HOUR, IN_ALL, may_sign_up
from tests.compact_html import compact_html
from tests.pilot_pages.conftest import dutch, stamp_of
from web_api.throttle import Limit, client_address, take, wait

SignUp = Callable[..., Any]
OFTEN = "Too many sign-ups in a short time"


@pytest.fixture
def pass_one_hour(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def pass_by() -> None:
        later = time.time() + HOUR.total_seconds() + 2
        monkeypatch.setattr("time.time", lambda: later)

    return pass_by


def test_sign_ups_from_one_address_are_limited_to_twenty_an_hour(
    client: Client, content: SignUpPage, form_data: Any
) -> None:
    form = form_data()
    answers = [client.post(content.url, form | {"email": f"bot{index}@example.org"}) for index in range(40)]
    assert [answer.status_code for answer in answers] == [302] * BY_ADDRESS.most + [429] * 20
    for _number in range(960):
        assert not may_sign_up("127.0.0.1", "bot@example.org")
    assert EmployerInterest.objects.count() == len(mail.outbox) == BY_ADDRESS.most


def exhaust(limit: Limit, whom: str) -> None:
    for _number in range(limit.most):
        assert not limit.take(whom)


@pytest.mark.parametrize(("limit", "whom"), [(BY_ADDRESS, "127.0.0.1"), (BY_EMAIL, "anna@dewit.example")])
def test_a_rate_limited_sign_up_preserves_the_input_and_stores_nothing(
    sign_up: SignUp, limit: Limit, whom: str
) -> None:
    exhaust(limit, whom)
    response = sign_up()
    html = compact_html(response)
    assert response.status_code == 429
    assert 3590 <= int(response["Retry-After"]) <= 3600
    assert dutch(OFTEN) in html
    assert re.search(r"na \d\d:\d\d opnieuw", html)
    assert f"<title>{dutch('Error:')}" in html
    assert 'value="Anna@DeWit.example"' in html
    assert "Tomaten plukken" in html
    assert not EmployerInterest.objects.exists()
    assert not mail.outbox


def test_the_same_form_can_be_submitted_an_hour_later(sign_up: SignUp, pass_one_hour: Callable[[], None]) -> None:
    exhaust(BY_ADDRESS, "127.0.0.1")
    stamp = stamp_of(timedelta(minutes=1))
    assert sign_up(stamp=stamp).status_code == 429
    pass_one_hour()
    assert sign_up(stamp=stamp).status_code == 302


def test_another_address_is_not_rate_limited(content: SignUpPage, form_data: Any) -> None:
    exhaust(BY_ADDRESS, "127.0.0.1")
    assert Client(REMOTE_ADDR="192.0.2.7").post(content.url, form_data()).status_code == 302


def test_the_overall_limit_blocks_only_the_addresses_that_caused_the_flood(content: SignUpPage, form_data: Any) -> None:
    for number in range(3):
        assert may_sign_up("198.51.100.1", f"bot{number}@example.org")
    for _other in range(IN_ALL.most):
        IN_ALL.take("")
    assert not may_sign_up("198.51.100.1", "bot@example.org")
    employer = Client(REMOTE_ADDR="192.0.2.7")
    answers = [
        employer.post(content.url, form_data(email=f"een{index}@dewit.example")).status_code for index in range(3)
    ]
    assert answers == [302, 302, 429]


def test_the_addresses_of_one_ipv6_network_share_a_limit(content: SignUpPage, form_data: Any) -> None:
    for number in range(BY_ADDRESS.most + 1):
        visitor = Client(REMOTE_ADDR=f"2001:db8:1:{number:x}::1")
        answer = visitor.post(content.url, form_data(email=f"bot{number}@example.org"))
    assert answer.status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1:100::1").post(content.url, form_data()).status_code == 302


def test_submitting_an_invalid_form_does_not_count_toward_the_limit(sign_up: SignUp) -> None:
    for _number in range(BY_EMAIL.most + 1):
        assert sign_up(positions="drie").status_code == 200
    assert sign_up().status_code == 302


def test_repeated_submissions_of_one_form_create_one_sign_up_and_are_never_refused(sign_up: SignUp) -> None:
    stamp = stamp_of(timedelta(minutes=1))
    answers = [sign_up(stamp=stamp).status_code for _click in range(BY_EMAIL.most + 3)]
    assert set(answers) == {302}
    assert EmployerInterest.objects.count() == len(mail.outbox) == 1


def test_the_client_address_is_the_one_seen_by_the_trusted_proxy(rf: Any, settings: Any) -> None:
    asked = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.4"}
    assert client_address(rf.post("/", **asked)) == "10.0.0.1"  # without a proxy anybody can send this header
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client_address(rf.post("/", **asked)) == "198.51.100.4"


def test_an_ipv6_address_is_reduced_to_its_network(rf: Any) -> None:
    asked = ("2001:db8:1:2::1", "2001:db8:1:ff:8::2", "2001:db8:1:100::1", "::ffff:192.0.2.1")
    first, second, other, old = (client_address(rf.post("/", REMOTE_ADDR=address)) for address in asked)
    assert first == second == "2001:db8:1::"
    assert (other, old) == ("2001:db8:1:100::", "192.0.2.1")


def test_a_refused_sign_up_does_not_count_toward_the_other_limits(db: None) -> None:
    exhaust(BY_ADDRESS, "192.0.2.1")
    for _number in range(BY_EMAIL.most + 1):
        assert not may_sign_up("192.0.2.1", "anna@dewit.example")
    assert may_sign_up("192.0.2.2", "anna@dewit.example")


def test_checking_a_limit_does_not_count_toward_it() -> None:
    once = Limit("test", 1, timedelta(minutes=1))
    assert not wait({once: "me"}) and not wait({once: "me"})
    assert not take({once: "me"})
    assert timedelta(0) < wait({once: "me"}) <= timedelta(minutes=1)


# --- One mail an hour about the same work -----------------------------------------------------------------------------


def test_a_repeated_sign_up_updates_the_unconfirmed_one_without_a_second_email(sign_up: SignUp) -> None:
    first = sign_up(hours_per_week="32")
    again = sign_up(hours_per_week="", email="anna@DEWIT.example")
    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert EmployerInterest.objects.get().hours_per_week is None
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("other", [{"work_description": "Komkommers"}, {"company_name": "Een ander"}])
def test_a_sign_up_with_a_strangers_address_does_not_overwrite_the_unconfirmed_one(
    sign_up: SignUp, other: dict[str, str]
) -> None:
    sign_up()
    before = EmployerInterest.objects.values().get()
    answer = sign_up(contact_name="Iemand anders", phone="", **other)
    assert answer.status_code == 302
    assert EmployerInterest.objects.filter(pk=before["id"]).values().get() == before
    assert EmployerInterest.objects.count() == len(mail.outbox) == 2


def test_one_mailbox_gets_at_most_three_emails_an_hour(sign_up: SignUp) -> None:
    answers = [sign_up(work_description=f"Werk {index}").status_code for index in range(5)]
    assert answers == [302] * 3 + [429] * 2
    assert EmployerInterest.objects.count() == len(mail.outbox) == 3


def test_a_repeated_sign_up_gets_a_new_email_after_an_hour(sign_up: SignUp, pass_one_hour: Callable[[], None]) -> None:
    sign_up()
    pass_one_hour()
    sign_up()
    assert EmployerInterest.objects.count() == len(mail.outbox) == 2


def confirm(interest: EmployerInterest) -> None:
    records.confirm(interest, "nl")


def withdraw(interest: EmployerInterest) -> None:
    withdrawal.erase_interest(interest)


@pytest.mark.parametrize("action", [confirm, withdraw])
def test_a_new_sign_up_after_a_confirmation_or_withdrawal_gets_an_email_at_once(sign_up: SignUp, action: Any) -> None:
    sign_up(work_description="Tomaten")
    action(EmployerInterest.objects.get())
    before = len(mail.outbox)
    sign_up(work_description="Komkommers")
    assert len(mail.outbox) == before + 1
    waiting = EmployerInterest.objects.get(status=InterestStatus.UNCONFIRMED)
    assert waiting.work_description == "Komkommers"


def test_a_sign_up_that_could_not_be_stored_can_be_submitted_again(sign_up: SignUp, monkeypatch: Any) -> None:
    stamp = stamp_of(timedelta(minutes=1))
    with monkeypatch.context() as broken:
        broken.setattr("dossiers.models.EmployerInterest.full_clean", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sign_up(stamp=stamp)
    assert sign_up(stamp=stamp).status_code == 302
    assert EmployerInterest.objects.count() == len(mail.outbox) == 1


def test_the_cache_contains_no_personal_data(sign_up: SignUp) -> None:
    sign_up()
    names = [key.split(":", 2)[2] for key in cache._cache]
    cached = repr({name: cache.get(name) for name in names})
    assert "dewit" not in cached.lower()
    assert "127.0.0.1" not in cached
