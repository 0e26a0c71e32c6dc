"""The query parameter `language` of the public API."""

from ninja import Field, Schema

from pilot_pages.read_api.schemas import LANGUAGES, Code


class Language(Schema):
    language: Code = Field(LANGUAGES[0])
