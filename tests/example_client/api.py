"""A client of the read API and of the pilot API."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

AT_ONCE = 100


class NotFound(Exception):
    """The API answered 404."""


class Api:
    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        address = f"{self.base}/api/{path}" + (f"?{urlencode(query)}" if query else "")
        try:
            with urlopen(Request(address, headers={"Accept": "application/json"}), timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            if error.code == 404:
                raise NotFound(path) from error
            raise

    def post(self, path: str, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return the status and the body of the response, also for an error status."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = Request(f"{self.base}/api/{path}", json.dumps(data).encode(), headers, method="POST")
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    def site(self, locale: str | None = None) -> dict[str, Any]:
        return self.get("v2/site/", **({"locale": locale} if locale else {}))

    def pages(self, **query: Any) -> Iterator[dict[str, Any]]:
        """Iterate over all pages in the list, one request for each batch."""
        offset = 0
        while True:
            listing = self.get("v2/pages/", limit=AT_ONCE, offset=offset, **query)
            yield from listing["items"]
            offset += AT_ONCE
            if offset >= listing["meta"]["total_count"]:
                return

    def page(self, key: int) -> dict[str, Any]:
        return self.get(f"v2/pages/{key}/")

    def page_at(self, path: str) -> dict[str, Any]:
        return self.get("v2/pages/find/", html_path=path)

    def draft(self, content_type: str, token: str) -> dict[str, Any]:
        return self.get("v2/page_preview/", content_type=content_type, token=token)
