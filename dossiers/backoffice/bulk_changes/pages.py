"""The page of a bulk change in any state: its preview, its result and its undo."""

from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages

from admin_pages.pages import AdminPageMixin, Link
from admin_pages.pagination import paginate
from admin_pages.tabs import build_tabs
from admin_pages.users import get_actor_name, get_person_name
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.bulk_changes.background import run_or_enqueue
from dossiers.backoffice.bulk_changes.rows import build_shown_lines, find_lost_reasons, format_values
from dossiers.backoffice.change_sets import UndoPageMixin, get_undo_plan_context
from dossiers.backoffice.labels import NOTHING, format_count
from dossiers.backoffice.listing.query_strings import get_filtered_list_url, without_selection
from dossiers.backoffice.progress import get_progress_context, serialize_progress
from dossiers.bulk_changes.available_fields import get_field
from dossiers.bulk_changes.fields import NONE, StatusField
from dossiers.bulk_changes.undo import BulkUndoPlan, plan_undo
from dossiers.models import BulkChange, BulkRow, Employer, EmployerInterest, Merge
from dossiers.models.bulk_change import PREVIEW_EXPIRED
from dossiers.models.imports.import_row import GONE
from dossiers.spreadsheets.undo.reasons import CREATOR_UNDONE, MERGED

MAX_PLANNED_RECORDS = 1_000  # each former value is validated before the page of the undo is shown
Action, State = BulkRow.Action, BulkChange.State
# The names of the tabs with the rows of which an undo deletes the record, restores the value or leaves it.
REMOVED, RESTORED, STAYS, DELETED = "removed", "restored", "stays", "deleted"


class BulkChangeMixin:
    """Base of the pages about a bulk change that the user may see."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def change(self) -> BulkChange:
        visible = BulkChange.objects.visible_to(self.request.user).select_related("user", "undone_by")
        return get_object_or_404(visible, pk=self.kwargs["pk"])


class ChangePage(BulkChangeMixin, AdminPageMixin, TemplateView):
    """The page of a bulk change."""

    header_icon = "edit"
    page_title = _("Bulk change")

    def get_template_names(self) -> list[str]:
        return [f"dossiers/bulk/{'busy' if self.change.busy else 'change'}.html"]

    @cached_property
    def what(self) -> str:
        """Return the field and its new value, such as "Status → intake"."""
        field = get_field(self.change)
        (value,) = format_values(field, [self.change.given])
        return f"{field.label} → {NONE if value == NOTHING else value}"

    def get_page_subtitle(self) -> str:
        return f"{capfirst(str(self.change.model._meta.verbose_name_plural))} · {self.what}"

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_bulk_changes"), _("Bulk changes"))]

    @cached_property
    def planned_rows(self) -> dict[int, BulkRow]:
        """The rows by key as an undo would store them; empty if the page does not show an undo."""
        return {}

    def get_parts(self) -> dict[str, tuple[str, QuerySet[BulkRow]]]:
        """Return {name: (label, rows)} of the tabs."""
        rows = self.change.rows.all()
        changed = rows.filter(action=Action.CHANGES)
        if self.change.state in (State.APPLIED, State.UNDONE):
            undone = self.change.state == State.UNDONE
            reached = rows.filter(Q(action=Action.CHANGES) | Q(former__isnull=False)) if undone else rows.none()
            return {
                Action.CHANGES: (gettext("changed"), changed),
                REMOVED: (gettext("deleted by the undo"), reached.filter(kept=CREATOR_UNDONE)),
                RESTORED: (gettext("put back by the undo"), reached.filter(kept="")),
                STAYS: (gettext("left by the undo"), reached.exclude(kept__in=("", CREATOR_UNDONE, GONE))),
                DELETED: (gettext("deleted before the undo"), reached.filter(kept=GONE)),
                Action.REFUSED: (gettext("refused"), rows.filter(action=Action.REFUSED)),
                Action.SAME: (gettext("had it already"), rows.filter(action=Action.SAME)),
            }
        return {action.value: (str(action.label), rows.filter(action=action)) for action in Action}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"change": self.change, "what": self.what}
        if self.change.busy:
            return context | get_progress_context(self.change)
        return context | self.get_table_context() | self.get_summary_context()

    def get_table_context(self) -> dict[str, Any]:
        """Return the template context of the tabs and one page of rows."""
        parts = self.get_parts()
        counts = {name: rows.count() for name, (_label, rows) in parts.items()}
        requested = self.request.GET.get("show", "")
        current = (
            requested if requested in parts else next((name for name in parts if counts[name]), Action.CHANGES.value)
        )
        pagination = paginate(self.request, parts[current][1])
        rows = [self.planned_rows.get(row.pk, row) for row in pagination["page"].object_list]
        shown = build_shown_lines(self.change, rows, of_undo=current == RESTORED)
        log_list_access(self.request, self.change, len(shown))
        return pagination | {
            "counts": {str(name): count for name, count in counts.items()},
            "tabs": build_tabs("show", [(name, label) for name, (label, _rows) in parts.items()], counts, current),
            "lines": shown,
            "shown": current,
            "show_by": "show",
        }

    def get_removed_employers(self) -> list[str]:
        """Return the names of the employers that the undo deleted with their interests."""
        if self.change.state != State.UNDONE or self.change.model is not EmployerInterest:
            return []
        reasons = self.change.get_reasons_in_all_languages()
        steps = Employer.history.filter(history_type="-", history_change_reason__in=reasons)
        return list(steps.order_by("company_name").values_list("company_name", flat=True))

    def count_deleted_since(self) -> int:
        """Return how many records that the undo restored or left were deleted since, and not merged."""
        change = self.change
        if change.state != State.UNDONE:
            return 0
        known = (GONE, MERGED, CREATOR_UNDONE)
        rows = change.rows.filter(action=Action.CHANGES).exclude(kept__in=known)
        is_there = Exists(change.model._base_manager.filter(pk=OuterRef("record_id")))
        gone = set(rows.filter(~is_there).values_list("record_id", flat=True))
        return len(gone - Merge.objects.find_merged(change.model, gone))

    def count_lost_reasons(self) -> int:
        """Return how many records lose a closing reason, which was filled in since, with the status that is undone."""
        if not isinstance(get_field(self.change), StatusField) or RESTORED not in (parts := self.get_parts()):
            return 0
        return len(find_lost_reasons(self.change, [self.planned_rows.get(row.pk, row) for row in parts[RESTORED][1]]))

    def get_summary_context(self) -> dict[str, Any]:
        change = self.change
        return {
            "all_of_them": format_count(change.model, change.rows.count()),
            "changing": format_count(change.model, change.count),
            "forgotten": change.forgotten_count,
            "deleted_since": self.count_deleted_since(),
            "lost_reasons": self.count_lost_reasons(),
            "takes_reasons": isinstance(get_field(change), StatusField),
            "removed_employers": self.get_removed_employers(),
            "can_undo": not change.find_undo_refusal(),
            "by": get_actor_name(change.user),
            "undone_by": get_person_name(change.undone_by),
            "list_url": get_filtered_list_url(
                change.model, without_selection(QueryDict(change.query)).urlencode() or "view=all"
            ),
        }


class ApplyView(BulkChangeMixin, View):
    """Apply the change; a large one in the background."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = self.change
        if change.state == State.PREVIEWED and not change.rows.exists():
            messages.error(request, PREVIEW_EXPIRED)
            return redirect("dossiers_bulk_change", pk)
        with transaction.atomic():
            if change.count and change.claim(State.PREVIEWED, State.APPLYING):
                run_or_enqueue(change, change.rows.count())
            else:
                messages.error(request, gettext("There is nothing to change here any more."))
        return redirect("dossiers_bulk_change", pk)


