"""Approvals of translations into languages that the staff of the municipality cannot read."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import CharField


class Approval(models.Model):
    """The approval of texts, identified by their hash, by a person who knows the language."""

    mark = models.CharField(max_length=64)
    approved_by = CharField(_("checked by"), max_length=100)  # usually an interpreter or a teacher without a login
    approved_at = models.DateTimeField(_("checked on"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noted by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True
