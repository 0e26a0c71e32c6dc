"""Tests of the e-mails to users: their texts, placeholders, previews, recipients and retries."""

import re
from smtplib import SMTPException

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dossiers.emails.base import ATTEMPTS_IN_A_DAY, EMAILS, NotSent, StaffEmail, send_email
from dossiers.emails.exports import ExportReadyEmail
from dossiers.emails.partner_lists import ListReturnedEmail, ListSentEmail
from dossiers.models import EmailText, ExportRun, FollowUp, ImportRun, Organisation
from dossiers.models.activity.email_text import EMAIL_KINDS, PLACEHOLDER
from dossiers.models.lists.base_lists import add_email_texts, read_list
from dossiers.models.rights import COORDINATORS
from dossiers.tasks import return_list

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def sent_list(partner):
    return ImportRun.objects.create(
        user=partner, sent_by=partner, organisation=Organisation.objects.named("AZC Luttelgeest"), state="sent"
    )


def send(email: type[StaffEmail], *keys) -> bool:
    return send_email.call(email.name, list(keys))


# --- Texts


def test_each_kind_has_a_valid_initial_text_with_working_placeholders():
    rows = read_list("email_texts.yaml")
    assert {row["kind"] for row in rows} == set(EMAIL_KINDS) < set(EMAILS)
    for email_text in EmailText.objects.all():
        email_text.full_clean()
        kind = EMAIL_KINDS[email_text.kind]
        message = kind.make_example().build()
        for part in (message.subject, message.body, message.alternatives[0][0]):
            assert "{" not in part
        placeholders = PLACEHOLDER.findall(email_text.subject + email_text.intro + email_text.closing)
        assert all(kind.examples[name] in f"{message.subject}{message.body}" for name in placeholders)


def test_migrating_again_restores_a_missing_text_and_does_not_overwrite_an_edited_text():
    EmailText.objects.filter(kind="list_sent").delete()
    EmailText.objects.filter(kind="list_returned").update(subject="Kijk eens")
    add_email_texts()
    add_email_texts(using="access_log")
    assert EmailText.objects.count() == len(EMAIL_KINDS)
    assert EmailText.objects.get(kind="list_returned").subject == "Kijk eens"


@pytest.mark.parametrize(
    ("kind", "field", "words", "answer"),
    [
        ("list_sent", "subject", "Lijst van {naam}", "Deze e-mail heeft geen {naam}. Kies uit: {organisatie}."),
        (
            "password_reset",
            "closing",
            "U bent {Naam}, {site}, {Site}",
            "heeft geen {Naam}, {Site}. Kies uit: {site}, {gebruikersnaam}.",
        ),
        ("export_ready", "intro", "Het bestand {aantal}", "niets ingevuld. Haal de accolades van {aantal} weg."),
        ("list_sent", "closing", "Bel BSN 123456782", "BSN"),
    ],
)
def test_an_unknown_placeholder_and_a_private_number_are_refused(kind, field, words, answer):
    email_text = EmailText.objects.get(kind=kind)
    setattr(email_text, field, words)
    with pytest.raises(ValidationError) as refusal:
        email_text.full_clean()
    assert list(refusal.value.message_dict) == [field]
    assert answer in refusal.value.message_dict[field][0]


# --- Recipients


def test_each_coordinator_gets_a_single_email_about_a_sent_list(sent_list, coordinator, make_user):
    make_user("left", COORDINATORS, is_active=False)
    get_user_model().objects.filter(pk=make_user("same", COORDINATORS).pk).update(email=coordinator.email)
    other = make_user("other", COORDINATORS)
    ListSentEmail.enqueue_for_coordinators(sent_list)
    assert sorted(message.to for message in mail.outbox) == [[coordinator.email], [other.email]]
    assert mail.outbox[0].body.startswith("AZC Luttelgeest heeft een lijst met mensen gestuurd. Bekijk")


def test_the_emails_about_one_person_typed_into_a_form_say_so(sent_list, coordinator):
    ImportRun.objects.update(format={"kind": "form"}, by_partner=True, with_partner=True)
    sent_list.refresh_from_db()
    ListSentEmail.enqueue_for_coordinators(sent_list)
    return_list(sent_list, "Klopt het jaar?")
    to_coordinator, to_partner = mail.outbox
    assert to_coordinator.body.startswith("AZC Luttelgeest heeft de gegevens van één persoon gestuurd.")
    assert to_partner.body.startswith("De gemeente heeft de gegevens van één persoon aan u teruggestuurd")
    assert "lijst" not in to_coordinator.subject + to_partner.subject


def test_an_email_that_is_no_longer_needed_is_not_sent(sent_list, coordinator, partner):
    assert send(ListSentEmail, sent_list.pk, coordinator.pk)
    assert not send(ListReturnedEmail, sent_list.pk)
    ImportRun.objects.update(state="returned")
    assert not send(ListSentEmail, sent_list.pk, coordinator.pk)
    assert send(ListReturnedEmail, sent_list.pk)
    get_user_model().objects.filter(pk=partner.pk).update(is_active=False)
    assert not send(ListReturnedEmail, sent_list.pk) and not send(ExportReadyEmail, 4711)
    assert [message.to for message in mail.outbox] == [[coordinator.email], [partner.email]]


def test_a_blocked_user_is_not_told_that_a_file_is_ready(coordinator):
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv", state="ready")
    assert send(ExportReadyEmail, run.pk)
    get_user_model().objects.filter(pk=coordinator.pk).update(is_active=False)
    assert not send(ExportReadyEmail, run.pk)


# --- Retries


def test_an_email_to_a_user_is_retried_for_a_day_without_an_action(coordinator, monkeypatch, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

    def fail(message):
        raise SMTPException(f"no {coordinator.email}")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    run = ExportRun.objects.create(user=coordinator, kind="dossier", format="csv", state="ready")
    assert send(ExportReadyEmail, run.pk)
    retry = DBTaskResult.objects.get()
    assert retry.args_kwargs["args"] == ["export_ready", [run.pk], 2, "SMTPException"]
    assert retry.run_after > timezone.now()
    with pytest.raises(NotSent, match=r"^SMTPException$"):
        send_email.call("export_ready", [run.pk], ATTEMPTS_IN_A_DAY)
    assert DBTaskResult.objects.count() == 1 and not FollowUp.objects.exists()


def test_no_e_mail_leaves_past_the_kinds_whose_texts_are_listed():
    sends = re.compile(r"\b(send_mail|send_mass_mail|mail_admins|mail_managers|EmailMessage|EmailMultiAlternatives)\(")
    modules = (
        path for folder in ("dossiers", "pilot_pages", "site") for path in (settings.BASE_DIR / folder).rglob("*.py")
    )
    assert {str(path.relative_to(settings.BASE_DIR)) for path in modules if sends.search(path.read_text())} == {
        "dossiers/emails/base.py"
    }
    elsewhere = {"sign_up_confirmation", "sign_up_next_steps"}  # on the sign-up page, to which the list leads
    assert set(EMAILS) == set(EMAIL_KINDS) | elsewhere
