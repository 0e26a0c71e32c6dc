"""Contact moments in the backoffice."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column

from dates.format import format_datetime
from dossiers.backoffice.activity.subjects import SUBJECTS_PANEL, CreateFromRecordView, SubjectsColumn
from dossiers.backoffice.columns import DateColumn, PersonColumn
from dossiers.backoffice.listing.columns import TextTitleColumn
from dossiers.backoffice.records import VisibleInspectView, VisibleListView, VisibleViewSet
from dossiers.filters import ContactFilterSet
from dossiers.models import ContactMoment


class ContactForm(WagtailAdminModelForm):
    """The form of a contact moment."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_page = ContactMoment.Kind.OWN_PAGE
        if "kind" in self.fields and self.instance.kind != own_page:
            self.fields["kind"].choices = [choice for choice in ContactMoment.Kind.choices if choice[0] != own_page]


class ContactCreateView(CreateFromRecordView):
    """The form that adds a contact moment, with the current user as its author."""

    def save_instance(self) -> ContactMoment:
        self.form.instance.user = self.request.user
        saved: ContactMoment = super().save_instance()
        return saved


class ContactListView(VisibleListView):
    default_ordering = "-held_on"
    more_columns = ("created_at",)

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().with_subjects().select_related("user")

    @cached_property
    def default_columns(self) -> list[Any]:
        return [
            self._get_title_column("text", TextTitleColumn),
            Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
            DateColumn("held_on", label=_("Day"), sort_key="held_on"),
            SubjectsColumn("subjects", label=_("With")),
            PersonColumn("user", label=_("By")),
        ]


class ContactInspectView(VisibleInspectView):
    """The page of a contact moment; that of a mail from a record says whether it was sent."""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("mail")

    def get_fields_context(self) -> list[dict[str, Any]]:
        fields: list[dict[str, Any]] = super().get_fields_context()
        if mail := getattr(self.object, "mail", None):
            since = f"{mail.get_state_display()} ({format_datetime(mail.state_since)})"
            fields.append({"label": _("Sending"), "value": since, "component": None})
        return fields


class ContactViewSet(VisibleViewSet):
    model = ContactMoment
    menu_hook = "register_reports_menu_item"
    icon = "mail"
    menu_label = _("Contact moments")
    base_url_path = "contacts"
    add_view_class = ContactCreateView
    index_view_class = ContactListView
    inspect_view_class = ContactInspectView
    filterset_class = ContactFilterSet
    export_fields = ("text",)
    inspect_view_fields = ["kind", "held_on", "text", "dossier", "employer", "interest", "placement", "user"]
    edit_handler = ObjectList(
        [FieldRowPanel([FieldPanel("kind"), FieldPanel("held_on")]), FieldPanel("text"), SUBJECTS_PANEL],
        base_form_class=ContactForm,
    )
