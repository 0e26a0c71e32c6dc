"""The API endpoint of the figures of the evaluation that was released for the website last."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Field, Query, Router, Schema

from dossiers.models import Evaluation
from dossiers.reports.tables import COUNT, DAYS, EUROS, HOURS, PERCENT, WORDS
from pilot_pages.api.language import Code, Language
from pilot_pages.progress import get_progress, get_withdrawal
from pilot_pages.read_api.figures import serialize_figures, serialize_withdrawal
from web_api.schemas import ANYBODY, problems, with_examples
from web_api.translation import gettext_lazy as _

router = Router(tags=["public"])


class FiguresColumn(Schema):
    name: str
    label: str
    unit: Literal[COUNT, DAYS, EUROS, PERCENT, HOURS, WORDS]  # type: ignore[valid-type]


class FiguresCell(Schema):
    text: str
    value: int | float | str | None = Field(
        description=_("A number, words where none may be told, or nothing; `text` is what a page shows.")
    )


class FiguresRow(Schema):
    model_config = with_examples({"label": "Aangemeld", "language": "nl", "cells": [{"text": "1.250", "value": 1250}]})

    label: str
    language: Code
    cells: list[FiguresCell]


class FiguresChart(Schema):
    svg: str
    narrow_svg: str
    alternative: str
    in_part: bool = Field(description=_("Whether rows without a number are not drawn."))


class FiguresTable(Schema):
    name: str
    title: str
    explanation: str
    rows_label: str
    columns: list[FiguresColumn]
    rows: list[FiguresRow]
    total: FiguresRow | None
    chart: FiguresChart | None


class FiguresSubject(Schema):
    name: str
    title: str
    tables: list[FiguresTable]


class Figures(Schema):
    title: str
    kind: Literal[*Evaluation.Kind.values]  # type: ignore[valid-type]
    language: Code
    period: str
    begin: date | None
    end: date
    concerned: str = Field(description=_("Of whom; empty: everybody."))
    frozen_on: date | None
    released_on: date | None
    subjects: list[FiguresSubject]


class WithdrawnLetter(Schema):
    title: str
    period: str
    withdrawn_on: date


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
