"""Queries for outdated translations, which were not saved since their original changed."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F, OuterRef, Subquery
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet


def find_outdated_translations() -> PageQuerySet:
    """Return the pages whose Dutch original was published after they were last saved.

    Annotate them with `changed_at`, the time of that publication, and `original_id`. An editor who saves a translation,
    even without changes, confirms that it is up to date.
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


def find_outdated_translations_for(user: User) -> PageQuerySet:
    """Return the outdated translations that the user may edit."""
    editable = page_permission_policy.instances_user_has_any_permission_for(user, ["add", "change", "publish"])
    return find_outdated_translations().filter(pk__in=editable.values("pk"))
