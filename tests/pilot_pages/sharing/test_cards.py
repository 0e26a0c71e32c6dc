"""The cards, which are the images of shared links."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image, ImageFont
from wagtail.models import Page

from pilot_pages.models import GuidancePage, HomePage
from pilot_pages.sharing import card, fonts

LONG = "Wat betekent tewerkstellingsvergunningsaanvraagprocedure voor werkgevers die nog nooit iemand aannamen? " * 2


@pytest.fixture(autouse=True)
def cards(settings: Any, tmp_path: Path, content: Any) -> Path:
    """The folder of the cached cards."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "cards"


def address(client: Client, url: str = "/contact/") -> str:
    html = client.get(url).content.decode()
    return re.search(r'property="og:image" content="https?://[^/]+(/kaart/[^"]+)"', html)[1]


def test_a_page_has_its_card_and_its_canonical_url(client: Client) -> None:
    html = client.get("/contact/?van=ergens").content.decode()
    page = Page.objects.get(slug="contact")
    assert '<link rel="canonical" href="http://testserver/contact/">' in html
    assert f'<meta property="og:title" content="{page.title}">' in html
    assert f'<meta name="description" content="{page.search_description}">' in html
    assert 'content="summary_large_image"' in html


def test_the_intro_describes_a_page_without_a_description(client: Client) -> None:
    Page.objects.filter(slug="contact").update(search_description="")
    intro = GuidancePage.objects.get(slug="contact").intro
    assert intro.split(".")[0] in client.get("/contact/").content.decode().partition("<body")[0]


def test_a_card_is_an_image_of_the_right_size_that_browsers_cache(client: Client) -> None:
    response = client.get(address(client))
    assert response["Content-Type"] == "image/png"
    assert "immutable" in response["Cache-Control"]
    picture = Image.open(io.BytesIO(response.content))
    assert picture.size == (card.WIDTH, card.HEIGHT)
    assert len(picture.convert("RGB").getcolors(1_000_000)) > 200  # letters and a drawing, not an empty sheet


def test_a_card_is_drawn_once(client: Client, cards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(address(client)).content
    monkeypatch.setattr(card, "draw_card", lambda page, site_words: b"again")
    assert client.get(address(client)).content == first


def test_a_new_title_gets_a_new_card_and_the_old_file_is_deleted(client: Client, cards: Path) -> None:
    old = address(client)
    first = client.get(old).content
    page = GuidancePage.objects.get(slug="contact")
    page.title = "Bent u er nog?"
    page.save_revision().publish()
    assert address(client) != old
    response = client.get(old, follow=True)
    assert response.redirect_chain == [(address(client), 302)]
    assert response.content != first
    assert len(list(cards.glob(f"{page.pk}-*"))) == 1


def test_no_card_is_drawn_for_a_page_that_is_not_live(client: Client, cards: Path) -> None:
    path = address(client)
    Page.objects.get(slug="contact").unpublish()
    assert client.get(path).status_code == 404
    assert client.get("/kaart/1/abc.png").status_code == 404  # the root
    assert client.get("/kaart/99999999/abc.png").status_code == 404
    assert not cards.exists()


def test_a_long_title_fits_the_card() -> None:
    size, lines = card.fit_title(LONG)
    assert size == card.SIZES[-1]
    assert len(lines) * size * card.LINE_HEIGHT <= card.TITLE_HEIGHT + size
    assert lines[-1].endswith("…")
    font = ImageFont.truetype(str(fonts.get_bold_font()), size)
    assert max(font.getlength(line) for line in lines[:-1]) <= card.TITLE_WIDTH


def test_the_title_is_escaped_in_the_card() -> None:
    page = GuidancePage.objects.get(slug="contact")
    page.title = "</text><script>x</script>"
    assert "<script>" not in card.render_card_svg(page, HomePage.get_words_in("nl"))


def test_a_card_omits_a_title_that_is_not_in_latin_letters() -> None:
    page = GuidancePage.objects.get(slug="contact")
    page.title = "ماذا تعني المشاركة لي؟"
    drawing = card.render_card_svg(page, HomePage.get_words_in("nl"))
    assert "المشاركة" not in drawing
    assert "Gemeente Noordoostpolder" in drawing
    assert 'class="drawing"' in drawing


def test_the_card_uses_the_font_of_the_site() -> None:
    assert ImageFont.truetype(str(fonts.get_bold_font()), 20).getname() == (fonts.FAMILY, "Bold")
