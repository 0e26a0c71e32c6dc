"""The board of placements: a column for each step and a card for each placement."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_list_url
from dossiers.backoffice.listing.empty_lists import EmptyListMixin
from dossiers.backoffice.placements.next_steps import NextStepOutlook, NextStepPlanner
from dossiers.backoffice.placements.routes import placement_url, propose_url
from dossiers.backoffice.placements.steps import STEPS_WITH_MORE_FIELDS
from dossiers.filters import PlacementFilterSet, get_colleague_name
from dossiers.filters.archive import ALSO
from dossiers.filters.descriptions import describe_filters
from dossiers.models import Dossier, Placement, Step
from dossiers.models.placements.step_requirements import with_later_no

ENDED_SHOWN_FOR = timedelta(days=30)
MAX_CARDS_PER_COLUMN = 60  # the list shows all
BOARD_FILTERS = ("coordinator", "employer", "sector")


@dataclass(frozen=True)
class Card:
    """A placement on the board."""

    placement: Placement
    url: str
    step_url: str
    days: int
    ahead: NextStepOutlook | None
    steps: list[Step]
    possible: list[Step]  # the steps for which nothing is missing today
    seen_at: str


@dataclass(frozen=True)
class BoardColumn:
    """A step with its first cards and its total number of placements."""

    step: Step
    cards: list[Card]
    total: int
    rest_url: str  # URL of the list of all placements in this step
    people: int  # number of different candidates


@dataclass(frozen=True)
class BoardFilter:
    """A filter above the board, with its choices as (key, label)."""

    name: str
    label: str
    empty_label: str
    choices: list[tuple[str, str]]
    chosen: str


def people_at_work_url(query: QueryDict) -> str:
    """Return the URL of the list of the people that the board counts, or "" if the list lacks one of these filters."""
    if query.keys() - {"coordinator"}:
        return ""
    return get_list_url(Dossier, at_work="true", archive=ALSO, **query.dict())


def _get_choices(field: Any) -> list[tuple[str, str]]:
    return [(str(record.pk), str(record)) for record in field.queryset]


class BoardView(PermissionCheckedMixin, EmptyListMixin, AdminPageMixin, TemplateView):
    """The placements that the user may see, filtered and grouped by step."""

    model = Placement
    any_permission_required = ["add", "change", "delete", "view"]
    template_name = "dossiers/placements/board.html"
    page_title = _("Board of placements")
    header_icon = ""
    index_url_name = ""
    query: QueryDict
    filters: PlacementFilterSet

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.query = request.GET.copy()
        for name in [name for name, value in self.query.items() if not value]:  # the form also sends empty fields
            del self.query[name]
        self.filters = PlacementFilterSet(self.query, self.get_board_queryset(), request=request)
        context = self.get_context_data()
        log_list_access(
            request,
            self.page_title,
            sum(len(column.cards) for column in context["columns"]),
            describe_filters(self.filters),
        )
        return self.render_to_response(context)

    def get_board_queryset(self) -> Any:
        """Return the visible placements that are ongoing or ended recently, without those in the archive."""
        since = timezone.localdate() - ENDED_SHOWN_FOR
        placements = Placement.objects.visible_to(self.request.user).filter(archived_at=None)
        return placements.filter(~Q(status=Step.ENDED) | Q(ended_on__gte=since))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query, may_open = self.query, self.request.user.has_perm("dossiers.view_dossier")
        columns, others = self.board_columns(), self.other_filters
        return super().get_context_data(**kwargs) | {
            "columns": columns,
            "total": sum(column.total for column in columns),
            "may_change": self.user_has_permission("change"),
            "query": query.urlencode(),
            "days_shown": ENDED_SHOWN_FOR.days,
            "filters": self.board_filters(),
            "other_filters": list(describe_filters(self.filters, others)),
            "other_values": [(name, value) for name in others for value in query.getlist(name)],
            "gone": [self.filters.form.fields[name].label for name in self.filters.form.errors],
            "filtered": bool(query),
            "steps_with_more_fields": STEPS_WITH_MORE_FIELDS,
            "people_at_work_url": people_at_work_url(query) if may_open else "",
        }

    @cached_property
    def other_filters(self) -> list[str]:
        """Return the filters of the list that the board has no field for."""
        return [name for name, values in self.query.lists() if name not in BOARD_FILTERS or len(values) > 1]

    def board_filters(self) -> list[BoardFilter]:
        fields, user = self.filters.form.fields, self.request.user
        others = [colleague for colleague in fields["coordinator"].queryset if colleague != user]
        colleagues = [(str(colleague.pk), get_colleague_name(colleague)) for colleague in others]
        choices = {
            "coordinator": (_("Everyone"), [(str(user.pk), gettext("Mine")), *colleagues]),
            "employer": (_("All"), _get_choices(fields["employer"])),
            "sector": (_("All"), _get_choices(fields["sector"])),
        }
        return [
            BoardFilter(
                name,
                fields[name].label,
                str(choices[name][0]),
                choices[name][1],
                "" if name in self.other_filters else self.query.get(name, ""),
            )
            for name in BOARD_FILTERS
        ]

    def board_columns(self) -> list[BoardColumn]:
        on_board = self.filters.qs.order_by()
        if self.filters.form.errors:  # a choice that is gone: nobody may take the board for the whole board
            on_board = on_board.none()
        counts = on_board.values_list("status").annotate(Count("pk"), Count("dossier", distinct=True))
        totals = {status: (placements, people) for status, placements, people in counts}
        cards: dict[str, list[Card]] = defaultdict(list)
        planner = NextStepPlanner()
        place = Window(RowNumber(), partition_by="status", order_by=[F("stepped_on").asc(), F("pk").asc()])
        first = (
            with_later_no(on_board.with_parties())
            .with_progress()
            .with_work_elsewhere()
            .annotate(place=place)
            .filter(place__lte=MAX_CARDS_PER_COLUMN)
        )
        for placement in first.order_by("stepped_on", "pk"):
            cards[placement.status].append(self.card(placement, planner))
        columns = []
        for step in Step:
            total, people = totals.get(step, (0, 0))
            columns.append(BoardColumn(step, cards[step], total, self.list_url(step), people))
        return columns

    def card(self, placement: Placement, planner: NextStepPlanner) -> Card:
        outlooks = [planner.plan_step(placement, step) for step in placement.next_steps]
        return Card(
            placement,
            placement_url(placement, board=self.query.urlencode()),
            placement_url(placement, "step"),
            (planner.day - placement.stepped_on).days,  # type: ignore[attr-defined]
            next((outlook for outlook in outlooks if outlook.step == placement.next_step), None),
            placement.next_steps,
            [outlook.step for outlook in outlooks if not outlook.missing],
            placement.changed_at.isoformat(),
        )

    def list_url(self, step: Step | None = None) -> str:
        """Return the URL of the list with the board's filters, limited to `step` if it is given."""
        query = self.query.copy()
        if step:
            query.setlist("status", [step.value])
        return f"{reverse(self.index_url_name)}?{query.urlencode()}".removesuffix("?")

    @cached_property
    def header_buttons(self) -> list[Button]:
        buttons = [HeaderButton(_("List"), url=self.list_url(), icon_name="list-ul")]
        if self.user_has_permission("add"):
            buttons.insert(0, HeaderButton(_("Propose a candidate"), url=propose_url(), icon_name="plus"))
        return buttons

    def get_parent_pages(self) -> list[Link]:
        return [(reverse(self.index_url_name), _("Placements"))]
