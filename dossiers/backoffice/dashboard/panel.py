"""The dashboard on Wagtail's home page: what is to be done today."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Count, Window
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin.ui.components import Component

from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.backoffice.activity.withdrawal import get_outcome_url
from dossiers.backoffice.agenda.pages import find_coming_days
from dossiers.backoffice.dashboard.first_steps import find_first_steps
from dossiers.backoffice.dashboard.tiles import build_tiles, build_waiting_tiles
from dossiers.backoffice.gone_records import describe_erasure
from dossiers.backoffice.imports.arrived import get_arrived_context
from dossiers.backoffice.imports.run_names import list_waiting_lists
from dossiers.backoffice.money.overview import budget_lines
from dossiers.models import FollowUp, Pilot
from dossiers.models.employers.withdrawal import get_recent_erasures

MAX_ACTIONS = 8


class Dashboard(Component):
    """The home panel for users who work with dossiers or actions."""

    name = "desk"
    template_name = "dossiers/dashboard/panel.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request: HttpRequest = parent_context["request"]
        user, day = cast(User, request.user), timezone.localdate()
        due = FollowUp.objects.visible_to(user).due(day).owned_by(user)
        counted = due.annotate(number_due=Window(Count("pk")))
        actions: list[Any] = list(counted.answers_first().with_subjects().select_related("owner")[:MAX_ACTIONS])
        log_list_access(request, gettext("Today"), len(actions), [str(FollowUp._meta.verbose_name_plural)])
        pilot = Pilot.load() if user.has_perm("dossiers.view_expense") else None
        return {
            "request": request,
            "csrf_token": get_token(request),  # Wagtail renders a panel without the context processors
            "may_settle": user.has_perm("dossiers.change_followup"),
            "sees_actions": user.has_perm("dossiers.view_followup"),
            "actions": [
                {
                    "action": action,
                    "late": action.due_on < day,
                    "unassigned": action.is_unassigned,
                    "outcome_url": get_outcome_url(action),
                    "subjects": [
                        (getattr(subject, "heading", str(subject)), get_record_url(subject))
                        for subject in action.subjects
                    ],
                }
                for action in actions
            ],
            "number_due": actions[0].number_due if actions else 0,
            "coming_days": find_coming_days(request),
            "first_steps": find_first_steps(user),
            "all_due": get_list_url(FollowUp, due="true", owner_or_nobody=user.pk),
            "may_import": user.has_perm("dossiers.add_importrun"),
            "waiting_lists": list_waiting_lists(user),
            **get_arrived_context(user),
            "pilot": pilot,
            "budget": budget_lines(pilot)[0] if pilot else None,
            "week": pilot.week_of(day) if pilot else None,
            "withdrawn": [
                (timezone.localdate(erasure.timestamp), describe_erasure(erasure.label))
                for erasure in get_recent_erasures()
            ]
            if user.has_perm("dossiers.view_employerinterest")
            else [],
            "tiles": build_tiles(user, day),
            "waits": build_waiting_tiles(user, day),
        }


def add_dashboard_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Add the dashboard, for Wagtail's hook `construct_homepage_panels`."""
    if any(request.user.has_perm(f"dossiers.view_{name}") for name in ("followup", "dossier")):
        panels.insert(0, Dashboard())
