"""A page as it goes over the wire, made once: each encoding with its headers."""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import brotli
from django.http import HttpResponse
from django.utils.http import http_date, parse_http_date_safe

from page_cache.keys import Environ
from page_cache.version import Version

# A browser asks each time whether its copy is still right, and gets an empty answer if so: an edit shows at once.
FRESHNESS = "max-age=0, must-revalidate"
# Nobody is served a copy without that question, so nothing but the encoding tells copies apart.
VARY = "Accept-Encoding"
OURS = {"cache-control", "content-encoding", "content-length", "etag", "expires", "last-modified", "vary"}
WEAKER = 6  # of brotli's 11: a tenth larger, in a tenth of the time

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    etag: str
    since: int
    unchanged: Headers  # of the answer to a browser whose copy is still right
    encoded: dict[str, tuple[Headers, bytes]]

    def answer(self, environ: Environ) -> tuple[int, Headers, bytes]:
        """Status, headers and body; a part of the page (Range) is not given, all of it is right too."""
        if self.is_known_to(environ):
            return 304, list(self.unchanged), b""
        headers, body = self.encoded[encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))]
        return 200, list(headers), b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def is_known_to(self, environ: Environ) -> bool:
        """By the hash of the page; by its time only for who sends none, as RFC 9110 asks."""
        if (etags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
            return etags.strip() == "*" or self.etag in (etag.strip() for etag in etags.split(","))
        seen = parse_http_date_safe(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
        return seen is not None and seen >= self.since


def make(response: HttpResponse, version: Version) -> Kept:
    body = response.content
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    etag = f'W/"{blake2b(body, digest_size=16).hexdigest()}"'
    common = [
        ("Cache-Control", FRESHNESS),
        ("ETag", etag),
        ("Last-Modified", http_date(version.since)),
        ("Vary", VARY),
    ]
    headers = [(name, value) for name, value in response.items() if name.lower() not in OURS] + common
    bodies = {"": body, "gzip": gzip.compress(body, mtime=0), "br": brotli.compress(body, quality=WEAKER)}
    encoded = {encoding: (_for(encoding, headers, content), content) for encoding, content in bodies.items()}
    return Kept(etag, version.since, common, encoded)


def _for(encoding: str, headers: Headers, body: bytes) -> Headers:
    said = [("Content-Encoding", encoding)] if encoding else []
    return [*headers, *said, ("Content-Length", str(len(body)))]


@lru_cache(maxsize=64)
def encoding_for(accepted: str) -> str:
    """The smallest one that the browser names and does not refuse; the page as it is where it names none."""
    named = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        named[name.strip()] = weight.replace(" ", "")
    names = [name for name, weight in named.items() if weight.rstrip("0") not in ("q=", "q=0.")]
    return next((name for name in ("br", "gzip") if name in names), "")
