"""Merging two dossiers of one person: find the other, look at both, choose, confirm once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from access_log.models import AccessLogEntry
from dossiers.backoffice.access_log import note_choice
from dossiers.backoffice.imports.previews import cell
from dossiers.backoffice.labels import NOTHING, person_name
from dossiers.models import Dossier
from dossiers.models.imports.import_run import UNDO_WITHIN
from dossiers.models.merges.merge import (
    BLANK,
    Difference,
    NotMerged,
    Side,
    differences,
    merge,
    seen,
    supplied_twice,
    united_sectors,
)
from dossiers.models.merges.reassign import attached
from dossiers.models.merges.snapshots import value_of
from dossiers.models.search_terms import search_terms
from dossiers.spreadsheets.imports.apply import wait_for_turn
from dossiers.spreadsheets.matching.dossiers import similar_dossiers
from dossiers.spreadsheets.resources import DossierResource, SheetField

FOUND_AT_MOST = 20
CHOICE = "choice-"  # before a field's name in the form


def may_merge(user: Any, action: str = "add") -> bool:
    return bool(user.has_perms(("dossiers.change_dossier", f"dossiers.{action}_merge")))


def dossier_url(dossier: Dossier | int, page: str = "edit") -> str:
    key = dossier if isinstance(dossier, int) else dossier.pk
    return reverse(Dossier.snippet_viewset.get_url_name(page), args=[key])  # type: ignore[attr-defined]


def merge_buttons(user: Any, dossier: Dossier) -> list[Button]:
    """What stands in the menu of a dossier's page."""
    if not may_merge(user):
        return []
    url = reverse("dossiers_merge_choose", args=[dossier.pk])
    return [Button(_("Merge with another dossier…"), url=url, icon_name="link", priority=15)]


def list_buttons(user: Any) -> list[Button]:
    """What stands in the menu of the list of dossiers."""
    if not may_merge(user, "view"):
        return []
    return [Button(_("Merged dossiers"), url=reverse("dossiers_merges"), icon_name="link")]


class MergingView(WagtailAdminTemplateMixin, TemplateView):
    """A page for who may merge; nobody else can tell it from one that never was."""

    action = "add"
    header_icon = "link"
    page_title: Any = _("Merge dossiers")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_merge(request.user, self.action):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def dossier(self, name: str) -> Dossier:
        return get_object_or_404(Dossier.objects.visible_to(self.request.user).not_anonymised(), pk=self.kwargs[name])

    @cached_property
    def kept(self) -> Dossier:
        return self.dossier("pk")

    def get_page_subtitle(self) -> str:
        return self.kept.heading

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        url = reverse(Dossier.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]
        return [
            *self.breadcrumbs_items,
            {"url": url, "label": _("Dossiers")},
            {"url": dossier_url(self.kept), "label": self.kept.heading},
            {"url": "", "label": self.page_title},
        ]


@dataclass(frozen=True)
class Found:
    """A dossier that can be chosen."""

    dossier: Dossier
    url: str
    suppliers: str


class ChooseView(MergingView):
    """Find the other dossier: likely doubles stand there already, others by a word."""

    template_name = "dossiers/merging/choose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = " ".join(search_terms(self.request.GET.get("q", "")))
        visible = Dossier.objects.visible_to(self.request.user).not_anonymised().exclude(pk=self.kept.pk)
        matching = list(visible.search(words)[: FOUND_AT_MOST + 1]) if words else []
        likely = list(similar_dossiers(self.kept))
        number = len(likely) + len(matching[:FOUND_AT_MOST])
        note_choice(self.request, self.page_title, number, searched=bool(words))
        return super().get_context_data(**kwargs) | {
            "kept": self.kept,
            "words": words,
            "likely": self._shown(likely),
            "found": self._shown(matching[:FOUND_AT_MOST]),
            "more": len(matching) > FOUND_AT_MOST,
            "at_most": FOUND_AT_MOST,
        }

    def _shown(self, dossiers: list[Dossier]) -> list[Found]:
        models.prefetch_related_objects(dossiers, "supplies__organisation")
        return [
            Found(
                dossier,
                reverse("dossiers_merge", args=[self.kept.pk, dossier.pk]),
                ", ".join(map(str, dossier.supplies.all())),
            )
            for dossier in dossiers
        ]


