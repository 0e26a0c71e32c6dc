"""The name, the owner and the logo under which the municipality runs the pilot, as its site shows them.

The backoffice knows nothing of the public site, so that the app of the site registers who tells them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple


class SiteIdentity(NamedTuple):
    """`logo` is an image, or None; `logo_alt` is empty for a logo that says the same as the name beside it.

    `own_name` is the name that an editor typed in the active language, or empty.
    """

    name: str
    owner: str
    logo: Any = None
    logo_alt: str = ""
    own_name: str = ""


SOURCES: list[Callable[[], SiteIdentity]] = []  # filled by the app of the public site


def get_site_identity() -> SiteIdentity:
    """Return the identity in the active language."""
    return SOURCES[-1]()
