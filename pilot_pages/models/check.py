"""The check: a few questions that lead an employer to an outcome."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail.url_routing import RouteResult

from pilot_pages.checker.blocks import TreeBlock
from pilot_pages.checker.decision_tree import Tree, fill_addresses
from pilot_pages.checker.navigation import Step, render_step, serve_step
from pilot_pages.checker.overview import OverviewPanel, overview
from pilot_pages.checker.problems import problems_in
from pilot_pages.headless import preview as headless
from pilot_pages.models.page import PilotPage
from pilot_pages.models.page_forms import PilotPageForm

OVERVIEW = "overview"


class CheckPageForm(PilotPageForm):
    """Reports each problem of the tree at its block, and allows an unfinished draft to be saved."""

    def _post_clean(self) -> None:
        self.instance.form_checks_tree = True
        super()._post_clean()
        self.instance.form_checks_tree = False


class CheckPage(PilotPage):
    """Questions that lead to outcomes. Each step has a URL below that of the page."""

    tree = StreamField(TreeBlock(), verbose_name=_("questions and outcomes"))

    form_checks_tree = False

    content_panels: ClassVar[list[Any]] = [
        *PilotPage.content_panels[:3],
        OverviewPanel(heading=_("How the check runs now")),
        FieldPanel(
            "tree",
            help_text=_(
                "The check starts at the first question. Give each question and outcome a short name; each answer "
                "leads to one of them. The preview shows each of them, and the whole as a drawing."
            ),
        ),
        *PilotPage.content_panels[3:],
    ]
    base_form_class = CheckPageForm
    search_fields: ClassVar[list[Any]] = [*PilotPage.search_fields, index.SearchField("tree")]
    api_fields: ClassVar[list[Any]] = [*PilotPage.api_fields, APIField("tree")]
    parent_page_types: ClassVar[list[str]] = ["pilot_pages.HomePage", "pilot_pages.GuidancePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pilot_pages/check/question.html"

    page_description = _("Questions that lead a reader to an answer. One is enough for a site.")
    FIELDS_VALIDATED_BY_BLOCKS = ("tree",)

    class Meta:
        verbose_name = _("check")

    def clean(self) -> None:
        """Require that each path from the first question ends in an outcome, however the page is published."""
        super().clean()
        if self.form_checks_tree:
            return
        fill_addresses(self.tree)
        if problems := problems_in(self.tree):
            raise ValidationError({"tree": [str(problem) for problem in problems]})

    def get_searched_fields(self) -> tuple[str, ...]:
        return ("intro", "tree", "body")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if not self.live:
            raise Http404
        return RouteResult(self, kwargs={"addresses": tuple(path_components)})

    @method_decorator(gzip_page)
    def serve(self, request: HttpRequest, addresses: tuple[str, ...] = ()) -> HttpResponse:
        return serve_step(request, self, Tree.of(self.tree).walk(addresses))

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The modes for the start, each question and outcome, and the overview drawing."""
        modes = []
        for place in Tree.of(self.tree).places.values():
            if place.name:
                kind = gettext("Outcome") if place.ends else gettext("Question")
                modes.append((place.name, f"{kind}: {place.name}"))
        return [("", _("Start")), *modes, (f"/{OVERVIEW}", _("Drawing of the whole")), *headless.list_preview_modes()]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name == headless.MODE:
            return headless.serve_preview(self, request)
        tree = Tree.of(self.tree)
        walk = tree.walk(tree.find_shortest_path(mode_name))
        if mode_name == f"/{OVERVIEW}" or walk is None:
            form_url = reverse("wagtailadmin_pages:edit", args=[self.pk]) if self.pk else None
            context = self.get_context(request) | {"overview": overview(self.tree, form_url)}
            return TemplateResponse(request, "pilot_pages/check/overview_page.html", context)
        return render_step(request, self, Step(self.get_url(request) or "", walk))
