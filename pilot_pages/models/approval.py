"""Approvals of pages in languages that the staff of the municipality cannot read."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.approval import Approval

if TYPE_CHECKING:
    from pilot_pages.models.page import PilotPage


class TranslationApproval(Approval):
    """An approval of the texts of a page, identified by their hash. Rows never change: approved texts stay approved."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("approval of a translation")
        default_permissions = ()
        ordering = ["-approved_at"]
        constraints = [models.UniqueConstraint(fields=["page", "mark"], name="words_approved_once")]

    def __str__(self) -> str:
        return self.approved_by

    @classmethod
    def find_for(cls, page: "PilotPage") -> "TranslationApproval | None":
        """Return the approval of the current texts of the page, or None."""
        return cls.objects.filter(page_id=page.pk, mark=page.hash_texts()).first() if page.pk else None

    @classmethod
    def record(cls, page: "PilotPage", name: str, user: User) -> None:
        cls.objects.get_or_create(page_id=page.pk, mark=page.hash_texts(), defaults={"approved_by": name, "user": user})
