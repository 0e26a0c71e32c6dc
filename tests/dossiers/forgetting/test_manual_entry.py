"""A coordinator anonymizes one dossier by hand, after reading what is removed."""

import pytest
from django.urls import reverse

from dossiers.models import Dossier

from ..backoffice.pages import text, url
from ..models.factories import make_dossier
from ..models.test_activity import make_finding
from .test_anonymize import make_closed_dossier

pytestmark = pytest.mark.usefixtures("base_data")


def test_the_page_lists_the_data_to_remove_and_requires_the_reference(coordinator_client):
    dossier = make_closed_dossier(family_name="Haile", profession="kok", in_reception="unknown", phone="", notes="")
    make_finding(dossier=dossier).save()
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    page = text(coordinator_client.get(address))
    goes, stays = page.split("Dit gaat weg")[1].split("Dit blijft")
    assert all(name in goes for name in ("achternaam", "geboortedatum", "beroep"))
    for name in ("in de opvang", "telefoon", "notities", "talen", "rijbewijs", "extra"):
        assert name not in goes.split("1 bevinding")[0]
    assert "status" in stays and "sectoren" not in stays
    assert "Dit kan niet ongedaan worden gemaakt." in page
    assert "1 bevinding: de teksten gaan weg, de categorie blijft" in page
    for typed in ("", "D-2026-9999"):
        assert coordinator_client.post(address, {"reference": typed}).status_code == 200
    assert Dossier.objects.not_anonymised().exists()
    response = coordinator_client.post(address, {"reference": f" {dossier.reference.lower()} "}, follow=True)
    assert f"{dossier.reference} is geanonimiseerd." in text(response)
    assert not Dossier.objects.not_anonymised().exists()


def test_the_history_shows_the_user_who_anonymized_the_dossier(coordinator_client):
    dossier = make_closed_dossier()
    dossier.profession = "lasser"
    dossier.save()
    coordinator_client.post(reverse("dossiers_anonymise", args=[dossier.pk]), {"reference": dossier.reference})
    last = Dossier.history.filter(id=dossier.pk).latest("history_id")
    assert (last.history_user.username, last.history_change_reason) == ("coordinator", "Geanonimiseerd: met de hand")
    assert "Geanonimiseerd: met de hand" in text(coordinator_client.get(url(Dossier, "history", dossier.pk)))
    page = text(coordinator_client.get(url(Dossier, "inspect", dossier.pk)))
    assert "Gewijzigd; wat er wijzigde, is gewist" in page and "Opgeslagen zonder wijziging" not in page


def test_the_page_explains_why_an_open_dossier_cannot_be_anonymized(coordinator_client):
    dossier = make_dossier()
    address = reverse("dossiers_anonymise", args=[dossier.pk])
    assert "Dit dossier is open. Sluit het eerst." in text(coordinator_client.get(address))
    coordinator_client.post(address, {"reference": dossier.reference})
    assert Dossier.objects.not_anonymised().exists()


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_only_coordinators_can_anonymize(as_user, request, role):
    dossier = make_closed_dossier()
    browser = as_user(request.getfixturevalue(role))
    browser.post(reverse("dossiers_anonymise", args=[dossier.pk]), {"reference": dossier.reference})
    assert Dossier.objects.not_anonymised().exists()
