"""The pages behind the signed link. Looking never changes anything: scanners of mail open every link."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from dossiers.models import EmployerInterest, InterestStatus
from pilot_pages.models import SENT_COOKIE, SignUpPage
from pilot_pages.sign_up import links, records


def sign_up_page() -> SignUpPage | None:
    """The live sign-up page, in the language of the request if there is one."""
    live = SignUpPage.objects.live()
    return live.filter(locale__language_code=get_language()).first() or live.first()


class SentView(TemplateView):
    """Where the form leads: reloading this signs up nobody."""

    template_name = "pilot_pages/sign_up/sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        email = self.request.get_signed_cookie(SENT_COOKIE, default="", salt=SENT_COOKIE)
        return super().get_context_data(page=sign_up_page(), email=email, **kwargs)


class ErasedView(TemplateView):
    template_name = "pilot_pages/sign_up/erased.html"


@method_decorator(never_cache, name="dispatch")
class LinkView(View):
    """A page behind the link; a link that leads nowhere gets one polite answer, whatever is wrong with it."""

    template_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.interest = links.find(kwargs["token"])
        if self.interest is None:
            response: HttpResponseBase = render(
                request, "pilot_pages/sign_up/unknown_link.html", {"page": sign_up_page()}, status=404
            )
        else:
            response = super().dispatch(request, *args, **kwargs)
        # The address of this page is its key. Not "no-referrer": browsers then send no origin with the buttons' POST.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return render(request, self.template_name, self.context(token))

    def context(self, token: str) -> dict[str, Any]:
        return {"page": sign_up_page(), "interest": self.interest, "token": token}


class StatusView(LinkView):
    """Asks to confirm, once; after that tells how the sign-up stands."""

    template_name = "pilot_pages/sign_up/status.html"
    interest: EmployerInterest

    def context(self, token: str) -> dict[str, Any]:
        unconfirmed = self.interest.status == InterestStatus.UNCONFIRMED
        return super().context(token) | {"unconfirmed": unconfirmed}

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        records.confirm(self.interest)
        return redirect("pilot_pages:status", token=token)


class WithdrawView(LinkView):
    """Asks once, and then erases."""

    template_name = "pilot_pages/sign_up/withdraw.html"
    interest: EmployerInterest

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        records.erase(self.interest)
        return redirect("pilot_pages:erased")
