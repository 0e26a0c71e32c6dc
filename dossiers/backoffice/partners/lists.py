"""A partner's lists with their states, and the page of one list."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView

from admin_pages.pagination import NamedCountMixin, paginate
from admin_pages.users import get_person_name
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.imports.previews import ShownRow
from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.backoffice.imports.run_names import annotate_typed_person, get_run_name
from dossiers.backoffice.imports.run_page import RunView, describe_columns
from dossiers.backoffice.partners.permissions import PARTNER
from dossiers.backoffice.partners.rejected_rows import build_rejected_rows, find_rejected_rows, find_withheld_rows
from dossiers.backoffice.partners.states import get_state_label, needs_action
from dossiers.backoffice.partners.undone_rows import group_undone_rows, leaves_supplies
from dossiers.models import Action, ImportRow, ImportRun, Supply
from dossiers.models.dossiers.supply import get_supplied_name
from dossiers.spreadsheets.imports.continuation import LineDecisions, find_line_decisions
from dossiers.spreadsheets.imports.doubtful_numbers import has_unanswered
from dossiers.spreadsheets.imports.sender_counts import get_counts_for_sender
from dossiers.spreadsheets.imports.sent_lists import find_same_sent_list, find_undecided_lists
from dossiers.spreadsheets.imports.staging import resource_for

MAX_NAMES = 50
UNDO_EFFECTS = {
    "deleted": _("No longer among your people"),
    "restored": _("Again as you gave them before"),
    "staying": _("Still among your people"),
    "again": _("Among your people again, by a later list"),
}


def name_rows(rows: QuerySet[ImportRow]) -> str:
    """Return the names that the partner supplied in these rows, or before; those beyond MAX_NAMES are counted."""
    values = rows.order_by("line").values_list("given", "supply_before")
    supplied = [get_supplied_name((before or {}).get("values", {}) | cells) for cells, before in values]
    names = list(filter(None, supplied))
    if len(names) > MAX_NAMES:
        more = gettext("and %(number)d more") % {"number": len(names) - MAX_NAMES}
        return f"{', '.join(names[:MAX_NAMES])} {more}"
    return ", ".join(names)


class OwnListsView(ImportRoleMixin, NamedCountMixin, BaseListingView):
    """The partner's lists."""

    role = PARTNER
    template_name = "dossiers/partners/lists.html"
    page_title = _("Our lists")
    verbose_name, verbose_name_plural = _("list"), _("lists")
    header_icon = "upload"
    index_url_name = "dossiers_partner_lists"
    paginate_by = 50
    default_ordering = "-created_at"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "file_name",
                label=_("File"),
                accessor=lambda run: get_run_name(run, shows_person=True),
                get_url=lambda run: reverse("dossiers_partner_list", args=[run.pk]),
            ),
            StatusTagColumn("state", label=_("State"), accessor=get_state_label, primary=needs_action),
            Column("organisation", label=_("Organisation")),
            Column("user", label=_("By"), accessor=lambda run: get_person_name(run.user) if run.user else "–"),
            DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
        ]

    def get_base_queryset(self) -> QuerySet[ImportRun]:
        runs = self.role.get_visible_runs(self.request.user).select_related("organisation", "user")
        return annotate_typed_person(runs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Write to the access log how many people are named on the page."""
        named = [run for run in context["object_list"] if get_run_name(run, shows_person=True) != run.file_name]
        log_list_access(self.request, self.page_title, len(named))
        return super().render_to_response(context, **kwargs)


class OwnListView(RunView):
    """The page of a list for partners; its rows are shown only until a coordinator opens it."""

    role = PARTNER
    page_title = _("Our list")

    @property
    def shows_people(self) -> bool:
        is_undone = self.object.state == ImportRun.State.UNDONE
        return self.shows_preview or self.shows_rejected_rows or (is_undone and self.object.rows.exists())

    @cached_property
    def decisions(self) -> LineDecisions:
        return find_line_decisions(self.object)

    @cached_property
    def shows_rejected_rows(self) -> bool:
        is_decided = self.object.state in (ImportRun.State.APPLIED, ImportRun.State.UNDONE)
        return is_decided and find_rejected_rows(self.object, self.decisions).exists()

    def get_other_template_name(self) -> str:
        return "dossiers/partners/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        context = super().get_context_data(**kwargs) | {"state": get_state_label(run), "word": self.note}
        if self.shows_rejected_rows:
            pagination = paginate(self.request, find_rejected_rows(run, self.decisions))
            rows = build_rejected_rows(run, list(pagination["page"].object_list), self.decisions)
            context |= pagination | {"rejected_rows": rows}
        if run.state == ImportRun.State.APPLIED:
            counts, decisions = get_counts_for_sender(run), self.decisions
            undecided = len(decisions.undecided) if decisions.is_undecided else 0
            moved = len(decisions.later_lines)
            context |= describe_columns(run) | {
                "counts": counts,
                "supply_changes": run.count_supply_changes()._replace(added=0),  # it may not know of others
                "undecided": undecided,
                "moved": moved,
                "later_decisions": decisions.describe(),
                "not_taken": counts.get(Action.SKIPPED, undecided + moved) - undecided - moved,
                "withheld": find_withheld_rows(run).count(),
            }
        elif run.state == ImportRun.State.UNDONE:
            context["undone_by"] = get_person_name(run.undone_by)
            if run.rows.exists():
                undone_rows = group_undone_rows(run)
                rows_by_effect = undone_rows._asdict()
                context["is_partly_undone"] = leaves_supplies(undone_rows.staying)
                context["supplies"] = {effect: rows.count() for effect, rows in rows_by_effect.items()}
                context["supplied_names"] = [
                    (UNDO_EFFECTS[effect], names)
                    for effect, rows in rows_by_effect.items()
                    if (names := name_rows(rows))
                ]
        return context

    @property
    def note(self) -> str:
        """Return the coordinator's note about this list, or about the returned list that it replaces."""
        before = self.object.continues
        note_before = before.returned_word if before and before.by_partner else ""
        return self.object.returned_word or note_before

    def get_preview_context(self) -> dict[str, Any]:
        run, context = self.object, super().get_preview_context()
        return (
            context
            | {
                "sendable": run.worth_sending,
                "possible_bsns": context["can_edit"] and has_unanswered(run, resource_for(run).sheet_fields()),
            }
            | (self.get_earlier_lists() if context["can_edit"] and not run.by_hand else {})
        )

    def get_earlier_lists(self) -> dict[str, Any]:
        """Return the list that was sent with the same rows, if any, and the other ones that still wait."""
        same_list = find_same_sent_list(self.object)
        undecided_lists = [earlier for earlier in find_undecided_lists(self.object) if earlier != same_list]
        return {
            "same_list": same_list,
            "same_list_state": get_state_label(same_list) if same_list else "",
            "undecided_lists": undecided_lists,
        }

    def build_rows(self, rows: list[ImportRow]) -> list[ShownRow]:
        """Return the rows for the page; people whom the row does not name have the name that the partner supplied."""
        supplies = Supply.objects.filter(
            organisation=self.object.organisation_id, pk__in=[row.supply_id for row in rows]
        )
        names = {supply.pk: supply.full_name for supply in supplies}
        shown_rows = super().build_rows(rows)
        for row, shown in zip(rows, shown_rows, strict=True):
            name = names.get(row.supply_id or 0, "")
            if row.action == Action.ABSENT:
                shown.who = " ".join(filter(None, [name, row.given.get("external_id")]))
            elif not shown.who:
                shown.who = name
        return shown_rows
