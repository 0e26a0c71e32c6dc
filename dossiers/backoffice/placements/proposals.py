"""Proposing a candidate to an employer: from a dossier, from an interest, or from the list, in two choices."""

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
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from dossiers.backoffice.access_log import note_choice
from dossiers.backoffice.placements.forms import ConfirmsWeeklyHours
from dossiers.backoffice.placements.next_steps import NextStepPlanner, in_words
from dossiers.backoffice.placements.routes import placement_url, propose_url
from dossiers.models import Dossier, EmployerInterest, InterestStatus, Missing, Placement, Requirements, Step, WorkKind
from dossiers.models.placements.placement_steps import StepRefused, propose
from dossiers.models.placements.step_requirements import BEFORE_PROPOSING
from dossiers.models.placements.weekly_hours import FULL_WEEK
from dossiers.models.search_terms import search_terms

FOUND_AT_MOST = 30


def propose_buttons(user: Any, **records: Model) -> list[Button]:
    """What stands in the menu of a dossier's or an interest's page, given as `dossier` or `interest`."""
    if not user.has_perm("dossiers.add_placement"):
        return []
    label = _("Propose to an employer…") if "dossier" in records else _("Propose a candidate…")
    url = propose_url(**{name: record.pk for name, record in records.items()})
    return [Button(label, url=url, icon_name="link", priority=5)]


