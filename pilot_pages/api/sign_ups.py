"""The API endpoints of the sign-up: one returns the questions, the other takes the answers.

The answers are validated by the same form as on the page, without its spam protection. The rate limits and the
confirmation by e-mail apply here too.
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
from pilot_pages.read_api.html import convert_to_html
from pilot_pages.sign_up.deduplication import is_replay
from pilot_pages.sign_up.json_form import convert_to_form_data, form_class, messages
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
    page = _get_page(query.language)
    with translation.override(query.language):
        form = form_class(page)()
        return answer(
            request,
            {
                "language": page.locale.language_code,
                "title": page.title,
                "page": page.full_url,
                "privacy_notice": convert_to_html(page.privacy_text, {"request": request}),
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
def create_sign_up(request: HttpRequest) -> HttpResponse:
    body = json_body(request)
    language = body.pop("language", LANGUAGES[0])
    if language not in LANGUAGES:
        known = _("Choose from: %(known)s.") % {"known": ", ".join(LANGUAGES)}
        raise Problem.of_fields({"language": [known]})
    with translation.override(language):
        _validate_and_save(client_address(request), language, body)
        return answer(request, {"detail": _("We sent an e-mail. The sign-up counts once it is confirmed there.")}, 202)


@sensitive_variables()
def _validate_and_save(address: str, language: str, body: dict[str, Any]) -> None:
    page = _get_page(language)
    data, errors = convert_to_form_data(form_class(page)(), body)
    form = form_class(page)(data)
    if not form.is_valid() or errors:
        raise Problem.of_fields(messages(form) | errors)
    if is_replay(form.cleaned_data):
        return
    allowance = may_sign_up(address, form.cleaned_data["email"])
    if not allowance:
        raise Problem(429, headers={"Retry-After": str(allowance.seconds)})
    sign_up(form, language)


def _get_page(language: str) -> SignUpPage:
    page = SignUpPage.live_in(language)
    if page is None:
        raise Problem(404, _("Nobody can sign up here just now."))
    return page
