"""The home page."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.models import Locale, Page
from wagtail.url_routing import RouteResult

from dossiers.models.text_fields import CharField
from pilot_pages.models.page import PilotPage
from pilot_pages.read_api.fields import PageReference


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
    ]
    api_fields: ClassVar[list[Any]] = [
        *PilotPage.api_fields,
        *(APIField(name) for name in ("first_label", "second_label")),
        *(APIField(name, serializer=PageReference()) for name in ("first_page", "second_page")),
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

    def clean(self) -> None:
        super().clean()
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
