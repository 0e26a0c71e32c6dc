"""The records that an import made or changed: a list shows exactly those when its address names the import."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun

IMPORT = "import"


class ImportFilter(django_filters.ChoiceFilter):
    """One choice: the import in the address, by its file. What names none that `user` may see finds nothing."""

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
