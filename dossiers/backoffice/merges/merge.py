"""Merging two dossiers of one person: find the other dossier, compare both, choose values and confirm."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from admin_pages.users import get_person_name
from dossiers.actions.generate import apply_work_elsewhere_rule
from dossiers.backoffice.access_log import log_choice_access
from dossiers.backoffice.activity.subjects import get_list_link, get_record_url
from dossiers.backoffice.imports.cells import format_cell
from dossiers.backoffice.labels import NOTHING, get_heading
from dossiers.backoffice.record_access import LogsAccess
from dossiers.change_sets import acquire_lock
from dossiers.models import CandidateLink, Dossier, Merge
from dossiers.models.change_set import UNDO_WITHIN, NotApplied
from dossiers.models.dossiers.surnames import SURNAME_FIELDS
from dossiers.models.merges.merge import (
    BLANK,
    Difference,
    Side,
    combine_sectors,
    describe_collision,
    find_differences,
    find_shared_suppliers,
    get_version_mark,
    merge,
)
from dossiers.models.merges.reassign import count_references, find_collision, measure_fullness
from dossiers.models.search_terms import search_terms
from dossiers.models.snapshots import get_json_value
from dossiers.spreadsheets.matching.similar_people import IDENTITY, build_person, find_similar_dossiers
from dossiers.spreadsheets.resources import DossierResource, SheetField

MAX_RESULTS = 20
PROPOSE = "propose"  # URL parameter: which dossier is kept was not chosen yet
TURNED = "turned"  # URL parameter: the user came from the page of the dossier that goes into the other
CHOICE = "choice-"  # prefix of a field's name in the form


def may_merge(user: Any, action: str = "add") -> bool:
    return bool(user.has_perms(("dossiers.change_dossier", f"dossiers.{action}_merge")))


def get_dossier_url(dossier: Dossier | int) -> str:
    key = dossier if isinstance(dossier, int) else dossier.pk
    return reverse(Dossier.snippet_viewset.get_url_name("inspect"), args=[key])  # type: ignore[attr-defined]


def get_merge_buttons(user: Any, dossier: Dossier) -> list[Button]:
    """Return the menu buttons of a dossier's page."""
    buttons = [
        Button(
            gettext("Undo the merge with %(reference)s…") % {"reference": merge.reference}, url=url, icon_name="undo"
        )
        for merge, url in find_merges_to_undo(user, dossier.pk)
    ]
    if may_merge(user):
        url = reverse("dossiers_merge_choose", args=[dossier.pk])
        buttons.insert(0, Button(_("Merge with another dossier…"), url=url, icon_name="link", priority=15))
    return buttons


def find_merges_to_undo(user: Any, key: int) -> list[tuple[Merge, str]]:
    """Return the merges into a dossier that this user can still undo, the last first, with the URL of the undo."""
    if not may_merge(user, "change"):
        return []
    merges = Merge.objects.visible_to(user).not_undone().filter(kept=key).order_by("-applied_at")
    return [
        (merge, reverse("dossiers_merge_undo", args=[merge.pk])) for merge in merges if not merge.find_undo_refusal()
    ]


def get_merge_list_buttons(user: Any) -> list[Button]:
    """Return the menu buttons of the list of dossiers."""
    if not may_merge(user, "view"):
        return []
    return [Button(_("Merged dossiers"), url=reverse("dossiers_merges"), icon_name="link")]


class MergeBaseView(LogsAccess, AdminPageMixin, TemplateView):
    """Base of the pages of merging; 404 for users who may not merge."""

    access_kind = AccessLogEntry.What.COMPARED
    action = "add"
    has_typed_values = False  # nothing to copy from a form that is refused
    header_icon = "link"
    page_title: Any = _("Merge dossiers")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_merge(request.user, self.action):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_dossier(self, name: str) -> Dossier:
        return get_object_or_404(Dossier.objects.visible_to(self.request.user).not_anonymised(), pk=self.kwargs[name])

    @cached_property
    def kept(self) -> Dossier:
        return self.get_dossier("pk")

    def get_accessed_records(self) -> list[Dossier]:
        return [self.kept]

    def get_page_subtitle(self) -> str:
        return self.kept.heading

    def get_parent_pages(self) -> list[Link]:
        return [get_list_link(Dossier), (get_dossier_url(self.kept), self.kept.heading)]


