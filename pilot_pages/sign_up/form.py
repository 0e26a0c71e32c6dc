"""The fixed questions of the sign-up, validated by the model fields of Employer and EmployerInterest."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Field, Model
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import CONTACT_FIELDS, DutchLevel, Employer, EmployerInterest, Sector
from dossiers.models.days import validate_start, validate_to_come
from pilot_pages.checker.prefill import PrefilledForm, make_digest
from pilot_pages.sign_up.bsn_questions import BsnQuestionForm
from pilot_pages.sign_up.field_schemas import Question, describe_field
from pilot_pages.sign_up.fields import NumberField, SignUpDateField, StyledBoundField, name_question
from pilot_pages.sign_up.sanitize import find_markup_problem
from pilot_pages.sign_up.spam import SpamProtectionForm

WORK_FIELDS = ("work_description", "positions", "hours_per_week", "dutch_level_required", "start_date")
MODEL_FIELDS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Employer, CONTACT_FIELDS),
    (EmployerInterest, WORK_FIELDS),
)
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("Your company"), ("company_name", "kvk_number", "postcode", "city", "sector")),
    (_("Who can we contact?"), ("contact_name", "email", "phone")),
    (_("The work"), WORK_FIELDS),
)
CORE_FIELDS = tuple(name for _legend, names in GROUPS for name in names)


def text(
    label: Any,
    help_text: Any = "",
    *,
    missing: Any = None,
    most: int = 150,
    widget: type[forms.widgets.Input] = forms.TextInput,
    **attrs: str,
) -> forms.CharField:
    """Return a field for a line of text. `missing`, the error message for an empty value, makes it required."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=missing is not None,
        max_length=most,
        error_messages={"required": missing} if missing else {},
        widget=widget(attrs=attrs),
    )


class SectorField(forms.ModelChoiceField):
    def label_from_instance(self, sector: Sector) -> str:
        return sector.shown_name


def sector_field(**options: Any) -> SectorField:
    """Return the field of the sector. The API passes `to_field_name="name"`, so that no primary key is exposed."""
    return SectorField(
        label=_("Sector"), queryset=Sector.objects.all(), required=False, empty_label=_("Choose a sector"), **options
    )


