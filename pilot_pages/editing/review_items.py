"""The rows of the list of facts and pages to check, with the date and the user of the last check."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from admin_pages.users import get_person_name
from dossiers.models import Regulation
from dossiers.models.lists.regulation import STALE_AFTER
from pilot_pages.models.page_check import filter_due_for_check, with_last_check

RULE, PAGE = "rule", "page"


@dataclass(frozen=True)
class Row:
    kind: str
    pk: int
    title: str
    where: str  # the source of a fact, or the URL of a page
    edit_url: str
    check_url: str
    checked_on: date | None
    checked_by: str
    is_own: bool  # whether the user checked it today, and so may undo the check

    @property
    def state(self) -> str:
        if self.checked_on is None:
            return "never"
        return "stale" if self.checked_on < timezone.localdate() - STALE_AFTER else "fine"

    @property
    def kind_label(self) -> str:
        return gettext("Rule") if self.kind == RULE else gettext("Page")


def get_editable_pages(user: Any) -> PageQuerySet:
    """Return the pages that the user may edit or publish."""
    return policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, ["change", "publish"])


def may_check_rules(user: Any) -> bool:
    return bool(user.has_perm("dossiers.change_regulation"))


def count_due_checks(user: Any, day: date) -> int:
    rules = Regulation.objects.to_check(day).count() if may_check_rules(user) else 0
    return rules + filter_due_for_check(get_editable_pages(user), day).count()


def list_rows(user: Any) -> list[Row]:
    """Return all facts and pages that the user may check: first those never checked, then by date of the last check."""
    edit = Regulation.snippet_viewset.get_url_name("edit")  # type: ignore[attr-defined]
    rows = [
        Row(
            RULE, rule.pk, rule.title, rule.source, reverse(edit, args=[rule.pk]),
            reverse("dossiers_mark_checked", args=[rule.pk]),
            rule.checked_on, get_person_name(rule.checked_by), _is_own(user, rule.checked_on, rule.checked_by_id),
        )
        for rule in (Regulation.objects.select_related("checked_by") if may_check_rules(user) else ())
    ]  # fmt: skip
    pages = list(with_last_check(get_editable_pages(user).live().filter(depth__gt=1, alias_of=None)))
    names = get_user_model().objects.in_bulk({page.checked_by_id for page in pages if page.checked_by_id})
    rows += [
        Row(
            PAGE, page.pk, page.get_admin_display_title(), page.url or "",
            reverse("wagtailadmin_pages:edit", args=[page.pk]), reverse("pilot_pages_page_checked", args=[page.pk]),
            page.checked_on, get_person_name(names.get(page.checked_by_id)),
            _is_own(user, page.checked_on, page.checked_by_id),
        )
        for page in pages
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.checked_on or date.min, row.title.lower()))


def _is_own(user: Any, day: date | None, checked_by: int | None) -> bool:
    return day == timezone.localdate() and checked_by == user.pk
