"""Before an employer is saved that may be there already, the form asks whether it is the same one."""

from typing import Any

import pytest

from dossiers.models import Employer

from ..models.factories import make_employer
from .pages import text, url

QUESTION = "Is dit dezelfde werkgever?"
OTHER = {"company_name": "Bakkerij Elders", "contact_name": "Jan Smit", "email": "jan@elders.example"}


@pytest.fixture
def known(base_data) -> Employer:
    return make_employer(
        company_name="Vakantiepark Verzonnen Bos B.V.", city="Zeewolde", contact_name="Ria Bos",
        email="ria@bos.example", phone="0361234567", kvk_number="",
    )  # fmt: skip


@pytest.mark.parametrize(
    "same",
    [
        {"company_name": "vakantiepark verzonnen bos"},
        {"company_name": "Vakantiepark Verzonen Bos VOF"},
        {"email": "RIA@bos.example"},
        {"phone": "036 123 45 67"},
    ],
)
def test_a_similar_employer_is_asked_about_and_can_still_be_saved(coordinator_client, known, same):
    answer = coordinator_client.post(url(Employer, "add"), OTHER | same)
    assert QUESTION in text(answer) and "Zeewolde · Ria Bos" in text(answer)
    assert Employer.objects.count() == 1
    confirmed: dict[str, Any] = OTHER | same | {"another": answer.context["another"]}
    assert coordinator_client.post(url(Employer, "add"), confirmed).status_code == 302
    assert Employer.objects.count() == 2


def test_the_employer_that_has_the_kvk_number_is_shown(coordinator_client, known):
    Employer.objects.update(kvk_number="69599068")
    answer = coordinator_client.post(url(Employer, "add"), OTHER | {"kvk_number": "69599068"})
    assert QUESTION in text(answer) and "Vakantiepark Verzonnen Bos B.V." in text(answer)
    assert Employer.objects.count() == 1


def test_an_employer_with_the_same_name_and_another_kvk_number_is_asked_about(coordinator_client, known):
    Employer.objects.update(kvk_number="69599068")
    answer = coordinator_client.post(
        url(Employer, "add"), OTHER | {"company_name": "Vakantiepark Verzonnen Bos", "kvk_number": "69599086"}
    )
    assert QUESTION in text(answer) and Employer.objects.count() == 1


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("kvk_number", "1234", "is geen KvK-nummer"), ("phone", "06 12", "is geen telefoonnummer"),
])  # fmt: skip
def test_a_wrong_number_is_told_at_its_field(coordinator_client, known, name, value, reason):
    answer = coordinator_client.post(url(Employer, "add"), OTHER | {name: value})
    assert list(answer.context["form"].errors) == [name]
    assert reason in text(answer)


def test_another_employer_is_saved_without_a_question(coordinator_client, known):
    assert coordinator_client.post(url(Employer, "add"), OTHER).status_code == 302
    assert coordinator_client.post(url(Employer, "edit", known.pk), {
        "company_name": known.company_name, "contact_name": "Ria Boom", "email": known.email, "phone": known.phone,
    }).status_code == 302  # fmt: skip


def test_an_edit_that_makes_it_similar_is_asked_about(coordinator_client, known):
    other = make_employer(**OTHER)
    typed = OTHER | {"company_name": "Vakantiepark Verzonnen Bos"}
    assert QUESTION in text(coordinator_client.post(url(Employer, "edit", other.pk), typed))
