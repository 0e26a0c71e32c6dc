"""Error responses according to RFC 9457 (`application/problem+json`), with an entry for each invalid field."""

import json
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from web_api import schemas

CONTENT_TYPE = "application/problem+json"
Text = str | Promise

TITLES: dict[int, Text] = {
    400: _("This request can't be read"),
    401: _("Who are you?"),
    403: _("Not for you"),
    404: _("Not found"),
    405: _("This can't be done with this address"),
    409: _("This can't be done now"),
    412: _("Changed meanwhile"),
    413: _("Too large"),
    415: _("Not a kind of content that is read here"),
    422: _("Something in it is not right"),
    428: _("Say which version you change"),
    429: _("Too many requests"),
    500: _("Something went wrong here"),
    507: _("There is no room left here"),
}
DETAILS: dict[int, Text] = {
    400: _("Check what is sent against the description of this API."),
    401: _("Send a key of yours: “Authorization: Bearer wagtail_…”."),
    403: _("You have no right to do this. Ask an administrator."),
    404: _("There is nothing at this address."),
    405: _("The header Allow says which methods it knows."),
    412: _("Somebody changed it since you read it. Read it again, and send your change with the new ETag."),
    413: _("Send less at once."),
    415: _("Say with Content-Type what you send, and send what the description of this API names."),
    422: _("“errors” says what to change, a field at a time."),
    428: _("Send the ETag of what you read along in the header If-Match, so that nobody's work is overwritten."),
    429: _("Wait, and try again after the number of seconds in the header Retry-After."),
    500: _("It was noted. Try again later."),
    507: _("Nothing was stored. Tell the administrator of this site, then send it again."),
}


class Problem(Exception):
    """An exception that becomes the error response, in the language that is active when it is raised.

    `errors` are messages by field name, "" for the whole request.
    """

    def __init__(
        self,
        status: int,
        detail: Text = "",
        errors: Mapping[str, Sequence[Text]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.title = status, str(TITLES[status])
        self.detail = str(detail or DETAILS.get(status, ""))
        self.errors = {name: [str(text) for text in texts] for name, texts in (errors or {}).items()}
        self.headers = {"Content-Language": get_language() or settings.LANGUAGE_CODE, **(headers or {})}
        super().__init__(status, self.detail)

    @classmethod
    def of_fields(cls, errors: Mapping[str, Sequence[Text]]) -> "Problem":
        return cls(422, errors=errors)


def get_messages_by_field(error: ValidationError) -> dict[str, list[str]]:
    """Return the messages of a ValidationError by field name."""
    if not hasattr(error, "error_dict"):
        return {"": list(error.messages)}
    return {"" if name == NON_FIELD_ERRORS else name: messages for name, messages in error.message_dict.items()}


def problem_response(problem: Problem) -> HttpResponse:
    content = schemas.Problem(
        type="about:blank",
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        errors=[schemas.FieldErrors(field=name, messages=texts) for name, texts in problem.errors.items()],
    ).model_dump(exclude=None if problem.errors else {"errors"})
    response = HttpResponse(json.dumps(content, ensure_ascii=False), status=problem.status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    for name, value in problem.headers.items():
        response[name] = value
    return response
