"""The e-mails of a sign-up, with texts that editors write on the sign-up page.

They contain nothing that the visitor typed; otherwise anybody could send any text to anyone.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.apps import apps
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.emails.base import Email, Words
from dossiers.models import EmployerInterest, InterestStatus
from dossiers.models.activity.email_text import TextElsewhere
from pilot_pages.placeholders import filled
from pilot_pages.sign_up.links import MAX_AGE, build_status_url
from pilot_pages.site_settings import PilotSettings

if TYPE_CHECKING:
    from pilot_pages.models import SignUpPage


class SignUpEmail(Email):
    """An e-mail about a sign-up. Its texts are fields of the sign-up page; the notice of the site ends it."""

    prefix: ClassVar[str]  # of its two fields
    label: ClassVar[Any]
    tells_call: ClassVar[bool] = True  # whether it says when somebody calls
    max_attempts = 250  # about two weeks, the time in which a sign-up can be confirmed
    delay_alert = gettext_lazy(
        "E-mails to employers who signed up could not be sent for a day. Have the mail server looked at; then they "
        "go by themselves."
    )

    def __init__(self, interest: EmployerInterest, page: "SignUpPage", language: str) -> None:
        contact = PilotSettings.for_site(page.get_site())
        words = apps.get_model("pilot_pages.HomePage").get_words_in(language)
        super().__init__(interest.contact_given.get("email", ""), contact=contact, site_name=words["site_name"])
        self.interest, self.page, self.language = interest, page, language

    @classmethod
    def find(cls, interest_id: int, language: str) -> Self | None:
        interest = cls.get_interests().filter(pk=interest_id).exclude(contact_given={}).first()
        page = apps.get_model("pilot_pages.SignUpPage").live_in(language)  # its model enqueues these e-mails
        return cls(interest, page, language) if interest and page else None

    @classmethod
    def get_interests(cls) -> QuerySet[EmployerInterest]:
        """Return the sign-ups that may get this e-mail."""
        raise NotImplementedError

    @classmethod
    def preview(cls, page: "SignUpPage") -> str:
        """Return the HTML of an e-mail about an invented sign-up."""
        interest = EmployerInterest(pk=0, reference="W-2026-0001")
        return cls(interest, page, page.locale.language_code).render_preview()

    def get_words(self) -> Words:
        subject, text = (filled(getattr(self.page, f"{self.prefix}_{part}")) for part in ("subject", "text"))
        call = filled(self.page.call_text) if self.tells_call else ""
        return Words(subject, "\n\n".join(filter(None, (text, call, self.context["contact"].notice))))


class ConfirmationEmail(SignUpEmail):
    """Asks to confirm the sign-up."""

    name, prefix = "sign_up_confirmation", "mail"
    label = gettext_lazy("E-mail that asks to confirm")

    @classmethod
    def get_interests(cls) -> QuerySet[EmployerInterest]:
        return EmployerInterest.objects.filter(status=InterestStatus.UNCONFIRMED)

    def get_context(self) -> dict[str, Any]:
        link = build_status_url(self.interest)
        return self.context | {"button": _("Confirm your sign-up"), "link": link, "days": MAX_AGE.days}


class NextStepsEmail(SignUpEmail):
    """Tells after the confirmation what happens next, with the reference number and a link to the status page."""

    name, prefix = "sign_up_next_steps", "next_mail"
    label = gettext_lazy("E-mail after confirming")

    @classmethod
    def get_interests(cls) -> QuerySet[EmployerInterest]:
        return EmployerInterest.objects.confirmed()

    def get_context(self) -> dict[str, Any]:
        link = build_status_url(self.interest)
        return self.context | {"button": _("See your sign-up"), "link": link, "reference": self.interest.reference}


class WithdrawalEmail(SignUpEmail):
    """Confirms that the sign-up is erased. It is sent at once: the address is erased too."""

    prefix, tells_call = "gone_mail", False
    label = gettext_lazy("E-mail after withdrawing")


PREVIEWS: dict[str, type[SignUpEmail]] = {
    email.prefix: email for email in (ConfirmationEmail, NextStepsEmail, WithdrawalEmail)
}


def list_email_texts(user: User) -> Iterator[TextElsewhere]:
    """Yield the texts of e-mails that are not in the backoffice's list of them."""
    for page in apps.get_model("pilot_pages.SignUpPage").objects.select_related("locale").order_by("path"):
        may_edit = page.permissions_for_user(user).can_edit()
        url = reverse("wagtailadmin_pages:edit", args=[page.pk]) if may_edit else ""
        for email in PREVIEWS.values():
            yield TextElsewhere(email.label, f"{page.title} ({page.locale.get_display_name()})", url)
