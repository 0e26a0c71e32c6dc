"""The list of own fields: fields that coordinators add to records without a developer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views.snippets import DeleteView

from dossiers.backoffice.deletion import WithoutWagtailUsage
from dossiers.backoffice.lists import ListView, ListViewSet
from dossiers.models import OwnField
from dossiers.spreadsheets.imports.profiles import forget_left_out
from dossiers.spreadsheets.own_field_names import validate_distinguishable


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = (" ".join(line.split()) for line in (value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class OwnFieldForm(WagtailAdminModelForm):
    """The form of an own field; settings that can't be changed any more are disabled, with the reason."""

    choices = LinesField(label=_("Choices"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choices"].help_text = OwnField._meta.get_field("choices").help_text
        if self.instance.pk:
            self.fields["record"].disabled = True
            if count := self.instance.used():
                self.fields["kind"].disabled = True
                self.fields["kind"].help_text = ngettext(
                    "%(count)d record has a value, so the kind stays. For another kind, make another field.",
                    "%(count)d records have a value, so the kind stays. For another kind, make another field.",
                    count,
                ) % {"count": count}

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors.keys().isdisjoint({"label", "record"}):
            try:
                validate_distinguishable(self.instance)
            except ValidationError as error:
                self.add_error(None, error)

    def save(self, commit: bool = True) -> OwnField:
        own: OwnField = super().save(commit)
        if commit:
            forget_left_out(own)
        return own


def describe_lost_values(fields: Sequence[OwnField]) -> str:
    """Return a sentence with the number of values that are deleted with these fields, or ""."""
    held = [(field.label, count) for field in fields if (count := field.used())]
    if not held:
        return ""
    lost = [
        ngettext("what %(count)d record has in “%(label)s”", "what %(count)d records have in “%(label)s”", count)
        % {"count": count, "label": label}
        for label, count in held
    ]
    return gettext(
        "Lost with it, also from the history and from lists that were imported: %(lost)s. "
        "To hide a field and keep what was filled in, take it out of use instead."
    ) % {"lost": ", ".join(lost)}


class UsedColumn(NumberColumn):
    """The number of records with a value, counted with one query for the whole list."""

    @cached_property
    def counts(self) -> dict[int, int]:
        return OwnField.objects.all().counts()

    def get_value(self, instance: OwnField) -> int:
        return self.counts[instance.pk]


class OwnFieldListView(ListView):
    @cached_property
    def columns(self) -> list[Column]:
        return [*super().columns, UsedColumn("used", label=_("With a value"))]


class OwnFieldDeleteView(WithoutWagtailUsage, DeleteView):
    """Asks for confirmation, and states how many records lose a value."""

    @property
    def confirmation_message(self) -> str:
        question = gettext("Delete the field “%(label)s”?") % {"label": self.object.label}
        return " ".join(filter(None, [question, describe_lost_values([self.object]), gettext("This can't be undone.")]))


class DeleteOwnFields(DeleteBulkAction):
    """Delete the selected fields, and state how many records lose a value."""

    template_name = "dossiers/own_fields/delete_many.html"

    @classproperty
    def models(cls) -> list[type[OwnField]]:
        return [OwnField]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"warning": describe_lost_values([shown["item"] for shown in context["items"]])}


class OwnFieldViewSet(ListViewSet):
    model = OwnField
    icon = "form"
    base_url_path = "own-fields"
    index_view_class = OwnFieldListView
    delete_view_class = OwnFieldDeleteView
    list_display = [
        "label",
        Column("record", label=_("Belongs to"), accessor="get_record_display"),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        BooleanColumn("required", label=_("Required")),
        BooleanColumn("in_list", label=_("In the list")),
        BooleanColumn("in_use", label=_("In use")),
    ]
    export_fields = ("key", "choices", "help_text")
    edit_handler = ObjectList(
        [
            FieldPanel("record"),
            FieldPanel("label"),
            FieldPanel("kind"),
            FieldPanel("choices"),
            FieldPanel("help_text"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("required"), FieldPanel("in_list"), FieldPanel("in_use")]),
                    FieldPanel("order"),
                ],
                heading=_("Where it stands"),
            ),
        ],
        base_form_class=OwnFieldForm,
    )
