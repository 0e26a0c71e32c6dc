"""Pages of a record that is gone: they say why to users who might have seen the record, instead of a plain 404.

A form that is sent about such a record gets back what was typed in it, whatever the form and whatever the reason.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry
from wagtail.models import ModelLogEntry
from wagtail.snippets.models import get_snippet_models

from admin_pages.users import get_person_name
from dates.format import format_date, format_datetime
from dossiers.backoffice.labels import NOTHING, format_value, get_heading
from dossiers.backoffice.own_fields.forms import OwnFieldsFormMixin
from dossiers.backoffice.record_access import find_dossiers
from dossiers.models import (
    Deletion,
    Dossier,
    Employer,
    EmployerInterest,
    Merge,
    Organisation,
    OwnField,
    Placement,
    Supply,
)
from dossiers.models.employers.withdrawal import ERASED, find_erasure
from dossiers.spreadsheets.own_field_inputs import form_field
from dossiers.spreadsheets.resources import OwnSheetField

SUBJECT_MODELS = {"dossier": Dossier, "employer": Employer, "interest": EmployerInterest, "placement": Placement}
Explain = Callable[[HttpRequest, str], HttpResponse | None]
SECRETS = ("csrf", "password", "secret", "token")  # fields whose names contain these words are not shown
NOT_TYPED = ("form-id", "seen_at", "next", "back")


@dataclass(frozen=True)
class Explanation:
    """Why a record is gone, and the record that took its place."""

    why: str
    url: str = ""
    link: str = ""
    current: Model | None = None


class GoneRecordMiddleware:
    """Answers a form about a record that is gone with the reason and what was typed, which can be copied from it.

    A record that the user may not see and one that never existed get the same response.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method != "POST" or not is_backoffice_request(request):
            return response
        return explain_lost_form(request) or response


def is_backoffice_request(request: HttpRequest) -> bool:
    """Whether a user of the backoffice asks for a page of it; scripts expect other responses."""
    is_page = request.path.startswith(reverse("wagtailadmin_home")) and request.accepts("text/html")
    return is_page and request.user.has_perm("wagtailadmin.access_admin") and bool(request.resolver_match)


def explain_lost_form(request: HttpRequest) -> HttpResponse | None:
    """Return a page that says why nothing was saved, or None if there is neither a reason nor anything typed."""
    match: Any = request.resolver_match
    model = find_model(request, match)
    named = list(list_named_records(request, match, model))
    explanations = (find_explanation(request.user, *record) for record in named)
    explanation = next(filter(None, explanations), None)
    subjects = [*named, *list_subjects(request.POST)]
    is_forgotten = any(is_anonymised(request.user, *record) for record in subjects)
    has_typed_values = getattr(getattr(match.func, "view_class", None), "has_typed_values", True)
    is_shown = has_typed_values and not is_forgotten
    typed = list(list_typed_values(request, match, model, explanation)) if is_shown else []
    if is_forgotten and not explanation:
        explanation = Explanation(gettext("Nothing was saved: the data of this person was erased."))
    if not explanation and not typed:
        return None
    explanation = explanation or Explanation(gettext("Nothing was saved: this does not exist (any more)."))
    return render_gone(request, explanation, typed)


def find_model(request: HttpRequest, match: ResolverMatch) -> type[Model] | None:
    """Return the model of the record in the URL: the one of the view, or the one whose list the URL is below."""
    view: Any = match.func
    model = getattr(getattr(view, "view_class", None), "model", None) or getattr(view, "view_initkwargs", {}).get(
        "model"
    )
    if isinstance(model, type) and issubclass(model, Model):
        return model
    lists = {m: reverse(m.snippet_viewset.get_url_name("list")) for m in get_snippet_models()}
    return next((m for m, url in lists.items() if request.path.startswith(url)), None)


def list_named_records(
    request: HttpRequest, match: ResolverMatch, model: type[Model] | None
) -> Iterator[tuple[type[Model], str]]:
    """Yield (model, key) of the records that the URL names."""
    if model:
        for value in match.kwargs.values():
            key = unquote(str(value))
            if key.isdecimal():
                yield model, key
    yield from list_subjects(request.GET)


def list_subjects(values: Mapping[str, str]) -> Iterator[tuple[type[Model], str]]:
    for name, model in SUBJECT_MODELS.items():
        key = values.get(name, "")
        if key.isdecimal():
            yield model, key


