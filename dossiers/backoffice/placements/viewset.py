"""The list, the form and the viewset of placements."""

from typing import Any

from django.db.models import Q
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import Button, HeaderButton

from dossiers.backoffice.columns import DateColumn, StatusColumn
from dossiers.backoffice.listing.query_strings import keep_list
from dossiers.backoffice.placements.board import BoardView
from dossiers.backoffice.placements.columns import AheadColumn, WorkColumn, lead_time_columns
from dossiers.backoffice.placements.detail import PlacementPage
from dossiers.backoffice.placements.forms import PlacementForm
from dossiers.backoffice.placements.proposals import ProposeView
from dossiers.backoffice.placements.routes import board_url, placement_url
from dossiers.backoffice.placements.sharing import ShareView
from dossiers.backoffice.placements.steps import UNKNOWN_VERSION, AgreedView, OtherWorkView, StepView, TakeBackView
from dossiers.backoffice.records import EditView, VisibleListView, VisibleViewSet
from dossiers.filters import PlacementFilterSet
from dossiers.models import Placement
from dossiers.models.placements.placement_steps import StepRefused, change_agreement, get_locked_placement
from dossiers.models.placements.step_requirements import with_later_no
from dossiers.spreadsheets.exports.export import Shown

EXPORT_FIELDS = (
    *("reference", "kind", "proposed_on", "candidate_agreed_on", "candidate_declined_on", "shared_on", "interview_on"),
    *("permit_requested_on", "permit_granted_on", "permit_refused_on", "permit_valid_until", "working_on", "ended_on"),
    *("end_reason", "hours_per_week", "wage_agreed", "notes"),
)


class PlacementListView(VisibleListView):
    """The list of placements, with their status and the missing requirements for the next step."""

    page_title = _("Placements")
    add_item_label = _("Propose a candidate")
    default_ordering = "-stepped_on"
    without_name = Q(dossier__anonymised_at__isnull=False)

    def get_base_queryset(self) -> Any:
        placements = super().get_base_queryset().with_parties().with_progress().with_work_elsewhere()
        return with_later_no(placements)

    @cached_property
    def default_columns(self) -> list[Column]:
        name = self._get_title_column_class(TitleColumn)(
            "dossier",
            label=_("Candidate"),
            accessor="dossier.full_name",
            sort_key="dossier__family_name",
            get_url=self.get_inspect_url,
        )
        return [
            name,
            WorkColumn("interest", label=_("Employer and work"), sort_key="interest__employer__company_name"),
            StatusColumn("status", label=_("Status")),
            DateColumn("stepped_on", label=_("Since"), sort_key="stepped_on"),
            AheadColumn("ahead", label=_("Still missing")),
            DateColumn("permit_valid_until", label=_("Permit until"), sort_key="permit_valid_until"),
        ]

    def get_computed_columns(self) -> list[Shown]:
        return lead_time_columns()

    @cached_property
    def header_buttons(self) -> list[Button]:
        board = HeaderButton(_("Board"), url=board_url(self.request.GET.urlencode()), icon_name="table")
        return [*super().header_buttons, board]


class PlacementEditView(EditView):
    """The form of the agreements, saved under a lock on the current version of the placement."""

    def lock_record(self) -> None:
        """Lock in the same order as the steps do, which prevents deadlocks."""
        if self.get_queryset().filter(pk=self.object.pk).exists():
            get_locked_placement(self.object.pk)

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)

    def save_instance(self) -> Placement:
        data = self.form.cleaned_data
        changed = {name: data[name] for name in self.form.changed_data if name in data}
        confirmed = data.get("hours_confirmed", False)
        seen_at = data.get("seen_at") or UNKNOWN_VERSION
        return change_agreement(self.object, changed, hours_confirmed=confirmed, seen_at=seen_at)

    def get_success_url(self) -> str:
        return keep_list(placement_url(self.object), self.request.GET)


class PlacementViewSet(VisibleViewSet):
    model = Placement
    add_to_admin_menu = True
    menu_order = 105
    icon = "link"
    menu_label = _("Placements")
    base_url_path = "placements"
    index_view_class = PlacementListView
    edit_view_class = PlacementEditView
    inspect_view_class = PlacementPage
    inspect_template_name = PlacementPage.template_name
    filterset_class = PlacementFilterSet
    export_fields = EXPORT_FIELDS
    edit_handler = ObjectList(
        [
            FieldPanel("kind"),
            FieldRowPanel([FieldPanel("hours_per_week"), FieldPanel("wage_agreed")]),
            FieldRowPanel([FieldPanel("hours_confirmed")]),  # a row prevents that the label is cut off
            FieldPanel("permit_valid_until"),
            FieldPanel("notes"),
        ],
        base_form_class=PlacementForm,
    )

    @property
    def add_view(self) -> Any:
        """Return the view of a proposal, because a placement is added by proposing a candidate."""
        return self.construct_view(ProposeView)

    def get_urlpatterns(self) -> list[URLPattern]:
        views: dict[str, Any] = {
            "step": StepView,
            "agreed": AgreedView,
            "tell": ShareView,
            "back": TakeBackView,
            "other_work": OtherWorkView,
        }
        return [
            *super().get_urlpatterns(),
            path("board/", self.construct_view(BoardView), name="board"),
            *(path(f"{name}/<int:pk>/", self.construct_view(view), name=name) for name, view in views.items()),
        ]
