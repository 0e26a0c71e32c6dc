"""The routers of the public part of /api/pilot/."""

from pilot_pages.api import facts, figures, sign_ups

ROUTERS = (facts.router, figures.router, sign_ups.router)
