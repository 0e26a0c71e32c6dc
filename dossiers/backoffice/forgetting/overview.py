"""The overview of retention: the terms, the dossiers that expire soon, and the number anonymised."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem

from admin_pages.pages import AdminPageMixin
from admin_pages.users import get_person_name
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_list_url, get_record_url
from dossiers.backoffice.forgetting.deleted import PersonForm
from dossiers.backoffice.forgetting.dossier import PERMISSIONS
from dossiers.backoffice.forgetting.term import PERMISSION
from dossiers.forgetting.anonymize import find_obstacles
from dossiers.forgetting.employers import find_expired_contacts
from dossiers.models import Dossier, KeptLonger, Retention
from dossiers.models.dossiers.retention import find_expired_dossiers

SOON_WITHIN = timedelta(days=30)
MAX_SHOWN = 100


@dataclass(frozen=True)
class ExpiringDossier:
    """A dossier that will be anonymised soon."""

    dossier: Dossier
    url: str
    closed_on: date
    goes_on: date | None
    in_the_way: str  # why it can't be anonymised yet
    keep_url: str


class ForgettingView(AdminPageMixin, TemplateView):
    """The overview of retention."""

    template_name = "dossiers/forgetting/overview.html"
    page_title = _("Keeping and forgetting")
    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("dossiers.view_dossier"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        retention, user = Retention.load(), self.request.user
        soon = find_expired_dossiers(timezone.localdate() + SOON_WITHIN)
        visible = Dossier.objects.visible_to(user)
        gone = visible.exclude(anonymised_at=None)
        by_month = gone.annotate(month=TruncMonth("anonymised_at")).order_by("-month").values_list("month")
        decisions = KeptLonger.objects.filter(until__gte=timezone.localdate(), dossier__in=visible.not_anonymised())
        expiring_dossiers = self.get_expiring_dossiers(list(soon.filter(pk__in=visible)[:MAX_SHOWN]), retention)
        kept_longer = list(decisions.select_related("dossier", "user")[:MAX_SHOWN])
        log_list_access(self.request, self.page_title, len(expiring_dossiers) + len(kept_longer))
        return super().get_context_data(**kwargs) | {
            "months": retention.months,
            "may_set": user.has_perm(PERMISSION),
            "dossiers_url": get_list_url(Dossier) if user.has_perms(PERMISSIONS) else "",
            "person_form": PersonForm() if user.has_perms(PERMISSIONS) else None,
            "waits_until": retention.waits_until if retention.is_waiting(timezone.now()) else None,
            "before": retention.get_terms_in_force(timezone.now()),
            "leaving": expiring_dossiers,
            "employer_months": retention.employer_months,
            "employers": [
                (employer, get_record_url(employer))
                for employer in find_expired_contacts(timezone.localdate() + SOON_WITHIN)[:MAX_SHOWN]
            ],
            "leaving_count": soon.count(),
            "shown": MAX_SHOWN,
            "kept": [
                (decision, get_record_url(decision.dossier), get_person_name(decision.user)) for decision in kept_longer
            ],
            "gone": by_month.annotate(number=Count("pk"))[:24],
            "gone_count": gone.count(),
        }

    def get_expiring_dossiers(self, dossiers: list[Any], retention: Retention) -> list[ExpiringDossier]:
        in_the_way = find_obstacles(dossiers)
        may_change = self.request.user.has_perm("dossiers.change_dossier")
        expiring_dossiers = []
        for dossier in dossiers:
            closed_on = timezone.localdate(dossier.closed_at)
            keep_url = reverse("dossiers_keep_longer", args=[dossier.pk]) if may_change else ""
            goes_on = retention.get_anonymization_date(closed_on)
            expiring_dossiers.append(
                ExpiringDossier(
                    dossier, get_record_url(dossier), closed_on, goes_on, in_the_way.get(dossier.pk, ""), keep_url
                )
            )
        return expiring_dossiers


class ForgettingMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm("dossiers.view_dossier"))
