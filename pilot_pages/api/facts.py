"""The API endpoint of the rules in force, with their source and the date of the last check."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from dossiers.models import Regulation
from pilot_pages.api.language import Language
from pilot_pages.facts import facts_in_force
from web_api.openapi import ANYBODY, Described, operation, ref
from web_api.responses import answer

router = Router(tags=["public"])


@router.get(
    "/facts",
    **operation(
        _("The rules that hold today"), {200: {"type": "array", "items": ref("Fact")}}, ANYBODY, version=True,
        description=_("What an employer reads, with where it stands and when somebody last checked it there."),
    ),
)  # fmt: skip
def facts(request: HttpRequest, query: Query[Language]) -> HttpResponse:
    keys = Regulation.objects.order_by("key").values_list("key", flat=True).distinct()
    with translation.override(query.language):
        return answer(request, [fact.for_api() for fact in facts_in_force(keys)])


def schemas() -> dict[str, Described]:
    text: dict[str, Any] = {"type": "string"}
    fact = {"key": text, "title": text, "sentence": text, "source": text, "source_date": text}
    checked = {"checked_on": {"type": ["string", "null"], "format": "date"}}
    example = {
        "key": "wachttijd", "title": "Wachttijd", "sentence": "De asielaanvraag loopt 6 maanden of langer.",
        "source": "uwv.nl", "source_date": "", "checked_on": None,
    }  # fmt: skip
    return {
        "Fact": {
            "type": "object",
            "required": [*fact, *checked],
            "properties": fact | checked,
            "examples": [example],
        }
    }
