"""After how long dossiers and contacts go: asked again when somebody goes at once, and stopped before the first run."""

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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from dossiers.backoffice.access_log import note_list
from dossiers.backoffice.activity.subjects import page_of
from dossiers.forgetting.anonymize import seen_in_the_way
from dossiers.forgetting.employers import employers_outlived, sign_ups_outlived
from dossiers.models import Dossier, Employer, EmployerInterest, Retention
from dossiers.models.dossiers.retention import (
    WAITING_PERIOD,
    Terms,
    find_expired_deleted_dossiers,
    find_expired_dossiers,
)

MAY_SET = "dossiers.change_retention"
SHOWN = 100
CHANGED, STOPPED = "dossiers.term", "dossiers.term_stopped"


class TermForm(forms.ModelForm):
    class Meta:
        model = Retention
        fields = ["months", "employer_months"]

    @property
    def terms(self) -> Terms:
        return self.cleaned_data["months"], self.cleaned_data["employer_months"]


@dataclass(frozen=True)
class DueRecords:
    """Who goes at the first run: how many, and names with the way to them, as far as the user may see them."""

    dossiers: int
    contacts: int  # of employers and of sign-ups that nobody took over
    people: list[tuple[str, str]]
    mark: str  # of these terms and these records: an agreement holds for no others

    @property
    def number(self) -> int:
        return self.dossiers + self.contacts

    @property
    def rest(self) -> int:
        return self.number - len(self.people)


def find_due(terms: Terms, user: AbstractUser) -> DueRecords:
    day = timezone.localdate(timezone.now() + WAITING_PERIOD)
    retention = Retention(months=terms[0], employer_months=terms[1])
    over, deleted = list(find_expired_dossiers(day, retention)), find_expired_deleted_dossiers(day, retention)
    in_the_way = seen_in_the_way(over)
    dossiers = [dossier for dossier in over if dossier.pk not in in_the_way]
    employers, sign_ups = employers_outlived(day, retention), list(sign_ups_outlived(day, retention))
    visible: list[Any] = [
        *_visible(Dossier, dossiers, user),
        *_visible(Employer, employers, user),
        *_visible(EmployerInterest, sign_ups, user),
    ]
    people = [(record.heading, page_of(record)) for record in visible]
    if user.has_perm("dossiers.view_dossier"):
        people += [(gettext("%(reference)s (deleted)") % {"reference": record}, "") for record in deleted.values()]
    gone = [*(dossier.pk for dossier in dossiers), *deleted]
    contacts = [*(employer.pk for employer in employers), *(sign_up.pk for sign_up in sign_ups)]
    return DueRecords(len(gone), len(contacts), people[:SHOWN], f"{terms} {sorted([*gone, *contacts])}")


def _visible(model: Any, records: list[Any], user: AbstractUser) -> list[Any]:
    visible = set(model.objects.visible_to(user).values_list("pk", flat=True)) if records else set()
    return [record for record in records if record.pk in visible]


class TermView(WagtailAdminTemplateMixin, FormView):
    form_class = TermForm
    template_name = "dossiers/forgetting/term.html"
    page_title = _("How long dossiers are kept")
    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_others(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        there = {"url": reverse("dossiers_forgetting"), "label": _("Keeping and forgetting")}
        return [*self.breadcrumbs_items, there, {"url": "", "label": self.page_title}]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Retention.load()}

    def form_valid(self, form: Any) -> HttpResponse:
        user = cast(AbstractUser, self.request.user)
        with transaction.atomic():
            retention = Retention.objects.select_for_update().get(pk=form.instance.pk)
            now = timezone.now()
            if retention.is_shortened_by(form.terms, now):
                due = find_due(form.terms, user)
                if due.number and self.request.POST.get("confirmed") != due.mark:
                    note_list(self.request, self.page_title, len(due.people))
                    context = self.get_context_data(form=form, due=due, waits_until=now + WAITING_PERIOD)
                    return self.render_to_response(context)
            retention.months, retention.employer_months = form.terms
            retention.save()
            data = {"months": retention.months, "employer_months": retention.employer_months}
            log(instance=retention, action=CHANGED, user=user, content_changed=True, data=data)
        messages.success(self.request, _saved(retention))
        return redirect("dossiers_forgetting")


def _saved(retention: Retention) -> str:
    if not retention.waits_until:
        return gettext("The term was saved.")
    words = gettext("The term was saved. Nothing goes before %(moment)s; until then you can stop it here.")
    return words % {"moment": f"{timezone.localtime(retention.waits_until):%d-%m-%Y %H:%M}"}


@require_POST
def stop_term(request: HttpRequest) -> HttpResponse:
    """Puts the terms back that were in force before, as long as the first run waits."""
    refuse_others(request)
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
    """For Wagtail's form of a group, which knows of rights on settings only if they are registered."""
    return Permission.objects.filter(content_type__app_label="dossiers", codename="change_retention")


def refuse_others(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_SET):
        raise PermissionDenied if request.user.has_perm("dossiers.view_dossier") else Http404
