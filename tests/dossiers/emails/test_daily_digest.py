"""Tests of the daily digest: its recipients, its time, and that it names nobody."""

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus

from dossiers.emails.daily_digest import MAX_ACTIONS_SHOWN, enqueue_digests
from dossiers.models import DailyDigest, EmailText, FollowUp
from dossiers.models.rights import COORDINATORS

from ..actions.scenarios import DAY, days_later, update_record
from ..backoffice.pages import url
from ..models.factories import make_dossier, make_employer, make_interest
from ..models.placements import make_placement

SATURDAY = DAY + timedelta(days=4)


@pytest.fixture
def send_digests(monkeypatch):
    """A function that sends the digests of a day on that day."""

    def send(day):
        monkeypatch.setattr(timezone, "localdate", lambda *args: day)
        return [result.status for result in enqueue_digests(day)]

    return send


def make_action(owner=None, due_on=DAY, text="Selamawit Hailemariam bellen op 06 12345678", **fields) -> FollowUp:
    return FollowUp.objects.create(text=text, due_on=due_on, owner=owner, **fields)


def get_recipients() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def get_html(message) -> str:
    (alternative,) = message.alternatives
    assert alternative[1] == "text/html"
    return alternative[0]


def test_who_owns_something_that_is_due_gets_one_mail_with_the_way_to_it(send_digests, coordinator, settings):
    dossier = make_dossier()
    action, _later = make_action(coordinator, dossier=dossier), make_action(coordinator, due_on=days_later(1))
    assert send_digests(DAY) == [TaskResultStatus.SUCCESSFUL]
    (message,) = mail.outbox
    assert message.to == [coordinator.email] and message.subject == "Uw acties voor vandaag: 1"
    link = settings.WAGTAILADMIN_BASE_URL + url(FollowUp, "inspect", action.pk)
    for body in (message.body, get_html(message)):
        assert dossier.reference in body and "24-11-2026" in body
        assert link in body and f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_account')}" in body


def test_no_name_and_nothing_that_somebody_typed_is_in_it(send_digests, coordinator):
    dossier = make_dossier(given_name="Selamawit", family_name="Hailemariam")
    employer = make_employer(company_name="Bakkerij Geheim")
    make_action(coordinator, dossier=dossier)
    make_action(coordinator, employer=employer)
    make_action(coordinator, interest=make_interest(employer=employer, work_description="Geheim werk"))
    make_action(coordinator, placement=make_placement(dossier=make_dossier(
        given_name="Selamawit", expectation_talk_on=days_later(-400), privacy_notice_on=days_later(-400)
    )))  # fmt: skip
    make_action(coordinator, rule="document_ends", occasion="1:x", dossier=dossier)
    send_digests(DAY)
    (message,) = mail.outbox
    for body in (message.subject, message.body, get_html(message)):
        for secret in ("Selam", "Haile", "06 1234", "Geheim"):
            assert secret not in body
    assert "W-document loopt af" in message.body and "P-" in message.body and "W-2" in message.body


def test_a_coordinator_hears_of_what_is_nobodys_and_who_is_none_does_not(send_digests, coordinator, make_user, admin):
    other = make_user("other", COORDINATORS)
    make_action()
    send_digests(DAY)
    assert get_recipients() == [coordinator.email, other.email]
    assert "nog niet toegewezen" in mail.outbox[0].body
    make_action(admin)
    send_digests(DAY)
    assert get_recipients() == [admin.email, coordinator.email, other.email]


def test_who_may_not_see_actions_or_left_or_has_no_address_gets_none(send_digests, partner, make_user):
    make_action(partner)
    make_action(make_user("left", COORDINATORS, is_active=False))
    make_action(update_record(make_user("silent", COORDINATORS), email=""))
    send_digests(DAY)
    assert mail.outbox == []


def test_nothing_to_do_is_no_mail(send_digests, coordinator):
    make_action(coordinator, due_on=days_later(1))
    make_action(coordinator).mark_done(coordinator)
    send_digests(DAY)
    assert mail.outbox == []


@pytest.mark.parametrize("day", [SATURDAY, SATURDAY + timedelta(days=1)])
def test_a_weekend_has_no_mail_and_monday_has_all(send_digests, coordinator, day):
    make_action(coordinator)
    send_digests(day)
    assert mail.outbox == []
    send_digests(SATURDAY + timedelta(days=2))
    assert "24-11-2026 (te laat)" in mail.outbox[0].body


def test_it_goes_once_a_day_and_the_next_day_again(send_digests, coordinator):
    make_action(coordinator)
    send_digests(DAY)
    make_action(coordinator)
    send_digests(DAY)
    assert len(mail.outbox) == 1
    send_digests(days_later(1))
    assert len(mail.outbox) == 2


def test_two_workers_at_once_send_one(coordinator):
    digest, other_digest = DailyDigest.of(coordinator), DailyDigest.of(coordinator)
    assert (digest.claim(DAY), other_digest.claim(DAY)) == (True, False)


def test_who_switched_it_off_gets_none(send_digests, coordinator):
    make_action(coordinator)
    DailyDigest.objects.create(user=coordinator, wanted=False)
    send_digests(DAY)
    assert mail.outbox == []


def test_a_mail_server_that_fails_for_one_is_asked_again_and_the_others_have_theirs(
    send_digests, coordinator, make_user, monkeypatch, caplog
):
    make_action(), make_user("other", COORDINATORS)
    send = EmailBackend.send_messages

    def fail(self, messages):
        if messages[0].to == [coordinator.email]:
            raise SMTPException("no")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    assert send_digests(DAY) == [TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL]
    assert get_recipients() == ["other@example.nl"]
    assert "Selam" not in caplog.text
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    send_digests(DAY)
    assert get_recipients() == [coordinator.email, "other@example.nl"]


def test_a_long_list_is_cut_and_says_so(send_digests, coordinator):
    for _number in range(MAX_ACTIONS_SHOWN + 2):
        make_action(coordinator)
    send_digests(DAY)
    (message,) = mail.outbox
    assert message.body.count("* Actie") == MAX_ACTIONS_SHOWN and "En nog 2 acties" in message.body
    assert message.subject.endswith(str(MAX_ACTIONS_SHOWN + 2))


def test_staff_write_its_words(send_digests, coordinator):
    make_action(coordinator)
    words = update_record(
        EmailText.objects.get(kind="actions"), subject="{aantal} te doen", intro="Succes met <b>{aantal}</b>"
    )
    words.full_clean()
    send_digests(DAY)
    (message,) = mail.outbox
    assert message.subject == "1 te doen" and "Succes met <b>1</b>" in message.body
    assert "Succes met &lt;b&gt;1&lt;/b&gt;" in get_html(message)
