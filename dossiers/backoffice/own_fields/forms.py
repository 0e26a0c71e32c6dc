"""Own fields in the forms of records."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.panels import Panel, TabbedInterface

from dossiers.models import OwnField
from dossiers.spreadsheets.own_field_inputs import form_field
from dossiers.spreadsheets.resources import OwnSheetField


class OwnFieldsFormMixin:
    """Adds the own fields that are in use to the form of a record."""

    instance: Any
    fields: Any
    initial: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_use = OwnField.objects.of(type(self.instance)).in_use()
        self.own = {field.key: OwnSheetField(field) for field in in_use}
        for key, sheet_field in self.own.items():
            value = self.instance.extra.get(key)
            self.fields[key] = form_field(sheet_field)
            self.initial.setdefault(key, value)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        extra = dict(self.instance.extra)
        for key, sheet_field in self.own.items():
            if key not in cleaned:  # the field is invalid
                continue
            extra.pop(key, None)
            if cleaned[key] not in (None, ""):
                extra[key] = sheet_field.widget.to_json(cleaned[key])
        self.instance.extra = extra
        return cleaned


class OwnFieldsPanel(Panel):
    """The panel with the own fields of a record; hidden if there are none."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "dossiers/own_fields/panel.html"

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.form is not None and self.form.own)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"fields": [self.form[key] for key in self.form.own]}


class TabsWithOwnFields(TabbedInterface):
    """The tabs of a form with own fields.

    Wagtail renders fields without a panel below the tabs. Own fields are not known when the form class is
    made, so they are excluded here.
    """

    class BoundPanel(TabbedInterface.BoundPanel):
        def render_missing_fields(self) -> SafeString:
            shown = {*self.panel.get_form_options().get("fields", []), *self.form.own}
            missing = (str(self.form[name]) for name in self.form.fields if name not in shown)
            return mark_safe("".join(missing))  # noqa: S308  (fields of a form render themselves)
