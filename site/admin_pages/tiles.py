"""The tiles of panels on the home page of the admin."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Tile:
    """A count with the URL of its list."""

    label: str | Promise
    count: int
    url: str
    urgent: bool = False  # whether the tile is highlighted if its count is not 0
