"""The routers of the operations that need a key, with their schemas and query parameters."""

from functools import partial

from dossiers.api import dossiers, employers, exports, fields, interests, supplies
from dossiers.api.filters import describe_parameters
from dossiers.api.imports import operations as imports
from dossiers.api.imports import serializers
from dossiers.filters import DossierFilterSet, EmployerFilterSet, InterestFilterSet
from web_api.openapi import Described, Parameters

ROUTERS = (
    fields.router,
    dossiers.router,
    employers.router,
    interests.router,
    imports.router,
    exports.router,
    supplies.router,
)
PARAMETERS: dict[str, Parameters] = {
    "dossiers": partial(describe_parameters, DossierFilterSet),
    "employers": partial(describe_parameters, EmployerFilterSet),
    "interests": partial(describe_parameters, InterestFilterSet),
}


def schemas() -> dict[str, Described]:
    return fields.schemas() | serializers.schemas() | supplies.schemas()
