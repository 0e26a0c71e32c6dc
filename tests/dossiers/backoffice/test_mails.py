"""A coordinator mails from the page of a record; the mail is kept there, with whether it was sent."""

from contextlib import suppress
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from dossiers.backoffice.activity.subjects import get_edit_url, get_mail_url, get_record_url
from dossiers.backoffice.placements.routes import placement_url
from dossiers.emails.base import ATTEMPTS_IN_A_DAY, NotSent, send_email
from dossiers.models import (
    ContactMoment,
    Dossier,
    EmailText,
    Employer,
    EmployerInterest,
    FollowUp,
    InterestStatus,
    Organisation,
    Placement,
    RecordMail,
    Supply,
)
from dossiers.models.candidate_page.answers import record_answer
from dossiers.models.placements.placement_steps import SHARED_FIELDS, record_agreement, record_shared_data
from dossiers.models.placements.shared_lines import format_shared_line, get_shared_labels, read_shared_lines

from ..models.factories import CONTACT, make_dossier, make_employer, make_interest, make_sign_up
from ..models.placements import days_ago, make_placement, make_ready_dossier, today
from .pages import form_data, raw, text, url

WORDS = {"subject": "Uw vraag", "text": "Beste Jan,\n\nDat kan."}
EMPLOYER = {"to": "employer", "occasion": "mail_proposal"}


@pytest.fixture
def employer(base_data) -> Employer:
    return make_employer(company_name="Kas & Co", contact_name="Jan Bos", email="jan@kas.example")


@pytest.fixture
def placement(employer) -> Placement:
    dossier = make_ready_dossier(given_name="Selam", family_name="Haile", profession="kok", email="selam@mail.example")
    return make_placement(dossier=dossier, interest=make_interest(employer=employer, work_description="Soep koken"))


