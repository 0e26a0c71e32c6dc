"""Lists the steps to take first in an empty installation."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, RecordKind
from dossiers.models.rights import COORDINATORS


@dataclass(frozen=True)
class FirstStep:
    """A step, the page to do it on, and what to do for who may not open that page."""

    title: str | Promise
    text: str | Promise
    permission: str
    url_name: str
    arguments: tuple[Any, ...] = ()
    otherwise: str | Promise = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.arguments)


IMPORT = FirstStep(
    _("Import a list"),
    _("As a partner mails it. Nothing is stored before you have seen what is new, and it can be undone."),
    "dossiers.add_importrun",
    "dossiers_import_upload",
    (RecordKind.DOSSIERS,),
)
INVITE = FirstStep(
    _("Invite a colleague"),
    _("Another coordinator, a communications officer, or staff of a partner who send their own lists."),
    "auth.add_user",
    "wagtailusers_users:add",
    otherwise=_("Ask an administrator to do so."),
)
CONTACT = FirstStep(
    _("Fill in the contact details"),
    _("They stand on the site, in mails and in letters to candidates. Until then the site says nothing of it."),
    "pilot_pages.change_pilotsettings",
    "wagtailsettings:edit",
    ("pilot_pages", "pilotsettings"),
    _("Ask a communications officer or an administrator to do so."),
)


def find_first_steps(user: Any) -> list[tuple[FirstStep, bool]]:
    """Return what to do first, each with whether the user may do it; nothing once there are candidates."""
    if not user.has_perm("dossiers.view_dossier") or Dossier.objects.exists():
        return []
    has_colleague = User.objects.filter(is_active=True, groups__name=COORDINATORS).exclude(pk=user.pk).exists()
    steps = [IMPORT, *([] if has_colleague else [INVITE]), CONTACT]
    return [(step, user.has_perm(step.permission)) for step in steps]
