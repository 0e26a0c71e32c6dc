"""What all pages have: an answer at the top, a body of blocks, and a next step at the end."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from pilot_pages.blocks import BodyBlock


class Drawing(models.TextChoices):
    """Drawings made for the site, in templates/drawings/: no photo of people is needed."""

    NONE = "", _("no drawing")
    POLDER = "polder", _("polder with fields and a road")
    HANDS = "hands", _("two hands")
    TOOLS = "tools", _("tools")
    PAPERS = "papers", _("papers with a seal")
    COINS = "coins", _("wages and a purse")
    TALK = "talk", _("two people talking")


class PilotPage(Page):
    """A page whose title is a question and whose introduction answers it."""

    menu_title = models.CharField(
        _("short title"), max_length=40, blank=True, help_text=_("In menus and above the page. Empty: the title.")
    )
    show_in_footer = models.BooleanField(_("link at the bottom of every page"), default=False)
    intro = models.TextField(_("answer"), help_text=_("Answers the title's question in the first sentence."))
    drawing = models.CharField(_("drawing"), max_length=10, choices=Drawing.choices, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    next_heading = models.CharField(_("heading of the next step"), max_length=100, blank=True)
    next_text = models.TextField(_("text of the next step"), blank=True)
    next_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of the next step"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: the sign-up page."),
    )
    next_label = models.CharField(_("words on its button"), max_length=60, blank=True)

    next_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("next_heading"), FieldPanel("next_text"), FieldPanel("next_page"), FieldPanel("next_label")],
            heading=_("Next step"),
        )
    ]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("drawing"),
        FieldPanel("body"),
        *next_panels,
    ]
    promote_panels: ClassVar[list[Any]] = [
        *Page.promote_panels,
        MultiFieldPanel([FieldPanel("menu_title"), FieldPanel("show_in_footer")], heading=_("In menus")),
    ]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    api_fields: ClassVar[list[Any]] = [
        APIField(name)
        for name in ("menu_title", "intro", "drawing", "body", "next_heading", "next_text", "next_page", "next_label")
    ]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["next_step"] = self.next_page or self.sign_up_page()
        return context

    @method_decorator(gzip_page)  # pages only: a streamed export would pay for it with its speed
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().serve(request, *args, **kwargs)

    @property
    def short_title(self) -> str:
        return self.menu_title or self.title

    def sign_up_page(self) -> Page | None:
        """Where an employer signs up, in this page's language; None on that page itself."""
        from pilot_pages.models.sign_up import SignUpPage

        return SignUpPage.objects.live().filter(locale=self.locale_id).exclude(pk=self.pk).first()
