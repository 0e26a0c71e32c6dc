"""The e-mails of a sign-up, in the words of the page's editors, as text and as HTML.

They repeat nothing that was typed: else anyone could mail anything to anyone.
"""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dossiers.models import EmployerInterest
from pilot_pages.inline import filled
from pilot_pages.models import PilotSettings, SignUpPage
from pilot_pages.sign_up.links import MAX_AGE, link_to


def confirmation(interest: EmployerInterest, page: SignUpPage) -> EmailMultiAlternatives:
    """Asks to confirm."""
    return _letter(
        page,
        interest.contact_given["email"],
        (page.mail_subject, page.mail_text),
        button=_("Confirm your sign-up"),
        link=link_to(interest),
        days=MAX_AGE.days,
    )


def what_happens_next(interest: EmployerInterest, page: SignUpPage) -> EmailMultiAlternatives:
    """For who confirmed: the number, and the way back to the status page."""
    return _letter(
        page,
        interest.contact_given["email"],
        (page.next_mail_subject, page.next_mail_text),
        button=_("See your sign-up"),
        link=link_to(interest),
        reference=interest.reference,
    )


def goodbye(email: str, page: SignUpPage) -> EmailMultiAlternatives:
    """For who withdrew: that all is erased."""
    return _letter(page, email, (page.gone_mail_subject, page.gone_mail_text))


def _letter(page: SignUpPage, email: str, words: tuple[str, str], **more: Any) -> EmailMultiAlternatives:
    subject, text = map(filled, words)
    context = {"subject": subject, "text": text, "contact": PilotSettings.for_site(page.get_site()), **more}
    message = EmailMultiAlternatives(
        subject=subject, body=render_to_string("pilot_pages/mail/letter.txt", context), to=[email]
    )
    message.attach_alternative(render_to_string("pilot_pages/mail/letter.html", context), "text/html")
    return message
