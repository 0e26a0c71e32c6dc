"""The spreadsheet columns of each kind of record; import, export, templates, history pages and the API share them."""

import re
from collections.abc import Collection
from typing import Any, cast

from django.db import models
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.resources import ModelResource

from dossiers import privacy
from dossiers.models import NAME_FIELDS, Dossier, Employer, EmployerInterest, OwnField, RecordKind, Supply
from dossiers.models.contact_fields import KvkField, PhoneField, PostcodeField
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.employers.employer import CONTACT_MARKS
from dossiers.models.imports.partner_submissions import MUNICIPAL_FIELDS
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.values import (
    CellWidget,
    ChoiceWidget,
    DateWidget,
    DecimalWidget,
    FlagWidget,
    KvkWidget,
    LanguagesWidget,
    NamedRecordsWidget,
    NamedRecordWidget,
    NumberWidget,
    OwnChoiceWidget,
    PhoneWidget,
    TextWidget,
    UserWidget,
)
from dossiers.spreadsheets.values.base import as_text, is_like_emptying, is_valid

PHONE_WORD = "tel. "
MAX_LENGTH_ASKED = 60  # a longer text in a column of numbers or dates is a remark about one person
PERHAPS_PERSONAL = re.compile(r"@|\d{5}|(?:\d\D*){9}")  # an e-mail address, a telephone number, the number of a person
DIFFERS_BY_ROW = gettext_lazy("%(field)s differs for each person or company, so it can't be the same for all lines.")


class SheetField(Field):
    """A column of a spreadsheet: its model field, its header, and the widget that reads and writes its cells."""

    widget: CellWidget
    own: OwnField | None = None  # set if staff added this column, so that it is not a field of the model
    in_use = True  # False after staff took the column out of use
    identifies = False  # whether an import finds records by this column

    def __init__(self, attribute: str, model_field: models.Field, widget: CellWidget) -> None:
        super().__init__(attribute=attribute, column_name=capfirst(str(model_field.verbose_name)), widget=widget)
        self.model_field = model_field

    @property
    def required(self) -> bool:
        """Whether a new record must have a value in this column."""
        return self.in_use and not self.model_field.blank and not self.model_field.has_default()

    @property
    def initial(self) -> Any:
        """The JSON value of this column in a new record if its row has no value for it."""
        if isinstance(self.model_field, models.ManyToManyField):
            return []
        return self.widget.to_json(self.model_field.get_default())

    @property
    def may_be_emptied(self) -> bool:
        """Whether a list can empty this field of a record."""
        return self.model_field.blank and not self.identifies

    @cached_property
    def emptied(self) -> Any:
        """The value in a row of a cell that empties this field.

        Of a prefix it is not "", which a row has that replaces a prefix and a family name by a name without a prefix.
        """
        if self.model_field.name == "name_prefix":
            return None
        return [] if self.widget.multiple else self.widget.empty

    @cached_property
    def differs_by_row(self) -> bool:
        """Whether a value is that of one person or company, so that it can't be the same in all rows of a list."""
        is_address = isinstance(self.model_field, models.EmailField | PhoneField | KvkField)
        return is_address or self.model_field.name in (*NAME_FIELDS, "company_name", "contact_name")

    def to_json(self, value: Any) -> Any:
        """Return the stored value in the form that the widget's `clean` returns for a cell."""
        return self.widget.to_json(value)

    @cached_property
    def free_text(self) -> bool:
        """Whether people can type any text in this column, so that the privacy check must read it."""
        return isinstance(self.widget, TextWidget) and not self.digits

    @cached_property
    def digits(self) -> bool:
        """Whether the values are telephone or KvK numbers, which the privacy check must not take for a BSN."""
        return isinstance(self.model_field, PhoneField | KvkField)

    @property
    def is_phone(self) -> bool:
        return isinstance(self.model_field, PhoneField)

    @property
    def is_any_text(self) -> bool:
        """Whether any text is a value of this column, so that texts can be joined to one."""
        has_format = isinstance(self.model_field, models.EmailField | PostcodeField)
        return self.free_text and type(self.widget) is TextWidget and not has_format

    def find_private(self, cell: Any) -> str | Promise | None:
        """Return the error of a cell with a number that may not be stored, or None.

        None is also returned for doubtful numbers about which this column asks the user: those in free text, and nine
        digits that may be a telephone number whose leading zero a spreadsheet dropped.
        """
        text = as_text(cell)
        if self.free_text:
            return privacy.refused(text)
        if self.is_phone and (refusal := privacy.refused_in_phone(text)):
            with_zero = "0" + "".join(filter(str.isdecimal, text))
            return None if refusal is privacy.PHONE_OR_BSN and self.is_valid_cell(with_zero) else refusal
        message = privacy.check_text(text)
        return None if message and self.is_valid_number(cell) else message

    def is_valid_number(self, cell: Any) -> bool:
        """Whether the cell is a valid telephone or KvK number of this column, so that it is no BSN."""
        return self.digits and self.is_valid_cell(cell)

    @cached_property
    def has_typed_answers(self) -> bool:
        """Whether the user types what an unknown text of this column means, and the answer is remembered.

        An answer about a date of birth is not, since it is about one person.
        """
        return self.widget.has_typed_answers and self.model_field.name != "date_of_birth"

    def seems_to_empty(self, text: str) -> bool:
        """Whether a word such as “wissen” is no value of this text, although it could be typed there."""
        return (self.is_any_text or self.has_typed_answers) and is_like_emptying(text)

    def is_answered_in_cell(self, text: str) -> bool:
        """Whether the answers about such a text are offered beside its cell."""
        return self.has_typed_answers or self.seems_to_empty(text)

    def asks_about(self, text: str) -> bool:
        """Whether a text that is no number or date is asked about once for all rows, unless it may be personal."""
        may_be_kept = len(text) <= MAX_LENGTH_ASKED and not PERHAPS_PERSONAL.search(text)
        return self.has_typed_answers and may_be_kept and not self.widget.is_value_in_other_format(text)

    def mark_doubtful_phone(self, text: str) -> str:
        """Return a telephone number that may be a BSN with a word in front, as a text that the database accepts.

        The word also makes it a number about which the user is asked, or was asked.
        """
        if not self.is_phone or any(map(str.isalpha, text)):
            return text
        marked = PHONE_WORD + text
        is_doubtful = privacy.doubtful_numbers(marked) or privacy.refused_in_phone(text) is privacy.PHONE_OR_BSN
        return marked if is_doubtful else text

    def get_typed_text(self, text: str) -> str:
        """Return the stored text of a cell as its sender wrote it, without the word of `mark_doubtful_phone`."""
        return text.removeprefix(PHONE_WORD) if self.is_phone else text

    def mask_doubtful(self, cell: Any) -> str | None:
        """Return the text of a cell without the numbers about which this column asks the user; None if it has none."""
        text = as_text(cell)
        if self.is_phone:
            if privacy.refused_in_phone(text) is not privacy.PHONE_OR_BSN:
                return None
            rest = privacy.masked(text)
            return privacy.MASK if rest == text else rest
        if not self.free_text or not (numbers := privacy.possible_bsns(text)):
            return None
        for number in numbers:
            text = text.replace(number, privacy.MASK)
        return text

    def is_valid_cell(self, cell: Any) -> bool:
        """Whether the cell is a valid value of this column."""
        return is_valid(self.widget.clean, cell)


