"""The one list of columns of each record: it serves import, export, templates, history's words and the API."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from import_export.fields import Field
from import_export.resources import ModelResource

from dossiers.models import Dossier, Employer, EmployerInterest, OwnField, RecordKind, Supply
from dossiers.models.contact_fields import KvkField, PhoneField
from dossiers.models.dossiers.languages import LanguagesField
from dossiers.models.imports.partner_submissions import MUNICIPAL
from dossiers.models.own_fields.own_values import EXTRA
from dossiers.spreadsheets.values import (
    CellWidget,
    ChoiceWidget,
    DateWidget,
    DecimalWidget,
    FlagWidget,
    LanguagesWidget,
    NamedRecordsWidget,
    NamedRecordWidget,
    NumberWidget,
    OwnChoiceWidget,
    TextWidget,
)


class SheetField(Field):
    """A column: where its value lives, what it is called in a list, and how a cell of it is read and written."""

    widget: CellWidget
    own: OwnField | None = None  # the one that staff added, where it is no field of the model
    offered = True  # false for one that staff took out of use: no list gives it any more

    def __init__(self, attribute: str, model_field: models.Field, widget: CellWidget) -> None:
        super().__init__(attribute=attribute, column_name=capfirst(str(model_field.verbose_name)), widget=widget)
        self.model_field = model_field

    @property
    def required(self) -> bool:
        """Whether a new record can't do without."""
        return self.offered and not self.model_field.blank and not self.model_field.has_default()

    @property
    def initial(self) -> Any:
        """What a new record has here when its row gives nothing."""
        if isinstance(self.model_field, models.ManyToManyField):
            return []
        return self.widget.to_json(self.model_field.get_default())

    def to_json(self, value: Any) -> Any:
        """What a record keeps under `attribute`, as `clean` of the widget would give the value."""
        return self.widget.to_json(value)

    @property
    def free_text(self) -> bool:
        """Whether people type what they like here, so that the privacy gate reads it."""
        return isinstance(self.widget, TextWidget) and not self.digits

    @property
    def digits(self) -> bool:
        """Whether a value is digits by its nature: a telephone or KvK number."""
        return isinstance(self.model_field, PhoneField | KvkField)

    def holds(self, cell: Any) -> bool:
        """Whether a cell gives a value of this field."""
        try:
            self.widget.clean(cell)
        except ValidationError:
            return False
        return True


class OwnSheetField(SheetField):
    """A column that staff added: its value is one of those in the record's `extra`."""

    own: OwnField

    def __init__(self, own: OwnField) -> None:
        model_field = own.as_model_field()
        choice = own.kind == OwnField.Kind.CHOICE
        super().__init__(EXTRA, model_field, OwnChoiceWidget(model_field) if choice else widget_for(model_field))
        self.own, self.offered = own, own.in_use
        self.widget.empty = None  # nothing is kept of a value that isn't there

    @property
    def initial(self) -> None:
        return None

    def to_json(self, value: Any) -> Any:
        return value.get(self.own.key)


def widget_for(model_field: models.Field) -> CellWidget:
    """The widget that reads and writes a cell of this field."""
    if isinstance(model_field, models.ManyToManyField):
        return NamedRecordsWidget(model_field)
    if isinstance(model_field, models.ForeignKey):
        user = model_field.related_model._meta.model_name == "user"
        return NamedRecordWidget(model_field, "username" if user else "name")
    if isinstance(model_field, LanguagesField):
        return LanguagesWidget(model_field)
    if model_field.choices:
        return ChoiceWidget(model_field)
    kinds: dict[type[models.Field], type[CellWidget]] = {
        models.DateField: DateWidget,
        models.DecimalField: DecimalWidget,
        models.BooleanField: FlagWidget,
        models.PositiveSmallIntegerField: NumberWidget,
    }
    return kinds.get(type(model_field), TextWidget)(model_field)


class RecordResource(ModelResource):
    """Columns made from the model's fields, anew for each instance: fields that staff add need no second way."""

    kind: RecordKind
    columns: dict[str, tuple[type[models.Model], tuple[str, ...]]]  # path to it: model, its fields in order
    with_own_fields = False
    identity: frozenset[str] = frozenset()  # columns that find a record and are never a change of it

    def __init__(self, *, out_of_use: bool = False, **kwargs: Any) -> None:
        """`out_of_use`: with the own fields that no list and form has any more, but history tells of."""
        super().__init__(**kwargs)
        self.fields = {}
        for path, (model, names) in self.columns.items():
            for name in names:
                field = cast(models.Field, model._meta.get_field(name))
                attribute = f"{path}__{name}" if path else name
                self.fields[name] = SheetField(attribute, field, widget_for(field))
        if self.with_own_fields:
            own = OwnField.objects.filter(record=self.kind)
            self.fields |= {
                own_field.key: OwnSheetField(own_field) for own_field in (own if out_of_use else own.in_use())
            }

    def sheet_fields(self) -> dict[str, SheetField]:
        """Each column by the name that the API and the command line use, in order."""
        return dict(self.fields)

    def required_fields(self) -> list[str]:
        return [name for name, field in self.sheet_fields().items() if field.required and name not in self.identity]

    def orm_path(self, name: str) -> str | None:
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
    """What a partner tells of a person, and sees again: the dossier's columns without the municipality's own."""

    with_own_fields = False

    columns = {
        path: (model, tuple(name for name in names if name not in MUNICIPAL))
        for path, (model, names) in DossierResource.columns.items()
    }


EMPLOYER_COLUMNS = ("company_name", "kvk_number", "contact_name", "email", "phone", "postcode", "city", "sector")


class EmployerResource(RecordResource):
    """Employers alone, for their list; they come in with their interests."""

    columns = {"": (Employer, EMPLOYER_COLUMNS)}

    class Meta:
        model = Employer


class EmployerInterestResource(RecordResource):
    """A row gives an employer and one of its interests."""

    kind = RecordKind.EMPLOYER_INTEREST
    with_own_fields = True
    identity = frozenset({"reference"})
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


RESOURCES: dict[str, type[RecordResource]] = {
    resource.kind: resource for resource in (DossierResource, EmployerInterestResource)
}