def find_known_records(user: Any, model: Any) -> Any:
    """Return the records that the user may see, and the anonymised people of the user's own organisation."""
    records = model._default_manager.all()
    if model is Supply and not user.has_perm("dossiers.view_dossier"):
        return records.filter(organisation__in=Organisation.objects.of(user))
    if hasattr(records, "visible_to"):
        return records.visible_to(user)
    return records if may_view(user, model) else records.none()


def may_view(user: Any, model: type[Model]) -> bool:
    meta = model._meta
    return any(user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}") for action in ("view", "change"))


def is_anonymised(user: Any, model: type[Model], key: str) -> bool:
    record = find_known_records(user, model).filter(pk=key).first()
    return record is not None and any(dossier.anonymised_at for dossier in find_dossiers(record))


def find_explanation(user: Any, model: type[Model], key: str) -> Explanation | None:
    """Return why the record with this key is gone, or None if it exists, never existed or may not be seen."""
    if not may_view(user, model) or model._base_manager.filter(pk=key).exists():
        return None
    if model is Dossier and (merge := find_merge(user, key)):
        may_change = user.has_perm("dossiers.change_dossier") and not merge.kept.anonymised_at
        page: Any = Dossier.snippet_viewset.get_url_name("edit" if may_change else "inspect")  # type: ignore[attr-defined]
        text = gettext("Nothing was saved: %(reference)s was merged into %(kept)s on %(day)s.") % describe_merge(merge)
        return Explanation(text, reverse(page, args=[merge.kept_id]), merge.kept.heading, merge.kept)
    if model is EmployerInterest and (erasure := find_erasure(key)):
        return Explanation(describe_erasure(erasure.label))
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    deletions = ModelLogEntry.objects.filter(content_type=kind, object_id=key, action="wagtail.delete")
    entry = deletions.select_related("user").first()
    if entry is None:
        return None
    text = describe_deletion(entry)
    if deletion := Deletion.objects.visible_to(user).find_deletion_of(model, int(key)):
        return Explanation(text, reverse("dossiers_deletion_undo", args=[deletion.pk]), gettext("Restore"))
    return Explanation(text)


def find_merge(user: Any, key: str) -> Merge | None:
    """Return the merge of the dossier that had this key into another, which the user may see."""
    visible = Dossier.objects.visible_to(user)
    merges = Merge.objects.not_undone().filter(kept__in=visible).select_related("kept")
    return merges.filter(other_id=key).order_by("pk").last() if key.isdecimal() else None


def describe_merge(merge: Merge) -> dict[str, str]:
    """Return the words of a sentence about the merge."""
    return {"reference": merge.reference, "kept": merge.kept.reference, "day": format_date(merge.applied_at)}


def describe_deletion(entry: ModelLogEntry) -> str:
    names = {"moment": format_datetime(entry.timestamp), "who": get_person_name(entry.user)}
    if entry.user:
        return gettext("Nothing was saved: this was deleted on %(moment)s by %(who)s.") % names
    return gettext("Nothing was saved: this was deleted on %(moment)s.") % names


def describe_erasure(reference: str) -> str:
    text = gettext("The employer withdrew the sign-up %(reference)s. Everything about it was erased.")
    return text % {"reference": reference}


def explain_gone_choices(form: Any, user: Any) -> None:
    """Say of a record that was chosen in a form why it is gone, and offer the dossier that stayed after a merge."""
    if not form.is_bound:
        return
    chosen = {name: str(form[name].data or "") for name in SUBJECT_MODELS if name in form.fields}
    for name, key in chosen.items():
        if key.isdecimal() and (explanation := find_explanation(user, SUBJECT_MODELS[name], key)):
            form.fields[name].error_messages["invalid_choice"] = explanation.why
    key = chosen.get("dossier", "")
    merge = find_merge(user, key)
    if merge is None or Dossier.objects.filter(pk=key).exists():
        return
    if merge.kept.anonymised_at:
        text = gettext("%(reference)s was merged into %(kept)s on %(day)s.")
    else:
        text = gettext("%(reference)s was merged into %(kept)s on %(day)s. That dossier is chosen now: save again.")
    form.fields["dossier"].error_messages["invalid_choice"] = text % describe_merge(merge)
    if not form.is_valid() and not merge.kept.anonymised_at:
        form.data = form.data.copy()
        form.data[form.add_prefix("dossier")] = str(merge.kept_id)


