"""Refuses to delete a user under whose name work was done: the records and their history would name nobody."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from wagtail.admin import messages

from admin_pages.users import get_person_name
from dossiers.models.deletion_guard import describe_work_of_user


def refuse_deletion(request: HttpRequest, user: User) -> HttpResponseRedirect | None:
    """Return a redirect with the reason if the user can't be deleted."""
    work = describe_work_of_user(user)
    if not work:
        return None
    text = _(
        "%(user)s can't be deleted, for this name stands in: %(work)s. Untick “Active” instead: then nobody gets in "
        "with this login, and who did what stays on record. Give the dossiers and actions to a colleague first."
    )
    messages.error(request, text % {"user": get_person_name(user), "work": get_text_list(work, _("and"))})
    return redirect("wagtailusers_users:edit", user.pk)


def refuse_bulk_deletion(
    request: HttpRequest, action_type: str, objects: Sequence[Any], _action: Any
) -> HttpResponseRedirect | None:
    """Return a redirect with the reason if one of the selected users can't be deleted."""
    users = [user for user in objects if isinstance(user, User)] if action_type == "delete" else []
    return next((refusal for user in users if (refusal := refuse_deletion(request, user))), None)
