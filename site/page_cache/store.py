"""The cached pages of a process, in its own memory."""

from typing import Generic, TypeVar

from page_cache.version import Version

MAX_PAGES = 500  # pages of some 30 kB in their encodings; a site has less than a hundred

K = TypeVar("K")
V = TypeVar("V")


class Store(Generic[K, V]):
    """Stores pages of one version; it is emptied when it is full or gets a page of another version."""

    def __init__(self) -> None:
        # One attribute, so that no thread sees the version of one dictionary with the pages of another.
        self.state: tuple[Version | None, dict[K, V]] = (None, {})

    def get(self, version: Version, key: K) -> V | None:
        present, pages = self.state
        return pages.get(key) if version == present else None

    def set(self, version: Version, key: K, value: V) -> None:
        present, pages = self.state
        if version != present or len(pages) >= MAX_PAGES:
            pages = {}
            self.state = version, pages
        pages[key] = value
