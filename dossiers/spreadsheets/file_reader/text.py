"""Opens a text file as an HTML page or as delimited text."""

import re
from contextlib import suppress

from .delimited import Delimited
from .encoding import decode
from .page import Page
from .refusals import Refused
from .source import Source

MARKUP = re.compile(r"\s*<(?:\?xml|!--|!doctype|[a-z][a-z0-9]*(?::\w+)?[\s/>])", re.IGNORECASE)
PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
PAGE = re.compile(
    r"\s*<(?:!doctype\s+html|(?:html|head|body|table|meta|style|title|div|center|font|p|br|form|span)\b)", re.IGNORECASE
)
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
NOTHING = ' \t\r\n\f\v\xa0;,|"'
PROLOG_SIZE = 65_536


def open_text(data: bytes, encoding: str | None, delimiter: str | None) -> Source:
    """Return a Page or Delimited source; raises Refused."""
    text, dialect, notices = decode(data, encoding)
    if not text.strip(NOTHING):
        raise Refused("blank")
    if MARKUP.match(text):
        start = text[:PROLOG_SIZE]
        while match := PROLOG.match(start):
            start = start[match.end() :]
        if not PAGE.match(start):
            raise Refused("other_kind" if "urn:schemas-microsoft-com:office" in text[:PROLOG_SIZE] else "not_a_sheet")
        declared = CHARSET.search(data[:PROLOG_SIZE])
        if declared and not encoding and dialect in ("utf-8", "cp1252", "cp850"):
            charset = declared[1].decode("ascii")
            with suppress(Refused):  # then the page is not written in the encoding that it declares
                # As browsers do, ISO-8859-1 is read as Windows-1252.
                text, dialect, notices = decode(data, "cp1252" if charset.lower() == "iso-8859-1" else charset)
        return Page(text, dialect, notices)
    if text.lstrip().startswith("MIME-Version:"):
        raise Refused("other_kind")
    return Delimited(text, dialect, delimiter, notices)
