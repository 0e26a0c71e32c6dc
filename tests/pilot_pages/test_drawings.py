"""The drawings of pages, which the style sheet colors."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from pilot_pages.models.page import Drawing
from pilot_pages.sharing.card import get_drawing_styles

CLASSES = re.compile(r'class="([^"]*)"')


def render(name: str) -> str:
    return render_to_string("pilot_pages/parts/drawing.html", {"page": SimpleNamespace(drawing=name)})


def find_classes(svg: str) -> set[str]:
    return {name for names in CLASSES.findall(svg) for name in names.split()} - {"drawing"}


@pytest.mark.parametrize("name", [name for name in Drawing.values if name])
def test_a_drawing_takes_its_colors_from_the_style_sheet_alone(name: str) -> None:
    svg = render(name)
    assert svg.strip().startswith('<svg class="drawing" viewBox="0 0 480 3')
    assert not re.search(r"#[0-9a-f]{3}|fill=|stroke|style=|{[{%]", svg)
    assert find_classes(svg) <= set(re.findall(r"\.(d-[\w-]+)", get_drawing_styles()))


def test_the_style_sheet_colors_only_what_is_drawn() -> None:
    others = [
        (settings.SITE_DIR / "templates" / "drawings" / f"{name}.svg").read_text("utf-8")
        for name in ("horizon", "mark")
    ]
    drawn = set().union(*map(find_classes, [*map(render, filter(None, Drawing.values)), *others]))
    assert set(re.findall(r"\.(d-[\w-]+)", Path(settings.SITE_DIR, "static/css/site.css").read_text("utf-8"))) == drawn
