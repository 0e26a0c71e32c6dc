"""Wagtail's database search backend with a limit on the number of words, since hundreds of words raise an error."""

from typing import Any

from wagtail.search.backends import database

from dossiers.models.search_terms import search_terms


def SearchBackend(params: dict[str, Any]) -> Any:
    """Return the backend for the current database. Wagtail calls this name like a class."""
    backend = type(database.SearchBackend(dict(params)))

    class LimitedSearchBackend(backend):  # type: ignore[misc, valid-type]
        def _search(self, compiler: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            words = " ".join(search_terms(query)) if isinstance(query, str) else query
            return super()._search(compiler, words, *args, **kwargs)

    return LimitedSearchBackend(params)
