"""The owner of the API key, as a first request to test a key."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Router, Schema

from dossiers.models import Organisation
from web_api.schemas import WITH_A_KEY, problems, with_examples
from web_api.translation import gettext_lazy as _

router = Router(tags=["key"])


class Me(Schema):
    model_config = with_examples({"username": "coordinator", "groups": ["Begeleiders"], "organisations": []})

    username: str
    groups: list[str]
    organisations: list[str]


@router.get("/me", summary=_("Whose key this is"), response={200: Me, 304: None, **problems(*WITH_A_KEY)})
def me(request: HttpRequest) -> dict[str, Any]:
    user = cast(User, request.user)
    return {
        "username": user.get_username(),
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "organisations": [organisation.name for organisation in Organisation.objects.of(user)],
    }
