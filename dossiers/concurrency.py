"""Forms that are sent at the same moment."""

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse


class SavesInTurn:
    """The second of two forms that are sent at the same moment is validated after the first was saved."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self._post(request, *args, **kwargs)
        except IntegrityError:  # the other saved something that must be unique: now its form can say so
            return self._post(request, *args, **kwargs)

    def _post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            self.wait_for_turn()
            response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def wait_for_turn(self) -> None:
        """Lock what the form is checked against; a constraint of the database alone needs no lock."""


class SavesRecordInTurn(SavesInTurn):
    """The same for Wagtail's form of a snippet, which is read again under lock."""

    model: Any
    object: Any
    produced_error_message: str | None = None  # Wagtail asks for it also of a form that was refused after `is_valid`

    def wait_for_turn(self) -> None:
        if self.object and self.object.pk:
            self.lock_record()
        self.object = self.get_object()  # type: ignore[attr-defined]

    def lock_record(self) -> None:
        """Wait until nobody else changes this record; then nobody does before this transaction ends."""
        self.model._base_manager.select_for_update().filter(pk=self.object.pk).first()
