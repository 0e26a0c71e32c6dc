"""The base class of all page types: an introduction, a body of blocks, and a next step at the end."""

from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
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

from dossiers.models.text_fields import MAX_TEXT_LENGTH, CharField, LengthValidator, TextField, iterate_texts
from dossiers.models.validators import refuse_private_numbers_in_html
from pilot_pages.blocks import BodyBlock
from pilot_pages.headless import preview as headless
from pilot_pages.models.page_forms import PilotCopyForm, PilotPageForm
from pilot_pages.models.translated import ApprovedPage
from pilot_pages.placeholders import refuse_placeholders, validate_placeholders
from pilot_pages.read_api.fields import DrawingSvg, NextStep, PageReference
from pilot_pages.site_settings import is_open


class Drawing(models.TextChoices):
    """The drawings in templates/drawings/."""

    NONE = "", _("no drawing")
    POLDER = "polder", _("polder with fields and a road")
    HANDS = "hands", _("two people shaking hands")
    TOOLS = "tools", _("tools")
    PAPERS = "papers", _("papers with a seal")
    COINS = "coins", _("wages and a purse")
    TALK = "talk", _("two people talking")
    GREENHOUSE = "greenhouse", _("agriculture: a greenhouse")
    LOGISTICS = "logistics", _("logistics: a truck and boxes")
    CARE = "care", _("care: somebody in a wheelchair")
    CATERING = "catering", _("hotels and catering: a table")
    TECHNOLOGY = "technology", _("engineering: a workbench")
    CLEANING = "cleaning", _("cleaning: a window and a bucket")
    BUILDING = "building", _("construction: a wall and a crane")
    FACTORY = "factory", _("industry: a conveyor belt")


def validate_texts(values: dict[str, Any]) -> None:
    """Raise ValidationError for each of Wagtail's own fields (titles, rich text, blocks) that may not be stored.

    No text may be longer than `MAX_TEXT_LENGTH` or contain a BSN or V-number.
    """
    validate_length = LengthValidator(MAX_TEXT_LENGTH)
    errors = {}
    for name, value in values.items():
        try:
            for text in iterate_texts(value):
                validate_length(text)
                refuse_private_numbers_in_html(text)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)


class PilotPage(ApprovedPage):
    """A page whose title is a question and whose introduction answers it."""

    menu_title = CharField(
        _("short title"), max_length=40, blank=True, help_text=_("In menus and above the page. Empty: the title.")
    )
    show_in_footer = models.BooleanField(_("link at the bottom of every page"), default=False)
    intro = TextField(_("answer"), help_text=_("Answers the title's question in the first sentence."))
    drawing = models.CharField(_("drawing"), max_length=10, choices=Drawing.choices, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    next_heading = CharField(_("heading of the next step"), max_length=100, blank=True)
    next_text = TextField(_("text of the next step"), blank=True)
    next_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of the next step"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: the sign-up page, unless this step has words of its own."),
    )
    next_label = CharField(_("words on its button"), max_length=60, blank=True)

    base_form_class = PilotPageForm
    copy_form_class = PilotCopyForm
    own_preview_modes: ClassVar[list[Any]] = Page.DEFAULT_PREVIEW_MODES
    FIELDS_VALIDATED_BY_BLOCKS: ClassVar[tuple[str, ...]] = ()  # fields whose blocks validate placeholders themselves

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
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.AutocompleteField("menu_title"),  # editors look for a page by its short title
        index.SearchField("menu_title"),
        index.SearchField("intro"),
        index.SearchField("body"),
    ]
    api_fields: ClassVar[list[Any]] = [
        *(APIField(name) for name in ("menu_title", "show_in_footer", "intro", "drawing")),
        APIField("drawing_svg", serializer=DrawingSvg()),
        *(APIField(name) for name in ("body", "next_heading", "next_text", "next_label")),
        APIField("next_page", serializer=PageReference()),
        APIField("next_step", serializer=NextStep()),
    ]

    class Meta:
        abstract = True

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """The screen sizes of the preview; the first is the default."""
        return [
            {"name": "desk", "icon": "desktop", "device_width": 1280, "label": _("At a desk")},
            {"name": "tablet", "icon": "tablet-alt", "device_width": 768, "label": _("On a tablet")},
            {"name": "phone", "icon": "mobile-alt", "device_width": 360, "label": _("On a telephone")},
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["next_step"] = self.find_next_step(request)
        return context

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [*self.own_preview_modes, *headless.list_preview_modes()]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name == headless.MODE:
            return headless.serve_preview(self, request)
        return super().serve_preview(request, mode_name)

    @method_decorator(gzip_page)  # no middleware, because it would slow down streamed exports
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().serve(request, *args, **kwargs)

    def clean(self) -> None:
        super().clean()
        fields = {field.name: field for field in self._meta.concrete_fields}  # without child relations
        texts = {name: text for name, text in self.get_texts().items() if name not in self.FIELDS_VALIDATED_BY_BLOCKS}
        validate_texts(
            {name: texts[name] for name in texts.keys() & fields if not hasattr(fields[name], "has_privacy_gate")}
        )
        validate_placeholders((name if name in fields else NON_FIELD_ERRORS, text) for name, text in texts.items())
        refuse_placeholders({name: getattr(self, name) for name in ("title", "seo_title", "menu_title")})

    def get_searched_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that the site search uses, besides the title."""
        return ("intro", "body")

    @property
    def short_title(self) -> str:
        return self.menu_title or self.title

    def find_next_step(self, request: HttpRequest | None = None) -> Page | None:
        """Return the page of the next step; None if it is not published, or nobody can sign up there any more.

        The sign-up page is the default only if editors chose no page and wrote no texts: texts about another page,
        which has been deleted, must not lead to the sign-up page.
        """
        if self.next_page is not None:
            return self.next_page if is_open(self.next_page, request) else None
        return None if self.next_heading or self.next_text or self.next_label else self.get_sign_up_page(request)

    def get_sign_up_page(self, request: HttpRequest | None = None) -> Page | None:
        """Return the live sign-up page in this page's language; None if this is that page, or nobody can sign up."""
        sign_up_page = apps.get_model("pilot_pages.SignUpPage")  # a subclass of this one
        page: Page | None = sign_up_page.objects.live().filter(locale=self.locale_id).exclude(pk=self.pk).first()
        return page if is_open(page, request) else None
