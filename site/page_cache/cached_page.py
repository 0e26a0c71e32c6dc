"""Cached pages, and the choice of the encoding that a browser accepts."""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import brotli
from django.http import HttpResponse
from django.utils.http import http_date, parse_http_date_safe

from page_cache.keys import Environ
from page_cache.version import Version

# A browser revalidates its copy each time, so that an edit is visible at once; an unchanged page costs an empty 304.
FRESHNESS = "max-age=0, must-revalidate"
# Other request headers do not matter, because no copy is used without revalidation.
VARY = "Accept-Encoding"
OURS = {"cache-control", "content-encoding", "content-length", "etag", "expires", "last-modified", "vary"}
BROTLI_QUALITY = 6  # of 11: a tenth larger, in a tenth of the time

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class CachedPage:
    """A page with its headers and its body in each encoding."""

    etag: str
    since: int
    unchanged: Headers  # of a 304 response
    encoded: dict[str, tuple[Headers, bytes]]

    @classmethod
    def create(cls, response: HttpResponse, version: Version) -> "CachedPage":
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
        bodies = {"": body, "gzip": gzip.compress(body, mtime=0), "br": brotli.compress(body, quality=BROTLI_QUALITY)}
        encoded: dict[str, tuple[Headers, bytes]] = {}
        for encoding, content in bodies.items():
            encoding_header = [("Content-Encoding", encoding)] if encoding else []
            encoded[encoding] = [*headers, *encoding_header, ("Content-Length", str(len(content)))], content
        return cls(etag, version.since, common, encoded)

    def answer(self, environ: Environ) -> tuple[int, Headers, bytes]:
        """Return status, headers and body. The header Range is ignored, which HTTP allows."""
        if self.is_known_to(environ):
            return 304, list(self.unchanged), b""
        headers, body = self.encoded[encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))]
        return 200, list(headers), b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def is_known_to(self, environ: Environ) -> bool:
        """Whether the browser has this version: by ETag, or by date if it sends no ETag (RFC 9110)."""
        if (etags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
            return etags.strip() == "*" or self.etag in (etag.strip() for etag in etags.split(","))
        modified_since = parse_http_date_safe(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
        return modified_since is not None and modified_since >= self.since


@lru_cache(maxsize=64)
def encoding_for(accepted: str) -> str:
    """Return the best encoding that the browser accepts; an empty text for no encoding."""
    named = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        named[name.strip()] = weight.replace(" ", "")
    names = [name for name, weight in named.items() if weight.rstrip("0") not in ("q=", "q=0.")]
    return next((name for name in ("br", "gzip") if name in names), "")
