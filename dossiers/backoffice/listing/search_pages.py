"""Pages of a list that is searched, for which the database reads few of the rows that match."""

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page
from django.db.models import BooleanField, F, OrderBy, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

from dossiers.models.folded_text import Folded

MAX_COUNTED = 10_000


class SearchPaginator(WagtailPaginator):
    """Counts and shows the first MAX_COUNTED rows of an ordered queryset; `has_more` says that more match.

    PostgreSQL would read all rows in the order of an index until a page is full, as if those that match came evenly;
    but people with a common family name come together, perhaps at the end. An order by other expressions than those of
    the index leaves it no choice but to sort the rows that match.

    `unsearched` is the queryset before the search, from which rows are read by their keys.
    """

    def __init__(self, *args: Any, unsearched: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unsearched = unsearched

    @cached_property
    def has_more(self) -> bool:
        return len(self._rows) > MAX_COUNTED

    @cached_property
    def count(self) -> int:
        return min(len(self._rows), MAX_COUNTED)

    @cached_property
    def items_count_label(self) -> str:
        if not self.has_more:
            return str(super().items_count_label)
        return _("more than %(count)s %(records)s") % {
            "count": intcomma(MAX_COUNTED),
            "records": self.verbose_name_plural,
        }

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        first, last = (number - 1) * self.per_page, min(number * self.per_page, self.count)
        if self.has_more:
            rows = self.object_list.filter(self._build_bound(last))
        else:
            rows = self.unsearched.filter(pk__in_batch=[key for key, *_order in self._rows])
        order = (OrderBy(Coalesce(by.expression, by.expression), descending=by.descending) for by in self._order_by)
        keys = rows.order_by(*order).values_list("pk", flat=True)[first:last]
        return self._get_page(self.unsearched.filter(pk__in=[*keys]), number, self)

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        """The key, the flags and the name of the rows that the database finds first, in no order; one too many."""
        name = [Folded(self._order[1])] if self._order[1] else []
        return [*self.object_list.order_by().values_list("pk", *self._order[0], *name)[: MAX_COUNTED + 1]]

    @property
    def _order_by(self) -> list[OrderBy]:
        """The expressions of the order, which can be the names of fields, by default those of the model."""
        return [
            OrderBy(F(by.removeprefix("-")), descending=by.startswith("-")) if isinstance(by, str) else by
            for by in self.object_list.query.order_by or self.object_list.model._meta.ordering
        ]

    @cached_property
    def _order(self) -> tuple[list[Any], str]:
        """The flags and the text field by which the rows are ordered first; no field if it is something else."""
        flags: list[Any] = []
        for by in self._order_by:
            if by.descending:
                break
            if isinstance(getattr(by.expression, "output_field", None), BooleanField):
                flags.append(by.expression)
                continue
            field = by.expression.get_source_expressions()[0] if isinstance(by.expression, Folded) else None
            name = getattr(field, "name", LOOKUP_SEP)
            return ([], "") if LOOKUP_SEP in name else (flags, name)
        return [], ""

    def _build_bound(self, last: int) -> Q:
        """Return a condition that the first `last` rows meet, and few others; it is empty if there is none.

        Any rows without a flag, as many, end with a name that the first ones do not pass.
        """
        flags, field = self._order
        names = sorted(name for _key, *flagged, name in self._rows if not any(flagged)) if field else []
        if len(names) < last:
            return Q()
        # The index of names begins with the flags, and serves a query only if that has a condition on them.
        return Q(*(In(flag, [False, True]) for flag in flags), **{f"{field}__folded__lte": names[last - 1]})
