"""Access to the pages of partners, and their role in imports."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dossiers.backoffice.imports.roles import STEPS, ImportRole
from dossiers.backoffice.partners.states import get_state_label
from dossiers.models import Action, ImportRun, Organisation, RecordKind
from dossiers.models.rights import PARTNERS
from dossiers.spreadsheets.resources import SuppliedResource


def is_partner(user: Any) -> bool:
    """Return whether the user is in the group of partners or on the staff of an organisation.

    The result is cached on the user for the request.
    """
    if not hasattr(user, "on_partner_staff"):
        themselves = User.objects.filter(pk=user.pk, is_active=True)
        user.on_partner_staff = themselves.filter(Q(groups__name=PARTNERS) | Q(organisations__gt=0)).exists()
    return bool(user.on_partner_staff)


def is_only_partner(user: Any) -> bool:
    """Return whether the user is in the group of partners and in no other group."""
    if user.is_superuser or not is_partner(user):  # each page asks this of each user, and most are no partners
        return False
    return list(user.groups.values_list("name", flat=True)) == [PARTNERS]


def refuse_without_organisation(user: Any) -> HttpResponse:
    """Redirect a partner without an organisation to a page that says whom to ask; raise Http404 for other users."""
    if not is_partner(user):
        raise Http404
    return redirect("dossiers_partner_people")


class PartnerPageMixin:
    """A page for the staff of organisations; it requires no permission on records.

    Other users get a 404. A partner without an organisation is redirected to a page that says whom to ask.
    """

    request: HttpRequest
    allows_no_organisation = False  # whether a partner without an organisation may see the page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_partner(request.user) or not (self.organisations or self.allows_no_organisation):
            return refuse_without_organisation(request.user)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Return the organisations of the user."""
        return list(Organisation.objects.of(self.user))

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


class PartnerRole(ImportRole):
    """Partners see the lists that the staff of their organisations uploaded, and send them to the coordinators."""

    is_partner = True
    knows_dossiers = False
    url_names = {step: f"dossiers_partner_{step}" for step in STEPS} | {
        "list": "dossiers_partner_lists",
        "run": "dossiers_partner_list",
    }
    list_label = _("Our lists")
    resources = {RecordKind.DOSSIERS: SuppliedResource}  # without the columns of the municipality
    tabs = (Action.ERROR, Action.NEW, Action.CHANGED, Action.UNCHANGED, Action.SKIPPED, Action.ABSENT)
    preview_states = (ImportRun.State.PREVIEWED, ImportRun.State.SENT)
    workbook_states = (ImportRun.State.PREVIEWED,)

    def has_permission(self, user: Any, permission: str) -> bool:
        return is_partner(user) and Organisation.objects.of(user).exists()

    def refuse(self, user: Any) -> HttpResponse:
        return refuse_without_organisation(user)

    def get_state_label(self, run: ImportRun) -> str:
        return get_state_label(run)

    def get_visible_runs(self, user: Any) -> QuerySet[ImportRun]:
        return ImportRun.objects.uploaded_by_staff_of(Organisation.objects.of(user)).with_nothing_new()

    def get_runs(self, user: Any) -> QuerySet[ImportRun]:
        """Return the lists that the partner may still change: those that no coordinator has opened."""
        return self.get_visible_runs(user).filter(with_partner=True)


PARTNER = PartnerRole()
