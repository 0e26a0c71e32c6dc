"""A preview says what an organisation sees after the import of what others gave, above all if it is our own export."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers.models import Dossier, ImportRun, Organisation, Supply

from .pages import raw, text
from .test_apply import GOOD, apply_import_page, import_url, make_preview
from .test_exports import export
from .test_uploading import upload

REMARK = "Voornaam;Achternaam;Geboortedatum;Opmerkingen\nSelam;Haile;12-03-1990;Andere naam?"


@pytest.fixture
def remark_of_others(coordinator_client) -> None:
    """The Werkcorporatie gave a remark about somebody whom AZC Luttelgeest supplies."""
    apply_import_page(coordinator_client, make_preview(coordinator_client, GOOD))
    upload_as("Werkcorporatie", coordinator_client, REMARK.encode())
    apply_import_page(coordinator_client, ImportRun.objects.latest("pk"))
    assert Dossier.objects.get().notes == "Andere naam?"


def upload_as(organisation: str, client, content: bytes):
    sender = Organisation.objects.named(organisation)
    return upload(client, SimpleUploadedFile("lijst.csv", content), organisation=sender.pk, follow=True)


def test_our_own_export_as_the_list_of_a_partner_warns_that_it_shows_what_others_gave(
    coordinator_client, remark_of_others
):
    content = raw(export(coordinator_client, Dossier)).replace("Andere naam?", '"Andere naam?\nBelt graag"')
    page = text(upload_as("AZC Luttelgeest", coordinator_client, content.encode()))
    warning = (
        "Dit is een export van hier. Na de import ziet AZC Luttelgeest van 1 persoon ook wat anderen hebben aangeleverd"
        " of ingevuld: Opmerkingen."
    )
    assert warning in page
    assert page.index("Dit is een export") < page.index("Alles importeren")
    apply_import_page(coordinator_client, ImportRun.objects.latest("pk"))
    assert Supply.objects.get(organisation__name="AZC Luttelgeest").values["notes"] == "Andere naam?\nBelt graag"
    page = text(upload_as("AZC Luttelgeest", coordinator_client, content.encode()))
    assert "Dit is een export van hier" not in page and "er wijzigt niets" in page


def test_our_own_export_in_which_nothing_was_edited_shows_nobody_what_others_gave(coordinator_client, remark_of_others):
    before = Supply.objects.get(organisation__name="AZC Luttelgeest").values
    content = raw(export(coordinator_client, Dossier))
    page = text(upload_as("AZC Luttelgeest", coordinator_client, content.encode()))
    assert "Dit is een export van hier" not in page and "er wijzigt niets" in page
    apply_import_page(coordinator_client, ImportRun.objects.latest("pk"))
    assert Supply.objects.get(organisation__name="AZC Luttelgeest").values.items() - before.items() == {
        ("reference", Dossier.objects.get().reference)
    }


def test_a_list_that_changes_no_dossier_says_what_the_partner_sees_from_then_on(coordinator_client, remark_of_others):
    page = text(upload_as("AZC Luttelgeest", coordinator_client, REMARK.encode()))
    assert "Daarna ziet AZC Luttelgeest van 1 persoon wat in deze lijst staat, als eigen opgave: Opmerkingen." in page
    assert "er wijzigt niets" not in page and "export van hier" not in page


def test_an_export_of_people_whom_the_organisation_does_not_supply_shows_it_nobody(coordinator_client):
    upload_as("Werkcorporatie", coordinator_client, REMARK.encode())
    apply_import_page(coordinator_client, ImportRun.objects.get())
    content = raw(export(coordinator_client, Dossier)).encode()
    upload_as("AZC Luttelgeest", coordinator_client, content)
    run = ImportRun.objects.latest("pk")
    assert "export van hier" not in text(coordinator_client.get(import_url("", run)))
    apply_import_page(coordinator_client, run)
    assert not Supply.objects.filter(organisation__name="AZC Luttelgeest").exists()
