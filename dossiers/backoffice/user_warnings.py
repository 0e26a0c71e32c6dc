"""Warnings to the administrator who saves a user: work stays in this name, or the user can't get in or sees nobody."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.admin import messages

from admin_pages.users import get_person_name
from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.backoffice.labels import format_count
from dossiers.models import CLOSED_STATUSES, Dossier, EmployerInterest, FollowUp, InterestStatus, Organisation, Status
from dossiers.models.rights import PARTNERS

CLOSED_INTERESTS = (InterestStatus.CLOSED, InterestStatus.UNCONFIRMED)


def warn_about_user(request: HttpRequest, user: User) -> None:
    """Add the warnings about a saved user to the messages of the next page."""
    saved_user = User.objects.get(pk=user.pk)  # without the cached permissions of before the roles were saved
    if saved_user.is_active:
        warn_about_access(request, saved_user)
        return
    open_statuses = [status.value for status in Status if status not in CLOSED_STATUSES]
    dossiers = Dossier.objects.visible_to(request.user).open().filter(coordinator=user)
    actions = FollowUp.objects.visible_to(request.user).open().filter(owner=user)
    interests = EmployerInterest.objects.visible_to(request.user).exclude(status__in=CLOSED_INTERESTS)
    interest_statuses = [status.value for status in InterestStatus if status not in CLOSED_INTERESTS]
    queries: list[tuple[QuerySet, dict[str, Any]]] = [
        (dossiers, {"coordinator": user.pk, "status": open_statuses}),
        (actions, {"owner": user.pk, "open": "true"}),
        (interests.filter(owner=user), {"owner": user.pk, "status": interest_statuses}),
    ]
    work = [(records, get_list_url(records.model, **query)) for records, query in queries if records.exists()]
    if work:
        text = _(
            "%(user)s can't log in any more, but these still stand in this name: %(work)s. Give them to a colleague: "
            "open the list, tick all and choose a bulk change."
        )
        counts = [format_count(records.model, records.count()) for records, _url in work]
        buttons = [messages.button(url, str(records.model._meta.verbose_name_plural)) for records, url in work]
        names = {"user": get_person_name(saved_user), "work": get_text_list(counts, _("and"))}
        messages.warning(request, text % names, buttons=buttons)


def warn_about_access(request: HttpRequest, user: User) -> None:
    """Add the warning about a user without a role, or with the role of partner staff but without an organisation."""
    names = {"user": get_person_name(user), "role": PARTNERS}
    if not user.has_perm("wagtailadmin.access_admin"):
        text = _("%(user)s has no role yet, and can't get into the backoffice. Choose one under Roles.")
        messages.warning(request, text % names)
    if user.is_superuser or not user.groups.filter(name=PARTNERS).exists():
        return
    if not Organisation.objects.of(user).exists():
        text = _(
            "%(user)s has the role %(role)s but belongs to no organisation yet, and so can't supply or follow "
            "candidates. Choose it under Organisations."
        )
        button = messages.button(reverse("wagtailusers_users:edit", args=[user.pk]), _("Open this user"))
        messages.warning(request, text % names, buttons=[button])


def warn_about_users(request: HttpRequest, action_type: str, objects: Sequence[Any], _action: Any) -> None:
    """Add the warnings after a change of the roles or of “Active” of several users."""
    if action_type in ("set_active_state", "assign_role"):
        for user in objects:
            if isinstance(user, User):
                warn_about_user(request, user)
