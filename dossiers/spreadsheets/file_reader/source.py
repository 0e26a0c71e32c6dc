"""The protocol of an opened file, which is the same for each format."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from .format import Row

Noticed = tuple[str, dict[str, Any]]
"""The code and the parameters of a Notice."""


class SheetName(NamedTuple):
    name: str
    hidden: bool = False


class Source(Protocol):
    """An opened file, with its sheets and their rows."""

    kind: str
    encoding: str | None
    delimiter: str | None
    sheets: list[SheetName]

    def notices(self, sheet: int) -> list[Noticed]:
        """Return the notices about a sheet; call it after `rows`."""
        ...

    def rows(self, sheet: int) -> Iterator[Row]:
        """Yield all rows of the sheet that are not blank, and possibly blank ones; blank cells are None."""
        ...
