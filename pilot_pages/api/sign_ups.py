"""The API endpoints of the sign-up: one returns the questions, the other takes the answers.

The answers are validated by the same form as on the page, without its spam protection. The rate limits and the
confirmation by e-mail apply here too.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from ninja import Query, Router, Schema, Status

from dossiers.emails.base import send_email
from pilot_pages.api.language import Language
from pilot_pages.api.sign_up_schema import SignUp
from pilot_pages.models import PilotSettings, SignUpPage
from pilot_pages.read_api.html import convert_to_html
from pilot_pages.read_api.schemas import LANGUAGES
from pilot_pages.sign_up.deduplication import is_replay
from pilot_pages.sign_up.field_schemas import Question
from pilot_pages.sign_up.json_form import convert_to_form_data, form_class, messages
from pilot_pages.sign_up.records import sign_up
from pilot_pages.sign_up.throttle import may_sign_up
from web_api.problems import Problem
from web_api.request_bodies import JsonBody
from web_api.schemas import ANYBODY, problems
from web_api.throttle import client_address
from web_api.translation import gettext_lazy
from workers.lanes import has_worker

router = Router(tags=["public"])


class SignUpForm(Schema):
    language: str
    title: str
    page: str
    privacy_notice: str
    questions: list[Question]


class SignUpTaken(Schema):
    detail: str


@router.get(
    "/sign-up-form",
    summary=gettext_lazy("What a sign-up asks"),
    description=gettext_lazy("The fixed questions and those that editors added, in the language that is asked for."),
    response={200: SignUpForm, 304: None, **problems(*ANYBODY, 404, 409)},
    exclude_unset=True,
)
def sign_up_form(request: HttpRequest, response: HttpResponse, query: Query[Language]) -> dict[str, Any]:
    response["Content-Language"] = query.language
    with translation.override(query.language):
        page = _get_open_page(request, query.language)
        form = form_class(page)()
        return {
            "language": page.locale.language_code,
            "title": page.title,
            "page": page.full_url,
            "privacy_notice": convert_to_html(page.privacy_text, {"request": request}),
            "questions": form.as_data(),
        }


@router.post(
    "/sign-ups",
    summary=gettext_lazy("Sign up an employer"),
    description=gettext_lazy(
        "Takes the answers to the questions of the form, checked as there. The employer gets an e-mail and "
        "confirms with the link in it; before that nobody sees the sign-up. The answer is the same whether the "
        "address is known here or not. The form's hidden field and its stamp of time are for browsers: leave them "
        "out. The same sign-up twice within a day is one."
    ),
    response={202: SignUpTaken, **problems(*ANYBODY, 400, 404, 409, 413, 415)},
)
@sensitive_variables()
def create_sign_up(request: HttpRequest, response: HttpResponse, body: JsonBody[SignUp]) -> Status[dict[str, str]]:
    language = body.pop("language", LANGUAGES[0])
    if language not in LANGUAGES:
        known = _("Choose from: %(known)s.") % {"known": ", ".join(LANGUAGES)}
        raise Problem.of_fields({"language": [known]})
    response["Content-Language"] = language
    with translation.override(language):
        page = _get_open_page(request, language)
        data, errors = convert_to_form_data(form_class(page)(), body)
        form = form_class(page)(data)
        if not form.is_valid() or errors:
            raise Problem.of_fields(messages(form) | errors)
        if not is_replay(form.cleaned_data):
            allowance = may_sign_up(client_address(request), form.cleaned_data["email"])
            if not allowance:
                raise Problem(429, headers={"Retry-After": str(allowance.seconds)})
            sign_up(form, language)
        if has_worker(send_email.queue_name):
            return Status(202, {"detail": _("We sent an e-mail. The sign-up counts once it is confirmed there.")})
        return Status(
            202,
            {"detail": _("We can't send the e-mail yet; it follows. The sign-up counts once it is confirmed there.")},
        )


def _get_open_page(request: HttpRequest, language: str) -> SignUpPage:
    page = SignUpPage.live_in(language)
    if page is None:
        raise Problem(404, _("Nobody can sign up here just now."))
    if refusal := PilotSettings.for_request(request).sign_up_refusal:
        raise Problem(409, refusal)
    return page