class OwnSheetField(SheetField):
    """A column that staff added; its values are stored in the record's `extra`, under the key of the own field."""

    own: OwnField

    def __init__(self, own: OwnField) -> None:
        model_field = own.as_model_field()
        choice = own.kind == OwnField.Kind.CHOICE
        super().__init__(EXTRA, model_field, OwnChoiceWidget(model_field) if choice else widget_for(model_field))
        self.own, self.in_use = own, own.in_use
        self.widget.empty = None  # `extra` has no key for an empty value

    @property
    def initial(self) -> None:
        return None

    def to_json(self, value: Any) -> Any:
        return value.get(self.own.key)


def widget_for(model_field: models.Field) -> CellWidget:
    """Return the widget that reads and writes the cells of a model field."""
    if isinstance(model_field, models.ManyToManyField):
        return NamedRecordsWidget(model_field)
    if isinstance(model_field, models.ForeignKey):
        user = model_field.related_model._meta.model_name == "user"
        return UserWidget(model_field) if user else NamedRecordWidget(model_field)
    if isinstance(model_field, LanguagesField):
        return LanguagesWidget(model_field)
    if model_field.choices:
        return ChoiceWidget(model_field)
    widgets: dict[type[models.Field], type[CellWidget]] = {
        models.DateField: DateWidget,
        models.DecimalField: DecimalWidget,
        models.BooleanField: FlagWidget,
        models.PositiveSmallIntegerField: NumberWidget,
        KvkField: KvkWidget,
        PhoneField: PhoneWidget,
    }
    bases = type(model_field).__mro__  # a field of our own that extends one of Django's has its widget
    return next((widgets[base] for base in bases if base in widgets), TextWidget)(model_field)


