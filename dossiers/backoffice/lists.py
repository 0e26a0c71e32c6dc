"""Viewsets of the lists that coordinators edit (organisations, sectors, ...) and of the rules."""

from typing import Any

from django.forms import CheckboxSelectMultiple, Select
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.choices import CallableChoiceIterator
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.snippets.views.snippets import EditView, IndexView, SnippetViewSet

from admin_pages.users import get_person_name
from dates.format import format_date
from dossiers.backoffice.add_forms import TitledCreateView
from dossiers.backoffice.choosers import ListChooserViewSet
from dossiers.backoffice.columns import DateColumn
from dossiers.backoffice.deletion import DeleteListRow
from dossiers.backoffice.imports.profiles import PROFILE_PANELS
from dossiers.backoffice.list_exports import ExportableListMixin, ExportableListViewSetMixin
from dossiers.backoffice.listing.empty_lists import EmptyListMixin
from dossiers.backoffice.menu_pages import InMenuMixin
from dossiers.backoffice.rule_translations import (
    RegulationForm,
    TranslationsColumn,
    build_language_tabs,
    build_sheet_columns,
    list_language_states,
)
from dossiers.backoffice.wagtail_export import WithoutWagtailExport
from dossiers.concurrency import SavesRecordInTurn
from dossiers.models import (
    ClosingReason,
    FindingCategory,
    GlossaryTerm,
    ImportProfile,
    Organisation,
    Regulation,
    Sector,
)
from dossiers.models.lists.regulation import STALE_AFTER
from dossiers.spreadsheets.exports.export import Shown


class ListView(EmptyListMixin, WithoutWagtailExport, ExportableListMixin, IndexView):
    """A list of rows with few fields; only those who may delete them can tick them."""

    @cached_property
    def columns(self) -> list[Any]:
        columns: list[Any] = super().columns
        if self.user_has_permission("delete"):
            return columns
        return [column for column in columns if not isinstance(column, BulkActionsCheckboxColumn)]


class ListCreateView(SavesRecordInTurn, TitledCreateView):
    """The form that adds a row."""


class ListEditView(SavesRecordInTurn, EditView):
    """The form that changes a row."""


class ListViewSet(InMenuMixin, ExportableListViewSetMixin, SnippetViewSet):
    """Base viewset of a list whose rows have a name and few other fields."""

    index_view_class = ListView
    index_results_template_name = "dossiers/listing/plain_results.html"
    add_view_class = ListCreateView
    edit_view_class = ListEditView
    delete_view_class = DeleteListRow
    chooser_viewset_class = ListChooserViewSet
    copy_view_enabled = False
    add_to_settings_menu = True
    list_per_page = 100


