"""Parsing of JSON request bodies, and the parameter of operations that have one."""

import json
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.params.models import Body, BodyModel

from web_api.problems import Problem

SchemaT = TypeVar("SchemaT")
MAX_BODY_SIZE = 512 * 1024  # bytes; a record takes a few thousand


def json_body(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object in the body; raise Problem if it is invalid."""
    if request.content_type != "application/json":
        raise Problem(415)
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if length > MAX_BODY_SIZE or len(request.body) > MAX_BODY_SIZE:
        raise Problem(413)
    try:
        value = json.loads(request.body, parse_constant=int)  # NaN and Infinity are no JSON, and int() refuses them
    except (ValueError, RecursionError):
        raise Problem(400, _("The body is not JSON.")) from None
    if not isinstance(value, dict):
        raise Problem(422, _("Send one JSON object: names with their values between { and }."))
    if not _can_be_kept(value):
        raise Problem(422, _("The body contains an invalid character (U+0000 or half of a surrogate pair). Remove it."))
    return value


def _can_be_kept(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_can_be_kept(name) and _can_be_kept(part) for name, part in value.items())
    return all(map(_can_be_kept, value)) if isinstance(value, list) else True


class _JsonBodyModel(BodyModel):
    """Gives the operation the JSON object itself. Ninja's own model answers whatever it can't read with a 400."""

    @classmethod
    def resolve(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> Any:
        return {cls.__read_from_single_attr__: json_body(request)}


class _JsonBody(Body):  # type: ignore[misc]
    _model = _JsonBodyModel

    @classmethod
    def _param_source(cls) -> str:
        return "body"


if TYPE_CHECKING:

    class JsonBody(dict[str, Any], Generic[SchemaT]): ...

else:

    class JsonBody:
        """A JSON object that the schema describes; the operation validates it, to tell all that is wrong at once."""

        def __class_getitem__(cls, schema: Any) -> Any:
            return Annotated[schema, _JsonBody(...)]
