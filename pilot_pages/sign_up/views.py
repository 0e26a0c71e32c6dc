"""The pages of the signed link. A GET request never changes anything, since mail scanners open every link."""

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
from pilot_pages.sign_up.deduplication import find_confirmed_repeat
from pilot_pages.sign_up.progress import stages
from pilot_pages.sign_up.request_checks import refuse_invalid_form_request
from pilot_pages.sign_up.summary import summarize_answers


def sign_up_page() -> SignUpPage | None:
    """Return the live sign-up page in the language of the request, or else in any language."""
    return SignUpPage.live_in(get_language())


@method_decorator(never_cache, name="dispatch")
class SentView(TemplateView):
    """The page after sending the form, at a URL of its own so that a reload does not send the form again."""

    template_name = "pilot_pages/sign_up/sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        email = self.request.get_signed_cookie(SENT_COOKIE, default="", salt=SENT_COOKIE)
        return super().get_context_data(page=sign_up_page(), email=email, **kwargs)


class ErasedView(TemplateView):
    template_name = "pilot_pages/sign_up/erased.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        findings_stay = "bevindingen" in self.request.GET
        return super().get_context_data(page=sign_up_page(), findings_stay=findings_stay, **kwargs)


@method_decorator(never_cache, name="dispatch")
class LinkView(View):
    """Base view of the pages of a link. All invalid links get the same page, whatever is wrong with them."""

    template_name = ""
    interest: EmployerInterest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        interest = links.find(kwargs["token"])
        if interest is None:
            response: HttpResponseBase = self.show_unknown_link(request, kwargs["token"])
        else:
            self.interest = interest
            response = super().dispatch(request, *args, **kwargs)
        # The URL contains the secret token. "no-referrer" is not possible: browsers then send no Origin with a POST.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def show_unknown_link(self, request: HttpRequest, token: str) -> HttpResponse:
        return render(request, "pilot_pages/sign_up/unknown_link.html", {"page": sign_up_page()}, status=404)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return render(request, self.template_name, self.context(token))

    def context(self, token: str) -> dict[str, Any]:
        return {"page": sign_up_page(), "interest": self.interest, "token": token}


class StatusView(LinkView):
    """Asks to confirm the sign-up; once confirmed it shows the stage, and later asks about the experience."""

    template_name = "pilot_pages/sign_up/status.html"
    form: experience.ExperienceForm | None = None

    def context(self, token: str) -> dict[str, Any]:
        is_unconfirmed = self.interest.status == InterestStatus.UNCONFIRMED
        is_asked = experience.is_asked(self.interest, timezone.now())
        is_erasure_asked = self.interest.is_closed and "teruggetrokken" in self.request.GET
        return super().context(token) | {
            "unconfirmed": is_unconfirmed,
            "earlier": find_confirmed_repeat(self.interest) if is_unconfirmed else None,
            "given": summarize_answers(self.interest),
            "stages": stages(self.interest.status),
            "form": self.form or (experience.ExperienceForm() if is_asked else None),
            "told": Finding.objects.told_by_employer_of(self.interest),
            "thanks": "verteld" in self.request.GET,
            "wants_to_withdraw": self.interest.awaits_withdrawal_outcome or is_erasure_asked,
        }

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        records.confirm(self.interest, get_language() or "")
        return redirect("pilot_pages:status", token=token)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ExperienceView(StatusView):
    """Saves the employer's experience, or shows the form again with its errors."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return redirect("pilot_pages:status", token=token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        refuse_invalid_form_request(request, experience.ExperienceForm)
        if not experience.is_asked(self.interest, timezone.now()):
            return redirect("pilot_pages:status", token=token)
        self.form = form = experience.ExperienceForm(request.POST)
        status = 200
        if form.is_valid():
            try:
                experience.save_answer(self.interest, form)
                return redirect(reverse("pilot_pages:status", args=[token]) + "?verteld#verteld")
            except ValidationError as error:
                form.add_error(None, error)
                status = 429
        return render(request, self.template_name, self.context(token), status=status)


class WithdrawView(LinkView):
    """Asks for a confirmation and then erases the sign-up; a second click shows the same result."""

    template_name = "pilot_pages/sign_up/withdraw.html"

    def context(self, token: str) -> dict[str, Any]:
        return super().context(token) | {"placed": self.interest.placements.exists(), "kept": self.findings_stay()}

    def findings_stay(self) -> bool:
        return Finding.objects.told_by_employer_of(self.interest).confirmed().exists()

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        query = "?bevindingen" if self.findings_stay() else ""
        try:
            erased = records.withdraw(self.interest, sign_up_page())
        except EmployerInterest.DoesNotExist:  # a double click: the other request erased it
            erased = True
        if erased:
            return redirect(reverse("pilot_pages:erased") + query)
        return redirect(reverse("pilot_pages:status", args=[token]) + "?teruggetrokken")

    def show_unknown_link(self, request: HttpRequest, token: str) -> HttpResponse:
        if request.method == "POST" and links.is_signed(token):
            return redirect("pilot_pages:erased")
        return super().show_unknown_link(request, token)
