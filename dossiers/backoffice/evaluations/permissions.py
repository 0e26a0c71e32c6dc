"""Permissions of evaluations, and the base of their pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from admin_pages.pages import AdminPageMixin, Link
from dossiers.models import Evaluation
from dossiers.models.evaluation import RELEASED_ALREADY
from dossiers.reports.documents.letter import EDITIONS, FULL

READ, WRITE, RELEASE = "dossiers.view_evaluation", "dossiers.change_evaluation", "dossiers.release_evaluation"
READ_FULL = "dossiers.read_full_evaluation"


def may_read_edition(user: Any, edition: str) -> bool:
    return edition in EDITIONS and (edition != FULL or user.has_perm(READ_FULL))


class EvaluationsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(READ)


def evaluations_menu_item() -> MenuItem:
    return EvaluationsMenuItem(
        gettext_lazy("Evaluations"), reverse("dossiers_evaluations"), icon_name="doc-full-inverse", order=160
    )


class EvaluationPageMixin(AdminPageMixin):
    """Base of the pages of evaluations; without `permission` every page is a 404, whether the record exists or not."""

    request: HttpRequest
    kwargs: dict[str, Any]
    permission = READ
    requires_open = False  # whether a released evaluation is refused
    header_icon = "doc-full-inverse"
    action_title: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            raise Http404
        self.request, self.kwargs = request, kwargs
        if self.requires_open and not self.evaluation.is_open:
            messages.error(request, RELEASED_ALREADY)
            return redirect(get_evaluation_url(self.evaluation))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def evaluation(self) -> Evaluation:
        return get_object_or_404(Evaluation.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @property
    def can_write(self) -> bool:
        return self.request.user.has_perm(WRITE)

    def get_page_title(self) -> str:
        return str(self.action_title or self.evaluation.title)

    def get_page_subtitle(self) -> str:
        return self.evaluation.title if self.action_title and "pk" in self.kwargs else ""

    def get_parent_pages(self) -> list[Link]:
        pages = [(reverse("dossiers_evaluations"), _("Evaluations"))]
        if "pk" in self.kwargs and self.action_title:
            pages.append((get_evaluation_url(self.evaluation), self.evaluation.title))
        return pages

    def get_breadcrumb(self) -> dict[str, Any]:
        return {"label": self.action_title or self.evaluation.title}


def get_evaluation_url(evaluation: Evaluation, page: str = "", *args: Any) -> str:
    """Return the URL of the evaluation's page, or of one of its other views."""
    return reverse(f"dossiers_evaluation_{page}" if page else "dossiers_evaluation", args=[evaluation.pk, *args])
