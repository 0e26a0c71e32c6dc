"""The e-mails of a sign-up, as text and HTML, with texts that editors write on the sign-up page.

They contain nothing that the visitor typed; otherwise anybody could send any text to anyone.
"""

from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dossiers.models import EmployerInterest
from pilot_pages.inline import filled
from pilot_pages.sign_up.links import MAX_AGE, build_status_url
from pilot_pages.site_settings import PilotSettings

if TYPE_CHECKING:
    from pilot_pages.models import SignUpPage


def build_confirmation_mail(interest: EmployerInterest, page: "SignUpPage") -> EmailMultiAlternatives:
    """Build the e-mail that asks to confirm the sign-up."""
    return _build_message(
        page,
        interest.contact_given["email"],
        (page.mail_subject, page.mail_text),
        button=_("Confirm your sign-up"),
        link=build_status_url(interest),
        days=MAX_AGE.days,
    )


def build_next_steps_mail(interest: EmployerInterest, page: "SignUpPage") -> EmailMultiAlternatives:
    """Build the e-mail after confirmation, with the reference number and a link to the status page."""
    return _build_message(
        page,
        interest.contact_given["email"],
        (page.next_mail_subject, page.next_mail_text),
        button=_("See your sign-up"),
        link=build_status_url(interest),
        reference=interest.reference,
    )


def build_withdrawal_mail(email: str, page: "SignUpPage") -> EmailMultiAlternatives:
    """Build the e-mail after withdrawal, which confirms that the sign-up is erased."""
    return _build_message(page, email, (page.gone_mail_subject, page.gone_mail_text))


def _build_message(page: "SignUpPage", email: str, texts: tuple[str, str], **context: Any) -> EmailMultiAlternatives:
    """`texts` are the subject and the body as editors wrote them."""
    subject, text = map(filled, texts)
    context = {"subject": subject, "text": text, "contact": PilotSettings.for_site(page.get_site()), **context}
    message = EmailMultiAlternatives(
        subject=subject, body=render_to_string("pilot_pages/mail/letter.txt", context), to=[email]
    )
    message.attach_alternative(render_to_string("pilot_pages/mail/letter.html", context), "text/html")
    return message
