"""The view that records which data was shared with the employer."""

from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from dates.format import format_date
from dossiers.backoffice.activity.subjects import get_mail_url, may_write_mails
from dossiers.backoffice.placements.detail import PlacementAction
from dossiers.backoffice.placements.forms import ShareForm
from dossiers.backoffice.placements.log_actions import log_placement
from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.backoffice.placements.steps import UNKNOWN_VERSION
from dossiers.backoffice.record_top import list_contact_details
from dossiers.emails.records import ProposalEmail, find_recipients
from dossiers.models import Missing
from dossiers.models.placements.placement_steps import StepRefused, record_shared_data, undo_sharing

CHANGED = _("The dossier was changed meanwhile. Look at what will be shared again, then confirm.")


class ShareView(PlacementAction):
    """Show the data that will be shared and record it after confirmation.

    If the dossier changed since the data was shown, it is shown again. After the candidate's no, or a wish to stop,
    only what was told before it is recorded: it may have come while the coordinator was telling the employer.
    """

    form_class = ShareForm
    template_name = "dossiers/placements/share.html"
    action_title = _("Tell the employer")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_form(ShareForm(self.object))

    def render_form(self, form: ShareForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, recipient = SharedList.from_dossier(self.object.dossier), next(find_recipients(self.object))
        return super().get_context_data(**kwargs) | {
            "will_share": now,
            "employer": self.object.interest.employer,
            "contact": recipient.name,
            "mail_url": get_mail_url(self.object, to=recipient.key, occasion=ProposalEmail.name)
            if recipient.address and may_write_mails(self.request.user)
            else "",
            "contacts": [] if recipient.address else list_contact_details(self.object.interest),
            "page_url": self.get_placement_url(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "take_back" in request.POST:
            return self.take_back()
        form = ShareForm(self.object, request.POST)
        if not form.is_valid():
            return self.render_form(form)
        now, day = SharedList.from_dossier(self.object.dossier), form.cleaned_data["day"]
        was_told_before = "told_before" in request.POST
        try:
            if request.POST.get("list") != now.fingerprint:
                raise StepRefused([Missing("meanwhile", CHANGED)])
            seen_at = form.cleaned_data["seen_at"]
            shared = record_shared_data(self.object, now.texts, day, was_told_before=was_told_before, seen_at=seen_at)
        except (StepRefused, ValidationError) as error:
            self.report_refusal(gettext("Nothing was recorded as shared: %(why)s."), error)
            self.object = self.get_object()  # type: ignore[assignment]
            return self.render_form(form)
        log_placement(shared, "told_before" if was_told_before else "told", request.user, day)
        messages.success(request, gettext("Recorded: the employer was told on %(day)s.") % {"day": format_date(day)})
        return self.redirect_to_page()

    def take_back(self) -> HttpResponse:
        day = self.object.shared_on
        try:
            back = undo_sharing(self.object, seen_at=self.request.POST.get("seen_at") or UNKNOWN_VERSION)
        except (StepRefused, ValidationError) as error:
            self.report_refusal(gettext("That the employer was told can't be taken back: %(why)s."), error)
        else:
            log_placement(back, "told_back", self.request.user, cast(date, day))
            messages.success(
                self.request, gettext("Taken back: the employer was not told on %(day)s.") % {"day": format_date(day)}
            )
        return self.redirect_to_page()
