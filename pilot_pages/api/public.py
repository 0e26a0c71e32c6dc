"""The routers and JSON schemas of the public part of /api/pilot/."""

from pilot_pages.api import facts, figures, sign_up_schema, sign_ups
from web_api.openapi import Described

ROUTERS = (facts.router, figures.router, sign_ups.router)


def schemas() -> dict[str, Described]:
    return facts.schemas() | figures.schemas() | sign_up_schema.schemas()
