"""The view that undoes an import, after showing what is restored and what is not, and why."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from admin_pages.pages import AdminPageMixin, Link
from admin_pages.pagination import paginate
from admin_pages.tabs import build_tabs
from dates.format import format_date
from dossiers.backoffice.access_log import log_import_access
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.change_sets import UndoPageMixin, get_undo_plan_context
from dossiers.backoffice.imports.previews import Change, ShownRow, build_shown_rows, format_cell
from dossiers.backoffice.imports.roles import ImportRoleMixin
from dossiers.backoffice.labels import get_actor_name
from dossiers.models import ImportRow, ImportRun, Merge, RecordKind
from dossiers.spreadsheets.field_histories import FieldHistory, fill_histories
from dossiers.spreadsheets.imports.single_row import find_open_changes
from dossiers.spreadsheets.provenance import get_steps
from dossiers.spreadsheets.resources import EmployerResource
from dossiers.spreadsheets.undo.earlier_imports import SUPPLY
from dossiers.spreadsheets.undo.plan import CREATION, EMPLOYER, Plan, record_resource
from dossiers.spreadsheets.undo.planner import plan_undo
from dossiers.spreadsheets.undo.reasons import EDITED, MERGED, reason_text
from dossiers.spreadsheets.undo.restore import LEFT
from dossiers.tasks import undo_import

PLAN_CACHE_SECONDS = 120  # so that the next page of the plan needs no new computation
STAYING, RESTORED, REMOVED, SUPPLIES = "staying", "restored", "removed", "supplies"
LABELS = {REMOVED: _("goes"), RESTORED: _("comes back"), STAYING: _("stays"), SUPPLIES: _("only the supply")}


@dataclass
class UndoneRow:
    """A row of the import: the values that are restored, and those that stay with the reasons."""

    row: ShownRow
    back: list[Change] = field(default_factory=list)
    stays: list[tuple[str, str, str]] = field(default_factory=list)  # (label, reasons, last change of the field)
    last_change: str = ""  # of the record; empty if the fields tell theirs
    merged_into: tuple[str, str] | None = None  # name and URL of the dossier that took it in
    loses_supply: bool = False  # what the list supplied goes, while the dossier stays
    supply_back: list[Change] = field(default_factory=list)  # of the supply only, not of the dossier
    dossier_keeps: str = ""  # labels of the fields that the list supplied and that stay in the dossier
    creator: int | None = None  # number of the undone import that created the record, which goes too
    employer_back: list[Change] = field(default_factory=list)
    interest_goes: bool = False  # while something of its employer stays or is restored


def get_undo_context(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """Return the template context of a plan: the counts and one page of one of its parts."""
    records = {STAYING: plan.left_records(), RESTORED: plan.restored(), REMOVED: plan.removed()}
    counts = {name: rows.count() for name, rows in records.items()}
    of_employers = plan.run.rows.filter(pk__in_batch=list(plan.restored_employers))
    restored = records[RESTORED].values("pk")
    parts = records | {STAYING: plan.left(), RESTORED: records[RESTORED] | of_employers}
    parts[SUPPLIES] = plan.returned_supplies().exclude(pk__in=restored)
    line_counts = {name: part.count() for name, part in parts.items()}
    meta = record_resource(plan.run)._meta.model._meta
    requested = request.GET.get("show", "")
    shown = requested if requested in parts else next((name for name in parts if line_counts[name]), REMOVED)
    pagination = paginate(request, parts[shown].order_by("line", "pk"))
    return (
        pagination
        | get_undo_plan_context(plan)
        | {
            "undo_counts": counts,
            "returned_supplies": line_counts[SUPPLIES],
            "nouns": {
                name: str(meta.verbose_name if count == 1 else meta.verbose_name_plural)
                for name, count in counts.items()
            },
            "undo_tabs": build_tabs("show", LABELS.items(), line_counts, shown),
            "partly_restored": records[STAYING].filter(pk__in=restored).count(),
            "employer_counts": {
                STAYING: plan.count_left_employers(),
                RESTORED: len(plan.restored_employers),
                REMOVED: plan.employers,
            },
            "created_earlier": len(plan.creators),
            "supplies_left": plan.count_left_supplies(),
            "reaches_undone_supplies": plan.reaches_undone_supplies,
            "shown": shown,
            "show_by": "show",
            "undo_rows": _build_rows(plan, shown, list(pagination["page"].object_list)),
        }
    )


def _build_rows(plan: Plan, shown: str, rows: list[ImportRow]) -> list[UndoneRow]:
    is_staying = shown == STAYING
    keys = [row.target_id for row in rows if row.target_id] if is_staying else []
    merges = _find_merges(plan.run, keys)
    merged_into = {
        key: (f"{merge.kept.full_name} ({merge.kept.reference})", get_record_url(merge.kept))
        for key, merge in merges.items()
    }
    last = _describe_last_changes(plan.run, keys, merges)
    changes_by_field = _describe_field_changes(plan, rows) if is_staying else {}
    fields = record_resource(plan.run).sheet_fields()
    labels = {name: str(field.column_name) for name, field in fields.items()}
    employer_labels = {labels[name] for name in plan.employer_names & labels.keys()}
    labels |= {LEFT: gettext("all of it"), SUPPLY: gettext("the supply"), EMPLOYER: gettext("the employer")}
    is_dossier = plan.run.record == RecordKind.DOSSIERS
    labels[CREATION] = gettext("the dossier") if is_dossier else gettext("the employer interest")
    if not is_dossier:
        labels[LEFT] = labels[CREATION]  # its employer may be restored
    rows_in_words = []
    for row, in_words in zip(
        rows, build_shown_rows(plan.run, [plan.set_replaced_changes(row) for row in rows]), strict=True
    ):
        why = plan.reasons.get(row.pk, {})
        gone = {labels[name] for name in why}
        last_changes = changes_by_field.get(row.pk, {})
        of_record = {
            name for name, codes in why.items() if name in (LEFT, CREATION) or not {EDITED, MERGED}.isdisjoint(codes)
        }
        unexplained = of_record - last_changes.keys()
        changes = [] if row.pk in plan.creators else in_words.changes
        staying_fields = row.given.keys() - (row.changes.keys() - why.keys() if LEFT not in why else set())
        supply_back = {} if plan.removes(row) else plan.find_supply_changes(row)
        employer_back = [
            Change(labels[name], format_cell(fields, name, new), format_cell(fields, name, old))
            for name, (old, new) in plan.restored_employers.get(row.pk, {}).items()
        ]
        rows_in_words.append(
            UndoneRow(
                in_words,
                [
                    Change(c.label, c.new, c.old)
                    for c in changes
                    if LEFT not in why and c.label not in gone | employer_labels and c.old != c.new
                ],
                [
                    (
                        gettext("the dossier") if name == LEFT and plan.loses_supply(row) else labels[name],
                        ", ".join(map(reason_text, reasons)),
                        last_changes.get(name, ""),
                    )
                    for name, reasons in why.items()
                ],
                last.get(row.target_id or 0, "") if unexplained - plan.employer_names else "",
                merged_into.get(row.target_id or 0),
                row.pk not in plan.creators
                and (plan.loses_supply(row) or bool(in_words.adds_supply and not {LEFT, SUPPLY}.intersection(why))),
                [
                    Change(
                        in_words.number.label if name == "external_id" and in_words.number else labels[name],
                        format_cell(fields, name, new),
                        format_cell(fields, name, old),
                    )
                    for name, (old, new) in supply_back.items()
                    if name in staying_fields
                ],
                ", ".join(labels[name] for name in fields if name in staying_fields - {"external_id", "reference"}),
                plan.creators.get(row.pk),
                employer_back,
                plan.has_employers and plan.removes(row) and bool(employer_back or why),
            )
        )
    return rows_in_words


def _describe_field_changes(plan: Plan, rows: list[ImportRow]) -> dict[int, dict[str, str]]:
    """Return a sentence about the last change of each field that was changed since, by row and field.

    For an import that was undone, these are the last changes before its undo.
    """
    histories: dict[int, dict[str, FieldHistory]] = {
        row.pk: {name: FieldHistory(None) for name, why in plan.reasons.get(row.pk, {}).items() if EDITED in why}
        for row in rows
    }
    resource = record_resource(plan.run)
    until = plan.run.undone_at
    fill_histories(resource, [(row.target_id or 0, histories[row.pk]) for row in rows], until)
    if resource.kind == RecordKind.EMPLOYER_INTEREST:
        fill_histories(EmployerResource(), [(row.employer_id or 0, histories[row.pk]) for row in rows], until)
    origins = [history.origin for fields in histories.values() for history in fields.values() if history.origin]
    users = User.objects.in_bulk([origin.user_id for origin in origins if origin.user_id])
    runs = ImportRun.objects.in_bulk([origin.run_id for origin in origins if origin.run_id])
    return {
        pk: {
            name: _describe_change(
                gettext("Changed last on %(day)s by %(who)s"),
                origin.at,
                users.get(origin.user_id or 0),
                runs.get(origin.run_id or 0),
            )
            for name, history in fields.items()
            if (origin := history.origin) and origin.run_id != plan.run.pk
        }
        for pk, fields in histories.items()
    }


def _describe_change(sentence: str, at: datetime, user: User | None, run: ImportRun | None) -> str:
    text = sentence % {"day": format_date(at), "who": get_actor_name(user)}
    return f"{text} ({run.file_name})" if run else text


def _find_merges(run: ImportRun, keys: list[int]) -> dict[int, Merge]:
    """Return the merges of dossiers into others, by the key of the dossier that went, as before the undo of the run."""
    if run.record != RecordKind.DOSSIERS or not keys:
        return {}
    until = run.undone_at or timezone.now()
    merges = Merge.objects.filter(Q(undone_at=None) | Q(undone_at__gt=until), other_id__in=keys, applied_at__lt=until)
    return {merge.other_id: merge for merge in merges.select_related("kept", "user")}


def _describe_last_changes(run: ImportRun, keys: list[int], merges: dict[int, Merge]) -> dict[int, str]:
    """Return a sentence about the last change of each record since the import, or about its merge, by id.

    Changes by the import itself are left out, those from its undo on, and those that were undone.
    """
    model: Any = record_resource(run)._meta.model
    until = run.undone_at or timezone.now()
    since = run.applied_at or until  # without it the process of the import was killed
    steps = get_steps(model, until).filter(id__in=keys, history_date__gt=since, is_undone=False)
    steps = steps.exclude(import_run=run)
    sentence = (
        gettext("Last change of the dossier: on %(day)s by %(who)s")
        if run.record == RecordKind.DOSSIERS
        else gettext("Last change of the employer interest: on %(day)s by %(who)s")
    )
    changes = {}
    for step in steps.select_related("history_user", "import_run").order_by("history_date", "history_id"):
        changes[step.id] = _describe_change(sentence, step.history_date, step.history_user, step.import_run)
    for key, merge in merges.items():
        changes[key] = gettext("Merged into %(reference)s on %(day)s by %(who)s") % {
            "reference": merge.kept.reference,
            "day": format_date(merge.applied_at),
            "who": get_actor_name(merge.user),
        }
    return changes


def get_undone_context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """Return the template context of an undone import."""
    by = get_actor_name(run.undone_by)
    return get_undo_context(request, Plan.from_undone(run)) | {"undone_by": by}


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

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.change_set
        if not run.find_undo_refusal() and plan_undo(run).leaves_everything:
            return redirect("dossiers_import_undo", pk)  # its page says why and what to do first
        return super().post(request, pk)

    def start_undo(self) -> None:
        undo_import.enqueue(self.change_set.pk)
