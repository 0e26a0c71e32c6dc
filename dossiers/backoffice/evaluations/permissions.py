"""Who reads and who writes evaluations; for anyone else there are none."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from dossiers.models import Evaluation
from dossiers.models.evaluation import RELEASED_ALREADY
from dossiers.reports.documents.letter import EDITIONS, FULL

READ, WRITE, RELEASE = "dossiers.view_evaluation", "dossiers.change_evaluation", "dossiers.release_evaluation"
READ_FULL = "dossiers.read_full_evaluation"


def may_open(user: Any, edition: str) -> bool:
    return edition in EDITIONS and (edition != FULL or user.has_perm(READ_FULL))


class EvaluationsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(READ)


def evaluations_menu_item() -> MenuItem:
    return EvaluationsMenuItem(
        gettext_lazy("Evaluations"), reverse("dossiers_evaluations"), icon_name="doc-full-inverse", order=160
    )


class Evaluations(WagtailAdminTemplateMixin):
    """Base of the pages of evaluations; `right` is asked before any record is looked for."""

    request: HttpRequest
    kwargs: dict[str, Any]
    right = READ
    only_open = False  # whether it is for one that can still be changed
    header_icon = "doc-full-inverse"
    action_title: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            raise Http404
        self.request, self.kwargs = request, kwargs
        if self.only_open and not self.evaluation.is_open:
            messages.error(request, RELEASED_ALREADY)
            return redirect(address(self.evaluation))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def evaluation(self) -> Evaluation:
        return get_object_or_404(Evaluation.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @property
    def writes(self) -> bool:
        return self.request.user.has_perm(WRITE)

    def get_page_title(self) -> str:
        return str(self.action_title or self.evaluation.title)

    def get_page_subtitle(self) -> str:
        return self.evaluation.title if self.action_title and "pk" in self.kwargs else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse("dossiers_evaluations"), "label": _("Evaluations")}]
        if "pk" in self.kwargs:
            items.append({"url": address(self.evaluation), "label": self.evaluation.title})
        if self.action_title:
            items.append({"url": "", "label": self.action_title})
        return items


def address(evaluation: Evaluation, page: str = "", *args: Any) -> str:
    """Of its own page, or of what one does with it."""
    return reverse(f"dossiers_evaluation_{page}" if page else "dossiers_evaluation", args=[evaluation.pk, *args])
