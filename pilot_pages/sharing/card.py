"""The picture of a link that somebody shares: the title of the page, its drawing, and whose site it is."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import vl_convert
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from PIL import ImageFont

from pilot_pages.models import PilotPage
from pilot_pages.sharing import fonts

WIDTH, HEIGHT = 1200, 630
TITLE_WIDTH = 590
RULES = re.compile(r"(?:\.d-[\w-]+(?:, )?)+ \{[^}]+\}")  # of a style sheet
VARIABLE = re.compile(r"var\(--[\w-]+, (#\w+)\)")
SIZES = (64, 56, 48, 40)  # of the title, in pixels: the largest that fits
TITLE_HEIGHT = 350
LINE_HEIGHT = 1.2
EDITION = "1"  # another one for another look: cards that lie in the cache are then drawn anew


def mark(page: PilotPage) -> str:
    """Says which picture it is: another title or drawing has another."""
    parts = (EDITION, page.title, page.drawing, page.locale.language_code)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def told(page: PilotPage) -> dict[str, Any]:
    """Where the picture is, and how large."""
    path = reverse("sharing:card", args=[page.pk, mark(page)])
    return {"url": f"{settings.BASE_URL}{path}", "width": WIDTH, "height": HEIGHT}


def png(page: PilotPage) -> bytes:
    """From the cache, which keeps one picture a page."""
    folder = settings.DATA_DIR / "cards"
    file = folder / f"{page.pk}-{mark(page)}.png"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    picture = drawn(page)
    for older in folder.glob(f"{page.pk}-*.png"):
        older.unlink(missing_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as unfinished:  # several may draw it at the same time
        unfinished.write(picture)
    Path(unfinished.name).replace(file)
    return picture


def drawn(page: PilotPage) -> bytes:
    _register()
    return bytes(vl_convert.svg_to_png(svg(page)))


def svg(page: PilotPage) -> str:
    readable = has_letters_for(page.title)
    size, lines = fitted(page.title if readable else "")
    with translation.override(page.locale.language_code if readable else settings.LANGUAGE_CODE):
        return render_to_string(
            "pilot_pages/card.svg",
            {
                "page": page,
                "style": drawings_style(),
                "family": fonts.FAMILY,
                "size": size,
                "lines": [(round(240 + number * size * LINE_HEIGHT), line) for number, line in enumerate(lines)],
            },
        )


def has_letters_for(title: str) -> bool:
    """The site's font has Latin letters only: a title in others is left out, not drawn in a machine's."""
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in title if letter.isalpha())


def fitted(title: str) -> tuple[int, list[str]]:
    """The size of the letters, and the lines; of what is longer than any title should be the end is left out."""
    for size in SIZES:
        lines, most = wrapped(title, size), TITLE_HEIGHT // round(size * LINE_HEIGHT)
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], f"{lines[most - 1]} …"]


def wrapped(title: str, size: int) -> list[str]:
    font = _font(size)
    lines: list[str] = []
    for piece in (piece for word in title.split() for piece in pieces(word, font)):
        longer = f"{lines[-1]} {piece}" if lines else piece
        if lines and font.getlength(longer) <= TITLE_WIDTH:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def pieces(word: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """A word that is longer than a line, in parts."""
    while font.getlength(word) > TITLE_WIDTH:
        fits = next(end for end in range(len(word) - 1, 0, -1) if font.getlength(f"{word[:end]}-") <= TITLE_WIDTH)
        yield f"{word[:fits]}-"
        word = word[fits:]
    yield word


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    file = fonts.bold()
    font = ImageFont.truetype(str(file), size) if file else ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101  (Pillow is built with it)
    return font


@cache
def _register() -> None:
    if file := fonts.bold():
        vl_convert.register_font_directory(str(file.parent))


@cache
def drawings_style() -> str:
    """The colours of the drawings as the style sheet has them by day."""
    sheet = Path(settings.SITE_DIR, "static", "css", "site.css").read_text("utf-8")
    rules = RULES.findall(sheet)
    return VARIABLE.sub(r"\1", " ".join(rules))
