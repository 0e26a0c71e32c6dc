"""Every operation of the API answers whom the table says, with a key of each role, and tells no more than is theirs."""

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
class Asked:
    status: int
    body: str

    @property
    def opens(self) -> bool:
        return self.status not in UNSEEN


def operations() -> set[str]:
    """Each of the description, as the table names it."""
    paths = Client().get(f"{PLACEHOLDER}/openapi.json").json()["paths"]
    return {f"{method} {path.removeprefix(PLACEHOLDER)}" for path, told in paths.items() for method in told}


def records(name: str, world: dict[str, Any]) -> dict[str, Any]:
    """What stands for the parameters of its address."""
    dossier = Dossier.objects.filter(given_name="Geheimdossier", family_name=NAMES_OF_AZC[1]).first()
    interest = EmployerInterest.objects.exclude(employer=None).filter(work_description="Geheim Werk").first()
    references = {"dossiers": dossier.reference, "employer-interests": interest.reference}
    number = interest.employer.pk if "/employers/" in name else world["dossiers_import"]["pk"]
    reference = references.get(name.split("/")[1], "")
    return {"reference": reference, "number": number, "records": "dossiers", "format": "csv"}


def ask(name: str, values: dict[str, Any], key: str) -> Asked:
    """Takes back whatever it did."""
    method, path = name.split(" ")
    path = PLACEHOLDER + re.sub(r"{(\w+)}", lambda found: str(values[found[1]]), path)
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
    return Asked(answer.status_code, body.decode(errors="replace"))


@pytest.fixture
def keys(people) -> dict[str, str]:
    found = {"anybody": ""}
    for name, user in people.items():
        if user:
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
            found[name] = APIToken.create_token(user=user, name="test")[1]
    return found


def test_each_operation_was_judged_and_no_line_is_for_nothing(base_data):
    assert operations() == set(JUDGED)


def test_each_operation_answers_whom_the_table_says_and_tells_no_more(world, keys):
    own = ImportRun.objects.get(pk=world["dossiers_partner"]["pk"])
    wrong, leaks = [], []
    for who in sorted(EVERYBODY):
        seen: set[str] = set()
        for name, opens_to in JUDGED.items():
            found = ask(name, records(name, world), keys[who])
            seen |= {secret for secret in SECRETS if secret in found.body}
            if found.opens != (who in opens_to) or found.status >= 500:
                wrong.append(f"{who}: {name} {found.status}")
        for name, opens_to in OF_AZC.items():
            found = ask(name, {"number": own.pk}, keys[who])
            seen |= {secret for secret in SECRETS if secret in found.body}
            if found.opens != (who in opens_to) or found.status >= 500:
                wrong.append(f"{who}: {name} of AZC {found.status}")
        if not seen <= set(MAY_READ.get(who, ())) or not set(DO_READ.get(who, ())) <= seen:
            leaks.append(f"{who}: {sorted(seen)}")
    assert wrong == []
    assert leaks == []


def test_where_it_does_not_open_a_record_can_not_be_told_from_none(world, keys):
    told = []
    for who in sorted(EVERYBODY):
        for name, opens_to in JUDGED.items():
            values = records(name, world)
            if who not in opens_to and re.search("{(reference|number)}", name):
                there, nowhere = (ask(name, one, keys[who]) for one in (values, values | NOBODY))
                if there != nowhere:
                    told.append(f"{who}: {name} {there.status} {nowhere.status}")
    assert told == []
