"""The e-mail to the user whose file is ready. It has only a link, and nothing of the records in the file."""

from typing import Self

from django.utils.translation import gettext_lazy as _

from admin_pages.users import find_users_with_email
from dossiers.emails.base import StaffEmail, build_admin_url
from dossiers.models import ExportRun


class ExportReadyEmail(StaffEmail):
    name, label = "export_ready", _("file is ready")

    @classmethod
    def find(cls, run_id: int) -> Self | None:
        ready = ExportRun.objects.filter(pk=run_id, state=ExportRun.State.READY, user__in=find_users_with_email())
        run = ready.select_related("user").first()
        return cls(run.user.email, link=build_admin_url("dossiers_export", run.pk)) if run else None
