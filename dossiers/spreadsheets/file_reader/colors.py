"""Names the fills of a workbook with the plain words for colors."""

import colorsys
import zipfile
from functools import cached_property
from xml.etree.ElementTree import Element, fromstring

OTHER = "colored"
"""The name of a fill whose color is not known, or that has several."""
HUES = ((15, "red"), (46, "orange"), (70, "yellow"), (170, "green"), (255, "blue"), (290, "purple"), (345, "pink"))
"""The names of hues, each up to a number of degrees; beyond the last it is red again."""
EXCEL_97_COLORS = """
000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 800000 008000 000080 808000 800080 008080
C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF
800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC
99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333
"""
"""Those with the indexes 8 to 63."""
WRONG_FILL = "F8D7DA"
"""The fill of wrong cells in the workbook with errors that returns to the sender, by which nobody marks a row."""
WINDOW_INDEX = 65
"""The index of the background of a window."""


def name_color(rgb: str) -> str | None:
    """Return the name of a color such as "FF0000"; None for white."""
    try:
        red, green, blue = (int(rgb[place : place + 2], 16) / 255 for place in (0, 2, 4))
    except ValueError:
        return OTHER
    hue, lightness, _saturation = colorsys.rgb_to_hls(red, green, blue)
    if lightness > 0.98:
        return None
    if lightness < 0.12:
        return "black"
    if max(red, green, blue) - min(red, green, blue) < 0.055:
        return "gray"
    degrees = hue * 360
    if 15 <= degrees < 46 and lightness < 0.35:
        return "brown"
    if 40 <= degrees < 46 and lightness > 0.6:  # a light gold
        return "yellow"
    return next((name for end, name in HUES if degrees < end), "red")


class Palette:
    """Names the fills of one workbook; its theme is read when a color needs it."""

    def __init__(self, package: zipfile.ZipFile, styles: Element) -> None:
        """`styles` is the root of the part with the styles."""
        self._package = package
        own = [color.get("rgb", "")[-6:] for color in styles.iterfind("{*}colors/{*}indexedColors/{*}rgbColor")]
        indexed = EXCEL_97_COLORS.split()
        self._indexed = own or [*indexed[:8], *indexed]  # the first eight occur twice

    def name_fill(self, fill: Element) -> str | None:
        """Return the name of the color of a fill; None if it has no color or is white."""
        pattern = fill.find("{*}patternFill")
        if pattern is None:
            return OTHER if fill.find("{*}gradientFill") is not None else None
        kind, color = pattern.get("patternType", "none"), pattern.find("{*}fgColor")
        if kind == "none" or (kind == "gray125" and color is None):  # each workbook has this one, which is not used
            return None
        if kind != "solid" or color is None:
            return OTHER
        if rgb := color.get("rgb"):
            return None if rgb[-6:].upper() == WRONG_FILL else name_color(_tint(rgb[-6:], color))
        if color.get("indexed") == str(WINDOW_INDEX):
            return None
        index = int(color.get("theme") or color.get("indexed") or -1)
        colors = self.theme_colors if "theme" in color.attrib else self._indexed
        return name_color(_tint(colors[index], color)) if 0 <= index < len(colors) else OTHER

    @cached_property
    def theme_colors(self) -> list[str]:
        part = "xl/theme/theme1.xml"
        theme = fromstring(self._package.read(part)) if part in self._package.namelist() else Element("none")  # noqa: S314
        scheme = theme.find("{*}themeElements/{*}clrScheme")
        colors = [color.get("lastClr", color.get("val", "")) for entry in scheme or () for color in entry]
        # The theme has dark before light, and the indexes have light before dark.
        return [colors[place] for place in (1, 0, 3, 2)] + colors[4:] if len(colors) > 3 else []


def _tint(rgb: str, color: Element) -> str:
    """Return a color that is lighter, or darker if the tint is negative, as a text."""
    tint = float(color.get("tint", 0))
    if not tint or len(rgb) != 6:
        return rgb
    channels = (int(rgb[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels)
    lightness = lightness * (1 + tint) if tint < 0 else lightness * (1 - tint) + tint
    return "".join(f"{round(min(max(c, 0), 1) * 255):02X}" for c in colorsys.hls_to_rgb(hue, lightness, saturation))
