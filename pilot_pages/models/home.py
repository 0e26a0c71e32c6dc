"""The home page."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.models import Locale, Page
from wagtail.url_routing import RouteResult

from dossiers.models.text_fields import CharField, TextField
from dossiers.site_identity import SiteIdentity
from pilot_pages.models.page import PilotPage
from pilot_pages.placeholders import refuse_placeholders
from pilot_pages.read_api.fields import Logo, PageReference

# The fields with words about the whole site, and what the site says while they are empty.
SITE_WORDS = {
    "site_name": _("Asylum seekers to work"),
    "site_owner": _("Municipality of Noordoostpolder"),
    "footer_text": _("A pilot of the municipality of Noordoostpolder, the Werkcorporatie and AZC Luttelgeest."),
    "not_found_heading": _("This page is not here"),
    "not_found_text": _(
        "The address may have a typing error, or the page was moved or removed. These pages may help you on."
    ),
}
SiteWords = dict[str, str]  # by the name of the field


class HomePage(PilotPage):
    """Answers an employer's first question and has two buttons to other pages."""

    first_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of the first button"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    first_label = CharField(_("words on the first button"), max_length=60, blank=True)
    second_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of the second button"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    second_label = CharField(_("words on the second button"), max_length=60, blank=True)

    site_name = CharField(
        _("name of the site"),
        max_length=60,
        blank=True,
        help_text=_(
            "On the site, in the backoffice and where one signs in, and in e-mails. Empty: “Asylum seekers to work”."
        ),
    )
    site_owner = CharField(
        _("owner of the site"),
        max_length=80,
        blank=True,
        help_text=_("Above the name in the header. Empty: “Municipality of Noordoostpolder”."),
    )
    footer_text = CharField(
        _("sentence at the bottom of every page"),
        max_length=250,
        blank=True,
        help_text=_("Below the name of the site. Empty: whose pilot it is, and with whom."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("In the header, in the menu of the backoffice and where one signs in. Empty: a drawing."),
    )
    logo_alt = CharField(
        _("alt text of the logo"),
        max_length=100,
        blank=True,
        help_text=_("Only if the logo says something that the name and the owner beside it don't say."),
    )
    not_found_heading = CharField(
        _("heading"), max_length=100, blank=True, help_text=_("Empty: “This page is not here”.")
    )
    not_found_text = TextField(
        _("text below it"), blank=True, help_text=_("The search and the pages of the menu stand below it.")
    )

    content_panels: ClassVar[list[Any]] = [
        *PilotPage.content_panels[:3],
        MultiFieldPanel(
            [
                FieldPanel("first_page"),
                FieldPanel("first_label"),
                FieldPanel("second_page"),
                FieldPanel("second_label"),
            ],
            heading=_("Buttons below the answer"),
        ),
        *PilotPage.content_panels[3:],
        MultiFieldPanel(
            [FieldPanel(name) for name in ("site_name", "site_owner", "footer_text", "logo", "logo_alt")],
            heading=_("Name and footer"),
        ),
        MultiFieldPanel(
            [FieldPanel("not_found_heading"), FieldPanel("not_found_text")], heading=_("If a page is not found")
        ),
    ]
    api_fields: ClassVar[list[Any]] = [
        *PilotPage.api_fields,
        *(APIField(name) for name in ("first_label", "second_label")),
        *(APIField(name, serializer=PageReference()) for name in ("first_page", "second_page")),
        *(APIField(name) for name in (*SITE_WORDS, "logo_alt")),
        APIField("logo", serializer=Logo()),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "pilot_pages.CheckPage",
        "pilot_pages.GuidancePage",
        "pilot_pages.ProgressPage",
        "pilot_pages.QuestionsPage",
        "pilot_pages.SignUpPage",
    ]

    page_description = _("The first page of the site, one in each language.")

    class Meta:
        verbose_name = _("home page")

    @classmethod
    def unpublished_containers(cls) -> QuerySet["HomePage"]:
        """Return the unpublished home pages that only contain child pages, in languages without a full site."""
        return cls.objects.filter(live=False).exclude(locale__language_code__in=settings.OWN_LANGUAGES)

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Allow one home page per language."""
        return super().can_create_at(parent) and cls.objects.count() < Locale.objects.count()

    @classmethod
    def find_live(cls, language: str) -> Self | None:
        return cls.objects.live().filter(locale__language_code=language).select_related("locale", "logo").first()

    @classmethod
    def get_words_in(cls, language: str) -> SiteWords:
        """Return the words about the site in a language."""
        with override(language):
            return get_site_words(cls.find_live(language))

    @classmethod
    def get_identity(cls) -> SiteIdentity:
        """Return the name, the owner and the logo that the home page of the active language has."""
        home = cls.find_live(get_language() or settings.LANGUAGE_CODE)
        words = get_site_words(home)
        name, owner = words["site_name"], words["site_owner"]
        if home is None:
            return SiteIdentity(name, owner)
        return SiteIdentity(name, owner, home.logo, home.logo_alt, home.site_name)

    def clean(self) -> None:
        super().clean()
        refuse_placeholders({name: getattr(self, name) for name in SITE_WORDS})
        if type(self).objects.filter(locale_id=self.locale_id).exclude(pk=self.pk).exists():
            raise ValidationError(_("There is a home page in this language already. Change that one."))

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Route to the home page of the active language, even if it is a draft that only holds child pages.

        If a language has no live home page, Wagtail calls `route` of the Dutch one, which must not answer in Dutch.
        """
        if self.locale.language_code == get_language():
            return super().route(request, path_components)
        translated_home = HomePage.objects.filter(
            translation_key=self.translation_key, locale__language_code=get_language()
        ).first()
        if translated_home is None:
            raise Http404
        if not path_components and not translated_home.live:
            return RouteResult(translated_home)
        return translated_home.route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect to the first live child page if this home page is a draft, or an empty translation."""
        if self.live and (self.body or not self.needs_approval):
            return super().serve(request, *args, **kwargs)
        first_child = self.get_children().live().public().first()
        if first_child is None:
            raise Http404
        return redirect(first_child.url)


def get_site_words(home: Page | None) -> SiteWords:
    """Return the words about the site in the active language, those of the home page if it is in that language."""
    own = home if isinstance(home, HomePage) and home.locale.language_code == get_language() else None
    return {name: getattr(own, name, "") or str(words) for name, words in SITE_WORDS.items()}
