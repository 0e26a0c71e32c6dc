"""What was merged: the list of it, taking one back, and where the addresses of a dossier that is gone lead."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.log_actions import LogActionRegistry, LogFormatter

from dossiers.backoffice.access_log import LogsListAccess
from dossiers.backoffice.columns import PersonColumn
from dossiers.backoffice.list_exports import GoesOut
from dossiers.backoffice.merges.merge import MergingView, Words, dossier_url, may_merge
from dossiers.models import Dossier, Merge
from dossiers.models.merges.merge import seen
from dossiers.models.merges.undo import REASONS, NotUndone, plan, refusal, undo
from dossiers.spreadsheets.imports.apply import wait_for_turn


def left_words(left: dict[str, str], words: Words) -> list[str]:
    """What an undo leaves, each with its reason: "Profession (changed since)"."""
    return [f"{words.label(name)} ({REASONS[reason]})" for name, reason in left.items()]


class UndoColumn(Column):
    """Whether a merge was undone, or still can be."""

    cell_template_name = "dossiers/merging/undo_cell.html"

    @cached_property
    def words(self) -> Words:
        return Words()

    def get_value(self, instance: Merge) -> dict[str, Any]:
        return {"left": left_words(instance.left, self.words), "open": instance.undo_until > timezone.now()}

    def in_sheet(self, instance: Merge) -> str:
        """What an export of the list has in its cell."""
        return f"{timezone.localdate(instance.undone_at):%d-%m-%Y}" if instance.undone_at else ""


class MergeListView(LogsListAccess, GoesOut, BaseListingView):
    model = Merge
    template_name = "dossiers/merging/list.html"
    page_title = _("Merged dossiers")
    header_icon = "link"
    index_url_name = "dossiers_merges"
    export_url_name = "dossiers_merges_export"
    paginate_by = 50
    default_ordering = "-merged_at"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_merge(request.user, "view"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "kept", label=_("Stayed"), accessor="kept.heading", get_url=lambda merge: dossier_url(merge.kept_id)
            ),
            Column("reference", label=_("Went into it"), classname="nowrap"),
            PersonColumn("user", label=_("By")),
            DateColumn("merged_at", label=_("Merged on"), sort_key="merged_at"),
            UndoColumn("undone_at", label=_("Undo")),
        ]

    def get_base_queryset(self) -> QuerySet:
        merges = Merge.objects.visible_to(self.request.user).select_related("kept", "user", "undone_by")
        return merges.defer("snapshot", "changes", "moved")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        url = reverse(Dossier.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]
        here = {"url": "", "label": self.page_title}
        return [*self.breadcrumbs_items, {"url": url, "label": _("Dossiers")}, here]


class UndoMergeView(MergingView):
    """Says what comes back and what stays; one button does it."""

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
        if reason := refusal(self.merge):
            return context | {"refusal": reason, "merges_url": reverse("dossiers_merges")}
        plan_, words = plan(self.merge), Words()
        restored = [
            (words.label(name), words.value(name, now), words.value(name, former))
            for name, (former, now) in plan_.restored.items()
        ]
        return context | {
            "plan": plan_,
            "restored": restored,
            "left": left_words(plan_.left, words),
            "incomplete": [words.label(name) for name in plan_.incomplete],
            "seen": seen(self.kept),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        key = self.merge.other_id
        try:
            with transaction.atomic():
                wait_for_turn()  # an import that is being applied counts on the dossiers that it found
                outcome = undo(pk, request.user, request.POST.get("seen", ""))  # type: ignore[arg-type]
        except NotUndone as reason:
            messages.error(request, str(reason))
            return redirect("dossiers_merge_undo", pk)
        messages_ = [
            gettext("Undone: %(reference)s is a dossier of its own again.") % {"reference": self.merge.reference}
        ]
        if outcome.left:
            stayed = {"kept": self.kept.reference, "what": ", ".join(left_words(outcome.left, Words()))}
            messages_.append(gettext("In %(kept)s this stayed: %(what)s.") % stayed)
        messages.success(request, " ".join(messages_))
        return redirect(dossier_url(key))


class RedirectsMergedDossier:
    """A page of a dossier that was merged away leads to the one that was kept, and says so."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., Any]:
        view: Callable[..., Any] = super().as_view(**initkwargs)  # type: ignore[misc]

        @wraps(view)
        def led(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                key = unquote(str(kwargs.get("pk") or next(iter(args), "")))
                if target := led_on(request, key):
                    return target
                raise

        return led


def led_on(request: HttpRequest, key: str) -> HttpResponse | None:
    """To the dossier into which the one with this key went; None when it went nowhere that this user may see."""
    visible = Dossier.objects.visible_to(request.user)
    merges = Merge.objects.not_undone().filter(kept__in=visible).select_related("kept")
    merge = merges.filter(other_id=key).order_by("pk").last() if key.isdecimal() else None
    if merge is None:
        return None
    day = timezone.localtime(merge.merged_at)
    names = {"reference": merge.reference, "kept": merge.kept.reference, "day": f"{day:%d-%m-%Y}"}
    if request.method == "POST":
        text = gettext("Nothing was saved: %(reference)s was merged into %(kept)s on %(day)s. This is that dossier.")
        messages.warning(request, text % names)
    else:
        text = gettext("%(reference)s was merged into %(kept)s on %(day)s. This is that dossier.")
        messages.info(request, text % names)
    may_change = request.user.has_perm("dossiers.change_dossier") and not merge.kept.anonymised_at
    return redirect(dossier_url(merge.kept, "edit" if may_change else "inspect"))


class _Told(LogFormatter):
    """A line in a dossier's history that names the other dossier."""

    text: Any = ""

    def format_message(self, log_entry: Any) -> str:
        return str(self.text) % {"reference": log_entry.data.get("reference", "")}


def register_log_actions(actions: LogActionRegistry) -> None:
    for action, label, text in (
        ("dossiers.merge", _("Merge"), _("Merged with %(reference)s")),
        ("dossiers.merged_away", _("Merge away"), _("Merged into %(reference)s")),
        ("dossiers.unmerge", _("Undo a merge"), _("Merge with %(reference)s undone")),
    ):
        actions.register_action(action)(type("Told", (_Told,), {"label": label, "text": text}))
