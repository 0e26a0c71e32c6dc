"""The first page."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField

from pilot_pages.models.page import PilotPage


class HomePage(PilotPage):
    """Answers an employer's first question, and leads on in two ways."""

    first_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of the first button"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    first_label = models.CharField(_("words on the first button"), max_length=60, blank=True)
    second_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of the second button"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    second_label = models.CharField(_("words on the second button"), max_length=60, blank=True)

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
        *(APIField(name) for name in ("first_page", "first_label", "second_page", "second_label")),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "pilot_pages.GuidancePage",
        "pilot_pages.QuestionsPage",
        "pilot_pages.SignUpPage",
    ]

    class Meta:
        verbose_name = _("home page")
