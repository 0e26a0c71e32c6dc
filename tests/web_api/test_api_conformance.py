"""Every response to generated requests conforms to the OpenAPI description and is no server error."""

import pytest
import schemathesis
from allauth.mfa.models import Authenticator
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from wagtail.models import APIToken

from tests.dossiers.models.factories import make_dossier, make_interest
from tests.dossiers.models.own_fields import make_own_field
from web_api import limits

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Of each operation; more finds more, and takes longer.
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 12}
QUICKLY = settings(
    derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def add_remote_address(application):
    """Add the remote address to each request, as a web server does."""
    return lambda environ, start: application(environ | {"REMOTE_ADDR": "127.0.0.1"}, start)


@pytest.fixture
def schema(content, monkeypatch):
    monkeypatch.setattr(limits.Limit, "count", lambda _self, _who: None)  # all of it comes within a minute
    signals = (request_started, request_finished)
    for signal in signals:  # this is no request of its own: the test's connection stays
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/pilot/openapi.json", add_remote_address(get_wsgi_application()))
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("role", "mode", "statuses"),
    [
        ("coordinator", GenerationMode.POSITIVE, {200, 422}),
        ("partner", GenerationMode.POSITIVE, {200, 403}),
        ("coordinator", GenerationMode.NEGATIVE, {400, 404, 422}),
    ],
)  # fmt: skip
def test_every_operation_conforms_to_its_description(schema, request, role, mode, statuses):
    user = request.getfixturevalue(role)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    headers = {"Authorization": f"Bearer {APIToken.create_token(user=user, name='test')[1]}"}
    make_own_field("Maat", choices=["S", "M"])
    known = {"reference": make_dossier().reference, "number": make_interest().employer.pk}
    answered, wrong = set(), []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(QUICKLY, max_examples=EXAMPLES[mode])
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            for name in known.keys() & case.path_parameters.keys():
                case.path_parameters[name] = known[name]
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            answered.add((case.operation.label, answer.status_code))

        try:
            ask()
        except Unsatisfiable:
            assert mode == GenerationMode.NEGATIVE  # nothing that one could give it is wrong
        except Exception as error:
            wrong.append(f"{operation.label}: {error}")
    assert wrong == [], "\n".join(wrong)
    assert {status for _label, status in answered} >= statuses
