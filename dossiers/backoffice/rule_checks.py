"""Views and functions that record that an editor checked a rule at its source."""

from datetime import date
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, log
from wagtail.log_actions import registry as actions_of

from dossiers.backoffice.redirects import redirect_back
from dossiers.models import Regulation

CHECKED, UNCHECKED = "dossiers.checked", "dossiers.unchecked"


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(CHECKED, _("Checked"), _("Checked at the source: it still stands there"))
    actions.register_action(UNCHECKED, _("Check taken back"), _("Check of today taken back"))


@require_POST
def mark_checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the user checked a rule today, or undo that if `undo` is posted; redirect to the previous page."""
    if not request.user.has_perm("dossiers.change_regulation"):
        raise PermissionDenied
    regulation, user = get_object_or_404(Regulation, pk=pk), cast(User, request.user)
    words = {"title": regulation.title}
    if not request.POST.get("undo"):
        record_check(regulation, user)
        messages.success(request, gettext("“%(title)s” is checked.") % words)
    elif undo_check(regulation, user):
        messages.success(request, gettext("The check of “%(title)s” of today was withdrawn.") % words)
    else:
        messages.error(
            request, gettext("You did not check “%(title)s” today, so there is nothing to take back.") % words
        )
    return redirect_back(request, reverse(Regulation.snippet_viewset.get_url_name("edit"), args=[pk]))  # type: ignore[attr-defined]


def record_check(regulation: Regulation, user: User) -> None:
    """Record the check; the log entry stores the previous check so that it can be restored."""
    if regulation.was_checked_today_by(user):
        return
    day = regulation.checked_on
    before = {"on": day and day.isoformat(), "by": regulation.checked_by_id}
    regulation.mark_checked(user)
    log(instance=regulation, action=CHECKED, user=user, data=before)


def undo_check(regulation: Regulation, user: User) -> bool:
    """Restore the previous check; return False if the user recorded no check today."""
    if not regulation.was_checked_today_by(user):
        return False
    entries = actions_of.get_logs_for_instance(regulation).filter(action=CHECKED, user=user)
    entry = entries.order_by("-timestamp").first()
    before: dict[str, Any] = entry.data if entry else {}
    day, by = before.get("on"), get_user_model().objects.filter(pk=before.get("by") or 0).first()
    regulation.checked_on, regulation.checked_by = day and date.fromisoformat(day), by
    regulation.save(update_fields=["checked_on", "checked_by"])
    log(instance=regulation, action=UNCHECKED, user=user)
    return True
