"""The filter that limits a list to the records behind a figure of a report."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.figures import parse_address
from dossiers.figures.labels import describe_figure

FIGURE = "figure"


class FigureFilter(django_filters.ChoiceFilter):
    """A filter with one choice, the figure of the address; an invalid address matches no records."""

    def __init__(self, address: str, model: type) -> None:
        self.records: QuerySet | None = None
        words = gettext("that is unknown")
        try:
            figure, scope = parse_address(address)
            if figure.model is model:
                self.records, words = figure.records(scope), describe_figure(figure, scope)
        except ValueError:
            pass
        super().__init__(choices=[(address, words)], label=_("behind the figure"), field_name="pk")

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        return qs.none() if self.records is None else qs.filter(pk__in=self.records.order_by().values("pk"))
