"""The e-mails that a coordinator writes on the page of a record: to the candidate, the employer, or a partner.

A kind is an occasion, whose texts the coordinator begins with and edits. What is sent is in the RecordMail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from admin_pages.users import find_users_with_email, get_person_name
from dates.format import format_date
from dossiers.emails.base import StaffEmail, Words
from dossiers.models import Dossier, Employer, EmployerInterest, Placement, RecordMail
from dossiers.models.placements.placement_steps import find_sharing_requirements, record_mailed_data
from dossiers.models.placements.shared_lines import read_shared_lines

CANDIDATE, EMPLOYER, SIGNED_UP, PARTNER = "candidate", "employer", "signed_up", "partner"


@dataclass(frozen=True)
class Recipient:
    """Somebody to whom one may write from the page of a record; `source` is the record that has the address."""

    key: str
    name: str
    address: str
    company: str
    source: Model

    @property
    def is_employer(self) -> bool:
        """Whether what holds for a mail to an employer holds for this recipient."""
        return self.key in (EMPLOYER, SIGNED_UP)


def find_recipients(record: Any) -> Iterator[Recipient]:
    """Yield to whom one may write about a record, also those without an address; the first is whom it is about.

    Of an interest that is who signed up, and besides the contact of the employer if that has another address.
    """
    match record:
        case Dossier():
            yield Recipient(CANDIDATE, record.full_name, record.email, "", record)
        case Employer():
            name = record.contact_name or record.company_name
            yield Recipient(EMPLOYER, name, record.email, record.company_name, record)
        case EmployerInterest(employer=Employer() as employer):
            if record.contact_given.get("email", "") not in ("", employer.email):
                yield build_signed_up(record)
            yield from find_recipients(employer)
        case EmployerInterest():
            yield build_signed_up(record)
        case Placement(dossier=dossier, interest=interest):
            yield from find_recipients(interest)
            yield from find_recipients(dossier)
            partners = find_users_with_email().filter(organisations__supplies__dossier=dossier)
            for user in partners.distinct().order_by("first_name", "last_name", "pk"):
                organisation = user.organisations.filter(supplies__dossier=dossier).first()
                name = get_person_name(user)
                yield Recipient(f"{PARTNER}-{user.pk}", name, user.email, str(organisation), user)


def build_signed_up(interest: EmployerInterest) -> Recipient:
    contact = interest.contact_given
    name = contact.get("contact_name") or interest.company_name
    return Recipient(SIGNED_UP, name, contact.get("email", ""), interest.company_name, interest)


def find_recipient(mail: RecordMail) -> Recipient | None:
    """Return to whom the mail goes now: who signed up may have become the contact of the employer since."""
    recipients = {recipient.key: recipient for recipient in find_recipients(mail.record)}
    if mail.recipient == SIGNED_UP and SIGNED_UP not in recipients:
        interest = getattr(mail.record, "interest", mail.record)
        address = getattr(interest, "contact_given", {}).get("email")
        return next((each for each in recipients.values() if each.is_employer and each.address == address), None)
    return recipients.get(mail.recipient)


class RecordEmail(StaffEmail):
    """The base of all occasions; a placeholder whose value the record lacks stays, for the coordinator to fill in."""

    occasion: ClassVar[Any]
    has_link = False
    examples = {
        "naam": "Anna de Vries",
        "bedrijf": "Kas & Co",
        "werk": "tomaten plukken",
        "dag": "03-12-2026",
        "coordinator": "Anneke Bos",
    }

    mail: RecordMail | None = None
    words: Words | None = None
    reply_to = ""

    @classmethod
    def compose(cls, recipient: Recipient, user: User | None, subject: str, text: str) -> Self:
        """Return the e-mail as it is sent, to be answered to the user."""
        email = cls(recipient.address)
        email.words, email.reply_to = Words(subject, text), user.email if user else ""
        return email

    @classmethod
    def find(cls, mail_id: int) -> Self | None:
        """Return the e-mail, or None if it was deleted, or may not be sent any more."""
        mail = RecordMail.objects.filter(pk=mail_id, state=RecordMail.State.WAITING).select_related("contact").first()
        if mail is None:
            return None
        recipient = find_recipient(mail)
        if recipient is None or not recipient.address or mail.contact.is_anonymised:
            mail.finish(RecordMail.State.NO_ADDRESS)
            return None
        if mail.proposal and find_sharing_requirements(mail.proposal, timezone.localdate()):
            mail.finish(RecordMail.State.STOPPED)
            return None
        email = cls.compose(recipient, mail.contact.user, *mail.get_words())
        email.mail = mail
        return email

    def get_words(self) -> Words:
        return self.words or super().get_words()

    def build(self, **context: Any) -> EmailMultiAlternatives:
        message = super().build(**context)
        message.reply_to = [self.reply_to] if self.reply_to else []
        return message

    def send(self) -> None:
        super().send()
        if self.mail:
            with transaction.atomic():
                if self.mail.proposal:
                    self.record_shared_data(self.mail, self.mail.proposal)
                self.mail.finish(RecordMail.State.SENT)

    @staticmethod
    def record_shared_data(mail: RecordMail, proposal: Placement) -> None:
        """Record what the employer was told by this mail."""
        (_subject, text), user, day = mail.get_words(), mail.contact.user, timezone.localdate()
        placement = record_mailed_data(proposal, read_shared_lines(text), day, user)
        log(instance=placement, action="dossiers.placement_told", user=user, data={"day": format_date(day)})

    def give_up(self, *, has_no_mailbox: bool) -> None:
        if self.mail:
            self.mail.finish(RecordMail.State.NO_MAILBOX if has_no_mailbox else RecordMail.State.GIVEN_UP)


class ProposalEmail(RecordEmail):
    """Tells an employer about a candidate, and nothing else than the data that is shared."""

    name, label, occasion = "mail_proposal", _("mail from a record: proposed candidate"), _("Proposed candidate")
    examples = RecordEmail.examples | {"gegevens": "Voornaam: Selam\nBeroep: kok"}


class PermitEmail(RecordEmail):
    name, label, occasion = "mail_permit", _("mail from a record: permit"), _("Permit")
    examples = RecordEmail.examples | {"vergunning": "aangevraagd op 03-12-2026"}


class AppointmentEmail(RecordEmail):
    name, label, occasion = "mail_appointment", _("mail from a record: appointment"), _("Appointment")


class OtherEmail(RecordEmail):
    name, label, occasion = "mail_other", _("mail from a record: something else"), _("Something else")


OCCASIONS: tuple[type[RecordEmail], ...] = (ProposalEmail, PermitEmail, AppointmentEmail, OtherEmail)
