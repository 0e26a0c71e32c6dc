"""Tests of employers and their interests in the API."""

import pytest

from access_log.models import AccessLogEntry
from dossiers.models import Employer, EmployerInterest
from tests.dossiers.api.conftest import get_errors
from tests.dossiers.models.factories import make_employer, make_interest, make_sign_up

NEW = {
    "company_name": "Kwekerij Voorbeeld", "kvk_number": "01234567", "contact_name": "Anneke", "positions": 2,
    "email": "Anneke@Kwekerij.example", "work_description": "Tomaten plukken", "start_date": "2027-03-01",
}  # fmt: skip


def test_a_post_creates_an_employer_and_an_interest(api):
    response = api.send("post", "employer-interests", NEW)
    assert response.status_code == 201
    interest = EmployerInterest.objects.get()
    assert interest.employer.kvk_number == "01234567"
    assert response.json()["email"] == "anneke@kwekerij.example"
    assert response.json() == api.get_json(f"employer-interests/{interest.reference}")
    assert response.json()["employer"] == interest.employer.pk


def test_an_existing_employer_gets_a_second_interest(api):
    employer = make_employer(kvk_number="01234567", city="Emmeloord")
    assert api.send("post", "employer-interests", NEW).status_code == 201
    assert EmployerInterest.objects.get().employer == employer
    employer.refresh_from_db()
    assert (employer.company_name, employer.city) == ("Kwekerij Voorbeeld", "Emmeloord")
    other = {name: value for name, value in NEW.items() if name != "kvk_number"} | {"work_description": "Sorteren"}
    assert api.send("post", "employer-interests", other).status_code == 201
    assert Employer.objects.count() == 1


def test_a_duplicate_interest_is_refused(api):
    first = api.send("post", "employer-interests", NEW).json()["reference"]
    response = api.send("post", "employer-interests", NEW)
    assert response.status_code == 409
    assert first in response.json()["detail"]


def test_errors_of_the_employer_and_the_interest_are_reported_together(api):
    data = {
        "positions": 0,
        "email": "x",
        "end_date": "2027-01-01",
        "start_date": "2027-02-01",
        "status": "unconfirmed",
    }
    errors_by_field = get_errors(api.send("post", "employer-interests", data))
    assert {"positions", "email", "company_name", "status"} <= set(errors_by_field)
    assert not Employer.objects.exists()


def test_a_change_of_an_interest_updates_its_employer(api):
    interest = make_interest()
    response = api.patch_with_etag(f"employer-interests/{interest.reference}", {"status": "contacted", "city": "Ens"})
    assert (response.status_code, response.json()["city"]) == (200, "Ens")
    interest.employer.refresh_from_db()
    assert interest.employer.city == "Ens"
    assert interest.employer.history.first().history_change_reason == "Via de API"


def test_the_employer_of_a_sign_up_can_be_read_but_not_changed_before_takeover(api):
    interest = make_sign_up()
    path = f"employer-interests/{interest.reference}"
    assert api.get_json(path)["company_name"] == "Plukkerij Voorbeeld"
    assert api.get_json(path)["employer"] is None
    assert set(get_errors(api.patch_with_etag(path, {"company_name": "Ander"}))) == {"company_name"}
    assert api.patch_with_etag(path, {"status": "contacted"}).status_code == 200


def test_an_unconfirmed_sign_up_returns_404(api):
    interest = make_sign_up(status="unconfirmed")
    assert api.send("get", f"employer-interests/{interest.reference}").status_code == 404
    assert api.get_json("employer-interests")["count"] == 0


def test_employers_can_be_read_and_changed(api):
    employer = make_employer(company_name="Kas Voorbeeld")
    assert api.get_json("employers?search=kas")["results"][0]["company_name"] == "Kas Voorbeeld"
    path = f"employers/{employer.pk}"
    assert api.patch_with_etag(path, {"postcode": "8315ab"}).json()["postcode"] == "8315 AB"
    assert "kvk_number" in get_errors(api.patch_with_etag(path, {"kvk_number": "1234567"}))
    make_employer(kvk_number="01234567")
    assert "kvk_number" in get_errors(api.patch_with_etag(path, {"kvk_number": "01234567"}))
    assert api.send("patch", path, {"city": "Ens"}).status_code == 428
    assert api.send("get", "employers/99999999999999999999").status_code == 404


def test_reading_an_employer_is_logged_without_the_name(api):
    employer = make_employer(company_name="Kas Voorbeeld")
    api.get_json(f"employers/{employer.pk}")
    read = AccessLogEntry.objects.get()
    assert (read.what, read.about, read.detail) == (AccessLogEntry.What.READ, f"werkgever {employer.pk}", "API")


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_users_without_permission_cannot_read_employers(make_api_client, request, role):
    interest, client = make_interest(), make_api_client(request.getfixturevalue(role))
    for path in ("employers", f"employers/{interest.employer.pk}", "employer-interests",
                 f"employer-interests/{interest.reference}", "employers/1", "employer-interests/W-1"):  # fmt: skip
        assert client.send("get", path).status_code == 403
    assert client.send("post", "employer-interests", NEW).status_code == 403


def without(*names):
    return {name: value for name, value in NEW.items() if name not in names}


def test_an_employer_without_an_address_is_created_and_found_by_the_number(api):
    body = without("email", "kvk_number") | {"phone": "+31527000160"}
    first = api.send("post", "employer-interests", body)
    assert (first.status_code, first.json()["email"]) == (201, "")
    assert api.get_json(f"employers/{first.json()['employer']}")["email"] == ""
    assert api.send("post", "employer-interests", body | {"work_description": "Sorteren"}).status_code == 201
    other = api.send("post", "employer-interests", body | {"phone": "+31527000161"})
    assert other.status_code == 201 and Employer.objects.count() == 2, "two without an address are two"


def test_an_employer_whom_nothing_reaches_is_refused(api):
    refused = api.send("post", "employer-interests", without("email"))
    assert list(get_errors(refused)) == ["phone"] and not Employer.objects.exists()
    employer = make_employer(email="", phone="+31527000160")
    assert list(get_errors(api.patch_with_etag(f"employers/{employer.pk}", {"phone": ""}))) == ["phone"]
    assert api.patch_with_etag(f"employers/{employer.pk}", {"phone": "", "email": "a@b.example"}).status_code == 200


def test_the_description_requires_no_address_of_an_employer(api):
    schema = api.get_json("openapi.json")["components"]["schemas"]["NewEmployerInterest"]
    assert "email" not in schema["required"] and "company_name" in schema["required"]
