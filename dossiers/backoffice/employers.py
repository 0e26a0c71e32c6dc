"""Views and viewsets of employers and of their interests (the work that they offer)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms import Select
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from admin_pages.users import get_person_name
from dossiers.backoffice.activity.subjects import CreateFromRecordView, get_record_url
from dossiers.backoffice.columns import DateColumn, PersonColumn, StatusColumn
from dossiers.backoffice.duplicate_question import AsksAboutSimilarRecords, ConfirmsIdentity
from dossiers.backoffice.forgetting.menu import get_contact_buttons
from dossiers.backoffice.forms import coordinator_choices
from dossiers.backoffice.gone_records import ExplainsErasedInterest
from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.backoffice.listing.query_strings import keep_list
from dossiers.backoffice.matching.pages import find_suggestions, get_suggestions_buttons, log_suggestions
from dossiers.backoffice.offers.routes import get_offer_buttons
from dossiers.backoffice.own_fields.columns import get_own_field_columns
from dossiers.backoffice.own_fields.forms import OwnFieldsFormMixin, OwnFieldsPanel, TabsWithOwnFields
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
from dossiers.filters import EmployerFilterSet, InterestFilterSet
from dossiers.forgetting.employers import delete_rows_of_employers, find_rows_of_employers
from dossiers.models import (
    CONTACT_FIELDS,
    Employer,
    EmployerInterest,
    ImportRun,
    InterestStatus,
    RecordKind,
)
from dossiers.models.employers.answers import format_answer
from dossiers.models.employers.employer import REACHABLE_BY, UNREACHABLE
from dossiers.models.withdrawal import sync_withdrawal_actions
from dossiers.spreadsheets.matching.similar_employers import find_similar_employers
from dossiers.spreadsheets.resources import EmployerInterestResource, EmployerResource

OTHER_CONTACT = _("The sign-up names another contact than the employer: both are on this page.")


class EmployerListView(RecordListView):
    default_ordering = "company_name"

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("sector").with_interest_counts()

    @cached_property
    def header_buttons(self) -> list[Button]:
        return [*super().header_buttons, *get_offer_buttons(self.request.user)]

    @cached_property
    def default_columns(self) -> list[Any]:
        return [
            self._get_custom_column(
                "company_name", self._get_title_column_class(TitleColumn), get_url=self.get_inspect_url
            ),
            Column("contact_name", label=_("Contact"), sort_key="contact_name"),
            Column("city", label=_("Place"), sort_key="city"),
            Column("sector", label=_("Sector"), sort_key="sector__name"),
            NumberColumn("interest_count", label=_("Interests"), sort_key="interest_count"),
        ]


class EmployerInspectView(InspectView):
    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return [*super().header_more_buttons, *get_contact_buttons(self.request.user, self.object)]


class EmployerForm(AsksAboutSimilarRecords, WagtailAdminModelForm):
    """The form of an employer; it refuses a likely duplicate until the user confirms that it is another company."""

    is_similar = _("This employer seems to exist already. See above the form.")

    def clean(self) -> dict[str, Any]:
        """Require an e-mail address or a telephone number, unless a known employer lacked both and gets neither."""
        cleaned: dict[str, Any] = super().clean()
        is_blank = all(cleaned.get(name) == "" for name in REACHABLE_BY)  # one that was refused is not in it
        if is_blank and (not self.instance.pk or not REACHABLE_BY.isdisjoint(self.changed_data)):
            self.add_error("phone", UNREACHABLE)
        return cleaned

    def find_similar(self) -> list[Employer]:
        visible = Employer.objects.visible_to(self.for_user)
        return find_similar_employers(self.instance, self.changed_data, visible)


class ConfirmsEmployer(ConfirmsIdentity):
    """Asks whether this is an employer that is there already."""

    identity_texts = {
        "question": _("Is this the same employer?"),
        "reason": _(
            "There is an employer with nearly the same name, or with the same KvK number, e-mail address or telephone "
            "number. Nothing was saved yet."
        ),
        "instruction": _("The same employer? Open that one and change it there. Another one? Then save this one."),
        "confirmation": _("Another employer after all"),
    }

    def describe(self, record: Employer) -> list[str]:
        names = ("company_name", "city", "contact_name", "email", "phone", "kvk_number")
        return [format_value(value) for name in names if (value := getattr(record, name))]


class EmployerCreateView(ConfirmsEmployer, CreateView):
    """The form that adds an employer."""


class EmployerEditView(ConfirmsEmployer, EditView):
    """The form of an employer."""


class EmployerDeleteView(DeleteView):
    """Show also what goes from imports."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = find_rows_of_employers([self.object.pk])
        imports = ImportRun.objects.visible_to(self.request.user).filter(pk__in=rows.values("run"))
        return super().get_context_data(**kwargs) | {"imports": imports}

    def delete_action(self) -> None:
        self.import_rows = delete_rows_of_employers([self.object.pk])
        super().delete_action()


