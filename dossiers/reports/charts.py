"""A table as a picture: Vega-Lite to SVG, no script. The table stands beside it and says the same in words."""

import json
import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import vl_convert
from django.utils.translation import get_language, gettext

from dossiers.reports.tables import DAYS, EUROS, HOURS, PERCENT, Cell, Column, Table

ROW_HEIGHT, WIDTH = 26, 520  # pixels
NARROW_ROW_HEIGHT, NARROW_WIDTH = 46, 250  # with its words above each bar, for a telephone
COLOUR, WORDS = "#1f5f8b", "#262626"
FONT = "Arial, Helvetica, sans-serif"
NOTHING = "–"
ROLES = re.compile(r' role="[^"]*" aria-roledescription="[^"]*"')  # in English; who shows a picture says what is in it


def svg(table: Table, *, narrow: bool = False) -> str:
    """Bars, one a row, of the table's first chart column, each with its number; "" when there is nothing to draw.

    It has no style attributes, so a page may set its colours and needs no exception to its security policy.
    """
    if not table.chart:
        return ""
    place = table.column(table.chart[0])
    unit = table.columns[place].unit
    numbers = ((row.label, row.cells[place].value) for row in table.rows)
    bars = [
        {"row": label, "value": float(value), "text": in_words(value, unit)}
        for label, value in numbers
        if isinstance(value, int | Decimal)
    ]
    if not any(bar["value"] for bar in bars):
        return ""
    return _drawn(json.dumps(bars), table.columns[place].label, narrow)


def alternative(table: Table) -> str:
    """What a picture shows, for who can't see it; the numbers stand in the table."""
    return gettext("Bar chart: %(title)s. The table has the same numbers.") % {"title": table.title}


def in_words(value: Any, unit: str) -> str:
    """A number as who reads it writes it: "1.234,5", in English "1,234.5"."""
    decimals = 2 if unit == EUROS else 1 if unit in (DAYS, HOURS) and value % 1 else 0
    words = f"{value:,.{decimals}f}"
    if get_language() != "en":
        words = words.translate(str.maketrans(",.", ".,"))
    return {PERCENT: f"{words}%", EUROS: f"€ {words}"}.get(unit, words)


def text_of(cell: Cell, column: Column) -> str:
    """What a cell says, in words; a dash for nothing."""
    if cell.value is None or cell.value == "":
        return NOTHING
    return str(cell.value) if isinstance(cell.value, str) else in_words(cell.value, column.unit)


@cache
def _config() -> dict[str, Any]:
    plain = {"labelColor": WORDS, "labelFont": FONT, "labelFontSize": 13, "titleColor": WORDS, "titleFont": FONT}
    return {
        "aria": False,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": plain | {"domain": False, "ticks": False, "titleFontWeight": "normal"},
        "text": {"font": FONT, "fontSize": 13, "color": WORDS},
    }


@lru_cache(maxsize=512)
def _drawn(bars: str, label: str, narrow: bool) -> str:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": _config(),
        "data": {"values": json.loads(bars)},
        "width": NARROW_WIDTH if narrow else WIDTH,
        "height": {"step": NARROW_ROW_HEIGHT if narrow else ROW_HEIGHT},
        "encoding": {
            "y": {"field": "row", "type": "nominal", "sort": None, "axis": None if narrow else _AXIS},
            "x": {"field": "value", "type": "quantitative", "axis": None, "title": label},
        },
        "layer": _narrow_layers() if narrow else _layers(),
    }
    return ROLES.sub("", str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])))


_AXIS = {"title": None, "labelLimit": 280, "labelPadding": 6}


def _layers() -> list[dict[str, Any]]:
    return [
        {"mark": {"type": "bar", "color": COLOUR, "height": {"band": 0.7}}},
        {"mark": {"type": "text", "align": "left", "dx": 5}, "encoding": _text("text")},
    ]


def _narrow_layers() -> list[dict[str, Any]]:
    """Bars low in their rows, and above each its words, from the left edge on."""
    words = {"type": "text", "align": "left", "dy": -10, "limit": NARROW_WIDTH + 60}
    return [
        {"mark": {"type": "bar", "color": COLOUR, "height": 16, "yOffset": 9}},
        {"mark": {"type": "text", "align": "left", "dx": 5, "dy": 9}, "encoding": _text("text")},
        {"mark": words, "encoding": _text("row") | {"x": {"value": 0}}},
    ]


def _text(field: str) -> dict[str, Any]:
    return {"text": {"field": field, "type": "nominal"}}