@pytest.fixture
def task_table(settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def send(client: Any, record: Any, query: dict[str, str] | None = None, **values: str) -> Any:
    """Send the form of a mail about the record with these values, and follow the redirect."""
    address = get_mail_url(record, **query or {})
    return client.post(address, form_data(client.get(address)) | values, follow=True)


def run_task() -> None:
    task = DBTaskResult.objects.get()
    send_email.call(*task.args_kwargs["args"])


def test_a_mail_is_sent_with_the_users_reply_address_and_kept_as_a_contact_moment(
    coordinator_client, coordinator, employer
):
    page = send(coordinator_client, employer, **WORDS)
    assert page.redirect_chain == [(get_record_url(employer), 302)]
    (message,) = mail.outbox
    assert (message.to, message.reply_to) == (["jan@kas.example"], [coordinator.email])
    assert (message.subject, message.body.strip()) == ("Uw vraag", WORDS["text"])
    contact = ContactMoment.objects.get()
    assert (contact.kind, contact.text, contact.user) == ("mail", "Uw vraag\n\nBeste Jan,\n\nDat kan.", coordinator)
    assert contact.employer == employer and "· verstuurd" in text(page)
    page = coordinator_client.get(get_record_url(contact))
    assert "verstuurd (" in text(page) and "Beste Jan,<br><br>Dat kan." in raw(page)


def test_it_is_reached_from_each_record_and_goes_to_whom_the_record_is_about(coordinator_client, placement):
    addresses = {
        placement.dossier: "selam@mail.example",
        placement.interest.employer: "jan@kas.example",
        placement.interest: "jan@kas.example",
        placement: "jan@kas.example",
    }
    for record, address in addresses.items():
        assert f'href="{get_mail_url(record)}"' in raw(coordinator_client.get(get_record_url(record)))
        send(coordinator_client, record, **WORDS)
        assert mail.outbox[-1].to == [address]
    assert ContactMoment.objects.filter(placement=placement, employer=placement.interest.employer).count() == 1


def test_at_a_placement_one_writes_to_the_candidate_or_to_staff_of_the_partner_too(
    coordinator_client, placement, make_user
):
    user = make_user("partner", first_name="Piet", last_name="Pas")
    stranger = make_user("stranger")
    azc, other = Organisation.objects.all()[:2]
    azc.staff.add(user)
    other.staff.add(stranger)
    Supply.objects.create(dossier=placement.dossier, organisation=azc)
    page = text(coordinator_client.get(get_mail_url(placement)))
    assert "Jan Bos (Kas & Co)" in page and "Selam Haile" in page and f"Piet Pas ({azc})" in page
    send(coordinator_client, placement, {"to": "candidate"}, **WORDS)
    send(coordinator_client, placement, {"to": f"partner-{user.pk}"}, **WORDS)
    assert [message.to for message in mail.outbox] == [["selam@mail.example"], [user.email]]
    assert coordinator_client.get(get_mail_url(placement, to=f"partner-{stranger.pk}")).status_code == 404


def test_about_an_interest_one_writes_to_who_signed_up_or_to_the_contact_of_the_employer(
    coordinator_client, placement, employer
):
    EmployerInterest.objects.update(contact_given=CONTACT)
    placement.refresh_from_db()
    for record in (placement.interest, placement):
        page = text(coordinator_client.get(get_mail_url(record)))
        assert "Aangemeld door: Henk de Fictie (Kas & Co)" in page and "Jan Bos (Kas & Co)" in page
        send(coordinator_client, record, **WORDS)
        send(coordinator_client, record, {"to": "employer"}, **WORDS)
        assert [message.to for message in mail.outbox[-2:]] == [["henk@example.org"], ["jan@kas.example"]]
    assert ContactMoment.objects.filter(placement=placement, employer=employer).count() == 2
    assert "Aangemeld door" not in text(coordinator_client.get(get_mail_url(employer)))


@pytest.mark.parametrize("given", [{}, CONTACT | {"email": ""}, CONTACT | {"email": "jan@kas.example"}])
def test_without_another_address_of_who_signed_up_one_writes_to_the_employer(coordinator_client, employer, given):
    interest = make_interest(employer=employer, contact_given=given)
    assert "Aangemeld door" not in text(coordinator_client.get(get_mail_url(interest)))
    send(coordinator_client, interest, **WORDS)
    assert mail.outbox[0].to == ["jan@kas.example"]


@pytest.mark.parametrize("address", ["jan@kas.example", "henk@example.org"])
def test_a_mail_that_waits_while_the_sign_up_is_taken_over_goes_to_who_signed_up(
    coordinator_client, base_data, task_table, address
):
    sign_up = make_sign_up(status="new")
    send(coordinator_client, sign_up, **WORDS)
    sign_up.employer = make_employer(email=address)
    sign_up.save()
    run_task()
    assert mail.outbox[0].to == ["henk@example.org"]


@pytest.mark.parametrize("about_employer", [False, True])
def test_a_mail_to_who_signed_up_and_is_forgotten_meanwhile_goes_to_nobody(
    coordinator_client, employer, task_table, about_employer
):
    interest = make_interest(employer=employer, contact_given=CONTACT)
    send(coordinator_client, interest, **WORDS)
    EmployerInterest.objects.update(contact_given={})
    if about_employer:
        ContactMoment.objects.update(interest=None, employer=employer)
    run_task()
    assert RecordMail.objects.get().state == RecordMail.State.NO_ADDRESS and not mail.outbox


def test_an_occasion_fills_in_its_subject_and_text_and_asks_for_what_the_record_lacks(coordinator_client, employer):
    EmailText.objects.filter(kind="mail_appointment").update(intro="Dag {naam} van {bedrijf}, tot {dag}.")
    page = coordinator_client.get(get_mail_url(employer, occasion="mail_appointment"))
    assert page.context["form"]["text"].value().startswith("Dag Jan Bos van Kas & Co, tot {dag}.\n\nMet vriendelijke")
    page = send(coordinator_client, employer, {"occasion": "mail_appointment"})
    assert "Vul in wat nog tussen accolades staat: {dag}." in text(page) and "Nog niet verstuurd" in text(page)
    assert not mail.outbox


def test_a_preview_shows_the_whole_message_and_sends_nothing(coordinator_client, coordinator, employer):
    page = send(coordinator_client, employer, subject="Uw\r\nvraag", text=WORDS["text"], preview="1")
    for words in ("jan@kas.example", coordinator.email, "Uw vraag", "Dat kan."):
        assert words in text(page)
    assert not mail.outbox and not ContactMoment.objects.exists()


# --- A proposed candidate


def test_a_proposal_holds_the_shared_data_only_and_records_that_the_employer_was_told(coordinator_client, placement):
    Placement.objects.update(candidate_agreed_on=days_ago(1))
    send(coordinator_client, placement, EMPLOYER)
    placement.refresh_from_db()
    assert (placement.shared_on, placement.shared["given_name"]) == (today(), "Selam")
    (message,) = mail.outbox
    assert "Voornaam: Selam\n" in message.body and "Soep koken" in message.body
    assert not {"Haile", "selam@mail.example", placement.dossier.reference} & set(message.body.split())
    assert "De werkgever is ingelicht op" in text(coordinator_client.get(placement_url(placement, "history")))


def test_who_signed_up_hears_of_a_candidate_what_an_employer_may_hear(coordinator_client, placement):
    EmployerInterest.objects.update(contact_given=CONTACT)
    words = {"subject": "Kandidaat Selam Haile", "text": "Selam Haile is kok."}
    for record in (placement, Placement.objects.get().interest):
        assert "mag niets (meer) over deze kandidaat horen" in text(send(coordinator_client, record, **words))
    assert "Schrijf de werkgever niets over Selam Haile" in text(coordinator_client.get(get_mail_url(placement)))
    address = get_mail_url(placement, to="signed_up", occasion="mail_proposal")
    page = coordinator_client.get(placement_url(placement, "tell"))
    assert f'href="{address.replace("&", "&amp;")}"' in raw(page) and "Vertel het aan Henk de Fictie" in text(page)
    assert "akkoord" in text(coordinator_client.get(address)) and not mail.outbox
    Placement.objects.update(candidate_agreed_on=days_ago(1))
    to_signed_up = EMPLOYER | {"to": "signed_up"}
    page = send(coordinator_client, placement, to_signed_up, **WORDS)
    assert "Voornaam: Selam" in " ".join(page.context["form"].errors["text"]) and not mail.outbox
    send(coordinator_client, placement, to_signed_up)
    placement.refresh_from_db()
    assert (placement.shared_on, placement.shared["given_name"]) == (today(), "Selam")
    assert mail.outbox[0].to == ["henk@example.org"] and "Voornaam: Selam\n" in mail.outbox[0].body


@pytest.fixture
def waiting_proposal(coordinator_client, placement, task_table) -> RecordMail:
    """A proposal that waits to be sent, to an employer who was told yesterday that the candidate is a waiter."""
    record_shared_data(record_agreement(placement, days_ago(2)), {"profession": "kelner"}, days_ago(1))
    EmployerInterest.objects.update(status=InterestStatus.CONTACTED)
    send(coordinator_client, placement, EMPLOYER)
    return RecordMail.objects.get()


def get_told(placement: Placement) -> tuple[Any, str, str]:
    """Return since when the employer was told, the profession that was told, and the status of the interest."""
    now = Placement.objects.get(pk=placement.pk)
    return now.shared_on, now.shared.get("profession", ""), now.interest.status


def test_the_employer_was_told_once_the_proposal_is_sent_and_not_while_it_waits(
    coordinator_client, coordinator, placement, waiting_proposal
):
    assert get_told(placement) == (days_ago(1), "kelner", "contacted")
    Dossier.objects.update(profession="bakker")  # the mail still says cook
    run_task()
    assert get_told(placement) == (today(), "kok", "matched")
    assert placement.history.first().history_user == coordinator
    page = text(coordinator_client.get(placement_url(placement, "history")))
    assert f"De werkgever is ingelicht op {today():%d-%m-%Y}" in page


def test_the_page_of_a_placement_says_that_its_proposal_waits_and_a_second_one_is_refused(
    coordinator_client, placement, task_table
):
    Placement.objects.update(candidate_agreed_on=days_ago(1))
    assert "Er wacht een mail" not in text(coordinator_client.get(get_record_url(placement)))
    send(coordinator_client, placement, EMPLOYER)
    assert "Er wacht een mail op verzending die de werkgever" in text(coordinator_client.get(get_record_url(placement)))
    page = coordinator_client.get(get_mail_url(placement, **EMPLOYER))
    assert "Er wacht al een mail" in text(page) and get_record_url(ContactMoment.objects.get()) in raw(page)
    coordinator_client.post(get_mail_url(placement, **EMPLOYER), WORDS)
    assert RecordMail.objects.count() == 1
    run_task()
    assert "Er wacht een mail" not in text(coordinator_client.get(get_record_url(placement)))
    assert "Er wacht al een mail" not in text(coordinator_client.get(get_mail_url(placement, **EMPLOYER)))


@pytest.mark.parametrize(
    "error", [SMTPRecipientsRefused({"jan@kas.example": (550, b"no")}), SMTPException("down")], ids=["refused", "down"]
)
def test_a_proposal_that_fails_told_the_employer_nothing_and_its_action_says_so(
    coordinator, placement, waiting_proposal, monkeypatch, error
):
    def fail(_message: Any) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    with suppress(NotSent):
        send_email.call("mail_proposal", [waiting_proposal.pk], ATTEMPTS_IN_A_DAY)
    assert get_told(placement) == (days_ago(1), "kelner", "contacted")
    action = FollowUp.objects.get()
    assert action.owner == coordinator and "De werkgever is niet ingelicht. Mail opnieuw, of bel." in action.text


def test_a_proposal_without_an_address_any_more_told_the_employer_nothing(placement, waiting_proposal):
    Employer.objects.update(email="")
    run_task()
    assert get_told(placement) == (days_ago(1), "kelner", "contacted")
    assert "De werkgever is niet ingelicht" in FollowUp.objects.get().text


def test_who_deletes_a_proposal_that_waits_reads_that_the_employer_is_not_told(
    coordinator_client, placement, task_table
):
    warning = "De mail die nog wacht, wordt niet verstuurd en de werkgever wordt niet ingelicht over de kandidaat."
    Placement.objects.update(candidate_agreed_on=days_ago(1))
    send(coordinator_client, placement, EMPLOYER)
    address = url(ContactMoment, "delete", ContactMoment.objects.get().pk)
    page = text(coordinator_client.get(address))
    assert warning in page and "Ook verwijderd: 1 e-mail" in page
    RecordMail.objects.update(state=RecordMail.State.SENT)
    assert warning not in text(coordinator_client.get(address))
    RecordMail.objects.update(state=RecordMail.State.WAITING)
    coordinator_client.post(address)
    run_task()
    assert not mail.outbox and get_told(placement)[0] is None
    coordinator_client.post(url(Placement, "delete", placement.pk))
    assert not Placement.objects.exists()


def test_a_proposal_is_not_sent_after_the_candidates_no(coordinator_client, coordinator, placement, task_table):
    record_agreement(placement, today())
    send(coordinator_client, placement, EMPLOYER)
    record_answer(placement, agrees=False)
    run_task()
    assert not mail.outbox and get_told(placement)[0] is None
    page = text(coordinator_client.get(get_record_url(placement)))
    assert "niet verstuurd: de werkgever mag nu niets over de kandidaat horen" in page
    action = FollowUp.objects.get(owner=coordinator)
    assert action.placement == placement and action.text.endswith("Bekijk de plaatsing.")


def test_a_no_that_comes_while_the_proposal_is_being_sent_is_one_after_the_employer_was_told(
    placement, waiting_proposal, monkeypatch
):
    Placement.objects.update(shared_on=None, shared={})
    deliver = EmailMultiAlternatives.send

    def say_no_meanwhile(message: EmailMultiAlternatives) -> None:
        record_answer(placement, agrees=False)
        deliver(message)

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", say_no_meanwhile)
    run_task()
    assert get_told(placement)[0] == today() and RecordMail.objects.get().state == RecordMail.State.SENT
    assert Placement.objects.get().candidate_agreed_on == days_ago(2)
    assert "de werkgever heeft al over de kandidaat gehoord. Bel." in FollowUp.objects.get().text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_a_proposal_tells_is_read_in_the_language_of_its_writer(language):
    with translation.override(language):
        lines = [format_shared_line(label, "24") for label in get_shared_labels().values()]
    assert read_shared_lines("\n".join(["Beste Jan,", *lines])) == dict.fromkeys(SHARED_FIELDS, "24")
    assert read_shared_lines("Beste Jan,\n\nBeroepen: 24") == {}


def test_a_proposal_before_the_candidate_agreed_says_what_is_missing_and_sends_nothing(coordinator_client, placement):
    page = coordinator_client.get(get_mail_url(placement, **EMPLOYER))
    assert "akkoord" in text(page) and f'href="{get_record_url(placement)}"' in raw(page) and "Selam\n" not in raw(page)
    coordinator_client.post(get_mail_url(placement, **EMPLOYER), WORDS)
    assert not mail.outbox and not ContactMoment.objects.exists()


def test_a_proposal_without_a_line_of_the_shared_data_is_refused(coordinator_client, placement):
    Placement.objects.update(candidate_agreed_on=days_ago(1))
    page = send(coordinator_client, placement, EMPLOYER, **WORDS)
    assert "Voornaam: Selam" in " ".join(page.context["form"].errors["text"])
    placement.refresh_from_db()
    assert placement.shared_on is None and not mail.outbox


def test_a_name_or_a_number_of_a_candidate_whom_the_employer_may_not_hear_of_is_asked_about(
    coordinator_client, placement, employer
):
    Dossier.objects.filter(pk=placement.dossier_id).update(phone="+31600000157")
    warning = "Schrijf de werkgever niets over Selam Haile"
    assert warning in text(coordinator_client.get(get_mail_url(placement, to="employer")))
    assert warning not in text(coordinator_client.get(get_mail_url(placement, to="candidate")))
    words = {"subject": "Kandidaat Selam Haile", "text": "Beste Jan, bel 06 00000157."}
    for record in (placement, placement.interest, employer):
        page = send(coordinator_client, record, **words)
        assert "mag niets (meer) over deze kandidaat horen: “Selam Haile”, “06 00000157”" in text(page)
    assert not mail.outbox and not ContactMoment.objects.exists()
    page = send(coordinator_client, placement, {"to": "employer"}, **words, names_confirmed=["Selam Haile"])
    assert "kandidaat horen: “06 00000157”" in text(page) and not mail.outbox
    send(coordinator_client, placement, {"to": "employer"}, **words, names_confirmed=["Selam Haile", "06 00000157"])
    assert len(mail.outbox) == 1


def test_a_name_that_the_employer_was_told_is_asked_about_once_the_candidate_wants_to_stop(
    coordinator_client, placement
):
    record_shared_data(record_agreement(placement, today()), {"given_name": "Selam"}, today())
    words = {"subject": "Selam", "text": "Selam komt morgen."}
    send(coordinator_client, placement, {"to": "employer"}, **words)
    assert len(mail.outbox) == 1
    Dossier.objects.filter(pk=placement.dossier_id).update(withdrawal_requested_on=today())
    page = text(send(coordinator_client, placement, {"to": "employer"}, **words))
    assert "mag niets (meer) over deze kandidaat horen" in page and len(mail.outbox) == 1
    send(coordinator_client, placement, {"to": "candidate"}, **words)
    assert len(mail.outbox) == 2


def test_only_an_employer_at_a_placement_gets_a_proposal(coordinator_client, placement):
    for record, query in ((placement, EMPLOYER | {"to": "candidate"}), (placement.interest.employer, EMPLOYER)):
        page = coordinator_client.get(get_mail_url(record, **query))
        assert "Voornaam" not in raw(page) and "Voorgestelde kandidaat" not in text(page)


# --- Sending


def test_an_edit_changes_nothing_of_what_is_sent_and_a_deleted_mail_is_not_sent(
    coordinator_client, employer, task_table
):
    page = send(coordinator_client, employer, **WORDS)
    assert "wacht op verzending" in text(page)
    contact = ContactMoment.objects.get()
    contact.text = "Later bedacht"
    contact.save()
    run_task()
    run_task()
    assert [message.subject for message in mail.outbox] == ["Uw vraag"]
    RecordMail.objects.update(state=RecordMail.State.WAITING)
    deleted_while_sending = RecordMail.objects.get()
    contact.delete()
    run_task()
    deleted_while_sending.finish(RecordMail.State.NO_MAILBOX)
    assert len(mail.outbox) == 1 and not RecordMail.objects.exists() and not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SMTPRecipientsRefused({"jan@kas.example": (550, b"no")}), "niet bezorgd: dit adres bestaat niet"),
        (SMTPException("down"), "niet bezorgd: de mailserver nam de mail een dag lang niet aan"),
    ],
)
def test_a_mail_that_fails_says_so_and_becomes_an_action_of_its_writer(
    coordinator_client, coordinator, employer, task_table, monkeypatch, error, words
):
    def fail(_message: Any) -> None:
        raise error

    send(coordinator_client, employer, **WORDS)
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    try:
        send_email.call("mail_other", [RecordMail.objects.get().pk], ATTEMPTS_IN_A_DAY)
    except NotSent:
        assert "lang" in words
    assert f"· {words}" in text(coordinator_client.get(get_record_url(employer)))
    action = FollowUp.objects.get()
    assert words in action.text and (action.owner, action.employer, action.due_on) == (coordinator, employer, today())