@dataclass(frozen=True)
class ChoosableDossier:
    """A dossier that can be chosen for the merge."""

    dossier: Dossier
    url: str
    suppliers: str


class ChooseView(MergeBaseView):
    """Choose the other dossier: likely duplicates are listed, others are found by a search."""

    template_name = "dossiers/merging/choose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = " ".join(search_terms(self.request.GET.get("q", "")))
        visible = Dossier.objects.visible_to(self.request.user).not_anonymised().exclude(pk=self.kept.pk)
        matching = list(visible.search(words)[: MAX_RESULTS + 1]) if words else []
        likely = list(find_similar_dossiers(self.kept))
        number = len(likely) + len(matching[:MAX_RESULTS])
        log_choice_access(self.request, self.page_title, number, searched=bool(words))
        return super().get_context_data(**kwargs) | {
            "kept": self.kept,
            "words": words,
            "likely": self._build_choices(likely),
            "found": self._build_choices(matching[:MAX_RESULTS]),
            "more": len(matching) > MAX_RESULTS,
            "at_most": MAX_RESULTS,
        }

    def _build_choices(self, dossiers: list[Dossier]) -> list[ChoosableDossier]:
        models.prefetch_related_objects(dossiers, "supplies__organisation")
        return [
            ChoosableDossier(
                dossier,
                f"{reverse('dossiers_merge', args=[self.kept.pk, dossier.pk])}?{PROPOSE}=1",
                ", ".join(map(str, dossier.supplies.all())),
            )
            for dossier in dossiers
        ]


class ValueFormatter:
    """Formats the JSON values of a dossier's fields as text."""

    def __init__(self) -> None:
        self.fields: dict[str, SheetField] = DossierResource(out_of_use=True).sheet_fields()

    def get_model_field(self, name: str) -> Any:
        """Return the field; a sheet has no column for some, such as the day of a wish to stop."""
        return self.fields[name].model_field if name in self.fields else Dossier._meta.get_field(name)

    def label(self, name: str) -> str:
        return capfirst(str(self.get_model_field(name).verbose_name))

    def value(self, name: str, value: Any) -> str:
        field = self.get_model_field(name)
        if not field.is_relation or value in BLANK:
            return format_cell(self.fields, name, value if name in self.fields else field.to_python(value))
        keys = value if isinstance(value, list) else [value]
        records: Iterable[Any] = field.related_model._base_manager.filter(pk__in=keys)
        names = [get_person_name(record) if isinstance(record, AbstractUser) else str(record) for record in records]
        return ", ".join(sorted(names)) or NOTHING


@dataclass(frozen=True)
class Option:
    """A value that can be chosen, with the dossier that it comes from."""

    side: str
    whose: str
    text: str
    checked: bool


@dataclass(frozen=True)
class Row:
    """A field with different values in the two dossiers, and the options."""

    name: str
    label: str
    options: list[Option]


def _look_different(dossier: Dossier, other: Dossier) -> bool:
    """Whether two dossiers have different names as well as different dates of birth."""
    values, other_values = (
        {name: str(get_json_value(record, name) or "") for name in IDENTITY} for record in (dossier, other)
    )
    days = {values["date_of_birth"], other_values["date_of_birth"]} - {""}
    return len(days) > 1 and not build_person(dossier.pk, values).has_similar_name(other_values)


