"""The query parameter `language` of the public API."""

from typing import TYPE_CHECKING, Literal

from django.conf import settings
from ninja import Field, Schema

LANGUAGES: tuple[str, ...] = settings.OWN_LANGUAGES

if TYPE_CHECKING:
    Code = str
else:
    Code = Literal[LANGUAGES]


class Language(Schema):
    language: Code = Field(LANGUAGES[0])
