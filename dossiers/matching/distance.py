"""The distance between the places of a candidate and an employer, as the crow flies; people read it, no rule uses it.

places.csv has the coordinates of the Dutch places with at least 500 inhabitants, to three decimals (100 m), from
GeoNames (https://www.geonames.org, CC BY 4.0). A name that several places have is not in it.
"""

import csv
import re
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from django.utils.translation import gettext as _

from dossiers.privacy.dutch_vocabulary import load_common_words
from dossiers.privacy.normalization import strip_accents

PLACES = Path(__file__).with_name("places.csv")
EARTH_RADIUS = 6_371.0  # km
WORD = re.compile(r"[\w-]+")

Coordinates = tuple[float, float]
"""Latitude and longitude in degrees."""


def describe_distance(location: str, city: str) -> str:
    """Return the distance between two places, such as "5 km hemelsbreed", or "" if it is not known.

    `location` may have other words beside the name of its place, such as "AZC Luttelgeest".
    """
    if not location or not city:
        return ""
    if _normalize(location)[-len(_normalize(city)) :] == _normalize(city):
        return _("same place")
    start, end = find_coordinates(location), find_coordinates(city)
    if start is None or end is None:
        return ""
    return _("%(distance)d km as the crow flies") % {"distance": max(1, round(measure_distance(start, end)))}


def find_coordinates(text: str) -> Coordinates | None:
    """Return the coordinates of the only place that a text names, or None if it names none or several.

    In a longer text a common word, such as "een", is not taken for the place of that name.
    """
    words, places = _normalize(text), _load_places()
    common = load_common_words() if len(words) > 1 else frozenset()
    spans = [
        (start, end)
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
        if tuple(words[start:end]) in places and (end > start + 1 or words[start] not in common)
    ]
    longest = [
        (start, end)
        for start, end in spans
        if not any((first, last) != (start, end) and first <= start and end <= last for first, last in spans)
    ]
    return places[tuple(words[longest[0][0] : longest[0][1]])] if len(longest) == 1 else None


def measure_distance(start: Coordinates, end: Coordinates) -> float:
    """Return the distance over the globe in kilometers (haversine)."""
    (latitude, longitude), (other_latitude, other_longitude) = (map(radians, place) for place in (start, end))
    half_chord = (
        sin((other_latitude - latitude) / 2) ** 2
        + cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(sqrt(half_chord))


def _normalize(text: str) -> list[str]:
    return WORD.findall(strip_accents(text))


@cache
def _load_places() -> dict[tuple[str, ...], Coordinates]:
    with PLACES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {tuple(_normalize(row["name"])): (float(row["latitude"]), float(row["longitude"])) for row in rows}
