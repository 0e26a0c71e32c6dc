"""What this process keeps: the pages of one version, in its own memory."""

from typing import Generic, TypeVar

from page_cache.version import Version

MOST = 500  # pages of some 30 kB in their encodings; a site has less than a hundred

K = TypeVar("K")
V = TypeVar("V")


class Store(Generic[K, V]):
    """Bounded: a full one begins anew, and so does each with another version."""

    def __init__(self) -> None:
        # Both in one place, so that no thread ever sees or fills the pages of one version as those of another.
        self.state: tuple[Version | None, dict[K, V]] = (None, {})

    def get(self, version: Version, key: K) -> V | None:
        present, pages = self.state
        return pages.get(key) if version == present else None

    def keep(self, version: Version, key: K, value: V) -> None:
        present, pages = self.state
        if version != present or len(pages) >= MOST:
            pages = {}
            self.state = version, pages
        pages[key] = value
