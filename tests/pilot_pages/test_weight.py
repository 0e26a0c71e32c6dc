"""The number of bytes of a first visit, and the hosts that serve them."""

import re
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage

from pilot_pages.models import PilotPage

AT_MOST = 100_000  # bytes
HEADERS = 800  # bytes of each answer, generously
FETCHED = re.compile(
    r"""<(?:link\b(?![^>]*rel="(?:manifest|canonical|alternate|preconnect)")|img|source)[^>]*?(?:href|src)="([^"]+)"""
)
RUNS = re.compile(r"<script(?![^>]*type=\"application/ld\+json\")|<style|\sstyle=|\son\w+=|javascript:")
IN_STYLE = re.compile(rb"""url\(["']?([^"')]+)""")


@cache
def get_transfer_size(path: Path) -> int:
    """Return the compressed size with headers; images and fonts are compressed already."""
    content = path.read_bytes()
    packed = content if path.suffix in (".woff2", ".webp", ".png", ".jpg") else brotli.compress(content)
    return len(packed) + HEADERS


def find_file(address: str) -> Path:
    if address.startswith("/media/"):
        return Path(default_storage.path(address.removeprefix("/media/")))
    path = finders.find(address.removeprefix("/static/"))
    assert path, f"{address} is not ours"
    return Path(path)


def find_fetched_files(html: str) -> set[Path]:
    """Return the files that a browser fetches for a page and for its style sheets."""
    files = {find_file(address) for address in FETCHED.findall(html)}
    for sheet in [file for file in files if file.suffix == ".css"]:
        for name in IN_STYLE.findall(sheet.read_bytes()):
            if not name.startswith(b"data:"):
                files.add((sheet.parent / name.decode()).resolve())
    return {file.resolve() for file in files}


@pytest.mark.parametrize("kind", [model for model in apps.get_models() if issubclass(model, PilotPage)])
def test_a_first_visit_is_small_fetches_no_other_host_and_runs_no_script(kind, client, content):
    for page in kind.objects.live():
        html = client.get(page.url).content.decode()
        files = find_fetched_files(html)
        assert {".css", ".woff2", ".svg"} <= {file.suffix for file in files}
        weight = len(brotli.compress(html.encode(), quality=6)) + HEADERS + sum(map(get_transfer_size, files))
        assert 20_000 < weight <= AT_MOST, f"{page.url} takes {weight} bytes"
        assert RUNS.findall(html) == [], page.url


def test_the_pattern_matches_scripts_and_inline_styles():
    for running in ('<script src="/x.js">', '<p style="color: red">', '<a onclick="x()">', "<style>"):
        assert RUNS.search(running)
    assert not RUNS.search('<script type="application/ld+json">{}</script>')


def test_the_fonts_are_preloaded(client, content):
    html = client.get("/").content.decode()
    fonts = re.findall(r'<link rel="preload" href="([^"]+)" as="font" type="font/woff2" crossorigin>', html)
    in_styles = {file.resolve() for file in find_fetched_files(html) if file.suffix == ".woff2"}
    assert {find_file(font).resolve() for font in fonts} == in_styles
