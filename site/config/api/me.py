"""The owner of the API key, as a first request to test a key."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from dossiers.models import Organisation
from web_api.openapi import WITH_A_KEY, Described, operation, ref
from web_api.responses import answer

router = Router(tags=["key"])


@router.get("/me", **operation(_("Whose key this is"), {200: ref("Me")}, WITH_A_KEY, version=True))
def me(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    return answer(
        request,
        {
            "username": user.get_username(),
            "groups": sorted(user.groups.values_list("name", flat=True)),
            "organisations": [organisation.name for organisation in Organisation.objects.of(user)],
        },
    )


def schemas() -> dict[str, Described]:
    texts: Described = {"type": "array", "items": {"type": "string"}}
    me: Described = {
        "type": "object",
        "required": ["username", "groups", "organisations"],
        "properties": {"username": {"type": "string"}, "groups": texts, "organisations": texts},
        "examples": [{"username": "coordinator", "groups": ["Coördinatoren"], "organisations": []}],
    }
    return {"Me": me}
