"""The filter that limits a list to the records that an import created or changed."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun

IMPORT = "import"


class ImportFilter(django_filters.ChoiceFilter):
    """A filter with one choice, an import; an import that the user may not see matches no records."""

    def __init__(self, number: str, model: Any, user: Any) -> None:
        self.history: QuerySet | None = None
        words = gettext("that is unknown")
        run = ImportRun.objects.visible_to(user).filter(pk=number).first() if number.isdecimal() else None
        if run is not None:
            self.history, words = model.history.filter(import_run=run), str(run)
        super().__init__(choices=[(number, words)], label=_("made or changed by the import"), field_name="pk")

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        return qs.none() if self.history is None else qs.filter(pk__in=self.history.order_by().values("id"))
