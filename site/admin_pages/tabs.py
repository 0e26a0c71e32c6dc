"""Tabs of a page, as links; `admin_pages/tabs.html` shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tab:
    """`count` is the number of rows behind the tab, or None for a tab without a list."""

    url: str
    label: Any
    current: bool
    count: int | None = None


def build_tabs(
    parameter: str, labels: Iterable[tuple[str, Any]], counts: Mapping[Any, int], current: str, query: str = ""
) -> list[Tab]:
    """Return a tab for each name of `labels` that has rows or is current; its URL sets `parameter` to the name.

    `query` is the part of the URL that each tab keeps, such as a filter.
    """
    rest = f"&{query}" if query else ""
    return [
        Tab(f"?{parameter}={name}{rest}", label, name == current, counts[name])
        for name, label in labels
        if counts[name] or name == current
    ]
