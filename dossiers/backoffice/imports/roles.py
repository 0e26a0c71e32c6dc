"""The two roles in which users work on imports: what differs between the pages of coordinators and of partners.

The role of partners is in `partners.permissions`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.pages import Link
from dossiers import privacy
from dossiers.models import Action, ImportRun
from dossiers.spreadsheets.resources import RESOURCES, RecordResource

DISCARDED = "discarded_import"  # session key of the import that the user discarded last
STEPS = (
    "upload",
    "template",
    "columns",
    "questions",
    "part",
    "keep",
    "replace",
    "lines",
    "line",
    "progress",
    "discard",
    "workbook",
)


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

    def get_state_label(self, run: ImportRun) -> str:
        """Return the state of an import that was queried by this role, in the words of its users."""
        if run.state == ImportRun.State.RETURNED and run.organisation:
            return gettext("returned to %(organisation)s") % {"organisation": run.organisation}
        return str(run.get_state_display())

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

    def has_permission(self, user: Any, permission: str) -> bool:
        return bool(user.has_perm(permission))

    def get_visible_runs(self, user: Any) -> QuerySet[ImportRun]:
        return ImportRun.objects.visible_to(user)


COORDINATOR = CoordinatorRole()


class StateChanged(Exception):
    """An import has another state than when the page was shown on which the user pressed a button."""

    def __init__(self, run: ImportRun, *lost_texts: str) -> None:
        self.run, self.lost_texts = run, lost_texts


def describe_lost_texts(texts: Collection[str]) -> str:
    """Return a sentence with what the user typed in vain, so that it can be copied; "" if nothing was typed."""
    typed = "; ".join(privacy.masked(text.strip()) for text in texts if text.strip())
    return gettext("What you typed is not kept: “%(text)s”.") % {"text": typed} if typed else ""


class ImportRoleMixin(PermissionRequiredMixin):
    """A view of coordinators, which is one of partners if its `role` is theirs."""

    request: HttpRequest
    role: ImportRole = COORDINATOR
    permission_required: Any = "dossiers.add_importrun"

    def has_permission(self) -> bool:
        return self.role.has_permission(self.request.user, self.permission_required)

    def handle_no_permission(self) -> Any:
        return self.role.refuse(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except StateChanged as changed:
            return self.explain_change(changed)
        except Http404:
            if "pk" not in kwargs or request.session.get(DISCARDED) != kwargs["pk"]:
                raise
            messages.info(request, gettext("You threw this list away."))
            return redirect(self.role.url_names["list"])

    def explain_change(self, changed: StateChanged) -> HttpResponse:
        """Redirect to the page of the import, with a message that says what became of it and what was typed."""
        state = gettext("This was changed meanwhile. Its state is now: %(state)s.")
        texts = [
            state % {"state": self.role.get_state_label(changed.run)},
            describe_lost_texts(changed.lost_texts or self.find_typed_texts()),
        ]
        messages.warning(self.request, " ".join(filter(None, texts)))
        return redirect(self.role.url_names["run"], changed.run.pk)

    def find_typed_texts(self) -> list[str]:
        """Return what the user typed on the preview, as far as it differs from what stood there."""
        posted = self.request.POST
        names = [name for name in posted if name == "word" or name.startswith("cell-")]
        return [posted[name] for name in names if posted[name].split() != posted.get(f"was-{name}", "").split()]

    def get_runs(self) -> QuerySet[ImportRun]:
        return self.role.get_runs(self.request.user)

    def get_run_to_change(self, pk: int, *states: str) -> ImportRun:
        """Return an import that the user may see; raises StateChanged if it is elsewhere, or in none of the states."""
        run = get_object_or_404(self.role.get_visible_runs(self.request.user), pk=pk)
        if run.state not in states or not self.role.holds(run):
            raise StateChanged(run)
        return run
