"""The URLs of /api/pilot/: public operations, and operations that need an API key."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from config.api import me
from config.api.documentation import Documentation
from config.api.keys import Key
from dossiers.api import routers
from pilot_pages.api import public
from pilot_pages.api.sign_up_schema import build_sign_up
from web_api.api import PilotAPI
from web_api.problems import Problem, problem_response

api = PilotAPI(
    title="Asielzoekers naar werk",
    version="1",
    description=_(
        "Facts, figures and the sign-up for everybody; dossiers, employers, imports and exports with a key, as far as "
        "the rights of its owner go. Make a key in the backoffice: Account, API keys. Every error is a problem as "
        "RFC 9457 has it. What you read has an ETag; send it along as If-Match with a change."
    ),
    urls_namespace="pilot_api",
    changing_schemas=[build_sign_up],
    docs=Documentation(),
)
for router in public.ROUTERS:
    api.add_router("", router)
for router in (me.router, *routers.ROUTERS):
    api.add_router("", router, auth=Key())


@csrf_exempt
def nothing_here(_request: HttpRequest, **_path: str) -> HttpResponse:
    return problem_response(Problem(404))


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(api.urls[:2], namespace=api.urls[2])),
    path("<path:rest>", nothing_here, name="pilot_api_nothing"),
]
