"""Partner organizations of the pilot."""

from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.exports.formats import export_permissions
from dossiers.models.lists.names import DistinctNameMixin
from dossiers.models.text_fields import CharField
from page_cache.models import ShownOnPages


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the organizations of which the user is a staff member."""
        return self.filter(staff=user.pk)

    def named(self, name: str) -> "Organisation":
        """Return the organization with that name, ignoring case; raises DoesNotExist."""
        return self.get(name__iexact=name.strip())


class Organisation(DistinctNameMixin, ShownOnPages):
    """A partner, which supplies dossiers and whose staff see what it supplied."""

    name = CharField(_("name"), max_length=100, unique=True)
    staff = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("staff"),
        related_name="organisations",
        blank=True,
        help_text=_("They see what this organisation supplied, and nothing of another."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        permissions = export_permissions("organisation")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
