"""The API endpoint of the figures of the evaluation that was released for the website last."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from dossiers.models import Evaluation
from dossiers.reports.tables import COUNT, DAYS, EUROS, HOURS, PERCENT, WORDS
from pilot_pages.api.language import DESCRIBED, Language
from pilot_pages.progress import get_progress, get_withdrawal
from pilot_pages.read_api.figures import serialize_figures, serialize_withdrawal
from web_api.openapi import ANYBODY, Described, operation, ref
from web_api.responses import answer

router = Router(tags=["public"])


@router.get(
    "/figures",
    **operation(
        _("Figures of the pilot"), {200: ref("ReleasedFigures")}, ANYBODY, version=True,
        description=_("Of the evaluation that was released for the website last, as pages of /api/v2/ have them. "
                      "Numbers of people are rounded down to a multiple of five, so that nobody is recognised. Before "
                      "the first release `figures` is null. So it is after a withdrawal without an earlier release: "
                      "`withdrawn` then tells which letter was withdrawn and when."),
    ),
)  # fmt: skip
def figures(request: HttpRequest, query: Query[Language]) -> HttpResponse:
    with translation.override(query.language):
        figures, withdrawn = serialize_figures(get_progress()), serialize_withdrawal(get_withdrawal())
        return answer(request, {"figures": figures, "withdrawn": withdrawn})


def schemas() -> dict[str, Described]:
    subject = _object(name=TEXT, title=TEXT, tables=_list(ref("FiguresTable")))
    column = _object(name=TEXT, label=TEXT, unit={"enum": [COUNT, DAYS, EUROS, PERCENT, HOURS, WORDS]})
    part: Described = {"type": "boolean", "description": _("Whether rows without a number are not drawn.")}
    chart = _object(svg=TEXT, narrow_svg=TEXT, alternative=TEXT, in_part=part)
    value: Described = {
        "type": ["number", "string", "null"],
        "description": _("A number, words where none may be told, or nothing; `text` is what a page shows."),
    }
    row = _object(label=TEXT, language=DESCRIBED, cells=_list(_object(text=TEXT, value=value)))
    row["examples"] = [{"label": "Aangemeld", "language": "nl", "cells": [{"text": "1.250", "value": 1250}]}]
    return {
        "ReleasedFigures": _object(figures=_or_null(ref("Figures")), withdrawn=_or_null(ref("WithdrawnLetter"))),
        "WithdrawnLetter": _object(title=TEXT, period=TEXT, withdrawn_on=DAY),
        "Figures": _object(
            title=TEXT, kind={"enum": Evaluation.Kind.values}, language=DESCRIBED, period=TEXT,
            begin=_or_null(DAY), end=DAY, concerned=TEXT | {"description": _("Of whom; empty: everybody.")},
            frozen_on=_or_null(DAY), released_on=_or_null(DAY), subjects=_list(subject),
        ),
        "FiguresTable": _object(
            name=TEXT, title=TEXT, explanation=TEXT, rows_label=TEXT, columns=_list(column),
            rows=_list(ref("FiguresRow")), total=_or_null(ref("FiguresRow")), chart=_or_null(chart),
        ),
        "FiguresRow": row,
    }  # fmt: skip


TEXT: Described = {"type": "string"}
DAY: Described = TEXT | {"format": "date"}


def _object(**properties: Described) -> Described:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: Described) -> Described:
    return {"type": "array", "items": items}


def _or_null(schema: Described) -> Described:
    return {"anyOf": [schema, {"type": "null"}]}
