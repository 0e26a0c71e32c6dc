"""A mailbox on an IMAP server: what its mails hold, one part of a mail, and the removal of a mail."""

import base64
import imaplib
import logging
import quopri
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from dossiers.incoming_lists.imap_responses import Mail, Part, parse_mail, parse_responses

logger = logging.getLogger(__name__)
TIMEOUT = 20  # seconds without an answer
CHUNK = 50  # mails that are asked for at once
ERRORS = (OSError, imaplib.IMAP4.error, ImapToolsError)


@dataclass(frozen=True)
class MailboxAddress:
    """Where the mailbox is, as in imaps://user:password@host:993/INBOX."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str


class ListMailbox:
    def __init__(self, box: BaseMailBox) -> None:
        self.client = box.client
        self.box = box

    def iterate_mails(self, since: date) -> Iterator[Mail]:
        """Yield the mails that arrived since that day; a mail that the server can't describe is left alone."""
        uids = iter(self.box.uids(AND(date_gte=since), charset=None))
        while chunk := list(islice(uids, CHUNK)):
            try:
                yield from self._describe(",".join(chunk))
            except ValueError:
                for uid in chunk:
                    try:
                        yield from self._describe(uid)
                    except ValueError as error:
                        logger.warning("A mail is left alone: %s", error)

    def _describe(self, uids: str) -> list[Mail]:
        """Return the mails with these UIDs; raises ValueError if the server's description of one can't be read."""
        descriptions = self._fetch(uids, "(UID ENVELOPE BODYSTRUCTURE)")
        # The server also says of which mails the flags were changed meanwhile.
        return [parse_mail(values) for values in descriptions if b"BODYSTRUCTURE" in values]

    def fetch(self, mail: Mail, part: Part, max_bytes: int) -> bytes | None:
        """Return a part of a mail, decoded, and no more than its first `max_bytes`; None if it is gone.

        Raises ValueError if it can't be decoded.
        """
        encoded_bytes = max_bytes * 3 // 2 if part.encoding in ("base64", "quoted-printable") else max_bytes
        for values in self._fetch(mail.uid, f"(BODY.PEEK[{part.number}]<0.{encoded_bytes}>)"):
            for name, value in values.items():
                if name.upper().startswith(b"BODY["):
                    return decode(value or b"", part.encoding)
        return None

    def _fetch(self, uids: str, names: str) -> Iterator[dict[bytes, Any]]:
        status, response = self.client.uid("FETCH", uids, names)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH was answered with {status}")
        return parse_responses(response)

    def delete(self, mail: Mail) -> bool:
        """Remove this mail, and no mail that others marked as deleted; return whether the server allowed it."""
        status, _response = self.client.uid("STORE", mail.uid, "+FLAGS", r"(\Deleted)")
        if status == "OK" and b"UIDPLUS" in self.client.capability()[1][0].upper().split():
            status, _response = self.client.uid("EXPUNGE", mail.uid)
        elif status == "OK":  # an old server, which can only remove all that are marked
            status, _response = self.client.expunge()
        return status == "OK"


@contextmanager
def open_mailbox(address: MailboxAddress) -> Iterator[ListMailbox]:
    """Log in and open the folder; raises one of ERRORS."""
    box: BaseMailBox
    if address.scheme == "imap":
        box = MailBoxUnencrypted(address.host, address.port, timeout=TIMEOUT)
    else:
        kind = MailBox if address.scheme == "imaps" else MailBoxStartTls
        # imaplib does not check certificates by itself.
        box = kind(address.host, address.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    try:
        log_in = box.login if (address.user + address.password).isascii() else box.login_utf8
        log_in(address.user, address.password, address.folder)
        yield ListMailbox(box)
    except BaseException:
        box.client.shutdown()  # a server that does not answer is not told goodbye
        raise
    box.logout()


def decode(content: bytes, encoding: str) -> bytes:
    """Return a part of a mail as it was before it was encoded for the mail; raises ValueError."""
    if encoding == "base64":
        digits = content.translate(None, b"\r\n\t ")
        if len(digits) % 4 == 1:  # only the beginning was fetched
            digits = digits[:-1]
        return base64.b64decode(digits + b"=" * (-len(digits) % 4), validate=True)
    return quopri.decodestring(content) if encoding == "quoted-printable" else content
