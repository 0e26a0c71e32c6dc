import pytest

from dossiers.models import ImportRun, Organisation, Supply

from ...models.factories import make_dossier


@pytest.fixture
def azc(base_data) -> Organisation:
    return Organisation.objects.named("AZC Luttelgeest")


@pytest.fixture
def partner_client(as_user, partner):
    """A client in which a member of staff of AZC Luttelgeest is logged in."""
    return as_user(partner)


@pytest.fixture
def supply(azc):
    """A supply whose values differ from its dossier in every field that a page could show."""
    dossier = make_dossier(given_name="Geheim", family_name="Dossier", profession="bakker", notes="Niet tonen")
    values = {"given_name": "Selam", "family_name": "Haile", "date_of_birth": "1990-03-12", "profession": "kok"}
    return Supply.objects.create(dossier=dossier, organisation=azc, external_id="P1", values=values)


@pytest.fixture
def other_organisation(base_data):
    """The supply and the import of another organisation."""
    organisation = Organisation.objects.named("Werkcorporatie")
    run = ImportRun.objects.create(
        record="dossiers", organisation=organisation, file_name="vreemd.csv", by_partner=True, with_partner=True
    )
    values = {"given_name": "Vreemde", "family_name": "Persoon", "date_of_birth": "1980-01-01"}
    return Supply.objects.create(
        dossier=make_dossier(), organisation=organisation, external_id="X9", values=values
    ), run
