"""The e-mail of the morning: to whom, when, and that nothing in it tells who it is about."""

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
    """Sends the digests of a day on that day."""

    def send(day):
        monkeypatch.setattr(timezone, "localdate", lambda *args: day)
        return [result.status for result in enqueue_digests(day)]

    return send


def act(owner=None, due_on=DAY, text="Selamawit Hailemariam bellen op 06 12345678", **fields) -> FollowUp:
    return FollowUp.objects.create(text=text, due_on=due_on, owner=owner, **fields)


def sent_to() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def html_of(message) -> str:
    (alternative,) = message.alternatives
    assert alternative[1] == "text/html"
    return alternative[0]


def test_who_owns_something_that_is_due_gets_one_mail_with_the_way_to_it(send_digests, coordinator, settings):
    dossier = make_dossier()
    action, _later = act(coordinator, dossier=dossier), act(coordinator, due_on=days_later(1))
    assert send_digests(DAY) == [TaskResultStatus.SUCCESSFUL]
    (message,) = mail.outbox
    assert message.to == [coordinator.email] and message.subject == "Uw acties voor vandaag: 1"
    link = settings.WAGTAILADMIN_BASE_URL + url(FollowUp, "inspect", action.pk)
    for body in (message.body, html_of(message)):
        assert dossier.reference in body and "24-11-2026" in body
        assert link in body and f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_account')}" in body


def test_no_name_and_nothing_that_somebody_typed_is_in_it(send_digests, coordinator):
    dossier = make_dossier(given_name="Selamawit", family_name="Hailemariam")
    employer = make_employer(company_name="Bakkerij Geheim")
    act(coordinator, dossier=dossier)
    act(coordinator, employer=employer)
    act(coordinator, interest=make_interest(employer=employer, work_description="Geheim werk"))
    act(coordinator, placement=make_placement(dossier=make_dossier(
        given_name="Selamawit", expectation_talk_on=days_later(-400), privacy_notice_on=days_later(-400)
    )))  # fmt: skip
    act(coordinator, rule="document_ends", occasion="1:x", dossier=dossier)
    send_digests(DAY)
    (message,) = mail.outbox
    for body in (message.subject, message.body, html_of(message)):
        for secret in ("Selam", "Haile", "06 1234", "Geheim"):
            assert secret not in body
    assert "W-document loopt af" in message.body and "P-" in message.body and "W-2" in message.body


def test_a_coordinator_hears_of_what_is_nobodys_and_who_is_none_does_not(send_digests, coordinator, make_user, admin):
    other = make_user("other", COORDINATORS)
    act()
    send_digests(DAY)
    assert sent_to() == [coordinator.email, other.email]
    assert "nog niet toegewezen" in mail.outbox[0].body
    act(admin)
    send_digests(DAY)
    assert sent_to() == [admin.email, coordinator.email, other.email]


def test_who_may_not_see_actions_or_left_or_has_no_address_gets_none(send_digests, partner, make_user):
    act(partner)
    act(make_user("left", COORDINATORS, is_active=False))
    act(update_record(make_user("silent", COORDINATORS), email=""))
    send_digests(DAY)
    assert mail.outbox == []


def test_nothing_to_do_is_no_mail(send_digests, coordinator):
    act(coordinator, due_on=days_later(1))
    act(coordinator).mark_done(coordinator)
    send_digests(DAY)
    assert mail.outbox == []


@pytest.mark.parametrize("day", [SATURDAY, SATURDAY + timedelta(days=1)])
def test_a_weekend_has_no_mail_and_monday_has_all(send_digests, coordinator, day):
    act(coordinator)
    send_digests(day)
    assert mail.outbox == []
    send_digests(SATURDAY + timedelta(days=2))
    assert "24-11-2026 (te laat)" in mail.outbox[0].body


def test_it_goes_once_a_day_and_the_next_day_again(send_digests, coordinator):
    act(coordinator)
    send_digests(DAY)
    act(coordinator)
    send_digests(DAY)
    assert len(mail.outbox) == 1
    send_digests(days_later(1))
    assert len(mail.outbox) == 2


def test_two_workers_at_once_send_one(coordinator):
    one, other = DailyDigest.of(coordinator), DailyDigest.of(coordinator)
    assert (one.claim(DAY), other.claim(DAY)) == (True, False)


def test_who_switched_it_off_gets_none(send_digests, coordinator):
    act(coordinator)
    DailyDigest.objects.create(user=coordinator, wanted=False)
    send_digests(DAY)
    assert mail.outbox == []


def test_a_mail_server_that_fails_for_one_is_asked_again_and_the_others_have_theirs(
    send_digests, coordinator, make_user, monkeypatch, caplog
):
    act(), make_user("other", COORDINATORS)
    send = EmailBackend.send_messages

    def fail(self, messages):
        if messages[0].to == [coordinator.email]:
            raise SMTPException("no")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    assert send_digests(DAY) == [TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL]
    assert sent_to() == ["other@example.nl"]
    assert "Selam" not in caplog.text
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    send_digests(DAY)
    assert sent_to() == [coordinator.email, "other@example.nl"]


def test_a_long_list_is_cut_and_says_so(send_digests, coordinator):
    for _number in range(MAX_ACTIONS_SHOWN + 2):
        act(coordinator)
    send_digests(DAY)
    (message,) = mail.outbox
    assert message.body.count("* Actie") == MAX_ACTIONS_SHOWN and "En nog 2 acties" in message.body
    assert message.subject.endswith(str(MAX_ACTIONS_SHOWN + 2))


def test_staff_write_its_words(send_digests, coordinator):
    act(coordinator)
    words = update_record(
        EmailText.objects.get(kind="actions"), subject="{aantal} te doen", intro="Succes met <b>{aantal}</b>"
    )
    words.full_clean()
    send_digests(DAY)
    (message,) = mail.outbox
    assert message.subject == "1 te doen" and "Succes met <b>1</b>" in message.body
    assert "Succes met &lt;b&gt;1&lt;/b&gt;" in html_of(message)