class ProposeForm(ConfirmsWeeklyHours, forms.Form):
    """What is known of a placement when it begins."""

    kind = forms.ChoiceField(
        label=_("Kind of work"), choices=WorkKind.choices, initial=WorkKind.PAID, widget=forms.RadioSelect
    )
    day = forms.DateField(label=_("Proposed on"), widget=AdminDateInput, initial=timezone.localdate)
    hours_per_week = forms.IntegerField(label=_("Hours per week"), required=False, min_value=1, max_value=FULL_WEEK)

    def __init__(self, dossier: Dossier, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.ask_about_hours(Placement(dossier=dossier), self["hours_per_week"].value())


class ProposeView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks for what the address does not name yet; with both, shows what is missing and proposes."""

    model = Placement
    permission_required = "add"
    page_title = _("Propose a candidate")
    header_icon = ""
    index_url_name = ""
    form: ProposeForm | None  # once both are chosen

    @cached_property
    def dossier(self) -> Dossier | None:
        return self._chosen("dossier", Dossier.objects.visible_to(self.request.user))

    @cached_property
    def interest(self) -> EmployerInterest | None:
        visible = EmployerInterest.objects.visible_to(self.request.user).select_related("employer")
        return self._chosen("interest", visible)

    def _chosen(self, name: str, visible: Any) -> Any:
        key = self.request.GET.get(name, "")
        if not key:
            return None
        record = visible.filter(pk=key).first() if key.isdecimal() else None
        if record is None:
            raise Http404
        return record

    def get_page_subtitle(self) -> str:
        return " · ".join(record.heading for record in (self.dossier, self.interest) if record)

    def get_template_names(self) -> list[str]:
        chosen = self.dossier and self.interest
        return [f"dossiers/placements/{'propose' if chosen else 'choose'}.html"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if existing := self.to_standing():
            return existing
        return self.show(
            ProposeForm(self.dossier, initial=self.known_hours()) if self.dossier and self.interest else None
        )

    def to_standing(self) -> HttpResponse | None:
        """To the placement that these two have open already: pressed twice, or in another tab."""
        visible = Placement.objects.visible_to(self.request.user).open()
        existing = visible.filter(dossier=self.dossier, interest=self.interest).first()
        if existing is None:
            return None
        messages.warning(self.request, gettext("This candidate is proposed here already: this is that placement."))
        return redirect(placement_url(existing))

    def show(self, form: ProposeForm | None) -> HttpResponse:
        self.form = form
        return self.render_to_response(self.get_context_data())

    def known_hours(self) -> dict[str, Any]:
        hours = [record.hours_per_week for record in (self.interest, self.dossier) if record and record.hours_per_week]
        return {"hours_per_week": min(hours, default=None)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"dossier": self.dossier, "interest": self.interest}
        if self.form:
            return context | self.what_is_missing() | {"form": self.form, "media": self.form.media}
        return context | self.to_choose_from()

    def what_is_missing(self) -> dict[str, list[Missing]]:
        """For the proposal itself, and what a permit will ask later."""
        looking = NextStepPlanner()
        kind = self.form["kind"].value()  # type: ignore[index]
        placement = Placement(dossier=self.dossier, interest=self.interest, kind=kind)
        later = looking.asked.missing(self.dossier, kind)  # type: ignore[arg-type]
        return {
            "missing": looking.to(placement, Step.PROPOSED).missing,
            "later": [requirement for requirement in later if requirement.code not in BEFORE_PROPOSING],
        }

    def to_choose_from(self) -> dict[str, Any]:
        """Offers for a dossier; else candidates."""
        words = " ".join(search_terms(self.request.GET.get("q", "")))
        visible = self.offers() if self.dossier else self.candidates()
        matching = list((visible.search(words) if words else visible)[: FOUND_AT_MOST + 1])
        rules = Requirements.on(timezone.localdate())
        chosen = {"dossier": self.dossier} if self.dossier else {"interest": self.interest} if self.interest else {}
        keys = {name: record.pk for name, record in chosen.items() if record}
        name = "interest" if self.dossier else "dossier"
        about = visible.model._meta.verbose_name_plural
        note_choice(self.request, about, len(matching[:FOUND_AT_MOST]), searched=bool(words))
        return {
            "what": name,
            "keys": keys,
            "words": words,
            "found": [
                (record, propose_url(**keys, **{name: record.pk}), self._before(rules, record))
                for record in matching[:FOUND_AT_MOST]
            ],
            "more": len(matching) > FOUND_AT_MOST,
            "at_most": FOUND_AT_MOST,
        }

    @staticmethod
    def _before(rules: Requirements, record: Any) -> list[Missing]:
        if not isinstance(record, Dossier):
            return []
        return [missing for missing in rules.missing(record) if missing.code in BEFORE_PROPOSING]

    def offers(self) -> Any:
        """Open offers of an employer, each with how many places are taken."""
        closed = (InterestStatus.CLOSED, InterestStatus.UNCONFIRMED)
        interests = (
            EmployerInterest.objects.visible_to(self.request.user).exclude(status__in=closed).exclude(employer=None)
        )
        return interests.select_related("employer").with_places_taken().order_by("-created_at", "-pk")

    def candidates(self) -> Any:
        """People whose dossier is open, the last changed first."""
        return Dossier.objects.visible_to(self.request.user).open().order_by("-changed_at", "-pk")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.dossier or not self.interest:
            raise Http404
        if existing := self.to_standing():
            return existing
        form = ProposeForm(self.dossier, request.POST)
        if form.is_valid():
            try:
                placement = propose(self.dossier, self.interest, **form.cleaned_data)
            except StepRefused as error:
                names = {"why": "; ".join(in_words(error.requirements))}
                messages.error(request, gettext("This candidate can't be proposed yet: %(why)s.") % names)
            except ValidationError as error:
                self._tell(form, error)
            else:
                log(instance=placement, action="wagtail.create", user=request.user)
                messages.success(request, gettext("Proposed: %(what)s.") % {"what": placement.heading})
                return redirect(placement_url(placement))
        return self.show(form)

    def _tell(self, form: ProposeForm, error: ValidationError) -> None:
        """At its field where the form has it, else above the page."""
        for name, texts in error.message_dict.items():
            if name in form.fields:
                form.add_error(name, texts)
            else:
                messages.error(self.request, " ".join(texts))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        placements = {"url": reverse(self.index_url_name), "label": _("Placements")}
        return [*self.breadcrumbs_items, placements, {"url": "", "label": self.page_title}]
