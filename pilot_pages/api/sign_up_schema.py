"""The schema of a sign-up, built from the current questions of the sign-up page."""

from datetime import date
from typing import Annotated, Any, Literal

from django import forms
from ninja import Field, Schema
from pydantic import ConfigDict, create_model

from pilot_pages.checker.prefill import NAME as WALK
from pilot_pages.models import SignUpPage
from pilot_pages.read_api.schemas import LANGUAGES, Code
from pilot_pages.sign_up.field_schemas import answer_type_of
from pilot_pages.sign_up.form import SignUpForm
from pilot_pages.sign_up.json_form import form_class, list_questions
from web_api.translation import gettext_lazy as _

EXAMPLE: dict[str, Any] = {
    "language": "nl", "company_name": "Kwekerij Voorbeeld", "kvk_number": "90000001",
    "contact_name": "Anneke Voorbeeld", "email": "anneke@kwekerij.example",
    "work_description": "Tomaten plukken en inpakken", "positions": 2,
    "hours_per_week": 24, "dutch_level_required": "A1", "start_date": "2027-03-01",
}  # fmt: skip


class SignUp(Schema):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    language: Code = Field(LANGUAGES[0])


def build_sign_up() -> type[SignUp]:
    """Return the schema with the questions of today."""
    page = SignUpPage.objects.live().first()
    form = form_class(page)() if page else SignUpForm()
    walk = _(
        "The walk through the check that led here, as it stands behind “check=” in the address of the form. It is kept "
        "with the sign-up; what leads to no outcome is left out, and what was changed since is refused."
    )
    answers: dict[str, Any] = {WALK: (str, Field(None, description=walk))}
    for name in list_questions(form):
        field = form.fields[name]
        answers[name] = (_get_type(field), Field(... if field.required else None, description=str(field.label)))
    return create_model(SignUp.__name__, __base__=SignUp, **answers)


def _get_type(field: forms.Field) -> Any:
    if isinstance(field, forms.BooleanField):
        return Literal[True] if field.required else bool
    if isinstance(field, forms.IntegerField):
        number, low, high = float if isinstance(field, forms.DecimalField) else int, field.min_value, field.max_value
        return Annotated[number, Field(ge=low, le=high)]  # type: ignore[arg-type]
    choices: Any = getattr(field, "choices", ())
    codes = tuple(str(code) for code, _label in choices)
    if isinstance(field, forms.MultipleChoiceField):
        return list[_one_of(codes)]  # type: ignore[misc]
    if isinstance(field, forms.ChoiceField):
        return _one_of(tuple(code for code in codes if code or not field.required))
    if isinstance(field, forms.DateField):
        return date
    return Annotated[
        str,
        Field(
            min_length=1 if field.required else None,
            max_length=getattr(field, "max_length", None),
            json_schema_extra={"format": "email"} if answer_type_of(field) == "email" else None,
        ),
    ]


def _one_of(codes: tuple[str, ...]) -> Any:
    return Literal[codes] if codes else str
