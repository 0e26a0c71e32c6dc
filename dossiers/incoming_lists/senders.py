"""Finds the organisation that sent a list by mail.

The sender of a mail can be forged. It decides under which organisation the list waits for a coordinator, nothing else.
"""

import re
from html import unescape
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.incoming_lists.imap_responses import Part
from dossiers.models import Organisation

SEVERAL = _(
    "The sender of this mail belongs to more than one organisation. Upload the list yourself, and choose the "
    "organisation."
)
NOT_NAMED = _(
    "This mail was forwarded, and the address of its first sender belongs to no organisation. Upload the list yourself,"
    " or add the sender to the staff of the organisation and forward the mail again."
)
# Each repetition is bounded: anybody can send a mail that would keep these busy for hours.
MARKUP = re.compile(r"<[^>]{0,1000}>")
LINE_BREAK = re.compile(r"<(?:br|/p|/div|/tr)\b[^>]{0,1000}>", re.IGNORECASE)
SENDER_LINE = re.compile(r"^[>\t *]{0,40}(?:van|from)[\t *]{0,9}:(?P<sender>.{0,500})", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w.-]{1,255}\w")


class Sender(NamedTuple):
    """The organisation of a list, or else why it has none."""

    organisation: Organisation | None
    refusal: str | Promise = ""


def find_organisations(address: str) -> list[Organisation]:
    """Return the organisations that have a user with this address among their staff."""
    staff = get_user_model().objects.filter(is_active=True, email__iexact=address)
    return list(Organisation.objects.filter(staff__in=staff).distinct())


def is_coordinator(address: str) -> bool:
    users = get_user_model().objects.filter(is_active=True, email__iexact=address)
    return any(user.has_perm("dossiers.add_importrun") for user in users)


def find_sender(part: Part, organisations: list[Organisation], text: str) -> Sender:
    """Return the sender of a list in a mail.

    `organisations` are those of the sender of the mail. If there are none, it is the mail of a coordinator, who
    forwarded a mail from the sender of the list; `text` is that of the mail.
    """
    if not organisations:
        first_senders = part.forwarded_from or find_first_sender(text)
        if len(first_senders) != 1 or not (organisations := find_organisations(first_senders[0])):
            return Sender(None, NOT_NAMED)
    return Sender(organisations[0]) if len(organisations) == 1 else Sender(None, SEVERAL)


def find_first_sender(text: str) -> tuple[str, ...]:
    """Return the sender of the mail that was forwarded, as its program wrote it above that mail.

    Mails that coordinators sent to each other are passed over. Any other sender ends the search: what stands below is
    an earlier mail.
    """
    for line in SENDER_LINE.finditer(text):
        addresses = tuple(dict.fromkeys(address.lower() for address in ADDRESS.findall(line["sender"])))
        if len(addresses) != 1 or not is_coordinator(addresses[0]):
            return addresses
    return ()


def strip_markup(text: str) -> str:
    """Return the text of HTML, with a line for each line that it shows."""
    return unescape(MARKUP.sub("", LINE_BREAK.sub("\n", text.replace("\n", " "))))
