"""The shapes of what both public APIs compute. The functions that compute it return these types, so that they agree."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from django.conf import settings
from ninja import Field
from pydantic import with_config
from typing_extensions import TypedDict  # Pydantic describes this one before Python 3.12

from dossiers.models import Evaluation
from dossiers.reports.tables import COUNT, DAYS, EUROS, HOURS, PERCENT, WORDS
from web_api.schemas import with_examples
from web_api.translation import gettext_lazy as _

LANGUAGES: tuple[str, ...] = settings.OWN_LANGUAGES

if TYPE_CHECKING:
    Code = str
else:
    Code = Literal[LANGUAGES]

Html = Annotated[str, Field(json_schema_extra={"contentMediaType": "text/html"})]
Svg = Annotated[str, Field(json_schema_extra={"contentMediaType": "image/svg+xml"})]
Link = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Path = Annotated[str, Field(description=_("The path on this site."))]


class PageReference(TypedDict):
    id: int
    title: str
    label: Annotated[str, Field(description=_("The short title, for menus."))]
    html_url: Link | None
    url: Path | None
    locale: str


class Rendition(TypedDict):
    src: Link
    width: int
    height: int


class PageImage(Rendition):
    """An image; `src` is the rendition to use by default."""

    id: int
    title: str
    alt: str
    renditions: list[Rendition]


class PageDocument(TypedDict):
    id: int
    title: str
    url: Link
    size: Annotated[int | None, Field(description=_("In bytes."))]
    extension: str


class Card(TypedDict):
    url: Link
    width: int
    height: int
    alt: str


class FactTexts(TypedDict):
    title: str
    sentence: str
    explanation: str
    source: str
    source_date: str


@with_config(
    with_examples(
        {
            "key": "wachttijd", "title": "Wachttijd", "sentence": "De asielaanvraag loopt 6 maanden of langer.",
            "source": "uwv.nl", "source_date": "", "checked_on": None, "explanation": "",
            "source_url": "https://uwv.nl/", "apply_url": "", "proposals": [], "language": "nl",
            "texts": {
                "nl": {
                    "title": "Wachttijd", "sentence": "De asielaanvraag loopt 6 maanden of langer.",
                    "explanation": "", "source": "uwv.nl", "source_date": "",
                }
            },
        }
    )
)  # fmt: skip
class Fact(TypedDict):
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
    language: Annotated[str, Field(description=_("Of the texts above: the one asked for, if the rule has it."))]
    texts: Annotated[
        dict[str, FactTexts],
        Field(
            description=_(
                "The texts in each language in which they may be shown, by its code. A translation that is not "
                "approved, or older than the Dutch text, is left out."
            )
        ),
    ]


class FiguresColumn(TypedDict):
    name: str
    label: str
    unit: Literal[COUNT, DAYS, EUROS, PERCENT, HOURS, WORDS]  # type: ignore[valid-type]


class FiguresCell(TypedDict):
    text: str
    value: Annotated[
        int | float | str | None,
        Field(description=_("A number, words where none may be told, or nothing; `text` is what a page shows.")),
    ]


@with_config(with_examples({"label": "Aangemeld", "language": "nl", "cells": [{"text": "1.250", "value": 1250}]}))
class FiguresRow(TypedDict):
    label: str
    language: Code
    cells: list[FiguresCell]


class FiguresChart(TypedDict):
    svg: str
    narrow_svg: str
    alternative: str
    in_part: Annotated[bool, Field(description=_("Whether rows without a number are not drawn."))]


class FiguresTable(TypedDict):
    name: str
    title: str
    explanation: str
    rows_label: str
    columns: list[FiguresColumn]
    rows: list[FiguresRow]
    total: FiguresRow | None
    chart: FiguresChart | None


class FiguresSubject(TypedDict):
    name: str
    title: str
    tables: list[FiguresTable]


class Figures(TypedDict):
    title: str
    kind: Literal[*Evaluation.Kind.values]  # type: ignore[valid-type]
    language: Code
    period: str
    begin: date | None
    end: date
    concerned: Annotated[str, Field(description=_("Of whom; empty: everybody."))]
    frozen_on: date | None
    released_on: date | None
    subjects: list[FiguresSubject]


class WithdrawnLetter(TypedDict):
    title: str
    period: str
    withdrawn_on: date


class ContactAddition(TypedDict):
    """The field that the contact block adds to those of an editor."""

    contact: dict[str, str]


class StatementRow(TypedDict):
    name: str
    label: str
    text: Annotated[str, Field(description=_("Empty: not filled in yet, which readers must see."))]
    url: Annotated[str, Field(description=_("Where the text leads; empty if it is no link."))]


class StatementAddition(TypedDict):
    """The field that a statement adds to those of an editor."""

    rows: list[StatementRow]


class FiguresAddition(TypedDict):
    """The field that the figures block adds to those of an editor."""

    figures: Figures | None


class HomeOfLanguage(TypedDict):
    code: str
    home: PageReference | None


class PilotPhase(TypedDict):
    phase: Literal["not_begun", "running", "over"]
    notice: Annotated[str, Field(description=_("On top of every page; empty while the pilot runs."))]
    sign_up_refusal: Annotated[str, Field(description=_("Instead of the sign-up form; empty if one can sign up."))]


class SiteContent(TypedDict):
    name: str
    owner: str
    footer_text: str
    logo: PageImage | None
    locale: str
    locales: list[HomeOfLanguage]
    home: PageReference | None
    sign_up: PageReference | None
    menu: list[PageReference]
    footer: list[PageReference]
    pilot: PilotPhase
    contact: dict[str, str]