class EmployerViewSet(RecordViewSet):
    model = Employer
    add_view_class = EmployerCreateView
    create_template_name = "dossiers/records/create.html"
    edit_view_class = EmployerEditView
    edit_template_name = "dossiers/employers/edit.html"
    icon = "home"
    menu_label = _("Employers")
    base_url_path = "employers"
    index_view_class = EmployerListView
    inspect_view_class = EmployerInspectView
    delete_view_class = EmployerDeleteView
    delete_template_name = "dossiers/employers/delete.html"
    filterset_class = EmployerFilterSet
    resource_class = EmployerResource
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("company_name"),
                    FieldRowPanel([FieldPanel("kvk_number"), FieldPanel("sector", widget=Select)]),
                    FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
                ],
                heading=_("Company"),
            ),
            ObjectList(
                [FieldPanel("contact_name"), FieldRowPanel([FieldPanel("email"), FieldPanel("phone")])],
                heading=_("Contact"),
            ),
        ],
        base_form_class=EmployerForm,
    )


class InterestForm(OwnFieldsFormMixin, WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coordinator_choices(self, "owner")
        if "status" in self.fields:
            self.fields["status"].choices = [c for c in InterestStatus.choices if c[0] != InterestStatus.UNCONFIRMED]

    def clean(self) -> dict[str, Any]:
        """Require an employer, except for a sign-up that still has its own contact details."""
        cleaned = super().clean()
        if "employer" in self.fields and not cleaned.get("employer") and not self.instance.contact_given:
            self.add_error(
                "employer", _("Choose the employer. Is it not there yet? Then choose “New offer” in the list.")
            )
        return cleaned

    def save(self, commit: bool = True) -> EmployerInterest:
        interest: EmployerInterest = super().save(commit)
        if commit:
            sync_withdrawal_actions(interest)
        return interest


class InterestStatusColumn(StatusColumn):
    """The status of an interest, and below it that the employer wants to withdraw."""

    cell_template_name = "dossiers/interests/status_cell.html"


class InterestListView(RecordListView):
    add_item_label = _("Add an interest")
    import_record = RecordKind.EMPLOYER_INTEREST
    default_ordering = "-created_at"
    without_name = Q(employer__isnull=True)  # a sign-up whose company is not one of the employers yet

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("employer", "owner")

    @cached_property
    def add_button(self) -> Button:
        """The button of the form that adds the employer too, for those who may; the other form is in the menu."""
        button: Button = next(iter(get_offer_buttons(self.request.user)), super().add_button)
        return button

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        add = Button(self.add_item_label, url=self.add_url, icon_name="plus", priority=5)
        return [*super().header_more_buttons, *([add] if get_offer_buttons(self.request.user) else [])]

    @cached_property
    def default_columns(self) -> list[Any]:
        name = self._get_title_column_class(TitleColumn)(
            "company_name",
            label=_("Employer"),
            sort_key="employer__company_name",
            get_url=self.get_inspect_url,
        )
        return [
            name,
            Column("work_description", label=_("Work"), sort_key="work_description"),
            NumberColumn("positions", label=_("Places"), sort_key="positions"),
            InterestStatusColumn("status", label=_("Status")),
            DateColumn("start_date", label=_("From"), sort_key="start_date"),
            *get_own_field_columns(self.resource),
            PersonColumn("owner", label=_("Owner"), sort_key="owner__first_name"),
            DateColumn("created_at", label=_("Created"), sort_key="created_at"),
        ]


class InterestCreateView(CreateFromRecordView):
    """The form that adds an interest, with the employer filled in on whose page it was opened."""

    def get_success_url(self) -> str:
        return get_record_url(self.object)


class InterestEditView(ExplainsErasedInterest, EditView):
    """The form of an interest; a sign-up shows its contact as given, unless that is the contact of its employer."""

    template_name = "dossiers/interests/edit.html"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        more = [
            *get_propose_buttons(self.request.user, interest=self.object),
            *get_suggestions_buttons(self.object, self.request.user),
        ]
        return [*super().header_more_buttons, *more]

    def get_success_url(self) -> str:
        return keep_list(get_record_url(self.object), self.request.GET)

    def get_success_message(self) -> str:
        message: str = super().get_success_message()
        is_linked = "employer" in self.form.changed_data and self.object.has_other_contact
        return f"{message} {OTHER_CONTACT}" if is_linked else message

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.object.employer is None or self.object.has_other_contact:
            contact = self.object.contact_given
            fields = EmployerResource().sheet_fields()
            labels = [(name, fields[name].column_name) for name in (*CONTACT_FIELDS, "sector")]
            context["contact_given"] = [
                (label, format_value(contact[name])) for name, label in labels if contact.get(name)
            ]
        context["answers"] = list_answers(self.object)
        return context | get_take_over_context(self.object)


class InterestInspectView(ExplainsErasedInterest, InspectView):
    """The page of an interest: its status, its contact details and the answers to further questions."""

    template_name = "dossiers/interests/page.html"

    def get_queryset(self) -> Any:
        queryset: Any = super().get_queryset()
        return queryset.select_related("owner").with_places_taken()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context |= get_take_over_context(self.object)
        context["owner"] = get_person_name(self.object.owner)
        recorded_by = self.object.withdrawal_retracted_by
        context["retracted_by"] = get_person_name(recorded_by, NOTHING)
        if self.object.status != InterestStatus.CLOSED:
            context["suggestions"] = find_suggestions(self.object, self.request.user)
            log_suggestions(self.request, context["suggestions"])
        return context

    def shown_values(self) -> list[tuple[str, str]]:
        values = super().shown_values()
        if self.object.employer is None:
            contact = self.object.contact_given
            names = list(self.resource_class().sheet_fields())
            values = [
                (label, format_value(contact[name]) if contact.get(name) else value)
                for name, (label, value) in zip(names, values, strict=True)
            ]
        return values + list_answers(self.object)


def get_take_over_context(interest: EmployerInterest) -> dict[str, Any]:
    """Return the template context of the button that takes over a sign-up; empty for an interest with an employer."""
    if interest.employer:
        return {}
    address = reverse("dossiers_take_over", args=[interest.pk])
    return {"take_over_url": address, "matching_employer": interest.find_matching_employer()}


def list_answers(interest: EmployerInterest) -> list[tuple[str, str]]:
    """Return (question, answer) of each further question of the sign-up."""
    return [(question, format_answer(answer) or NOTHING) for question, answer in interest.answers.items()]


class InterestDeleteView(ExplainsErasedInterest, DeleteView):
    """Ask for confirmation and delete an interest."""


class InterestHistoryView(ExplainsErasedInterest, HistoryView):
    """The log of an interest."""


class InterestUsageView(ExplainsErasedInterest, UsageView):
    """The pages and records that refer to an interest."""


@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Link the employer that a sign-up names, or create an employer from the contact details of the sign-up."""
    if not request.user.has_perm("dossiers.change_employerinterest"):
        raise PermissionDenied
    waiting = EmployerInterest.objects.visible_to(request.user).to_take_over().select_for_update()
    try:
        with transaction.atomic():  # a colleague may link it at the same time, or the employer may erase it
            interest = get_object_or_404(waiting, pk=pk)
            employer = interest.take_over()
    except ValidationError as error:
        messages.error(
            request, gettext("This sign-up can't be taken over: %(why)s") % {"why": " ".join(error.messages)}
        )
    else:
        log(instance=interest, action="wagtail.edit", user=request.user, content_changed=True)
        message = gettext("Taken over: %(employer)s.") % {"employer": employer}
        messages.success(request, f"{message} {OTHER_CONTACT}" if interest.has_other_contact else message)
    return redirect(EmployerInterest.snippet_viewset.get_url_name("inspect"), pk)  # type: ignore[attr-defined]


class InterestViewSet(RecordViewSet):
    model = EmployerInterest
    icon = "pick"
    menu_label = _("Interests")
    base_url_path = "interests"
    index_view_class = InterestListView
    add_view_class = InterestCreateView
    edit_view_class = InterestEditView
    inspect_view_class = InterestInspectView
    delete_view_class = InterestDeleteView
    history_view_class = InterestHistoryView
    usage_view_class = InterestUsageView
    inspect_template_name = "dossiers/interests/page.html"
    filterset_class = InterestFilterSet
    resource_class = EmployerInterestResource
    edit_template_name = "dossiers/interests/edit.html"
    edit_handler = TabsWithOwnFields(
        [
            ObjectList(
                [
                    FieldPanel("employer"),
                    FieldPanel("work_description"),
                    FieldRowPanel([FieldPanel("positions"), FieldPanel("hours_per_week")]),
                    FieldRowPanel([FieldPanel("start_date"), FieldPanel("end_date")]),
                    FieldPanel("transport_offered"),
                ],
                heading=_("Work"),
            ),
            ObjectList(
                [FieldPanel("dutch_level_required"), FieldPanel("working_languages")],
                heading=_("Language"),
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("status"), FieldPanel("owner")]),
                    FieldPanel("closing_reason", widget=Select),
                    FieldPanel("notes"),
                ],
                heading=_("Handling"),
            ),
            ObjectList([OwnFieldsPanel()], heading=_("Own fields")),
        ],
        base_form_class=InterestForm,
    )
