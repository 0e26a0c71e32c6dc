"""The retention terms: changing them, with a confirmation if records expire at once, and stopping the change."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib.auth.models import AbstractUser, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.log_actions import log

from admin_pages.pages import AdminPageMixin, Link
from dates.format import format_datetime
from dossiers.backoffice.access_log import log_list_access
from dossiers.backoffice.activity.subjects import get_record_url
from dossiers.backoffice.forms import PreventsOverwriting
from dossiers.backoffice.labels import format_count
from dossiers.forgetting.anonymize import find_obstacles
from dossiers.forgetting.employers import find_expired_contacts, find_expired_sign_ups
from dossiers.models import Dossier, Employer, EmployerInterest, Retention
from dossiers.models.dossiers.retention import WAITING_PERIOD, Terms, find_expired_dossiers

PERMISSION = "dossiers.change_retention"
MAX_SHOWN = 100
CHANGED, STOPPED = "dossiers.term", "dossiers.term_stopped"


class TermForm(PreventsOverwriting, forms.ModelForm):
    """The retention terms in months."""

    class Meta:
        model = Retention
        fields = ["months", "employer_months"]

    @property
    def terms(self) -> Terms:
        return self.cleaned_data["months"], self.cleaned_data["employer_months"]


@dataclass(frozen=True)
class DueRecords:
    """The records that the first run would anonymise or delete, with links as far as the user may see them."""

    dossiers: int
    contacts: int  # contacts of employers and of sign-ups that are linked to no employer
    people: list[tuple[str, str]]
    mark: str  # identifies these terms and records, so that a confirmation is valid only for them

    @property
    def number(self) -> int:
        return self.dossiers + self.contacts

    @property
    def counted_records(self) -> str:
        """The numbers as text, such as "2 dossiers and 1 contact"."""
        dossiers = format_count(Dossier, self.dossiers)
        contacts = ngettext("%(number)d contact", "%(number)d contacts", self.contacts) % {"number": self.contacts}
        numbers = [*([dossiers] if self.dossiers else []), *([contacts] if self.contacts else [])]
        return get_text_list(numbers, gettext("and"))

    @property
    def rest(self) -> int:
        return self.number - len(self.people)


def find_due_records(terms: Terms, user: AbstractUser) -> DueRecords:
    """Return the records that expire by these terms on the day of the first run."""
    day = timezone.localdate(timezone.now() + WAITING_PERIOD)
    retention = Retention(months=terms[0], employer_months=terms[1])
    over = list(find_expired_dossiers(day, retention))
    in_the_way = find_obstacles(over)
    dossiers = [dossier for dossier in over if dossier.pk not in in_the_way]
    employers, sign_ups = find_expired_contacts(day, retention), list(find_expired_sign_ups(day, retention))
    visible: list[Any] = [
        *_filter_visible(Dossier, dossiers, user),
        *_filter_visible(Employer, employers, user),
        *_filter_visible(EmployerInterest, sign_ups, user),
    ]
    people = [(record.heading, get_record_url(record)) for record in visible]
    gone = [dossier.pk for dossier in dossiers]
    contacts = [record.pk for record in (*employers, *sign_ups)]
    return DueRecords(len(gone), len(contacts), people[:MAX_SHOWN], f"{terms} {sorted([*gone, *contacts])}")


def _filter_visible(model: Any, records: list[Any], user: AbstractUser) -> list[Any]:
    visible = set(model.objects.visible_to(user).values_list("pk", flat=True)) if records else set()
    return [record for record in records if record.pk in visible]


class TermView(AdminPageMixin, FormView):
    """Change the terms; ask for confirmation if records expire by a shortened term."""

    form_class = TermForm
    template_name = "dossiers/forgetting/term.html"
    page_title = _("How long dossiers are kept")
    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_permission(request)
        return super().dispatch(request, *args, **kwargs)

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("dossiers_forgetting"), _("Keeping and forgetting"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Retention.load()}

    def form_valid(self, form: Any) -> HttpResponse:
        user = cast(AbstractUser, self.request.user)
        with transaction.atomic():
            retention = Retention.objects.select_for_update().get(pk=form.instance.pk)
            now = timezone.now()
            if retention.is_shortened_by(form.terms, now):
                due = find_due_records(form.terms, user)
                if due.number and self.request.POST.get("confirmed") != due.mark:
                    log_list_access(self.request, self.page_title, len(due.people))
                    context = self.get_context_data(form=form, due=due, waits_until=now + WAITING_PERIOD)
                    return self.render_to_response(context)
            retention.months, retention.employer_months = form.terms
            retention.save()
            data = {"months": retention.months, "employer_months": retention.employer_months}
            log(instance=retention, action=CHANGED, user=user, content_changed=True, data=data)
        message = gettext("The term was saved.")
        if retention.waits_until:
            until = format_datetime(retention.waits_until)
            message = gettext("The term was saved. Nothing goes before %(moment)s; until then you can stop it here.")
            message %= {"moment": until}
        messages.success(self.request, message)
        return redirect("dossiers_forgetting")


@require_POST
def stop_term(request: HttpRequest) -> HttpResponse:
    """Restore the previous terms, as long as the first run has not started."""
    check_permission(request)
    with transaction.atomic():
        retention = Retention.objects.select_for_update().get(pk=Retention.load().pk)
        stopped = retention.stop_waiting(timezone.now())
        if stopped:
            retention.save()
            log(instance=retention, action=STOPPED, user=cast(Any, request.user), content_changed=True)
    if stopped:
        messages.success(request, gettext("Stopped: the former term holds again, and nothing went by the new one."))
    else:
        messages.error(request, gettext("There is nothing left to stop: the term holds already. You can change it."))
    return redirect("dossiers_forgetting")


def term_permission() -> QuerySet[Permission]:
    """Return the permission for Wagtail's form of a group, which knows only registered permissions."""
    return Permission.objects.filter(content_type__app_label="dossiers", codename="change_retention")


def check_permission(request: HttpRequest) -> None:
    """Raise PermissionDenied, or Http404 for a user who may not see dossiers, if the user may not change the terms."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied if request.user.has_perm("dossiers.view_dossier") else Http404
