"""A WSGI application that fetches each requested page from the API."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from tests.example_client import forms
from tests.example_client.api import Api, NotFound
from tests.example_client.pages import render_frame, render_not_found, render_page, render_results
from tests.example_client.webhooks import is_genuine


class Front:
    def __init__(self, api: Api, secret: str = "") -> None:
        self.api, self.secret = api, secret
        self.heard: list[bytes] = []  # messages that were genuine

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status, page = self.answer(environ)
        start(status, [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]

    def answer(self, environ: dict[str, Any]) -> tuple[str, str]:
        path = environ["PATH_INFO"]
        query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        site = self.site_at(path)
        try:
            if path == "/hook":
                return self.hear(environ, body)
            if path == "/preview":
                return "200 OK", render_page(self.api.draft(query["content_type"], query["token"]), site)
            if path.endswith("/zoeken/"):
                return "200 OK", self.search(query.get("q", ""), site)
            return self.page(path, site, body if environ["REQUEST_METHOD"] == "POST" else None)
        except NotFound:
            return "404 Not Found", render_not_found(site)

    def site_at(self, path: str) -> dict[str, Any]:
        codes = [language["code"] for language in self.api.site()["locales"]]
        return self.api.site(next((code for code in codes if path.startswith(f"/{code}/")), None))

    def search(self, query: str, site: dict[str, Any]) -> str:
        return render_results(query, list(self.api.pages(search=query, locale=site["locale"])) if query else [], site)

    def page(self, path: str, site: dict[str, Any], body: bytes | None) -> tuple[str, str]:
        page = self.api.page_at(path)
        if page["meta"]["type"] != "pilot_pages.SignUpPage":
            return "200 OK", render_page(page, site)
        if refusal := site["pilot"]["sign_up_refusal"]:
            return "200 OK", render_page(page | {"intro": refusal, "body": []}, site)
        if body is None:
            return "200 OK", render_page(page, site, forms.form(self.api, site["locale"]) + page["privacy_text"])
        values = parse_qs(body.decode(), keep_blank_values=True)
        message, wrong = forms.send(self.api, site["locale"], values)
        if wrong:
            return "422 Unprocessable Content", render_page(
                page, site, forms.form(self.api, site["locale"], values, wrong)
            )
        heading = page["thanks_heading"]
        return "200 OK", render_frame(heading, f"<h1>{heading}</h1><p>{message}</p><p>{page['thanks_text']}</p>", site)

    def hear(self, environ: dict[str, Any], body: bytes) -> tuple[str, str]:
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        headers = {name: environ.get(f"HTTP_{name.upper().replace('-', '_')}", "") for name in names}
        if not is_genuine(self.secret, headers, body):
            return "401 Unauthorized", ""
        self.heard.append(body)
        return "204 No Content", ""
