"""The API endpoint of the rules in force, with their source and the date of the last check."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Query, Router, Schema

from dossiers.models import Regulation
from pilot_pages.api.language import Language
from pilot_pages.facts import facts_in_force
from web_api.schemas import ANYBODY, problems, with_examples
from web_api.translation import gettext_lazy as _

router = Router(tags=["public"])


class Fact(Schema):
    model_config = with_examples(
        {
            "key": "wachttijd", "title": "Wachttijd", "sentence": "De asielaanvraag loopt 6 maanden of langer.",
            "source": "uwv.nl", "source_date": "", "checked_on": None, "explanation": "", "source_url": "https://uwv.nl/",
            "apply_url": "", "proposals": [],
        }
    )  # fmt: skip

    key: str
    title: str
    sentence: str
    source: str
    source_date: str
    checked_on: date | None
    explanation: str
    source_url: str
    apply_url: str
    proposals: list[str]


@router.get(
    "/facts",
    summary=_("The rules that hold today"),
    description=_("What an employer reads, with where it stands and when somebody last checked it there."),
    response={200: list[Fact], 304: None, **problems(*ANYBODY)},
)
def facts(request: HttpRequest, response: HttpResponse, query: Query[Language]) -> list[dict[str, Any]]:
    response["Content-Language"] = query.language
    keys = Regulation.objects.order_by("key").values_list("key", flat=True).distinct()
    with translation.override(query.language):
        return [fact.for_api() for fact in facts_in_force(keys)]
