"""Views and the viewset of dossiers in the backoffice."""

from dataclasses import replace
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.forms import CheckboxSelectMultiple, Select
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import Button

from access_log.models import AccessLogEntry
from admin_pages.users import get_person_name
from dossiers.actions.generate import apply_rules_after_save
from dossiers.backoffice.access_log import MAX_ENTRIES_SHOWN, add_user_names
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.columns import MissingColumn, PersonColumn, StatusColumn
from dossiers.backoffice.duplicate_question import AsksAboutSimilarRecords, ConfirmsIdentity
from dossiers.backoffice.forgetting.dossier import (
    PERMISSIONS,
    AsksAboutPersonMixin,
    DeletionForm,
    link_separated_dossiers,
)
from dossiers.backoffice.forgetting.menu import get_forgetting_buttons
from dossiers.backoffice.forms import coordinator_choices
from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.backoffice.listing.query_strings import keep_list
from dossiers.backoffice.matching.pages import find_suggestions, get_suggestions_buttons
from dossiers.backoffice.merges.list_views import RedirectsMergedDossier
from dossiers.backoffice.merges.merge import get_merge_buttons, get_merge_list_buttons, may_merge
from dossiers.backoffice.own_fields.columns import get_own_field_columns
from dossiers.backoffice.own_fields.forms import OwnFieldsFormMixin, OwnFieldsPanel, TabsWithOwnFields
from dossiers.backoffice.placements.competing_placements import find_placements_beside_work
from dossiers.backoffice.placements.proposals import get_propose_buttons
from dossiers.backoffice.records import (
    CreateView,
    DeleteView,
    EditView,
    HistoryView,
    InspectView,
    RecordListView,
    RecordViewSet,
    UsageView,
)
from dossiers.filters import DossierFilterSet, get_coordinators
from dossiers.forgetting.anonymize import AnonymizationRefused, find_import_obstacle, remove_from_other_records
from dossiers.forgetting.mentions import Mention, find_mentions
from dossiers.forgetting.personal_data import Person
from dossiers.models import (
    CLOSED_STATUSES,
    PLACED_STATUSES,
    CandidateLink,
    Dossier,
    ImportRun,
    RecordKind,
    ReferenceCounter,
    Requirements,
    Status,
    WorkKind,
    missing,
)
from dossiers.spreadsheets.matching.similar_people import IDENTITY, find_similar_dossiers
from dossiers.spreadsheets.resources import DossierResource

EXPECTATION_TALK_HELP = _(
    "The day of the talk, also if it is still to come: the partner who supplied this person sees the planned day."
)


def list_supplies(dossier: Dossier) -> list[str]:
    """Return each organisation that supplied the dossier, with its number; once, where the numbers are forgotten."""
    return list(dict.fromkeys(map(str, dossier.supplies.select_related("organisation"))))


