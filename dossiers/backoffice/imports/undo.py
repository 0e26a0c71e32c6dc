"""The view that undoes an import, after showing what is restored and what is not, and why."""

from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from admin_pages.pages import AdminPageMixin, Link
from admin_pages.pagination import paginate
from admin_pages.tabs import build_tabs
from admin_pages.users import get_actor_name
from dossiers.backoffice.access_log import log_import_access
from dossiers.backoffice.change_sets import UndoPageMixin, get_undo_plan_context
from dossiers.backoffice.imports.left_records import LeftRecords
from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.backoffice.imports.undo_rows import build_undo_rows
from dossiers.models import ImportRow, ImportRun, Merge
from dossiers.spreadsheets.imports.profiles import get_answers
from dossiers.spreadsheets.imports.single_row import find_open_changes
from dossiers.spreadsheets.undo.plan import Plan, record_resource
from dossiers.spreadsheets.undo.planner import plan_undo
from dossiers.spreadsheets.undo.reasons import MERGED, RENEWED
from dossiers.tasks import undo_import

PLAN_CACHE_SECONDS = 120  # so that the next page of the plan needs no new computation
STAYING, RESTORED, REMOVED, SUPPLIES = "staying", "restored", "removed", "supplies"
LABELS = {REMOVED: _("goes"), RESTORED: _("comes back"), STAYING: _("stays"), SUPPLIES: _("only the supply")}


def get_undo_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """Return the template context of a plan: the counts and one page of one of its parts."""
    records = {STAYING: plan.left_records(), RESTORED: plan.restored(), REMOVED: plan.removed()}
    counts = {name: rows.count() for name, rows in records.items()}
    of_employers = plan.run.rows.filter(pk__in_batch=list(plan.restored_employers))
    restored = records[RESTORED].values("pk")
    parts = records | {STAYING: plan.staying(), RESTORED: records[RESTORED] | of_employers}
    parts[SUPPLIES] = plan.returned_supplies().exclude(pk__in=restored)
    can_have_emptied_reason = Q(changes__has_key="closing_reason") | Q(pk__in_batch=list(plan.replaced_changes))
    opened = records[RESTORED].filter(can_have_emptied_reason).only("run", "action", "changes", "target_id")
    line_counts = {name: part.count() for name, part in parts.items()}
    meta = record_resource(plan.run)._meta.model._meta
    requested = request.GET.get("show", "")
    shown = requested if requested in parts else next((name for name in parts if line_counts[name]), REMOVED)
    pagination = paginate(request, parts[shown].order_by("line", "pk"))
    return (
        pagination
        | get_undo_plan_context(plan)
        | {
            "reasons": plan.describe_staying(),
            "undo_counts": counts,
            "gone_before": len(plan.gone),
            "gone_before_noun": meta.verbose_name if len(plan.gone) == 1 else meta.verbose_name_plural,
            "returned_supplies": line_counts[SUPPLIES],
            "supplies_gone": _count_gone(plan, parts[SUPPLIES]) if plan.run.undone_at else 0,
            "nouns": {
                name: str(meta.verbose_name if count == 1 else meta.verbose_name_plural)
                for name, count in counts.items()
            },
            "undo_tabs": build_tabs("show", LABELS.items(), line_counts, shown),
            "lost_reasons": len(plan.find_lost_reasons(opened)),
            "partly_restored": records[STAYING].filter(pk__in=restored).count(),
            "employer_counts": {
                STAYING: plan.count_left_employers(),
                RESTORED: len(plan.restored_employers),
                REMOVED: plan.employers,
            },
            "gave_answers": bool(get_answers(plan.run)),
            "created_earlier": len(plan.creators),
            "supplies_left": plan.count_left_supplies(RENEWED),
            "supplies_merged": plan.count_left_supplies(MERGED),
            "reaches_undone_supplies": plan.reaches_undone_supplies,
            "shown": shown,
            "show_by": "show",
            "undo_rows": build_undo_rows(plan, list(pagination["page"].object_list), is_staying=shown == STAYING),
        }
    )


def get_undone_context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """Return the template context of an undone import."""
    plan = Plan.from_undone(run)
    left = LeftRecords(run, plan.reasons)
    gone, meta = _count_gone(plan, plan.left()), record_resource(run)._meta.model._meta
    return get_undo_context(request, plan) | {
        "undone_by": get_actor_name(run.undone_by),
        "supplies_left": left.count_renewed_supplies(),
        "supplies_restored": plan.count_restored_since(),
        "gone": gone,
        "gone_noun": meta.verbose_name if gone == 1 else meta.verbose_name_plural,
        "gone_employers": left.count_gone_employers(),
    }


def _count_gone(plan: Plan, rows: QuerySet[ImportRow]) -> int:
    """Return of how many of these rows of an undone import the record was deleted after the undo, and not merged."""
    gone = LeftRecords(plan.run, plan.reasons).find_gone(rows.values_list("pk", flat=True))
    keys = [key or 0 for key in gone.values_list("target_id", flat=True)]
    merged = Merge.objects.find_merged(record_resource(plan.run)._meta.model, keys)
    return sum(key not in merged for key in keys)


class UndoView(ImportRoleMixin, UndoPageMixin, AdminPageMixin, DetailView):
    """Show what undoing an import would do; a POST enqueues it."""

    template_name = "dossiers/imports/undo.html"
    context_object_name = "run"
    header_icon = "history"
    page_title = _("Undo an import")
    change_set_url_name = "dossiers_import"
    object: ImportRun

    def get_queryset(self) -> QuerySet:
        return self.get_runs().select_related("organisation")

    def get_page_subtitle(self) -> str:
        return self.object.file_name

    def get_parent_pages(self) -> list[Link]:
        return self.role.get_parent_pages(self.object)

    @cached_property
    def change_set(self) -> ImportRun:
        return super().get_object()

    def get_object(self, queryset: QuerySet | None = None) -> ImportRun:
        return self.change_set

    def render_to_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        log_import_access(self.request, self.object)
        return super().render_to_response(*args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        key = f"undo-plan-{self.object.pk}"
        # The plan is cached for a user who pages through it; the undo itself computes it again.
        if "show" in self.request.GET and (known := cache.get(key)):
            plan = replace(known, run=self.object)
        else:
            plan = plan_undo(self.object)
            cache.set(key, plan, PLAN_CACHE_SECONDS)
        if plan.leaves_everything:
            context["refusal"] = plan.describe_refusal()
        changes = [change for change, _supply in find_open_changes(plan.find_lost_supplies())]
        context["waiting_changes"] = (
            ImportRun.objects.undecided().filter(pk__in=[change.pk for change in changes]).count()
        )
        return context | get_undo_context(self.request, plan)

    def get_present_plan(self) -> Plan:
        return plan_undo(self.change_set)

    def start_undo(self) -> None:
        undo_import.enqueue(self.change_set.pk)
