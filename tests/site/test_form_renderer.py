"""Widgets that are written without templates look as Django renders them."""

import datetime
import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from config.form_renderer import FormRenderer

CHOICES = [
    ("", "---------"),
    (None, "none"),
    (1, 12345),
    ("<a>", "A & <b>B</b>"),
    ("safe", mark_safe("<i>safe</i>")),
    ("lazy", gettext_lazy("Yes")),
    ("day", datetime.date(2026, 12, 1)),
    ("A & B", [("in", "In a group"), ("other", "Also")]),
]
ATTRIBUTES = {
    "id": "id_<x>",
    "class": "a b",
    "required": True,
    "disabled": False,
    "size": 3,
    "data-x": None,
    "title": '"',
}
INPUTS = (
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.CheckboxInput,
)
CHOOSERS = (forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("attributes", [{}, ATTRIBUTES])
@pytest.mark.parametrize("value", [None, "", "a", 0, True, '"<b>', datetime.date(2026, 12, 1)])
@pytest.mark.parametrize("widget", INPUTS)
def test_an_input_looks_as_djangos(widget: type[forms.Widget], value: object, attributes: dict[str, object]):
    assert_as_djangos(widget(), value, attributes)


@pytest.mark.parametrize("attributes", [{}, ATTRIBUTES])
@pytest.mark.parametrize("value", [None, "", 1, "<a>", ["lazy", "in"]])
@pytest.mark.parametrize("widget", CHOOSERS)
def test_choices_look_as_djangos(widget: type[forms.Select], value: object, attributes: dict[str, object]):
    assert_as_djangos(widget(choices=CHOICES), value, attributes)


@pytest.mark.parametrize("value", [None, True, False])
def test_a_choice_of_yes_and_no_looks_as_djangos(value: bool | None):
    assert_as_djangos(forms.NullBooleanSelect(), value, ATTRIBUTES)


class Unlabeled(forms.CheckboxSelectMultiple):
    def create_option(self, *args: object, **kwargs: object) -> dict[str, object]:
        return super().create_option(*args, **kwargs) | {"wrap_label": False}


class WithOwnOptions(forms.CheckboxSelectMultiple):
    option_template_name = "simple_translation/admin/input_option.html"


@pytest.mark.parametrize("widget", [Unlabeled, WithOwnOptions])
def test_options_of_their_own_look_as_before(widget: type[forms.Select]):
    assert_as_djangos(widget(choices=CHOICES), ["lazy"], ATTRIBUTES)


def test_pages_use_it():
    assert isinstance(forms.Form().renderer, FormRenderer)


def assert_as_djangos(widget: forms.Widget, value: object, attributes: dict[str, object]) -> None:
    quick, own = (
        re.sub(r"\s*([<>])\s*", r"\1", widget.render("name", value, attributes, renderer))
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert quick == own
