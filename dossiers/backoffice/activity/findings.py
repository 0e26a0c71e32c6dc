"""Findings in the backoffice: a coordinator's own finding is confirmed at once, a partner's finding is a draft."""

from itertools import groupby
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.log_actions import log

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.activity.name_questions import (
    FINDING_TEXTS,
    NamesField,
    ask_about_names,
    get_typed_texts,
)
from dossiers.backoffice.activity.subjects import (
    SUBJECTS_PANEL,
    CreateFromRecordView,
    SubjectsColumn,
    get_list_url,
    get_record_url,
)
from dossiers.backoffice.columns import DateColumn
from dossiers.backoffice.listing.columns import TextTitleColumn
from dossiers.backoffice.records import EditView, VisibleListView, VisibleViewSet
from dossiers.filters import FindingFilterSet
from dossiers.models import Finding, FindingCategory
from dossiers.reports.person_names import find_names, find_written_names, fold_name


def group_categories() -> list[Any]:
    """Return the choices of a select: the categories grouped by kind and heading."""

    def group(category: FindingCategory) -> str:
        kind = capfirst(category.get_kind_display())
        return f"{kind}: {category.get_heading_display()}" if category.heading else kind

    return [
        ("", "---------"),
        *(
            (name, [(category.pk, category.name) for category in categories])
            for name, categories in groupby(FindingCategory.objects.all(), group)
        ),
    ]


class FindingForm(WagtailAdminModelForm):
    """The form of a finding; only a new finding can be saved as a draft."""

    as_draft = forms.BooleanField(
        label=_("Keep as a draft"), required=False, help_text=_("A draft is not counted in figures and reports.")
    )

    names_confirmed = NamesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["category"]).choices = group_categories()
        if self.instance.pk:
            del self.fields["as_draft"]
        stored = find_names(str(self.initial.get(name) or "") for name in FINDING_TEXTS)
        names = find_written_names(get_typed_texts(self)) if self.is_bound else []
        ask_about_names(self, [name for name in names if fold_name(name) not in stored])


class FindingCreateView(CreateFromRecordView):
    """The form that adds a finding, which is confirmed at once unless it is saved as a draft."""

    def save_instance(self) -> Finding:
        self.form.instance.noted_by = self.request.user
        finding: Finding = super().save_instance()
        if not self.form.cleaned_data.get("as_draft"):
            finding.confirm(self.request.user)
        return finding


class FindingEditView(EditView):
    template_name = "dossiers/activity/finding.html"


class FindingListView(VisibleListView):
    default_ordering = "-noticed_on"
    more_columns = ("side", "noted_by", "confirmed_by")

    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().with_subjects().select_related("category", "regulation", "organisation")

    @cached_property
    def default_columns(self) -> list[Any]:
        return [
            self._get_title_column("description", TextTitleColumn),
            Column("category", label=_("Category"), sort_key="category__name"),
            Column("kind", label=_("Kind"), accessor="category.get_kind_display", sort_key="category__kind"),
            SubjectsColumn("subjects", label=_("About")),
            DateColumn("noticed_on", label=_("Noticed on"), sort_key="noticed_on"),
            DateColumn("solved_on", label=_("Solved on"), sort_key="solved_on"),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor=lambda finding: gettext("draft") if finding.is_draft else gettext("confirmed"),
                primary=lambda finding: not finding.is_draft,
            ),
        ]


class FindingViewSet(VisibleViewSet):
    model = Finding
    menu_hook = "register_reports_menu_item"
    icon = "comment"
    menu_label = _("Findings")
    base_url_path = "findings"
    add_view_class = FindingCreateView
    edit_view_class = FindingEditView
    edit_template_name = "dossiers/activity/finding.html"
    index_view_class = FindingListView
    filterset_class = FindingFilterSet
    export_fields = ("description", "tried", "result", "regulation", "organisation", "by_employer")
    inspect_view_fields = [
        *("category", "side", "description", "tried", "result", "noticed_on", "solved_on"),
        *("dossier", "employer", "interest", "placement", "regulation", "by_employer", "noted_by", "confirmed_by"),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("category", widget=forms.Select), FieldPanel("side")]),
            FieldPanel("description"),
            MultiFieldPanel(
                [FieldPanel("tried"), FieldPanel("result"), FieldPanel("solved_on")], heading=_("How it was solved")
            ),
            FieldPanel("names_confirmed"),
            FieldPanel("noticed_on"),
            FieldPanel("as_draft"),
            SUBJECTS_PANEL,
            FieldPanel("regulation", widget=forms.Select),
        ],
        base_form_class=FindingForm,
    )


class ConfirmFindingForm(forms.Form):
    """The question about the names in a draft that is being confirmed; without names the form has no fields."""

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if finding.is_draft:
            ask_about_names(self, find_written_names(getattr(finding, name) for name in FINDING_TEXTS))


# Atomic with a lock, so that saving does not restore the data of a person who is anonymised concurrently.
@method_decorator(transaction.atomic, name="post")
class ConfirmFindingView(AdminPageMixin, FormView):
    """Confirms a draft, so that it counts in figures and reports; asks first whether names in it may stay."""

    http_method_names = ["post"]
    template_name = "dossiers/activity/confirm_finding.html"
    form_class = ConfirmFindingForm
    page_title = _("Confirm the draft")
    header_icon = "comment"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("dossiers.change_finding"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def finding(self) -> Finding:
        findings = Finding.objects.visible_to(self.request.user).select_for_update()
        return get_object_or_404(findings, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"finding": self.finding}

    def get_parent_pages(self) -> list[Link]:
        return [(get_list_url(Finding), _("Findings")), (self.edit_url, self.finding.heading)]

    @property
    def edit_url(self) -> str:
        return reverse(Finding.snippet_viewset.get_url_name("edit"), args=[self.finding.pk])  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        texts = [
            (capfirst(Finding._meta.get_field(name).verbose_name), getattr(self.finding, name))  # type: ignore[union-attr]
            for name in FINDING_TEXTS
        ]
        page = {"texts": texts, "button": _("Confirm"), "back": self.edit_url}
        return super().get_context_data(**kwargs) | page

    def form_valid(self, form: ConfirmFindingForm) -> HttpResponse:
        self.finding.confirm(cast(User, self.request.user))
        log(instance=self.finding, action="wagtail.edit", user=self.request.user, content_changed=True)
        messages.success(self.request, gettext("Confirmed: %(finding)s.") % {"finding": self.finding})
        return redirect(get_record_url(self.finding))
