"""Opens a text file as an HTML page or as delimited text."""

import re

from ..refusals import Refused
from .delimited import Delimited
from .encoding import decode
from .page import Page
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
        if not PAGE.match(_after_prolog(text[:PROLOG_SIZE])):
            raise Refused("other_kind" if "urn:schemas-microsoft-com:office" in text[:PROLOG_SIZE] else "not_a_sheet")
        declared = CHARSET.search(data[:PROLOG_SIZE])
        if declared and not encoding and dialect in ("utf-8", "cp1252"):
            text, dialect, notices = _as_declared(data, declared[1].decode("ascii"), (text, dialect, notices))
        return Page(text, dialect, notices)
    if text.lstrip().startswith("MIME-Version:"):
        raise Refused("other_kind")
    return Delimited(text, dialect, delimiter, notices)


def _after_prolog(text: str) -> str:
    while match := PROLOG.match(text):
        text = text[match.end() :]
    return text


def _as_declared(data: bytes, charset: str, decoded: tuple[str, str, list[str]]) -> tuple[str, str, list[str]]:
    """Decode a page with the encoding that it declares; return `decoded` if that fails."""
    try:
        return decode(data, "cp1252" if charset.lower() == "iso-8859-1" else charset)  # as browsers do
    except Refused:
        return decoded
