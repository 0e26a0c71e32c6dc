"""Proposing a candidate to an employer, starting from a dossier, an interest or the list of placements."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from access_log.models import AccessLogEntry
from admin_pages.pages import AdminPageMixin, Link
from dates.forms import AdminDateField
from dossiers.backoffice.access_log import log_choice_access
from dossiers.backoffice.placements.forms import ConfirmsWeeklyHours
from dossiers.backoffice.placements.next_steps import NextStepPlanner, describe_missing
from dossiers.backoffice.placements.objections import describe_objections
from dossiers.backoffice.placements.routes import may_propose, placement_url, propose_url
from dossiers.backoffice.record_access import LogsAccess
from dossiers.models import Dossier, EmployerInterest, InterestStatus, Placement, Requirements, Step, WorkKind
from dossiers.models.placements.placement_steps import StepRefused, propose
from dossiers.models.placements.step_requirements import BEFORE_PROPOSING, check_employer_withdrawal
from dossiers.models.placements.weekly_hours import FULL_WEEK
from dossiers.models.search_terms import search_terms

MAX_RESULTS = 30


def get_propose_buttons(user: Any, **records: Model) -> list[Button]:
    """Return the menu button of a dossier's or an interest's page; `records` is `dossier=` or `interest=`."""
    if not all(may_propose(user, record) for record in records.values()):
        return []
    label = _("Propose to an employer…") if "dossier" in records else _("Propose a candidate…")
    url = propose_url(**{name: record.pk for name, record in records.items()})
    return [Button(label, url=url, icon_name="link", priority=5)]


class ProposeForm(ConfirmsWeeklyHours, forms.Form):
    """The agreements that are known when a placement is proposed."""

    kind = forms.ChoiceField(
        label=_("Kind of work"), choices=WorkKind.choices, initial=WorkKind.PAID, widget=forms.RadioSelect
    )
    day = AdminDateField(label=_("Proposed on"), initial=timezone.localdate)
    hours_per_week = forms.IntegerField(
        label=_("Hours per week of this work"), required=False, min_value=1, max_value=FULL_WEEK
    )

    def __init__(self, dossier: Dossier, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.ask_about_hours(Placement(dossier=dossier), self["hours_per_week"].value())


class ProposeView(LogsAccess, PermissionCheckedMixin, AdminPageMixin, TemplateView):
    """Ask for the dossier or interest that the URL lacks; with both, show missing requirements and propose."""

    access_kind = AccessLogEntry.What.FORM
    model = Placement
    permission_required = "add"
    form_class = ProposeForm
    page_title = _("Propose a candidate")
    header_icon = ""
    index_url_name = ""
    form: ProposeForm | None  # None until both records are chosen

    @cached_property
    def dossier(self) -> Dossier | None:
        return self._get_chosen_record("dossier", Dossier.objects.visible_to(self.request.user))

    @cached_property
    def interest(self) -> EmployerInterest | None:
        visible = EmployerInterest.objects.visible_to(self.request.user).select_related("employer")
        return self._get_chosen_record("interest", visible)

    def _get_chosen_record(self, name: str, visible: Any) -> Any:
        key = self.request.GET.get(name, "")
        if not key:
            return None
        record = visible.filter(pk=key).first() if key.isdecimal() else None
        if record is None:
            raise Http404
        return record

    def get_accessed_records(self) -> list[Any]:
        return [self.dossier]

    def get_page_subtitle(self) -> str:
        return " · ".join(record.heading for record in (self.dossier, self.interest) if record)

    def get_template_names(self) -> list[str]:
        chosen = self.dossier and self.interest
        return [f"dossiers/placements/{'propose' if chosen else 'choose'}.html"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if existing := self.redirect_to_existing():
            return existing
        return self.render_form(
            ProposeForm(self.dossier, initial=self.get_initial_hours()) if self.dossier and self.interest else None
        )

    def redirect_to_existing(self) -> HttpResponse | None:
        """Return a redirect to the open placement of the two records, or None if there is none."""
        visible = Placement.objects.visible_to(self.request.user).open()
        existing = visible.filter(dossier=self.dossier, interest=self.interest).first()
        if existing is None:
            return None
        messages.warning(self.request, gettext("This candidate is proposed here already: this is that placement."))
        return redirect(placement_url(existing))

    def render_form(self, form: ProposeForm | None) -> HttpResponse:
        self.form = form
        return self.render_to_response(self.get_context_data())

    def get_initial_hours(self) -> dict[str, Any]:
        hours = [record.hours_per_week for record in (self.interest, self.dossier) if record and record.hours_per_week]
        return {"hours_per_week": min(hours, default=None)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"dossier": self.dossier, "interest": self.interest}
        if self.form:
            return context | self.get_missing_context(self.form) | {"form": self.form, "media": self.form.media}
        return context | self.get_choice_context()

    def get_missing_context(self, form: ProposeForm) -> dict[str, Any]:
        """Return the missing requirements for the proposal, those for a later permit, and what does not fit."""
        planner = NextStepPlanner()
        kind, hours = form["kind"].value(), form.weekly_hours.hours if form.weekly_hours else None
        placement = Placement(dossier=self.dossier, interest=self.interest, kind=kind)
        placement.hours_per_week = None if "hours_per_week" in form.errors else hours
        later = planner.requirements.missing(self.dossier, kind)  # type: ignore[arg-type]
        return {
            "missing": planner.plan_step(placement, Step.PROPOSED).missing,
            "objections": describe_objections(placement),
            "later": [requirement for requirement in later if requirement.code not in BEFORE_PROPOSING],
        }

    def get_choice_context(self) -> dict[str, Any]:
        """Return the records to choose from: interests if the dossier is known, else candidates."""
        words = " ".join(search_terms(self.request.GET.get("q", "")))
        visible = self.get_offers() if self.dossier else self.get_candidates()
        matching = list((visible.search(words) if words else visible)[: MAX_RESULTS + 1])
        rules = Requirements.on(timezone.localdate())
        chosen = {"dossier": self.dossier} if self.dossier else {"interest": self.interest} if self.interest else {}
        keys = {name: record.pk for name, record in chosen.items() if record}
        name = "interest" if self.dossier else "dossier"
        about = visible.model._meta.verbose_name_plural
        log_choice_access(self.request, about, len(matching[:MAX_RESULTS]), searched=bool(words))
        results = []
        for record in matching[:MAX_RESULTS]:
            if isinstance(record, Dossier):
                missing = [item for item in rules.missing(record) if item.code in BEFORE_PROPOSING]
            else:
                missing = check_employer_withdrawal(record)
            results.append((record, propose_url(**keys, **{name: record.pk}), missing))
        return {
            "what": name,
            "keys": keys,
            "words": words,
            "found": results,
            "more": len(matching) > MAX_RESULTS,
            "at_most": MAX_RESULTS,
        }

    def get_offers(self) -> Any:
        """Return the open interests of employers, with the number of places taken."""
        closed = (InterestStatus.CLOSED, InterestStatus.UNCONFIRMED)
        interests = (
            EmployerInterest.objects.visible_to(self.request.user).exclude(status__in=closed).exclude(employer=None)
        )
        return interests.select_related("employer").with_places_taken().order_by("-created_at", "-pk")

    def get_candidates(self) -> Any:
        """Return the open dossiers, the last changed first."""
        return Dossier.objects.visible_to(self.request.user).open().order_by("-changed_at", "-pk")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.dossier or not self.interest:
            raise Http404
        if existing := self.redirect_to_existing():
            return existing
        form = ProposeForm(self.dossier, request.POST)
        if form.is_valid():
            try:
                placement = propose(self.dossier, self.interest, **form.cleaned_data)
            except StepRefused as error:
                names = {"why": "; ".join(describe_missing(error.requirements))}
                messages.error(request, gettext("This candidate can't be proposed yet: %(why)s.") % names)
            except ValidationError as error:
                for name, texts in error.message_dict.items():
                    if name in form.fields:
                        form.add_error(name, texts)
                    else:
                        messages.error(request, " ".join(texts))
            else:
                log(instance=placement, action="wagtail.create", user=request.user)
                messages.success(request, gettext("Proposed: %(what)s.") % {"what": placement.heading})
                return redirect(placement_url(placement))
        return self.render_form(form)

    def get_parent_pages(self) -> list[Link]:
        return [(reverse(self.index_url_name), _("Placements"))]
