"""Tests of the daily digest: its recipients, its time and the absence of names."""

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


def test_the_owner_of_a_due_action_gets_a_digest_with_a_link(send_digests, coordinator, settings):
    dossier = make_dossier()
    action, _later = make_action(coordinator, dossier=dossier), make_action(coordinator, due_on=days_later(1))
    assert send_digests(DAY) == [TaskResultStatus.SUCCESSFUL]
    (message,) = mail.outbox
    assert message.to == [coordinator.email] and message.subject == "Uw acties voor vandaag: 1"
    link = settings.WAGTAILADMIN_BASE_URL + url(FollowUp, "inspect", action.pk)
    for body in (message.body, get_html(message)):
        assert dossier.reference in body and "24-11-2026" in body
        assert link in body and f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_account')}" in body


def test_the_digest_contains_no_names_and_no_free_text(send_digests, coordinator):
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


def test_unassigned_actions_are_sent_to_coordinators_only(send_digests, coordinator, make_user, admin):
    other = make_user("other", COORDINATORS)
    make_action()
    send_digests(DAY)
    assert get_recipients() == [coordinator.email, other.email]
    assert "nog niet toegewezen" in mail.outbox[0].body
    make_action(admin)
    send_digests(DAY)
    assert get_recipients() == [admin.email, coordinator.email, other.email]


def test_users_without_permission_or_address_and_inactive_users_get_no_digest(send_digests, partner, make_user):
    make_action(partner)
    make_action(make_user("left", COORDINATORS, is_active=False))
    make_action(update_record(make_user("silent", COORDINATORS), email=""))
    send_digests(DAY)
    assert mail.outbox == []


def test_without_due_actions_no_digest_is_sent(send_digests, coordinator):
    make_action(coordinator, due_on=days_later(1))
    make_action(coordinator).mark_done(coordinator)
    send_digests(DAY)
    assert mail.outbox == []


@pytest.mark.parametrize("day", [SATURDAY, SATURDAY + timedelta(days=1)])
def test_digests_skip_the_weekend_and_monday_includes_the_overdue_actions(send_digests, coordinator, day):
    make_action(coordinator)
    send_digests(day)
    assert mail.outbox == []
    send_digests(SATURDAY + timedelta(days=2))
    assert "24-11-2026 (te laat)" in mail.outbox[0].body


def test_the_digest_is_sent_once_a_day(send_digests, coordinator):
    make_action(coordinator)
    send_digests(DAY)
    make_action(coordinator)
    send_digests(DAY)
    assert len(mail.outbox) == 1
    send_digests(days_later(1))
    assert len(mail.outbox) == 2


def test_only_the_first_of_two_workers_claims_the_digest(coordinator):
    digest, other_digest = DailyDigest.of(coordinator), DailyDigest.of(coordinator)
    assert (digest.claim(DAY), other_digest.claim(DAY)) == (True, False)


def test_a_user_who_turned_the_digest_off_gets_no_digest(send_digests, coordinator):
    make_action(coordinator)
    DailyDigest.objects.create(user=coordinator, wanted=False)
    send_digests(DAY)
    assert mail.outbox == []


def test_a_failed_digest_is_retried_and_does_not_block_the_others(
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


def test_a_long_list_of_actions_is_truncated_with_a_count(send_digests, coordinator):
    for _number in range(MAX_ACTIONS_SHOWN + 2):
        make_action(coordinator)
    send_digests(DAY)
    (message,) = mail.outbox
    assert message.body.count("* Actie") == MAX_ACTIONS_SHOWN and "En nog 2 acties" in message.body
    assert message.subject.endswith(str(MAX_ACTIONS_SHOWN + 2))


def test_staff_can_edit_the_text_of_the_digest(send_digests, coordinator):
    make_action(coordinator)
    words = update_record(
        EmailText.objects.get(kind="actions"), subject="{aantal} te doen", intro="Succes met <b>{aantal}</b>"
    )
    words.full_clean()
    send_digests(DAY)
    (message,) = mail.outbox
    assert message.subject == "1 te doen" and "Succes met <b>1</b>" in message.body
    assert "Succes met &lt;b&gt;1&lt;/b&gt;" in get_html(message)
