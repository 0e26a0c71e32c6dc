"""Telling the employer: first exactly what is shared, then one confirmation, which is kept."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from dossiers.backoffice.placements.detail import PlacementAction
from dossiers.backoffice.placements.forms import ToldForm
from dossiers.backoffice.placements.log_actions import log_placement
from dossiers.backoffice.placements.routes import placement_url
from dossiers.backoffice.placements.shared_data import SharedList
from dossiers.models import Missing
from dossiers.models.placements.placement_steps import StepRefused, record_shared_data

CHANGED = _("The dossier was changed meanwhile. Look at what will be shared again, then confirm.")


class TellView(PlacementAction):
    """What was shown is what is kept: a dossier that changed in between is shown again."""

    template_name = "dossiers/placements/tell.html"
    action_title = _("Tell the employer")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(ToldForm())

    def show(self, form: ToldForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = SharedList.of(self.object.dossier)
        return super().get_context_data(**kwargs) | {
            "will_share": now,
            "employer": self.object.interest.employer,
            "page_url": placement_url(self.object),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ToldForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        now, day = SharedList.of(self.object.dossier), form.cleaned_data["day"]
        try:
            if request.POST.get("list") != now.seen:
                raise StepRefused([Missing("meanwhile", CHANGED)])
            shared = record_shared_data(self.object, now.texts, day, seen_at=form.cleaned_data["seen_at"])
        except (StepRefused, ValidationError) as error:
            self.refused(gettext("Nothing was recorded as shared: %(why)s."), error)
            self.object = self.get_object()  # type: ignore[assignment]
            return self.show(form)
        log_placement(shared, "told", request.user, day)
        messages.success(request, gettext("Recorded: the employer was told on %(day)s.") % {"day": f"{day:%d-%m-%Y}"})
        return self.to_page()