def test_a_mail_to_somebody_who_is_forgotten_meanwhile_is_not_sent(coordinator_client, placement, task_table):
    send(coordinator_client, placement.dossier, **WORDS)
    Dossier.objects.update(anonymised_at=f"{today()}T00:00Z", email="")
    run_task()
    assert RecordMail.objects.get().state == RecordMail.State.NO_ADDRESS
    assert not mail.outbox and not FollowUp.objects.exists()


def test_a_form_that_is_sent_twice_sends_one_mail_and_another_text_is_asked_about(coordinator_client, employer):
    address = get_mail_url(employer)
    form = form_data(coordinator_client.get(address)) | WORDS | {"csrfmiddlewaretoken": "a" * 64}
    preview = coordinator_client.post(address, form | {"preview": "1"})
    assert f'name="form-id" value="{"a" * 32}"' in raw(preview)
    sent = form_data(preview) | WORDS | {"csrfmiddlewaretoken": "b" * 64, "form-id": "a" * 32}
    for _again in range(2):
        assert coordinator_client.post(address, sent).status_code == 302
    assert coordinator_client.post(address, form | {"text": "Toch anders"}).status_code == 409
    assert len(mail.outbox) == 1 == ContactMoment.objects.count()


# --- Refusals


@pytest.mark.parametrize("field", ["subject", "text"])
def test_a_bsn_is_refused(coordinator_client, employer, field):
    page = send(coordinator_client, employer, **WORDS | {field: "BSN 123456782"})
    assert list(page.context["form"].errors) == [field] and not mail.outbox


def test_without_an_address_the_record_and_the_form_link_to_where_it_is_filled_in(coordinator_client, base_data):
    dossier = make_dossier(email="")
    for address in (get_record_url(dossier), get_mail_url(dossier)):
        page = coordinator_client.get(address)
        assert "geen e-mailadres" in text(page) and f'href="{get_edit_url(dossier)}"' in raw(page)
    coordinator_client.post(get_mail_url(dossier), WORDS)
    assert not ContactMoment.objects.exists()


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_others_find_no_mail_to_an_employer(as_user, request, employer, role):
    assert as_user(request.getfixturevalue(role)).get(get_mail_url(employer)).status_code in (302, 404)


def test_a_colleague_who_may_add_no_contact_moments_has_no_mail(as_user, colleague, employer):
    colleague.groups.clear()
    colleague.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "view_employer", "change_employer"])
    )
    client = as_user(colleague)
    assert get_mail_url(employer) not in raw(client.get(get_record_url(employer)))
    assert client.get(get_mail_url(employer)).status_code in (302, 403)