class RecordResource(ModelResource):
    """Base resource; each instance builds its columns anew, so that fields that staff just added are among them."""

    kind: RecordKind
    columns: dict[str, tuple[type[models.Model], tuple[str, ...]]]  # ORM path to a model: the model, its field names
    with_own_fields = False
    identity: frozenset[str] = frozenset()  # columns that identify a record; an import never changes them
    matched: frozenset[str] = frozenset()  # further columns by which an import finds records, and that may be blank

    class Meta:
        # Else django-import-export makes a column of each field of the model, and copies them all for each instance.
        fields = ()

    def __init__(self, *, out_of_use: bool = False, **kwargs: Any) -> None:
        """`out_of_use` adds the own fields that staff took out of use; history and old imports still refer to them."""
        super().__init__(**kwargs)
        self.fields = self.build_model_fields()
        if self.with_own_fields:
            own = OwnField.objects.filter(record=self.kind)
            self.fields |= {
                own_field.key: OwnSheetField(own_field) for own_field in (own if out_of_use else own.in_use())
            }

    @classmethod
    def build_model_fields(cls) -> dict[str, SheetField]:
        """Return the columns that are fields of a model, by name and in order, without those that staff added."""
        fields = {}
        for path, (model, names) in cls.columns.items():
            for name in names:
                field = cast(models.Field, model._meta.get_field(name))
                fields[name] = SheetField(f"{path}__{name}" if path else name, field, widget_for(field))
                fields[name].identifies = name in cls.identity | cls.matched
        return fields

    def sheet_fields(self) -> dict[str, SheetField]:
        """Return the columns in order, by the field name that the API and the command line use."""
        return dict(self.fields)

    def required_fields(self) -> list[str]:
        return [name for name, field in self.sheet_fields().items() if field.required and name not in self.identity]

    def find_missing_fields(self, names: Collection[str]) -> list[str]:
        """Return the fields that a new record needs and that are not among these."""
        return [name for name in self.required_fields() if name not in names]

    def orm_path(self, name: str) -> str | None:
        """Return the lookup path of a column's value for `values_list()`; None for a many-to-many column."""
        field = self.sheet_fields()[name]
        if field.own:
            return f"{EXTRA}__{name}"
        if field.widget.multiple and isinstance(field.widget, NamedRecordsWidget):
            return None
        if isinstance(field.widget, NamedRecordWidget):
            return f"{field.attribute}__{field.widget.name_field}"
        return str(field.attribute)


class DossierResource(RecordResource):
    kind = RecordKind.DOSSIERS
    with_own_fields = True
    identity = frozenset({"reference", "external_id"})
    columns = {
        "": (
            Dossier,
            (
                "reference",
                "given_name",
                "name_prefix",
                "family_name",
                "date_of_birth",
                "phone",
                "email",
                "location",
                "in_reception",
                "languages",
                "dutch_level",
                "education_level",
                "profession",
                "sectors",
                "hours_per_week",
                "available_from",
                "application_date",
                "work_right",
                "decided_on",
                "document_expires_on",
                "driving_licence",
                "transport",
                "status",
                "coordinator",
                "expectation_talk_on",
                "privacy_notice_on",
                "closing_reason",
                "notes",
            ),
        ),
        "supply": (Supply, ("external_id",)),
    }

    class Meta:
        model = Dossier


class SuppliedResource(DossierResource):
    """The columns of a dossier that a partner supplies and may see: all except those of the municipality itself."""

    with_own_fields = False

    columns = {
        path: (model, tuple(name for name in names if name not in MUNICIPAL_FIELDS))
        for path, (model, names) in DossierResource.columns.items()
    }


EMPLOYER_COLUMNS = ("company_name", "kvk_number", "contact_name", "email", "phone", "postcode", "city", "sector")


class EmployerResource(RecordResource):
    """The columns of an employer; for export only, since employers are imported with their interests."""

    columns = {"": (Employer, EMPLOYER_COLUMNS)}

    class Meta:
        model = Employer


class EmployerInterestResource(RecordResource):
    """The columns of an employer and of one of its interests, side by side in one row."""

    kind = RecordKind.EMPLOYER_INTEREST
    with_own_fields = True
    identity = frozenset({"reference"})
    matched = frozenset({"kvk_number", "work_description", "start_date"})
    columns = {
        "employer": (Employer, EMPLOYER_COLUMNS),
        "": (
            EmployerInterest,
            (
                "reference",
                "work_description",
                "positions",
                "hours_per_week",
                "dutch_level_required",
                "working_languages",
                "start_date",
                "end_date",
                "transport_offered",
                "status",
                "owner",
                "closing_reason",
                "notes",
            ),
        ),
    }

    class Meta:
        model = EmployerInterest

    def find_missing_fields(self, names: Collection[str]) -> list[str]:
        """Return also the contact, if there is no telephone number and no e-mail address either."""
        contact = ["contact_name"] if {*CONTACT_MARKS}.isdisjoint(names) else []
        return [*super().find_missing_fields(names), *contact]


RESOURCES: dict[str, type[RecordResource]] = {
    resource.kind: resource for resource in (DossierResource, EmployerInterestResource)
}
