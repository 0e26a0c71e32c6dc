"""The two roles in which users work on imports: what differs between the pages of coordinators and of partners.

The role of partners is in `partners.permissions`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from admin_pages.pages import Link
from dossiers.models import Action, ImportRun
from dossiers.spreadsheets.resources import RESOURCES, RecordResource

STEPS = ("upload", "template", "columns", "words", "part", "keep", "lines", "line", "progress", "discard", "workbook")


class ImportRole(ABC):
    """The imports that users with this role see and change, and the pages on which they do."""

    is_partner: bool
    knows_dossiers: bool  # whether rows are compared with dossiers, so that the user decides which dossier is meant
    url_names: dict[str, str]  # of the list of imports, of the page of an import ("run"), and of each of the STEPS
    list_label: Any
    resources: Mapping[str, type[RecordResource]]  # of the kinds of lists that can be uploaded
    tabs: tuple[Action, ...]  # of the preview, in their order
    preview_states: Collection[str]  # in which the page of an import shows its rows
    workbook_states: Collection[str]  # in which the list can be downloaded with its errors marked
    discard_conflict: Any  # the message to a user who discards an import that is not a draft any more

    @abstractmethod
    def has_permission(self, user: Any, permission: str) -> bool:
        """Return whether the user may open a page that requires this permission of coordinators."""

    def refuse(self, user: Any) -> HttpResponse:
        """Return the response to a user without permission, or raise the exception that leads to it."""
        raise PermissionDenied

    @abstractmethod
    def get_visible_runs(self, user: Any) -> QuerySet[ImportRun]: ...

    def get_runs(self, user: Any) -> QuerySet[ImportRun]:
        """Return the imports that the user may work on."""
        return self.get_visible_runs(user)

    def holds(self, run: ImportRun) -> bool:
        """Return whether the import is with the users of this role, and its rows are compared for them."""
        return run.with_partner == self.is_partner

    def get_parent_pages(self, run: ImportRun) -> list[Link]:
        """Return the pages above those about an import: the list of imports and the page of the import."""
        lists = (reverse(self.url_names["list"]), self.list_label)
        return [lists, (reverse(self.url_names["run"], args=[run.pk]), run.file_name)]


class CoordinatorRole(ImportRole):
    """Coordinators see all imports, except those that a partner did not send yet, and apply them."""

    is_partner = False
    knows_dossiers = True
    url_names = {step: f"dossiers_import_{step}" for step in STEPS} | {
        "list": "dossiers_imports",
        "run": "dossiers_import",
        "workbook": "dossiers_import_return",
    }
    list_label = _("Imports")
    resources = RESOURCES
    tabs = tuple(Action)
    preview_states = (ImportRun.State.PREVIEWED, ImportRun.State.APPLIED)
    workbook_states = ImportRun.State.values
    discard_conflict = _("This list can't be thrown away any more: somebody imported it meanwhile.")

    def has_permission(self, user: Any, permission: str) -> bool:
        return bool(user.has_perm(permission))

    def get_visible_runs(self, user: Any) -> QuerySet[ImportRun]:
        return ImportRun.objects.visible_to(user)


COORDINATOR = CoordinatorRole()


class ImportRoleMixin(PermissionRequiredMixin):
    """A view of coordinators, which is one of partners if its `role` is theirs."""

    request: HttpRequest
    role: ImportRole = COORDINATOR
    permission_required: Any = "dossiers.add_importrun"

    def has_permission(self) -> bool:
        return self.role.has_permission(self.request.user, self.permission_required)

    def handle_no_permission(self) -> Any:
        return self.role.refuse(self.request.user)

    def get_runs(self) -> QuerySet[ImportRun]:
        return self.role.get_runs(self.request.user)
