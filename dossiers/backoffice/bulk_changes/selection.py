"""Pages that work on the selected records: choosing a field and its new value, and exporting."""

from itertools import islice
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages

from dossiers.backoffice.access_log import describe_filters, log_list_access
from dossiers.backoffice.bulk_changes.background import run_or_enqueue
from dossiers.backoffice.labels import format_count, format_value
from dossiers.backoffice.listing.pages import ListPageMixin
from dossiers.backoffice.listing.query_strings import TICKED, VIEW, get_filtered_list_url, without_selection
from dossiers.bulk_changes.available_fields import get_fields
from dossiers.bulk_changes.fields import BulkField
from dossiers.models import BulkChange, ExportRun
from dossiers.spreadsheets.writer import FORMATS

Columns = ExportRun.Columns
MAX_PREVIEW_ROWS = 10
FIELD = "_field"  # the parameter with the field to propose; lists pass over a name that starts with an underscore


class SelectionMixin(ListPageMixin):
    """Base of a page about the selected records; it redirects back if none is selected."""

    needs_selection = True  # otherwise the page is about the whole list if no record is selected

    def dispatch_visible(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_allowed():
            raise PermissionDenied
        if self.count and (self.has_selection or not self.needs_selection):
            return super().dispatch_visible(request, *args, **kwargs)
        messages.error(self.request, gettext("Tick at least one line first, or everything in this list."))
        return redirect(
            get_filtered_list_url(self.model, without_selection(self.request.GET).urlencode() or f"{VIEW}=all")
        )

    def is_allowed(self) -> bool:
        """Return whether the user may do this with records of the list."""
        raise NotImplementedError

    @property
    def has_selection(self) -> bool:
        return bool(self.request.GET.getlist(TICKED))

    @cached_property
    def count(self) -> int:
        return int(self.list_view.get_queryset().order_by().count())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"how_many": format_count(self.model, self.count)}


class ChangeForm(forms.Form):
    """A field and its new value; values of other fields are ignored."""

    field = forms.ChoiceField(label=_("Which field"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, known: dict[str, BulkField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        cast(forms.ChoiceField, self.fields["field"]).choices = [(key, field.label) for key, field in known.items()]
        self.values = {key: field.form_field() for key, field in known.items()}
        for key, field in self.values.items():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple):  # its checkboxes have labels of their own
                field.widget.attrs["aria-label"] = str(known[key].label)
        if (chosen := self.data.get("field")) in self.values:
            self.fields[f"to_{chosen}"] = self.values[chosen]
            self.values[chosen].error_messages["required"] = _("Say what “%(field)s” becomes.") % {
                "field": known[chosen].label
            }
        elif self.is_bound:
            self.fields["field"].error_messages["required"] = self.explain_missing_choice()

    def explain_missing_choice(self) -> str:
        """Return what to do if no field was chosen, with the fields that have a value in the form all the same."""
        names = [str(self.known[key].label) for key, field in self.values.items() if self.has_value(key, field)]
        if not names:
            return gettext("Choose the field that changes: tick the round button before its name.")
        return gettext("You filled in %(fields)s. Tick the round button before the field that changes.") % {
            "fields": get_text_list([f"“{name}”" for name in names], gettext("and"))
        }

    def has_value(self, key: str, field: forms.Field) -> bool:
        """Return whether the user filled in this field; a list without an empty option always sends one."""
        preset = field.initial
        if isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.Select):
            choices: Any = field.choices
            offered = [str(value) for value, _label in choices]
            preset = preset if str(preset) in offered else offered[0]
        return field.has_changed(preset, field.widget.value_from_datadict(self.data, self.files, f"to_{key}"))

    @property
    def media(self) -> forms.Media:
        return sum((field.widget.media for field in self.values.values()), forms.Media())

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        """Return (radio button, field of the value) of each field that can be changed."""
        keys = [radio.data["value"] for radio in self["field"]]
        return [
            (radio, self.values[key].get_bound_field(self, f"to_{key}"))
            for key, radio in zip(keys, self["field"], strict=True)
        ]

    @property
    def given(self) -> Any:
        key = self.cleaned_data["field"]
        return self.known[key].to_json(self.cleaned_data[f"to_{key}"])


class ChooseView(SelectionMixin, FormView):
    """Choose the field and the new value; the next page is a preview."""

    template_name = "dossiers/bulk/choose.html"
    form_class = ChangeForm
    header_icon = "edit"
    page_title = _("Change many at once")

    @cached_property
    def known(self) -> dict[str, BulkField]:
        return get_fields(self.model)

    def is_allowed(self) -> bool:
        return bool(self.known) and self.request.user.has_perm(f"dossiers.change_{self.kind}")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"field": self.request.GET.get(FIELD)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"known": self.known}

    def form_valid(self, form: ChangeForm) -> HttpResponse:
        query = self.request.GET.copy()
        for name in ("p", "next", VIEW, FIELD):
            query.pop(name, None)
        with transaction.atomic():
            change = BulkChange.objects.create(
                kind=self.kind,
                query=query.urlencode(),
                field=form.cleaned_data["field"],
                given=form.given,
                user=cast(User, self.request.user),
            )
            run_or_enqueue(change, self.count)
        return redirect("dossiers_bulk_change", change.pk)


class ExportSelectionView(SelectionMixin, TemplateView):
    """Show the first rows of the export and a button for each format."""

    needs_selection = False
    template_name = "dossiers/bulk/exclude.html"
    header_icon = "download"
    page_title = _("Export a list")

    def is_allowed(self) -> bool:
        return bool(self.list_view.export_formats())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = self.list_view.export(Columns.SHOWN)
        rows = [[format_value(value) for value in row] for row in islice(table.rows(), MAX_PREVIEW_ROWS)]
        formats = self.list_view.export_formats()
        columns = gettext("columns: %(names)s") % {"names": ", ".join(map(str, table.header))}
        parts = [*describe_filters(self.list_view), columns]
        log_list_access(self.request, self.model._meta.verbose_name_plural, len(rows), parts)
        return super().get_context_data(**kwargs) | {
            "has_selection": self.has_selection,
            "header": table.header,
            "rows": rows,
            "more": max(self.count - len(rows), 0),
            "files": [
                (FORMATS[format].label, self.get_url("export", format, what=Columns.SHOWN)) for format in formats
            ],
            "all_fields_url": self.all_fields_url,
        }

    def get_url(self, name: str, *args: str, what: str) -> str:
        """Return the URL of a view of the list's viewset; `what` is a value of ExportRun.Columns."""
        query = self.request.GET.copy()
        query.pop("next", None)
        query["what"] = what
        viewset: Any = self.model.snippet_viewset  # type: ignore[attr-defined]
        return f"{reverse(viewset.get_url_name(name), args=args)}?{query.urlencode()}"

    @property
    def all_fields_url(self) -> str:
        """Return the URL of the export with all fields, or "" if the list has no spreadsheet resource."""
        return self.get_url("export_choice", what=Columns.ALL) if self.list_view.resource_class else ""
