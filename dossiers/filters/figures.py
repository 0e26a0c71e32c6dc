"""The records behind a figure of a report: a list shows exactly those when its address names the figure."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.figures import find
from dossiers.figures.labels import in_words

FIGURE = "figure"


class FigureFilter(django_filters.ChoiceFilter):
    """One choice: the figure in the address, in words. What names no figure of these records finds nothing."""

    def __init__(self, address: str, model: type) -> None:
        self.records: QuerySet | None = None
        words = gettext("that is unknown")
        try:
            figure, scope = find(address)
            if figure.model is model:
                self.records, words = figure.records(scope), in_words(figure, scope)
        except ValueError:
            pass
        super().__init__(choices=[(address, words)], label=_("behind the figure"), field_name="pk")

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        return qs.none() if self.records is None else qs.filter(pk__in=self.records.order_by().values("pk"))
