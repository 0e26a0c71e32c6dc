"""Parses what an IMAP server says of a mail, so that the mail itself need not be fetched (RFC 9051, section 7.5.2)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from hashlib import sha256
from itertools import takewhile
from typing import Any

TOKEN = re.compile(rb'\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))', re.DOTALL)
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
LINE_BREAK = re.compile(r"[\r\n]")
LITERAL_SIZE = re.compile(rb"\{\d+\+?\}$")
MAX_DEPTH = 50  # of messages and parts in each other
EXTENSION_DATA = {"text": 8, "message/rfc822": 10}  # the index after the fields that each kind of part has


@dataclass(frozen=True)
class Part:
    """A part of a mail that has no parts itself."""

    number: str  # by which it is fetched, as in 2.1
    kind: str  # as in text/plain
    charset: str
    encoding: str
    size: int  # in bytes, as it is encoded
    file_name: str
    forwarded_from: tuple[str, ...]  # the senders of the mail that it is in, if that one is attached to another


@dataclass(frozen=True)
class Mail:
    uid: str
    senders: tuple[str, ...]
    key: str  # a hash that tells it from other mails
    parts: tuple[Part, ...]


def parse_responses(response: Iterable[Any]) -> Iterator[dict[bytes, Any]]:
    """Yield what each response to FETCH says, by its name; `response` comes from imaplib.

    Values are bytes, None for NIL, or lists of values. Raises ValueError.
    """
    stack: list[list[Any]] = [[]]
    for chunk in response:
        text, literal = chunk if isinstance(chunk, tuple) else (chunk, None)
        _add_tokens(stack, LITERAL_SIZE.sub(b"", text or b"") if literal is not None else text or b"")
        if literal is not None:
            stack[-1].append(literal)
        elif len(stack) == 1:
            for values in stack[0]:
                if isinstance(values, list):
                    yield dict(zip(values[::2], values[1::2], strict=True))
            stack = [[]]


def _add_tokens(stack: list[list[Any]], text: bytes) -> None:
    """Add the values in the text to the innermost list that is open, which is the last of the stack."""
    position, end = 0, len(text.rstrip())
    while position < end:
        token = TOKEN.match(text, position)
        if token is None:
            raise ValueError("the response is no list of values")
        bracket, quoted, atom = token.groups()
        if bracket == b"(":
            stack.append([])
        elif bracket == b")":
            if len(stack) == 1:
                raise ValueError("a bracket closes that was not opened")
            values = stack.pop()
            stack[-1].append(values)
        elif quoted is not None:
            stack[-1].append(ESCAPED.sub(rb"\1", quoted))
        else:
            stack[-1].append(None if atom.upper() == b"NIL" else atom)
        position = token.end()


def parse_mail(values: dict[bytes, Any]) -> Mail:
    """Return the mail that is described by its UID, ENVELOPE and BODYSTRUCTURE; raises ValueError."""
    try:
        envelope = values[b"ENVELOPE"]
        identity = envelope[9] or repr(envelope).encode()  # a mail need not have a message id
        parts = tuple(_iterate_parts(values[b"BODYSTRUCTURE"], "", ()))
        attached = repr([(part.number, part.file_name, part.size) for part in parts]).encode()
        key = sha256(b"mail " + identity + attached).hexdigest()
        return Mail(values[b"UID"].decode(), _read_senders(envelope), key, parts)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"the structure of a mail can't be read: {error!r}") from error


def _read_senders(envelope: list[Any]) -> tuple[str, ...]:
    names = [(mailbox, host) for _name, _route, mailbox, host in envelope[2] or () if mailbox and host]
    return tuple(f"{_to_text(mailbox)}@{_to_text(host)}".lower() for mailbox, host in names)


def _iterate_parts(structure: list[Any], number: str, senders: tuple[str, ...], depth: int = 0) -> Iterator[Part]:
    if depth > MAX_DEPTH:
        raise ValueError("a mail has too many parts in each other")
    if isinstance(structure[0], list):
        for place, child in enumerate(takewhile(lambda child: isinstance(child, list), structure), 1):
            yield from _iterate_parts(child, f"{number}.{place}".lstrip("."), senders, depth + 1)
        return
    kind = f"{_to_text(structure[0])}/{_to_text(structure[1])}".lower()
    number = number or "1"
    if kind == "message/rfc822":
        inner = structure[8]
        # The only part of a mail without parts is numbered as if there were several.
        inner_number = number if isinstance(inner[0], list) else f"{number}.1"
        yield from _iterate_parts(inner, inner_number, _read_senders(structure[7]), depth + 1)
        return
    parameters = _read_parameters(structure[2])
    at = EXTENSION_DATA.get(kind, EXTENSION_DATA.get(kind.partition("/")[0], 7)) + 1
    disposition = structure[at] if len(structure) > at and isinstance(structure[at], list) else [None, None]
    yield Part(
        number,
        kind,
        parameters.get("charset", "utf-8"),
        _to_text(structure[5]).lower(),
        int(structure[6] or 0),
        _decode_name(_read_parameters(disposition[1]), "filename") or _decode_name(parameters, "name"),
        senders,
    )


def _read_parameters(values: list[Any] | None) -> dict[str, str]:
    texts = [_to_text(value) for value in values or ()]
    return {name.lower(): text for name, text in zip(texts[::2], texts[1::2], strict=True)}


def _decode_name(parameters: dict[str, str], name: str) -> str:
    """Return the value of a parameter that may be encoded, or cut up, as in filename*0* (RFC 2231 and RFC 2047)."""
    own = {key: text for key, text in parameters.items() if key.split("*")[0] == name}
    quoted = [key + '="' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for key, text in own.items()]
    header = Message()
    header["Content-Disposition"] = "; ".join(["attachment", *(LINE_BREAK.sub(" ", text) for text in quoted)])
    text = collapse_rfc2231_value(header.get_param(name, "", "content-disposition") or "")
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, HeaderParseError):  # in a character set that nobody knows
        return text


def _to_text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
