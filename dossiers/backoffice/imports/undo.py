"""Taking an import back: first what comes back, what stays and why; then the button."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from dossiers.backoffice.access_log import note_lines
from dossiers.backoffice.imports.previews import Change, ShownRow, shown_rows
from dossiers.backoffice.labels import person_name
from dossiers.models import ImportRow, ImportRun
from dossiers.spreadsheets.undo import plan as undo_plan
from dossiers.spreadsheets.undo import undo
from dossiers.spreadsheets.undo.plan import EMPLOYER, SUPPLY, Plan, record_resource
from dossiers.spreadsheets.undo.reasons import reason_text
from dossiers.spreadsheets.undo.restore import LEFT
from dossiers.tasks import undo_import

ROWS_A_PAGE = 50
PLAN_KEPT = 120  # seconds: turning its pages works nothing out again
STAYING, RESTORED, REMOVED = "staying", "restored", "removed"
LABELS = {REMOVED: _("goes"), RESTORED: _("comes back"), STAYING: _("stays")}


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int
    current: bool


@dataclass
class UndoneRow:
    """One line of the list: what of it comes back, and what stays and why."""

    row: ShownRow
    back: list[Change] = field(default_factory=list)
    stays: list[tuple[str, str]] = field(default_factory=list)  # what, why
    last_change: str = ""


def undo_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """What a page about this plan shows: counts, one part of it, paged."""
    parts = {STAYING: plan.staying(), RESTORED: plan.restored(), REMOVED: plan.removed()}
    counts = {name: part.count() for name, part in parts.items()}
    requested = request.GET.get("show", "")
    shown = requested if requested in parts else next((name for name in parts if counts[name]), REMOVED)
    page = Paginator(parts[shown].order_by("line", "pk"), ROWS_A_PAGE).get_page(request.GET.get("p"))
    return {
        "undo_counts": counts,
        "nouns": {name: _noun(plan.run, count) for name, count in counts.items()},
        "undo_tabs": [Tab(name, str(label), counts[name], name == shown) for name, label in LABELS.items()],
        "employers_going": plan.employers,
        "shown": shown,
        "show_by": "show",
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "undo_rows": _rows(plan, shown, list(page.object_list)),
    }


def _noun(run: ImportRun, count: int) -> str:
    meta = record_resource(run)._meta.model._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


def _rows(plan: Plan, shown: str, rows: list[ImportRow]) -> list[UndoneRow]:
    last = _last_changes(plan.run, [row.target_id for row in rows if row.target_id]) if shown == STAYING else {}
    labels = {name: str(field.column_name) for name, field in record_resource(plan.run).sheet_fields().items()}
    labels |= {LEFT: gettext("all of it"), SUPPLY: gettext("the supply"), EMPLOYER: gettext("the employer")}
    rows_in_words = []
    for row, in_words in zip(rows, shown_rows(plan.run, [plan.tell(row) for row in rows]), strict=True):
        why = plan.kept.get(row.pk, {})
        gone = {labels[name] for name in why}
        rows_in_words.append(
            UndoneRow(
                in_words,
                [Change(c.label, c.new, c.old) for c in in_words.changes if LEFT not in why and c.label not in gone],
                [(labels[name], ", ".join(map(reason_text, reasons))) for name, reasons in why.items()],
                last.get(row.target_id or 0, ""),
            )
        )
    return rows_in_words


def _last_changes(run: ImportRun, keys: list[int]) -> dict[int, str]:
    """Who changed these records last, when, and by which list; what the run and its undo did themselves left out."""
    model: Any = record_resource(run)._meta.model
    steps = model.history.filter(id__in=keys).exclude(import_run=run).select_related("history_user", "import_run")
    changes = {}
    for step in steps.filter(history_date__gt=run.applied_at).order_by("history_date", "history_id"):
        day = f"{timezone.localtime(step.history_date):%d-%m-%Y}"
        who = person_name(step.history_user) if step.history_user else gettext("the system or the command line")
        text = gettext("Changed last on %(day)s by %(who)s") % {"day": day, "who": who}
        changes[step.id] = f"{text} ({step.import_run.file_name})" if step.import_run else text
    return changes


def undone_context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """What the page of an undone import shows: what its undo did."""
    by = person_name(run.undone_by) if run.undone_by else gettext("the system or the command line")
    return undo_context(request, Plan.of_undone(run)) | {"undone_by": by}


class UndoView(PermissionRequiredMixin, WagtailAdminTemplateMixin, DetailView):
    """What an undo of this import would do; a POST does it, in the background."""

    permission_required = "dossiers.add_importrun"
    template_name = "dossiers/imports/undo.html"
    context_object_name = "run"
    header_icon = "history"
    page_title = _("Undo an import")
    object: ImportRun

    def get_queryset(self) -> QuerySet:
        return ImportRun.objects.visible_to(self.request.user).select_related("organisation")

    def get_page_subtitle(self) -> str:
        return self.object.file_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        run = {"url": reverse("dossiers_import", args=[self.object.pk]), "label": self.object.file_name}
        here = {"url": "", "label": self.get_page_title()}
        return [*self.breadcrumbs_items, {"url": reverse("dossiers_imports"), "label": _("Imports")}, run, here]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if reason := undo.refusal(self.object):
            messages.error(request, reason)
            return redirect("dossiers_import", self.object.pk)
        note_lines(request, self.object)
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | undo_context(self.request, self._plan())

    def _plan(self) -> Plan:
        """Worked out anew for who opens the page, kept while they turn its pages; the undo itself looks again."""
        key = f"undo-plan-{self.object.pk}"
        if "show" in self.request.GET and (known := cache.get(key)):
            return Plan(self.object, *known)
        plan = undo_plan.plan(self.object)
        cache.set(key, (plan.kept, plan.whole, plan.employers, plan.statuses), PLAN_KEPT)
        return plan

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = get_object_or_404(self.get_queryset(), pk=pk)
        try:
            with transaction.atomic():
                undo.begin(run)
                undo_import.enqueue(run.pk, request.user.pk)
        except undo.NotUndone as reason:
            messages.error(request, str(reason))
        return redirect("dossiers_import", pk)