class CoreQuestionsForm(BsnQuestionForm):
    """The core questions that are not left out. SignUpPage.get_form_class adds those of editors in a subclass."""

    bound_field_class = StyledBoundField
    use_required_attribute = False  # the browser's messages say less than ours, and may be in another language

    company_name = text(_("Company"), missing=_("Write the name of your company."), autocomplete="organization")
    kvk_number = text(
        _("KvK number"), _("Eight digits. You find it in the trade register."), most=20, inputmode="numeric"
    )
    postcode = text(_("Postcode"), _("For example 8300 AA."), most=20, autocomplete="postal-code")
    city = text(_("Place"), most=80, autocomplete="address-level2")
    sector = sector_field()
    contact_name = text(
        _("Your name"), missing=_("Write your name, so that we know who to ask for."), most=100, autocomplete="name"
    )
    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("We send a link to this address, for you to confirm."),
        max_length=254,
        error_messages={"required": _("Write your e-mail address. We need it so that you can confirm.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = text(
        _("Telephone number"), _("For example 06 12345678."), most=40, widget=forms.TelInput, autocomplete="tel"
    )
    work_description = forms.CharField(
        label=_("Which work is it?"),
        help_text=_("Describe in a few sentences what someone does in a day."),
        max_length=500,
        error_messages={"required": _("Describe the work in a few words.")},
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    positions = NumberField(
        label=_("For how many people?"),
        min_value=1,
        max_value=500,
        message=_("Write a whole number from 1 to 500."),
        error_messages={"required": _("Write for how many people you have work.")},
    )
    hours_per_week = NumberField(
        label=_("Hours per week"),
        help_text=_("In whole hours, for example 36."),
        required=False,
        min_value=1,
        max_value=40,
        message=_("Write a whole number from 1 to 40."),
        unit="uur|hours?",
    )
    dutch_level_required = forms.ChoiceField(
        label=_("How much Dutch is needed?"),
        help_text=_("A0 is none, A2 is simple everyday Dutch, B1 is enough to get by on your own."),
        required=False,
        choices=[("", _("I do not know yet")), *DutchLevel.choices],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    start_date = SignUpDateField(
        label=_("From when?"),
        help_text=_("Day-month-year, for example 28-02-2027. Leave this empty if you do not know yet."),
        required=False,
        validators=[validate_start],
    )
    questions_shown = forms.Field(required=False, widget=forms.HiddenInput)  # the digest of the editors' questions

    def __init__(self, *args: Any, leave_out: Collection[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name in leave_out:
            del self.fields[name]

    def clean_start_date(self) -> date | None:
        """Refuse a day in the past, except the one that was told before and has passed since."""
        day: date | None = self.cleaned_data["start_date"]
        if day and day != self.initial.get("start_date"):
            validate_to_come(day)
        return day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.check_texts()
        with self.confirming():
            self.check_with_models()
        return cleaned

    def clean_questions_shown(self) -> str:
        """Refuse once what was typed under other words of a question: it would be kept as an answer to the new ones."""
        shown: str = self.cleaned_data["questions_shown"] or ""
        if shown and shown != self.make_questions_digest():
            raise ValidationError(
                _("A question of this form was changed while you filled it in. Look at your answers once more.")
            )
        return shown

    def make_questions_digest(self) -> str:
        return make_digest([describe_field(name, self.fields[name], "") for name in self.question_names()])

    @property
    def questions_digest(self) -> str:
        """The digest for the page: still the old one if it does not tell of the change, such as at an earlier step."""
        tells_now = not self.is_bound or "questions_shown" in self.errors
        return self.make_questions_digest() if tells_now else str(self["questions_shown"].value() or "")

    def check_with_models(self) -> None:
        """Validate values by the model fields, as imports and the backoffice do."""
        for model, names in MODEL_FIELDS:
            for name in names:
                value = self.cleaned_data.get(name)
                if value in (None, ""):
                    continue
                field = cast("Field", model._meta.get_field(name))
                try:
                    self.cleaned_data[name] = field.clean(value, None)
                except ValidationError as error:
                    self.add_error(name, error)

    def check_texts(self) -> None:
        """Refuse markup, and identity numbers (BSN, V-number), which the pilot may not store."""
        number_fields = ("kvk_number", "phone", "stamp", "website", "questions_shown")
        for name, value in list(self.cleaned_data.items()):
            if not isinstance(value, str):
                continue
            if problem := find_markup_problem(value) or (
                name not in number_fields and self.find_private_numbers(value)
            ):
                self.add_error(name, str(problem))

    def groups(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Yield (legend, fields) of each fieldset; the questions of editors come last."""
        for legend, names in GROUPS:
            if fields := [self[name] for name in names if name in self.fields]:
                yield legend, fields
        if question_names := self.question_names():
            yield _("Some more questions"), [self[name] for name in question_names]

    def question_names(self) -> list[str]:
        """Return the names of the fields that editors added."""
        return [name for name in self.fields if name not in SignUpForm.base_fields]

    def show_errors_only_of(self, *names: str) -> None:
        """Remove the errors of all other fields."""
        self._errors = ErrorDict({name: errors for name, errors in self.errors.items() if name in names})

    def problems(self) -> list[tuple[str, str]]:
        """Return each error as (id of its field, question and message), in the order of the page.

        The id is empty for errors of the whole form.
        """
        order = dict.fromkeys([NON_FIELD_ERRORS, *CORE_FIELDS, *self.question_names(), "website", *self.errors])
        problems = []
        for name in order:
            if name in self.errors:
                if name == NON_FIELD_ERRORS or self.fields[name].widget.is_hidden:
                    problems += [("", str(error)) for error in self.errors[name]]
                else:
                    field_id = self[name].id_for_label or self[name].auto_id
                    problems += [(field_id, name_question(self[name], error)) for error in self.errors[name]]
        return problems


class SignUpForm(PrefilledForm, SpamProtectionForm, CoreQuestionsForm):
    """The form of the sign-up page."""

    @classmethod
    def describe(cls) -> list[Question]:
        """Return the core questions as data."""
        form = cls()
        form.fields["sector"] = sector_field(to_field_name="name")
        return form.as_data()

    def as_data(self) -> list[Question]:
        """Return all questions as data, in the order of the page."""
        return [
            describe_field(field.name, field.field, str(legend)) for legend, fields in self.groups() for field in fields
        ]