def render_gone(
    request: HttpRequest, explanation: Explanation, typed: list[tuple[str, str]] | None = None
) -> HttpResponse:
    title = gettext("Not saved") if request.method == "POST" else gettext("Not found")
    context = {"page_title": title, "explanation": explanation, "typed": typed}
    return render(request, "dossiers/records/not_found.html", context, status=404)


def list_typed_values(
    request: HttpRequest, match: ResolverMatch, model: Any, explanation: Explanation | None
) -> Iterator[tuple[str, str]]:
    """Yield (label, value) of each field that was filled in, and otherwise than the record that stayed has it."""
    view: Any = match.func
    form_class = getattr(getattr(view, "view_class", None), "form_class", None)
    form_class = getattr(view, "view_initkwargs", {}).get("form_class", form_class)
    form_classes = getattr(getattr(view, "view_class", None), "form_classes", None) or filter(None, [form_class])
    fields = {name: field for each in form_classes for name, field in get_form_fields(each).items()}
    values: dict[str, Any] = {}
    if form_class and issubclass(form_class, forms.BaseModelForm):
        current = (explanation and explanation.current) or form_class._meta.model()
        values = forms.model_to_dict(current) | getattr(current, "extra", {})
    for name in request.POST:
        if name in NOT_TYPED or name.startswith("initial-") or any(word in name for word in SECRETS):
            continue
        field = fields.get(name) or get_model_field(Dossier if model is Supply else model, name)
        if field is None:
            typed = [format_text(text) for text in request.POST.getlist(name) if text]
            if typed and not fields:
                yield capfirst(name.replace("_", " ").replace("-", " ")), ", ".join(typed)
        elif not field.widget.is_hidden and not isinstance(field.widget, forms.PasswordInput):
            data = field.widget.value_from_datadict(request.POST, request.FILES, name)
            if field.has_changed(values.get(name), data):
                yield capfirst(str(field.label or name)), format_typed_value(request.user, field, data)


def get_form_fields(form_class: Any) -> dict[str, forms.Field]:
    """Return the fields of a form without its record, which is gone, by the names that they have in a page."""
    before = f"{form_class.prefix}-" if form_class.prefix else ""
    fields: dict[str, forms.Field] = {f"{before}{name}": field for name, field in form_class.base_fields.items()}
    if issubclass(form_class, OwnFieldsFormMixin):
        own = OwnField.objects.of(form_class._meta.model).in_use()
        fields = fields | {field.key: form_field(OwnSheetField(field)) for field in own}
    return fields


def get_model_field(model: Any, name: str) -> forms.Field | None:
    """Return the form field of a field of the record that some forms add by themselves."""
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return field.formfield() if isinstance(field, Field) else None


def format_text(text: str) -> str:
    """Return a text as it was typed, also one that the editor of pages sends as JSON."""
    if not text.startswith('{"'):
        return text
    try:
        return "\n".join(block["text"] for block in json.loads(text)["blocks"])
    except (ValueError, KeyError, TypeError):
        return text


def format_typed_value(user: Any, field: forms.Field, data: Any) -> str:
    """Return what was typed or chosen in a field as text; an invalid value is returned as it was typed."""
    try:
        value = field.clean(data)
    except forms.ValidationError:
        return format_value(data)
    if isinstance(field, forms.ModelChoiceField):
        records = value if isinstance(field, forms.ModelMultipleChoiceField) else filter(None, [value])
        return ", ".join(format_record(user, record) for record in records) or NOTHING
    choices = dict(getattr(field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(choices.get(item, item)) for item in value) or NOTHING
    return format_value(choices.get(value, value))


def format_record(user: Any, record: Any) -> str:
    """Return the name of a record that was chosen, or its key if the user may not see it."""
    if isinstance(record, AbstractUser):
        return get_person_name(record)
    has_rights = hasattr(type(record)._default_manager.all(), "visible_to")
    if has_rights and not find_known_records(user, type(record)).filter(pk=record.pk).exists():
        return str(record.pk)
    return get_heading(record)


def explain_if_gone(view: Callable[..., Any], explain: Explain) -> Callable[..., Any]:
    """Return the view with the response of `explain` to a GET instead of its 404, unless that is None."""

    @wraps(view)
    def view_or_explanation(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            key = unquote(str(kwargs.get("pk") or next(iter(args), "")))
            if request.method == "GET" and (response := explain(request, key)):
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
    return render_gone(request, Explanation(describe_erasure(erasure.label))) if erasure else None


def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(ERASED, _("Withdrawn by the employer"), _("Withdrawn by the employer, and erased"))