class Words:
    """A dossier's values as JSON keeps them, in words."""

    def __init__(self) -> None:
        self.fields: dict[str, SheetField] = DossierResource(out_of_use=True).sheet_fields()

    def label(self, name: str) -> str:
        return capfirst(str(self.fields[name].model_field.verbose_name)) if name in self.fields else name

    def value(self, name: str, value: Any) -> str:
        field: Any = self.fields[name].model_field
        if not field.is_relation or value in BLANK:
            return cell(self.fields, name, value)
        keys = value if isinstance(value, list) else [value]
        records: Iterable[Any] = field.related_model._base_manager.filter(pk__in=keys)
        return (
            ", ".join(sorted(person_name(record) if name == "coordinator" else str(record) for record in records))
            or NOTHING
        )


@dataclass(frozen=True)
class Option:
    side: str
    whose: str
    text: str
    checked: bool


@dataclass(frozen=True)
class Row:
    """A field in which the two differ, and what can be chosen."""

    name: str
    label: str
    options: list[Option]


class MergeView(MergingView):
    """Both side by side; what differs is chosen, and one button merges them."""

    template_name = "dossiers/merging/compare.html"

    @cached_property
    def other(self) -> Dossier:
        if self.kwargs["pk"] == self.kwargs["other"]:
            raise Http404
        return self.dossier("other")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        for dossier in (self.kept, self.other):
            AccessLogEntry.objects.note(request.user, AccessLogEntry.What.COMPARED, dossier.reference)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept_dossier, other, words = self.kept, self.other, Words()
        differing = differences(kept_dossier, other)
        choices = [difference for difference in differing if len(difference.options) > 1]
        united = united_sectors(kept_dossier, other)
        return super().get_context_data(**kwargs) | {
            "kept": kept_dossier,
            "other": other,
            "seen": seen(kept_dossier, other),
            "choose": [self._row(choice, words) for choice in choices if not choice.fills],
            "fill": [self._row(choice, words) for choice in choices if choice.fills],
            "follows": [
                words.value(difference.field.name, difference.chosen(difference.default))
                for difference in differing
                if difference not in choices
            ],
            "same": self._same(differing, words),
            "sectors": words.value("sectors", united) if united else "",
            "moving": attached(other),
            "twice": [(name, self._numbers(numbers)) for name, numbers in supplied_twice(kept_dossier, other)],
            "days": UNDO_WITHIN.days,
            "turn_url": reverse("dossiers_merge", args=[other.pk, kept_dossier.pk]),
        }

    def _row(self, difference: Difference, words: Words) -> Row:
        name = difference.field.name
        whose = {Side.KEPT: self.kept.reference, Side.OTHER: self.other.reference, Side.BOTH: Side.BOTH.label}
        texts = {Side.KEPT: words.value(name, difference.kept), Side.OTHER: words.value(name, difference.other)}
        options = [
            Option(side.value, str(whose[side]), texts.get(side, ""), side == difference.default)
            for side in difference.options
        ]
        return Row(CHOICE + name, words.label(name), options)

    def _same(self, differing: list[Difference], words: Words) -> list[tuple[str, str]]:
        others = {difference.field.name for difference in differing}
        names = [name for name in words.fields if name not in others | {"reference", "external_id", "sectors"}]
        values = [(name, value_of(self.kept, name)) for name in names]
        return [(words.label(name), words.value(name, value)) for name, value in values if value not in BLANK]

    @staticmethod
    def _numbers(numbers: list[str]) -> str:
        return ", ".join(number or gettext("without a number") for number in numbers)

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        names = {"other": self.other.heading, "kept": self.kept.reference}
        choices = {name.removeprefix(CHOICE): side for name, side in request.POST.items() if name.startswith(CHOICE)}
        try:
            with transaction.atomic():
                wait_for_turn()  # an import that is being applied counts on the dossiers that it found
                done = merge(pk, other, choices, request.user, request.POST.get("seen", ""))  # type: ignore[arg-type]
        except NotMerged as reason:
            messages.error(request, str(reason))
            return redirect("dossiers_merge", pk, other)
        undo = messages.button(reverse("dossiers_merge_undo", args=[done.pk]), gettext("Undo"))
        messages.success(request, gettext("%(other)s was merged into %(kept)s.") % names, buttons=[undo])
        return redirect(dossier_url(pk))
