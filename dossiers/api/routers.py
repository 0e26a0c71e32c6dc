"""The routers of the operations that need a key."""

from dossiers.api import dossiers, employers, exports, fields, interests, supplies
from dossiers.api.imports import operations as imports

ROUTERS = (
    fields.router,
    dossiers.router,
    employers.router,
    interests.router,
    imports.router,
    exports.router,
    supplies.router,
)
