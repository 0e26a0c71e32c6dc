"""Draws the card of a page, the image of a shared link: the title, the drawing and the name of the site."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import vl_convert
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from PIL import ImageFont

from pilot_pages.models import PilotPage, SiteWords
from pilot_pages.read_api import schemas
from pilot_pages.sharing import fonts

WIDTH, HEIGHT = 1200, 630  # pixels, as are all sizes here
TITLE_WIDTH = 590
CSS_RULES = re.compile(r"(?:\.d-[\w-]+(?:, )?)+ \{[^}]+\}")  # of the drawings in the style sheet
CSS_VARIABLE = re.compile(r"var\(--[\w-]+, (#\w+)\)")
SIZES = (64, 56, 48, 40)  # font sizes of the title in pixels; the largest that fits is used
TITLE_HEIGHT = 350
LINE_HEIGHT = 1.2
DESIGN_VERSION = "2"  # increase it when the design changes, so that cached cards are drawn again


def get_card_language(page: PilotPage) -> str:
    """Return the code of the language of the card: that of the page, or Dutch if the card omits the title."""
    return page.locale.language_code if is_latin(page.title) else settings.LANGUAGE_CODE


def get_card_version(page: PilotPage, site_words: SiteWords) -> str:
    """Return a hash of what the card shows, which changes with the title, the drawing and the name of the site."""
    parts = (
        DESIGN_VERSION,
        page.title,
        page.drawing,
        get_card_language(page),
        site_words["site_owner"],
        site_words["site_name"],
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def describe_card(page: PilotPage, site_words: SiteWords) -> schemas.Card:
    """Return the URL, the size and the alt text of the card."""
    path = reverse("sharing:card", args=[page.pk, get_card_version(page, site_words)])
    return {"url": f"{settings.BASE_URL}{path}", "width": WIDTH, "height": HEIGHT, "alt": page.title}


def get_card_png(page: PilotPage, site_words: SiteWords) -> bytes:
    """Return the card from the cache on disk, which has one file per page, or draw it."""
    folder = settings.DATA_DIR / "cards"
    file = folder / f"{page.pk}-{get_card_version(page, site_words)}.png"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    picture = draw_card(page, site_words)
    for old_file in folder.glob(f"{page.pk}-*.png"):
        old_file.unlink(missing_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as temporary_file:  # other processes may draw the same card
        temporary_file.write(picture)
    Path(temporary_file.name).replace(file)
    return picture


def draw_card(page: PilotPage, site_words: SiteWords) -> bytes:
    register_font()
    return bytes(vl_convert.svg_to_png(render_card_svg(page, site_words)))


def render_card_svg(page: PilotPage, site_words: SiteWords) -> str:
    size, lines = fit_title(page.title if is_latin(page.title) else "")
    return render_to_string(
        "pilot_pages/card.svg",
        {
            "page": page,
            "site_words": site_words,
            "style": get_drawing_styles(),
            "family": fonts.FAMILY,
            "size": size,
            "lines": [(round(240 + number * size * LINE_HEIGHT), line) for number, line in enumerate(lines)],
        },
    )


def is_latin(title: str) -> bool:
    """Whether all letters of the title are Latin, as in the site's font.

    A card omits other titles, since the font that replaces it would depend on the machine.
    """
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in title if letter.isalpha())


def fit_title(title: str) -> tuple[int, list[str]]:
    """Return the font size and the lines of the title; a title that does not fit at the smallest size is cut off."""
    for size in SIZES:
        lines, max_lines = wrap_title(title, size), TITLE_HEIGHT // round(size * LINE_HEIGHT)
        if len(lines) <= max_lines:
            return size, lines
    return size, [*lines[: max_lines - 1], f"{lines[max_lines - 1]} …"]


def wrap_title(title: str, size: int) -> list[str]:
    font = load_font(size)
    lines: list[str] = []
    for piece in (piece for word in title.split() for piece in split_word(word, font)):
        longer = f"{lines[-1]} {piece}" if lines else piece
        if lines and font.getlength(longer) <= TITLE_WIDTH:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def split_word(word: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """Yield the word, in parts with hyphens if it is longer than a line."""
    while font.getlength(word) > TITLE_WIDTH:
        fits = next(end for end in range(len(word) - 1, 0, -1) if font.getlength(f"{word[:end]}-") <= TITLE_WIDTH)
        yield f"{word[:fits]}-"
        word = word[fits:]
    yield word


@cache
def load_font(size: int) -> ImageFont.FreeTypeFont:
    file = fonts.get_bold_font()
    font = ImageFont.truetype(str(file), size) if file else ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101  (Pillow is built with it)
    return font


@cache
def register_font() -> None:
    if file := fonts.get_bold_font():
        vl_convert.register_font_directory(str(file.parent))


@cache
def get_drawing_styles() -> str:
    """Return the CSS rules of the drawings, with the colors of the light theme."""
    sheet = Path(settings.SITE_DIR, "static", "css", "site.css").read_text("utf-8")
    rules = CSS_RULES.findall(sheet)
    return CSS_VARIABLE.sub(r"\1", " ".join(rules))
