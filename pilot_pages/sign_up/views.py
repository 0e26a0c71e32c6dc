"""The pages behind the signed link. Looking never changes anything: scanners of mail open every link."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from dossiers.models import EmployerInterest, Finding, InterestStatus
from pilot_pages.models import SENT_COOKIE, SignUpPage
from pilot_pages.sign_up import experience, links, records
from pilot_pages.sign_up.progress import stages
from pilot_pages.sign_up.request_checks import refuse_unreadable
from pilot_pages.sign_up.summary import what_was_given


def sign_up_page() -> SignUpPage | None:
    """The live sign-up page, in the language of the request if there is one."""
    return SignUpPage.live_in(get_language())


@method_decorator(never_cache, name="dispatch")
class SentView(TemplateView):
    """Where the form leads: reloading this signs up nobody."""

    template_name = "pilot_pages/sign_up/sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        email = self.request.get_signed_cookie(SENT_COOKIE, default="", salt=SENT_COOKIE)
        return super().get_context_data(page=sign_up_page(), email=email, **kwargs)


class ErasedView(TemplateView):
    template_name = "pilot_pages/sign_up/erased.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stay = "bevindingen" in self.request.GET
        return super().get_context_data(page=sign_up_page(), findings_stay=stay, **kwargs)


@method_decorator(never_cache, name="dispatch")
class LinkView(View):
    """A page behind the link; a link that leads nowhere gets one polite answer, whatever is wrong with it."""

    template_name = ""
    interest: EmployerInterest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        interest = links.find(kwargs["token"])
        if interest is None:
            response: HttpResponseBase = self.leads_nowhere(request, kwargs["token"])
        else:
            self.interest = interest
            response = super().dispatch(request, *args, **kwargs)
        # The address of this page is its key. Not "no-referrer": browsers then send no origin with the buttons' POST.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def leads_nowhere(self, request: HttpRequest, token: str) -> HttpResponse:
        return render(request, "pilot_pages/sign_up/unknown_link.html", {"page": sign_up_page()}, status=404)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return render(request, self.template_name, self.context(token))

    def context(self, token: str) -> dict[str, Any]:
        return {"page": sign_up_page(), "interest": self.interest, "token": token}


class StatusView(LinkView):
    """Asks to confirm, once; after that tells how the sign-up stands, and later asks how it went."""

    template_name = "pilot_pages/sign_up/status.html"
    form: experience.ExperienceForm | None = None

    def context(self, token: str) -> dict[str, Any]:
        asked = experience.is_asked(self.interest, timezone.now())
        return super().context(token) | {
            "unconfirmed": self.interest.status == InterestStatus.UNCONFIRMED,
            "given": what_was_given(self.interest),
            "stages": stages(self.interest.status),
            "form": self.form or (experience.ExperienceForm() if asked else None),
            "told": Finding.objects.told_by_employer_of(self.interest),
            "thanks": "verteld" in self.request.GET,
            "asked_to_withdraw": "teruggetrokken" in self.request.GET,
        }

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        records.confirm(self.interest, get_language() or "")
        return redirect("pilot_pages:status", token=token)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ExperienceView(StatusView):
    """Takes what the employer tells; refused in words, with what was typed still there."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return redirect("pilot_pages:status", token=token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        refuse_unreadable(request, experience.ExperienceForm)
        if not experience.is_asked(self.interest, timezone.now()):
            return redirect("pilot_pages:status", token=token)
        self.form = form = experience.ExperienceForm(request.POST)
        status = 200
        if form.is_valid():
            try:
                experience.receive(self.interest, form)
                return redirect(reverse("pilot_pages:status", args=[token]) + "?verteld#verteld")
            except ValidationError as refused:
                form.add_error(None, refused)
                status = 429
        return render(request, self.template_name, self.context(token), status=status)


class WithdrawView(LinkView):
    """Asks once, and then erases; a second click finds it done."""

    template_name = "pilot_pages/sign_up/withdraw.html"

    def context(self, token: str) -> dict[str, Any]:
        return super().context(token) | {"placed": self.interest.placements.exists(), "kept": self.findings_stay()}

    def findings_stay(self) -> bool:
        return Finding.objects.told_by_employer_of(self.interest).confirmed().exists()

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        stay = "?bevindingen" if self.findings_stay() else ""
        try:
            erased = records.withdraw(self.interest, sign_up_page())
        except EmployerInterest.DoesNotExist:  # another click was first, a moment ago
            erased = True
        if erased:
            return redirect(reverse("pilot_pages:erased") + stay)
        return redirect(reverse("pilot_pages:status", args=[token]) + "?teruggetrokken")

    def leads_nowhere(self, request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "POST" and links.was_ours(token):
            return redirect("pilot_pages:erased")
        return super().leads_nowhere(request, token)
