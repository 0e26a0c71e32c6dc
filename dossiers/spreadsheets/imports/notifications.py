"""Sends e-mail when a partner submits a list and when it is returned.

The messages have no personal data, and no file names either, since these may contain the name of a person.
"""

import logging

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers.models import ImportRun
from dossiers.models.rights import COORDINATORS

logger = logging.getLogger(__name__)


def notify_coordinators(run: ImportRun) -> None:
    """Send each coordinator a message of their own, so that they don't see each other's addresses."""
    people = get_user_model().objects.filter(is_active=True, groups__name=COORDINATORS).exclude(email="")
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A partner sent a list")
        text = _("%(organisation)s sent a list of people. Look at it, and take it over or return it:") % {
            "organisation": run.organisation
        }
        for address in sorted({person.email for person in people}):
            _send(run, subject, text, "dossiers_import", address)


def notify_sender(run: ImportRun) -> None:
    """Notify the partner who submitted the list that it was returned."""
    if run.sent_by is None or not run.sent_by.is_active or not run.sent_by.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = _("The municipality returned a list that you sent, and says why. Mend it and send it again:")
        _send(run, _("Your list came back"), text, "dossiers_partner_list", run.sent_by.email)


def _send(run: ImportRun, subject: str, text: str, page: str, address: str) -> None:
    link = f"{settings.WAGTAILADMIN_BASE_URL}{reverse(page, args=[run.pk])}"
    try:
        send_mail(subject, f"{text}\n\n{link}\n", None, [address])
    except OSError:  # the message is not essential, since the page of imports shows the list too
        logger.exception("No e-mail about import %s could be sent", run.pk)
