"""The filters that limit a list to the records that an import created or changed, or to one of both."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun
from dossiers.models.imports.import_row import WRITTEN_ACTIONS

IMPORT, IMPORT_ACTION = "import", "import_action"


class ImportFilter(django_filters.ChoiceFilter):
    """A filter with one choice, an import; an import that the user may not see matches no records."""

    def __init__(self, number: str, model: Any, user: Any) -> None:
        self.history: QuerySet | None = None
        self.run: ImportRun | None = None
        words = gettext("that is unknown")
        run = ImportRun.objects.visible_to(user).filter(pk=number).first() if number.isdecimal() else None
        if run is not None:
            self.run, self.history, words = run, model.history.filter(import_run=run), str(run)
        super().__init__(choices=[(number, words)], label=_("made or changed by the import"), field_name="pk")

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        if self.run is None or self.history is None:
            return qs.none()
        of_import = Q(pk__in=self.history.order_by().values("id"))
        if self.run.state == ImportRun.State.APPLIED:  # a line that changes only an employer adds no history of its own
            lines = self.run.rows.filter(action__in=WRITTEN_ACTIONS)
            of_import |= Q(pk__in=lines.order_by().values("target_id"))
        return qs.filter(of_import)


class ImportActionFilter(django_filters.ChoiceFilter):
    """A filter on what an import did with the records; it matches none once the lines of the import are destroyed."""

    def __init__(self, run: ImportRun | None) -> None:
        self.run = run
        choices = [(action.value, action.label) for action in WRITTEN_ACTIONS]
        super().__init__(choices=choices, label=_("what the import did"), field_name="pk")

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        if self.run is None:
            return qs.none()
        return qs.filter(pk__in=self.run.rows.filter(action=value).order_by().values("target_id"))
