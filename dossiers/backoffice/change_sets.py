"""The base of the pages that undo an import or a bulk change."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages

from admin_pages.pages import Link
from dossiers.models import ImportRun, Merge
from dossiers.models.change_set import NotUndone, StagedChangeSet
from dossiers.spreadsheets.undo.given_values import AnyChangeSet, describe_change_set
from dossiers.spreadsheets.undo.undo_plan import UndoPlan


class UndoPageMixin:
    """Show what an undo would do on GET, and start the undo on POST; the refusal of an undo is shown as a message.

    If the undo would do something else by now than the page promised, it is shown again.
    """

    request: HttpRequest
    change_set_url_name: str  # of the page of the change set

    @property
    def change_set(self) -> StagedChangeSet:
        raise NotImplementedError

    def get_present_plan(self) -> UndoPlan | None:
        """Return what an undo would do now; None if only the undo itself finds out."""
        raise NotImplementedError

    def start_undo(self) -> None:
        """Start the work of an undo, in the transaction that claimed it."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reason := self.change_set.find_undo_refusal():
            return self._refuse(reason)
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = None if self.change_set.find_undo_refusal() else self.get_present_plan()
        promised = request.POST.get("promised")
        if plan and promised and promised != plan.get_version():
            changed = gettext(
                "Something changed since you opened this page. Nothing was undone yet. This is what the undo does now:"
                " look at it, and undo it then."
            )
            messages.warning(request, changed)
            return redirect(request.path)
        if plan and plan.leaves_everything:
            return redirect(request.path)  # the page says why and what to do first
        try:
            with transaction.atomic():
                self.change_set.claim_undo(cast(User, request.user))
                self.start_undo()
        except NotUndone as reason:
            return self._refuse(str(reason))
        return redirect(self.change_set_url_name, pk)

    def _refuse(self, reason: str) -> HttpResponse:
        messages.error(self.request, reason)
        return redirect(self.change_set_url_name, self.change_set.pk)


def get_undo_plan_context(plan: UndoPlan) -> dict[str, Any]:
    """Return the template context of what stays: why, and which later change sets to undo first."""
    first_link: Link | None = None
    if first := next(iter(plan.later_change_sets), None):
        short_names = {ImportRun: lambda run: run.file_name, Merge: describe_change_set}
        name = short_names.get(type(first), str)(first)
        first_link = _get_url(first, of_import="dossiers_import_undo"), name
    return {
        "promised": plan.get_version(),
        "reasons": plan.describe_reasons(),
        "later_change_sets": [get_undo_link(change_set) for change_set in plan.named_change_sets],
        "unnamed_change_sets": plan.unnamed_change_sets,
        "first_to_undo": first_link,
    }


def get_undo_link(change_set: AnyChangeSet) -> Link:
    """Return the page of an import, or that of the undo of a bulk change or a merge, with its name."""
    name = describe_change_set(change_set)
    if change_set.undone_at:
        name = gettext("%(name)s (undone since)") % {"name": name}
    return _get_url(change_set, of_import="dossiers_import"), name


def _get_url(change_set: AnyChangeSet, *, of_import: str) -> str:
    """Return the URL of this page of an import, or that of the undo of a bulk change or a merge."""
    names = {ImportRun: of_import, Merge: "dossiers_merge_undo"}
    return reverse(names.get(type(change_set), "dossiers_bulk_undo"), args=[change_set.pk])
