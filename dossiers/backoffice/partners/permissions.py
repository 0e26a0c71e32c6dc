"""Who the partners' own pages are for, and which imports those pages work on."""

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
    """On the staff of an organisation, or meant to be: then the pages say whom to ask. Asked once a request."""
    if not hasattr(user, "on_partner_staff"):
        themselves = User.objects.filter(pk=user.pk, is_active=True)
        user.on_partner_staff = themselves.filter(Q(groups__name=PARTNERS) | Q(organisations__gt=0)).exists()
    return bool(user.on_partner_staff)


def only_partner(user: Any) -> bool:
    """Whether these pages are all that somebody has in the backoffice."""
    groups = list(user.groups.values_list("name", flat=True))
    return groups == [PARTNERS] and not user.is_superuser


class PartnerPage:
    """A page for partner staff: no permission on any record, only their own organisations.

    For anyone else it does not exist. Who is on no staff is sent to the page that says whom to ask.
    """

    request: HttpRequest
    permission_required = "wagtailadmin.access_admin"
    without_organisation = False  # whether the page has something to say to who is on no staff

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_partner(request.user):
            raise Http404
        if not self.organisations and not self.without_organisation:
            return redirect("dossiers_partner_people")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Those on whose staff the user is."""
        return list(Organisation.objects.of(self.user))

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


class PartnersRuns(PartnerPage):
    """Lists that were uploaded through these pages by staff of the user's organisations, under their addresses."""

    list_url_name = "dossiers_partner_lists"
    list_label: Any = _("Our lists")
    run_url_name = "dossiers_partner_list"
    columns_url_name = "dossiers_partner_columns"

    def all_runs(self) -> QuerySet[ImportRun]:
        own = Organisation.objects.filter(pk__in=[organisation.pk for organisation in self.organisations])
        return ImportRun.objects.uploaded_by_staff_of(own).select_related("organisation", "user")

    def runs(self) -> QuerySet[ImportRun]:
        """Those that are still in the partner's hands: what a coordinator works on is not theirs to change."""
        return self.all_runs().filter(with_partner=True)
