"""Refusal of requests that no browser sends for a form of the site."""

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest

CONTENT_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
MAX_FIELDS = 200  # several times the size of a long form


def refuse_invalid_form_request(request: HttpRequest, form: type[forms.Form]) -> None:
    """Raise BadRequest for another content type, a file, too many fields, or several values for one answer."""
    if request.content_type not in CONTENT_TYPES or request.FILES:
        raise BadRequest("No form")
    if sum(len(values) for _name, values in request.POST.lists()) > MAX_FIELDS:
        raise BadRequest("Too many fields")
    for name, values in request.POST.lists():
        field = form.base_fields.get(name)
        if len(values) > 1 and not isinstance(field, forms.MultipleChoiceField):
            raise BadRequest("Several values for one field")
