"""The example client shows the whole site through the API alone."""

import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags
from pytest_django.live_server_helper import LiveServer
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from dossiers.models import Evaluation
from dossiers.reports.evaluations import freeze
from dossiers.reports.registry import REPORTS
from dossiers.reports.release import release
from pilot_pages.blocks import BodyBlock
from pilot_pages.checker.blocks import TreeBlock
from pilot_pages.content.loader import load_content
from pilot_pages.facts import facts_in_force
from pilot_pages.headless.drafts import store_draft
from pilot_pages.models import CheckPage, GuidancePage, PilotPage, PilotSettings, QuestionsPage, SignUpPage
from pilot_pages.placeholders import filled
from pilot_pages.site_settings import Phase
from pilot_pages.webhooks import signatures
from tests.example_client.api import Api
from tests.example_client.blocks import SHOWN, UnknownBlock, show
from tests.example_client.labels import LABELS
from tests.example_client.server import Front
from tests.example_client.site_files import build
from tests.example_client.webhooks import is_genuine
from tests.pilot_pages.phases import NOTICES, REFUSALS, set_phase
from tests.pilot_pages.read_api.pages import make_image
from tests.snapshots import RepeatedChange

ALT = re.compile(r'<img[^>]*\balt="([^"]*)"[^>]*>')
HREF = re.compile(r'href="(/[^"#]*)')
KEY = b"a key of thirty-two bytes or so."
load_content_once = RepeatedChange(load_content)


@pytest.fixture
def loaded_site(live_server: LiveServer, base_data: None, settings) -> LiveServer:
    """The site with its initial content."""
    settings.BASE_URL = settings.WAGTAILAPI_BASE_URL = live_server.url
    load_content_once()
    return live_server


@pytest.fixture
def site(loaded_site: LiveServer, coordinator) -> LiveServer:
    """The site with its initial content, every type of block on one page, and a released evaluation."""
    page = GuidancePage.objects.get(slug="toegankelijkheid", locale__language_code="nl")
    page.body = json.dumps([{"type": kind, "value": value} for kind, value in build_every_block(page).items()])
    page.save_revision().publish()
    evaluation = Evaluation.objects.create(title="Half jaar", reports=["funnel"])
    freeze(evaluation, coordinator)
    release(evaluation, coordinator)
    contact = PilotSettings.for_site(Site.objects.get())
    contact.contact_name, contact.privacy_officer = "Balie Voorbeeld", "Functionaris Voorbeeld"
    contact.save()
    return loaded_site


def build_every_block(page: Page) -> dict[str, Any]:
    """Return a value for each type of block that an editor can choose."""
    file = get_document_model().objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", "folder.pdf"))
    file.get_file_size()
    facts = ["wachttijd", "loon"]
    link = f'<p>Lees over <a linktype="page" id="{page.pk}">deze pagina</a> &amp; meer.</p>'
    return {
        "text": f"<h2>Een kop</h2>{link}",
        "steps": {
            "heading": "In stappen",
            "steps": [{"title": f"Stap {number}", "text": link, "facts": facts} for number in (1, 2)],
        },
        "facts": {"heading": "De regels", "intro": "In het kort.", "facts": facts},
        "checklist": {"heading": "Bij de hand", "points": ["Een contract", "Een afspraak"]},
        "questions": {"heading": "Vragen", "questions": [{"question": "Mag dit?", "answer": link, "facts": facts}]},
        "overview": {"heading": "Planning", "rows": [{"name": "Juli", "value": "Begin"}], "source": "Voorstel"},
        "pilot_figures": {"heading": "Zo gaat het", "intro": "", "subject": "funnel", "all_tables": False},
        "notice": {"kind": "warning", "text": link},
        "employer_story": {
            "heading": "Zo ging het", "text": link, "quote": "Een zin.", "name": "", "role": "Baas", "company": "De Kas"
        },
        "quote": {"quote": "Een zin.", "who": "Een functie"},
        "team": {
            "heading": "Wie u spreekt",
            "people": [{"name": "Sam Voorbeeld", "role": "Begeleider", "phone": "+31527123456"}],
        },
        "video": {"heading": "Een dag in de kas", "video": file.pk, "transcript": link},
        "picture": {"image": {"image": make_image().pk, "alt_text": "Een kas"}, "caption": "Onze kas"},
        "download": {"document": file.pk, "text": "Om mee te nemen"},
        "call_to_action": {"heading": "Doe mee", "text": "Nu.", "page": page.pk, "label": "Ga verder"},
        "page_cards": {"heading": "Verder", "cards": [{"page": page.pk, "text": "Wat daar staat"}]},
        "contact": {"heading": "Contact", "privacy_officer": True},
        "accessibility_statement": {"heading": "Toegankelijkheid", "status": "B", "report": "https://example.org/rapport"},
        "privacy_statement": {"heading": "Privacy", "purpose": "Werk vinden."},
    }  # fmt: skip


