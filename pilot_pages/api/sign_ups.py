"""The sign-up by program: what the form asks, as data, and taking what an employer answers.

The same form checks it. Its two traps for programs are left out, for here a program is meant; what stays is how often
one may, and that nothing counts before the employer confirms by e-mail.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from ninja import Query, Router

from pilot_pages.api.language import LANGUAGES, Language
from pilot_pages.api.sign_up_schema import EXAMPLE
from pilot_pages.models import SignUpPage
from pilot_pages.read_api.html import as_html
from pilot_pages.sign_up.deduplication import is_replay
from pilot_pages.sign_up.json_form import as_a_form_sends, form_class, messages
from pilot_pages.sign_up.records import sign_up
from pilot_pages.sign_up.throttle import may_sign_up
from web_api.openapi import ANYBODY, operation, ref
from web_api.problems import Problem
from web_api.request_bodies import json_body
from web_api.responses import answer
from web_api.throttle import client_address

router = Router(tags=["public"])


@router.get(
    "/sign-up-form",
    **operation(
        gettext_lazy("What a sign-up asks"), {200: ref("SignUpForm")}, (*ANYBODY, 404), version=True,
        description=gettext_lazy(
            "The fixed questions and those that editors added, in the language that is asked for."
        ),
    ),
)  # fmt: skip
def sign_up_form(request: HttpRequest, query: Query[Language]) -> HttpResponse:
    page = _page(query.language)
    with translation.override(query.language):
        form = form_class(page)()
        return answer(
            request,
            {
                "language": page.locale.language_code,
                "title": page.title,
                "page": page.full_url,
                "privacy_notice": as_html(page.privacy_text, {"request": request}),
                "questions": form.as_data(),
            },
        )


@router.post(
    "/sign-ups",
    **operation(
        gettext_lazy("Sign up an employer"), {202: ref("SignUpTaken")}, (*ANYBODY, 400, 404, 413, 415),
        body=ref("SignUp"), example=EXAMPLE,
        description=gettext_lazy(
            "Takes the answers to the questions of the form, checked as there. The employer gets an e-mail and "
            "confirms with the link in it; before that nobody sees the sign-up. The answer is the same whether the "
            "address is known here or not. The form's hidden field and its stamp of time are for browsers: leave them "
            "out. The same sign-up twice within a day is one."
        ),
    ),
)  # fmt: skip
@sensitive_variables()
def take_sign_up(request: HttpRequest) -> HttpResponse:
    body = json_body(request)
    language = body.pop("language", LANGUAGES[0])
    if language not in LANGUAGES:
        known = _("Choose from: %(known)s.") % {"known": ", ".join(LANGUAGES)}
        raise Problem.of_fields({"language": [known]})
    with translation.override(language):
        _take(client_address(request), language, body)
        return answer(request, {"detail": _("We sent an e-mail. The sign-up counts once it is confirmed there.")}, 202)


@sensitive_variables()
def _take(address: str, language: str, body: dict[str, Any]) -> None:
    page = _page(language)
    sent, wrong = as_a_form_sends(form_class(page)(), body)
    form = form_class(page)(sent)
    if not form.is_valid() or wrong:
        raise Problem.of_fields(messages(form) | wrong)
    if is_replay(form.cleaned_data):
        return
    verdict = may_sign_up(address, form.cleaned_data["email"])
    if not verdict:
        raise Problem(429, headers={"Retry-After": str(verdict.seconds)})
    sign_up(form, language)


def _page(language: str) -> SignUpPage:
    page = SignUpPage.live_in(language)
    if page is None:
        raise Problem(404, _("Nobody can sign up here just now."))
    return page
