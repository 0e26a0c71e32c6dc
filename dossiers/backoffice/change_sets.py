"""The base of the pages that undo an import or a bulk change."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages

from dossiers.models.change_set import NotUndone, StagedChangeSet


class UndoPageMixin:
    """Show what an undo would do on GET, and start the undo on POST; the refusal of an undo is shown as a message."""

    request: HttpRequest
    change_set_url_name: str  # of the page of the change set

    @property
    def change_set(self) -> StagedChangeSet:
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