@pytest.fixture
def built(site: LiveServer, tmp_path: Path) -> dict[str, str]:
    """The HTML of each page that the other front end wrote, by path."""
    return {path: file.read_text("utf-8") for path, file in build(Api(site.url), tmp_path).items()}


def words(html: str) -> str:
    """Return the text of the HTML without elements and white space; an image becomes its alt text."""
    return "".join(unescape(strip_tags(ALT.sub(r"\1", html))).split())


def streams(page: PilotPage) -> Iterator[Any]:
    yield page.body
    if isinstance(page, QuestionsPage):
        yield page.questions


def get_texts(page: PilotPage) -> list[str]:
    """Return the texts of the fields and blocks of a page, with the placeholders of facts filled in."""
    texts = [page.title, page.intro, page.next_heading, page.next_text]
    with translation.override(page.locale.language_code):
        for stream in streams(page):
            texts += stream.stream_block.get_searchable_content(stream)
        chosen = {
            str(report.title) for report in REPORTS.values()
        }  # of figures, which a page leaves out until there are some
        return [filled(" ".join(text.split())) for text in texts if text and text not in chosen]


def check_texts(built: dict[str, str]) -> None:
    pages = {page.get_url(): page.specific for page in Page.objects.live().filter(depth__gt=1)}
    assert set(built) == set(pages)
    for path, page in pages.items():
        shown = words(built[path])
        assert [text for text in get_texts(page) if words(text) not in shown] == [], path


def check_blocks(built: dict[str, str]) -> None:
    page = GuidancePage.objects.get(slug="toegankelijkheid", locale__language_code="nl")
    assert {block.block_type for block in page.body} == set(BodyBlock().child_blocks)
    shown = words(built["/toegankelijkheid/"])
    for fact in facts_in_force(["wachttijd", "loon"]):
        assert [text for text in (fact.title, fact.sentence, fact.source) if words(text) not in shown] == []
    for text in ("Balie Voorbeeld", "Functionaris Voorbeeld", "Folder (PDF)", "Een kas", "Onze kas"):
        assert text in built["/toegankelijkheid/"]


def check_tree(built: dict[str, str]) -> None:
    page = CheckPage.objects.get(locale__language_code="nl")
    shown = words(built[page.get_url()])
    for block in page.tree:
        text = block.value["question"] if block.block_type == "question" else block.value["heading"]
        assert words(text.split("{")[0]) in shown


def check_links(built: dict[str, str]) -> None:
    links = {(path, to) for path, html in built.items() for to in HREF.findall(html)}
    assert len(links) > 50
    assert [(path, to) for path, to in links if to not in built] == []
    english = get_english_url("privacy")
    assert f'href="{english}"' in built["/privacy/"]
    assert 'lang="en"' in built[english]


def get_english_url(slug: str) -> str:
    """Return the URL of the English translation of a page."""
    page = GuidancePage.objects.get(slug=slug, locale__language_code="nl")
    return page.get_translations().get(locale__language_code="en").get_url()


