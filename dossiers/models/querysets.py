"""The bases of querysets: which records a user may see, and which a text finds."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db import models
from django.db.models import Q

from dossiers.models.search_terms import search_terms
from dossiers.models.typing_errors import MIN_LENGTH, build_similar_condition, is_similar

M = TypeVar("M", bound=models.Model)

MAX_OF_CONDITION = 100  # records that a sample takes from one queryset
MAX_COMPARED = 1_000  # records of which Python compares the names, where the database found parts of them


class PermittedQuerySet(models.QuerySet[M]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return all records if the user may view records of this model, else none."""
        name = self.model._meta.model_name
        allowed = isinstance(user, PermissionsMixin) and user.has_perm(f"dossiers.view_{name}")
        return self.all() if allowed else self.none()


class SearchableQuerySet(PermittedQuerySet[M]):
    """Records of which each word of a text meets one of the conditions of their model."""

    similar_fields: ClassVar[tuple[str, ...]] = ()  # the fields or aliases in which names with a typing error are found
    name_attributes: ClassVar[tuple[str, ...]] = ()  # the attributes of a record that hold these names
    names_end_fields: ClassVar[bool] = True  # False if other texts follow the names in `similar_fields`

    def search_conditions(self, word: str) -> list[Q]:
        """Return the conditions on records `with_search_texts`; a record matches the word if it meets one of them.

        An empty condition is met by none.
        """
        raise NotImplementedError

    def with_search_texts(self) -> Self:
        """Add the aliases that `search_conditions` uses."""
        return self

    def search(self, text: str) -> Self:
        """Return the records that match each word of the text, see `search_conditions` of the model."""
        return self._match(search_terms(text))

    def search_rows(self, text: str) -> Self:
        """Return what `search` returns, in the form that finds the rows of one page soonest, see SearchPaginator."""
        return self.search(text)

    def search_sample(self, text: str) -> Self:
        """Return some of the records that `search` returns: all of them if they are few, in the same order.

        It asks for a limited number of each of `split_search`, so that the database can use an index and stop: a name
        that a tenth of a million people have takes no longer than another.
        """
        keys: set[int] = set()
        for records in self.split_search(search_terms(text)):
            keys.update(records.order_by().values_list("pk", flat=True)[:MAX_OF_CONDITION])
        return self.filter(pk__in=keys)

    def split_search(self, words: list[str]) -> Iterable[Self]:
        """Return querysets that have an index each, and that together hold the records that match each word."""
        *others, longest = sorted(words, key=len) or [""]
        records = self._match(others)
        return [records.filter(condition) for condition in filter(None, self.search_conditions(longest))]

    def get_few_keys(self) -> list[int] | None:
        """Return the keys of the records, or None if they are more than a sample takes."""
        keys = [*self.order_by().values_list("pk", flat=True)[: MAX_OF_CONDITION + 1]]
        return keys if len(keys) <= MAX_OF_CONDITION else None

    def search_similar(self, text: str) -> list[M]:
        """Return the records of which the names hold each word of the text, perhaps with a typing error."""
        words = search_terms(text)
        records = self.with_search_texts()
        if not any(len(word) >= MIN_LENGTH for word in words):
            return []
        for word in words:
            conditions = (
                build_similar_condition(name, word, is_last=self.names_end_fields) for name in self.similar_fields
            )
            records = records.filter(reduce(or_, conditions))
        keys = records.order_by().values_list("pk", flat=True)[:MAX_COMPARED]
        compared = self.filter(pk__in=[*keys])
        return [
            record
            for record in compared
            if is_similar(words, " ".join(getattr(record, name) for name in self.name_attributes))
        ]

    def _match(self, words: Iterable[str]) -> Self:
        """Return the records that meet, for each word, one of the conditions."""
        records = self.with_search_texts()
        for word in words:
            records = records.filter(reduce(or_, self.search_conditions(word)))
        return records
