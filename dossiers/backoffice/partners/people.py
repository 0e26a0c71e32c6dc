"""The people whom an organisation supplied, with the values that it supplied and their current status."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import Button, HeaderButton

from admin_pages.pagination import NamedCountMixin
from dossiers.backoffice.access_log import LogsListAccess, log_export
from dossiers.backoffice.columns import DateColumn, StatusColumn
from dossiers.backoffice.imports.cells import format_cell
from dossiers.backoffice.labels import NOTHING
from dossiers.backoffice.partners.permissions import PartnerPageMixin
from dossiers.filters import RecordFilterSet, multiple_choice_filter
from dossiers.models import Organisation, Status, Supply
from dossiers.models.dossiers.supply import SupplyQuerySet, find_status_days
from dossiers.models.folded_text import Folded
from dossiers.models.search_terms import search_terms
from dossiers.spreadsheets.exports.downloads import download
from dossiers.spreadsheets.resources import SuppliedResource
from dossiers.spreadsheets.writer import FORMATS

EXPORT_FORMATS = ("xlsx", "csv")
BATCH = 2_000


def own_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    return Organisation.objects.of(request.user)


class PeopleFilterSet(RecordFilterSet):
    """Filters of the people; only a user of several organisations can filter by organisation."""

    status = multiple_choice_filter(Status.choices, _("status"), "dossier__status")
    organisation = django_filters.ModelChoiceFilter(queryset=own_organisations, label=_("organisation"))

    class Meta:
        model = Supply
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own_organisations(self.request).count() < 2:
            del self.filters["organisation"]


def find_people(supplies: SupplyQuerySet, people: QuerySet[Supply], text: str) -> QuerySet[Supply]:
    """Return those of the people whom one of their supplies shows to match the text, whatever the last one says."""
    matching = supplies.search(text)
    return people.filter(Q(pk__in=matching.values("pk")) | Q(dossier__in=matching.values("dossier")))


class PeopleView(PartnerPageMixin, LogsListAccess, NamedCountMixin, BaseListingView):
    """The list of the partner's people."""

    model = Supply
    template_name = "dossiers/partners/people.html"
    page_title = _("Our people")
    header_icon = "group"
    index_url_name = "dossiers_partner_people"
    index_results_url_name = "dossiers_partner_people_results"
    paginate_by = 50
    is_searchable = True
    filterset_class = PeopleFilterSet
    verbose_name, verbose_name_plural = _("person"), _("people")
    allows_no_organisation = True

    @cached_property
    def columns(self) -> list[Column]:
        fields = SuppliedResource().sheet_fields()
        several_organisations = [Column("organisation", label=_("Organisation"))] if len(self.organisations) > 1 else []
        return [
            TitleColumn(
                "name",
                label=_("Name"),
                accessor=lambda supply: supply.full_name or NOTHING,
                get_url=lambda supply: reverse("dossiers_partner_correct", args=[supply.pk]),
            ),
            Column("external_id", label=_("Our number"), accessor=self.list_numbers),
            *several_organisations,
            Column(
                "date_of_birth",
                label=fields["date_of_birth"].column_name,
                accessor=lambda supply: format_cell(fields, "date_of_birth", supply.values.get("date_of_birth")),
            ),
            StatusColumn("status", label=_("Status"), labels={None: NOTHING} | dict(Status.choices), sort_key=None),
            DateColumn(
                "status_since", label=_("Status since"), accessor=lambda s: self.status_days.get(s.dossier_id or 0)
            ),
            DateColumn("talk_on", label=_("Planned expectation talk")),
            DateColumn("last_seen", label=_("Taken over last"), accessor=lambda s: timezone.localdate(s.last_seen)),
        ]

    @property
    def supplies(self) -> SupplyQuerySet:
        return Supply.objects.not_anonymised().filter(organisation__in=self.organisations)

    def get_base_queryset(self) -> QuerySet[Supply]:
        own = self.supplies.one_per_person().select_related("organisation")
        ordered = own.order_by(*(Folded(KT(f"values__{name}")) for name in ("family_name", "given_name")), "pk")
        return ordered.with_progress(timezone.localdate())

    @cached_property
    def search_query(self) -> str:
        """Return the search terms that are really used, so that the page does not show words that were cut off."""
        return " ".join(search_terms(super().search_query))

    def search_queryset(self, queryset: Any) -> Any:
        return find_people(self.supplies, queryset, self.search_query) if self.is_searching else queryset

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        people = [supply.dossier_id for supply in context["object_list"] if supply.dossier_id]
        self.status_days = find_status_days(people)
        numbered = self.supplies.filter(dossier__in=people).exclude(external_id="").order_by("pk")
        self.numbers: dict[tuple[int, int | None], list[str]] = defaultdict(list)
        for organisation, dossier, number in numbered.values_list("organisation", "dossier", "external_id"):
            self.numbers[organisation, dossier].append(number)
        return context

    def list_numbers(self, supply: Supply) -> str:
        """Return all numbers that the organisation gave this person; merged people have several."""
        numbers = self.numbers.get((supply.organisation_id, supply.dossier_id), [supply.external_id])
        return ", ".join(filter(None, numbers)) or NOTHING

    @cached_property
    def header_buttons(self) -> list[Button]:
        if not self.organisations:
            return []
        return [
            HeaderButton(_("Add a person"), url=reverse("dossiers_partner_add"), icon_name="plus"),
            HeaderButton(_("Upload a list"), url=reverse("dossiers_partner_upload"), icon_name="upload"),
        ]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = []
        for format in EXPORT_FORMATS if self.organisations else ():
            url = f"{reverse('dossiers_partner_export', args=[format])}?{self.request.GET.urlencode()}"
            label = _("Export this list as %(format)s") % {"format": FORMATS[format].label}
            buttons.append(Button(label, url=url, icon_name="download", attrs={"data-follows-list": ""}))
        return buttons


class PeopleTable:
    """The supplied values as a table, with headers that can be uploaded again."""

    def __init__(self, supplies: Any) -> None:
        self.supplies = supplies
        fields = SuppliedResource().sheet_fields()
        self.fields = {"external_id": fields.pop("external_id")} | fields

    @property
    def title(self) -> str:
        return gettext("Our people")

    @property
    def names(self) -> list[str]:
        return list(self.fields)

    @property
    def header(self) -> list[str]:
        return [str(field.column_name) for field in self.fields.values()]

    def values(self) -> Iterator[list[Any]]:
        for number, values in self.supplies.values_list("external_id", "values").iterator(BATCH):
            row = values | {"external_id": number}
            yield [row.get(name, field.widget.empty) for name, field in self.fields.items()]

    def rows(self) -> Iterator[list[Any]]:
        renders = [field.widget.render for field in self.fields.values()]
        for values in self.values():
            yield [
                None if value in (None, "") else render(value) for render, value in zip(renders, values, strict=True)
            ]


class ExportView(PartnerPageMixin, View):
    """Download the filtered list as a spreadsheet, with supplied values only."""

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:
        if format not in EXPORT_FORMATS:
            raise Http404
        view = PeopleView()
        view.setup(request)
        supplies = view.get_queryset()
        log_export(request, Supply, view, format, supplies.count())
        return download(PeopleTable(supplies), format)
