"""The site opens the links that editors typed, and names those that do not work, without reaching inside a network."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from config.environment import DEMO, PRODUCTION
from dossiers.models import Regulation
from pilot_pages.link_checks import reachability
from pilot_pages.link_checks.links import find_links
from pilot_pages.link_checks.reachability import find_problem
from pilot_pages.link_checks.tasks import check_links
from pilot_pages.models import GuidancePage, LinkCheck, SignUpPage
from tests.conftest import LoggedIn


class Site(BaseHTTPRequestHandler):
    """Another site: /200, /404 and so on answer with that status; /to/… sends on; /endless never stops."""

    def do_GET(self) -> None:
        _slash, kind, *rest = self.path.split("/")
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(302 if kind in ("to", "round") else 200 if kind == "endless" else int(kind))
        if kind == "to":
            self.send_header("Location", f"/{'/'.join(rest)}")
        elif kind == "round":
            self.send_header("Location", "/round")
        self.end_headers()
        try:
            while kind == "endless":
                self.wfile.write(b"x" * 10_000)
        except OSError:
            pass

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def editor_client(editor: AbstractBaseUser) -> LoggedIn:
    client = LoggedIn()
    client.force_login(editor)
    return client


@pytest.fixture
def other_site(settings: Any) -> Iterator[ThreadingHTTPServer]:
    settings.CHECK_LINKS, settings.MODE = True, DEMO  # a demo may reach this machine
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.url, server.asked = f"http://127.0.0.1:{server.server_port}", []  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def link_in_rule(content: SignUpPage, other_site: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """A function that gives the rule of the waiting time this path of the other site as the address of its source."""

    def link(path: str) -> str:
        Regulation.objects.update(source_url="", apply_url="")
        Regulation.objects.filter(key="wachttijd").update(source_url=other_site.url + path)
        return str(other_site.url + path)

    monkeypatch.setattr("pilot_pages.link_checks.tasks.find_links", lambda: only_local(find_links()))
    return link


def only_local(links: dict[str, Any]) -> dict[str, Any]:
    """Return the links to this machine: a test opens no other site."""
    return {address: places for address, places in links.items() if address.startswith("http://127.0.0.1")}


@pytest.mark.parametrize("path", ["/200", "/to/200", "/to/to/200", "/403", "/429", "/endless", "/200/é?q=a b#deel"])
def test_an_address_at_which_somebody_answers_works(other_site: Any, path: str) -> None:
    assert find_problem(other_site.url + path) == ""


@pytest.mark.parametrize("path", ["/404", "/410", "/500", "/to/404", "/round"])
def test_an_address_without_a_page_has_a_problem(other_site: Any, path: str) -> None:
    assert find_problem(other_site.url + path)
    assert len(other_site.asked) <= reachability.MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1/", "http://192.168.1.1", "http://169.254.169.254/latest", "https://[::1]/", "http://127.0.0.1/",
     "http://localhost/", "ftp://uwv.example/", "https://naam:woord@uwv.example/", "https://"],
)  # fmt: skip
def test_an_address_inside_a_network_is_never_opened(settings: Any, monkeypatch: Any, address: str) -> None:
    settings.MODE = PRODUCTION
    monkeypatch.setattr("socket.create_connection", lambda *_args: pytest.fail("opened"))
    assert find_problem(address)


def test_a_redirect_to_an_address_inside_a_network_is_not_followed(other_site: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(Site, "do_GET", lambda self: redirect_to(self, "http://10.0.0.1/"))
    assert find_problem(other_site.url)


def redirect_to(handler: BaseHTTPRequestHandler, address: str) -> None:
    handler.send_response(301)
    handler.send_header("Location", address)
    handler.end_headers()


def test_a_site_that_does_not_answer_in_time_has_a_problem(other_site: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reachability, "TOTAL_TIMEOUT", 0.2)
    stopped = Event()
    monkeypatch.setattr(Site, "do_GET", lambda _self: stopped.wait(5))
    assert find_problem(other_site.url)
    stopped.set()


def test_a_link_that_failed_twice_is_named_to_editors_with_its_place(
    editor_client: Client, link_in_rule: Callable[[str], str]
) -> None:
    address = link_in_rule("/404")
    check_links.func()
    assert address not in editor_client.get("/beheer/dead-links/").content.decode()
    check_links.func()
    html = editor_client.get("/beheer/dead-links/").content.decode()
    rule = Regulation.objects.get(key="wachttijd")
    assert address in html and rule.title in html and f"/rules/edit/{rule.pk}/" in html
    assert "404" in html
    assert "/beheer/dead-links/" in editor_client.get("/beheer/").content.decode()


def test_a_link_that_works_again_is_named_no_longer(link_in_rule: Callable[[str], str], monkeypatch: Any) -> None:
    link_in_rule("/404")
    check_links.func()
    check_links.func()
    assert LinkCheck.objects.dead().exists()
    monkeypatch.setattr("pilot_pages.link_checks.tasks.find_problem", lambda _address: "")
    check_links.func()
    assert not LinkCheck.objects.dead().exists()


def test_a_link_that_works_is_opened_once_a_week_and_a_removed_one_never(
    link_in_rule: Callable[[str], str], other_site: Any
) -> None:
    link_in_rule("/200")
    check_links.func()
    check_links.func()
    assert other_site.asked.count("/200") == 1
    LinkCheck.objects.update(checked_at=timezone.now() - timedelta(days=8))
    check_links.func()
    assert other_site.asked.count("/200") == 2
    Regulation.objects.update(source_url="")
    check_links.func()
    assert not LinkCheck.objects.filter(address__startswith=other_site.url).exists()


def test_nothing_is_opened_where_the_check_is_off(
    editor_client: Client, link_in_rule: Callable[[str], str], other_site: Any, settings: Any
) -> None:
    link_in_rule("/200")
    settings.CHECK_LINKS = False
    check_links.func()
    with pytest.raises(CommandError):
        call_command("check_links")
    assert other_site.asked == []
    assert "beheerder" in editor_client.get("/beheer/dead-links/").content.decode()
    assert "/beheer/dead-links/" not in editor_client.get("/beheer/").content.decode()


def test_links_are_found_in_texts_buttons_rules_and_settings_of_what_is_on_the_site(content: SignUpPage) -> None:
    button = {"heading": "UWV", "text": "", "page": None, "url": "https://uwv.example/aanvraag", "label": "Naar UWV"}
    page = GuidancePage.objects.get(slug="in-stappen")
    page.body = [("call_to_action", button), ("text", '<p>Zie <a href="https://coa.example/?a=1&amp;b=2">COA</a>.</p>')]
    page.save()
    draft = GuidancePage.objects.get(slug="mag-ik-aannemen")
    draft.live, draft.body = False, [("text", '<p><a href="https://weg.example/">weg</a></p>')]
    draft.save()
    links = find_links()
    assert {place.label for place in links["https://uwv.example/aanvraag"]} == {page.get_admin_display_title()}
    assert "https://coa.example/?a=1&b=2" in links
    assert "https://weg.example/" not in links
