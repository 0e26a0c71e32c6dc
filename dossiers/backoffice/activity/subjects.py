"""What is kept about a record begins at that record's page: the form knows it, and leads back to it."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import snippets

from dossiers.concurrency import SavesRecordInTurn
from dossiers.models.activity.related_records import SUBJECTS

SUBJECTS_PANEL = MultiFieldPanel([FieldPanel(name) for name in SUBJECTS], heading=_("What it is about"))


def page_of(record: Model) -> str:
    """Where a record is read."""
    return reverse(type(record).snippet_viewset.get_url_name("inspect"), args=[record.pk])  # type: ignore[attr-defined]


def list_of(model: Any, **query: Any) -> str:
    """The address of a list, with these filters."""
    address = reverse(model.snippet_viewset.get_url_name("list"))
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def new_about(model: Any, record: Model) -> str:
    """The address of an empty form of that kind, about this record."""
    names = {field.related_model: field.name for field in model._meta.fields if field.name in SUBJECTS}
    return f"{reverse(model.snippet_viewset.get_url_name('add'))}?{names[type(record)]}={record.pk}"


class BeginsAtRecord(SavesRecordInTurn, snippets.CreateView):
    """`?dossier=7` fills in that dossier, when the user may see it; after saving one is back at its page."""

    @cached_property
    def begun_at(self) -> dict[str, Model]:
        """The records in the address, by field."""
        initial = {}
        for name in SUBJECTS:
            key = self.request.GET.get(name, "")
            if key.isdecimal():
                visible = self.model._meta.get_field(name).related_model._default_manager.visible_to(self.request.user)
                record = visible.filter(pk=key).first()
                if record and not getattr(record, "anonymised_at", None):
                    initial[name] = record
        return initial

    def get_initial_form_instance(self) -> Any:
        return self.model(**self.begun_at)

    def get_add_url(self) -> str:
        return f"{super().get_add_url()}?{self.request.GET.urlencode()}" if self.begun_at else super().get_add_url()

    def get_success_url(self) -> str:
        record = next(iter(self.begun_at.values()), None)
        return page_of(record) if record else super().get_success_url()

    def get_success_message(self, instance: Any) -> str:
        return str(_("Saved: %(record)s.")) % {"record": instance.heading}


class SubjectsColumn(Column):
    """The records that something is about, each with the way to it."""

    cell_template_name = "dossiers/cases/subjects_cell.html"

    def get_value(self, instance: Any) -> list[tuple[str, str]]:
        return [(getattr(record, "heading", str(record)), page_of(record)) for record in instance.subjects]

    def in_sheet(self, instance: Any) -> str:
        """What an export of the list has in its cell: references, no names."""
        return ", ".join(str(record) for record in instance.subjects)
