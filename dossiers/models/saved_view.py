"""Saved views: the filters, order and columns of a list, saved under a name."""

from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import CharField, TextField

LISTS = (
    *("dossier", "placement", "employerinterest", "employer"),
    *("followup", "finding", "contactmoment", "expense", "milestone"),
)
"""The models with lists that can be filtered and saved as a view."""


def get_visible_lists(user: AbstractBaseUser | AnonymousUser) -> list[str]:
    """Return the names in LISTS of the lists that this user may see."""
    return [kind for kind in LISTS if isinstance(user, PermissionsMixin) and user.has_perm(f"dossiers.view_{kind}")]


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the user's own views and the shared ones, of lists that the user may see."""
        return self.filter(models.Q(owner=user.pk) | models.Q(shared=True), kind__in=get_visible_lists(user))

    def changeable_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Return the user's own views; for an administrator also the shared ones."""
        visible = self.visible_to(user)
        return visible if getattr(user, "is_superuser", False) else visible.filter(owner=user.pk)

    def get_default_view(self, user: AbstractBaseUser | AnonymousUser, kind: str) -> "SavedView | None":
        """Return the view that the user chose as the default of a list, or None."""
        return self.visible_to(user).filter(kind=kind, default_for=user.pk).first()


class SavedView(models.Model):
    """A view of a list; `query` is the query string without the search text, which may be the name of a person."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    kind = models.CharField(_("list of"), max_length=20, editable=False)
    name = CharField(_("name"), max_length=60)
    query = TextField(_("filters, order and columns"), editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="+", editable=False
    )
    shared = models.BooleanField(
        _("shared"), default=False, help_text=_("Everybody who may see this list can choose it. Only you change it.")
    )
    default_for = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("view")
        verbose_name_plural = _("views")
        default_permissions = ()  # the right to see the list is enough
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "name"], name="one_view_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model("dossiers", self.kind)

    def is_default_of(self, user: Any) -> bool:
        return self.default_for.filter(pk=user.pk).exists()

    @transaction.atomic
    def make_default(self, user: Any, default: bool = True) -> None:
        """Make this view the user's default of its list (or, with `default=False`, no longer)."""
        others: Iterable[SavedView] = SavedView.objects.filter(kind=self.kind, default_for=user.pk)
        for view in others:
            view.default_for.remove(user)
        if default:
            self.default_for.add(user)
