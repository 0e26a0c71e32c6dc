"""What no browser makes of our form is refused before it is looked at."""

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest

KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")
MOST_FIELDS = 200  # several times what a long form with all its answers has


def refuse_unreadable(request: HttpRequest, form: type[forms.Form]) -> None:
    """Raises BadRequest for another kind of content, a file, too many fields, or several values for one answer."""
    if request.content_type not in KINDS or request.FILES:
        raise BadRequest("No form")
    if sum(len(values) for _name, values in request.POST.lists()) > MOST_FIELDS:
        raise BadRequest("Too many fields")
    fields = form.base_fields
    if any(len(values) > 1 and not _takes_many(fields.get(name)) for name, values in request.POST.lists()):
        raise BadRequest("Several values for one field")


def _takes_many(field: forms.Field | None) -> bool:
    return getattr(field and field.widget, "allow_multiple_selected", False)
