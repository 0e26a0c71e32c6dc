"""The operations that ask for a key, and what their description names."""

from functools import partial

from dossiers.api import dossiers, employers, exports, fields, interests, supplies
from dossiers.api.filters import described
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
    "dossiers": partial(described, DossierFilterSet),
    "employers": partial(described, EmployerFilterSet),
    "interests": partial(described, InterestFilterSet),
}


def schemas() -> dict[str, Described]:
    return fields.schemas() | serializers.schemas() | supplies.schemas()