class DossierForm(AsksAboutSimilarRecords, OwnFieldsFormMixin, WagtailAdminModelForm):
    """The form of a dossier; it refuses a likely duplicate until the user confirms that it is another person."""

    must_be_valid = IDENTITY
    is_similar = _("It seems that this person has a dossier already. See above the form.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coordinator_choices(self, "coordinator")
        if "status" in self.fields:
            current = self.instance.status
            self.fields["status"].choices = [
                choice for choice in Status.choices if choice[0] not in PLACED_STATUSES or choice[0] == current
            ]

    def find_similar(self) -> list[Dossier]:
        return find_similar_dossiers(self.instance, self.changed_data)

    def save(self, commit: bool = True) -> Dossier:
        dossier: Dossier = super().save(commit)
        if commit:
            apply_rules_after_save(dossier)
        return dossier


def describe_person(dossier: Dossier) -> list[str]:
    """Return the values by which people are compared, those that are filled in."""
    values = (dossier.full_name, dossier.date_of_birth, dossier.phone, dossier.email)
    return [format_value(value) for value in values if value]


def describe_situation(dossier: Dossier) -> list[str]:
    """Return the profession, the status and the organisations that supplied a dossier."""
    situation = (dossier.profession, dossier.get_status_display(), *map(str, dossier.supplies.all()))
    return [text for text in situation if text]


class ConfirmsPerson(ConfirmsIdentity):
    """Asks whether this is the person of a similar dossier."""

    identity_texts = {
        "question": _("Is this the same person?"),
        "reason": _(
            "There is a dossier with nearly the same name and date of birth, or with nearly the same given name and "
            "the same telephone number or e-mail address. Nothing was saved yet."
        ),
        "instruction": _("The same person? Open that dossier and change it there. Somebody else? Then save this one."),
        "confirmation": _("Another person after all"),
    }

    def describe(self, record: Dossier) -> list[str]:
        return [*describe_person(record), *describe_situation(record)]

    def describe_typed(self, record: Dossier) -> list[str]:
        return describe_person(record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        key, user = context["form"].instance.pk, self.request.user  # type: ignore[attr-defined]
        return context | {"merge_url": reverse("dossiers_merge_choose", args=[key]) if key and may_merge(user) else ""}


class DossierCreateView(ConfirmsPerson, CreateView):
    """The form that adds a dossier, of which a coordinator is proposed as the coordinator."""

    def get_initial_form_instance(self) -> Dossier:
        return Dossier(coordinator=get_coordinators().filter(pk=self.request.user.pk).first())

    def wait_for_turn(self) -> None:
        """Wait until concurrent additions of dossiers are committed, so that duplicates among them are detected."""
        ReferenceCounter.lock(Dossier.REFERENCE_PREFIX)
        super().wait_for_turn()


class DossierListView(RecordListView):
    add_item_label = _("Add a candidate")
    import_record = RecordKind.DOSSIERS
    default_ordering = "family_name"
    without_name = Q(anonymised_at__isnull=False)

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("coordinator")

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *get_merge_list_buttons(self.request.user)]

    @cached_property
    def default_columns(self) -> list[Any]:
        name = self._get_title_column_class(TitleColumn)(
            "full_name",
            label=_("Name"),
            sort_key="family_name",
            get_url=self.get_inspect_url,
        )
        return [
            name,
            Column("reference", label=_("Reference"), sort_key="reference", classname="nowrap"),
            StatusColumn("status", label=_("Status")),
            MissingColumn("missing", label=_("Still missing for paid work")),
            Column("profession", label=_("Profession"), sort_key="profession"),
            Column("dutch_level", label=_("Dutch"), sort_key="dutch_level"),
            *get_own_field_columns(self.resource),
            PersonColumn("coordinator", label=_("Coordinator"), sort_key="coordinator__first_name"),
        ]


class DossierInspectView(RedirectsMergedDossier, InspectView):
    """The page of a dossier: its values, requirements, suggestions, activity and recent entries of the access log."""

    template_name = "dossiers/dossiers/page.html"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        user, dossier = self.request.user, self.object
        merging = [] if dossier.anonymised_at else get_merge_buttons(user, dossier)
        url = reverse("dossiers_moved", args=[dossier.pk])
        move = Button(_("Record a move"), url=url, icon_name="site", priority=5)
        is_open = dossier.status not in CLOSED_STATUSES and not dossier.anonymised_at
        moving = [move] if is_open and user.has_perm("dossiers.change_dossier") else []
        return [*super().header_more_buttons, *moving, *merging, *get_forgetting_buttons(user, dossier)]

    def get_edit_url(self) -> str | None:
        return None if self.object.anonymised_at else super().get_edit_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dossier: Dossier = self.object
        context = super().get_context_data(**kwargs) | {
            "letter": CandidateLink.objects.open().filter(dossier=dossier).select_related("made_by").first(),
            "closed": dossier.status in CLOSED_STATUSES,
            "coordinator": get_person_name(dossier.coordinator),
            "retracted_by": get_person_name(dossier.withdrawal_retracted_by)
            if dossier.withdrawal_retracted_by
            else NOTHING,
            "supplies": list_supplies(dossier),
            "may_change": not dossier.anonymised_at and self.request.user.has_perm("dossiers.change_dossier"),
            "may_forget": not dossier.anonymised_at and self.request.user.has_perms(PERMISSIONS),
            "access_log_entries": add_user_names(AccessLogEntry.objects.at(dossier.reference)[:MAX_ENTRIES_SHOWN]),
            "access_log_url": reverse("dossiers_access_log_at", args=[dossier.pk]),
        }
        if dossier.anonymised_at:
            context["activity_sections"] = [replace(part, add_url="") for part in context["activity_sections"]]
            context["separated_dossiers"] = link_separated_dossiers(dossier, self.request.user)
        if not context["closed"]:
            requirements = Requirements.on(timezone.localdate())
            context["missing"] = requirements.missing(dossier)
            context["suggestions"] = find_suggestions(dossier, self.request.user)
            context["elsewhere"] = find_placements_beside_work(dossier, self.request.user)
            context["volunteering"] = requirements.missing(dossier, WorkKind.VOLUNTEERING)
        return context


class DossierHistoryView(RedirectsMergedDossier, HistoryView):
    """The log of a dossier."""


class DossierUsageView(RedirectsMergedDossier, UsageView):
    """The pages and records that refer to a dossier."""


class DossierDeleteView(RedirectsMergedDossier, AsksAboutPersonMixin, DeleteView):
    """Show also what goes from imports, and ask for each text about others whether the name is replaced in it."""

    form_class = DeletionForm

    @cached_property
    def person(self) -> Person:
        return Person(self.object, with_deleted=False)

    @cached_property
    def mentions(self) -> list[Mention]:
        return find_mentions(self.person)

    def redirect_if_protected(self) -> HttpResponse | None:
        if response := super().redirect_if_protected():
            return response
        if reason := find_import_obstacle(self.person, self.lists_with_rows, self.rows_to_judge):
            messages.error(self.request, reason)
            return redirect(get_record_url(self.object))
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = ImportRun.objects.visible_to(self.request.user)
        imports = visible.filter(pk__in=self.person.listed_rows.values("run")).exclude(pk__in=self.lists_with_rows)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        shown = context["form"].mentions
        return context | {
            "imports": imports,
            "loses_lines": bool(self.staged_rows or self.similar_rows),
            "hides_mentions": any(mention.sure and mention not in shown for mention in self.mentions),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        decisions = form.decide(self.mentions)
        try:
            with transaction.atomic():
                rows = remove_from_other_records(
                    self.object, cast(User, self.request.user), decisions, self.lists_with_rows, form.similar
                )
                self.import_rows = {self.object.pk: rows}
                response: HttpResponse = super().form_valid(form)
        except AnonymizationRefused as reason:
            messages.error(self.request, str(reason))
            response = self.form_invalid(form)
        return response


class DossierEditView(ConfirmsPerson, RedirectsMergedDossier, EditView):
    """The form of a dossier, with the missing requirements for work and the organisations that supplied it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.anonymised_at:
            if request.method == "POST":  # of a form that was open before: gone_records.py says that nothing was saved
                raise Http404
            return redirect(get_record_url(self.object))  # it has no fields to fill in; its page says so
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """Return the URL of the dossier's page instead of the list."""
        return keep_list(get_record_url(self.object), self.request.GET)

    template_name = "dossiers/dossiers/edit.html"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        access_log = Button(
            _("Who looked"), url=reverse("dossiers_access_log_at", args=[self.object.pk]), icon_name="view"
        )
        more = [
            *get_propose_buttons(self.request.user, dossier=self.object),
            *get_suggestions_buttons(self.object, self.request.user),
            *get_merge_buttons(self.request.user, self.object),
            access_log,
        ]
        return [*super().header_more_buttons, *more]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stored = self.get_queryset().get(pk=self.object.pk)  # self.object has the values of an invalid form
        requirements = None if stored.status in CLOSED_STATUSES else missing(stored, timezone.localdate())
        return super().get_context_data(**kwargs) | {"missing": requirements, "supplies": list_supplies(stored)}


class DossierViewSet(RecordViewSet):
    model = Dossier
    add_to_admin_menu = True
    menu_order = 100
    icon = "user"
    menu_label = _("Candidates")
    base_url_path = "dossiers"
    index_view_class = DossierListView
    add_view_class = DossierCreateView
    create_template_name = "dossiers/records/create.html"
    edit_view_class = DossierEditView
    inspect_view_class = DossierInspectView
    history_view_class = DossierHistoryView
    usage_view_class = DossierUsageView
    delete_view_class = DossierDeleteView
    edit_template_name = "dossiers/dossiers/edit.html"
    delete_template_name = "dossiers/dossiers/delete.html"
    inspect_template_name = "dossiers/dossiers/page.html"
    filterset_class = DossierFilterSet
    resource_class = DossierResource
    edit_handler = TabsWithOwnFields(
        [
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("given_name"), FieldPanel("name_prefix"), FieldPanel("family_name")]),
                    FieldRowPanel([FieldPanel("date_of_birth"), FieldPanel("phone"), FieldPanel("email")]),
                    FieldRowPanel([FieldPanel("location"), FieldPanel("in_reception"), FieldPanel("coordinator")]),
                    FieldRowPanel([FieldPanel("status"), FieldPanel("closing_reason", widget=Select)]),
                ],
                heading=_("Person"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("profession"), FieldPanel("education_level")]),
                    FieldPanel("sectors", widget=CheckboxSelectMultiple),
                    FieldRowPanel([FieldPanel("hours_per_week"), FieldPanel("available_from")]),
                    FieldRowPanel([FieldPanel("driving_licence"), FieldPanel("transport")]),
                    FieldPanel("dutch_level"),
                    FieldPanel("languages"),
                ],
                heading=_("Work and language"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("application_date"), FieldPanel("work_right")]),
                    FieldRowPanel([FieldPanel("decided_on"), FieldPanel("document_expires_on")]),
                    MultiFieldPanel(
                        [
                            FieldRowPanel(
                                [
                                    FieldPanel("expectation_talk_on", help_text=EXPECTATION_TALK_HELP),
                                    FieldPanel("privacy_notice_on"),
                                ]
                            )
                        ],
                        heading=_("Talked about"),
                    ),
                ],
                heading=_("Asylum and permit"),
            ),
            ObjectList([FieldPanel("notes")], heading=_("Notes")),
            ObjectList([OwnFieldsPanel()], heading=_("Own fields")),
        ],
        base_form_class=DossierForm,
    )
