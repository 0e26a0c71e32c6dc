"""Pages of a record that is gone: they say why to users who might have seen the record, instead of a plain 404."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry

from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.models import EmployerInterest
from dossiers.models.employers.withdrawal import ERASED, find_erasure

Explain = Callable[[HttpRequest, str], HttpResponse | None]


def explain_if_gone(view: Callable[..., Any], explain: Explain) -> Callable[..., Any]:
    """Return the view with the response of `explain` instead of its 404, unless that is None."""

    @wraps(view)
    def view_or_explanation(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            key = unquote(str(kwargs.get("pk") or next(iter(args), "")))
            if response := explain(request, key):
                return response
            raise

    return view_or_explanation


class ExplainsErasedInterest:
    """Says on the pages of an interest that its employer withdrew it."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., Any]:
        return explain_if_gone(super().as_view(**initkwargs), explain_erased_interest)  # type: ignore[misc]


def explain_erased_interest(request: HttpRequest, key: str) -> HttpResponse | None:
    """Return a page about an interest that was erased as its employer withdrew it, if the user may see interests."""
    erasure = find_erasure(key) if request.user.has_perm("dossiers.view_employerinterest") else None
    return render_gone(request, EmployerInterest(), describe_erasure(erasure.label)) if erasure else None


def describe_erasure(reference: str) -> str:
    text = gettext("The employer withdrew the sign-up %(reference)s. Everything about it was erased.")
    return text % {"reference": reference}


def render_gone(request: HttpRequest, current: Model, why: str, url: str = "", link: str = "") -> HttpResponse:
    """Return a 404 page that says why nothing was saved, with what the user typed, which can be copied from it.

    It shows the fields of the edit form of `current` that were filled in otherwise than `current` has them.
    """
    typed = list(list_typed_values(request, current)) if request.method == "POST" else []
    title = gettext("Not saved") if request.method == "POST" else gettext("Not found")
    context = {"page_title": title, "why": why, "typed": typed, "url": url, "link": link}
    return render(request, "dossiers/records/gone.html", context, status=404)


def list_typed_values(request: HttpRequest, current: Model) -> Iterator[tuple[str, str]]:
    """Yield (label, value) of each field that was typed in the edit form and that `current` has otherwise."""
    form_class = type(current).get_edit_handler().get_form_class()  # type: ignore[attr-defined]
    form = form_class(request.POST, instance=current, for_user=request.user)
    for name in form.changed_data:
        field = form.fields[name]
        if name in request.POST and not field.widget.is_hidden:
            yield capfirst(str(field.label)), format_typed_value(field, form[name].data)


def format_typed_value(field: forms.Field, data: Any) -> str:
    """Return what was typed or chosen in a field as text; an invalid value is returned as it was typed."""
    try:
        value = field.clean(data)
    except forms.ValidationError:
        return format_value(data)
    if isinstance(field, forms.ModelChoiceField):
        records = value if isinstance(field, forms.ModelMultipleChoiceField) else filter(None, [value])
        return ", ".join(field.label_from_instance(record) for record in records) or NOTHING
    choices = dict(getattr(field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(choices.get(item, item)) for item in value) or NOTHING
    return format_value(choices.get(value, value))


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(ERASED, _("Withdrawn by the employer"), _("Withdrawn by the employer, and erased"))
