"""Every operation of the API opens to the roles of the table, and shows each role only the names that it may read."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from wagtail.models import APIToken

from dossiers.models import Dossier, EmployerInterest, ImportRun
from tests.site.every_operation.table import EVERYBODY, JUDGED, OF_AZC
from tests.site.every_url.conftest import people, world
from tests.site.every_url.world import OF_AZC as NAMES_OF_AZC
from tests.site.every_url.world import OF_THE_MUNICIPALITY, OF_WERKCORPORATIE, SECRETS

__all__ = ["people", "world"]
PLACEHOLDER = "/api/pilot"
MAY_READ = {"admin": SECRETS, "coordinator": SECRETS, "partner": NAMES_OF_AZC, "other_partner": OF_WERKCORPORATIE}
DO_READ = MAY_READ | {"admin": OF_THE_MUNICIPALITY, "coordinator": OF_THE_MUNICIPALITY}
NOBODY = {"reference": "D-1-1", "number": 99_999_999}
UNSEEN = (401, 403, 404)


@dataclass(frozen=True)
class Answer:
    status: int
    body: str

    @property
    def opens(self) -> bool:
        return self.status not in UNSEEN


def list_operations() -> set[str]:
    """Return the operations of the description, by their names in the table."""
    paths = Client().get(f"{PLACEHOLDER}/openapi.json").json()["paths"]
    return {f"{method} {path.removeprefix(PLACEHOLDER)}" for path, methods in paths.items() for method in methods}


def get_path_parameters(name: str, world: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the parameters in the path of an operation."""
    dossier = Dossier.objects.filter(given_name="Geheimdossier", family_name=NAMES_OF_AZC[1]).first()
    interest = EmployerInterest.objects.exclude(employer=None).filter(work_description="Geheim Werk").first()
    references = {"dossiers": dossier.reference, "employer-interests": interest.reference}
    number = interest.employer.pk if "/employers/" in name else world["dossiers_import"]["pk"]
    reference = references.get(name.split("/")[1], "")
    return {"reference": reference, "number": number, "records": "dossiers", "format": "csv"}


def send_request(name: str, values: dict[str, Any], key: str) -> Answer:
    """Send the request in a transaction that is rolled back."""
    method, path = name.split(" ")
    path = PLACEHOLDER + re.sub(r"{(\w+)}", lambda match: str(values[match[1]]), path)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if name == "post /imports":
            answer = client.post(path, {"file": SimpleUploadedFile("lijst.csv", b"x")}, headers=headers)
        elif method == "get":
            answer = client.get(path, headers=headers)
        else:
            answer = client.generic(method.upper(), path, json.dumps({}), "application/json", headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return Answer(answer.status_code, body.decode(errors="replace"))


@pytest.fixture
def keys(people) -> dict[str, str]:
    tokens = {"anybody": ""}
    for name, user in people.items():
        if user:
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
            tokens[name] = APIToken.create_token(user=user, name="test")[1]
    return tokens


def test_the_table_lists_exactly_the_operations_of_the_api(base_data):
    assert list_operations() == set(JUDGED)


def test_each_operation_opens_only_to_the_roles_of_the_table_and_shows_no_other_names(world, keys):
    own = ImportRun.objects.get(pk=world["dossiers_partner"]["pk"])
    wrong, leaks = [], []
    for who in sorted(EVERYBODY):
        seen_secrets: set[str] = set()
        for name, opens_to in JUDGED.items():
            answer = send_request(name, get_path_parameters(name, world), keys[who])
            seen_secrets |= {secret for secret in SECRETS if secret in answer.body}
            if answer.opens != (who in opens_to) or answer.status >= 500:
                wrong.append(f"{who}: {name} {answer.status}")
        for name, opens_to in OF_AZC.items():
            answer = send_request(name, {"number": own.pk}, keys[who])
            seen_secrets |= {secret for secret in SECRETS if secret in answer.body}
            if answer.opens != (who in opens_to) or answer.status >= 500:
                wrong.append(f"{who}: {name} of AZC {answer.status}")
        if not seen_secrets <= set(MAY_READ.get(who, ())) or not set(DO_READ.get(who, ())) <= seen_secrets:
            leaks.append(f"{who}: {sorted(seen_secrets)}")
    assert wrong == []
    assert leaks == []


def test_a_role_without_access_cannot_tell_whether_a_record_exists(world, keys):
    differences = []
    for who in sorted(EVERYBODY):
        for name, opens_to in JUDGED.items():
            values = get_path_parameters(name, world)
            if who not in opens_to and re.search("{(reference|number)}", name):
                known, unknown = (send_request(name, parameters, keys[who]) for parameters in (values, values | NOBODY))
                if known != unknown:
                    differences.append(f"{who}: {name} {known.status} {unknown.status}")
    assert differences == []
