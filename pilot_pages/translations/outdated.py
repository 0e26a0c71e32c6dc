"""Translations that were not looked at since their original changed."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Subquery
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet


def behind() -> PageQuerySet:
    """Pages whose Dutch original was published after they were last saved; `changed_at` says when.

    To save a translation, changed or not, is to say that it was looked at.
    """
    original = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code=settings.LANGUAGE_CODE, live=True
    )
    pages = Page.objects.filter(depth__gt=1).exclude(locale__language_code=settings.LANGUAGE_CODE)
    return (
        pages.annotate(
            changed_at=Subquery(original.values("last_published_at")[:1]),
            original_id=Subquery(original.values("pk")[:1]),
        )
        .filter(changed_at__gt=F("latest_revision_created_at"))
        .select_related("locale")
        .order_by("-changed_at", "pk")
    )


def behind_for(user: User) -> PageQuerySet:
    """Those that this user may edit."""
    editable = page_permission_policy.instances_user_has_any_permission_for(user, ["add", "change", "publish"])
    return behind().filter(pk__in=editable.values("pk"))
