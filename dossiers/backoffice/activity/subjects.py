"""URLs of records, and views and columns of what is about a record: actions, findings, contact moments, expenses."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column

from access_log.models import AccessLogEntry
from dossiers.backoffice.add_forms import TitledCreateView
from dossiers.backoffice.gone_records import explain_gone_choices, find_merge
from dossiers.backoffice.listing.query_strings import keep_list
from dossiers.backoffice.record_access import LogsAccess
from dossiers.concurrency import SavesRecordInTurn
from dossiers.models import ContactMoment, Finding, FollowUp
from dossiers.models.activity.related_records import SUBJECTS

SUBJECTS_PANEL = MultiFieldPanel([FieldPanel(name) for name in SUBJECTS], heading=_("What it is about"))


def get_record_url(record: Model) -> str:
    """Return the URL of the page of a record, or of its form if it has no page to read."""
    viewset = type(record).snippet_viewset  # type: ignore[attr-defined]
    return reverse(viewset.get_url_name("inspect" if viewset.inspect_view_enabled else "edit"), args=[record.pk])


def get_edit_url(record: Model) -> str:
    return reverse(type(record).snippet_viewset.get_url_name("edit"), args=[record.pk])  # type: ignore[attr-defined]


def build_links(records: Iterable[Model]) -> SafeString:
    """Return links to the records, with commas between them."""
    return format_html_join(", ", '<a href="{}">{}</a>', ((get_record_url(record), str(record)) for record in records))


def get_list_url(model: Any, **query: Any) -> str:
    """Return the URL of a list with these filters."""
    address = reverse(model.snippet_viewset.get_url_name("list"))
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def get_list_link(model: Any) -> tuple[str, Any]:
    """Return the URL of a list and its name in the menu."""
    return get_list_url(model), model.snippet_viewset.menu_label


def get_subject_name(record: Model) -> str:
    """Return the name of the foreign key by which an action, a finding or a contact moment is about this record."""
    return next(field.name for field in FollowUp._meta.fields if field.related_model is type(record))


def get_create_url(model: Any, record: Model) -> str:
    """Return the URL of the form that adds a `model` about this record."""
    return f"{reverse(model.snippet_viewset.get_url_name('add'))}?{get_subject_name(record)}={record.pk}"


def get_talk_url(record: Model) -> str:
    """Return the URL of the form that records a talk about this record."""
    return reverse(f"dossiers_talk_{get_subject_name(record)}", args=[record.pk])


def get_mail_url(record: Model, **query: str) -> str:
    """Return the URL of the form that writes a mail about this record."""
    address = reverse(f"dossiers_mail_{get_subject_name(record)}", args=[record.pk])
    return f"{address}?{urlencode(query)}" if query else address


def is_anonymised(record: Any) -> bool:
    """Return whether nothing more is kept about the person of a record."""
    person = getattr(record, "dossier", record)  # of a placement
    return bool(getattr(person, "anonymised_at", None))


def may_record_talks(user: Any) -> bool:
    """Return whether the user may add something of what the form of a talk records."""
    return any(user.has_perm(f"dossiers.add_{model._meta.model_name}") for model in (ContactMoment, FollowUp, Finding))


def may_write_mails(user: Any) -> bool:
    """Return whether the user may send a mail, which is kept as a contact moment."""
    return bool(user.has_perm("dossiers.add_contactmoment"))


class CreateFromRecordView(LogsAccess, SavesRecordInTurn, TitledCreateView):
    """A form that is filled in with the records in the query string, such as `?dossier=7`.

    It redirects to the page of that record.
    """

    access_kind = AccessLogEntry.What.FORM

    def get_accessed_records(self) -> list[Model]:
        return [self.model(**self.initial_records)]

    @cached_property
    def initial_records(self) -> dict[str, Model]:
        """Return the visible records in the query string, by field."""
        initial = {}
        fields = {field.name for field in self.model._meta.fields}
        for name in filter(fields.__contains__, SUBJECTS):
            key = self.request.GET.get(name, "")
            if key.isdecimal():
                visible = self.model._meta.get_field(name).related_model._default_manager.visible_to(self.request.user)
                record = visible.filter(pk=key).first()
                if record is None and name == "dossier" and (merge := find_merge(self.request.user, key)):
                    record = merge.kept
                if record and not getattr(record, "anonymised_at", None):
                    initial[name] = record
        return initial

    def get_initial_form_instance(self) -> Any:
        return self.model(**self.initial_records)

    def get_form(self, form_class: Any = None) -> Any:
        """Return the form, which says of a dossier or interest that was chosen why it is gone."""
        form = super().get_form(form_class)
        explain_gone_choices(form, self.request.user)
        return form

    def get_add_url(self) -> str:
        return (
            f"{super().get_add_url()}?{self.request.GET.urlencode()}" if self.initial_records else super().get_add_url()
        )

    def get_success_url(self) -> str:
        record = next(iter(self.initial_records.values()), None)
        return keep_list(get_record_url(record), self.request.GET) if record else super().get_success_url()

    def get_success_message(self, instance: Any) -> str:
        return str(_("Saved: %(record)s.")) % {"record": instance.heading}


class SubjectsColumn(Column):
    """Links to the records that an object is about."""

    cell_template_name = "dossiers/activity/subjects_cell.html"

    def get_value(self, instance: Any) -> list[tuple[str, str]]:
        return [(getattr(record, "heading", str(record)), get_record_url(record)) for record in instance.subjects]

    def get_sheet_value(self, instance: Any) -> str:
        """Return the references of the records, without names."""
        return ", ".join(str(record) for record in instance.subjects)