class DiscardView(ChangePage):
    """Ask for confirmation and discard a preview."""

    header_icon = "bin"
    page_title = _("Throw this bulk change away")

    def get_template_names(self) -> list[str]:
        return ["dossiers/bulk/discard.html"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.change.state != State.PREVIEWED:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.change.discard():
            messages.success(request, gettext("“%(name)s” was thrown away.") % {"name": self.what})
            return redirect("dossiers_bulk_changes")
        messages.error(request, gettext("This bulk change was applied meanwhile."))
        return redirect("dossiers_bulk_change", pk)


class UndoView(UndoPageMixin, ChangePage):
    """Show what is restored and what is not, and why; undo the change after confirmation."""

    header_icon = "history"
    page_title = _("Undo a bulk change")
    change_set_url_name = "dossiers_bulk_change"

    @property
    def change_set(self) -> BulkChange:
        return self.change

    def get_template_names(self) -> list[str]:
        return ["dossiers/bulk/undo.html"]

    @cached_property
    def plan(self) -> BulkUndoPlan | None:
        """The effect of the undo; None for a change of so many records that it is only known after the undo."""
        return plan_undo(self.change) if self.change.rows.count() <= MAX_PLANNED_RECORDS else None

    def get_present_plan(self) -> BulkUndoPlan | None:
        return self.plan

    def get_removed_employers(self) -> list[str]:
        return [str(employer) for employer in self.plan.removed_employers] if self.plan else []

    @property
    def planned_rows(self) -> dict[int, BulkRow]:
        return self.plan.rows if self.plan else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"plan": self.plan}
        if self.plan is None:
            return context
        refusal = self.plan.describe_refusal() if self.plan.leaves_everything else ""
        older_values = sum(not row.kept and row.is_old_corrected for row in self.plan.rows.values())
        context |= get_undo_plan_context(self.plan) | {"reasons": self.plan.describe_counted_reasons()}
        values = {"older_values": older_values, "former_values": self.plan.restored - older_values}
        return context | values | {"refusal": refusal}

    def get_parts(self) -> dict[str, tuple[str, QuerySet[BulkRow]]]:
        rows = self.change.rows.all()
        if self.plan is None:
            return {Action.CHANGES: (gettext("changed"), rows.filter(action=Action.CHANGES))}
        deleted = {row.pk for row in self.plan.left if row.kept == GONE}
        staying = {row.pk for row in self.plan.left} - deleted
        removed = {pk for pk, row in self.plan.rows.items() if row.kept == CREATOR_UNDONE}
        restored = self.plan.rows.keys() - staying - removed - deleted
        return {
            REMOVED: (gettext("is deleted"), rows.filter(pk__in_batch=list(removed))),
            RESTORED: (
                gettext("comes back"),
                rows.filter(pk__in_batch=list(restored)),
            ),
            STAYS: (gettext("stays"), rows.filter(pk__in_batch=list(staying))),
            DELETED: (gettext("was deleted"), rows.filter(pk__in_batch=list(deleted))),
        }

    def start_undo(self) -> None:
        run_or_enqueue(self.change, self.change.rows.count())


class ProgressView(BulkChangeMixin, View):
    """Return the progress as JSON."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return JsonResponse(serialize_progress(self.change))
