"""A bulk change in whatever state it is: its preview, its result, and its undo."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from dossiers.backoffice.access_log import note_list
from dossiers.backoffice.bulk_changes.background import go_on
from dossiers.backoffice.bulk_changes.rows import lines, words
from dossiers.backoffice.labels import how_many, person_name
from dossiers.backoffice.listing.query_strings import address_of, without_ticks
from dossiers.bulk_changes.available_fields import field_of
from dossiers.bulk_changes.undo import staying
from dossiers.models import BulkChange, BulkRow
from dossiers.models.bulk_change import AT_ONCE, BEGIN_ANEW
from dossiers.spreadsheets.progress import Progress

LINES_A_PAGE = 50
Action, State = BulkRow.Action, BulkChange.State
STAYS = "stays"  # beside the actions of a row: what an undo leaves


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int
    current: bool


class BulkChangeMixin:
    """A page about a bulk change that the user may see."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def change(self) -> BulkChange:
        visible = BulkChange.objects.visible_to(self.request.user).select_related("user", "undone_by")
        return get_object_or_404(visible, pk=self.kwargs["pk"])


class ChangePage(BulkChangeMixin, WagtailAdminTemplateMixin, TemplateView):
    """What it would do, does, did or undid."""

    header_icon = "edit"
    page_title = _("Bulk change")

    def get_template_names(self) -> list[str]:
        return [f"dossiers/bulk/{'busy' if self.change.busy else 'change'}.html"]

    @cached_property
    def what(self) -> str:
        """ "Status → intake"."""
        field = field_of(self.change)
        (value,) = words(field, [self.change.given])
        return f"{field.label} → {value}"

    def get_page_subtitle(self) -> str:
        return f"{capfirst(str(self.change.model._meta.verbose_name_plural))} · {self.what}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        all_of_them = {"url": reverse("dossiers_bulk_changes"), "label": _("Bulk changes")}
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, all_of_them, here]

    @cached_property
    def staying(self) -> dict[int, str]:
        """What an undo would leave; many records are looked at when it is done."""
        return {}

    def parts(self) -> dict[str, tuple[str, QuerySet[BulkRow]]]:
        """{name: (label, rows)} of what the page tells apart."""
        rows = self.change.rows.all()
        changed = rows.filter(action=Action.CHANGES)
        if self.change.state in (State.APPLIED, State.UNDONE):
            left = changed.exclude(kept="")
            return {
                Action.CHANGES: (gettext("changed"), changed),
                STAYS: (gettext("left by the undo"), left),
                Action.REFUSED: (gettext("refused"), rows.filter(action=Action.REFUSED)),
                Action.SAME: (gettext("had it already"), rows.filter(action=Action.SAME)),
            }
        return {action.value: (str(action.label), rows.filter(action=action)) for action in Action}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"change": self.change, "what": self.what}
        if self.change.busy:
            return context | {"progress": Progress(self.change.pk, "bulk").read()}
        return context | self.table() | self.told()

    def table(self) -> dict[str, Any]:
        """One part of the lines, paged."""
        parts = self.parts()
        counts = {name: rows.count() for name, (_label, rows) in parts.items()}
        requested = self.request.GET.get("show", "")
        current = (
            requested if requested in parts else next((name for name in parts if counts[name]), Action.CHANGES.value)
        )
        page = Paginator(parts[current][1], LINES_A_PAGE).get_page(self.request.GET.get("p"))
        shown = lines(self.change, list(page.object_list), self.staying)
        note_list(self.request, self.change, len(shown))
        return {
            "counts": {str(name): count for name, count in counts.items()},
            "tabs": [
                Tab(name, label, counts[name], name == current)
                for name, (label, _rows) in parts.items()
                if counts[name] or name == current
            ],
            "lines": shown,
            "shown": current,
            "show_by": "show",
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        }

    def told(self) -> dict[str, Any]:
        change = self.change
        return {
            "all_of_them": how_many(change.model, change.rows.count()),
            "changing": how_many(change.model, change.count),
            "by": person_name(change.user) if change.user else gettext("the system or the command line"),
            "undone_by": person_name(change.undone_by) if change.undone_by else "",
            "list_url": address_of(change.model, without_ticks(QueryDict(change.query)).urlencode() or "view=all"),
        }


class ApplyView(BulkChangeMixin, View):
    """The button of the preview."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = self.change
        if change.state == State.PREVIEWED and not change.rows.exists():
            messages.error(request, BEGIN_ANEW)
            return redirect("dossiers_bulk_change", pk)
        with transaction.atomic():
            if change.count and change.claim(State.PREVIEWED, State.APPLYING):
                go_on(change, request.user, change.rows.count())
            else:
                messages.error(request, gettext("There is nothing to change here any more."))
        return redirect("dossiers_bulk_change", pk)


class DiscardView(ChangePage):
    """Asks once whether a preview is to be thrown away."""

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


class UndoView(ChangePage):
    """First what comes back and what stays, and why; the button does it."""

    header_icon = "history"
    page_title = _("Undo a bulk change")

    def get_template_names(self) -> list[str]:
        return ["dossiers/bulk/undo.html"]

    @cached_property
    def staying(self) -> dict[int, str]:
        few = self.change.rows.filter(action=Action.CHANGES).count() <= AT_ONCE
        return staying(self.change) if few else {}

    def parts(self) -> dict[str, tuple[str, QuerySet[BulkRow]]]:
        changed = self.change.rows.filter(action=Action.CHANGES)
        return {
            Action.CHANGES: (gettext("comes back"), changed.exclude(pk__in=self.staying)),
            STAYS: (gettext("stays"), changed.filter(pk__in=self.staying)),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.change.can_be_undone:
            return self.refused()
        return super().get(request, *args, **kwargs)

    def refused(self) -> HttpResponse:
        messages.error(self.request, gettext("This bulk change can't be undone any more."))
        return redirect("dossiers_bulk_change", self.change.pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change, user = self.change, cast(User, request.user)
        with transaction.atomic():
            if not change.can_be_undone or not change.claim(State.APPLIED, State.UNDOING, undone_by=user, reason=""):
                return self.refused()
            go_on(change, user, change.rows.count())
        return redirect("dossiers_bulk_change", pk)


class ProgressView(BulkChangeMixin, View):
    """How far it is: {"busy", "done", "total"}; records, total null while it isn't known."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        far = Progress(self.change.pk, "bulk").read()
        done, total = (far.done, far.total) if far else (0, None)
        return JsonResponse({"busy": self.change.busy, "done": done, "total": total})
