"""Access to the pages of partners, and the imports that these pages work on."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dossiers.models import ImportRun, Organisation
from dossiers.models.rights import PARTNERS


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
    groups = list(user.groups.values_list("name", flat=True))
    return groups == [PARTNERS] and not user.is_superuser


class PartnerPageMixin:
    """A page for the staff of organisations; it requires no permission on records.

    Other users get a 404. A partner without an organisation is redirected to a page that says whom to ask.
    """

    request: HttpRequest
    permission_required = "wagtailadmin.access_admin"
    allows_no_organisation = False  # whether a partner without an organisation may see the page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_partner(request.user):
            raise Http404
        if not self.organisations and not self.allows_no_organisation:
            return redirect("dossiers_partner_people")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Return the organisations of the user."""
        return list(Organisation.objects.of(self.user))

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


class PartnerRunsMixin(PartnerPageMixin):
    """The lists that the staff of the user's organisations uploaded, under the URLs for partners."""

    list_url_name = "dossiers_partner_lists"
    list_label: Any = _("Our lists")
    run_url_name = "dossiers_partner_list"
    columns_url_name = "dossiers_partner_columns"

    def get_all_runs(self) -> QuerySet[ImportRun]:
        own = Organisation.objects.filter(pk__in=[organisation.pk for organisation in self.organisations])
        return ImportRun.objects.uploaded_by_staff_of(own).with_nothing_new().select_related("organisation", "user")

    def get_runs(self) -> QuerySet[ImportRun]:
        """Return the lists that the partner may still change: those that no coordinator has opened."""
        return self.get_all_runs().filter(with_partner=True)
