"""The API endpoint of the rules in force, with their source and the date of the last check."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Query, Router

from dossiers.models import Regulation
from pilot_pages.api.language import Language
from pilot_pages.facts import facts_in_force
from pilot_pages.read_api.schemas import Fact
from web_api.schemas import ANYBODY, problems
from web_api.translation import gettext_lazy as _

router = Router(tags=["public"])


@router.get(
    "/facts",
    summary=_("The rules that hold today"),
    description=_("What an employer reads, with where it stands and when somebody last checked it there."),
    response={200: list[Fact], 304: None, **problems(*ANYBODY)},
)
def facts(request: HttpRequest, response: HttpResponse, query: Query[Language]) -> list[Fact]:
    response["Content-Language"] = query.language
    keys = Regulation.objects.order_by("key").values_list("key", flat=True).distinct()
    with translation.override(query.language):
        return [fact.for_api() for fact in facts_in_force(keys, in_every_language=True)]
