"""The page with the figures of the pilot."""

from typing import Any, ClassVar, Self

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from dossiers.reports.website import get_evaluation_on_website, get_withdrawn_from_website
from pilot_pages.models.page import PilotPage
from pilot_pages.progress import get_progress, get_withdrawal
from pilot_pages.read_api.fields import Figures, Html, Withdrawal


class ProgressPage(PilotPage):
    """Shows the evaluation that was released for the website last, or a text about when to expect the first one."""

    waiting_text = RichTextField(
        _("text before there are figures"),
        features=["bold", "ul", "link"],
        help_text=_("Shown until an evaluation is released: when can a reader expect figures?"),
    )
    explanation = RichTextField(
        _("how to read the figures"),
        features=["bold", "ul", "link"],
        blank=True,
        help_text=_("Stands below the figures, once there are any."),
    )

    content_panels: ClassVar[list[Any]] = [
        *PilotPage.content_panels[:3],
        FieldPanel("waiting_text"),
        FieldPanel("explanation"),
        *PilotPage.content_panels[3:],
    ]
    search_fields: ClassVar[list[Any]] = [*PilotPage.search_fields, index.SearchField("waiting_text")]
    api_fields: ClassVar[list[Any]] = [
        *PilotPage.api_fields,
        *(APIField(name, serializer=Html()) for name in ("waiting_text", "explanation")),
        APIField("figures", serializer=Figures()),
        APIField("withdrawn", serializer=Withdrawal()),
    ]
    page_description = _("The figures that were released for the website last. One is enough for a site.")
    parent_page_types: ClassVar[list[str]] = ["pilot_pages.HomePage", "pilot_pages.GuidancePage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("figures of the pilot")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        figures = {"progress": get_progress(), "withdrawal": get_withdrawal()}
        return super().get_context(request, *args, **kwargs) | figures

    def get_searched_fields(self) -> tuple[str, ...]:
        """Return the fields of the texts that are shown now."""
        if get_withdrawn_from_website():
            return ("intro", "body")
        return ("intro", "explanation" if get_evaluation_on_website() else "waiting_text", "body")

    @classmethod
    def in_language_of(cls, page: Page | None) -> Self | None:
        """Return the live progress page in the language of `page`; None if `page` is one itself."""
        if page is None or page.pk is None or isinstance(page, cls):
            return None
        return cls.objects.live().filter(locale=page.locale_id).first()
