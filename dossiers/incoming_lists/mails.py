"""Takes the spreadsheets that are attached to mails in the mailbox."""

import logging
from contextlib import suppress
from datetime import datetime
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.incoming_lists import mailbox as imap
from dossiers.incoming_lists.deliveries import Enqueue, IncomingList, find_delivery, is_expired, mark_taken, take
from dossiers.incoming_lists.imap_responses import Mail, Part
from dossiers.incoming_lists.mailbox import ListMailbox, MailboxAddress, open_mailbox
from dossiers.incoming_lists.senders import Sender, find_organisations, find_sender, is_coordinator, strip_markup
from dossiers.models import Channel
from dossiers.models.change_set import UNDO_WITHIN
from dossiers.spreadsheets.imports.uploads import MAX_BYTES, TOO_LARGE

logger = logging.getLogger(__name__)
# Not .txt: mail servers attach texts of their own.
SUFFIXES = {
    ".csv": ("text/csv",),
    ".tsv": ("text/tab-separated-values",),
    ".xls": ("application/vnd.ms-excel",),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    ".xlsm": ("application/vnd.ms-excel.sheet.macroenabled.12",),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet",),
}
MAX_TEXT = 64 * 1024  # bytes of the text of a mail in which its first sender is looked for
DAMAGED = gettext_lazy("This attachment is damaged. Ask its sender to send it again.")


def collect_mails(address: MailboxAddress, enqueue_reading: Enqueue, now: datetime) -> list[str]:
    """Take the lists of each mail, and remove mails whose lists were taken an hour ago; return what went wrong."""
    problems = []
    try:
        with open_mailbox(address) as mailbox:
            for mail in mailbox.iterate_mails((now - UNDO_WITHIN).date()):
                parts = [part for part in mail.parts if is_spreadsheet(part)]
                delivery = find_delivery(mail.key, now) if parts else None
                if delivery is None or delivery.taken_at is None:
                    take_lists(mailbox, mail, parts, enqueue_reading, now)
                elif is_expired(delivery, now) and not mailbox.delete(mail):
                    problems = [_("Mails whose lists were read can't be removed from the mailbox.")]
    except imap.ERRORS as error:
        logger.error("The mailbox of lists could not be read: %s", error)
        return [
            _(
                "The mailbox can't be reached. Lists in it arrive as soon as it can. The administrator finds the "
                "reason in the log."
            )
        ]
    for problem in problems:
        logger.error(problem)
    return problems


def take_lists(mailbox: ListMailbox, mail: Mail, parts: list[Part], enqueue_reading: Enqueue, now: datetime) -> None:
    """Take the lists of a mail from staff of an organisation or from a coordinator; leave any other mail alone."""
    if not parts or len(mail.senders) != 1:
        return
    organisations, text = find_organisations(mail.senders[0]), ""
    if not organisations:
        if not is_coordinator(mail.senders[0]):
            return
        text = fetch_text(mailbox, mail)
    for part in parts:
        incoming = fetch_list(mailbox, mail, part, find_sender(part, organisations, text))
        if incoming is None:  # somebody removed the mail meanwhile
            return
        take(mail.key, Channel.MAIL, incoming, enqueue_reading)
    mark_taken(mail.key, now)


def is_spreadsheet(part: Part) -> bool:
    """Whether it is a spreadsheet by its name, or by its type if it has no name."""
    if part.file_name:
        return PurePath(part.file_name.strip().lower()).suffix in SUFFIXES
    return any(part.kind in kinds for kinds in SUFFIXES.values())


def fetch_text(mailbox: ListMailbox, mail: Mail) -> str:
    """Return the beginning of the text of a mail, to find its first sender; it is not stored."""
    texts = [part for part in mail.parts if not part.file_name and not part.forwarded_from]
    for kind in ("text/plain", "text/html"):
        for part in texts:
            if part.kind == kind:
                with suppress(ValueError, LookupError):
                    text = (mailbox.fetch(mail, part, MAX_TEXT) or b"").decode(part.charset or "utf-8", "replace")
                    return strip_markup(text) if kind == "text/html" else text
    return ""


def fetch_list(mailbox: ListMailbox, mail: Mail, part: Part, sender: Sender) -> IncomingList | None:
    """Return an attached list, which is not fetched if it is too large; None if the mail is gone."""
    organisation, refusal = sender
    name = part.file_name or next(f"lijst{suffix}" for suffix, kinds in SUFFIXES.items() if part.kind in kinds)
    decoded_size = part.size * 3 // 4 if part.encoding == "base64" else part.size
    if not refusal and decoded_size > MAX_BYTES * 1.1:  # line ends, which are encoded too, are a fortieth
        refusal = TOO_LARGE
    content = None
    if not refusal:
        try:
            content = mailbox.fetch(mail, part, MAX_BYTES + 1)
        except ValueError:
            refusal = DAMAGED
        else:
            if content is None:
                return None
            if len(content) > MAX_BYTES:
                refusal, content = TOO_LARGE, None
    return IncomingList(name, organisation, content, refusal, place=part.number)
