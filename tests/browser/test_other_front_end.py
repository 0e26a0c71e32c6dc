"""The example client in a browser: its first page and its sign-up form."""

from collections.abc import Callable, Iterator
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core import mail
from playwright.sync_api import Browser, expect

from dossiers.models import EmployerInterest, InterestStatus
from tests.browser.conftest import DESK, PHONE
from tests.example_client.api import Api
from tests.example_client.server import Front


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def front(live_site, loaded_site, settings) -> Iterator[str]:
    """The URL of the example client."""
    settings.WAGTAILAPI_BASE_URL = live_site.url
    server = make_server("127.0.0.1", 0, Front(Api(live_site.url)), handler_class=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_employer_reads_and_signs_up_on_the_example_client(
    front: str, browser: Browser, fits_width: Callable[..., bool]
) -> None:
    context = browser.new_context(base_url=front, locale="nl-NL", viewport={"width": PHONE, "height": 800})
    page = context.new_page()
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Waarom een asielzoeker aannemen?")
    assert fits_width(page)
    page.set_viewport_size({"width": DESK, "height": 900})
    page.get_by_role("link", name="Meld u aan als werkgever").first.click()
    page.get_by_label("Bedrijf").fill("Kwekerij Voorbeeld")
    page.get_by_role("button", name="Versturen").click()
    page.get_by_text("Vul uw naam in, zodat wij weten naar wie wij vragen.").wait_for()
    expect(page.get_by_label("Bedrijf")).to_have_value("Kwekerij Voorbeeld")
    page.get_by_label("Uw naam").fill("Anneke Voorbeeld")
    page.get_by_label("E-mailadres").fill("anneke@kwekerij.example")
    page.get_by_label("Om welk werk gaat het?").fill("Tomaten plukken.")
    page.get_by_label("Voor hoeveel mensen?").fill("2")
    page.get_by_role("button", name="Versturen").click()
    page.get_by_role("heading", name="Bevestig uw aanmelding").wait_for()
    interest = EmployerInterest.objects.get()
    assert (interest.status, interest.positions) == (InterestStatus.UNCONFIRMED, 2)
    assert [message.to for message in mail.outbox] == [["anneke@kwekerij.example"]]
    context.close()