class OrganisationForm(WagtailAdminModelForm):
    """The form of an organisation; its staff are shown by full name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].label_from_instance = get_person_name


class OrganisationViewSet(ListViewSet):
    model = Organisation
    icon = "group"
    base_url_path = "organisations"
    list_display = ["name"]
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("staff", widget=CheckboxSelectMultiple)], base_form_class=OrganisationForm
    )


class SectorViewSet(ListViewSet):
    model = Sector
    icon = "list-ul"
    base_url_path = "sectors"
    list_display = ["name", "name_en"]
    panels = [FieldPanel("name"), FieldPanel("name_en")]


class ClosingReasonViewSet(ListViewSet):
    model = ClosingReason
    icon = "list-ul"
    base_url_path = "closing-reasons"
    list_display = ["name", "side"]
    panels = [FieldPanel("side"), FieldPanel("name")]


class FindingCategoryViewSet(ListViewSet):
    model = FindingCategory
    icon = "tag"
    base_url_path = "finding-categories"
    list_display = ["name", "kind", "heading"]
    export_fields = ("name_en", "code", "advice")
    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("heading")]),
        FieldPanel("name"),
        FieldPanel("name_en"),
        FieldPanel("code"),
        FieldPanel("advice"),
    ]


class GlossaryViewSet(ListViewSet):
    model = GlossaryTerm
    icon = "openquote"
    base_url_path = "glossary"
    list_display = ["name", "explanation"]
    export_fields = ("spellings", "explanation_en")
    panels = [
        FieldPanel("name"),
        FieldPanel("explanation"),
        FieldPanel("explanation_en"),
        FieldPanel("spellings"),
    ]


class ImportProfileViewSet(ListViewSet):
    model = ImportProfile
    icon = "cogs"
    base_url_path = "import-profiles"
    list_display = ["name", "record", "organisation", DateColumn("changed_at", label=_("Last changed"))]
    edit_handler = PROFILE_PANELS


class WarnsAboutTranslations:
    """Base of the forms of a rule, which say after saving in which languages pages show it in another one."""

    request: HttpRequest
    object: Regulation

    def save_action(self) -> HttpResponse:
        response: HttpResponse = super().save_action()  # type: ignore[misc]
        translations = {translation.language: translation for translation in self.object.translations.all()}
        if "en" not in translations:
            messages.warning(
                self.request,
                gettext(
                    "The English pages show this rule in Dutch, for it has no English sentence. Write that under "
                    "“English”."
                ),
            )
        for translation in translations.values():
            if translation.is_outdated:
                text = gettext(
                    "The translation into %(language)s is outdated, so pages no longer show it. Change it under its "
                    "tab, or tick there that it still fits."
                )
                messages.warning(self.request, text % {"language": translation.language_name})
        return response


class RegulationCreateView(WarnsAboutTranslations, ListCreateView):
    """The form that adds a rule, or a later version of it."""


class RegulationEditView(WarnsAboutTranslations, ListEditView):
    """The form of a rule, with a button that records that an editor checked the rule at its source."""

    template_name = "dossiers/regulations/edit.html"

    def save_instance(self) -> Regulation:
        day = self.object.checked_on
        rule: Regulation = super().save_instance()
        if day and rule.checked_on is None:
            text = gettext(
                "The check of %(day)s no longer counts, for the rule was changed. Does the source say what the rule "
                "says now? Then record that you checked it."
            )
            messages.warning(self.request, text % {"day": format_date(day)})
        return rule

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"languages": list_language_states(self.object)}


class DeleteRegulation(DeleteListRow):
    """Delete a version of a rule; the confirmation says which version holds then."""

    @property
    def confirmation_message(self) -> str:
        question = gettext("Are you sure that you want to delete this rule?")
        replacement = Regulation.objects.get_in_force_without(self.object, timezone.localdate())
        if replacement is None:
            return question
        text = gettext("Without this version the one that is valid from %(day)s holds today: %(value)s.")
        if replacement.valid_from is None:
            text = gettext("Without this version the one that is valid since always holds today: %(value)s.")
        value = replacement.value_in_words if replacement.value else f"“{replacement.statement}”"
        return f"{question} {text % {'day': format_date(replacement.valid_from), 'value': value}}"


class CheckedColumn(Column):
    """The day of the last check, or a text that says that there was none."""

    def get_value(self, instance: Regulation) -> Any:
        if instance.checked_on is None:
            return _("not checked yet")
        day = format_date(instance.checked_on)
        stale = instance.checked_on < timezone.localdate() - STALE_AFTER
        return _("%(day)s (check again)") % {"day": day} if stale else day


class ValidFromColumn(DateColumn):
    """The first day of a version of a rule; of a rule with several versions, also whether this one holds today."""

    def get_value(self, instance: Any) -> str:
        day = format_date(instance.valid_from) if instance.valid_from else gettext("since always")
        if instance.version_in_force == instance.pk:
            return gettext("%(day)s (holds today)") % {"day": day} if instance.has_other_versions else day
        if instance.valid_from and instance.valid_from > timezone.localdate():
            return gettext("%(day)s (not yet)") % {"day": day}
        return gettext("%(day)s (no longer)") % {"day": day}


class RegulationListView(ListView):
    def get_base_queryset(self) -> Any:
        rules = super().get_base_queryset().with_version_in_force(timezone.localdate())
        return rules.prefetch_related("translations__approvals")

    def get_computed_columns(self) -> list[Shown]:
        return build_sheet_columns()


def list_rule_choices() -> list[tuple[str, Any]]:
    """Return (key, title) of each rule, as choices for the rule that a proposal may change."""
    titles = dict(Regulation.objects.order_by("title").values_list("key", "title"))
    return [("", _("none: this is no proposal")), *titles.items()]


class RegulationViewSet(ListViewSet):
    model = Regulation
    index_view_class = RegulationListView
    icon = "clipboard-list"
    base_url_path = "rules"
    add_view_class = RegulationCreateView
    edit_view_class = RegulationEditView
    delete_view_class = DeleteRegulation
    edit_template_name = "dossiers/regulations/edit.html"
    list_display = [
        *("title", "value", "unit"),
        ValidFromColumn("valid_from", label=_("Valid from"), sort_key="valid_from"),
        "source",
        CheckedColumn("checked_on", label=_("Last checked")),
        TranslationsColumn("translations", label=_("Translations")),
    ]
    export_fields = (
        *("key", "statement", "explanation", "source_date", "source_url", "apply_url", "confidence", "proposal_for"),
    )
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("title"),
                    FieldPanel("statement"),
                    FieldPanel("explanation"),
                    FieldRowPanel([FieldPanel("value"), FieldPanel("unit"), FieldPanel("valid_from")]),
                    FieldRowPanel([FieldPanel("source"), FieldPanel("source_date"), FieldPanel("confidence")]),
                    FieldRowPanel([FieldPanel("source_url"), FieldPanel("apply_url")]),
                    FieldPanel("proposal_for", widget=Select(choices=CallableChoiceIterator(list_rule_choices))),
                    FieldPanel("key"),
                ],
                heading=_("Dutch"),
            ),
            *build_language_tabs(),
        ],
        base_form_class=RegulationForm,
    )
