"""The e-mail that asks to confirm. It repeats nothing that was typed: else anyone could mail anything to anyone."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from dossiers.models import EmployerInterest
from pilot_pages.models import PilotSettings, SignUpPage
from pilot_pages.sign_up.links import MAX_AGE, link_to


def confirmation(interest: EmployerInterest, page: SignUpPage) -> EmailMultiAlternatives:
    """As text and as HTML, in the words of the page's editors."""
    context = {
        "page": page,
        "link": link_to(interest),
        "days": MAX_AGE.days,
        "contact": PilotSettings.for_site(page.get_site()),
    }
    message = EmailMultiAlternatives(
        subject=page.mail_subject,
        body=render_to_string("pilot_pages/mail/confirm.txt", context),
        to=[interest.contact_given["email"]],
    )
    message.attach_alternative(render_to_string("pilot_pages/mail/confirm.html", context), "text/html")
    return message
