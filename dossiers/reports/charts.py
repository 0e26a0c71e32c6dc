"""Charts of tables: SVG from Vega-Lite, without scripts; each chart is shown beside its table."""

import json
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

import vl_convert
from django.utils.translation import get_language, gettext

from dossiers.reports.tables import COUNT, DAYS, EUROS, HOURS, PERCENT, Cell, Column, Table

ROW_HEIGHT, WIDTH = 26, 520  # pixels
NARROW_ROW_HEIGHT, NARROW_WIDTH = 46, 250  # for phones: the label is above its bar
COLOUR, WORDS = "#1f5f8b", "#262626"
FONT = "Arial, Helvetica, sans-serif"
NOTHING = "–"
ROLES = re.compile(
    r' role="[^"]*" aria-roledescription="[^"]*"'
)  # English texts of Vega; the page has its own description


def draw_chart(table: Table, *, narrow: bool = False) -> str:
    """Return an SVG bar chart of the table's first chart column; "" if there is nothing to draw.

    It has no style attributes, so that the page can set its colors and its security policy needs no exception.
    """
    if not table.chart:
        return ""
    place = table.column(table.chart[0])
    unit = table.columns[place].unit
    numbers = ((row.label, row.cells[place].value) for row in table.rows)
    bars = [
        {"row": label, "value": float(value), "text": format_number(value, unit)}
        for label, value in numbers
        if isinstance(value, int | Decimal)
    ]
    if not any(bar["value"] for bar in bars):
        return ""
    return _render_svg(json.dumps(bars), table.columns[place].label, narrow)


def describe_chart(table: Table) -> str:
    """Return the alternative text of the table's chart."""
    return gettext("Bar chart: %(title)s. The table has the same numbers.") % {"title": table.title}


def format_number(value: Any, unit: str) -> str:
    """Format a number with its unit in the active language: "1.234,5", in English "1,234.5".

    Days and hours have the decimals that they have in a file: a quartile of whole days is a multiple of a quarter.
    """
    words = f"{value:,.{2 if unit in (EUROS, DAYS, HOURS) else 0}f}"
    if unit != EUROS and "." in words:
        words = words.rstrip("0").removesuffix(".")
    if get_language() != "en":
        words = words.translate(str.maketrans(",.", ".,"))
    return {PERCENT: f"{words}%", EUROS: f"€ {words}"}.get(unit, words)


def format_cell(cell: Cell, column: Column) -> str:
    """Return the text of a cell, a dash for an empty one."""
    if column.unit == COUNT and cell.value is None and cell.many == 0:
        return gettext("too early to say")
    if cell.value is None or cell.value == "":
        return NOTHING
    return str(cell.value) if isinstance(cell.value, str) else format_number(cell.value, column.unit)


@lru_cache(maxsize=512)
def _render_svg(bars: str, label: str, narrow: bool) -> str:
    plain = {"labelColor": WORDS, "labelFont": FONT, "labelFontSize": 13, "titleColor": WORDS, "titleFont": FONT}
    bar, text = {"type": "bar", "color": COLOUR}, {"type": "text", "align": "left", "dx": 5}
    if narrow:  # the label is above each bar
        label_mark = {"type": "text", "align": "left", "dy": -10, "limit": NARROW_WIDTH + 60}
        layers = [
            {"mark": bar | {"height": 16, "yOffset": 9}},
            {"mark": text | {"dy": 9}, "encoding": _text("text")},
            {"mark": label_mark, "encoding": _text("row") | {"x": {"value": 0}}},
        ]
    else:
        layers = [{"mark": bar | {"height": {"band": 0.7}}}, {"mark": text, "encoding": _text("text")}]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": {
            "aria": False,
            "background": "transparent",
            "view": {"stroke": None},
            "axis": plain | {"domain": False, "ticks": False, "titleFontWeight": "normal"},
            "text": {"font": FONT, "fontSize": 13, "color": WORDS},
        },
        "data": {"values": json.loads(bars)},
        "width": NARROW_WIDTH if narrow else WIDTH,
        "height": {"step": NARROW_ROW_HEIGHT if narrow else ROW_HEIGHT},
        "encoding": {
            "y": {"field": "row", "type": "nominal", "sort": None, "axis": None if narrow else _AXIS},
            "x": {"field": "value", "type": "quantitative", "axis": None, "title": label},
        },
        "layer": layers,
    }
    return ROLES.sub("", str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])))


_AXIS = {"title": None, "labelLimit": 280, "labelPadding": 6}


def _text(field: str) -> dict[str, Any]:
    return {"text": {"field": field, "type": "nominal"}}
