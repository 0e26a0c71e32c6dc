"""The pages that show the descriptions of the APIs. Their scripts come from this host and not from a CDN."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from ninja import Swagger

from pilot_pages.read_api.description import TITLE


class Documentation(Swagger):
    template = "api/documentation.html"
    default_settings: dict[str, Any] = Swagger.default_settings | {
        "validatorUrl": None,
        "defaultModelsExpandDepth": 0,
        "deepLinking": False,  # else each button that opens an operation contains a link
        "syntaxHighlight": {"activated": False},  # its colors are too faint
    }


def read_api_documentation(request: HttpRequest) -> HttpResponse:
    settings = Documentation.default_settings | {"url": reverse("read_api_description")}
    return render(request, Documentation.template, {"swagger_settings": json.dumps(settings), "api": {"title": TITLE}})
