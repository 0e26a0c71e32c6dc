"""The page “System”, which does not exist for anybody but administrators."""

import platform
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django
import wagtail
from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from admin_pages.pages import AdminPageMixin, Link
from backups.models import OVERDUE_AFTER, Backup
from config.system import failed_tasks
from config.system.lanes import list_lanes
from config.system.reasons import describe_failure
from config.system.task_kinds import get_kind, get_label, get_record_urls
from config.system.waiting_emails import list_waiting_emails
from workers.lanes import are_workers_needed
from workers.models import WorkerHeartbeat

MAX_FAILED_SHOWN = 50


def is_administrator(request: HttpRequest) -> bool:
    return request.user.has_perm("workers.change_workerheartbeat")


class ForAdministrators:
    """A mixin of views that are a 404 for others."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_administrator(request):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class SystemView(ForAdministrators, AdminPageMixin, TemplateView):
    template_name = "system/page.html"
    page_title = _("System")
    header_icon = "cogs"

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_menu_settings"), _("Settings"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heartbeats = list(WorkerHeartbeat.objects.all())
        failed = failed_tasks.find_failed_tasks()
        shown = list(failed[:MAX_FAILED_SHOWN])
        urls = get_record_urls(shown)
        lanes = list_lanes(heartbeats) if are_workers_needed() else []
        return super().get_context_data(**kwargs) | {
            "heartbeats": heartbeats,
            "lanes": lanes,
            "without_worker": [lane for lane in lanes if not lane.workers],
            "version": settings.VERSION,
            "failed": [
                {
                    "task": task,
                    "label": get_label(task),
                    "reason": describe_failure(task),
                    "may_retry": failed_tasks.is_retry_offered(task),
                    "url": urls.get(task.pk),
                    "link": get_kind(task).link,
                }
                for task in shown
            ],
            "more_failed": failed.count() - len(shown) if len(shown) == MAX_FAILED_SHOWN else 0,
            "emails": list_waiting_emails(),
            "makes_backups": bool(settings.BACKUP_RECIPIENTS),
            "last_backup": Backup.objects.first(),
            "last_good_backup": Backup.objects.succeeded().first(),
            "is_backup_overdue": Backup.objects.is_overdue(),
            "overdue_after": OVERDUE_AFTER.days,
            "versions": {
                settings.WAGTAIL_SITE_NAME: settings.VERSION,
                "Python": platform.python_version(),
                "Django": django.get_version(),
                "Wagtail": wagtail.__version__,
                connection.display_name: ".".join(map(str, connection.get_database_version())),
            },
        }


class TaskActionView(ForAdministrators, View):
    """A button beside a failed task."""

    action: Callable[[UUID], bool] | None = None
    done: Any = ""
    refused: Any = ""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        if self.action and self.action(pk):
            messages.success(request, self.done)
        else:
            messages.warning(request, self.refused)
        return redirect("system")


class RetryView(TaskActionView):
    action = staticmethod(failed_tasks.retry)
    done = _("The task runs again as soon as its lane is free.")
    refused = _("The task was not started again: it is no longer in the list, or it can't be tried again.")


class PutAwayView(TaskActionView):
    action = staticmethod(failed_tasks.put_away)
    done = _("The task was put away.")
    refused = _("The task is no longer in the list.")


class SystemMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return is_administrator(request)


def system_menu_item() -> MenuItem:
    return SystemMenuItem(_("System"), reverse_lazy("system"), name="system", icon_name="cogs")


def urls() -> list[URLPattern]:
    return [
        path("system/", SystemView.as_view(), name="system"),
        path("system/tasks/<uuid:pk>/retry/", RetryView.as_view(), name="system_retry"),
        path("system/tasks/<uuid:pk>/put-away/", PutAwayView.as_view(), name="system_put_away"),
    ]