class MergeView(MergeBaseView):
    """Compare two dossiers, choose the values that differ and merge."""

    template_name = "dossiers/merging/compare.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the fuller of the two, unless the user turned them."""
        if PROPOSE in request.GET and measure_fullness(self.other) > measure_fullness(self.kept):
            return redirect(f"{reverse('dossiers_merge', args=[self.other.pk, self.kept.pk])}?{TURNED}=1")
        return super().get(request, *args, **kwargs)

    @cached_property
    def other(self) -> Dossier:
        if self.kwargs["pk"] == self.kwargs["other"]:
            raise Http404
        return self.get_dossier("other")

    def get_accessed_records(self) -> list[Dossier]:
        return [self.kept, self.other]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept_dossier, other, formatter = self.kept, self.other, ValueFormatter()
        differing = find_differences(kept_dossier, other)
        choices = [difference for difference in differing if len(difference.options) > 1]
        # The status follows from placements, so that one of the two dossiers is open.
        is_opened = any(difference.field.name == "status" and difference not in choices for difference in differing)
        united = combine_sectors(kept_dossier, other)
        not_the_same = {"reference", "external_id", "sectors", *(difference.field.name for difference in differing)}
        if not (kept_dossier.is_closed and other.is_closed):
            not_the_same.add("closing_reason")
        if "family_name" in not_the_same:
            not_the_same |= {*SURNAME_FIELDS}
        collision = find_collision(other, kept_dossier, without=CandidateLink)
        fullness, other_fullness = measure_fullness(kept_dossier), measure_fullness(other)  # age comes last in it
        is_proposed, is_fuller = fullness > other_fullness, fullness[:-1] > other_fullness[:-1]
        return super().get_context_data(**kwargs) | {
            "kept": kept_dossier,
            "other": other,
            "looks_different": _look_different(kept_dossier, other),
            "refusal": describe_collision(collision[0]._meta.verbose_name) if collision else "",
            "colliding": [(get_record_url(row), get_heading(row)) for row in collision],
            "seen": get_version_mark(kept_dossier, other),
            "choose": [self._build_row(choice, formatter) for choice in choices if not choice.fills],
            "fill": [self._build_row(choice, formatter) for choice in choices if choice.fills],
            "follows": [
                formatter.value(difference.field.name, difference.get_value(difference.default))
                for difference in differing
                if difference not in choices
            ],
            "emptied_reasons": [
                str(dossier.closing_reason)
                for dossier in (kept_dossier, other)
                if is_opened and dossier.is_closed and dossier.closing_reason
            ],
            "same": [
                (formatter.label(name), formatter.value(name, value))
                for name in formatter.fields
                if name not in not_the_same and (value := get_json_value(kept_dossier, name)) not in BLANK
            ],
            "sectors": formatter.value("sectors", united) if united else "",
            "moving": count_references(other, without=CandidateLink),  # merging revokes the links
            "letter_stops": CandidateLink.objects.open().filter(dossier=other).exists(),
            "twice": [
                (name, ", ".join(number or gettext("without a number") for number in numbers))
                for name, numbers in find_shared_suppliers(kept_dossier, other)
            ],
            "days": UNDO_WITHIN.days,
            "is_turned": TURNED in self.request.GET and is_proposed,
            "is_fuller": is_fuller,
            "turn_url": reverse("dossiers_merge", args=[other.pk, kept_dossier.pk]),
        }

    def _build_row(self, difference: Difference, formatter: ValueFormatter) -> Row:
        name = difference.field.name
        whose = {Side.KEPT: self.kept.reference, Side.OTHER: self.other.reference, Side.BOTH: Side.BOTH.label}
        texts = {Side.KEPT: formatter.value(name, difference.kept), Side.OTHER: formatter.value(name, difference.other)}
        if name == "status" and self.kept.is_closed != self.other.is_closed:  # the closing reason goes with it
            for side, dossier in ((Side.KEPT, self.kept), (Side.OTHER, self.other)):
                if dossier.is_closed and dossier.closing_reason:
                    texts[side] += f" ({formatter.label('closing_reason')}: {dossier.closing_reason})"
        chosen = self.request.GET.get(CHOICE + name)  # before the merge was refused
        checked = chosen if chosen in difference.options else difference.default
        options = [
            Option(side.value, str(whose[side]), texts.get(side, ""), side == checked) for side in difference.options
        ]
        return Row(CHOICE + name, formatter.label(name), options)

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        names = {"other": self.other.heading, "kept": self.kept.reference}
        choices = {name.removeprefix(CHOICE): side for name, side in request.POST.items() if name.startswith(CHOICE)}
        try:
            with transaction.atomic():
                acquire_lock()  # an import that is being applied relies on the dossiers that it matched
                done = merge(pk, other, choices, request.user, request.POST.get("seen", ""))  # type: ignore[arg-type]
        except NotApplied as reason:
            messages.error(request, str(reason))
            chosen = urlencode({CHOICE + name: side for name, side in choices.items()})
            return redirect(f"{reverse('dossiers_merge', args=[pk, other])}?{chosen}")
        apply_work_elsewhere_rule(self.kept, timezone.localdate())
        undo = messages.button(reverse("dossiers_merge_undo", args=[done.pk]), gettext("Undo"))
        messages.success(request, gettext("%(other)s was merged into %(kept)s.") % names, buttons=[undo])
        return redirect(get_dossier_url(pk))