def check_files(built: dict[str, str], client: Client) -> None:
    html = built["/toegankelijkheid/"]
    addresses = re.findall(r'(?:src|href)="(http://[^"]+)"', html)
    assert len(addresses) == 3
    video, picture, file = (re.sub(r"^https?://[^/]+", "", address) for address in addresses)
    assert default_storage.exists(picture.removeprefix("/media/"))
    assert client.get(file).status_code == client.get(video).status_code == 200


def test_each_published_page_is_written_whole(built: dict[str, str], client: Client) -> None:
    """All checks on one writing of the site, which takes seconds."""
    check_texts(built)
    check_blocks(built)
    check_tree(built)
    check_links(built)
    check_files(built, client)


def ask(front: Front, path: str, query: str = "", body: bytes | None = None, **headers: str) -> tuple[str, str]:
    """Return the status and the body of the response."""
    environ = {
        "REQUEST_METHOD": "GET" if body is None else "POST", "PATH_INFO": path, "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body or b"")), "wsgi.input": BytesIO(body or b""),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }  # fmt: skip
    return front.answer(environ)


def test_the_server_answers_pages_searches_previews_and_unknown_urls(site: LiveServer) -> None:
    front = Front(Api(site.url))
    assert ask(front, get_english_url("privacy"))[0] == "200 OK"
    assert ask(front, "/nergens/")[0] == "404 Not Found"
    page = GuidancePage.objects.get(slug="privacy", locale__language_code="nl")
    assert f'href="{page.get_url()}"' in ask(front, "/zoeken/", f"q={page.title.replace(' ', '+')}")[1]
    page.title = "Zo wordt het"
    query = f"content_type=pilot_pages.guidancepage&token={store_draft(page)}"
    assert "<h1>Zo wordt het</h1>" in ask(front, "/preview", query)[1]
    assert ask(front, "/preview", "content_type=pilot_pages.guidancepage&token=x")[0] == "404 Not Found"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_server_shows_no_form_once_the_pilot_is_over(site: LiveServer, language: str) -> None:
    front, path = Front(Api(site.url)), SignUpPage.objects.get(locale__language_code=language).get_url()
    assert "<form method" in ask(front, path)[1]
    set_phase(Phase.OVER)
    for body in (None, b"company_name=Kas"):
        html = ask(front, path, body=body)[1]
        assert REFUSALS[language] in html and NOTICES[Phase.OVER, language] in html and "<form method" not in html


def test_an_unknown_type_of_block_raises_an_error() -> None:
    with pytest.raises(UnknownBlock, match="carousel"):
        show({"type": "carousel", "value": {}}, LABELS["nl"])
    kinds = {*BodyBlock().child_blocks, *TreeBlock().child_blocks, "group"}
    assert kinds == set(SHOWN)


SECRET = "whsec_YSBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyBvciBzby4="


def test_only_genuine_recent_webhook_messages_are_accepted(monkeypatch) -> None:
    from tests.example_client import webhooks

    monkeypatch.setattr(webhooks.time, "time", lambda: 1_800_000_000.0)
    headers = signatures.build_headers(KEY, "msg_1", 1_800_000_000, b"{}")
    assert is_genuine(SECRET, headers, b"{}")
    assert not is_genuine(SECRET, headers, b"{ }")
    assert not is_genuine(SECRET, headers | {"webhook-id": "msg_2"}, b"{}")
    assert not is_genuine(SECRET, signatures.build_headers(b"another", "msg_1", 1_800_000_000, b"{}"), b"{}")
    assert not is_genuine(SECRET, signatures.build_headers(KEY, "msg_1", 1_799_999_000, b"{}"), b"{}")
    assert not is_genuine(SECRET, {}, b"{}")
    front = Front(Api("http://127.0.0.1:9"), SECRET)
    front.site_at = lambda _path: {}
    assert ask(front, "/hook", body=b"{}", **headers)[0] == "204 No Content"
    assert ask(front, "/hook", body=b"{ }", **headers)[0] == "401 Unauthorized"
    assert front.heard == [b"{}"]
