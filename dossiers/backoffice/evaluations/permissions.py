"""Permissions of evaluations, and the base of their pages."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from admin_pages.pages import AdminPageMixin, Link
from dates.format import format_date
from dossiers.models import Evaluation
from dossiers.models.evaluation import NOT_FROZEN, NOT_RELEASED, RELEASED_ALREADY
from dossiers.reports.documents.letter import EDITIONS, FULL, PUBLIC

READ, WRITE, RELEASE = "dossiers.view_evaluation", "dossiers.change_evaluation", "dossiers.release_evaluation"
READ_FULL = "dossiers.read_full_evaluation"


def may_read_edition(user: Any, edition: str) -> bool:
    return edition in EDITIONS and (edition != FULL or user.has_perm(READ_FULL))


class EvaluationsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(READ)


def evaluations_menu_item() -> MenuItem:
    label, url = gettext_lazy("Evaluations"), reverse("dossiers_evaluations")
    return EvaluationsMenuItem(label, url, name="evaluations", icon_name="doc-full-inverse")


def find_withdrawn(user: Any, pk: int, edition: str = PUBLIC, **_kwargs: Any) -> Evaluation | None:
    """Return the withdrawn evaluation of a page that the user could read until then, or None."""
    could_read = user.has_perm(READ) and may_read_edition(user, edition)
    return Evaluation.objects.withdrawn().without_figures().filter(pk=pk).first() if could_read else None


def describe_nothing_to_read() -> str:
    """Return the sentence for a reader when no evaluation can be read: none was released yet, or it was withdrawn."""
    withdrawn = Evaluation.objects.withdrawn().without_figures().last()
    if withdrawn is None or withdrawn.withdrawn_at is None:
        return _("No evaluation was released yet.")
    words = {"title": withdrawn.title, "day": format_date(timezone.localdate(withdrawn.withdrawn_at))}
    return _("The evaluation “%(title)s” was withdrawn on %(day)s. There is none to read now.") % words


class WithdrawnView(AdminPageMixin, TemplateView):
    """Says to a reader that a letter was withdrawn, without its contents."""

    template_name = "dossiers/evaluations/withdrawn.html"
    page_title = gettext_lazy("Withdrawn")
    header_icon = "doc-full-inverse"

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_evaluations"), _("Evaluations"))]

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        return super().render_to_response(context, **response_kwargs | {"status": HTTPStatus.GONE})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404


class EvaluationPageMixin(AdminPageMixin):
    """Base of the pages of evaluations; without `permission` every page is a 404, whether the record exists or not."""

    request: HttpRequest
    kwargs: dict[str, Any]
    permission = READ
    requires_open = False  # whether a released evaluation is refused
    requires_frozen = False  # whether an evaluation without figures is refused
    requires_released = False  # whether a draft or a withdrawn evaluation is refused
    header_icon = "doc-full-inverse"
    action_title: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            raise Http404
        self.request, self.kwargs = request, kwargs
        if "pk" in kwargs and not self.can_write and (withdrawn := find_withdrawn(request.user, **kwargs)):
            return WithdrawnView.as_view()(request, evaluation=withdrawn)
        if refusal := self.get_state_refusal():
            messages.error(request, refusal)
            return redirect(get_evaluation_url(self.evaluation))
        return super().dispatch(request, *args, **kwargs)

    def get_state_refusal(self) -> Any:
        """Return why the page is not possible in the state of the evaluation, or None."""
        if self.requires_open and not self.evaluation.is_open:
            return RELEASED_ALREADY
        if self.requires_frozen and not self.evaluation.frozen_at:
            return NOT_FROZEN
        if self.requires_released and self.evaluation.state != Evaluation.State.RELEASED:
            return NOT_RELEASED
        return None

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
