"""The API endpoint of the figures of the evaluation that was released for the website last."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Query, Router, Schema

from pilot_pages.api.language import Language
from pilot_pages.progress import get_progress, get_withdrawal
from pilot_pages.read_api.figures import serialize_figures, serialize_withdrawal
from pilot_pages.read_api.schemas import Figures, WithdrawnLetter
from web_api.schemas import ANYBODY, problems
from web_api.translation import gettext_lazy as _

router = Router(tags=["public"])


class ReleasedFigures(Schema):
    figures: Figures | None
    withdrawn: WithdrawnLetter | None


@router.get(
    "/figures",
    summary=_("Figures of the pilot"),
    description=_("Of the evaluation that was released for the website last, as pages of /api/v2/ have them. "
                  "Numbers of people are rounded down to a multiple of five, so that nobody is recognised. Before "
                  "the first release `figures` is null. So it is after a withdrawal without an earlier release: "
                  "`withdrawn` then tells which letter was withdrawn and when."),
    response={200: ReleasedFigures, 304: None, **problems(*ANYBODY)},
)  # fmt: skip
def figures(request: HttpRequest, response: HttpResponse, query: Query[Language]) -> dict[str, Any]:
    response["Content-Language"] = query.language
    with translation.override(query.language):
        return {
            "figures": serialize_figures(get_progress()),
            "withdrawn": serialize_withdrawal(get_withdrawal()),
        }
