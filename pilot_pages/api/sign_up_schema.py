"""The JSON schema of a sign-up, built from the current questions of the sign-up page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilot_pages.api.language import DESCRIBED
from pilot_pages.checker.prefill import NAME as WALK
from pilot_pages.models import SignUpPage
from pilot_pages.sign_up.field_schemas import TYPES, answer_type_of
from pilot_pages.sign_up.form import SignUpForm
from pilot_pages.sign_up.json_form import form_class, list_questions
from web_api.openapi import Described

EXAMPLE = {
    "language": "nl", "company_name": "Kwekerij Voorbeeld", "kvk_number": "90000001",
    "contact_name": "Anneke Voorbeeld", "email": "anneke@kwekerij.example",
    "work_description": "Tomaten plukken en inpakken", "positions": 2,
    "hours_per_week": 24, "dutch_level_required": "A1", "start_date": "2027-03-01",
}  # fmt: skip
OTHER_PROPERTIES: Described = {
    "language": DESCRIBED,
    WALK: {
        "type": "string",
        "description": _("The walk through the check that led here, as it stands behind “check=” in the address of the "
                         "form. It is kept with the sign-up; what leads to no outcome is left out."),
    },
}  # fmt: skip


def schemas() -> dict[str, Described]:
    text: Described = {"type": "string"}
    question: Described = {
        "type": "object",
        "required": ["name", "group", "label", "help_text", "required", "type", "autocomplete"],
        "properties": {
            "name": text, "group": text, "label": text, "help_text": text, "required": {"type": "boolean"},
            "type": {"enum": TYPES}, "autocomplete": text, "max_length": {"type": "integer"},
            "minimum": {"type": "number"}, "maximum": {"type": "number"},
            "choices": {"type": "array", "items": {"type": "array", "items": text, "minItems": 2, "maxItems": 2}},
        },
    }  # fmt: skip
    about = ("language", "title", "page", "privacy_notice")
    form: Described = {
        "type": "object",
        "required": [*about, "questions"],
        "properties": dict.fromkeys(about, text) | {"questions": {"type": "array", "items": question}},
    }
    page = SignUpPage.objects.live().first()
    current_form = form_class(page)() if page else SignUpForm()
    fields = {name: current_form.fields[name] for name in list_questions(current_form)}
    sign_up: Described = {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in fields.items() if field.required],
        "properties": OTHER_PROPERTIES | {name: _describe_field(field) for name, field in fields.items()},
        "examples": [EXAMPLE],
    }
    taken: Described = {"type": "object", "required": ["detail"], "properties": {"detail": text}}
    return {"SignUpForm": form, "SignUp": sign_up, "SignUpTaken": taken}


def _describe_field(field: forms.Field) -> Described:
    description: Described = {"description": str(field.label)}
    if isinstance(field, forms.BooleanField):
        return description | ({"const": True} if field.required else {"type": "boolean"})
    if isinstance(field, forms.IntegerField):
        limits = {"minimum": field.min_value, "maximum": field.max_value}
        kind = "number" if isinstance(field, forms.DecimalField) else "integer"
        return description | {"type": kind} | {name: limit for name, limit in limits.items() if limit is not None}
    choices: Any = [(str(value), label) for value, label in getattr(field, "choices", ())]
    if isinstance(field, forms.MultipleChoiceField):
        return description | {"type": "array", "items": {"enum": [value for value, _label in choices]}}
    if isinstance(field, forms.ChoiceField):
        return description | {"enum": [value for value, _label in choices if value or not field.required]}
    if isinstance(field, forms.DateField):
        return description | {"type": "string", "format": "date"}
    if answer_type_of(field) == "email":
        description["format"] = "email"
    min_length = {"minLength": 1} if field.required else {}
    max_length = getattr(field, "max_length", None)
    return description | {"type": "string"} | min_length | ({"maxLength": max_length} if max_length else {})
