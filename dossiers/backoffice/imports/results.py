"""The result of an applied import: each of its lines counted once, and what one does next with its records."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.backoffice.bulk_changes.selection import FIELD
from dossiers.backoffice.imports.previews import get_action_label
from dossiers.backoffice.listing.query_strings import EVERY, TICKED
from dossiers.filters.imported import IMPORT, IMPORT_ACTION
from dossiers.models import Action, ImportRun, RecordKind
from dossiers.models.imports.import_row import OPEN_ACTIONS, WRITTEN_ACTIONS
from dossiers.models.saved_view import get_visible_lists
from dossiers.spreadsheets.imports.continuation import LineDecisions, find_line_decisions, find_rows_not_taken_over
from dossiers.spreadsheets.imports.staging import resource_for


@dataclass(frozen=True)
class ResultCount:
    """A number of lines with what happened with them, and where they are shown."""

    count: int
    label: str
    url: str
    gone: int = 0  # how many of their records the list does not have any more


class ImportResult:
    """Counts the lines of an applied import by what happened with them, for the user who looks at it."""

    def __init__(self, run: ImportRun, user: Any) -> None:
        self.run, self.user = run, user
        self.model: type[Model] = resource_for(run)._meta.model
        self.kind = str(self.model._meta.model_name)
        self.may_view = self.kind in get_visible_lists(user)
        self.actions = run.counts()

    @cached_property
    def decisions(self) -> LineDecisions:
        return find_line_decisions(self.run)

    @property
    def waiting(self) -> int:
        return len(self.decisions.undecided)

    @property
    def is_expired(self) -> bool:
        """Whether its lines were destroyed after the term in which an import can be undone."""
        return not self.run.is_within_undo_term and not self.run.has_undo_data

    @cached_property
    def counts(self) -> list[ResultCount]:
        """The counts that are not 0; together they are all lines of the list."""
        return [count for count in self._count() if count.count]

    def _count(self) -> Iterator[ResultCount]:
        for action in WRITTEN_ACTIONS:
            count = self.actions[action]
            query = {IMPORT: self.run.pk, IMPORT_ACTION: action.value}
            listed = self._count_listed(query) if count and self.may_view else 0
            url = get_list_url(self.model, **query) if self.may_view else ""
            yield ResultCount(count, str(action.label), url, count - listed if self.may_view else 0)
        left_alone, unchanged_tab = self.run.rows.left_alone().count(), get_tab_url(Action.UNCHANGED)
        unchanged = get_action_label(self.run, Action.UNCHANGED) if not left_alone else str(Action.UNCHANGED.label)
        yield ResultCount(self.actions[Action.UNCHANGED] - left_alone, unchanged, unchanged_tab)
        yield ResultCount(left_alone, gettext("not taken over: what was known stays"), unchanged_tab)
        skipped = find_rows_not_taken_over(self.run).filter(action=Action.SKIPPED)
        skipped_tab, left_out = get_tab_url(Action.SKIPPED), set(self.decisions.left_out)
        decided_before = self.actions[Action.SKIPPED] - skipped.count()
        yield ResultCount(decided_before, gettext("decided before"), skipped_tab)
        by_hand = skipped.filter(left_out=True, line__in_batch=list(left_out)).count()
        yield ResultCount(by_hand, gettext("left out"), skipped_tab)
        yield ResultCount(len(left_out) - by_hand, gettext("known already, so not added"), skipped_tab)
        for later, lines in self.decisions.later.items():
            yield ResultCount(len(lines), gettext("decided later"), reverse("dossiers_import", args=[later.pk]))
        reasons = {
            Action.ERROR: gettext("not imported because of an error"),
            Action.SIMILAR: gettext("not imported because of an open choice"),
            Action.SKIPPED: gettext("not imported because of an open choice"),  # since a continuation took it in
        }
        rows = self.run.rows.filter(line__in_batch=self.decisions.undecided, action__in=(*OPEN_ACTIONS, Action.SKIPPED))
        undecided = rows.count_actions()
        for action, reason in reasons.items():
            yield ResultCount(undecided[action], reason, get_tab_url(action))

    @property
    def new_without_coordinator(self) -> "NextStep | None":
        """The bulk change that gives the new records a coordinator; None if each has one, or the user may not."""
        if not self.user.has_perm(f"dossiers.change_{self.kind}") or not self.may_view:
            return None
        is_of_dossiers = self.run.record == RecordKind.DOSSIERS
        query: dict[str, Any] = {IMPORT: self.run.pk, IMPORT_ACTION: Action.NEW.value}
        query["without_coordinator" if is_of_dossiers else "without_owner"] = "true"
        if not (count := self._count_listed(query)):
            return None
        if is_of_dossiers:
            words = ngettext(
                "Assign a coordinator to the new candidate without one",
                "Assign a coordinator to the %(count)s new candidates without one",
                count,
            )
        else:
            words = ngettext(
                "Assign a coordinator to the new employer interest without one",
                "Assign a coordinator to the %(count)s new employer interests without one",
                count,
            )
        query |= {TICKED: EVERY, FIELD: "coordinator" if is_of_dossiers else "owner"}
        address = reverse("dossiers_list_change", args=[self.kind])
        return NextStep(words % {"count": intcomma(count)}, f"{address}?{urlencode(query)}")

    @property
    def new_without_talk(self) -> "NextStep | None":
        """The list of the new dossiers that still need an expectation talk; None if there are none."""
        if self.run.record != RecordKind.DOSSIERS or not self.may_view:
            return None
        query = {IMPORT: self.run.pk, IMPORT_ACTION: Action.NEW.value, "missing": "expectation_talk"}
        if not (count := self._count_listed(query)):
            return None
        words = ngettext(
            "Plan a talk: the new candidate still needs an expectation talk",
            "Plan talks: %(count)s new candidates still need an expectation talk",
            count,
        )
        return NextStep(words % {"count": intcomma(count)}, get_list_url(self.model, **query))

    def _count_listed(self, query: dict[str, Any]) -> int:
        """Return how many records the list of this user has with these filters."""
        viewset: Any = self.model.snippet_viewset  # type: ignore[attr-defined]
        list_view = viewset.build_list_view(self.user, QueryDict(urlencode(query)))
        return int(list_view.get_queryset().order_by().count())


@dataclass(frozen=True)
class NextStep:
    label: str
    url: str


def get_tab_url(action: Action) -> str:
    """Return the URL of a tab on the page of the import."""
    return f"?{urlencode({'action': action.value})}#lines"
