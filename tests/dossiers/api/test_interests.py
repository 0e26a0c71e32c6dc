"""Tests of employers and their interests in the API."""

import pytest

from access_log.models import AccessLogEntry
from dossiers.models import Employer, EmployerInterest
from tests.dossiers.api.conftest import errors
from tests.dossiers.models.factories import make_employer, make_interest, make_sign_up

NEW = {
    "company_name": "Kwekerij Voorbeeld", "kvk_number": "01234567", "contact_name": "Anneke", "positions": 2,
    "email": "Anneke@Kwekerij.example", "work_description": "Tomaten plukken", "start_date": "2027-03-01",
}  # fmt: skip


def test_a_post_creates_an_employer_and_an_interest(api):
    response = api.ask("post", "employer-interests", NEW)
    assert response.status_code == 201
    interest = EmployerInterest.objects.get()
    assert interest.employer.kvk_number == "01234567"
    assert response.json()["email"] == "anneke@kwekerij.example"
    assert response.json() == api.read(f"employer-interests/{interest.reference}")
    assert response.json()["employer"] == interest.employer.pk


def test_an_existing_employer_gets_a_second_interest(api):
    employer = make_employer(kvk_number="01234567", city="Emmeloord")
    assert api.ask("post", "employer-interests", NEW).status_code == 201
    assert EmployerInterest.objects.get().employer == employer
    employer.refresh_from_db()
    assert (employer.company_name, employer.city) == ("Kwekerij Voorbeeld", "Emmeloord")
    other = {name: value for name, value in NEW.items() if name != "kvk_number"} | {"work_description": "Sorteren"}
    assert api.ask("post", "employer-interests", other).status_code == 201
    assert Employer.objects.count() == 1


def test_a_duplicate_interest_is_refused(api):
    first = api.ask("post", "employer-interests", NEW).json()["reference"]
    response = api.ask("post", "employer-interests", NEW)
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
    errors_by_field = errors(api.ask("post", "employer-interests", data))
    assert {"positions", "email", "company_name", "contact_name", "status"} <= set(errors_by_field)
    assert not Employer.objects.exists()


def test_a_change_of_an_interest_updates_its_employer(api):
    interest = make_interest()
    response = api.change(f"employer-interests/{interest.reference}", {"status": "contacted", "city": "Ens"})
    assert (response.status_code, response.json()["city"]) == (200, "Ens")
    interest.employer.refresh_from_db()
    assert interest.employer.city == "Ens"
    assert interest.employer.history.first().history_change_reason == "Via de API"


def test_the_employer_of_a_sign_up_can_be_read_but_not_changed_before_takeover(api):
    interest = make_sign_up()
    path = f"employer-interests/{interest.reference}"
    assert api.read(path)["company_name"] == "Plukkerij Voorbeeld"
    assert api.read(path)["employer"] is None
    assert set(errors(api.change(path, {"company_name": "Ander"}))) == {"company_name"}
    assert api.change(path, {"status": "contacted"}).status_code == 200


def test_an_unconfirmed_sign_up_returns_404(api):
    interest = make_sign_up(status="unconfirmed")
    assert api.ask("get", f"employer-interests/{interest.reference}").status_code == 404
    assert api.read("employer-interests")["count"] == 0


def test_employers_can_be_read_and_changed(api):
    employer = make_employer(company_name="Kas Voorbeeld")
    assert api.read("employers?search=kas")["results"][0]["company_name"] == "Kas Voorbeeld"
    path = f"employers/{employer.pk}"
    assert api.change(path, {"postcode": "8315ab"}).json()["postcode"] == "8315 AB"
    assert "kvk_number" in errors(api.change(path, {"kvk_number": "1234567"}))
    make_employer(kvk_number="01234567")
    assert "" in errors(api.change(path, {"kvk_number": "01234567"}))
    assert api.ask("patch", path, {"city": "Ens"}).status_code == 428
    assert api.ask("get", "employers/99999999999999999999").status_code == 404


def test_reading_an_employer_is_logged_without_the_name(api):
    employer = make_employer(company_name="Kas Voorbeeld")
    api.read(f"employers/{employer.pk}")
    read = AccessLogEntry.objects.get()
    assert (read.what, read.about, read.detail) == (AccessLogEntry.What.READ, f"werkgever {employer.pk}", "API")


@pytest.mark.parametrize("who", ["reader", "editor", "partner"])
def test_users_without_permission_cannot_read_employers(make_api_client, request, who):
    interest, client = make_interest(), make_api_client(request.getfixturevalue(who))
    for path in ("employers", f"employers/{interest.employer.pk}", "employer-interests",
                 f"employer-interests/{interest.reference}", "employers/1", "employer-interests/W-1"):  # fmt: skip
        assert client.ask("get", path).status_code == 403
    assert client.ask("post", "employer-interests", NEW).status_code == 403
