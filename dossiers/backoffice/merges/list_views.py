"""The list of merges, undoing a merge, and redirects from dossiers that were merged into another one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.log_actions import LogActionRegistry, LogFormatter

from admin_pages.pages import BreadcrumbsMixin, Link
from dates.format import format_date
from dossiers.actions.generate import apply_work_elsewhere_rule
from dossiers.backoffice.access_log import LogsListAccess
from dossiers.backoffice.activity.subjects import get_list_link, get_list_url, get_record_url
from dossiers.backoffice.change_sets import get_undo_plan_context
from dossiers.backoffice.columns import PersonColumn
from dossiers.backoffice.gone_records import describe_merge, explain_if_gone, find_merge
from dossiers.backoffice.labels import get_heading
from dossiers.backoffice.list_exports import ExportableListMixin
from dossiers.backoffice.merges.merge import MergeBaseView, ValueFormatter, get_dossier_url, may_merge
from dossiers.backoffice.merges.undo import LateEffect, MergeUndoPlan, preview_undo, undo_merge
from dossiers.change_sets import acquire_lock
from dossiers.forgetting.value_parts import get_parts, has_part
from dossiers.models import Dossier, ImportRow, ImportRun, Merge, Sector, Status
from dossiers.models.change_set import NotUndone
from dossiers.models.merges.merge import SECTORS, get_version_mark
from dossiers.models.merges.undo import REASONS, get_merged_step
from dossiers.models.own_fields.own_field import PREFIX
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.models.snapshots import FIELDS, LISTS, get_json_value
from dossiers.spreadsheets.imports.columns.columns import REMARKS

MAX_LINKS = 5  # to records, in a message


def describe_left_values(left: dict[str, str], formatter: ValueFormatter) -> list[str]:
    """Return each value that an undo leaves, with its reason, such as "Profession (changed since)"."""
    return [f"{formatter.label(name)} ({REASONS[reason]})" for name, reason in left.items()]


@dataclass(frozen=True)
class LeftValue:
    """A value that an undo leaves in the kept dossier, with those that both dossiers had before the merge, as texts.

    `line` names the line of a list that gave it and the dossier that the line is about; it is empty if there is none.
    Of remarks, `of_other` has the lines that stood only in the other dossier before the merge, and `new` the lines that
    have nothing of what stood in either.
    """

    what: str
    now: str
    former: str
    other: str
    line: str
    of_other: str = ""
    new: str = ""


def list_left_values(undo_plan: MergeUndoPlan, formatter: ValueFormatter) -> list[LeftValue]:
    """Return the values that the undo of a merge leaves, with what the two dossiers had before."""
    merge, left = undo_plan.merge, undo_plan.plan.left
    merged, others = get_merged_step(merge), merge.snapshot[FIELDS] | merge.snapshot[LISTS]
    own_fields = others.get(EXTRA) or {}
    values = []
    for name, what in zip(left, describe_left_values(left, formatter), strict=True):
        if name in merge.changes:
            former = merge.changes[name][0]
        elif name == SECTORS:  # the history has them by name
            former = list(Sector.objects.filter(name__in=merged.sector_names.split(", ")).values_list("pk", flat=True))
        else:
            former = get_json_value(merged.instance, name)
        other = own_fields.get(name) if name.startswith(PREFIX) else others.get(name)
        now = get_json_value(merge.kept, name)
        shown = [formatter.value(name, value) for value in (now, former, other)]
        shown.append(_describe_line(*undo_plan.lines[name]) if name in undo_plan.lines else "")
        values.append(LeftValue(what, *shown, *(_split_remarks(now, former, other) if name == REMARKS else ())))
    return values


def _split_remarks(now: Any, former: Any, other: Any) -> tuple[str, str]:
    """Return the lines that stood only in the other dossier before the merge, and those that are newer than it."""
    of_other = [
        line
        for line in get_parts(REMARKS, other)
        if has_part(REMARKS, now, line) and not has_part(REMARKS, former, line)
    ]
    earlier = [*get_parts(REMARKS, former), *of_other]
    new = [line for line in get_parts(REMARKS, now) if not any(has_part(REMARKS, line, each) for each in earlier)]
    return "\n".join(of_other), "\n".join(new)


def _describe_line(row: ImportRow, reference: str) -> str:
    return gettext("line %(line)s of %(list)s, about %(reference)s") % {
        "line": row.run.name_lines([row.line]),
        "list": row.run.description,
        "reference": reference,
    }


def list_records(records: list[Model]) -> list[tuple[str, str]]:
    """Return the kind with the heading, and the URL or "", of each record."""
    return [
        (
            f"{capfirst(str(record._meta.verbose_name))}: {get_heading(record)}",
            get_record_url(record) if hasattr(record, "snippet_viewset") else "",
        )
        for record in records
    ]


def describe_late_effects(effects: list[LateEffect], *, is_done: bool) -> list[str]:
    """Return what undone lists and bulk changes take back, before or after the undo of a merge."""
    sentences = []
    for effect in effects:
        change_set = effect.change_set
        words = {
            "reference": effect.reference,
            "list": change_set.description if isinstance(change_set, ImportRun) else str(change_set),
            "fields": ", ".join(effect.restored),
        }
        if effect.is_deleted and not isinstance(change_set, ImportRun):
            sentences.append(
                gettext("%(reference)s was deleted, because the list that made it was undone already.") % words
                if is_done
                else gettext("%(reference)s will be deleted, because the list that made it was undone already.") % words
            )
            continue
        if effect.is_deleted:
            sentences.append(
                gettext("%(reference)s was deleted: only %(list)s made this dossier, and it was undone already.")
                % words
                if is_done
                else gettext(
                    "%(reference)s will be deleted: only %(list)s made this dossier, and it was undone already."
                )
                % words
            )
            continue
        if effect.restored:
            sentences.append(
                gettext("%(reference)s: what %(list)s changed was put back: %(fields)s.") % words
                if is_done
                else gettext("%(reference)s: what %(list)s changed will be put back: %(fields)s.") % words
            )
        if effect.loses_supply:
            sentences.append(
                gettext("%(reference)s: the supply in %(list)s was deleted.") % words
                if is_done
                else gettext("%(reference)s: the supply in %(list)s will be deleted.") % words
            )
    return sentences


class UndoColumn(Column):
    """Whether a merge was undone or can still be undone."""

    cell_template_name = "dossiers/merging/undo_cell.html"

    @cached_property
    def formatter(self) -> ValueFormatter:
        return ValueFormatter()

    def get_value(self, instance: Merge) -> dict[str, Any]:
        return {
            "left": describe_left_values(instance.left, self.formatter),
            "open": instance.is_within_undo_term,
        }

    def get_sheet_value(self, instance: Merge) -> str:
        """Return the value for a spreadsheet."""
        return format_date(instance.undone_at)


class MergeListView(BreadcrumbsMixin, LogsListAccess, ExportableListMixin, BaseListingView):
    """The list of merges."""

    model = Merge
    template_name = "dossiers/merging/list.html"
    page_title = _("Merged dossiers")
    header_icon = "link"
    index_url_name = "dossiers_merges"
    export_url_name = "dossiers_merges_export"
    paginate_by = 50
    default_ordering = "-applied_at"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_merge(request.user, "view"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "kept",
                label=_("Stayed"),
                accessor="kept_heading",
                get_url=lambda merge: get_dossier_url(merge.kept_id) if merge.kept_id else None,
            ),
            Column("reference", label=_("Went into it"), classname="nowrap"),
            PersonColumn("user", label=_("By")),
            DateColumn("applied_at", label=_("Merged on"), sort_key="applied_at"),
            UndoColumn("undone_at", label=_("Undo")),
        ]

    def get_base_queryset(self) -> QuerySet:
        merges = Merge.objects.visible_to(self.request.user).select_related("kept", "user", "undone_by")
        return merges.defer("snapshot", "changes", "moved")

    def get_parent_pages(self) -> list[Link]:
        return [get_list_link(Dossier)]


class UndoMergeView(MergeBaseView):
    """Show what undoing a merge restores and what it leaves, and undo it after confirmation."""

    action = "change"
    template_name = "dossiers/merging/undo.html"
    page_title = _("Undo a merge")

    @cached_property
    def merge(self) -> Merge:
        merge: Merge = get_object_or_404(Merge.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        return merge

    @cached_property
    def kept(self) -> Dossier:
        return get_object_or_404(Dossier.objects.visible_to(self.request.user), pk=self.merge.kept_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"merge": self.merge, "kept": self.kept}
        if reason := self.merge.find_undo_refusal():
            return context | {"refusal": reason, "merges_url": reverse("dossiers_merges")}
        seen, formatter = get_version_mark(self.kept), ValueFormatter()
        undo_plan = preview_undo(self.merge, cast(User, self.request.user), seen)
        plan = undo_plan.plan
        restored = [
            (formatter.label(name), formatter.value(name, now), formatter.value(name, former))
            for name, (former, now) in plan.restored.items()
        ]
        return (
            context
            | get_undo_plan_context(undo_plan)
            | {
                "plan": plan,
                "late_effects": describe_late_effects(undo_plan.effects, is_done=False),
                "other_status": Status(plan.other_status).label if plan.other_status else "",
                "other_returns": self.merge.other_id not in undo_plan.deleted,
                "restored": restored,
                "left": list_left_values(undo_plan, formatter),
                "edited": list_records(plan.edited_records),
                "added": list_records(plan.added_records),
                "incomplete": [formatter.label(name) for name in plan.incomplete],
                "seen": seen,
                "kept_url": get_dossier_url(self.kept),
            }
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        key = self.merge.other_id
        try:
            with transaction.atomic():
                acquire_lock()  # an import that is being applied relies on the dossiers that it matched
                seen, promised = request.POST.get("seen", ""), request.POST.get("promised", "")
                done = undo_merge(pk, cast(User, request.user), seen, promised)
        except NotUndone as reason:
            messages.error(request, str(reason))
            return redirect("dossiers_merge_undo", pk)
        for dossier in Dossier.objects.filter(pk__in=[key, self.merge.kept_id]):
            apply_work_elsewhere_rule(dossier, timezone.localdate())
        again = gettext("Undone: %(reference)s is a dossier of its own again.") % {"reference": self.merge.reference}
        messages_ = [gettext("Undone.") if key in done.deleted else again]
        messages_ += describe_late_effects(done.effects, is_done=True)
        if done.plan.left:
            stayed = {
                "kept": self.kept.reference,
                "what": ", ".join(describe_left_values(done.plan.left, ValueFormatter())),
            }
            messages_.append(gettext("In %(kept)s this stayed: %(what)s. Check whose it is.") % stayed)
            if any(value.of_other for value in list_left_values(done, ValueFormatter())):
                words = {"kept": self.kept.reference, "other": self.merge.reference}
                text = gettext("The remarks of %(kept)s still hold words of %(other)s: take those out there.")
                messages_.append(text % words)
        added = list_records(done.plan.added_records)
        if added:
            words = {"kept": self.kept.reference, "what": ", ".join(what for what, _url in added)}
            messages_.append(gettext("This came to %(kept)s after the merge and stayed there: %(what)s.") % words)
        links = [(get_dossier_url(self.kept), self.kept.reference)] if done.plan.left else []
        links += [(url, what) for what, url in added[:MAX_LINKS] if url]
        messages.success(request, " ".join(messages_), buttons=[messages.button(*link) for link in links])
        remaining = next((dossier for dossier in (key, self.merge.kept_id) if dossier not in done.deleted), None)
        return redirect(get_dossier_url(remaining) if remaining else get_list_url(Dossier))


class RedirectsMergedDossier:
    """Redirect the pages and the form of a merged dossier to the page of the dossier that was kept, with a message."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., Any]:
        return explain_if_gone(super().as_view(**initkwargs), redirect_to_kept_dossier)  # type: ignore[misc]


def redirect_to_kept_dossier(request: HttpRequest, key: str) -> HttpResponse | None:
    """Return a redirect to the dossier that `key` was merged into, or None if the user may see no such dossier."""
    merge = find_merge(request.user, key)
    if merge is None:
        return None
    messages.info(request, gettext("%(reference)s was merged into %(kept)s.") % describe_merge(merge))
    return redirect(get_record_url(merge.kept))


class MergeLogFormatter(LogFormatter):
    """Formats a log entry that names the other dossier."""

    text: Any = ""

    def format_message(self, log_entry: Any) -> str:
        return str(self.text) % {"reference": log_entry.data.get("reference") or gettext("another dossier")}


def register_log_actions(actions: LogActionRegistry) -> None:
    for action, label, text in (
        ("dossiers.merge", _("Merge"), _("Merged with %(reference)s")),
        ("dossiers.merged_away", _("Merge away"), _("Merged into %(reference)s")),
        ("dossiers.unmerge", _("Undo a merge"), _("Merge with %(reference)s undone")),
    ):
        actions.register_action(action)(type("MergeLogFormatter", (MergeLogFormatter,), {"label": label, "text": text}))
