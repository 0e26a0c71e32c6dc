"""Guidance pages, and pages with questions and answers."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from pilot_pages.blocks import QuestionsBlock
from pilot_pages.models.page import PilotPage
from pilot_pages.read_api.fields import Related


class PageWithRelatedPages(PilotPage):
    """Base class of pages that link to the other pages below the same guidance page."""

    class Meta:
        abstract = True

    def related_pages(self) -> list[Page]:
        """Return the page and its siblings if their parent is a guidance page, else an empty list."""
        parent = self.get_parent()
        if parent is None or not issubclass(parent.specific_class or Page, GuidancePage):
            return []
        return list(parent.get_children().live().public().in_menu())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"related": self.related_pages()}


class GuidancePage(PageWithRelatedPages):
    """Answers one question of a reader; may have child pages."""

    api_fields: ClassVar[list[Any]] = [*PilotPage.api_fields, APIField("related", serializer=Related())]
    parent_page_types: ClassVar[list[str]] = ["pilot_pages.HomePage", "pilot_pages.GuidancePage"]
    subpage_types: ClassVar[list[str]] = [
        "pilot_pages.CheckPage",
        "pilot_pages.GuidancePage",
        "pilot_pages.ProgressPage",
        "pilot_pages.QuestionsPage",
    ]

    page_description = _("Answers one question of a reader. Pages can stand below it.")

    class Meta:
        verbose_name = _("guidance page")


class QuestionsPage(PageWithRelatedPages):
    """Many short questions with answers, in groups."""

    questions = StreamField([("group", QuestionsBlock())], verbose_name=_("groups of questions"))

    content_panels: ClassVar[list[Any]] = [
        *PilotPage.content_panels[:3],
        FieldPanel("questions"),
        *PilotPage.content_panels[3:],
    ]
    search_fields: ClassVar[list[Any]] = [*PilotPage.search_fields, index.SearchField("questions")]
    api_fields: ClassVar[list[Any]] = [
        *PilotPage.api_fields,
        APIField("questions"),
        APIField("related", serializer=Related()),
    ]
    parent_page_types: ClassVar[list[str]] = ["pilot_pages.HomePage", "pilot_pages.GuidancePage"]
    subpage_types: ClassVar[list[str]] = []

    page_description = _("Many short questions with their answers, in groups.")

    class Meta:
        verbose_name = _("questions and answers")

    def get_searched_fields(self) -> tuple[str, ...]:
        return ("intro", "questions", "body")
