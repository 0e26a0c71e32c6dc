"""The page for an employer who offers work, mostly on the telephone, and what it shows while one types."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.access_log import log_choice_access
from dossiers.backoffice.activity.next_action import NextActionForm
from dossiers.backoffice.activity.subjects import build_links, get_list_url, get_record_url
from dossiers.backoffice.duplicate_question import ANOTHER, join_keys
from dossiers.backoffice.offers.forms import EMPLOYER, OfferEmployerForm, OfferForm, OfferInterestForm
from dossiers.backoffice.offers.routes import may_add_offers
from dossiers.backoffice.search.results import MAX_SHOWN, describe_employer
from dossiers.concurrency import SavesInTurn
from dossiers.models import Employer, EmployerInterest, ReferenceCounter
from dossiers.models.search_terms import search_terms

CHOOSE = "choose"  # form parameter: the key of the employer whose button was pressed; empty for another one after all


@dataclass(frozen=True)
class EmployerChoice:
    """An employer that is there already, with what tells it apart from another one."""

    employer: Employer
    name: str
    details: str


def list_choices(employers: Iterable[Employer]) -> list[EmployerChoice]:
    described = ((employer, *describe_employer(employer)) for employer in employers)
    return [EmployerChoice(employer, name, " · ".join(filter(None, rest))) for employer, name, *rest in described]


class RequiresOfferPermission:
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_add_offers(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class OfferView(RequiresOfferPermission, SavesInTurn, AdminPageMixin, FormView):
    """Add an interest, with its employer if that is a new one, and what is done next."""

    form_classes = (OfferEmployerForm, OfferInterestForm, NextActionForm)
    template_name = "dossiers/offers/form.html"
    page_title = _("Record a new offer")
    header_icon = "pick"

    def get_parent_pages(self) -> list[Link]:
        return [(get_list_url(EmployerInterest), _("Interests"))]

    def wait_for_turn(self) -> None:
        """Wait until concurrent offers are committed, so that the same employer is found among them."""
        ReferenceCounter.lock(EmployerInterest.REFERENCE_PREFIX)

    def get_form(self, form_class: Any = None) -> OfferForm:
        user = cast(User, self.request.user)
        if self.request.method != "POST":
            return OfferForm(user=user, initial=self.request.GET)
        data = self.request.POST.copy()
        if CHOOSE in data:
            data[EMPLOYER] = str(data[CHOOSE])
        return OfferForm(data, user=user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if CHOOSE not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        form.show_as_typed()
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "similar": list_choices(form.similar),
            "chosen": list_choices([form.chosen] if form.chosen else []),
            "chosen_url": get_record_url(form.chosen) if form.chosen else "",
            ANOTHER: join_keys(form.similar),
            "button": _("Save"),
            "back": get_list_url(EmployerInterest),
        }

    def form_valid(self, form: OfferForm) -> HttpResponse:
        interest, records = form.save()
        messages.success(self.request, format_html(gettext("Saved: {}."), build_links(records)))
        return redirect(get_record_url(interest))


class EmployerSuggestionsView(RequiresOfferPermission, TemplateView):
    """Shows the employers that match the name or number that is being typed."""

    template_name = "dossiers/offers/_suggestions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "")
        visible = Employer.objects.visible_to(self.request.user)
        employers: list[Employer] = []
        if search_terms(text):
            employers = [*visible.search_sample(text)[:MAX_SHOWN]] or visible.search_similar(text)[:MAX_SHOWN]
        log_choice_access(self.request, Employer._meta.verbose_name_plural, len(employers), searched=True)
        return {"employers": list_choices(employers)}


def urls() -> list[URLPattern]:
    return [
        path("offers/new/", OfferView.as_view(), name="dossiers_offer"),
        path("offers/employers/", EmployerSuggestionsView.as_view(), name="dossiers_offer_employers"),
    ]
